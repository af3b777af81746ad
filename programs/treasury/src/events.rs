use anchor_lang::prelude::*;

#[event]
pub struct TreasuryInitialized {
    pub admin: Pubkey,
    pub io_mint: Pubkey,
    pub usdc_mint: Pubkey,
    pub io_fee_vault: Pubkey,
    pub usdc_fee_vault: Pubkey,
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
