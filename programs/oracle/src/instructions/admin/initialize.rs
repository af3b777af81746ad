use anchor_lang::prelude::*;
use governance::Governance;
use quorum::MemberSet;

use crate::{
    constants::{ACCOUNT_VERSION, ORACLE_SET_SEED},
    error::OracleError,
    events::OracleSetInitialized,
    program::Oracle,
    state::OracleSet,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone)]
pub struct InitializeArgs {
    /// Becomes the admin: a multisig in production.
    pub admin: Pubkey,
    /// Genesis hash of the network: what is signed on one is worth nothing on another.
    pub cluster_tag: [u8; 32],
    /// 3 to 7 keys; their order gives the indices by which signers are named.
    pub members: Vec<Pubkey>,
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ OracleError::NotUpgradeAuthority)]
    pub program: Program<'info, Oracle>,
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ OracleError::NotUpgradeAuthority)]
    pub program_data: Box<Account<'info, ProgramData>>,
    #[account(init, payer = authority, space = 8 + OracleSet::INIT_SPACE, seeds = [ORACLE_SET_SEED], bump)]
    pub oracle_set: Box<Account<'info, OracleSet>>,
    /// CHECK: its address is that of the instructions sysvar.
    #[account(address = solana_instructions_sysvar::ID @ OracleError::NotInstructionsSysvar)]
    pub instructions_sysvar: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

impl Initialize<'_> {
    fn validate(&self, args: &InitializeArgs) -> Result<()> {
        require_keys_neq!(args.admin, Pubkey::default(), OracleError::InvalidAdmin);
        require!(args.cluster_tag != [0; 32], OracleError::InvalidClusterTag);
        super::refuse_durable_nonce(&self.instructions_sysvar)
    }

    #[access_control(ctx.accounts.validate(&args))]
    pub fn handler(ctx: Context<Self>, args: InitializeArgs) -> Result<()> {
        let oracle_set = &mut ctx.accounts.oracle_set;
        oracle_set.set_inner(OracleSet {
            version: ACCOUNT_VERSION,
            bump: ctx.bumps.oracle_set,
            governance: Governance::new(args.admin, args.admin),
            cluster_tag: args.cluster_tag,
            set: MemberSet::new(args.members).map_err(OracleError::from)?,
            seq: 0,
            reserved: [0; 64],
        });
        oracle_set.invariant()?;
        emit!(OracleSetInitialized {
            admin: args.admin,
            cluster_tag: args.cluster_tag,
            set_version: oracle_set.set.version,
            threshold: oracle_set.set.threshold,
            members: oracle_set.set.members.clone(),
            seq: oracle_set.next_seq()?,
        });
        Ok(())
    }
}
