use anchor_lang::prelude::*;

use crate::{
    constants::{ACCOUNT_VERSION, NODE_LOAD_SEED, OFFER_SEED},
    error::EscrowError,
    events::OfferCreated,
    staking::accounts::Node,
    state::{is_node_authority, EscrowConfig, NodeLoad, Offer, OfferTerms},
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct CreateOfferArgs {
    /// Unused by the node's other offers.
    pub id: u16,
    pub terms: OfferTerms,
}

#[derive(Accounts)]
#[instruction(args: CreateOfferArgs)]
pub struct CreateOffer<'info> {
    #[account(constraint = is_node_authority(&node, authority.key) @ EscrowError::NotNodeAuthority)]
    pub authority: Signer<'info>,
    #[account(mut)]
    pub payer: Signer<'info>,
    pub config: Box<Account<'info, EscrowConfig>>,
    pub node: Box<Account<'info, Node>>,
    #[account(
        init,
        payer = payer,
        space = 8 + Offer::INIT_SPACE,
        seeds = [OFFER_SEED, node.key().as_ref(), &args.id.to_le_bytes()],
        bump
    )]
    pub offer: Box<Account<'info, Offer>>,
    /// Made with the node's first offer.
    #[account(
        init_if_needed,
        payer = payer,
        space = 8 + NodeLoad::INIT_SPACE,
        seeds = [NODE_LOAD_SEED, node.key().as_ref()],
        bump
    )]
    pub node_load: Box<Account<'info, NodeLoad>>,
    pub system_program: Program<'info, System>,
}

impl CreateOffer<'_> {
    fn validate(&self) -> Result<()> {
        self.config.require_intake(Clock::get()?.unix_timestamp)
    }

    #[access_control(ctx.accounts.validate())]
    pub fn handler(ctx: Context<Self>, args: CreateOfferArgs) -> Result<()> {
        let accounts = ctx.accounts;
        let node = accounts.node.key();
        accounts.offer.set_inner(Offer {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.offer,
            id: args.id,
            node,
            rent_payer: accounts.payer.key(),
            terms: args.terms,
            active: true,
            seq: 0,
            reserved: [0; 32],
        });
        accounts.offer.terms.invariant()?;
        if accounts.node_load.version == 0 {
            accounts.node_load.set_inner(NodeLoad {
                version: ACCOUNT_VERSION,
                bump: ctx.bumps.node_load,
                node,
                rent_payer: accounts.payer.key(),
                devices_busy: 0,
                offers: 0,
                jobs: 0,
                reserved: [0; 32],
            });
        }
        accounts.node_load.on_offer_created()?;
        emit!(OfferCreated { offer: accounts.offer.key(), node, id: args.id, terms: args.terms });
        Ok(())
    }
}
