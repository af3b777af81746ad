//! Accounts at program addresses that an instruction reads, or creates where they are missing. Anchor's own way of it
//! searches for the address each time; here the bump is stored in the account.

use anchor_lang::{prelude::*, system_program};

/// Where such an account holds its bump: after the discriminator and the version.
pub const BUMP_OFFSET: usize = 9;

/// The bump of the account at these seeds: the stored one where `program_id` owns the account, which spares the search.
/// Whoever uses it must check the address with it.
pub fn bump_of(account: &AccountInfo, seeds: &[&[u8]], program_id: &Pubkey) -> u8 {
    if account.owner == program_id {
        if let Some(bump) = account.data.borrow().get(BUMP_OFFSET) {
            return *bump;
        }
    }
    Pubkey::find_program_address(seeds, program_id).1
}

/// Creates the account of `space` bytes, exempt from rent, owned by `program_id`. `seeds` end with the bump. It does
/// not matter whether a stranger has sent lamports to the address.
#[inline(never)]
pub fn create<'info>(
    payer: &AccountInfo<'info>,
    account: &AccountInfo<'info>,
    system_program: &AccountInfo<'info>,
    space: usize,
    program_id: &Pubkey,
    seeds: &[&[u8]],
) -> Result<()> {
    let rent = Rent::get()?.minimum_balance(space);
    let space = u64::try_from(space).map_err(|_| ProgramError::InvalidArgument)?;
    let system = *system_program.key;
    let signer = &[seeds];

    let funded = account.lamports();
    if funded == 0 {
        let create = system_program::CreateAccount { from: payer.clone(), to: account.clone() };
        let create = CpiContext::new_with_signer(system, create, signer);
        return system_program::create_account(create, rent, space, program_id);
    }
    // `create_account` refuses for ever an address that a stranger has sent lamports to.
    let missing = rent.saturating_sub(funded);
    if missing > 0 {
        let transfer = system_program::Transfer { from: payer.clone(), to: account.clone() };
        system_program::transfer(CpiContext::new(system, transfer), missing)?;
    }
    let allocate = system_program::Allocate { account_to_allocate: account.clone() };
    system_program::allocate(CpiContext::new_with_signer(system, allocate, signer), space)?;
    let assign = system_program::Assign { account_to_assign: account.clone() };
    system_program::assign(CpiContext::new_with_signer(system, assign, signer), program_id)
}
