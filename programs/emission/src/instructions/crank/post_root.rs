use anchor_lang::prelude::*;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    constants::{FINALIZATION_DELAY_SECONDS, MAX_EXPIRY_SECONDS, POOL_SEED, SCHEDULE_SEED},
    error::EmissionError,
    events::RootPosted,
    message::RootMessage,
    state::{PendingRoot, Pool, Schedule},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct PostRootArgs {
    /// The last version posted to this pool plus one.
    pub version: u64,
    /// The last epoch whose rewards the root holds.
    pub epoch: u64,
    pub root: [u8; 32],
    /// The sum of all leaves, in base units of IO.
    pub total: u64,
    /// Of the raw data that the leaves were computed from.
    pub input_hash: [u8; 32],
    /// Of the formula that computed them.
    pub formula_id: [u8; 32],
    /// At most an hour ahead.
    pub expires_at: i64,
    /// Indices of the members that signed, strictly increasing.
    pub signers: Vec<u8>,
}

#[derive(Accounts)]
pub struct PostRoot<'info> {
    #[account(seeds = [SCHEDULE_SEED], bump = schedule.bump)]
    pub schedule: Box<Account<'info, Schedule>>,
    #[account(mut, seeds = [POOL_SEED, pool.kind.seed()], bump = pool.bump)]
    pub pool: Box<Account<'info, Pool>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ EmissionError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
}

impl PostRoot<'_> {
    /// The members signed exactly what this instruction is asked to post, for now.
    fn validate(&self, args: &PostRootArgs, now: i64) -> Result<()> {
        self.schedule.require_sealed()?;
        let oracles = &self.schedule.oracles;
        let message = RootMessage {
            program_id: &crate::ID,
            cluster_tag: &self.schedule.cluster_tag,
            set_version: oracles.version,
            pool: &self.pool.key(),
            version: args.version,
            epoch: args.epoch,
            root: &args.root,
            total: args.total,
            input_hash: &args.input_hash,
            formula_id: &args.formula_id,
            expires_at: args.expires_at,
        };
        quorum::verify(
            &self.instructions_sysvar,
            &crate::ID,
            &oracles.members,
            oracles.threshold,
            &args.signers,
            &message.to_bytes(),
        )
        .map_err(EmissionError::from)?;
        require_gte!(args.expires_at, now, EmissionError::SignaturesExpired);
        require_gte!(now.saturating_add(MAX_EXPIRY_SECONDS), args.expires_at, EmissionError::ExpiryTooFar);
        Ok(())
    }

    pub fn handler(ctx: Context<Self>, args: PostRootArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        ctx.accounts.validate(&args, now)?;
        let PostRoot { schedule, pool, .. } = ctx.accounts;
        let PostRootArgs { version, epoch, root, total, input_hash, formula_id, .. } = args;
        pool.post(PendingRoot { version, epoch, total, root, input_hash, formula_id, posted_at: now }, schedule)?;
        pool.invariant()?;
        emit!(RootPosted {
            pool: pool.key(),
            kind: pool.kind,
            version,
            epoch,
            root,
            total,
            input_hash,
            formula_id,
            final_from: now.saturating_add(FINALIZATION_DELAY_SECONDS),
            set_version: schedule.oracles.version,
            seq: pool.next_seq()?,
        });
        Ok(())
    }
}
