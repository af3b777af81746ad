use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

use crate::{
    constants::DELEGATION_SEED,
    error::StakingError,
    events::Delegated,
    state::{Delegation, Node, NodeStatus, StakingConfig},
    vaults,
};

#[derive(Accounts)]
pub struct Delegate<'info> {
    pub delegator: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    /// CHECK: the handler reads it, or creates it at the address of its seeds.
    #[account(mut)]
    pub delegation: UncheckedAccount<'info>,
    #[account(mut, address = node.stake_vault @ StakingError::WrongVault)]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        mut,
        constraint = delegator_token_account.mint == config.io_mint @ StakingError::WrongTokenAccount,
        constraint = delegator_token_account.owner == delegator.key() @ StakingError::WrongTokenAccount
    )]
    pub delegator_token_account: Box<Account<'info, TokenAccount>>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl Delegate<'_> {
    fn validate(&self, amount: u64, now: i64) -> Result<()> {
        require_gt!(amount, 0, StakingError::ZeroStake);
        require!(self.node.status == NodeStatus::Active, StakingError::NodeNotActive);
        require!(!self.node.has_open_case(), StakingError::CaseOpen);
        self.config.require_intake(now)
    }

    pub fn handler(ctx: Context<Self>, amount: u64) -> Result<()> {
        let accounts = ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        accounts.validate(amount, now)?;
        let mut delegation = accounts.load_or_create()?;
        let Self { delegator, node, stake_vault, reward_vault, delegator_token_account, token_program, .. } = accounts;
        vaults::harvest(node, reward_vault, now)?;
        delegation.settle(node, now)?;
        let shares = delegation.on_delegated(node, amount, now)?;
        pda_account::store(&accounts.delegation, &*delegation)?;
        vaults::deposit(node, stake_vault, delegator_token_account, delegator, token_program, amount)?;
        emit!(Delegated {
            node: node.key(),
            delegator: delegator.key(),
            amount,
            shares,
            own_stake: node.own_stake,
            delegated_stake: node.delegated_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }

    /// One that exists needs no search for its address: only this program makes them, one for each pair.
    fn load_or_create(&mut self) -> Result<Box<Delegation>> {
        let (node, delegator) = (self.node.key(), self.delegator.key());
        if *self.delegation.owner == crate::ID {
            let delegation = Delegation::try_deserialize(&mut self.delegation.try_borrow_data()?.as_ref())?;
            require_keys_eq!(delegation.node, node, StakingError::WrongDelegation);
            require_keys_eq!(delegation.delegator, delegator, StakingError::WrongDelegation);
            return Ok(Box::new(delegation));
        }
        let (address, bump) = pda_account::find(&[DELEGATION_SEED, node.as_ref(), delegator.as_ref()], &crate::ID)?;
        require_keys_eq!(self.delegation.key(), address, StakingError::WrongDelegation);
        let seeds: &[&[u8]] = &[DELEGATION_SEED, node.as_ref(), delegator.as_ref(), core::slice::from_ref(&bump)];
        pda_account::create(&self.payer, &self.delegation, &self.system_program, Delegation::SPACE, &crate::ID, seeds)?;
        self.node.on_delegation_opened()?;
        Ok(Box::new(Delegation::new(bump, node, delegator, self.payer.key())))
    }
}
