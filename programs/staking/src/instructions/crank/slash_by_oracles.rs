use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;
use governance::INSTRUCTIONS_SYSVAR;

use crate::{
    constants::MAX_EXPIRY_SECONDS,
    error::StakingError,
    message::SlashMessage,
    oracle::{self, accounts::OracleSet},
    slashing::{Offence, SlashParts},
    state::Node,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct SlashByOraclesArgs {
    pub offence: Offence,
    /// At most an hour ahead.
    pub expires_at: i64,
    /// Indices of the members that signed, strictly increasing.
    pub signers: Vec<u8>,
}

#[derive(Accounts)]
pub struct SlashByOracles<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    /// CHECK: of the oracle program, which has one such account; read by the handler. As a typed account it would bring
    /// a second `Governance` into this program's IDL.
    #[account(owner = oracle::ID_CONST @ StakingError::NotOracleSet)]
    pub oracle_set: UncheckedAccount<'info>,
    #[account(mut)]
    pub node: Box<Account<'info, Node>>,
    #[account(address = node.reward_vault @ StakingError::WrongVault)]
    pub reward_vault: Box<Account<'info, TokenAccount>>,
    /// CHECK: the handler creates it at the address of its seeds, and refuses one that exists.
    #[account(mut)]
    pub slash_case: UncheckedAccount<'info>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = INSTRUCTIONS_SYSVAR @ StakingError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl SlashByOracles<'_> {
    fn read_oracle_set(&self) -> Result<OracleSet> {
        let set = OracleSet::try_deserialize(&mut &self.oracle_set.try_borrow_data()?[..]);
        Ok(set.map_err(|_| StakingError::NotOracleSet)?)
    }

    /// The members signed exactly this slash, for now.
    fn validate(&self, args: &SlashByOraclesArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require_gte!(args.expires_at, now, StakingError::OrderExpired);
        require_gte!(now.saturating_add(MAX_EXPIRY_SECONDS), args.expires_at, StakingError::ExpiryTooFar);
        let oracle_set = self.read_oracle_set()?;
        let message = SlashMessage {
            program_id: &crate::ID,
            cluster_tag: &oracle_set.cluster_tag,
            set_version: oracle_set.set.version,
            node: &self.node.key(),
            reason: args.offence.reason,
            day: args.offence.day,
            amount: args.offence.amount,
            evidence_hash: &args.offence.evidence_hash,
            expires_at: args.expires_at,
        };
        quorum::verify(
            &self.instructions_sysvar,
            &crate::ID,
            &oracle_set.set.members,
            oracle_set.set.threshold,
            &args.signers,
            &message.to_bytes(),
        )
        .map_err(StakingError::from)?;
        Ok(())
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: SlashByOraclesArgs) -> Result<()> {
        let Self { payer, node, reward_vault, slash_case, system_program, .. } = ctx.accounts;
        let parts = SlashParts { payer, node, reward_vault, slash_case, system_program, by_oracles: true };
        parts.slash(args.offence)
    }
}
