use anchor_lang::prelude::*;

use crate::{
    constants::{ACCOUNT_VERSION, JOB_USAGE_SEED, MAX_EXPIRY_SECONDS, MAX_SECONDS_PER_REPORT, SECONDS_PER_HOUR},
    error::OracleError,
    escrow::{accounts::Job, types::JobState},
};

/// What the oracles attest about a job so far, at ["job_usage", job].
#[account]
#[derive(InitSpace, Debug)]
pub struct JobUsage {
    pub version: u8,
    pub bump: u8,
    pub job: Pubkey,
    pub rent_payer: Pubkey,
    /// Seconds in which the devices were up and the buyer's, from the job's start.
    pub verified_seconds: u64,
    /// Up to when: later seconds may yet be verified, earlier ones are decided.
    pub as_of: i64,
    /// Of the last report taken.
    pub sequence: u64,
    /// When the last report was taken.
    pub last_report_at: i64,
    pub reserved: [u8; 16],
}

/// What one report claims.
#[derive(Clone, Copy)]
pub struct Report {
    pub sequence: u64,
    pub verified_seconds: u64,
    pub as_of: i64,
    pub expires_at: i64,
}

/// The time that reports about a job may speak of.
#[derive(Clone, Copy)]
pub struct JobWindow {
    pub started_at: i64,
    pub ends_at: i64,
    pub booked_seconds: u64,
}

impl JobWindow {
    pub fn of(job: &Job) -> Result<Self> {
        let booked_seconds = u64::from(job.hours).checked_mul(SECONDS_PER_HOUR).ok_or(OracleError::Overflow)?;
        let ends_at = match job.state {
            JobState::Running => job.started_at.checked_add_unsigned(booked_seconds).ok_or(OracleError::Overflow)?,
            JobState::Ending => job.ended_at,
            _ => return err!(OracleError::JobNotRunning),
        };
        Ok(Self { started_at: job.started_at, ends_at, booked_seconds })
    }
}

impl JobUsage {
    pub const SPACE: usize = 8 + Self::INIT_SPACE;

    pub fn new(bump: u8, job: Pubkey, rent_payer: Pubkey) -> Self {
        Self {
            version: ACCOUNT_VERSION,
            bump,
            job,
            rent_payer,
            verified_seconds: 0,
            as_of: 0,
            sequence: 0,
            last_report_at: 0,
            reserved: [0; 16],
        }
    }

    /// The bump of the account of `job`: the stored one where the account exists, which spares the search.
    pub fn bump_of(account: &AccountInfo, job: &Pubkey) -> u8 {
        pda_account::bump_of(account, &[JOB_USAGE_SEED, job.as_ref()], &crate::ID)
    }

    /// Takes a report, or says why not. Returns the seconds that it adds.
    pub fn take(&mut self, report: Report, window: JobWindow, now: i64) -> Result<u64> {
        let Report { sequence, verified_seconds, as_of, expires_at } = report;
        require_gte!(expires_at, now, OracleError::ReportExpired);
        require_gte!(now.saturating_add(MAX_EXPIRY_SECONDS), expires_at, OracleError::ExpiryTooFar);

        require_gt!(sequence, self.sequence, OracleError::SequenceNotIncreasing);
        let added = verified_seconds.checked_sub(self.verified_seconds).ok_or(OracleError::VerifiedSecondsDecreased)?;
        require_gte!(MAX_SECONDS_PER_REPORT, added, OracleError::TooManySecondsAtOnce);
        require_gt!(as_of, self.as_of, OracleError::AsOfNotIncreasing);

        require_gte!(now, as_of, OracleError::AsOfInFuture);
        require_gte!(as_of, window.started_at, OracleError::AsOfBeforeStart);
        require_gte!(window.ends_at, as_of, OracleError::AsOfAfterEnd);
        require_gte!(as_of.abs_diff(window.started_at), verified_seconds, OracleError::VerifiedAboveElapsed);
        require_gte!(window.booked_seconds, verified_seconds, OracleError::VerifiedAboveBooked);

        self.verified_seconds = verified_seconds;
        self.as_of = as_of;
        self.sequence = sequence;
        self.last_report_at = now;
        Ok(added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_700_000_000;
    const NOW: i64 = START + 5_000;
    const WINDOW: JobWindow = JobWindow { started_at: START, ends_at: START + 7_200, booked_seconds: 7_200 };
    const REPORT: Report = Report { sequence: 6, verified_seconds: 4_000, as_of: START + 4_500, expires_at: NOW + 60 };

    fn usage() -> JobUsage {
        let mut usage = JobUsage::new(254, Pubkey::new_from_array([1; 32]), Pubkey::new_from_array([2; 32]));
        (usage.sequence, usage.verified_seconds, usage.as_of) = (5, 3_000, START + 3_600);
        usage
    }

    fn refusal(report: Report, window: JobWindow, now: i64) -> Option<Error> {
        let mut usage = usage();
        let error = usage.take(report, window, now).err();
        if error.is_some() {
            assert_eq!((usage.sequence, usage.verified_seconds, usage.as_of), (5, 3_000, START + 3_600));
        }
        error
    }

    fn job(state: JobState, ended_at: i64) -> Job {
        // The types from an IDL have no default: all zeros are a job too.
        let zeros = Job::try_deserialize_unchecked(&mut [0u8; 1_024].as_slice()).unwrap();
        Job { state, started_at: START, ended_at, hours: 2, ..zeros }
    }

    #[test]
    fn takes_a_good_report() {
        let mut usage = usage();
        assert_eq!(usage.take(REPORT, WINDOW, NOW), Ok(1_000));
        let taken = (usage.sequence, usage.verified_seconds, usage.as_of, usage.last_report_at);
        assert_eq!(taken, (6, 4_000, START + 4_500, NOW));
    }

    #[test]
    fn takes_a_report_at_each_boundary() {
        let day = JobWindow { started_at: START, ends_at: START + 172_800, booked_seconds: 172_800 };
        for (report, window, now) in [
            (Report { expires_at: NOW, ..REPORT }, WINDOW, NOW),
            (Report { expires_at: NOW + MAX_EXPIRY_SECONDS, ..REPORT }, WINDOW, NOW),
            (Report { sequence: u64::MAX, ..REPORT }, WINDOW, NOW),
            (Report { verified_seconds: 3_000, as_of: START + 3_601, ..REPORT }, WINDOW, NOW),
            (Report { verified_seconds: 5_000, as_of: NOW, ..REPORT }, WINDOW, NOW),
            (REPORT, JobWindow { ends_at: REPORT.as_of, ..WINDOW }, NOW),
            (REPORT, JobWindow { booked_seconds: 4_000, ..WINDOW }, NOW),
            (
                Report { verified_seconds: 89_400, as_of: START + 89_400, expires_at: START + 90_000, ..REPORT },
                day,
                START + 90_000,
            ),
        ] {
            assert_eq!(refusal(report, window, now), None);
        }
    }

    #[test]
    fn refuses_one_beyond_each_boundary_by_its_own_error() {
        let day = JobWindow { started_at: START, ends_at: START + 172_800, booked_seconds: 172_800 };
        for (report, window, now, error) in [
            (Report { expires_at: NOW - 1, ..REPORT }, WINDOW, NOW, OracleError::ReportExpired),
            (Report { expires_at: NOW + MAX_EXPIRY_SECONDS + 1, ..REPORT }, WINDOW, NOW, OracleError::ExpiryTooFar),
            (Report { sequence: 5, ..REPORT }, WINDOW, NOW, OracleError::SequenceNotIncreasing),
            (Report { sequence: 0, ..REPORT }, WINDOW, NOW, OracleError::SequenceNotIncreasing),
            (Report { verified_seconds: 2_999, ..REPORT }, WINDOW, NOW, OracleError::VerifiedSecondsDecreased),
            (
                Report { verified_seconds: 89_401, as_of: START + 89_401, expires_at: START + 90_000, ..REPORT },
                day,
                START + 90_000,
                OracleError::TooManySecondsAtOnce,
            ),
            (Report { as_of: START + 3_600, ..REPORT }, WINDOW, NOW, OracleError::AsOfNotIncreasing),
            (Report { as_of: NOW + 1, ..REPORT }, WINDOW, NOW, OracleError::AsOfInFuture),
            (REPORT, JobWindow { started_at: REPORT.as_of + 1, ..WINDOW }, NOW, OracleError::AsOfBeforeStart),
            (REPORT, JobWindow { ends_at: REPORT.as_of - 1, ..WINDOW }, NOW, OracleError::AsOfAfterEnd),
            (Report { verified_seconds: 4_501, ..REPORT }, WINDOW, NOW, OracleError::VerifiedAboveElapsed),
            (REPORT, JobWindow { booked_seconds: 3_999, ..WINDOW }, NOW, OracleError::VerifiedAboveBooked),
        ] {
            assert_eq!(refusal(report, window, now), Some(error.into()));
        }
    }

    #[test]
    fn a_repeat_adds_nothing() {
        let mut usage = usage();
        usage.take(REPORT, WINDOW, NOW).unwrap();
        assert_eq!(usage.take(REPORT, WINDOW, NOW), Err(OracleError::SequenceNotIncreasing.into()));
        assert_eq!(usage.verified_seconds, 4_000);
    }

    #[test]
    fn the_window_ends_with_the_booked_hours_or_with_the_job() {
        let running = JobWindow::of(&job(JobState::Running, 0)).unwrap();
        assert_eq!((running.started_at, running.ends_at, running.booked_seconds), (START, START + 7_200, 7_200));
        let ending = JobWindow::of(&job(JobState::Ending, START + 100)).unwrap();
        assert_eq!((ending.ends_at, ending.booked_seconds), (START + 100, 7_200));
    }

    #[test]
    fn only_running_and_ending_jobs_have_a_window() {
        for state in [JobState::Booked, JobState::Ended, JobState::Cancelled, JobState::Expired] {
            assert_eq!(JobWindow::of(&job(state, 0)).err(), Some(OracleError::JobNotRunning.into()));
        }
    }

    #[test]
    fn the_bump_stands_where_it_is_read() {
        let mut data = Vec::new();
        usage().try_serialize(&mut data).unwrap();
        assert_eq!(data[pda_account::BUMP_OFFSET], 254);
        assert_eq!(data.len(), JobUsage::SPACE);
    }
}
