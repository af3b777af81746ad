//! Creating an account at an address that a stranger may have sent lamports to.

use anchor_lang::{prelude::*, system_program};

use crate::error::StakingError;

/// Creates an account of this program, paid by `payer`.
#[inline(never)]
pub fn create_account<'info>(
    account: &AccountInfo<'info>,
    payer: &Signer<'info>,
    system_program: &Program<'info, System>,
    space: usize,
    seeds: &[&[u8]],
) -> Result<()> {
    let size = u64::try_from(space).map_err(|_| StakingError::AmountOverflow)?;
    let rent = Rent::get()?.minimum_balance(space);
    let system = system_program.key();
    let payer = || payer.to_account_info();
    let signer = &[seeds];

    let funded = account.lamports();
    if funded == 0 {
        let create = system_program::CreateAccount { from: payer(), to: account.clone() };
        let create = CpiContext::new_with_signer(system, create, signer);
        return system_program::create_account(create, rent, size, &crate::ID);
    }
    // `create_account` refuses for ever an address that holds lamports already.
    let missing = rent.saturating_sub(funded);
    if missing > 0 {
        let transfer = system_program::Transfer { from: payer(), to: account.clone() };
        system_program::transfer(CpiContext::new(system, transfer), missing)?;
    }
    let allocate = system_program::Allocate { account_to_allocate: account.clone() };
    system_program::allocate(CpiContext::new_with_signer(system, allocate, signer), size)?;
    let assign = system_program::Assign { account_to_assign: account.clone() };
    system_program::assign(CpiContext::new_with_signer(system, assign, signer), &crate::ID)
}
