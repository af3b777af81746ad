//! Seasons of the airdrop: what points of past seasons were converted to, claimed with Merkle proofs.
//!
//! The admin creates a season with its root, its window and all its IO at once, and can change nothing of it
//! afterwards. A claim is a bit in a shard of 65,536, not an account.

use anchor_lang::prelude::*;
use merkle_proof::MerkleProof;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod payout;
pub mod state;

use instructions::*;

declare_id!("9g1q3L2LWLfvqGqJLgzNEeyMwQTf6Y292Qd9porfnAyP");

#[program]
pub mod airdrop {
    use super::*;

    // Admin

    /// Creates the config. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidAdmin, InvalidIoMint, DurableNonceRefused.
    pub fn initialize(ctx: Context<Initialize>, args: InitializeArgs) -> Result<()> {
        Initialize::handler(ctx, args)
    }

    /// First step of handing the admin role over; naming the admin itself withdraws a proposal.
    /// Authority: admin. Errors: NotAdmin, DurableNonceRefused.
    pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Second step of handing the admin role over.
    /// Authority: the proposed admin. Errors: NotPendingAdmin, DurableNonceRefused.
    pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
    }

    /// Creates a season and moves all its IO into its vault. Nothing of it changes afterwards.
    /// Authority: admin, and the owner of the funding account. Errors: NotAdmin, WrongIoMint, SeasonIdUsed, SeasonIdOutOfRange, InvalidSeasonName,
    /// EmptySeason, TooManyLeaves, WindowOutOfRange, InvalidRefundWallet, WrongFundingAccount, DurableNonceRefused.
    pub fn create_season(ctx: Context<CreateSeason>, args: CreateSeasonArgs) -> Result<()> {
        CreateSeason::handler(ctx, args)
    }

    /// Takes a season back before its start: all its IO goes to the refund wallet. Its shards and then the season can be
    /// closed at once.
    /// Authority: admin. Errors: NotAdmin, SeasonStarted, SeasonCancelled, WrongVault, WrongRefundWallet, WrongTokenAccount,
    /// WalletMustSign, DurableNonceRefused.
    pub fn cancel_season(ctx: Context<CancelSeason>) -> Result<()> {
        CancelSeason::handler(ctx)
    }

    // User

    /// Pays the claim of a leaf, once, to its wallet: into the wallet's associated token account, or, where the wallet
    /// signs, into any other of its own. The rest of the instruction data is the proof.
    /// Authority: anyone. Errors: SeasonNotStarted, SeasonOver, SeasonCancelled, LeafOutOfRange, WrongProofLength, InvalidProof,
    /// ShardNotOpen, WrongShard, AlreadyClaimed, SeasonExhausted, WrongVault, WrongTokenAccount,
    /// TokenAccountMissing, WalletMustSign.
    pub fn claim(ctx: Context<Claim>, args: ClaimArgs, proof: MerkleProof) -> Result<()> {
        Claim::handler(ctx, args, proof)
    }

    // Crank

    /// Opens the shard that keeps track of 65,536 claims. Its payer gets the rent back when it closes.
    /// Authority: anyone. Errors: ShardOutOfRange, SeasonOver, SeasonCancelled.
    pub fn open_shard(ctx: Context<OpenShard>, index: u16) -> Result<()> {
        OpenShard::handler(ctx, index)
    }

    /// Closes a shard of a season that is over or cancelled; the rent goes back to who paid it.
    /// Authority: anyone. Errors: SeasonNotOver, WrongShard, WrongRentPayer.
    pub fn close_shard(ctx: Context<CloseShard>) -> Result<()> {
        CloseShard::handler(ctx)
    }

    /// Closes a season that is over or cancelled, after its shards: what its vault holds goes to the refund wallet, the rent
    /// back to who paid it.
    /// Authority: anyone. Errors: SeasonNotOver, ShardsOpen, WrongVault, WrongRefundWallet, WrongTokenAccount, WalletMustSign,
    /// WrongRentPayer.
    pub fn close_season(ctx: Context<CloseSeason>) -> Result<()> {
        CloseSeason::handler(ctx)
    }
}
