use anchor_lang::prelude::*;

/// Codes are append-only.
#[error_code]
#[derive(PartialEq, Eq)]
pub enum AirdropError {
    #[msg("Only the program's upgrade authority may initialize it: sign with that key")]
    NotUpgradeAuthority, // 6000
    #[msg("Only the admin may do this: sign with the admin key of the airdrop")]
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
    #[msg("This mint is not the IO mint of the airdrop: pass the mint that its config names")]
    WrongIoMint, // 6007
    #[msg("A season had this id before, and no id is used twice: build with another one")]
    SeasonIdUsed, // 6008
    #[msg("Ids of seasons lie below 1,024: build with a smaller one")]
    SeasonIdOutOfRange, // 6009
    #[msg("The name of a season is text of 1 to 32 bytes of UTF-8, filled up with zeros")]
    InvalidSeasonName, // 6010
    #[msg("A season needs an amount, points and leaves above zero, and a root: build it from the points first")]
    EmptySeason, // 6011
    #[msg("A season has at most 1,048,576 leaves: split it into several")]
    TooManyLeaves, // 6012
    #[msg("The window must start now or within a year, and last from one day to ten years: choose other times")]
    WindowOutOfRange, // 6013
    #[msg("The refund wallet must not be the default key: name the wallet that gets what nobody claims")]
    InvalidRefundWallet, // 6014
    #[msg("The season must be funded from a token account of IO that the funder owns: pass such an account")]
    WrongFundingAccount, // 6015
    #[msg("The season has started: it can no longer be cancelled")]
    SeasonStarted, // 6016
    #[msg("The season has not started: claim from the time at which its window opens")]
    SeasonNotStarted, // 6017
    #[msg("The window of the season is over: what was not claimed goes to its refund wallet")]
    SeasonOver, // 6018
    #[msg("The season was cancelled before it started: claim from the season that takes its place")]
    SeasonCancelled, // 6019
    #[msg("The season is not over: close it after its window")]
    SeasonNotOver, // 6020
    #[msg("Shards of the season are open: close them first, with close_shard")]
    ShardsOpen, // 6021
    #[msg("The season has no shard of this index: shards are numbered from 0, one for each 65,536 leaves")]
    ShardOutOfRange, // 6022
    #[msg("The shard of this claim is not open: send open_shard with the claim's index divided by 65,536")]
    ShardNotOpen, // 6023
    #[msg(
        "This account is not the shard of the claim: pass the season's shard of the claim's index divided by 65,536"
    )]
    WrongShard, // 6024
    #[msg("The season has no leaf of this index: use the index that the season's leaves give the wallet")]
    LeafOutOfRange, // 6025
    #[msg("The proof has not the length of a proof of this leaf: make it anew from the season's leaves")]
    WrongProofLength, // 6026
    #[msg("The proof does not lead to the season's root: check season, index, wallet and amount, and make it anew")]
    InvalidProof, // 6027
    #[msg("This claim was paid already: nothing is left to do")]
    AlreadyClaimed, // 6028
    #[msg("The leaves of the season add up to more than it holds: nothing was paid, please report this")]
    SeasonExhausted, // 6029
    #[msg("This is not the vault of the season: pass the token account that the season names")]
    WrongVault, // 6030
    #[msg("The token account does not belong to the wallet: pass the wallet's associated token account of IO")]
    WrongTokenAccount, // 6031
    #[msg("The wallet has no token account of IO: create its associated one before, in the same transaction")]
    TokenAccountMissing, // 6032
    #[msg("Without the wallet's signature IO goes to its associated token account only: pass that one, or let the wallet sign")]
    WalletMustSign, // 6033
    #[msg("This is not the refund wallet of the season: pass the wallet that the season names")]
    WrongRefundWallet, // 6034
    #[msg("Rent goes back to who paid it: pass the payer that the account names")]
    WrongRentPayer, // 6035
    #[msg("A total left its range: nothing was done, please report this")]
    AmountOverflow, // 6036
    #[msg("The vault does not cover what the season owes: nothing was done, please report this")]
    InvariantViolated, // 6037
}
