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
