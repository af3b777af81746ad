use anchor_lang::prelude::*;

#[event]
pub struct TreasuryInitialized {
    pub admin: Pubkey,
    pub io_mint: Pubkey,
    pub usdc_mint: Pubkey,
    pub io_fee_vault: Pubkey,
    pub usdc_fee_vault: Pubkey,
    pub price_feed_id: [u8; 32],
    pub price_account: Pubkey,
    pub seq: u64,
}

#[event]
pub struct ConfigUpdated {
    pub price_account: Pubkey,
    pub seq: u64,
}

#[event]
pub struct AdminProposed {
    pub admin: Pubkey,
    pub pending_admin: Option<Pubkey>,
    pub seq: u64,
}

#[event]
pub struct AdminChanged {
    pub admin: Pubkey,
    pub seq: u64,
}

#[event]
pub struct IoFeesBurned {
    pub amount: u64,
    /// All that this program has burned so far.
    pub io_burned: u64,
    /// Supply of IO after the burn.
    pub supply_after: u64,
    pub seq: u64,
}

/// Events of credits carry no count: the balance after says what came before, and bookings of
/// different buyers share no account that is written.
#[event]
pub struct CreditsBought {
    pub owner: Pubkey,
    pub buyer: Pubkey,
    pub amount: u64,
    /// Credits of the owner after it.
    pub balance: u64,
}

#[event]
pub struct CreditsSpent {
    pub owner: Pubkey,
    pub job: Pubkey,
    pub amount: u64,
    /// Credits of the owner after it.
    pub balance: u64,
}

#[event]
pub struct CreditsClosed {
    pub owner: Pubkey,
}

/// The auction saw a valid price.
#[event]
pub struct PriceObserved {
    /// Less its confidence, in micro-USD per IO.
    pub price: u64,
    pub observed_at: i64,
    /// Counts the events of the auction.
    pub seq: u64,
}

/// A fill of the auction: USDC out, IO burned.
#[event]
pub struct FeesSold {
    pub filler: Pubkey,
    pub usdc: u64,
    pub io_burned: u64,
    /// What was asked, in basis points of the market.
    pub ask_bps: u64,
    /// The price less its confidence, in micro-USD per IO. Zero: there was none.
    pub price: u64,
    /// The reference after it, in micro-USD per IO.
    pub reference: u64,
    /// What is left of the hour's lot.
    pub left: u64,
    /// All USDC that the auction has sold so far.
    pub usdc_sold: u64,
    /// All IO that the auction has burned so far.
    pub total_io_burned: u64,
    /// USDC in the fee vault after it.
    pub vault_balance: u64,
    /// Supply of IO after it.
    pub supply_after: u64,
    /// Counts the events of the auction.
    pub seq: u64,
}
