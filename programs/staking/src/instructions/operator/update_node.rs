use anchor_lang::prelude::*;

use crate::{
    error::StakingError,
    events::NodeUpdated,
    hire::Hire,
    state::{Bandwidth, HardwareClass, Node, NodeStatus, StakingConfig},
};

/// What is not named stays as it is.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateNodeArgs {
    pub operator: Option<Pubkey>,
    /// The default key removes the scheduler.
    pub scheduler: Option<Pubkey>,
    /// Jobs that run already pay the wallet that they were started with.
    pub payout: Option<Pubkey>,
    /// Together with the class that is passed: not while the node is on hire.
    pub device_count: Option<u8>,
    pub bandwidth: Option<Bandwidth>,
    pub region: Option<[u8; 16]>,
    pub status: Option<NodeStatus>,
}

#[derive(Accounts)]
pub struct UpdateNode<'info> {
    #[account(address = node.owner @ StakingError::NotOwner)]
    pub owner: Signer<'info>,
    pub config: Box<Account<'info, StakingConfig>>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    /// The node's class, or the one that it changes to.
    pub class: Box<Account<'info, HardwareClass>>,
    /// CHECK: escrow's account at the node's address, as the handler checks; one that does not exist means that nothing is hired.
    pub node_load: UncheckedAccount<'info>,
}

impl UpdateNode<'_> {
    /// Whether the call changes class or number of devices.
    fn changes_hardware(&self, args: &UpdateNodeArgs) -> bool {
        self.class.key() != self.node.class || args.device_count.is_some_and(|count| count != self.node.device_count)
    }

    fn validate(&self, args: &UpdateNodeArgs) -> Result<()> {
        let hire = Hire::read(&self.node_load, &self.node.key())?;
        if self.changes_hardware(args) {
            require!(self.class.active, StakingError::ClassInactive);
            require!(!hire.is_hired(), StakingError::NodeHired);
        }
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateNodeArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let changes_hardware = accounts.changes_hardware(&args);
        let node = &mut accounts.node;
        if changes_hardware {
            let devices = args.device_count.unwrap_or(node.device_count);
            node.set_hardware(accounts.class.key(), &accounts.class, devices, &accounts.config)?;
        }
        if let Some(scheduler) = args.scheduler {
            node.scheduler = (scheduler != Pubkey::default()).then_some(scheduler);
        }
        node.operator = args.operator.unwrap_or(node.operator);
        node.payout = args.payout.unwrap_or(node.payout);
        node.bandwidth = args.bandwidth.unwrap_or(node.bandwidth);
        node.region = args.region.unwrap_or(node.region);
        node.status = args.status.unwrap_or(node.status);
        node.check_identity()?;
        emit!(NodeUpdated {
            node: node.key(),
            operator: node.operator,
            scheduler: node.scheduler,
            payout: node.payout,
            class: node.class,
            device_count: node.device_count,
            bandwidth: node.bandwidth,
            status: node.status,
            minimum_stake: node.minimum_stake,
            seq: node.next_seq()?,
        });
        Ok(())
    }
}
