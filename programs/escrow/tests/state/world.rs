//! A job with its vault and the accounts that it pays, moved as the instructions move them: all or nothing.

use anchor_lang::prelude::*;
use escrow::{
    error::EscrowError,
    state::{EndReason, Job, JobState, NodeLoad, Payee, Usage},
};

use crate::{model::*, support::*};

pub const NODE_DEVICES: u8 = 4;
const PAYEES: [Payee; 3] = [Payee::Node, Payee::Fees, Payee::Buyer];

#[derive(Clone)]
pub struct World {
    pub job: Job,
    pub model: Model,
    pub load: NodeLoad,
    pub vault: u64,
    pub vault_closed: bool,
    /// What node, fees and buyer received.
    pub got: [u64; 3],
    /// Whose token account can receive.
    pub receivable: [bool; 3],
    /// What the buyer and strangers put in.
    pub put_in: u64,
    pub usage: Usage,
    pub now: i64,
    /// Due to each after the last step: entitlements only grow.
    last_due: Due,
}

#[derive(Clone, Copy, Debug)]
pub enum Call {
    Start,
    Cancel,
    Expire,
    End,
    Release,
    Settle,
    Extend { hours: u32, compute: u64 },
    PayOwed,
    Withdraw(usize),
}

impl World {
    pub fn new(job: Job, now: i64) -> Self {
        let load = NodeLoad {
            version: 1,
            bump: 255,
            node: job.node,
            rent_payer: RENT_PAYER,
            devices_busy: 0,
            offers: 1,
            jobs: 0,
            reserved: [0; 32],
        };
        Self {
            model: Model::of(&job),
            vault: job.paid_in,
            put_in: job.paid_in,
            job,
            load,
            vault_closed: false,
            got: [0; 3],
            receivable: [true; 3],
            usage: Usage::default(),
            now,
            last_due: Due::default(),
        }
    }

    /// Makes a call, compares it with the model, and checks all that must hold after it.
    pub fn call(&mut self, call: Call) -> String {
        let mut after = self.clone();
        let result = outcome(after.act(call));
        let expected = after.expect(call);
        if let Some(expected) = expected {
            assert_eq!(result, expected, "{call:?} in {:?}", self.job.state);
        }
        if result == "Ok" {
            *self = after;
        }
        self.check();
        result
    }

    pub fn donate(&mut self, amount: u64) {
        if !self.vault_closed {
            self.vault += amount;
            self.put_in += amount;
        }
    }

    fn act(&mut self, call: Call) -> Result<()> {
        match call {
            Call::Start => {
                self.job.start(CLASS, PAYOUT, self.now)?;
                self.load.on_started(self.job.devices, NODE_DEVICES)
            }
            Call::Cancel => {
                self.job.cancel(self.now)?;
                self.send(&[Payee::Fees, Payee::Buyer])
            }
            Call::Expire => {
                self.job.expire(self.now)?;
                self.send(&[Payee::Fees, Payee::Buyer])
            }
            Call::End => self.stop(EndReason::EndedByBuyer),
            Call::Release => self.stop(EndReason::Released),
            Call::Settle => {
                if self.job.state == JobState::Running && self.now >= self.job.booked_end() {
                    self.stop(EndReason::Completed)?;
                }
                self.job.settle(self.usage, self.now)?;
                if self.job.state == JobState::Ended {
                    self.load.on_ended()?;
                }
                self.send(&PAYEES)
            }
            Call::Extend { hours, compute } => {
                self.job.require_state(JobState::Running)?;
                require_gt!(self.job.booked_end(), self.now, EscrowError::BookedTimeOver);
                self.job.settle(self.usage, self.now)?;
                let charged = self.job.extend(hours, compute, self.now)?;
                self.vault += charged;
                self.put_in += charged;
                self.send(&[Payee::Node, Payee::Fees])
            }
            Call::PayOwed => {
                require_gt!(self.job.total_owed()?, 0, EscrowError::NothingOwed);
                let before = self.got;
                self.send(&PAYEES)?;
                require!(self.got != before, EscrowError::StillNotReceivable);
                Ok(())
            }
            // To another account of the payee, so that it does not matter whether the usual one can receive.
            Call::Withdraw(payee) => {
                require_gt!(self.job.owed(PAYEES[payee]), 0, EscrowError::NothingOwed);
                let receivable = core::mem::replace(&mut self.receivable, [true; 3]);
                self.send(&[PAYEES[payee]])?;
                self.receivable = receivable;
                Ok(())
            }
        }
    }

    fn stop(&mut self, reason: EndReason) -> Result<()> {
        self.job.stop(reason, self.usage, self.now)?;
        self.load.on_stopped(self.job.devices)
    }

    fn send(&mut self, payees: &[Payee]) -> Result<()> {
        if self.job.is_terminal() {
            self.job.absorb_donations(self.vault)?;
        }
        for payee in payees {
            let index = PAYEES.iter().position(|other| other == payee).unwrap();
            if self.receivable[index] {
                let amount = self.job.on_paid(*payee)?;
                self.vault = self.vault.checked_sub(amount).expect("the vault covers what is paid");
                self.got[index] += amount;
            }
        }
        self.job.invariant(self.vault)?;
        self.vault_closed = self.job.is_terminal() && self.vault == 0;
        Ok(())
    }

    /// What the model says to the call; payments are no concern of it.
    fn expect(&mut self, call: Call) -> Option<&'static str> {
        let (model, usage, now) = (&mut self.model, self.usage, self.now);
        let outcome = match call {
            Call::Start => model.start(now),
            Call::Cancel => model.cancel(now),
            Call::Expire => model.expire(now),
            Call::End => model.stop(Cause::Buyer, usage, now),
            Call::Release => model.stop(Cause::Node, usage, now),
            Call::Settle => model.settle(usage, now),
            Call::Extend { hours, compute } => model.extend(hours, compute, usage, now),
            Call::PayOwed | Call::Withdraw(_) => return None,
        };
        Some(outcome.err().unwrap_or("Ok"))
    }

    fn cause(&self) -> Option<Cause> {
        match self.job.reason {
            EndReason::Completed => Some(Cause::Completed),
            EndReason::EndedByBuyer => Some(Cause::Buyer),
            EndReason::Released => Some(Cause::Node),
            EndReason::OracleSilence => Some(Cause::Silence),
            EndReason::None | EndReason::Cancelled | EndReason::NotStarted => None,
        }
    }

    fn check(&mut self) {
        let (job, model) = (&self.job, &self.model);
        let wide = |amount: u64| i128::from(amount);

        // The same state, for the same reason, with the same seconds billed.
        assert_eq!((job.state, self.cause()), (model.state, model.cause));
        assert_eq!(wide(job.billed_seconds), model.verified);
        assert_eq!(wide(job.paid_in), model.paid_in());

        // Billed: not above what was booked, nor above what elapsed but for the first hour.
        let until = if job.state == JobState::Running { self.now } else { job.ended_at };
        let elapsed = if job.started_at == 0 { 0 } else { u64::try_from(until - job.started_at).unwrap() };
        assert!(job.billed_seconds <= job.booked_seconds());
        assert!(
            job.billed_seconds <= elapsed
                || (job.billed_seconds == 3_600 && elapsed <= 3_600 && job.state == JobState::Ended)
        );

        // Each got, or is owed, exactly what is due to him; what strangers gave went to the fees.
        assert_eq!([job.paid_to_node, job.paid_to_fees, job.refunded], self.got);
        let due = Due {
            node: wide(self.got[0]) + wide(job.owed_to_node),
            fees: wide(self.got[1]) + wide(job.owed_to_fees) - wide(job.donated),
            buyer: wide(self.got[2]) + wide(job.owed_to_buyer),
        };
        assert_eq!(due, model.due);
        let last = self.last_due;
        assert!(due.node >= last.node && due.fees >= last.fees && due.buyer >= last.buyer, "{last:?} {due:?}");

        // Conservation, in the accounts and in the job's own books.
        assert_eq!(self.put_in, self.got.iter().sum::<u64>() + self.vault);
        let liabilities = job.liabilities().unwrap();
        assert_eq!(job.paid_in + job.donated, job.paid_to_node + job.paid_to_fees + job.refunded + liabilities);
        job.invariant(self.vault).unwrap();
        if job.is_terminal() {
            assert_eq!(liabilities, job.total_owed().unwrap());
            assert_eq!(due.node + due.fees + due.buyer, wide(job.paid_in));
        }

        // The node's devices.
        let holds = u8::from(job.state == JobState::Running) * job.devices;
        let unfinished = u32::from(matches!(job.state, JobState::Running | JobState::Ending));
        assert_eq!((self.load.devices_busy, self.load.jobs), (holds, unfinished));
        self.last_due = due;
    }
}
