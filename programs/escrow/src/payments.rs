//! How money enters and leaves a job's vault: one way for all instructions.
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
    state::{EscrowConfig, Job, JobSeeds, Payee, Payment, Usage},
    treasury,
};

/// What the buyer of a job pays with.
pub struct BuyerPayment<'a, 'info> {
    pub config: &'a Account<'info, EscrowConfig>,
    pub job: &'a Account<'info, Job>,
    pub job_vault: AccountInfo<'info>,
    pub buyer: &'a Signer<'info>,
    pub buyer_token_account: AccountInfo<'info>,
    pub token_program: &'a Program<'info, Token>,
    /// Both are needed for credits alone.
    pub treasury: Option<&'a UncheckedAccount<'info>>,
    pub treasury_program: Option<&'a Program<'info, treasury::program::Treasury>>,
}

impl BuyerPayment<'_, '_> {
    /// Moves the money into the job's vault. Credits are moved by the treasury, which alone can, and
    /// which asks for escrow's signature beside the buyer's.
    pub fn collect(self, amount: u64) -> Result<()> {
        if self.job.payment != Payment::Credits {
            return token::transfer(
                CpiContext::new(
                    self.token_program.key(),
                    Transfer {
                        from: self.buyer_token_account,
                        to: self.job_vault,
                        authority: self.buyer.to_account_info(),
                    },
                ),
                amount,
            );
        }
        let (Some(treasury), Some(program)) = (self.treasury, self.treasury_program) else {
            return err!(EscrowError::TreasuryMissing);
        };
        treasury::cpi::spend_credits(
            CpiContext::new_with_signer(
                program.key(),
                treasury::cpi::accounts::SpendCredits {
                    escrow_config: self.config.to_account_info(),
                    owner: self.buyer.to_account_info(),
                    treasury: treasury.to_account_info(),
                    credits: self.buyer_token_account,
                    job: self.job.to_account_info(),
                    job_vault: self.job_vault,
                    token_program: self.token_program.to_account_info(),
                },
                &[&self.config.signer_seeds()],
            ),
            amount,
        )
    }
}

/// A job, its vault, and how it pays.
pub struct JobPayments<'a, 'info> {
    job: &'a mut Account<'info, Job>,
    vault: AccountInfo<'info>,
    mint: Pubkey,
    token_program: &'a Program<'info, Token>,
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

    pub fn buyer(config: &EscrowConfig, job: &Job, account: &AccountInfo<'info>) -> Self {
        let wallet = config.holder(job.payment, job.buyer);
        Self { payee: Payee::Buyer, wallet: Some(wallet), account: account.clone() }
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

impl<'a, 'info> JobPayments<'a, 'info> {
    pub fn new(
        config: &EscrowConfig,
        job: &'a mut Account<'info, Job>,
        vault: &AccountInfo<'info>,
        token_program: &'a Program<'info, Token>,
    ) -> Self {
        let mint = config.mint(job.payment);
        Self { job, vault: vault.clone(), mint, token_program }
    }

    /// [`Self::send_owed`], and closes the vault of a finished job when nothing is left in it; its
    /// rent goes to who paid it.
    pub fn pay_out(mut self, destinations: &[Destination<'info>], rent_payer: &AccountInfo<'info>) -> Result<Sent> {
        let sent = self.send_owed(destinations)?;
        if self.job.is_terminal() && self.vault_amount()? == 0 {
            self.close_vault(rent_payer)?;
        }
        Ok(sent)
    }

    /// Sends what is owed to each destination that can receive it, and checks that the vault covers
    /// the rest.
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

    fn close_vault(&self, rent_payer: &AccountInfo<'info>) -> Result<()> {
        let seeds = JobSeeds::from(&**self.job);
        token::close_account(CpiContext::new_with_signer(
            self.token_program.key(),
            CloseAccount {
                account: self.vault.clone(),
                destination: rent_payer.clone(),
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

/// Whether the account is where the buyer's money returns to: his associated token account, or, for a
/// job paid in credits, his credits.
pub fn is_refund_account(account: &AccountInfo, config: &EscrowConfig, job: &Job) -> bool {
    match job.payment {
        Payment::Io | Payment::Usdc => is_associated(account, &job.buyer, &config.mint(job.payment)),
        Payment::Credits => account.key() == credits_address(&job.buyer),
    }
}

fn credits_address(owner: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[treasury::constants::CREDITS_SEED, owner.as_ref()], &treasury::ID_CONST).0
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
