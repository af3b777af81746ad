use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};

use crate::{
    constants::{ACCOUNT_VERSION, MAX_COMMISSION_BPS, MAX_OPEN_CASES, NODE_SEED, REWARD_VAULT_SEED, STAKE_VAULT_SEED},
    error::StakingError,
    events::NodeRegistered,
    state::{Bandwidth, HardwareClass, Node, NodeStatus, OpenCase, Position, StakingConfig, Tranche},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct RegisterNodeArgs {
    /// Chosen by the owner, unused by his other nodes.
    pub id: u32,
    /// Hot key of the node's agent.
    pub operator: Pubkey,
    /// May start and release jobs as well.
    pub scheduler: Option<Pubkey>,
    /// Wallet that the income of jobs goes to.
    pub payout: Pubkey,
    pub device_count: u8,
    pub bandwidth: Bandwidth,
    /// Lower-case letters, digits and hyphens, padded with zeros.
    pub region: [u8; 16],
    /// The owner's part of the rewards that come from delegated stake, in basis points.
    pub commission_bps: u16,
}

#[derive(Accounts)]
#[instruction(args: RegisterNodeArgs)]
pub struct RegisterNode<'info> {
    pub owner: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(constraint = class.active @ StakingError::ClassInactive)]
    pub class: Box<Account<'info, HardwareClass>>,
    #[account(
        init,
        payer = payer,
        space = Node::SPACE,
        seeds = [NODE_SEED, owner.key().as_ref(), &args.id.to_le_bytes()],
        bump
    )]
    pub node: Box<Account<'info, Node>>,
    #[account(
        init,
        payer = payer,
        seeds = [STAKE_VAULT_SEED, node.key().as_ref()],
        bump,
        token::mint = io_mint,
        token::authority = node
    )]
    pub stake_vault: Box<Account<'info, TokenAccount>>,
    #[account(
        init,
        payer = payer,
        seeds = [REWARD_VAULT_SEED, node.key().as_ref()],
        bump,
        token::mint = io_mint,
        token::authority = node
    )]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    #[account(address = config.io_mint @ StakingError::WrongMint)]
    pub io_mint: Box<Account<'info, Mint>>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

impl RegisterNode<'_> {
    fn validate(&self, args: &RegisterNodeArgs) -> Result<()> {
        require_gte!(MAX_COMMISSION_BPS, args.commission_bps, StakingError::CommissionOutOfRange);
        self.config.require_intake(Clock::get()?.unix_timestamp)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: RegisterNodeArgs) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.node.set_inner(Node {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.node,
            id: args.id,
            owner: accounts.owner.key(),
            operator: args.operator,
            scheduler: args.scheduler.filter(|key| *key != Pubkey::default()),
            payout: args.payout,
            rent_payer: accounts.payer.key(),
            class: accounts.class.key(),
            device_count: args.device_count,
            bandwidth: args.bandwidth,
            region: args.region,
            status: NodeStatus::Active,
            own_stake: 0,
            delegated_stake: 0,
            minimum_stake: 0,
            registered_at: Clock::get()?.unix_timestamp,
            seq: 0,
            stake_vault: accounts.stake_vault.key(),
            reward_vault: accounts.reward_vault.key(),
            commission_bps: args.commission_bps,
            pending_commission_bps: 0,
            commission_applies_at: 0,
            own: Tranche::default(),
            own_generation: 0,
            own_position: Position::default(),
            delegated: Tranche::default(),
            delegated_earning_shares: 0,
            reward_index: 0,
            reward_remainder: 0,
            owner_rewards: 0,
            unpaid_rewards: 0,
            in_cases: 0,
            open_cases: [OpenCase::default(); MAX_OPEN_CASES],
            delegations: 0,
            unbondings: 0,
            reserved: [0; 64],
        });
        accounts.node.set_hardware(accounts.class.key(), &accounts.class, args.device_count, &accounts.config)?;
        accounts.node.check_identity()?;
        accounts.node.invariant(accounts.stake_vault.amount)?;
        emit!(NodeRegistered {
            node: accounts.node.key(),
            owner: accounts.owner.key(),
            operator: args.operator,
            payout: args.payout,
            class: accounts.class.key(),
            device_count: args.device_count,
            minimum_stake: accounts.node.minimum_stake,
            commission_bps: args.commission_bps,
        });
        Ok(())
    }
}
