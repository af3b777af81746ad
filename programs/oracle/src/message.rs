//! What the members sign.

use anchor_lang::prelude::*;

use crate::constants::JOB_USAGE_TAG;

/// 16 + 32 + 32 + 4 + 32 + 4 * 8.
pub const JOB_USAGE_MESSAGE_LEN: usize = 148;

/// Everything that one attestation is about. It holds on one cluster, for one program, one set of members and one job
/// only, and until it expires.
pub struct JobUsageMessage<'a> {
    pub program_id: &'a Pubkey,
    pub cluster_tag: &'a [u8; 32],
    pub set_version: u32,
    pub job: &'a Pubkey,
    pub sequence: u64,
    pub verified_seconds: u64,
    pub as_of: i64,
    pub expires_at: i64,
}

impl JobUsageMessage<'_> {
    /// Fixed width, little endian, in the order of the fields after the tag.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(JOB_USAGE_MESSAGE_LEN);
        bytes.extend_from_slice(JOB_USAGE_TAG);
        bytes.extend_from_slice(self.program_id.as_ref());
        bytes.extend_from_slice(self.cluster_tag);
        bytes.extend_from_slice(&self.set_version.to_le_bytes());
        bytes.extend_from_slice(self.job.as_ref());
        bytes.extend_from_slice(&self.sequence.to_le_bytes());
        bytes.extend_from_slice(&self.verified_seconds.to_le_bytes());
        bytes.extend_from_slice(&self.as_of.to_le_bytes());
        bytes.extend_from_slice(&self.expires_at.to_le_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_has_one_encoding() {
        let message = JobUsageMessage {
            program_id: &Pubkey::new_from_array([1; 32]),
            cluster_tag: &[2; 32],
            set_version: 0x0403_0201,
            job: &Pubkey::new_from_array([3; 32]),
            sequence: 5,
            verified_seconds: 0x0102_0304_0506_0708,
            as_of: -2,
            expires_at: 7,
        };
        let expected = [
            &b"ionet:job-usage:"[..],
            &[1; 32],
            &[2; 32],
            &[1, 2, 3, 4],
            &[3; 32],
            &[5, 0, 0, 0, 0, 0, 0, 0],
            &[8, 7, 6, 5, 4, 3, 2, 1],
            &[0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            &[7, 0, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        assert_eq!(message.to_bytes(), expected);
        assert_eq!(expected.len(), JOB_USAGE_MESSAGE_LEN);
    }
}
