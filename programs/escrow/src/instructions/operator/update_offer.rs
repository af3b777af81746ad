use anchor_lang::prelude::*;

use crate::{
    error::EscrowError,
    events::OfferUpdated,
    staking::accounts::Node,
    state::{is_node_authority, Offer, OfferTerms},
};

/// Jobs that are booked keep their price; extensions take the new one. What is not named stays.
#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct UpdateOfferArgs {
    pub terms: Option<OfferTerms>,
    pub active: Option<bool>,
}

#[derive(Accounts)]
pub struct UpdateOffer<'info> {
    #[account(constraint = is_node_authority(&node, authority.key) @ EscrowError::NotNodeAuthority)]
    pub authority: Signer<'info>,
    #[account(address = offer.node @ EscrowError::WrongNode)]
    pub node: Box<Account<'info, Node>>,
    #[account(mut)]
    pub offer: Box<Account<'info, Offer>>,
}

impl UpdateOffer<'_> {
    fn validate(&self, args: &UpdateOfferArgs) -> Result<()> {
        require!(args.terms.is_some() || args.active.is_some(), EscrowError::NothingToUpdate);
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: UpdateOfferArgs) -> Result<()> {
        let offer = &mut ctx.accounts.offer;
        offer.terms = args.terms.unwrap_or(offer.terms);
        offer.active = args.active.unwrap_or(offer.active);
        offer.terms.invariant()?;
        emit!(OfferUpdated {
            offer: offer.key(),
            node: offer.node,
            terms: offer.terms,
            active: offer.active,
            seq: offer.next_seq()?,
        });
        Ok(())
    }
}
