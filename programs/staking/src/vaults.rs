//! How IO moves in and out of a node's two vaults: one way for all instructions.

use anchor_lang::prelude::*;
use anchor_spl::{
    associated_token::get_associated_token_address,
    token::{self, accessor, Burn, CloseAccount, Mint, Token, TokenAccount, Transfer},
};

use crate::{
    error::StakingError,
    events::RewardsHarvested,
    state::{Node, NodeSeeds},
};

/// Divides what has come into the reward vault, and says so where it was anything.
pub fn harvest(node: &mut Account<Node>, reward_vault: &TokenAccount, now: i64) -> Result<()> {
    let harvest = node.harvest(reward_vault.amount, now)?;
    if harvest.amount > 0 {
        emit!(RewardsHarvested {
            node: node.key(),
            amount: harvest.amount,
            owner: harvest.split.owner,
            commission: harvest.split.commission,
            delegators: harvest.split.delegators,
            owner_rewards: node.owner_rewards,
            unpaid_rewards: node.unpaid_rewards,
            seq: node.next_seq()?,
        });
    }
    Ok(())
}

/// Takes IO from a holder into a stake vault and checks that the vault covers the node's books.
pub fn deposit<'info>(
    node: &Account<'info, Node>,
    stake_vault: &Account<'info, TokenAccount>,
    from: &Account<'info, TokenAccount>,
    authority: &Signer<'info>,
    token_program: &Program<'info, Token>,
    amount: u64,
) -> Result<()> {
    let accounts = Transfer {
        from: from.to_account_info(),
        to: stake_vault.to_account_info(),
        authority: authority.to_account_info(),
    };
    token::transfer(CpiContext::new(token_program.key(), accounts), amount)?;
    node.invariant(accessor::amount(stake_vault.as_ref())?)
}

/// Pays IO out of a vault of the node.
pub fn pay<'info>(
    node: &Account<'info, Node>,
    vault: &Account<'info, TokenAccount>,
    to: &Account<'info, TokenAccount>,
    token_program: &Program<'info, Token>,
    amount: u64,
) -> Result<()> {
    let seeds = NodeSeeds::from(&**node);
    let accounts =
        Transfer { from: vault.to_account_info(), to: to.to_account_info(), authority: node.to_account_info() };
    token::transfer(CpiContext::new_with_signer(token_program.key(), accounts, &[&seeds.as_seeds()]), amount)
}

/// Burns IO of a vault of the node, and checks that the supply fell by it.
pub fn burn<'info>(
    node: &Account<'info, Node>,
    vault: &Account<'info, TokenAccount>,
    mint: &mut Account<'info, Mint>,
    token_program: &Program<'info, Token>,
    amount: u64,
) -> Result<()> {
    let seeds = NodeSeeds::from(&**node);
    let supply = mint.supply;
    let accounts =
        Burn { mint: mint.to_account_info(), from: vault.to_account_info(), authority: node.to_account_info() };
    token::burn(CpiContext::new_with_signer(token_program.key(), accounts, &[&seeds.as_seeds()]), amount)?;
    mint.reload()?;
    require!(supply.checked_sub(amount) == Some(mint.supply), StakingError::InvariantViolated);
    Ok(())
}

/// Closes an empty vault of the node; its rent goes to who paid it.
pub fn close<'info>(
    node: &Account<'info, Node>,
    vault: &Account<'info, TokenAccount>,
    rent_payer: &AccountInfo<'info>,
    token_program: &Program<'info, Token>,
) -> Result<()> {
    let seeds = NodeSeeds::from(&**node);
    let accounts = CloseAccount {
        account: vault.to_account_info(),
        destination: rent_payer.clone(),
        authority: node.to_account_info(),
    };
    token::close_account(CpiContext::new_with_signer(token_program.key(), accounts, &[&seeds.as_seeds()]))
}

/// Where money of `wallet` may go: to its associated token account, whoever sends it there; to any account of the mint
/// that `wallet` names by its own signature.
pub fn check_destination(
    destination: &Account<TokenAccount>,
    wallet: &Pubkey,
    signer: &Pubkey,
    mint: &Pubkey,
) -> Result<()> {
    require_keys_eq!(destination.mint, *mint, StakingError::WrongDestination);
    if signer != wallet {
        require_keys_eq!(destination.owner, *wallet, StakingError::WrongDestination);
        let associated = get_associated_token_address(wallet, mint);
        require_keys_eq!(destination.key(), associated, StakingError::WrongDestination);
    }
    Ok(())
}
