use anchor_lang::{prelude::*, system_program};

use crate::{
    constants::{CLAIMS_PER_SHARD, SHARD_HEADER_BYTES},
    error::AirdropError,
};

/// Which of up to 65,536 claims of a season are paid, at ["shard", season, index]. The bits follow this header,
/// claim `index * 65,536 + i` at bit `i % 8` of byte `i / 8`; a claim writes one byte of them and reads none of
/// the others.
#[account]
#[derive(InitSpace, Debug, PartialEq, Eq)]
pub struct ClaimShard {
    pub version: u8,
    pub bump: u8,
    pub index: u16,
    /// Leaves that this shard keeps track of.
    pub leaves: u32,
    pub season: Pubkey,
    /// Paid for this account, and gets that back.
    pub rent_payer: Pubkey,
}

const HEADER: usize = SHARD_HEADER_BYTES as usize;
const _: () = assert!(HEADER == 8 + ClaimShard::INIT_SPACE);

impl ClaimShard {
    /// Bytes of a shard of so many leaves.
    pub fn space(leaves: u32) -> usize {
        let bits = usize::try_from(leaves.min(CLAIMS_PER_SHARD)).unwrap_or_default();
        HEADER.saturating_add(bits.div_ceil(8))
    }

    /// The index of the shard that keeps track of a leaf.
    pub fn index_of(leaf: u32) -> u32 {
        leaf / CLAIMS_PER_SHARD
    }

    /// Marks the claim of a leaf as paid. Fails where it was paid before, or where `account` is not the open shard
    /// of that leaf in that season. Only this program makes accounts that begin like a shard, and each says whose
    /// it is: its address needs no check.
    pub fn mark_claimed(account: &AccountInfo, season: &Pubkey, leaf: u32) -> Result<()> {
        require_keys_neq!(*account.owner, system_program::ID, AirdropError::ShardNotOpen);
        require_keys_eq!(*account.owner, crate::ID, AirdropError::WrongShard);
        let mut data = account.try_borrow_mut_data()?;
        let shard = Self::try_deserialize(&mut &data[..]).map_err(|_| AirdropError::WrongShard)?;
        require_keys_eq!(shard.season, *season, AirdropError::WrongShard);
        require_eq!(u32::from(shard.index), Self::index_of(leaf), AirdropError::WrongShard);

        let bit = leaf % CLAIMS_PER_SHARD;
        let offset = usize::try_from(bit / 8).map_err(|_| AirdropError::LeafOutOfRange)?;
        let byte = data.get_mut(HEADER..).and_then(|bits| bits.get_mut(offset)).ok_or(AirdropError::LeafOutOfRange)?;
        let mask = 1u8 << (bit % 8);
        require!(*byte & mask == 0, AirdropError::AlreadyClaimed);
        *byte |= mask;
        Ok(())
    }
}
