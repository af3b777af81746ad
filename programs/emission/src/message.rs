//! What the members sign.

use anchor_lang::prelude::*;
use solana_sha256_hasher::hashv;

use crate::constants::POST_ROOT_TAG;

/// The tag, and the hash of all else.
pub const ROOT_MESSAGE_LEN: usize = 16 + 32;

/// Everything that one posted root is about. The signatures hold on one cluster, for one program, one set of members,
/// one pool and one version only, and until they expire.
pub struct RootMessage<'a> {
    pub program_id: &'a Pubkey,
    pub cluster_tag: &'a [u8; 32],
    pub set_version: u32,
    pub pool: &'a Pubkey,
    pub version: u64,
    pub epoch: u64,
    pub root: &'a [u8; 32],
    pub total: u64,
    pub input_hash: &'a [u8; 32],
    pub formula_id: &'a [u8; 32],
    pub expires_at: i64,
}

impl RootMessage<'_> {
    /// The tag, then the SHA-256 of the fields: fixed width, little endian, in their order. Signed in full, the
    /// message would not fit into a transaction together with five signatures and the same values as arguments.
    pub fn to_bytes(&self) -> Vec<u8> {
        let fields = hashv(&[
            self.program_id.as_ref(),
            self.cluster_tag,
            &self.set_version.to_le_bytes(),
            self.pool.as_ref(),
            &self.version.to_le_bytes(),
            &self.epoch.to_le_bytes(),
            self.root,
            &self.total.to_le_bytes(),
            self.input_hash,
            self.formula_id,
            &self.expires_at.to_le_bytes(),
        ]);
        let mut bytes = Vec::with_capacity(ROOT_MESSAGE_LEN);
        bytes.extend_from_slice(POST_ROOT_TAG);
        bytes.extend_from_slice(fields.as_ref());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_has_one_encoding() {
        let message = RootMessage {
            program_id: &Pubkey::new_from_array([1; 32]),
            cluster_tag: &[2; 32],
            set_version: 0x0403_0201,
            pool: &Pubkey::new_from_array([3; 32]),
            version: 5,
            epoch: 0x0102_0304_0506_0708,
            root: &[4; 32],
            total: 6,
            input_hash: &[5; 32],
            formula_id: &[6; 32],
            expires_at: -2,
        };
        let fields = [
            &[1; 32][..],
            &[2; 32],
            &[1, 2, 3, 4],
            &[3; 32],
            &[5, 0, 0, 0, 0, 0, 0, 0],
            &[8, 7, 6, 5, 4, 3, 2, 1],
            &[4; 32],
            &[6, 0, 0, 0, 0, 0, 0, 0],
            &[5; 32],
            &[6; 32],
            &[0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        .concat();
        let expected = [&b"ionet:post-root:"[..], hashv(&[&fields]).as_ref()].concat();
        assert_eq!(message.to_bytes(), expected);
        assert_eq!(expected.len(), ROOT_MESSAGE_LEN);
    }
}
