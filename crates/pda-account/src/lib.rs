//! Accounts at program addresses that an instruction reads, or creates where they are missing. Anchor's own way of it
//! searches for the address by a syscall each time; here the bump is stored in the account, and the search for one that
//! is not there yet costs a fifth.

use anchor_lang::{prelude::*, system_program};

/// Where such an account holds its bump: after the discriminator and the version.
pub const BUMP_OFFSET: usize = 9;

/// The address of these seeds and its bump, as `find_program_address` gives them. That syscall takes 1,500 compute units
/// for each bump that it tries; to hash the seeds and to ask whether the result is on the curve takes about 300.
pub fn find<const N: usize>(seeds: &[&[u8]; N], program_id: &Pubkey) -> Result<(Pubkey, u8)> {
    Ok(Pubkey::derive_program_address(seeds, program_id).ok_or(ProgramError::InvalidSeeds)?)
}

/// The bump of an account that has to be the one at these seeds: what `seeds` and `bump` of Anchor check.
pub fn check<const N: usize>(account: &AccountInfo, seeds: &[&[u8]; N], program_id: &Pubkey) -> Result<u8> {
    let (address, bump) = find(seeds, program_id)?;
    require_keys_eq!(*account.key, address, ErrorCode::ConstraintSeeds);
    Ok(bump)
}

/// The bump of the account at these seeds: the stored one where `program_id` owns the account, which spares the search.
/// Whoever uses it must check the address with it.
pub fn bump_of<const N: usize>(account: &AccountInfo, seeds: &[&[u8]; N], program_id: &Pubkey) -> u8 {
    if account.owner == program_id {
        if let Some(bump) = account.data.borrow().get(BUMP_OFFSET) {
            return *bump;
        }
    }
    // Without an address there is no bump either, and none is taken for it.
    find(seeds, program_id).map_or(0, |(_, bump)| bump)
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
    let create = system_program::CreateAccountAllowPrefund { from: payer.clone(), to: account.clone() };
    let create = CpiContext::new_with_signer(system, create, signer);
    system_program::create_account_allow_prefund(create, rent.saturating_sub(funded), space, program_id)
}

/// Writes an account that Anchor does not write by itself, in one piece: field by field costs twice as much.
pub fn store<T: AccountSerialize>(account: &AccountInfo, value: &T) -> Result<()> {
    let mut data = account.try_borrow_mut_data()?;
    let mut bytes = Vec::with_capacity(data.len());
    value.try_serialize(&mut bytes)?;
    let place = data.get_mut(..bytes.len()).ok_or(ErrorCode::AccountDidNotSerialize)?;
    place.copy_from_slice(&bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_the_syscall_finds() {
        for byte in 0..=255u8 {
            let (program_id, seed) = (Pubkey::new_from_array([byte; 32]), [byte; 32]);
            let seeds: [&[u8]; 3] = [b"delegation", &seed, &[byte]];
            assert_eq!(find(&seeds, &program_id).unwrap(), Pubkey::find_program_address(&seeds, &program_id));
        }
    }
}
