//! How money leaves a job's vault: one way for all instructions.
//!
//! A transition makes amounts due (`owed_*`); [`JobPayments::send_owed`] sends each to its account,
//! or leaves it owed where that account cannot receive. So no frozen, closed or handed-over token
//! account of one party can hold up another.

use anchor_lang::{prelude::*, system_program};
use anchor_spl::{
    associated_token::get_associated_token_address,
    token::{self, CloseAccount, Token, TokenAccount, Transfer},
};

use crate::{
    error::EscrowError,
    oracle::{self, accounts::JobUsage},
    state::{Job, JobSeeds, Payee, Usage},
};

/// A job, its vault, and where its money can go.
pub struct JobPayments<'a, 'info> {
    pub job: &'a mut Account<'info, Job>,
    pub vault: AccountInfo<'info>,
    pub mint: Pubkey,
    pub token_program: &'a Program<'info, Token>,
    /// Gets the vault's rent when it closes.
    pub rent_payer: AccountInfo<'info>,
}

/// One payee and the token account that he is paid to, which must belong to the wallet where one is named.
pub struct Destination<'info> {
    pub payee: Payee,
    pub wallet: Option<Pubkey>,
    pub account: AccountInfo<'info>,
}

impl<'info> Destination<'info> {
    pub fn node(job: &Job, account: &AccountInfo<'info>) -> Self {
        Self { payee: Payee::Node, wallet: Some(job.payout), account: account.clone() }
    }

    pub fn fees(account: &AccountInfo<'info>) -> Self {
        Self { payee: Payee::Fees, wallet: None, account: account.clone() }
    }

    pub fn buyer(job: &Job, account: &AccountInfo<'info>) -> Self {
        Self { payee: Payee::Buyer, wallet: Some(job.buyer), account: account.clone() }
    }
}

/// What was sent.
#[derive(Default)]
pub struct Sent {
    pub to_node: u64,
    pub to_fees: u64,
    pub to_buyer: u64,
}

impl Sent {
    pub fn is_nothing(&self) -> bool {
        self.to_node == 0 && self.to_fees == 0 && self.to_buyer == 0
    }
}

impl<'info> JobPayments<'_, 'info> {
    /// Sends what is owed to each destination that can receive it, checks that the vault covers the
    /// rest, and closes the vault when nothing is left to pay.
    pub fn send_owed(&mut self, destinations: &[Destination<'info>]) -> Result<Sent> {
        if self.job.is_terminal() {
            let amount = self.vault_amount()?;
            self.job.absorb_donations(amount)?;
        }
        let mut sent = Sent::default();
        for destination in destinations {
            if self.job.owed(destination.payee) == 0 || !self.can_receive(destination) {
                continue;
            }
            let amount = self.job.on_paid(destination.payee)?;
            self.transfer(destination.account.clone(), amount)?;
            match destination.payee {
                Payee::Node => sent.to_node = amount,
                Payee::Fees => sent.to_fees = amount,
                Payee::Buyer => sent.to_buyer = amount,
            }
        }
        let left = self.vault_amount()?;
        self.job.invariant(left)?;
        if self.job.is_terminal() && left == 0 {
            self.close_vault()?;
        }
        Ok(sent)
    }

    fn vault_amount(&self) -> Result<u64> {
        Ok(TokenAccount::try_deserialize(&mut &self.vault.try_borrow_data()?[..])?.amount)
    }

    /// A token account of the vault's mint that is neither frozen nor handed to another owner.
    fn can_receive(&self, destination: &Destination) -> bool {
        if destination.account.owner != &token::ID {
            return false;
        }
        let Ok(data) = destination.account.try_borrow_data() else { return false };
        let Ok(account) = TokenAccount::try_deserialize(&mut &data[..]) else { return false };
        account.mint == self.mint
            && !account.is_frozen()
            && destination.wallet.is_none_or(|wallet| account.owner == wallet)
    }

    fn transfer(&self, to: AccountInfo<'info>, amount: u64) -> Result<()> {
        let seeds = JobSeeds::from(&**self.job);
        token::transfer(
            CpiContext::new_with_signer(
                self.token_program.key(),
                Transfer { from: self.vault.clone(), to, authority: self.job.to_account_info() },
                &[&seeds.as_seeds()],
            ),
            amount,
        )
    }

    fn close_vault(&self) -> Result<()> {
        let seeds = JobSeeds::from(&**self.job);
        token::close_account(CpiContext::new_with_signer(
            self.token_program.key(),
            CloseAccount {
                account: self.vault.clone(),
                destination: self.rent_payer.clone(),
                authority: self.job.to_account_info(),
            },
            &[&seeds.as_seeds()],
        ))
    }
}

/// Whether the account lies at the wallet's associated address for the mint. Whether it can receive
/// is another question.
pub fn is_associated(account: &AccountInfo, wallet: &Pubkey, mint: &Pubkey) -> bool {
    account.key() == get_associated_token_address(wallet, mint)
}

/// What the oracles say of the job. Their account must be at its address even where it does not
/// exist yet, which means zero.
pub fn read_usage(account: &AccountInfo, job: &Pubkey) -> Result<Usage> {
    if account.owner == &oracle::ID_CONST {
        let usage =
            JobUsage::try_deserialize(&mut &account.try_borrow_data()?[..]).map_err(|_| EscrowError::WrongJobUsage)?;
        require_keys_eq!(usage.job, *job, EscrowError::WrongJobUsage);
        return Ok(Usage {
            verified_seconds: usage.verified_seconds,
            as_of: usage.as_of,
            last_report_at: usage.last_report_at,
        });
    }
    let is_absent = account.owner == &system_program::ID && account.data_is_empty();
    require!(is_absent && account.key() == usage_address(job), EscrowError::WrongJobUsage);
    Ok(Usage::default())
}

pub fn usage_address(job: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[oracle::constants::JOB_USAGE_SEED, job.as_ref()], &oracle::ID_CONST).0
}
