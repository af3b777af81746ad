use anchor_lang::prelude::*;

use crate::{
    constants::{ACCOUNT_VERSION, REWARD_ACCOUNT_SEED},
    error::EmissionError,
    state::PoolKind,
};

/// What a node was paid by a pool so far, at ["reward", pool, node]. 64 bytes with the discriminator; it stays for
/// ever, since every root names the node again.
#[account]
#[derive(InitSpace, Debug)]
pub struct RewardAccount {
    pub version: u8,
    pub bump: u8,
    pub kind: PoolKind,
    pub node: Pubkey,
    /// All that was ever paid to the node, in base units of IO.
    pub claimed: u64,
    /// Of the root of the last claim.
    pub root_version: u64,
    pub reserved: [u8; 5],
}

impl RewardAccount {
    pub const SPACE: usize = 8 + Self::INIT_SPACE;

    pub fn new(bump: u8, kind: PoolKind, node: Pubkey) -> Self {
        Self { version: ACCOUNT_VERSION, bump, kind, node, claimed: 0, root_version: 0, reserved: [0; 5] }
    }

    /// The bump of the account of `node` in `pool`: the stored one where the account exists.
    pub fn bump_of(account: &AccountInfo, pool: &Pubkey, node: &Pubkey) -> u8 {
        pda_account::bump_of(account, &[REWARD_ACCOUNT_SEED, pool.as_ref(), node.as_ref()], &crate::ID)
    }

    /// Records a claim of what a root names for the node. Returns what it adds.
    pub fn claim(&mut self, cumulative: u64, root_version: u64) -> Result<u64> {
        let amount = cumulative.saturating_sub(self.claimed);
        require_neq!(amount, 0, EmissionError::NothingToClaim);
        self.claimed = cumulative;
        self.root_version = root_version;
        Ok(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> RewardAccount {
        RewardAccount::new(254, PoolKind::Cpu, Pubkey::new_from_array([7; 32]))
    }

    #[test]
    fn takes_64_bytes_with_the_bump_where_it_is_looked_for() {
        let mut data = Vec::new();
        account().try_serialize(&mut data).unwrap();
        assert_eq!((data.len(), RewardAccount::SPACE), (64, 64));
        assert_eq!(data[pda_account::BUMP_OFFSET], 254);
    }

    #[test]
    fn pays_only_what_a_root_adds() {
        let mut account = account();
        assert_eq!(account.claim(0, 1), Err(EmissionError::NothingToClaim.into()));
        assert_eq!(account.claim(500, 1), Ok(500));
        for cumulative in [0, 499, 500] {
            assert_eq!(account.claim(cumulative, 2), Err(EmissionError::NothingToClaim.into()));
        }
        assert_eq!((account.claimed, account.root_version), (500, 1));
        assert_eq!(account.claim(u64::MAX, 3), Ok(u64::MAX - 500));
        assert_eq!((account.claimed, account.root_version), (u64::MAX, 3));
    }
}
