//! Pools over random lives: whatever oracles, guardian and claimers do, no pool pays more than it was given, no node
//! twice, and no epoch more than its budget.

use std::collections::BTreeMap;

use anchor_lang::prelude::*;
use economy_math::{cumulative_emission, pool_budget, Bps, PoolShares};
use emission::{
    constants::{FINALIZATION_DELAY_SECONDS, MAX_FINAL_ROOTS},
    error::EmissionError,
    state::{EmissionPreset, PendingRoot, Pool, PoolKind, RewardAccount, Schedule},
};
use governance::Governance;
use proptest::prelude::*;
use quorum::MemberSet;

const START: i64 = 1_720_000_000;

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

fn open_schedule() -> Schedule {
    Schedule {
        version: 1,
        bump: 255,
        governance: Governance::new(key(1), key(2)),
        cluster_tag: [3; 32],
        io_mint: key(4),
        sealed_at: 0,
        preset: EmissionPreset::Default,
        gpu_share_bps: 0,
        starts_at: 0,
        total_minted: 0,
        epoch: 0,
        seq: 0,
        reserved: [0; 128],
        oracles: MemberSet::new((1..=3).map(key).collect()).unwrap(),
    }
}

fn schedule(preset: EmissionPreset, share: u16) -> Schedule {
    let mut schedule = open_schedule();
    schedule.seal(preset, share, START, START).unwrap();
    schedule
}

fn pending(version: u64, epoch: u64, total: u64, posted_at: i64) -> PendingRoot {
    PendingRoot { version, epoch, total, root: [5; 32], input_hash: [6; 32], formula_id: [7; 32], posted_at }
}

/// One thing that somebody does.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many seconds pass, and somebody mints what is due.
    Advance(u32),
    /// Oracles post a root: version, epoch and total are off by so much from what would be right.
    Post {
        kind: bool,
        skip: u64,
        back: u64,
        part: u64,
    },
    Cancel(bool),
    Finalize(bool),
    /// A node claims a part of what the newest final root holds for all.
    Claim {
        kind: bool,
        node: u8,
        part: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop_oneof![0u32..20_000, 0u32..5_000_000].prop_map(Step::Advance),
        4 => (any::<bool>(), 0u64..12, 0u64..40, 0u64..1_100)
            .prop_map(|(kind, skip, back, part)| Step::Post { kind, skip: skip / 10, back, part }),
        1 => any::<bool>().prop_map(Step::Cancel),
        4 => any::<bool>().prop_map(Step::Finalize),
        6 => (any::<bool>(), 0u8..4, 0u64..600).prop_map(|(kind, node, part)| Step::Claim { kind, node, part }),
    ]
}

/// A part in thousandths.
fn part_of(whole: u64, part: u64) -> u64 {
    u64::try_from(u128::from(whole) * u128::from(part) / 1_000).unwrap()
}

struct World {
    schedule: Schedule,
    pools: [Pool; 2],
    nodes: BTreeMap<(usize, u8), RewardAccount>,
    /// Tokens of each vault, and all that nodes received of it.
    vaults: [u64; 2],
    received: [u64; 2],
    now: i64,
}

impl World {
    fn new(preset: EmissionPreset, share: u16) -> Self {
        Self {
            schedule: schedule(preset, share),
            pools: [Pool::new(PoolKind::Gpu, 255, key(8), 254), Pool::new(PoolKind::Cpu, 255, key(9), 254)],
            nodes: BTreeMap::new(),
            vaults: [0; 2],
            received: [0; 2],
            now: START,
        }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Advance(seconds) => self.advance(seconds),
            Step::Post { kind, skip, back, part } => self.post(usize::from(kind), skip, back, part),
            Step::Cancel(kind) => drop(self.pools[usize::from(kind)].cancel()),
            Step::Finalize(kind) => self.finalize(usize::from(kind)),
            Step::Claim { kind, node, part } => self.claim(usize::from(kind), node, part),
        }
    }

    fn advance(&mut self, seconds: u32) {
        self.now += i64::from(seconds);
        let due = self.schedule.due(self.now).unwrap();
        let Ok(minted) = self.schedule.on_minted(&due) else { return };
        let mut sum = 0;
        for (pool, vault) in self.pools.iter_mut().zip(&mut self.vaults) {
            let now = pool.on_minted(&due.shares, &due.released).unwrap();
            *vault += now;
            sum += now;
        }
        assert_eq!(sum, minted);
    }

    fn post(&mut self, kind: usize, skip: u64, back: u64, part: u64) {
        let pool = &mut self.pools[kind];
        let (from, paid) = pool.final_roots.first().map_or((0, 0), |last| (last.epoch, last.total));
        let epoch = self.schedule.epoch.saturating_sub(back);
        let version = pool.last_version + 1 + skip;
        // The budget as the documents have it.
        let released = |epoch| self.schedule.released(pool.kind, epoch).unwrap();
        let reserve = released(from) - paid;
        let budget = match epoch > from {
            true => pool_budget(released(epoch) - released(from), reserve, epoch - from).unwrap(),
            false => 1_000,
        };
        let total = paid + part_of(budget, part);
        let before = pool.clone();
        let result = pool.post(pending(version, epoch, total, self.now), &self.schedule);
        let expected = if before.pending_root.is_some() {
            Err(EmissionError::RootPending)
        } else if skip > 0 {
            Err(EmissionError::VersionNotNext)
        } else if epoch <= from {
            Err(EmissionError::EpochNotIncreasing)
        } else if total > paid + budget {
            Err(EmissionError::TotalAboveBudget)
        } else {
            Ok(())
        };
        assert_eq!(result, expected.map_err(Into::into));
        if result.is_ok() {
            assert_eq!(pool.last_version, version);
        } else {
            assert_eq!((pool.last_version, pool.pending_root), (before.last_version, before.pending_root));
        }
    }

    fn finalize(&mut self, kind: usize) {
        let pool = &mut self.pools[kind];
        let due = pool.pending_root.map(|root| root.posted_at + FINALIZATION_DELAY_SECONDS);
        let result = pool.finalize(self.now).map(|last| last.version);
        match due {
            None => assert_eq!(result, Err(EmissionError::NoRootPending.into())),
            Some(due) if self.now < due => assert_eq!(result, Err(EmissionError::FinalizationTooEarly.into())),
            Some(_) => assert_eq!(result, Ok(pool.last_version)),
        }
    }

    fn claim(&mut self, kind: usize, node: u8, part: u64) {
        let pool = &mut self.pools[kind];
        let Some(last) = pool.final_roots.first().copied() else { return };
        let reward = self.nodes.entry((kind, node)).or_insert_with(|| RewardAccount::new(255, pool.kind, key(node)));
        // What the program does is undone as a whole when a part of it fails.
        let (mut trial, mut account) = (pool.clone(), reward.clone());
        let cumulative = part_of(last.total, part);
        let amount = match account.claim(cumulative, last.version) {
            Err(error) => {
                assert_eq!(error, EmissionError::NothingToClaim.into());
                assert!(cumulative <= reward.claimed);
                return;
            }
            Ok(amount) => amount,
        };
        if let Err(error) = trial.on_claimed(amount) {
            assert_eq!(error, EmissionError::PoolOverspent.into());
            assert!(pool.claimed + amount > last.total);
            return;
        }
        (*pool, *reward) = (trial, account);
        self.vaults[kind] -= amount;
        self.received[kind] += amount;
    }

    fn check(&self) {
        self.schedule.invariant().unwrap();
        let elapsed = u64::try_from(self.now - START).unwrap();
        let emitted = cumulative_emission(self.schedule.preset.into(), elapsed).unwrap();
        assert!(self.schedule.total_minted <= emitted);
        for (kind, pool) in self.pools.iter().enumerate() {
            pool.invariant().unwrap();
            pool.check_vault(self.vaults[kind]).unwrap();
            assert_eq!(pool.minted, self.vaults[kind] + self.received[kind]);
            assert_eq!(pool.claimed, self.received[kind]);
            let paid: u64 = self.nodes.iter().filter(|((of, _), _)| *of == kind).map(|(_, node)| node.claimed).sum();
            assert_eq!(paid, pool.claimed);
            assert!(pool.final_roots.len() <= usize::from(MAX_FINAL_ROOTS));
            for pair in pool.final_roots.windows(2) {
                assert!(pair[0].version > pair[1].version && pair[0].epoch > pair[1].epoch);
                assert!(pair[0].total >= pair[1].total);
            }
            for root in &pool.final_roots {
                assert!(root.total <= self.schedule.released(pool.kind, root.epoch).unwrap());
            }
        }
        let minted: u64 = self.pools.iter().map(|pool| pool.minted).sum();
        assert_eq!(minted, self.schedule.total_minted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_life_of_the_pools_breaks_them(
        published: bool, share in 0u16..=10_000, steps in prop::collection::vec(step(), 1..80),
    ) {
        let preset = if published { EmissionPreset::Published } else { EmissionPreset::Default };
        let mut world = World::new(preset, share);
        for step in steps {
            world.run(step);
            world.check();
        }
    }

    #[test]
    fn what_is_due_depends_on_the_time_alone(share in 0u16..=10_000, elapsed in 0u32..=700_000_000) {
        let schedule = schedule(EmissionPreset::Default, share);
        let due = schedule.due(START + i64::from(elapsed)).unwrap();
        let emitted = cumulative_emission(economy_math::EmissionPreset::Default, u64::from(elapsed)).unwrap();
        prop_assert_eq!(due.emitted, emitted);
        prop_assert_eq!(due.shares, PoolShares::of(emitted, Bps::new(share).unwrap()).unwrap());
        for kind in [PoolKind::Gpu, PoolKind::Cpu] {
            prop_assert!(kind.of(&due.released) <= kind.of(&due.shares));
            prop_assert_eq!(schedule.released(kind, due.epoch).unwrap(), kind.of(&due.released));
        }
    }
}

#[test]
fn a_schedule_is_sealed_once() {
    let mut schedule = open_schedule();
    assert_eq!(schedule.due(START), Err(EmissionError::NotSealed.into()));
    assert_eq!(
        schedule.seal(EmissionPreset::Default, 10_001, START, START),
        Err(EmissionError::ShareOutOfRange.into())
    );
    for starts_at in [START - 86_401, START + 90 * 86_400 + 1, i64::MIN, i64::MAX] {
        let sealed = schedule.seal(EmissionPreset::Default, 9_500, starts_at, START);
        assert_eq!(sealed, Err(EmissionError::StartOutOfRange.into()));
    }
    assert_eq!(schedule.sealed_at, 0);
    schedule.seal(EmissionPreset::Published, 9_500, START + 10, START).unwrap();
    assert_eq!(schedule.seal(EmissionPreset::Default, 9_500, START, START), Err(EmissionError::AlreadySealed.into()));
    assert_eq!(schedule.due(START + 9), Err(EmissionError::NotStarted.into()));
    assert_eq!(schedule.due(START + 10).map(|due| due.emitted), Ok(0));
}

#[test]
fn the_invariants_see_what_no_transition_makes() {
    let mut life = World::new(EmissionPreset::Default, 9_500);
    life.run(Step::Advance(360_000));
    life.run(Step::Post { kind: false, skip: 0, back: 0, part: 500 });
    life.run(Step::Advance(21_600));
    life.run(Step::Finalize(false));
    life.run(Step::Claim { kind: false, node: 1, part: 300 });
    life.check();
    let broken: [fn(&mut Pool); 5] = [
        |pool| pool.claimed = pool.final_roots[0].total + 1,
        |pool| pool.final_roots[0].total = pool.released + 1,
        |pool| pool.released = pool.minted + 1,
        |pool| pool.final_roots.clear(),
        |pool| pool.pending_root = Some(pending(9, 9, pool.released + 1, 0)),
    ];
    for (index, change) in broken.iter().enumerate() {
        let mut pool = life.pools[0].clone();
        change(&mut pool);
        assert_eq!(pool.invariant(), Err(EmissionError::PoolInconsistent.into()), "change {index}");
    }
    let pool = &life.pools[0];
    assert!(pool.check_vault(pool.minted - pool.claimed - 1).is_err());
    let mut schedule = open_schedule();
    schedule.total_minted = 1;
    assert_eq!(schedule.invariant(), Err(EmissionError::Overflow.into()));
}
