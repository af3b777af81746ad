use anchor_lang::prelude::*;

use crate::{
    error::EscrowError,
    events::OfferClosed,
    staking::accounts::Node,
    state::{is_node_authority, NodeLoad, Offer},
};

#[derive(Accounts)]
pub struct CloseOffer<'info> {
    #[account(constraint = is_node_authority(&node, authority.key) @ EscrowError::NotNodeAuthority)]
    pub authority: Signer<'info>,
    #[account(address = offer.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut, close = rent_payer)]
    pub offer: Box<Account<'info, Offer>>,
    #[account(mut, constraint = node_load.node == node.key() @ EscrowError::WrongNodeLoad)]
    pub node_load: Box<Account<'info, NodeLoad>>,
    /// CHECK: gets lamports only.
    #[account(mut, address = offer.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseOffer<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = ctx.accounts;
        accounts.node_load.on_offer_closed()?;
        emit!(OfferClosed { offer: accounts.offer.key(), node: accounts.node.key(), seq: accounts.offer.next_seq()? });
        Ok(())
    }
}
