use anchor_lang::prelude::*;

use crate::{
    constants::{JOB_USAGE_SEED, ORACLE_SET_SEED},
    error::OracleError,
    escrow::accounts::Job,
    events::JobUsageReported,
    message::JobUsageMessage,
    state::{JobUsage, JobWindow, OracleSet, Report},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct ReportJobArgs {
    /// Strictly increasing a job.
    pub sequence: u64,
    /// All seconds verified since the job's start.
    pub verified_seconds: u64,
    /// Up to when.
    pub as_of: i64,
    /// At most an hour ahead.
    pub expires_at: i64,
    /// Indices of the members that signed, strictly increasing.
    pub signers: Vec<u8>,
}

#[derive(Accounts)]
pub struct ReportJob<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(seeds = [ORACLE_SET_SEED], bump = oracle_set.bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
    pub job: Box<Account<'info, Job>>,
    /// CHECK: the usage of this job by its seeds; read or created by the handler.
    #[account(
        mut,
        seeds = [JOB_USAGE_SEED, job.key().as_ref()],
        bump = JobUsage::bump_of(&job_usage, &job.key())
    )]
    pub job_usage: UncheckedAccount<'info>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ OracleError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl ReportJob<'_> {
    /// The members signed exactly what this instruction is asked to record.
    fn validate(&self, args: &ReportJobArgs) -> Result<()> {
        let message = JobUsageMessage {
            program_id: &crate::ID,
            cluster_tag: &self.oracle_set.cluster_tag,
            set_version: self.oracle_set.set.version,
            job: &self.job.key(),
            sequence: args.sequence,
            verified_seconds: args.verified_seconds,
            as_of: args.as_of,
            expires_at: args.expires_at,
        };
        quorum::verify(
            &self.instructions_sysvar,
            &crate::ID,
            &self.oracle_set.set.members,
            self.oracle_set.set.threshold,
            &args.signers,
            &message.to_bytes(),
        )
        .map_err(OracleError::from)?;
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: ReportJobArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let mut usage = accounts.load_or_create_usage()?;
        let previous_seq = usage.sequence;
        let report = Report {
            sequence: args.sequence,
            verified_seconds: args.verified_seconds,
            as_of: args.as_of,
            expires_at: args.expires_at,
        };
        let added_seconds = usage.take(report, JobWindow::of(&accounts.job)?, Clock::get()?.unix_timestamp)?;
        usage.try_serialize(&mut accounts.job_usage.try_borrow_mut_data()?.as_mut())?;
        emit!(JobUsageReported {
            job: usage.job,
            added_seconds,
            verified_seconds: usage.verified_seconds,
            as_of: usage.as_of,
            set_version: accounts.oracle_set.set.version,
            previous_seq,
            seq: usage.sequence,
        });
        Ok(())
    }

    fn load_or_create_usage(&self) -> Result<JobUsage> {
        let job = self.job.key();
        if *self.job_usage.owner == crate::ID {
            let usage = JobUsage::try_deserialize(&mut self.job_usage.try_borrow_data()?.as_ref())?;
            require_keys_eq!(usage.job, job, OracleError::InvalidJobUsage);
            return Ok(usage);
        }
        let usage = JobUsage::new(JobUsage::bump_of(&self.job_usage, &job), job, self.payer.key());
        pda_account::create(
            &self.payer,
            &self.job_usage,
            &self.system_program,
            JobUsage::SPACE,
            &crate::ID,
            &[JOB_USAGE_SEED, job.as_ref(), &[usage.bump]],
        )?;
        Ok(usage)
    }
}
