//! What the oracles sign to slash a node.

use anchor_lang::prelude::*;

use crate::{constants::SLASH_TAG, state::SlashReason};

/// 16 + 32 + 32 + 4 + 32 + 1 + 4 + 8 + 32 + 8.
pub const SLASH_MESSAGE_LEN: usize = 169;

/// Everything that one order to slash is about. It holds on one cluster, for one program, one set of members, one
/// node, reason and day only, and until it expires.
pub struct SlashMessage<'a> {
    pub program_id: &'a Pubkey,
    pub cluster_tag: &'a [u8; 32],
    pub set_version: u32,
    pub node: &'a Pubkey,
    pub reason: SlashReason,
    pub day: u32,
    pub amount: u64,
    pub evidence_hash: &'a [u8; 32],
    pub expires_at: i64,
}

impl SlashMessage<'_> {
    /// Fixed width, little endian, in the order of the fields after the tag.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SLASH_MESSAGE_LEN);
        bytes.extend_from_slice(SLASH_TAG);
        bytes.extend_from_slice(self.program_id.as_ref());
        bytes.extend_from_slice(self.cluster_tag);
        bytes.extend_from_slice(&self.set_version.to_le_bytes());
        bytes.extend_from_slice(self.node.as_ref());
        bytes.push(self.reason.code());
        bytes.extend_from_slice(&self.day.to_le_bytes());
        bytes.extend_from_slice(&self.amount.to_le_bytes());
        bytes.extend_from_slice(self.evidence_hash);
        bytes.extend_from_slice(&self.expires_at.to_le_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_has_one_encoding() {
        let message = SlashMessage {
            program_id: &Pubkey::new_from_array([1; 32]),
            cluster_tag: &[2; 32],
            set_version: 0x0403_0201,
            node: &Pubkey::new_from_array([3; 32]),
            reason: SlashReason::InadequateService,
            day: 0x0807_0605,
            amount: 0x0102_0304_0506_0708,
            evidence_hash: &[4; 32],
            expires_at: -2,
        };
        let expected = [
            &b"ionet:slash:v1\0\0"[..],
            &[1; 32],
            &[2; 32],
            &[1, 2, 3, 4],
            &[3; 32],
            &[2],
            &[5, 6, 7, 8],
            &[8, 7, 6, 5, 4, 3, 2, 1],
            &[4; 32],
            &[0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        .concat();
        assert_eq!(message.to_bytes(), expected);
        assert_eq!(expected.len(), SLASH_MESSAGE_LEN);
    }
}
