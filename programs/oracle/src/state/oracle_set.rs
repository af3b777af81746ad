use anchor_lang::prelude::*;
use governance::Governance;

use crate::{
    constants::{MAX_MEMBERS, MIN_MEMBERS, ROTATION_DELAY_SECONDS},
    error::OracleError,
};

/// Root of the program, at ["oracle_set"].
#[account]
#[derive(InitSpace, Debug)]
pub struct OracleSet {
    pub version: u8,
    pub bump: u8,
    pub governance: Governance,
    /// Genesis hash of the network, inside every signed message.
    pub cluster_tag: [u8; 32],
    /// Grows by one with each rotation, inside every signed message.
    pub set_version: u32,
    /// Two thirds of the members, rounded up.
    pub threshold: u8,
    #[max_len(MAX_MEMBERS)]
    pub members: Vec<Pubkey>,
    /// Who takes over at the next rotation. Empty: none is pending.
    #[max_len(MAX_MEMBERS)]
    pub pending_members: Vec<Pubkey>,
    /// When the pending rotation can be applied. Zero: none is pending.
    pub pending_at: i64,
    /// Counts the events of this account.
    pub seq: u64,
    pub reserved: [u8; 64],
}

/// Two thirds of `members`, rounded up.
pub fn threshold_of(members: &[Pubkey]) -> Result<u8> {
    let threshold = members.len().saturating_mul(2).div_ceil(3);
    Ok(u8::try_from(threshold).map_err(|_| OracleError::MemberCountOutOfRange)?)
}

pub fn check_members(members: &[Pubkey]) -> Result<()> {
    let allowed = usize::from(MIN_MEMBERS)..=usize::from(MAX_MEMBERS);
    require!(allowed.contains(&members.len()), OracleError::MemberCountOutOfRange);
    let mut rest = members;
    while let Some((member, others)) = rest.split_first() {
        require_keys_neq!(*member, Pubkey::default(), OracleError::DefaultMember);
        require!(!others.contains(member), OracleError::DuplicateMember);
        rest = others;
    }
    Ok(())
}

impl OracleSet {
    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(OracleError::Overflow)?;
        Ok(self.seq)
    }

    pub fn propose_rotation(&mut self, members: Vec<Pubkey>, now: i64) -> Result<()> {
        require_eq!(self.pending_at, 0, OracleError::RotationPending);
        self.pending_members = members;
        self.pending_at = now.checked_add(ROTATION_DELAY_SECONDS).ok_or(OracleError::Overflow)?;
        Ok(())
    }

    /// Returns the members that will not take over.
    pub fn cancel_rotation(&mut self) -> Result<Vec<Pubkey>> {
        require_neq!(self.pending_at, 0, OracleError::NoRotationPending);
        self.pending_at = 0;
        Ok(core::mem::take(&mut self.pending_members))
    }

    pub fn apply_rotation(&mut self, now: i64) -> Result<()> {
        require_neq!(self.pending_at, 0, OracleError::NoRotationPending);
        require_gte!(now, self.pending_at, OracleError::RotationTooEarly);
        self.members = core::mem::take(&mut self.pending_members);
        self.pending_at = 0;
        self.threshold = threshold_of(&self.members)?;
        self.set_version = self.set_version.checked_add(1).ok_or(OracleError::Overflow)?;
        Ok(())
    }

    /// The members in office, and those that may follow, form a quorum that no member counts in twice.
    pub fn invariant(&self) -> Result<()> {
        check_members(&self.members)?;
        require_eq!(self.threshold, threshold_of(&self.members)?, OracleError::MemberCountOutOfRange);
        if self.pending_at == 0 {
            require!(self.pending_members.is_empty(), OracleError::NoRotationPending);
            return Ok(());
        }
        check_members(&self.pending_members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u8) -> Vec<Pubkey> {
        (1..=count).map(|byte| Pubkey::new_from_array([byte; 32])).collect()
    }

    fn set() -> OracleSet {
        OracleSet {
            version: 1,
            bump: 255,
            governance: Governance::new(keys(1)[0], keys(1)[0]),
            cluster_tag: [9; 32],
            set_version: 1,
            threshold: 2,
            members: keys(3),
            pending_members: vec![],
            pending_at: 0,
            seq: 0,
            reserved: [0; 64],
        }
    }

    #[test]
    fn the_threshold_is_two_thirds_rounded_up() {
        let thresholds: Vec<u8> = (3..=7).map(|count| threshold_of(&keys(count)).unwrap()).collect();
        assert_eq!(thresholds, [2, 3, 4, 4, 5]);
    }

    #[test]
    fn members_are_three_to_seven_distinct_keys() {
        for count in 0..=9 {
            assert_eq!(check_members(&keys(count)).is_ok(), (3..=7).contains(&count), "{count} members");
        }
        let mut twice = keys(5);
        twice[4] = twice[1];
        assert_eq!(check_members(&twice), Err(OracleError::DuplicateMember.into()));
        let mut default = keys(5);
        default[4] = Pubkey::default();
        assert_eq!(check_members(&default), Err(OracleError::DefaultMember.into()));
    }

    #[test]
    fn a_rotation_waits_48_hours_and_raises_the_version() {
        let mut set = set();
        assert_eq!(set.apply_rotation(0), Err(OracleError::NoRotationPending.into()));
        set.propose_rotation(keys(5), 1_000).unwrap();
        assert_eq!(set.propose_rotation(keys(4), 1_000), Err(OracleError::RotationPending.into()));
        let due = 1_000 + ROTATION_DELAY_SECONDS;
        assert_eq!(set.apply_rotation(due - 1), Err(OracleError::RotationTooEarly.into()));
        assert_eq!((set.members.len(), set.set_version), (3, 1));
        set.apply_rotation(due).unwrap();
        assert_eq!((set.members.clone(), set.threshold, set.set_version, set.pending_at), (keys(5), 4, 2, 0));
        set.invariant().unwrap();
        assert_eq!(set.apply_rotation(due), Err(OracleError::NoRotationPending.into()));
    }

    #[test]
    fn a_cancelled_rotation_leaves_no_trace() {
        let mut set = set();
        assert_eq!(set.cancel_rotation(), Err(OracleError::NoRotationPending.into()));
        set.propose_rotation(keys(5), 1_000).unwrap();
        assert_eq!(set.cancel_rotation().unwrap(), keys(5));
        assert_eq!((set.members.len(), set.set_version, set.pending_at), (3, 1, 0));
        set.invariant().unwrap();
    }

    #[test]
    fn the_invariant_sees_what_no_transition_makes() {
        let broken: [fn(&mut OracleSet); 5] = [
            |set| set.threshold = 1,
            |set| set.members.truncate(2),
            |set| set.members[0] = set.members[1],
            |set| set.pending_members = keys(3),
            |set| set.pending_at = 1,
        ];
        for (index, change) in broken.iter().enumerate() {
            let mut set = set();
            change(&mut set);
            assert!(set.invariant().is_err(), "change {index}");
        }
    }
}
