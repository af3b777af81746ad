//! Reading the instructions sysvar in place: the loaders of the SDK copy every account meta.
//!
//! ```text
//! number of instructions u16 | their offsets, u16 each | instructions | index of the current one u16
//! ```
//! An instruction: number of accounts u16, for each one flag byte and a key, program id, length of data u16, data.

use anchor_lang::prelude::Pubkey;

use crate::{check_ed25519_data, check_signers, QuorumError, ED25519_PROGRAM_ID};

const U16_LEN: usize = 2;
const KEY_LEN: usize = 32;
const META_LEN: usize = 1 + KEY_LEN;

struct Instruction<'a> {
    program_id: &'a [u8],
    data: &'a [u8],
}

/// What [`crate::verify`] checks once it has the bytes of the instructions sysvar and knows that no other program is
/// calling.
pub fn verify_transaction(
    sysvar: &[u8],
    program_id: &Pubkey,
    members: &[Pubkey],
    threshold: u8,
    signers: &[u8],
    message: &[u8],
) -> Result<(), QuorumError> {
    check_signers(members, threshold, signers)?;

    let current = current_index(sysvar).ok_or(QuorumError::NotInstructionsSysvar)?;
    let ours = instruction(sysvar, current).ok_or(QuorumError::NotInstructionsSysvar)?;
    if ours.program_id != program_id.as_ref() {
        return Err(QuorumError::NotTopLevel);
    }
    let before = current.checked_sub(1).ok_or(QuorumError::SignaturesMissing)?;
    let signatures = instruction(sysvar, before).ok_or(QuorumError::NotInstructionsSysvar)?;
    if signatures.program_id != ED25519_PROGRAM_ID.as_ref() {
        return Err(QuorumError::SignaturesMissing);
    }
    check_ed25519_data(signatures.data, members, signers, message)
}

fn read_u16(data: &[u8], at: usize) -> Option<usize> {
    let bytes = data.get(at..at.checked_add(U16_LEN)?)?;
    Some(usize::from(u16::from_le_bytes(bytes.try_into().ok()?)))
}

fn current_index(sysvar: &[u8]) -> Option<usize> {
    read_u16(sysvar, sysvar.len().checked_sub(U16_LEN)?)
}

fn instruction(sysvar: &[u8], index: usize) -> Option<Instruction<'_>> {
    if index >= read_u16(sysvar, 0)? {
        return None;
    }
    let start = read_u16(sysvar, U16_LEN + index * U16_LEN)?;
    let accounts = read_u16(sysvar, start)?;
    let program_at = start + U16_LEN + accounts * META_LEN;
    let length_at = program_at + KEY_LEN;
    let data_at = length_at + U16_LEN;
    let length = read_u16(sysvar, length_at)?;
    Some(Instruction { program_id: sysvar.get(program_at..length_at)?, data: sysvar.get(data_at..data_at + length)? })
}

#[cfg(test)]
mod tests {
    use anchor_lang::solana_program::sysvar::instructions::{
        construct_instructions_data, BorrowedAccountMeta, BorrowedInstruction,
    };

    use super::*;
    use crate::ed25519::tests::{encode, members, MESSAGE};

    const OURS: Pubkey = Pubkey::new_from_array([77; 32]);
    const OTHER: Pubkey = Pubkey::new_from_array([78; 32]);

    /// The sysvar of a transaction of these instructions, while the one at `current` runs.
    fn sysvar(instructions: &[(Pubkey, Vec<u8>)], current: u16) -> Vec<u8> {
        let key = Pubkey::new_from_array([9; 32]);
        let instructions: Vec<_> = instructions
            .iter()
            .enumerate()
            .map(|(index, (program_id, data))| BorrowedInstruction {
                program_id,
                accounts: (0..index)
                    .map(|_| BorrowedAccountMeta { pubkey: &key, is_signer: false, is_writable: true })
                    .collect(),
                data,
            })
            .collect();
        let mut data = construct_instructions_data(&instructions);
        let end = data.len();
        data[end - 2..].copy_from_slice(&current.to_le_bytes());
        data
    }

    fn run(sysvar: &[u8], threshold: u8, signers: &[u8]) -> Result<(), QuorumError> {
        verify_transaction(sysvar, &OURS, &members(5), threshold, signers, MESSAGE)
    }

    fn signed(signers: &[u8]) -> (Pubkey, Vec<u8>) {
        (ED25519_PROGRAM_ID, encode(&members(6), signers, MESSAGE))
    }

    fn ours() -> (Pubkey, Vec<u8>) {
        (OURS, vec![1, 2, 3])
    }

    #[test]
    fn accepts_from_the_threshold_to_all_members() {
        for signers in [&[0, 1, 2, 3][..], &[1, 2, 3, 4], &[0, 1, 2, 3, 4]] {
            assert_eq!(run(&sysvar(&[signed(signers), ours()], 1), 4, signers), Ok(()));
        }
    }

    #[test]
    fn accepts_wherever_in_the_transaction_the_pair_stands() {
        let other = (OTHER, vec![5; 300]);
        let instructions = [other.clone(), ours(), signed(&[0, 1, 4]), ours(), other];
        assert_eq!(run(&sysvar(&instructions, 3), 3, &[0, 1, 4]), Ok(()));
    }

    #[test]
    fn refuses_one_signer_less_than_the_threshold() {
        let data = sysvar(&[signed(&[0, 1, 4]), ours()], 1);
        assert_eq!(run(&data, 4, &[0, 1, 4]), Err(QuorumError::TooFewSigners));
    }

    #[test]
    fn refuses_no_signers_even_at_a_threshold_of_zero() {
        let data = sysvar(&[signed(&[]), ours()], 1);
        assert_eq!(run(&data, 0, &[]), Err(QuorumError::TooFewSigners));
    }

    #[test]
    fn refuses_more_signers_than_members() {
        let signers = [0, 1, 2, 3, 4, 5];
        assert_eq!(run(&sysvar(&[signed(&signers), ours()], 1), 4, &signers), Err(QuorumError::TooManySigners));
    }

    #[test]
    fn refuses_a_repeated_member() {
        for signers in [[0, 1, 1], [0, 0, 1], [2, 2, 2]] {
            let data = sysvar(&[signed(&signers), ours()], 1);
            assert_eq!(run(&data, 3, &signers), Err(QuorumError::SignersNotIncreasing));
        }
    }

    #[test]
    fn refuses_members_out_of_order() {
        for signers in [[1, 0, 2], [0, 2, 1], [2, 1, 0]] {
            let data = sysvar(&[signed(&signers), ours()], 1);
            assert_eq!(run(&data, 3, &signers), Err(QuorumError::SignersNotIncreasing));
        }
    }

    #[test]
    fn refuses_who_is_no_member() {
        let data = sysvar(&[signed(&[0, 1, 5]), ours()], 1);
        assert_eq!(run(&data, 3, &[0, 1, 5]), Err(QuorumError::UnknownSigner));
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::WrongSignerKey));
    }

    #[test]
    fn refuses_signers_that_are_not_those_who_signed() {
        let data = sysvar(&[signed(&[0, 1, 4]), ours()], 1);
        assert_eq!(run(&data, 3, &[0, 1, 2]), Err(QuorumError::WrongSignerKey));
        assert_eq!(run(&data, 3, &[0, 1, 2, 4]), Err(QuorumError::NonCanonicalSignatures));
    }

    #[test]
    fn refuses_signatures_of_another_program() {
        let data = sysvar(&[(OTHER, signed(&[0, 1, 4]).1), ours()], 1);
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::SignaturesMissing));
    }

    #[test]
    fn refuses_signatures_after_the_instruction() {
        let data = sysvar(&[ours(), signed(&[0, 1, 4])], 0);
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::SignaturesMissing));
        let data = sysvar(&[(OTHER, vec![]), ours(), signed(&[0, 1, 4])], 1);
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::SignaturesMissing));
    }

    #[test]
    fn refuses_signatures_that_are_not_directly_before() {
        let data = sysvar(&[signed(&[0, 1, 4]), (OTHER, vec![]), ours()], 2);
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::SignaturesMissing));
    }

    #[test]
    fn refuses_signatures_that_the_instruction_before_has_used() {
        let data = sysvar(&[signed(&[0, 1, 4]), ours(), ours()], 2);
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::SignaturesMissing));
    }

    #[test]
    fn refuses_a_current_instruction_of_another_program() {
        let data = sysvar(&[signed(&[0, 1, 4]), (OTHER, vec![])], 1);
        assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::NotTopLevel));
    }

    #[test]
    fn refuses_another_message() {
        let data = sysvar(&[signed(&[0, 1, 4]), ours()], 1);
        let mut message = MESSAGE.to_vec();
        message[0] ^= 1;
        let result = verify_transaction(&data, &OURS, &members(5), 3, &[0, 1, 4], &message);
        assert_eq!(result, Err(QuorumError::WrongMessage));
    }

    #[test]
    fn reads_no_byte_outside_of_a_truncated_sysvar() {
        let good = sysvar(&[signed(&[0, 1, 4]), ours()], 1);
        for length in 0..good.len() {
            assert!(run(&good[..length], 3, &[0, 1, 4]).is_err(), "{length} bytes");
        }
        for index in [2u16, 3, 0xFFFF] {
            let mut data = good.clone();
            let end = data.len();
            data[end - 2..].copy_from_slice(&index.to_le_bytes());
            assert_eq!(run(&data, 3, &[0, 1, 4]), Err(QuorumError::NotInstructionsSysvar));
        }
        for at in [2, 3, 4, 5] {
            for value in [0, 0x7F, 0xFF] {
                let mut data = good.clone();
                data[at] = value;
                let changed = data != good;
                assert_eq!(run(&data, 3, &[0, 1, 4]).is_err(), changed, "byte {at} set to {value}");
            }
        }
    }
}
