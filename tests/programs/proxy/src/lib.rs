//! A thief's program, for tests: it calls the program in its last account with all the accounts
//! before it and with its own data.

use anchor_lang::{
    prelude::{AccountInfo, AccountMeta, Pubkey},
    solana_program::{
        entrypoint, entrypoint::ProgramResult, instruction::Instruction, program::invoke, program_error::ProgramError,
    },
};

entrypoint!(call);

fn call(_program_id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let (program, named) = accounts.split_last().ok_or(ProgramError::NotEnoughAccountKeys)?;
    let metas = named
        .iter()
        .map(|account| AccountMeta {
            pubkey: *account.key,
            is_signer: account.is_signer,
            is_writable: account.is_writable,
        })
        .collect();
    invoke(&Instruction { program_id: *program.key, accounts: metas, data: data.to_vec() }, accounts)
}
