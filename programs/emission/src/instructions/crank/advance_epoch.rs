use anchor_lang::prelude::*;
use anchor_spl::token::{self, Mint, MintTo, Token, TokenAccount};

use crate::{
    constants::{POOL_SEED, SCHEDULE_SEED},
    error::EmissionError,
    events::EpochAdvanced,
    state::{Pool, PoolKind, Schedule},
};

#[derive(Accounts)]
pub struct AdvanceEpoch<'info> {
    #[account(
        mut,
        seeds = [SCHEDULE_SEED],
        bump = schedule.bump,
        has_one = io_mint @ EmissionError::WrongIoMint
    )]
    pub schedule: Box<Account<'info, Schedule>>,
    #[account(mut)]
    pub io_mint: Box<Account<'info, Mint>>,
    #[account(mut, seeds = [POOL_SEED, PoolKind::Gpu.seed()], bump = gpu_pool.bump)]
    pub gpu_pool: Box<Account<'info, Pool>>,
    #[account(mut, address = gpu_pool.vault @ EmissionError::WrongVault)]
    pub gpu_vault: Box<Account<'info, TokenAccount>>,
    #[account(mut, seeds = [POOL_SEED, PoolKind::Cpu.seed()], bump = cpu_pool.bump)]
    pub cpu_pool: Box<Account<'info, Pool>>,
    #[account(mut, address = cpu_pool.vault @ EmissionError::WrongVault)]
    pub cpu_vault: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
}

impl<'info> AdvanceEpoch<'info> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        let due = accounts.schedule.due(Clock::get()?.unix_timestamp)?;
        let supply_before = accounts.io_mint.supply;
        let minted = accounts.schedule.on_minted(&due)?;
        let to_gpu = accounts.gpu_pool.on_minted(&due.shares, &due.released)?;
        let to_cpu = accounts.cpu_pool.on_minted(&due.shares, &due.released)?;

        accounts.mint(&accounts.gpu_vault, to_gpu)?;
        accounts.mint(&accounts.cpu_vault, to_cpu)?;

        accounts.io_mint.reload()?;
        accounts.gpu_vault.reload()?;
        accounts.cpu_vault.reload()?;
        require!(
            to_gpu.checked_add(to_cpu) == Some(minted)
                && supply_before.checked_add(minted) == Some(accounts.io_mint.supply),
            EmissionError::MintMismatch
        );
        accounts.schedule.invariant()?;
        accounts.gpu_pool.invariant()?;
        accounts.cpu_pool.invariant()?;
        accounts.gpu_pool.check_vault(accounts.gpu_vault.amount)?;
        accounts.cpu_pool.check_vault(accounts.cpu_vault.amount)?;
        emit!(EpochAdvanced {
            epoch: due.epoch,
            minted,
            total_minted: accounts.schedule.total_minted,
            gpu_released: accounts.gpu_pool.released,
            cpu_released: accounts.cpu_pool.released,
            supply_after: accounts.io_mint.supply,
            seq: accounts.schedule.next_seq()?,
        });
        Ok(())
    }

    fn mint(&self, vault: &Account<'info, TokenAccount>, amount: u64) -> Result<()> {
        let mint_to = MintTo {
            mint: self.io_mint.to_account_info(),
            to: vault.to_account_info(),
            authority: self.schedule.to_account_info(),
        };
        let seeds = self.schedule.signer_seeds();
        token::mint_to(CpiContext::new_with_signer(self.token_program.key(), mint_to, &[&seeds]), amount)
    }
}
