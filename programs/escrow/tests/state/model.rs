//! What the economy's rules say of one job, as plainly as they are written: entitlements are worked out anew from what
//! was verified, in wide integers, and nothing is kept of payments.

use escrow::state::{Job, JobState, Payment, Usage};

const HOUR: i128 = 3_600;
const DAY: i128 = 86_400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Completed,
    Buyer,
    Node,
    Silence,
}

/// Money due to each since the booking, what strangers gave left aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    pub node: i128,
    pub fees: i128,
    pub buyer: i128,
}

#[derive(Clone)]
pub struct Model {
    pub state: JobState,
    pub cause: Option<Cause>,
    pub start_at: i128,
    pub started_at: i128,
    pub ended_at: i128,
    /// `B`, in seconds.
    pub booked: i128,
    /// `C`.
    pub compute: i128,
    handling_bps: i128,
    /// `v`.
    pub verified: i128,
    /// `G0` and `v0`.
    base: (i128, i128),
    pub due: Due,
}

type Outcome = std::result::Result<(), &'static str>;

fn ceil_bps(bps: i128, amount: i128) -> i128 {
    (bps * amount + 9_999) / 10_000
}

impl Model {
    pub fn of(job: &Job) -> Self {
        Self {
            state: JobState::Booked,
            cause: None,
            start_at: job.start_at.into(),
            started_at: 0,
            ended_at: 0,
            booked: i128::from(job.hours) * HOUR,
            compute: job.compute.into(),
            handling_bps: if job.payment == Payment::Io { 0 } else { 200 },
            verified: 0,
            base: (0, 0),
            due: Due::default(),
        }
    }

    fn fees(&self, amount: i128) -> i128 {
        ceil_bps(25, amount) + ceil_bps(self.handling_bps, amount)
    }

    pub fn paid_in(&self) -> i128 {
        self.compute + self.fees(self.compute)
    }

    pub fn booked_end(&self) -> i128 {
        self.started_at + self.booked
    }

    /// `G(v) = G0 + floor((C - G0) * (min(v, B) - v0) / (B - v0))`.
    pub fn earned(&self) -> i128 {
        let (g0, v0) = self.base;
        g0 + (self.compute - g0) * (self.verified.min(self.booked) - v0) / (self.booked - v0)
    }

    fn require(&self, wanted: JobState) -> Outcome {
        match self.state {
            state if state == wanted => Ok(()),
            JobState::Booked => Err("JobNotStarted"),
            JobState::Running => Err("JobAlreadyStarted"),
            JobState::Ending => Err("JobEnding"),
            JobState::Ended | JobState::Cancelled | JobState::Expired => Err("JobEnded"),
        }
    }

    pub fn start(&mut self, now: i64) -> Outcome {
        self.require(JobState::Booked)?;
        match i128::from(now) - self.start_at {
            ..=-1 => Err("TooEarlyToStart"),
            0..=900 => {
                (self.state, self.started_at) = (JobState::Running, now.into());
                Ok(())
            }
            _ => Err("StartWindowPassed"),
        }
    }

    pub fn cancel(&mut self, now: i64) -> Outcome {
        self.require(JobState::Booked)?;
        if i128::from(now) > self.start_at + 900 {
            return Err("StartWindowPassed");
        }
        self.state = JobState::Cancelled;
        self.due = Due { node: 0, fees: self.fees(self.compute), buyer: self.compute };
        Ok(())
    }

    pub fn expire(&mut self, now: i64) -> Outcome {
        self.require(JobState::Booked)?;
        if i128::from(now) <= self.start_at + 900 {
            return Err("StartWindowOpen");
        }
        self.state = JobState::Expired;
        self.due = Due { node: 0, fees: 0, buyer: self.paid_in() };
        Ok(())
    }

    fn is_silent(&self, usage: Usage, now: i128) -> bool {
        now - self.started_at.max(usage.last_report_at.into()) >= DAY
    }

    fn is_proved(&self, usage: Usage) -> bool {
        i128::from(usage.as_of) >= self.ended_at
    }

    pub fn stop(&mut self, by: Cause, usage: Usage, now: i64) -> Outcome {
        self.require(JobState::Running)?;
        let now = i128::from(now);
        self.state = JobState::Ending;
        self.ended_at = now.min(self.booked_end());
        self.cause = Some(if self.is_silent(usage, now) && !self.is_proved(usage) {
            Cause::Silence
        } else if now >= self.booked_end() {
            Cause::Completed
        } else {
            by
        });
        Ok(())
    }

    /// Anyone's settlement, which also notices that the booked time is over.
    pub fn settle(&mut self, usage: Usage, now: i64) -> Outcome {
        if self.state == JobState::Running && i128::from(now) >= self.booked_end() {
            self.stop(Cause::Completed, usage, now)?;
        }
        match self.state {
            JobState::Running => self.bill(usage, now.into(), false),
            JobState::Ending if self.is_over(usage, now.into()) => return self.close(usage),
            JobState::Ending => self.bill(usage, self.ended_at, false),
            _ => return self.require(JobState::Running),
        }
        let earned = self.earned();
        self.due = Due { node: earned - ceil_bps(25, earned), fees: ceil_bps(25, earned), buyer: 0 };
        Ok(())
    }

    fn is_over(&self, usage: Usage, now: i128) -> bool {
        self.is_proved(usage)
            || self.cause == Some(Cause::Silence)
            || now - self.ended_at >= DAY
            || self.cause == Some(Cause::Completed) && self.is_silent(usage, now)
    }

    fn bill(&mut self, usage: Usage, until: i128, by_buyer: bool) {
        let elapsed = (until - self.started_at).max(0);
        let verified = i128::from(usage.verified_seconds);
        let first_hour = by_buyer && (1..=HOUR).contains(&elapsed) && verified * 100 >= elapsed * 90;
        let billed = if first_hour { HOUR } else { verified.min(elapsed) };
        self.verified = self.verified.max(billed.min(self.booked));
    }

    fn close(&mut self, usage: Usage) -> Outcome {
        self.bill(usage, self.ended_at, self.cause == Some(Cause::Buyer));
        if !self.is_proved(usage) {
            self.cause = Some(Cause::Silence);
        }
        let earned = self.earned();
        let kept = match self.cause {
            Some(Cause::Node | Cause::Silence) => self.fees(earned),
            _ => self.fees(self.compute),
        };
        self.state = JobState::Ended;
        let fees = ceil_bps(25, earned) + kept;
        let node = earned - ceil_bps(25, earned);
        self.due = Due { node, fees, buyer: self.paid_in() - node - fees };
        Ok(())
    }

    pub fn extend(&mut self, hours: u32, compute: u64, usage: Usage, now: i64) -> Outcome {
        self.require(JobState::Running)?;
        if i128::from(now) >= self.booked_end() {
            return Err("BookedTimeOver");
        }
        self.settle(usage, now)?;
        self.base = (self.earned(), self.verified);
        self.compute += i128::from(compute);
        self.booked += i128::from(hours) * HOUR;
        Ok(())
    }
}
