//! The emission of IO over 20 years, and the rewards of nodes that are paid of it.
//!
//! From the token generation event on this program alone mints IO: 300,000,000 by a schedule that is sealed once and
//! that nobody can change. What is minted goes into two pools, for GPU and for CPU nodes. Oracles post roots of what
//! each node has earned so far, within the budgets of the epochs; whoever has a proof sends a node its rewards.

use anchor_lang::prelude::*;
use merkle_proof::MerkleProof;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod message;
pub mod state;

use instructions::*;

declare_id!("C49yeWHrbvuMVTZ5Vc8cnzMwGR4Zc9BX4Dxcu4FuDF2t");

#[program]
pub mod emission {
    use super::*;

    // Admin

    /// Creates the schedule, and the pools with their vaults. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidAdmin, InvalidGuardian, InvalidClusterTag, InvalidIoMint, MemberCountOutOfRange, DefaultMember, DuplicateMember, DurableNonceRefused.
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

    /// Names another guardian.
    /// Authority: admin. Errors: NotAdmin, InvalidGuardian, DurableNonceRefused.
    pub fn update_config(ctx: Context<UpdateConfig>, args: UpdateConfigArgs) -> Result<()> {
        UpdateConfig::handler(ctx, args)
    }

    /// Fixes the schedule for good. The schedule must be the only one that can mint IO, of which 500,000,000 exist.
    /// Authority: admin. Errors: NotAdmin, AlreadySealed, WrongIoMint, WrongMintAuthority, FreezeAuthorityPresent, WrongInitialSupply, ShareOutOfRange, StartOutOfRange, DurableNonceRefused.
    pub fn seal_schedule(ctx: Context<SealSchedule>, args: SealScheduleArgs) -> Result<()> {
        SealSchedule::handler(ctx, args)
    }

    /// Proposes new oracles, who take over by apply_rotation after 48 hours.
    /// Authority: admin. Errors: NotAdmin, RotationPending, MemberCountOutOfRange, DefaultMember, DuplicateMember, DurableNonceRefused.
    pub fn rotate_members(ctx: Context<RotateMembers>, members: Vec<Pubkey>) -> Result<()> {
        RotateMembers::handler(ctx, members)
    }

    /// Withdraws the pending rotation, also when its delay is over.
    /// Authority: admin. Errors: NotAdmin, NoRotationPending, DurableNonceRefused.
    pub fn cancel_rotation(ctx: Context<CancelRotation>) -> Result<()> {
        CancelRotation::handler(ctx)
    }

    // Guardian

    /// Takes back a root that is not final. Its version is never used again.
    /// Authority: guardian. Errors: NotGuardian, NoRootPending, DurableNonceRefused.
    pub fn cancel_root(ctx: Context<CancelRoot>) -> Result<()> {
        CancelRoot::handler(ctx)
    }

    // Crank

    /// Mints what is due by now into the pools, and releases the epochs that have ended. However late, often or seldom
    /// it is called, the sums are the same.
    /// Authority: anyone. Errors: NotSealed, NotStarted, NothingToMint, WrongIoMint, WrongVault, MintMismatch.
    pub fn advance_epoch(ctx: Context<AdvanceEpoch>) -> Result<()> {
        AdvanceEpoch::handler(ctx)
    }

    /// Puts the pending oracles in office once the delay is over; roots signed for the old ones count no more.
    /// Authority: anyone. Errors: NoRotationPending, RotationTooEarly.
    pub fn apply_rotation(ctx: Context<ApplyRotation>) -> Result<()> {
        ApplyRotation::handler(ctx)
    }

    /// Posts the root of what each node of a pool has earned so far, which oracles signed for in an ed25519
    /// instruction immediately before this one. It can become final in 6 hours.
    /// Authority: anyone. Errors: NotSealed, NotTopLevel, SignaturesMissing, NonCanonicalSignatures, TooFewSigners, TooManySigners, SignersNotIncreasing, UnknownSigner, WrongSignerKey, WrongMessage, SignaturesExpired, ExpiryTooFar, RootPending, VersionNotNext, EpochNotIncreasing, EpochNotReleased, TotalDecreased, TotalAboveBudget.
    pub fn post_root(ctx: Context<PostRoot>, args: PostRootArgs) -> Result<()> {
        PostRoot::handler(ctx, args)
    }

    /// Makes the pending root of a pool one that can be claimed against, 6 hours after it was posted.
    /// Authority: anyone. Errors: NoRootPending, FinalizationTooEarly.
    pub fn finalize_root(ctx: Context<FinalizeRoot>) -> Result<()> {
        FinalizeRoot::handler(ctx)
    }

    /// Opens the account of a node in a pool ahead of its first claim, which then needs nobody who pays its rent.
    /// Authority: anyone, who pays the rent.
    pub fn open_reward_account(ctx: Context<OpenRewardAccount>, node: Pubkey) -> Result<()> {
        OpenRewardAccount::handler(ctx, node)
    }

    /// Pays a node what a final root names for it, less what it was paid before, to the token account in the leaf. The
    /// proof is the rest of the instruction's data.
    /// Authority: anyone; whoever sends the first claim of a node pays the rent. Errors: RootNotFound, ProofLengthInvalid, ProofTooLong, InvalidProof, NothingToClaim, PoolOverspent, WrongVault.
    pub fn claim_reward(ctx: Context<ClaimReward>, args: ClaimRewardArgs, proof: MerkleProof) -> Result<()> {
        ClaimReward::handler(ctx, args, proof)
    }
}
