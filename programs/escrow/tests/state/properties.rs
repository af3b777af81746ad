//! Random lives of a job, each step compared with the model.

use std::{cell::RefCell, collections::BTreeSet};

use escrow::state::{EndReason, Job, JobState, Payment, Usage};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::{
    model::Due,
    support::*,
    world::{Call, World},
};

#[derive(Clone, Copy, Debug)]
enum Time {
    After(i64),
    /// To so many seconds from one of the times that matter, if that is not past.
    Edge(usize, i64),
}

#[derive(Clone, Copy, Debug)]
enum Report {
    /// What the oracle program lets pass: up to a second not long ago, some of the seconds that are new.
    Honest {
        back: i64,
        share: u8,
    },
    Absurd(Usage),
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Wait(Time),
    Report(Report),
    Call(Call),
    Receivable([bool; 3]),
    Donate(u64),
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        2 => (0..60i64).prop_map(Time::After),
        4 => (0..2 * HOUR).prop_map(Time::After),
        1 => (0..30 * HOUR).prop_map(Time::After),
        2 => (0..5usize, -1..=1i64).prop_map(|(edge, offset)| Time::Edge(edge, offset)),
    ]
}

fn extreme<T: Copy + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(values)
}

fn report_of_any_kind() -> impl Strategy<Value = Report> {
    let seconds = prop_oneof![any::<u64>(), 0..100_000u64, extreme(&[0, 1, u64::MAX / 10, u64::MAX])];
    let time = prop_oneof![
        any::<i64>(),
        START - DAY..START + 30 * DAY,
        extreme(&[i64::MIN, -1, 0, START - 1, START, i64::MAX])
    ];
    let absurd = (seconds, time.clone(), time).prop_map(|(verified_seconds, as_of, last_report_at)| {
        Report::Absurd(Usage { verified_seconds, as_of, last_report_at })
    });
    prop_oneof![5 => honest(), 2 => absurd]
}

fn honest() -> impl Strategy<Value = Report> {
    let back = prop_oneof![Just(0), 0..600i64, 0..20 * HOUR];
    let share = prop_oneof![Just(100u8), 85..100u8, 0..=100u8];
    (back, share).prop_map(|(back, share)| Report::Honest { back, share })
}

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![1..5u64, 1..2_000_000u64, 1..10_000_000_000_000u64]
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => Just(Call::Start),
        1 => Just(Call::Cancel),
        1 => Just(Call::Expire),
        1 => Just(Call::End),
        1 => Just(Call::Release),
        12 => Just(Call::Settle),
        3 => (1..40u32, amount()).prop_map(|(hours, compute)| Call::Extend { hours, compute }),
        2 => Just(Call::PayOwed),
        2 => (0..3usize).prop_map(Call::Withdraw),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => time().prop_map(Step::Wait),
        5 => report_of_any_kind().prop_map(Step::Report),
        12 => call().prop_map(Step::Call),
        1 => any::<[bool; 3]>().prop_map(Step::Receivable),
        1 => amount().prop_map(Step::Donate),
    ]
}

/// What is booked.
#[derive(Clone, Copy, Debug)]
struct Order {
    payment: Payment,
    hours: u32,
    compute: u64,
}

impl Order {
    fn booked(self) -> Job {
        booked(self.payment, self.hours, self.compute)
    }
}

fn order() -> impl Strategy<Value = Order> {
    (
        prop_oneof![Just(Payment::Io), Just(Payment::Usdc), Just(Payment::Credits)],
        prop_oneof![1..4u32, 1..60u32],
        amount(),
    )
        .prop_map(|(payment, hours, compute)| Order { payment, hours, compute })
}

impl World {
    fn wait(&mut self, time: Time) {
        let until = match time {
            Time::After(interval) => self.now + interval,
            Time::Edge(edge, offset) => {
                let job = &self.job;
                let silence = job.started_at.max(self.usage.last_report_at).saturating_add(DAY);
                let edges = [job.start_at, job.start_at + 900, job.booked_end(), silence, job.ended_at + DAY];
                edges[edge].saturating_add(offset)
            }
        };
        // Not years away, where an absurd report would lead.
        self.now = until.min(START + 60 * DAY).max(self.now);
    }

    fn report(&mut self, report: Report) {
        self.usage = match report {
            Report::Absurd(usage) => usage,
            Report::Honest { back, share } => {
                let end = match self.job.state {
                    JobState::Running => self.job.booked_end(),
                    JobState::Ending => self.job.ended_at,
                    _ => return,
                };
                // Earlier seconds are decided: only those since the last report can be added.
                let from = self.usage.as_of.clamp(self.job.started_at, self.now.min(end));
                let as_of = (self.now.min(end) - back).max(from);
                let elapsed = seconds(as_of - self.job.started_at);
                let added = seconds(as_of - from) * u64::from(share) / 100;
                let verified_seconds = self.usage.verified_seconds.saturating_add(added).min(elapsed);
                Usage { verified_seconds, as_of, last_report_at: self.now }
            }
        };
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Wait(time) => self.wait(time),
            Step::Report(report) => self.report(report),
            Step::Call(call) => drop(self.call(call)),
            Step::Receivable(receivable) => self.receivable = receivable,
            Step::Donate(amount) => self.donate(amount),
        }
    }

    /// Oracles dead, no token account able to receive: still the job reaches an end, by anyone's calls alone.
    fn finish_alone(&mut self) {
        self.receivable = [false; 3];
        let end = self.job.booked_end().max(self.now);
        for now in [self.now, self.job.start_at + 901, end, end + DAY] {
            self.now = now.max(self.now);
            if !self.job.is_terminal() {
                self.call(if self.job.state == JobState::Booked { Call::Expire } else { Call::Settle });
            }
        }
        assert!(self.job.is_terminal(), "{:?} for ever", self.job.state);
    }

    /// Everybody can receive again.
    fn pay_out(&mut self) {
        self.receivable = [true; 3];
        self.call(Call::PayOwed);
        assert_eq!((self.job.total_owed().unwrap(), self.vault, self.job.liabilities().unwrap()), (0, 0, 0));
        assert!(self.vault_closed);
        assert_eq!(self.put_in, self.got.iter().sum::<u64>());
    }
}

/// The whole range of what can happen, with proof that the steps did reach it.
#[test]
fn random_lives_agree_with_the_model_and_always_come_to_an_end() {
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) },
        rng(),
    );
    let seen = RefCell::new((0usize, BTreeSet::new()));
    // Most are started at once: else few would live long.
    let started = proptest::bool::weighted(0.8);
    let lives = (order(), started, proptest::collection::vec(step(), 20..80));
    runner
        .run(&lives, |(order, started, steps)| {
            let mut world = World::new(order.booked(), if started { START } else { START - 60 });
            if started {
                world.call(Call::Start);
            }
            for step in &steps {
                world.take(*step);
                let mut seen = seen.borrow_mut();
                seen.0 += 1;
                seen.1.insert(format!("{:?} {:?}", world.job.state, world.job.reason));
            }
            // From where it stands: with calls of anyone, and with the buyer's.
            let mut left_alone = world.clone();
            left_alone.finish_alone();
            left_alone.pay_out();
            world.receivable = [false; 3];
            if world.job.state == JobState::Running {
                assert_eq!(world.call(Call::End), "Ok", "the buyer can always leave");
                world.now += DAY;
                world.call(Call::Settle);
                assert_eq!(world.job.state, JobState::Ended);
                for payee in 0..3 {
                    world.call(Call::Withdraw(payee));
                }
                assert_eq!((world.vault, world.vault_closed), (0, true));
            }
            Ok(())
        })
        .unwrap();
    let (steps, seen) = seen.into_inner();
    assert!(steps >= 20_000, "{steps} steps");
    let states = [
        "Booked None",
        "Cancelled Cancelled",
        "Ended Completed",
        "Ended EndedByBuyer",
        "Ended OracleSilence",
        "Ended Released",
        "Ending Completed",
        "Ending EndedByBuyer",
        "Ending OracleSilence",
        "Ending Released",
        "Expired NotStarted",
        "Running None",
    ];
    assert_eq!(seen, states.map(String::from).into());
}

fn rng() -> proptest::test_runner::TestRng {
    proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha)
}

/// Hours, and their compute price.
type Extension = (u32, u64);

/// How a job that was proved to its end goes, whoever settles it when.
#[derive(Clone, Debug)]
struct Story {
    order: Order,
    /// Waits and shares of the seconds that are verified; some with an extension.
    reports: Vec<(i64, u8, Option<Extension>)>,
    end: EndReason,
    /// From the last report to the end, where it is not the booked one, and what of that is verified.
    last_wait: i64,
    last_share: u8,
}

fn story() -> impl Strategy<Value = Story> {
    let reports = (1..4 * HOUR, 0..=100u8, proptest::option::weighted(0.2, (1..20u32, amount())));
    let end = proptest::sample::select(vec![EndReason::Completed, EndReason::EndedByBuyer, EndReason::Released]);
    (order(), proptest::collection::vec(reports, 0..12), end, 0..4 * HOUR, 0..=100u8)
        .prop_map(|(order, reports, end, last_wait, last_share)| Story { order, reports, end, last_wait, last_share })
}

/// When somebody settles or pays, and who can receive then.
type Settlements = Vec<(bool, bool, [bool; 3])>;

fn tell(story: &Story, settlements: &Settlements, delay: i64) -> (Due, [u64; 3]) {
    let mut world = World::new(story.order.booked(), START);
    world.call(Call::Start);
    let mut settlements = settlements.iter();
    let mut meddle = |world: &mut World| {
        if let Some((settle, pay, receivable)) = settlements.next() {
            world.receivable = *receivable;
            if *settle {
                world.call(Call::Settle);
            }
            if *pay {
                world.call(Call::PayOwed);
            }
        }
    };
    for (wait, share, extension) in &story.reports {
        if world.now + wait >= world.job.booked_end() {
            break;
        }
        world.now += wait;
        world.report(Report::Honest { back: 0, share: *share });
        meddle(&mut world);
        if let Some((hours, compute)) = extension {
            assert_eq!(world.call(Call::Extend { hours: *hours, compute: *compute }), "Ok");
        }
        meddle(&mut world);
    }
    let end = world.job.booked_end();
    if story.end == EndReason::Completed {
        while world.now < end {
            world.report(Report::Honest { back: 0, share: 50 });
            world.now = end.min(world.now + 20 * HOUR);
            meddle(&mut world);
        }
    } else {
        world.now = (world.now + story.last_wait).min(end - 1);
        world.call(if story.end == EndReason::Released { Call::Release } else { Call::End });
    }
    meddle(&mut world);
    world.report(Report::Honest { back: 0, share: story.last_share });
    world.now += delay;
    world.call(Call::Settle);
    assert_eq!((world.job.state, world.job.reason), (JobState::Ended, story.end));
    world.pay_out_if_owed();
    (world.model.due, world.got)
}

impl World {
    fn pay_out_if_owed(&mut self) {
        self.receivable = [true; 3];
        if self.job.total_owed().unwrap() > 0 {
            assert_eq!(self.call(Call::PayOwed), "Ok");
        }
        assert_eq!(self.vault, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_order_and_number_of_settlements_changes_the_final_sums(
        story in story(),
        settlements in proptest::collection::vec(any::<(bool, bool, [bool; 3])>(), 0..30),
        delay in prop_oneof![0..DAY, Just(DAY), DAY..10 * DAY],
    ) {
        let once = tell(&story, &Settlements::new(), 0);
        prop_assert_eq!(tell(&story, &settlements, delay), once);
        let (due, got) = once;
        prop_assert_eq!(got.map(i128::from), [due.node, due.fees, due.buyer]);
    }

    #[test]
    fn an_extension_moves_nothing_that_was_earned(
        order in order(), wait in 0..60 * HOUR, share in 0..=100u8, hours in 1..200u32, compute in amount(),
    ) {
        let mut world = World::new(order.booked(), START);
        world.call(Call::Start);
        world.now += wait % (world.job.booked_end() - START);
        world.report(Report::Honest { back: 0, share });
        world.call(Call::Settle);
        let earned = world.model.earned();
        let got = world.got;
        world.call(Call::Extend { hours, compute });
        prop_assert_eq!((world.model.earned(), world.got), (earned, got));
        world.call(Call::Settle);
        prop_assert_eq!(world.got, got);
    }
}
