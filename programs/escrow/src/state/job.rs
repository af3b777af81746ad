use anchor_lang::prelude::*;
use economy_math::{billed_seconds, kept_buyer_fees, Bps, Charge, FeeRates, ProviderSplit, Terms, SECONDS_PER_HOUR};

use crate::{
    constants::{JOB_SEED, ORACLE_SILENCE_SECONDS, START_WINDOW_SECONDS},
    error::EscrowError,
};

/// What a job is paid in.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    Io,
    Usdc,
    /// The buyer's credits: the USDC behind them goes into the job's vault.
    Credits,
}

impl Payment {
    /// The fees that the buyer pays: the handling fee is not taken on IO.
    pub fn fee_rates(self) -> FeeRates {
        FeeRates::for_payment(self != Payment::Io)
    }
}

/// Booked -> Running -> Ending -> Ended; Booked -> Cancelled; Booked -> Expired.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Paid, not started. Occupies no devices.
    Booked,
    /// Occupies devices; verified seconds are billed.
    Running,
    /// Stopped; reports up to the end still count.
    Ending,
    /// Paid out and refunded.
    Ended,
    /// Cancelled by the buyer before the start.
    Cancelled,
    /// Never started by the node.
    Expired,
}

/// Why a job left the state Booked or Running.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    None,
    /// The booked time was over.
    Completed,
    EndedByBuyer,
    /// By the node's operator or scheduler.
    Released,
    OracleSilence,
    Cancelled,
    NotStarted,
}

/// An order, at ["job", buyer, id]. Its money lies in a vault of its own, at ["job_vault", job].
///
/// Amounts are base units of the mint that the job is paid in.
#[account]
#[derive(InitSpace)]
pub struct Job {
    pub version: u8,
    pub bump: u8,
    pub vault_bump: u8,
    pub id: u64,
    pub buyer: Pubkey,
    pub node: Pubkey,
    pub offer: Pubkey,
    /// Hardware class that was booked.
    pub class: Pubkey,
    /// Wallet of the node's income, as of the start.
    pub payout: Pubkey,
    /// Paid for this account and the vault, and gets that back.
    pub rent_payer: Pubkey,
    pub payment: Payment,
    pub devices: u8,
    /// Booked hours, extensions included.
    pub hours: u32,
    pub state: JobState,
    pub reason: EndReason,
    pub booked_at: i64,
    /// When the buyer wants it to start.
    pub start_at: i64,
    /// Zero until the start.
    pub started_at: i64,
    /// Zero until it stops.
    pub ended_at: i64,
    /// Value of the whole order, in micro-USD.
    pub usd_value: u64,
    /// The offer's price when it was booked or last extended, in micro-USD per device and hour.
    pub price: u64,
    /// Compute price of the whole order: `C`.
    pub compute: u64,
    /// Earned when the job was last extended: `G0`.
    pub base_earned: u64,
    /// Billed when the job was last extended: `v0`.
    pub base_seconds: u64,
    /// Verified seconds billed so far.
    pub billed_seconds: u64,
    pub booking_fee_bps: u16,
    pub handling_fee_bps: u16,
    /// Fees that the buyer paid in.
    pub charged_booking_fee: u64,
    pub charged_handling_fee: u64,
    /// All that the buyer paid in.
    pub paid_in: u64,
    /// Tokens given to the vault by strangers; they go to the fee vault.
    pub donated: u64,
    pub paid_to_node: u64,
    pub paid_to_fees: u64,
    pub refunded: u64,
    /// Due, and still in the vault: on its way, or waiting for an account that can receive it.
    pub owed_to_node: u64,
    pub owed_to_fees: u64,
    pub owed_to_buyer: u64,
    /// Counts the events of this job.
    pub seq: u64,
    pub reserved: [u8; 32],
}

/// What the oracles say of a job. An account that does not exist yet means zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub verified_seconds: u64,
    /// Up to when they looked.
    pub as_of: i64,
    pub last_report_at: i64,
}

impl Job {
    pub fn booked_seconds(&self) -> u64 {
        u64::from(self.hours) * SECONDS_PER_HOUR
    }

    /// When the booked time of a started job is over.
    pub fn booked_end(&self) -> i64 {
        self.started_at.saturating_add_unsigned(self.booked_seconds())
    }

    pub fn rates(&self) -> Result<FeeRates> {
        Ok(FeeRates {
            booking: Bps::new(self.booking_fee_bps).map_err(EscrowError::from)?,
            handling: Bps::new(self.handling_fee_bps).map_err(EscrowError::from)?,
        })
    }

    pub fn charge(&self) -> Charge {
        Charge { compute: self.compute, booking_fee: self.charged_booking_fee, handling_fee: self.charged_handling_fee }
    }

    pub fn terms(&self) -> Terms {
        Terms {
            compute: self.compute,
            booked_seconds: self.booked_seconds(),
            base_earned: self.base_earned,
            base_seconds: self.base_seconds,
        }
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self.state, JobState::Ended | JobState::Cancelled | JobState::Expired)
    }

    /// Refuses by the name of the state that the job is in.
    pub fn require_state(&self, wanted: JobState) -> Result<()> {
        if self.state == wanted {
            return Ok(());
        }
        err!(match self.state {
            JobState::Booked => EscrowError::JobNotStarted,
            JobState::Running => EscrowError::JobAlreadyStarted,
            JobState::Ending => EscrowError::JobEnding,
            JobState::Ended | JobState::Cancelled | JobState::Expired => EscrowError::JobEnded,
        })
    }

    // Arrows

    /// Booked -> Running, on hardware of the class that was booked. The payout is the node's of this
    /// moment, so that no later change of the node, nor its end, can hold the job's money up.
    pub fn start(&mut self, class: Pubkey, payout: Pubkey, now: i64) -> Result<()> {
        self.require_state(JobState::Booked)?;
        require_gte!(now, self.start_at, EscrowError::TooEarlyToStart);
        require_gte!(self.last_start(), now, EscrowError::StartWindowPassed);
        require_keys_eq!(class, self.class, EscrowError::HardwareChanged);
        self.payout = payout;
        self.started_at = now;
        self.state = JobState::Running;
        Ok(())
    }

    /// Booked -> Cancelled: the compute price returns, the fees are kept.
    pub fn cancel(&mut self, now: i64) -> Result<()> {
        self.require_state(JobState::Booked)?;
        require_gte!(self.last_start(), now, EscrowError::StartWindowPassed);
        self.state = JobState::Cancelled;
        self.reason = EndReason::Cancelled;
        self.ended_at = now;
        let kept = self.charge().fees().map_err(EscrowError::from)?;
        self.distribute(ProviderSplit { net: 0, fee: 0 }, kept)
    }

    /// Booked -> Expired: everything returns.
    pub fn expire(&mut self, now: i64) -> Result<()> {
        self.require_state(JobState::Booked)?;
        require_gt!(now, self.last_start(), EscrowError::StartWindowOpen);
        self.state = JobState::Expired;
        self.reason = EndReason::NotStarted;
        self.ended_at = now;
        self.distribute(ProviderSplit { net: 0, fee: 0 }, 0)
    }

    /// Running -> Ending, by the buyer or the operator, or because the booked time is over. After
    /// oracle silence the reason is the silence, whoever acts on it; but nothing is left to say once
    /// the end is proved, so that a late settlement changes no sum.
    pub fn stop(&mut self, reason: EndReason, usage: Usage, now: i64) -> Result<()> {
        self.require_state(JobState::Running)?;
        let over = now >= self.booked_end();
        self.ended_at = now.min(self.booked_end());
        self.reason = match (self.is_silent(usage, now) && !self.is_final(usage), over) {
            (true, _) => EndReason::OracleSilence,
            (false, true) => EndReason::Completed,
            (false, false) => reason,
        };
        self.state = JobState::Ending;
        Ok(())
    }

    /// Bills what is verified by now. A job whose end is proved, or waited for long enough, ends.
    pub fn settle(&mut self, usage: Usage, now: i64) -> Result<()> {
        match self.state {
            JobState::Running => {
                self.bill(usage, now)?;
                let split = self.provider_split()?;
                self.distribute_running(split)
            }
            JobState::Ending if self.can_close(usage, now) => self.close(usage),
            JobState::Ending => {
                self.bill(usage, self.ended_at)?;
                let split = self.provider_split()?;
                self.distribute_running(split)
            }
            _ => self.require_state(JobState::Running),
        }
    }

    /// Adds hours to a running job, from what is billed so far on. Gives the extra charge.
    pub fn extend(&mut self, hours: u32, compute: u64, now: i64) -> Result<u64> {
        self.require_state(JobState::Running)?;
        require_gt!(self.booked_end(), now, EscrowError::BookedTimeOver);
        let extra_seconds = u64::from(hours) * SECONDS_PER_HOUR;
        let terms = self.terms().extended(self.billed_seconds, compute, extra_seconds).map_err(EscrowError::from)?;
        let before = self.charge().total().map_err(EscrowError::from)?;
        let charge = Charge::of(terms.compute, self.rates()?).map_err(EscrowError::from)?;
        let extra =
            charge.total().map_err(EscrowError::from)?.checked_sub(before).ok_or(EscrowError::InvariantViolated)?;
        self.hours = self.hours.checked_add(hours).ok_or(EscrowError::HoursAboveMaximum)?;
        self.compute = terms.compute;
        self.base_earned = terms.base_earned;
        self.base_seconds = terms.base_seconds;
        self.charged_booking_fee = charge.booking_fee;
        self.charged_handling_fee = charge.handling_fee;
        self.paid_in = self.paid_in.checked_add(extra).ok_or(EscrowError::AmountOverflow)?;
        Ok(extra)
    }

    // Conditions

    fn last_start(&self) -> i64 {
        self.start_at.saturating_add(START_WINDOW_SECONDS)
    }

    /// Nothing was reported for a day, counted from the last report or the start.
    pub fn is_silent(&self, usage: Usage, now: i64) -> bool {
        now >= self.started_at.max(usage.last_report_at).saturating_add(ORACLE_SILENCE_SECONDS)
    }

    /// The end of an Ending job is proved.
    fn is_final(&self, usage: Usage) -> bool {
        usage.as_of >= self.ended_at
    }

    /// The end is proved, or its proof was awaited long enough: a day from the end, or, where the
    /// booked time ran out, a day of silence even if it began before the end.
    fn can_close(&self, usage: Usage, now: i64) -> bool {
        self.is_final(usage)
            || self.reason == EndReason::OracleSilence
            || now >= self.ended_at.saturating_add(ORACLE_SILENCE_SECONDS)
            || (self.reason == EndReason::Completed && self.is_silent(usage, now))
    }

    // Money

    /// Verified seconds count up to what elapsed and what was booked, and never shrink.
    fn bill(&mut self, usage: Usage, until: i64) -> Result<()> {
        let billed = billed_seconds(usage.verified_seconds, self.elapsed(until), self.booked_seconds(), false);
        self.billed_seconds = self.billed_seconds.max(billed);
        Ok(())
    }

    fn elapsed(&self, until: i64) -> u64 {
        u64::try_from(until.saturating_sub(self.started_at)).unwrap_or(0)
    }

    fn provider_split(&self) -> Result<ProviderSplit> {
        let earned = self.terms().earned(self.billed_seconds).map_err(EscrowError::from)?;
        Ok(ProviderSplit::of(earned, self.rates()?.booking).map_err(EscrowError::from)?)
    }

    /// Ending -> Ended: bills for the last time, keeps or returns the buyer's fees, refunds the rest.
    fn close(&mut self, usage: Usage) -> Result<()> {
        let elapsed = self.elapsed(self.ended_at);
        let billed = billed_seconds(
            usage.verified_seconds,
            elapsed,
            self.booked_seconds(),
            self.reason == EndReason::EndedByBuyer,
        );
        self.billed_seconds = self.billed_seconds.max(billed);
        if !self.is_final(usage) {
            self.reason = EndReason::OracleSilence;
        }
        let split = self.provider_split()?;
        let kept_fees = match self.reason {
            EndReason::Released | EndReason::OracleSilence => {
                let earned = split.net.checked_add(split.fee).ok_or(EscrowError::AmountOverflow)?;
                let kept = kept_buyer_fees(earned, self.rates()?, self.charge()).map_err(EscrowError::from)?;
                kept.booking_fee.checked_add(kept.handling_fee).ok_or(EscrowError::AmountOverflow)?
            }
            _ => self.charge().fees().map_err(EscrowError::from)?,
        };
        self.state = JobState::Ended;
        self.distribute(split, kept_fees)
    }

    /// What the provider has earned and its fee become due; the rest stays in the vault.
    fn distribute_running(&mut self, split: ProviderSplit) -> Result<()> {
        self.owed_to_node = still_owed(split.net, self.paid_to_node)?;
        self.owed_to_fees = still_owed(split.fee, self.paid_to_fees)?;
        Ok(())
    }

    /// Everything becomes due: the provider's share, the fees, and the rest to the buyer.
    fn distribute(&mut self, split: ProviderSplit, kept_fees: u64) -> Result<()> {
        let fees = split.fee.checked_add(kept_fees).ok_or(EscrowError::AmountOverflow)?;
        let spent = split.net.checked_add(fees).ok_or(EscrowError::AmountOverflow)?;
        let refund = self.paid_in.checked_sub(spent).ok_or(EscrowError::InvariantViolated)?;
        self.owed_to_node = still_owed(split.net, self.paid_to_node)?;
        self.owed_to_fees = still_owed(fees, self.paid_to_fees)?;
        self.owed_to_buyer = still_owed(refund, self.refunded)?;
        Ok(())
    }

    /// Tokens that strangers put into the vault of a finished job go to the fee vault, so that the
    /// vault can be closed.
    pub fn absorb_donations(&mut self, vault_amount: u64) -> Result<()> {
        let donated = vault_amount.checked_sub(self.liabilities()?).ok_or(EscrowError::InvariantViolated)?;
        self.donated = self.donated.checked_add(donated).ok_or(EscrowError::AmountOverflow)?;
        self.owed_to_fees = self.owed_to_fees.checked_add(donated).ok_or(EscrowError::AmountOverflow)?;
        Ok(())
    }

    pub fn on_paid(&mut self, payee: Payee) -> Result<u64> {
        let (owed, paid) = match payee {
            Payee::Node => (&mut self.owed_to_node, &mut self.paid_to_node),
            Payee::Fees => (&mut self.owed_to_fees, &mut self.paid_to_fees),
            Payee::Buyer => (&mut self.owed_to_buyer, &mut self.refunded),
        };
        let amount = core::mem::take(owed);
        *paid = paid.checked_add(amount).ok_or(EscrowError::AmountOverflow)?;
        Ok(amount)
    }

    pub fn owed(&self, payee: Payee) -> u64 {
        match payee {
            Payee::Node => self.owed_to_node,
            Payee::Fees => self.owed_to_fees,
            Payee::Buyer => self.owed_to_buyer,
        }
    }

    pub fn total_owed(&self) -> Result<u64> {
        self.owed_to_node
            .checked_add(self.owed_to_fees)
            .and_then(|sum| sum.checked_add(self.owed_to_buyer))
            .ok_or(EscrowError::AmountOverflow.into())
    }

    /// What the vault must hold: all that came in less all that went out.
    pub fn liabilities(&self) -> Result<u64> {
        let came_in = self.paid_in.checked_add(self.donated).ok_or(EscrowError::AmountOverflow)?;
        came_in
            .checked_sub(self.paid_to_node)
            .and_then(|rest| rest.checked_sub(self.paid_to_fees))
            .and_then(|rest| rest.checked_sub(self.refunded))
            .ok_or(EscrowError::InvariantViolated.into())
    }

    /// The vault covers what came in and did not go out; what is owed lies within it, and is all of
    /// it once the job is over.
    pub fn invariant(&self, vault_amount: u64) -> Result<()> {
        let liabilities = self.liabilities()?;
        let owed = self.total_owed()?;
        require_gte!(vault_amount, liabilities, EscrowError::InvariantViolated);
        require_gte!(liabilities, owed, EscrowError::InvariantViolated);
        if self.is_terminal() {
            require_eq!(liabilities, owed, EscrowError::InvariantViolated);
        }
        Ok(())
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(EscrowError::AmountOverflow)?;
        Ok(self.seq)
    }
}

/// Who a job pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payee {
    Node,
    Fees,
    Buyer,
}

/// Entitlements only grow, so what is due can never be less than what was paid.
fn still_owed(entitled: u64, paid: u64) -> Result<u64> {
    entitled.checked_sub(paid).ok_or(EscrowError::InvariantViolated.into())
}

/// The seeds with which a job signs for its vault.
pub struct JobSeeds {
    buyer: Pubkey,
    id: [u8; 8],
    bump: [u8; 1],
}

impl From<&Job> for JobSeeds {
    fn from(job: &Job) -> Self {
        Self { buyer: job.buyer, id: job.id.to_le_bytes(), bump: [job.bump] }
    }
}

impl JobSeeds {
    pub fn as_seeds(&self) -> [&[u8]; 4] {
        [JOB_SEED, self.buyer.as_ref(), &self.id, &self.bump]
    }
}
