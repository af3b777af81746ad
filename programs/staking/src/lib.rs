//! Hardware classes, the nodes that offer them, and the IO that stands behind each node.
//!
//! Stake is held in shares of two tranches a node, the owner's and the delegators', so that a slash or a reward costs
//! the same for one holder or ten thousand. Escrow reads [`state::Node`] as a typed account; this program reads
//! escrow's `NodeLoad` and oracle's `OracleSet`.

use anchor_lang::prelude::*;

pub mod constants;
pub mod error;
pub mod events;
mod hire;
pub mod instructions;
pub mod message;
pub mod slashing;
pub mod state;
mod vaults;

use instructions::*;
use slashing::Offence;

declare_id!("5EnHQFchGbHAVp2nvfmvJhgsUnyDS2RqggoGtM4VUv5T");
declare_program!(escrow);
declare_program!(oracle);

#[program]
pub mod staking {
    use super::*;

    // Admin

    /// Creates the config. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidIoMint, InvalidAdmin, InvalidPauser, InvalidAppealAuthority, DurableNonceRefused.
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

    /// Changes the pauser, the appeal authority or the base stake.
    /// Authority: admin. Errors: NotAdmin, NothingToUpdate, BaseStakeOutOfRange, InvalidPauser, InvalidAppealAuthority, DurableNonceRefused.
    pub fn update_config(ctx: Context<UpdateConfig>, args: UpdateConfigArgs) -> Result<()> {
        UpdateConfig::handler(ctx, args)
    }

    /// Stops registrations, staking and delegation for 72 hours; exits stay open.
    /// Authority: pauser. Errors: NotPauser, AlreadyPaused, DurableNonceRefused.
    pub fn pause(ctx: Context<Pause>) -> Result<()> {
        Pause::handler(ctx)
    }

    /// Ends a pause early.
    /// Authority: pauser or admin. Errors: NotPauser, NotPaused, DurableNonceRefused.
    pub fn unpause(ctx: Context<Unpause>) -> Result<()> {
        Unpause::handler(ctx)
    }

    /// Adds a model of hardware.
    /// Authority: admin. Errors: NotAdmin, MultiplierOutOfRange, ReferencePriceOutOfRange, InvalidClassName, DurableNonceRefused.
    pub fn create_class(ctx: Context<CreateClass>, args: CreateClassArgs) -> Result<()> {
        CreateClass::handler(ctx, args)
    }

    /// Changes a model of hardware, or closes it to new nodes.
    /// Authority: admin. Errors: NotAdmin, NothingToUpdate, MultiplierOutOfRange, ReferencePriceOutOfRange, DurableNonceRefused.
    pub fn update_class(ctx: Context<UpdateClass>, args: UpdateClassArgs) -> Result<()> {
        UpdateClass::handler(ctx, args)
    }

    /// Moves stake of a node into a case: the owner's first, unbonding or not, then the delegators'. At most half of
    /// all, less what was slashed in the last 30 days; never twice for the same node, reason and day.
    /// Authority: admin. Errors: NotAdmin, OffenceInFuture, OffenceTooOld, AlreadySlashed, ZeroSlash, SlashAboveLimit, TooManyCases, DurableNonceRefused.
    pub fn slash(ctx: Context<Slash>, offence: Offence) -> Result<()> {
        Slash::handler(ctx, offence)
    }

    /// Decides that an appeal is in vain: the case is burned 30 days after the slash.
    /// Authority: appeal authority. Errors: NotAppealAuthority, WrongNode, CaseNotAppealed, DecisionTooLate, DurableNonceRefused.
    pub fn dismiss_appeal(ctx: Context<DismissAppeal>) -> Result<()> {
        DismissAppeal::handler(ctx)
    }

    /// Gives what a case holds back to the tranches that it came from; what leavers have given up is burned.
    /// Authority: appeal authority, also before an appeal. Errors: NotAppealAuthority, WrongNode, CaseNotRestorable, DurableNonceRefused.
    pub fn restore(ctx: Context<Restore>) -> Result<()> {
        Restore::handler(ctx)
    }

    // Operator

    /// Registers a node of up to eight devices of one class.
    /// Authority: owner. Errors: Paused, ClassInactive, DeviceCountOutOfRange, InvalidOperator, InvalidPayout, InvalidRegion, WrongMint.
    pub fn register_node(ctx: Context<RegisterNode>, args: RegisterNodeArgs) -> Result<()> {
        RegisterNode::handler(ctx, args)
    }

    /// Changes keys, line, region, status or hardware of a node.
    /// Authority: owner. Errors: NotOwner, ClassInactive, NodeHired, DeviceCountOutOfRange, InvalidOperator, InvalidPayout, InvalidRegion.
    pub fn update_node(ctx: Context<UpdateNode>, args: UpdateNodeArgs) -> Result<()> {
        UpdateNode::handler(ctx, args)
    }

    /// Adds IO to the owner's stake in a node. It counts for the minimum at once, and weighs in rewards 24 hours later.
    /// Authority: owner. Errors: NotOwner, Paused, ZeroStake, ZeroShares, TooManyPendingLots, WrongTokenAccount.
    pub fn stake(ctx: Context<Stake>, amount: u64) -> Result<()> {
        Stake::handler(ctx, amount)
    }

    /// Begins to unbond shares of the owner, for 14 days. Not below the minimum stake while the node is on hire.
    /// Authority: owner. Errors: NotOwner, ZeroShares, InsufficientShares, BelowMinimumStake, WrongNodeLoad.
    pub fn request_unstake(ctx: Context<RequestUnstake>, args: RequestUnstakeArgs) -> Result<()> {
        RequestUnstake::handler(ctx, args)
    }

    /// Makes unbonding shares of the owner active again, all of an entry or a part; other entries stay as they are.
    /// Authority: owner. Errors: NotOwner, WrongNode, NotStaker, ZeroShares, InsufficientShares, StakeIsWorthless, TooManyPendingLots, WrongRentPayer.
    pub fn cancel_unstake(ctx: Context<CancelUnstake>, shares: u128) -> Result<()> {
        CancelUnstake::handler(ctx, shares)
    }

    /// Sets the commission: a lower one at once, a higher one 7 days later.
    /// Authority: owner. Errors: NotOwner, CommissionOutOfRange.
    pub fn set_commission(ctx: Context<SetCommission>, commission_bps: u16) -> Result<()> {
        SetCommission::handler(ctx, commission_bps)
    }

    /// Pays the owner's rewards, after a harvest.
    /// Authority: owner, to any account of IO; anyone, to the owner's associated one. Errors: NothingToClaim, WrongDestination.
    pub fn claim_owner_rewards(ctx: Context<ClaimOwnerRewards>) -> Result<()> {
        ClaimOwnerRewards::handler(ctx)
    }

    /// Appeals against a slash within 30 days: it is not burned before a decision.
    /// Authority: owner. Errors: NotOwner, WrongNode, CaseNotOpen, AppealTooLate.
    pub fn appeal(ctx: Context<Appeal>, statement_hash: [u8; 32]) -> Result<()> {
        Appeal::handler(ctx, statement_hash)
    }

    /// Closes an empty node and its vaults; what is left in them is the owner's, the rent goes to who paid it.
    /// Authority: owner. Errors: NotOwner, StakeLeft, CaseOpen, NodeInUse, WrongNodeLoad, WrongDestination, WrongRentPayer.
    pub fn deregister_node(ctx: Context<DeregisterNode>) -> Result<()> {
        DeregisterNode::handler(ctx)
    }

    // Delegator

    /// Delegates IO to a node, as far as its owner's stake matches it. It earns from 24 hours later on.
    /// Authority: delegator. Errors: Paused, ZeroStake, NodeNotActive, CaseOpen, DelegationCapExceeded, ZeroShares, StakeIsWorthless, TooManyPendingLots, WrongTokenAccount, WrongDelegation.
    pub fn delegate(ctx: Context<Delegate>, amount: u64) -> Result<()> {
        Delegate::handler(ctx, amount)
    }

    /// Begins to unbond shares of a delegation, for 14 days. Always possible.
    /// Authority: delegator. Errors: NotDelegator, WrongNode, ZeroShares, InsufficientShares.
    pub fn undelegate(ctx: Context<Undelegate>, args: UndelegateArgs) -> Result<()> {
        Undelegate::handler(ctx, args)
    }

    /// Makes unbonding shares of a delegation active again; they earn from 24 hours later on.
    /// Authority: delegator. Errors: NotDelegator, WrongNode, NotStaker, ZeroShares, InsufficientShares, TooManyPendingLots, WrongRentPayer.
    pub fn cancel_undelegation(ctx: Context<CancelUndelegation>, shares: u128) -> Result<()> {
        CancelUndelegation::handler(ctx, shares)
    }

    /// Pays a delegation's rewards, after a harvest.
    /// Authority: delegator, to any account of IO; anyone, to the delegator's associated one. Errors: WrongNode, NothingToClaim, WrongDestination.
    pub fn claim_rewards(ctx: Context<ClaimRewards>) -> Result<()> {
        ClaimRewards::handler(ctx)
    }

    /// Pays what unbonded shares are worth, of the owner or of a delegator, and closes the entry.
    /// Authority: staker, to any account of IO; anyone while no case is open, to the staker's associated one. Errors: WrongNode, NotDelegator, DelegationMissing, StillUnbonding, StakerMustSign, WrongDestination, WrongRentPayer.
    pub fn withdraw(ctx: Context<Withdraw>) -> Result<()> {
        Withdraw::handler(ctx)
    }

    // Crank

    /// Divides what has come into a node's reward vault between owner and delegators. Whatever changes weights does it
    /// as well.
    /// Authority: anyone.
    pub fn harvest(ctx: Context<Harvest>) -> Result<()> {
        Harvest::handler(ctx)
    }

    /// Lets the lots of a delegation earn that are 24 hours old.
    /// Authority: anyone. Errors: WrongNode, NothingToActivate.
    pub fn activate_delegation(ctx: Context<ActivateDelegation>) -> Result<()> {
        ActivateDelegation::handler(ctx)
    }

    /// Closes a delegation that holds nothing; the rent returns to who paid it.
    /// Authority: anyone. Errors: WrongNode, DelegationNotEmpty, WrongRentPayer.
    pub fn close_delegation(ctx: Context<CloseDelegation>) -> Result<()> {
        CloseDelegation::handler(ctx)
    }

    /// Slashes as `slash` does, by the order of the oracles, who signed for it in an ed25519 instruction immediately
    /// before this one.
    /// Authority: anyone with the signatures. Errors: NotOracleSet, NotTopLevel, SignaturesMissing, NonCanonicalSignatures, TooFewSigners, TooManySigners, SignersNotIncreasing, UnknownSigner, WrongSignerKey, WrongMessage, OrderExpired, ExpiryTooFar, OffenceInFuture, OffenceTooOld, AlreadySlashed, ZeroSlash, SlashAboveLimit, TooManyCases.
    pub fn slash_by_oracles(ctx: Context<SlashByOracles>, args: SlashByOraclesArgs) -> Result<()> {
        SlashByOracles::handler(ctx, args)
    }

    /// Burns what a case holds: 30 days after the slash, where there was no appeal or it was dismissed.
    /// Authority: anyone. Errors: WrongNode, CaseNotBurnable, BurnTooEarly, WrongMint.
    pub fn burn_slashed(ctx: Context<BurnSlashed>) -> Result<()> {
        BurnSlashed::handler(ctx)
    }

    /// Restores a case whose appeal nobody decided within 60 days of the slash.
    /// Authority: anyone. Errors: WrongNode, CaseNotAppealed, DecisionPending, WrongMint.
    pub fn restore_undecided(ctx: Context<RestoreUndecided>) -> Result<()> {
        RestoreUndecided::handler(ctx)
    }

    /// Closes a case that is burned or restored, once its offence is too old to be slashed again; the rent returns to
    /// who paid it.
    /// Authority: anyone. Errors: CaseStillOpen, CaseTooYoung, WrongRentPayer.
    pub fn close_slash_case(ctx: Context<CloseSlashCase>) -> Result<()> {
        CloseSlashCase::handler(ctx)
    }
}
