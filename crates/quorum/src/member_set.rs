use anchor_lang::prelude::*;

/// The fewest members of a set.
pub const MIN_MEMBERS: u8 = 3;
/// The most members of a set: with more, the signatures of a threshold do not fit into a transaction.
pub const MAX_MEMBERS: u8 = 7;
/// From a proposed rotation to the moment when it can be applied, in seconds: 48 hours.
pub const ROTATION_DELAY_SECONDS: i64 = 48 * 3_600;

/// Why members or their rotation were refused. Each program maps these to errors of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberSetError {
    /// Fewer than three members, or more than seven.
    MemberCountOutOfRange,
    /// A member is the default key.
    DefaultMember,
    /// A key is a member twice.
    DuplicateMember,
    /// The threshold is not two thirds of the members, rounded up.
    WrongThreshold,
    /// A rotation is pending already.
    RotationPending,
    /// No rotation is pending.
    NoRotationPending,
    /// The delay of the pending rotation is not over.
    RotationTooEarly,
    /// A time or the version left its range.
    Overflow,
}

type Result<T> = core::result::Result<T, MemberSetError>;

/// The keys whose quorum attests, and those that may follow them.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Debug, PartialEq, Eq)]
pub struct MemberSet {
    /// Grows by one with each rotation, inside every signed message.
    pub version: u32,
    /// Two thirds of the members, rounded up.
    pub threshold: u8,
    #[max_len(MAX_MEMBERS)]
    pub members: Vec<Pubkey>,
    /// Who takes over at the next rotation. Empty: none is pending.
    #[max_len(MAX_MEMBERS)]
    pub pending_members: Vec<Pubkey>,
    /// When the pending rotation can be applied. Zero: none is pending.
    pub pending_at: i64,
}

/// Two thirds of `members`, rounded up.
pub fn threshold_of(members: &[Pubkey]) -> Result<u8> {
    let threshold = members.len().saturating_mul(2).div_ceil(3);
    u8::try_from(threshold).map_err(|_| MemberSetError::MemberCountOutOfRange)
}

/// Three to seven keys, none of them twice and none the default one.
pub fn check_members(members: &[Pubkey]) -> Result<()> {
    let allowed = usize::from(MIN_MEMBERS)..=usize::from(MAX_MEMBERS);
    if !allowed.contains(&members.len()) {
        return Err(MemberSetError::MemberCountOutOfRange);
    }
    let mut rest = members;
    while let Some((member, others)) = rest.split_first() {
        if *member == Pubkey::default() {
            return Err(MemberSetError::DefaultMember);
        }
        if others.contains(member) {
            return Err(MemberSetError::DuplicateMember);
        }
        rest = others;
    }
    Ok(())
}

impl MemberSet {
    /// The first members.
    pub fn new(members: Vec<Pubkey>) -> Result<Self> {
        check_members(&members)?;
        Ok(Self { version: 1, threshold: threshold_of(&members)?, members, pending_members: Vec::new(), pending_at: 0 })
    }

    /// The members take over by [`MemberSet::apply_rotation`] after 48 hours.
    pub fn propose_rotation(&mut self, members: Vec<Pubkey>, now: i64) -> Result<()> {
        if self.pending_at != 0 {
            return Err(MemberSetError::RotationPending);
        }
        check_members(&members)?;
        self.pending_at = now.checked_add(ROTATION_DELAY_SECONDS).ok_or(MemberSetError::Overflow)?;
        self.pending_members = members;
        Ok(())
    }

    /// Returns the members that will not take over.
    pub fn cancel_rotation(&mut self) -> Result<Vec<Pubkey>> {
        if self.pending_at == 0 {
            return Err(MemberSetError::NoRotationPending);
        }
        self.pending_at = 0;
        Ok(core::mem::take(&mut self.pending_members))
    }

    /// What was signed for the former members counts no more.
    pub fn apply_rotation(&mut self, now: i64) -> Result<()> {
        if self.pending_at == 0 {
            return Err(MemberSetError::NoRotationPending);
        }
        if now < self.pending_at {
            return Err(MemberSetError::RotationTooEarly);
        }
        self.threshold = threshold_of(&self.pending_members)?;
        self.version = self.version.checked_add(1).ok_or(MemberSetError::Overflow)?;
        self.members = core::mem::take(&mut self.pending_members);
        self.pending_at = 0;
        Ok(())
    }

    /// The members in office, and those that may follow, form a quorum that no member counts in twice.
    pub fn invariant(&self) -> Result<()> {
        check_members(&self.members)?;
        if self.threshold != threshold_of(&self.members)? {
            return Err(MemberSetError::WrongThreshold);
        }
        match (self.pending_at, self.pending_members.is_empty()) {
            (0, true) => Ok(()),
            (0, false) => Err(MemberSetError::NoRotationPending),
            _ => check_members(&self.pending_members),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u8) -> Vec<Pubkey> {
        (1..=count).map(|byte| Pubkey::new_from_array([byte; 32])).collect()
    }

    fn set() -> MemberSet {
        MemberSet::new(keys(3)).unwrap()
    }

    #[test]
    fn the_threshold_is_two_thirds_rounded_up() {
        let thresholds: Vec<u8> = (3..=7).map(|count| threshold_of(&keys(count)).unwrap()).collect();
        assert_eq!(thresholds, [2, 3, 4, 4, 5]);
    }

    #[test]
    fn members_are_three_to_seven_distinct_keys() {
        for count in 0..=9 {
            assert_eq!(MemberSet::new(keys(count)).is_ok(), (3..=7).contains(&count), "{count} members");
        }
        let mut twice = keys(5);
        twice[4] = twice[1];
        assert_eq!(check_members(&twice), Err(MemberSetError::DuplicateMember));
        let mut default = keys(5);
        default[4] = Pubkey::default();
        assert_eq!(check_members(&default), Err(MemberSetError::DefaultMember));
    }

    #[test]
    fn a_rotation_waits_48_hours_and_raises_the_version() {
        let mut set = set();
        assert_eq!(set.apply_rotation(0), Err(MemberSetError::NoRotationPending));
        assert_eq!(set.propose_rotation(keys(2), 1_000), Err(MemberSetError::MemberCountOutOfRange));
        set.propose_rotation(keys(5), 1_000).unwrap();
        assert_eq!(set.propose_rotation(keys(4), 1_000), Err(MemberSetError::RotationPending));
        let due = 1_000 + ROTATION_DELAY_SECONDS;
        assert_eq!(set.apply_rotation(due - 1), Err(MemberSetError::RotationTooEarly));
        assert_eq!((set.members.len(), set.version), (3, 1));
        set.apply_rotation(due).unwrap();
        assert_eq!((set.members.clone(), set.threshold, set.version, set.pending_at), (keys(5), 4, 2, 0));
        set.invariant().unwrap();
        assert_eq!(set.apply_rotation(due), Err(MemberSetError::NoRotationPending));
    }

    #[test]
    fn a_cancelled_rotation_leaves_no_trace() {
        let mut set = set();
        assert_eq!(set.cancel_rotation(), Err(MemberSetError::NoRotationPending));
        set.propose_rotation(keys(5), 1_000).unwrap();
        assert_eq!(set.cancel_rotation().unwrap(), keys(5));
        assert_eq!(set, self::set());
    }

    #[test]
    fn a_rotation_without_room_changes_nothing() {
        let mut set = set();
        assert_eq!(set.propose_rotation(keys(5), i64::MAX), Err(MemberSetError::Overflow));
        assert_eq!(set, self::set());
        set.propose_rotation(keys(5), 0).unwrap();
        set.version = u32::MAX;
        assert_eq!(set.apply_rotation(ROTATION_DELAY_SECONDS), Err(MemberSetError::Overflow));
        assert_eq!((set.members.len(), set.pending_members.len()), (3, 5));
    }

    #[test]
    fn the_invariant_sees_what_no_transition_makes() {
        let broken: [fn(&mut MemberSet); 5] = [
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
