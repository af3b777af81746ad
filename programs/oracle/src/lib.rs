//! The oracle set, and the verified seconds of jobs that at least two thirds of it attest.
//!
//! Escrow bills by [`state::JobUsage`], which it reads as a typed account; this program reads escrow's `Job`.

use anchor_lang::prelude::*;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod message;
pub mod state;

use instructions::*;

declare_id!("99NYgyEd6qgQr3d4EnNUdHmHQrgogcoCJ4Z1hHUiqtrM");
declare_program!(escrow);

#[program]
pub mod oracle {
    use super::*;

    // Admin

    /// Creates the oracle set. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidAdmin, InvalidClusterTag, MemberCountOutOfRange, DefaultMember, DuplicateMember, DurableNonceRefused.
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

    /// Proposes new members, who take over by apply_rotation after 48 hours.
    /// Authority: admin. Errors: NotAdmin, RotationPending, MemberCountOutOfRange, DefaultMember, DuplicateMember, DurableNonceRefused.
    pub fn rotate_members(ctx: Context<RotateMembers>, members: Vec<Pubkey>) -> Result<()> {
        RotateMembers::handler(ctx, members)
    }

    /// Withdraws the pending rotation, also when its delay is over.
    /// Authority: admin. Errors: NotAdmin, NoRotationPending, DurableNonceRefused.
    pub fn cancel_rotation(ctx: Context<CancelRotation>) -> Result<()> {
        CancelRotation::handler(ctx)
    }

    // Crank

    /// Puts the pending members in office once the delay is over; reports signed for the old set count no more.
    /// Authority: anyone. Errors: NoRotationPending, RotationTooEarly.
    pub fn apply_rotation(ctx: Context<ApplyRotation>) -> Result<()> {
        ApplyRotation::handler(ctx)
    }

    /// Records the verified seconds of a running or ending job, which members signed for in an ed25519 instruction
    /// immediately before this one. Totals, not differences: repeating or losing a report pays nothing twice.
    /// Authority: anyone; whoever sends the first report pays the rent. Errors: NotTopLevel, SignaturesMissing, NonCanonicalSignatures, TooFewSigners, TooManySigners, SignersNotIncreasing, UnknownSigner, WrongSignerKey, WrongMessage, ReportExpired, ExpiryTooFar, SequenceNotIncreasing, VerifiedSecondsDecreased, TooManySecondsAtOnce, AsOfNotIncreasing, AsOfInFuture, JobNotRunning, AsOfBeforeStart, AsOfAfterEnd, VerifiedAboveElapsed, VerifiedAboveBooked.
    pub fn report_job(ctx: Context<ReportJob>, args: ReportJobArgs) -> Result<()> {
        ReportJob::handler(ctx, args)
    }

    /// Closes the usage of a job that has ended or is gone; the rent returns to who paid it.
    /// Authority: anyone. Errors: WrongJob, WrongRentPayer, NotAJob, JobNotOver.
    pub fn close_job_usage(ctx: Context<CloseJobUsage>) -> Result<()> {
        CloseJobUsage::handler(ctx)
    }
}
