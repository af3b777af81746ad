use anchor_lang::prelude::*;

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum TreasuryError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the treasury")]
    NotAdmin, // 6001
    #[msg("Only the proposed admin may accept: sign with the key that the admin proposed")]
    NotPendingAdmin, // 6002
    #[msg("Privileged instructions refuse durable-nonce transactions: sign with a recent blockhash")]
    DurableNonceRefused, // 6003
    #[msg("This account is not the instructions sysvar: pass Sysvar1nstructions1111111111111111111111111")]
    NotInstructionsSysvar, // 6004
    #[msg("The admin must not be the default key: name the multisig that changes this program")]
    InvalidAdmin, // 6005
    #[msg("The IO mint must be a mint of the SPL Token program with 8 decimals")]
    InvalidIoMint, // 6006
    #[msg("The USDC mint must be a mint of the SPL Token program with 6 decimals")]
    InvalidUsdcMint, // 6007
    #[msg("This mint is not the IO mint of the treasury: pass the mint that the treasury names")]
    WrongIoMint, // 6008
    #[msg("The IO fee vault is empty: try again when orders have paid fees")]
    NothingToBurn, // 6009
    #[msg("Supply and vault did not fall by the amount burned: nothing was burned, please report this")]
    BurnMismatch, // 6010
    #[msg("A total left the range of 64 bits: nothing was burned, please report this")]
    AmountOverflow, // 6011
    #[msg("Name at least one base unit")]
    ZeroAmount, // 6012
    #[msg("This mint is not the USDC mint of the treasury: pass the mint that the treasury names")]
    WrongUsdcMint, // 6013
    #[msg("The token account does not belong to the buyer, or holds another mint than USDC")]
    WrongBuyerTokenAccount, // 6014
    #[msg("Credits are spent through escrow alone: book or extend a job with them")]
    NotEscrow, // 6015
    #[msg("The job must be an account of escrow, and the vault its own")]
    WrongJobVault, // 6016
    #[msg("There are too few credits: buy more, or pay in USDC or IO")]
    NotEnoughCredits, // 6017
    #[msg("There are credits left: spend them before the account is closed")]
    CreditsNotEmpty, // 6018
}
