use anchor_lang::prelude::*;

use crate::{constants::POOL_SEED, events::RootFinalized, state::Pool};

#[derive(Accounts)]
pub struct FinalizeRoot<'info> {
    #[account(mut, seeds = [POOL_SEED, pool.kind.seed()], bump = pool.bump)]
    pub pool: Box<Account<'info, Pool>>,
}

impl FinalizeRoot<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let pool = &mut ctx.accounts.pool;
        let last = pool.finalize(Clock::get()?.unix_timestamp)?;
        pool.invariant()?;
        emit!(RootFinalized {
            pool: pool.key(),
            kind: pool.kind,
            version: last.version,
            epoch: last.epoch,
            root: last.root,
            total: last.total,
            seq: pool.next_seq()?,
        });
        Ok(())
    }
}
