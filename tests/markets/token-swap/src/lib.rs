//! spl-token-swap 3.0.0 as it was published, behind an entrypoint.

solana_program::entrypoint!(process_instruction);

use solana_program::{account_info::AccountInfo, entrypoint::ProgramResult, pubkey::Pubkey};

fn process_instruction(program_id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    spl_token_swap::processor::Processor::process(program_id, accounts, data)
}
