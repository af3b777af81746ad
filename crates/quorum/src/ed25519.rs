//! The one accepted encoding of an ed25519 instruction's data.
//!
//! ```text
//! [n, 0] | n offset records of 14 bytes | n times (public key 32 | signature 64) | message
//! ```
//! An offset record is seven u16, little endian: signature offset, its instruction, key offset, its instruction,
//! message offset, message length, its instruction. Each instruction is 0xFFFF, "this one".

use anchor_lang::prelude::Pubkey;

use crate::QuorumError;

const HEADER_LEN: usize = 2;
const RECORD_LEN: usize = 14;
const KEY_LEN: usize = 32;
const SIGNATURE_LEN: usize = 64;
const PAIR_LEN: usize = KEY_LEN + SIGNATURE_LEN;
const THIS_INSTRUCTION: [u8; 2] = [0xFF, 0xFF];

/// Checks that `data` is the accepted encoding of one signature over `message` by each of `signers`, in their order.
/// That the signatures are right, the runtime has checked before any program ran.
pub fn check_ed25519_data(data: &[u8], members: &[Pubkey], signers: &[u8], message: &[u8]) -> Result<(), QuorumError> {
    let count = signers.len();
    let number = u8::try_from(count).map_err(|_| QuorumError::TooManySigners)?;
    let pairs_start = HEADER_LEN + count * RECORD_LEN;
    let message_start = pairs_start + count * PAIR_LEN;

    let (Some(header), Some(records), Some(pairs), Some(signed)) = (
        data.get(..HEADER_LEN),
        data.get(HEADER_LEN..pairs_start),
        data.get(pairs_start..message_start),
        data.get(message_start..),
    ) else {
        return Err(QuorumError::NonCanonicalSignatures);
    };
    if header != [number, 0] || signed.len() != message.len() {
        return Err(QuorumError::NonCanonicalSignatures);
    }

    let message_offset = offset(message_start)?;
    let message_len = offset(message.len())?;
    let mut key_start = pairs_start;
    for ((signer, record), pair) in
        signers.iter().zip(records.chunks_exact(RECORD_LEN)).zip(pairs.chunks_exact(PAIR_LEN))
    {
        let key_offset = offset(key_start)?;
        let signature_offset = offset(key_start + KEY_LEN)?;
        let canonical = [
            signature_offset,
            THIS_INSTRUCTION,
            key_offset,
            THIS_INSTRUCTION,
            message_offset,
            message_len,
            THIS_INSTRUCTION,
        ];
        if record != canonical.as_flattened() {
            return Err(QuorumError::NonCanonicalSignatures);
        }
        let member = members.get(usize::from(*signer)).ok_or(QuorumError::UnknownSigner)?;
        if pair.get(..KEY_LEN) != Some(member.as_ref()) {
            return Err(QuorumError::WrongSignerKey);
        }
        key_start += PAIR_LEN;
    }

    if signed != message {
        return Err(QuorumError::WrongMessage);
    }
    Ok(())
}

fn offset(value: usize) -> Result<[u8; 2], QuorumError> {
    u16::try_from(value).map(u16::to_le_bytes).map_err(|_| QuorumError::NonCanonicalSignatures)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const MESSAGE: &[u8] = b"forty-eight bytes that the members have put down";

    pub(crate) fn members(count: u8) -> Vec<Pubkey> {
        (0..count).map(|index| Pubkey::new_from_array([index + 1; 32])).collect()
    }

    /// What a client sends: written from the layout in the page above, not from the code under test.
    pub(crate) fn encode(members: &[Pubkey], signers: &[u8], message: &[u8]) -> Vec<u8> {
        let count = u16::try_from(signers.len()).unwrap();
        let mut data = vec![u8::try_from(count).unwrap(), 0];
        for index in 0..count {
            let key = 2 + 14 * count + 96 * index;
            let length = u16::try_from(message.len()).unwrap();
            for field in [key + 32, 0xFFFF, key, 0xFFFF, 2 + 110 * count, length, 0xFFFF] {
                data.extend(field.to_le_bytes());
            }
        }
        for signer in signers {
            data.extend(members[usize::from(*signer)].as_ref());
            data.extend([0xA0 + signer; 64]);
        }
        data.extend(message);
        data
    }

    fn check(data: &[u8], signers: &[u8]) -> Result<(), QuorumError> {
        check_ed25519_data(data, &members(5), signers, MESSAGE)
    }

    #[test]
    fn accepts_the_canonical_encoding() {
        for signers in [&[0][..], &[0, 1], &[1, 3, 4], &[0, 1, 2, 3, 4]] {
            assert_eq!(check(&encode(&members(5), signers, MESSAGE), signers), Ok(()));
        }
    }

    #[test]
    fn refuses_another_number_of_signatures() {
        for number in [0, 1, 2, 4, 255] {
            let mut data = encode(&members(5), &[0, 2, 4], MESSAGE);
            data[0] = number;
            assert_eq!(check(&data, &[0, 2, 4]), Err(QuorumError::NonCanonicalSignatures), "number {number}");
        }
        let data = encode(&members(5), &[0, 2], MESSAGE);
        assert_eq!(check(&data, &[0, 2, 4]), Err(QuorumError::NonCanonicalSignatures));
    }

    #[test]
    fn refuses_a_set_padding_byte() {
        let mut data = encode(&members(5), &[0, 2, 4], MESSAGE);
        data[1] = 1;
        assert_eq!(check(&data, &[0, 2, 4]), Err(QuorumError::NonCanonicalSignatures));
    }

    #[test]
    fn refuses_any_other_instruction_index() {
        for record in 0..3 {
            for field in [1, 3, 6] {
                for index in [0u16, 1, 2, 0xFFFE] {
                    let mut data = encode(&members(5), &[0, 2, 4], MESSAGE);
                    let at = 2 + 14 * record + 2 * field;
                    data[at..at + 2].copy_from_slice(&index.to_le_bytes());
                    assert_eq!(
                        check(&data, &[0, 2, 4]),
                        Err(QuorumError::NonCanonicalSignatures),
                        "record {record}, field {field}, instruction {index}"
                    );
                }
            }
        }
    }

    #[test]
    fn refuses_any_shifted_offset_or_length() {
        for record in 0..3 {
            for field in [0, 2, 4, 5] {
                for shift in [-96i16, -1, 1, 14, 96] {
                    let mut data = encode(&members(5), &[0, 2, 4], MESSAGE);
                    let at = 2 + 14 * record + 2 * field;
                    let offset = u16::from_le_bytes([data[at], data[at + 1]]).wrapping_add_signed(shift);
                    data[at..at + 2].copy_from_slice(&offset.to_le_bytes());
                    assert_eq!(
                        check(&data, &[0, 2, 4]),
                        Err(QuorumError::NonCanonicalSignatures),
                        "record {record}, field {field}, shift {shift}"
                    );
                }
            }
        }
    }

    #[test]
    fn refuses_every_single_changed_byte_but_those_of_signatures() {
        let good = encode(&members(5), &[0, 2, 4], MESSAGE);
        for at in 0..good.len() {
            let mut data = good.clone();
            data[at] ^= 0x01;
            let in_pairs = (44..332).contains(&at);
            let in_signature = in_pairs && (at - 44) % 96 >= 32;
            assert_eq!(check(&data, &[0, 2, 4]).is_ok(), in_signature, "byte {at}");
        }
    }

    #[test]
    fn refuses_every_other_length() {
        let good = encode(&members(5), &[0, 2, 4], MESSAGE);
        for length in 0..good.len() {
            assert_eq!(check(&good[..length], &[0, 2, 4]), Err(QuorumError::NonCanonicalSignatures), "{length} bytes");
        }
        let mut data = good;
        data.push(0);
        assert_eq!(check(&data, &[0, 2, 4]), Err(QuorumError::NonCanonicalSignatures));
    }

    #[test]
    fn refuses_another_message() {
        let mut message = MESSAGE.to_vec();
        message[20] ^= 0x80;
        assert_eq!(check(&encode(&members(5), &[0, 2, 4], &message), &[0, 2, 4]), Err(QuorumError::WrongMessage));
    }

    #[test]
    fn refuses_the_keys_of_others() {
        let data = encode(&members(5), &[0, 2, 3], MESSAGE);
        assert_eq!(check(&data, &[0, 2, 4]), Err(QuorumError::WrongSignerKey));
        let data = encode(&members(5), &[2, 0, 4], MESSAGE);
        assert_eq!(check(&data, &[0, 2, 4]), Err(QuorumError::WrongSignerKey));
        let data = encode(&members(6), &[0, 2, 5], MESSAGE);
        assert_eq!(check(&data, &[0, 2, 5]), Err(QuorumError::UnknownSigner));
    }

    #[test]
    fn refuses_a_message_too_long_to_be_pointed_at() {
        let message = vec![7; 65_536];
        let data = [encode(&members(5), &[0, 2, 4], b""), message.clone()].concat();
        let result = check_ed25519_data(&data, &members(5), &[0, 2, 4], &message);
        assert_eq!(result, Err(QuorumError::NonCanonicalSignatures));
    }
}
