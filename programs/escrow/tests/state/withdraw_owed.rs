//! Where withdraw_owed may pay to. A transfer of a vault to itself moves nothing: what is owed would be written off
//! while it stays in the vault, which nobody could empty or close any more.

use anchor_lang::{prelude::*, solana_program::system_program, AccountSerialize, Accounts};
use anchor_spl::token;
use escrow::{
    constants::JOB_VAULT_SEED,
    instructions::WithdrawOwed,
    state::{EscrowConfig, Job, Payment},
};
use governance::Governance;

use crate::support::*;

const USDC: Pubkey = Pubkey::new_from_array([11; 32]);
const JOB: Pubkey = Pubkey::new_from_array([12; 32]);
const ELSEWHERE: Pubkey = Pubkey::new_from_array([13; 32]);

struct Stored {
    key: Pubkey,
    owner: Pubkey,
    lamports: u64,
    data: Vec<u8>,
    executable: bool,
}

impl Stored {
    fn new(key: Pubkey, owner: Pubkey, data: Vec<u8>) -> Self {
        Self { key, owner, lamports: 1_000_000_000, data, executable: false }
    }

    fn info(&mut self, signer: bool, writable: bool) -> AccountInfo<'_> {
        AccountInfo::new(&self.key, signer, writable, &mut self.lamports, &mut self.data, &self.owner, self.executable)
    }
}

fn serialized(account: &impl AccountSerialize) -> Vec<u8> {
    let mut data = Vec::new();
    account.try_serialize(&mut data).unwrap();
    data
}

fn config() -> EscrowConfig {
    EscrowConfig {
        version: 1,
        bump: 255,
        governance: Governance::new(BUYER, BUYER),
        io_mint: Pubkey::new_from_array([14; 32]),
        usdc_mint: USDC,
        io_fee_vault: Pubkey::new_from_array([15; 32]),
        usdc_fee_vault: Pubkey::new_from_array([16; 32]),
        treasury: Pubkey::new_from_array([18; 32]),
        price_feed_id: [0; 32],
        seq: 0,
        reserved: [0; 128],
    }
}

fn token_account(key: Pubkey, mint: Pubkey, owner: Pubkey) -> Stored {
    let mut data = vec![0; token::TokenAccount::LEN];
    data[..32].copy_from_slice(mint.as_ref());
    data[32..64].copy_from_slice(owner.as_ref());
    data[64..72].copy_from_slice(&1_022_505u64.to_le_bytes());
    data[108] = 1; // initialized
    Stored::new(key, token::ID, data)
}

/// An expired job that owes its buyer everything.
fn expired(vault_bump: u8) -> Job {
    let mut job = booked(Payment::Usdc, HOURS, COMPUTE);
    job.vault_bump = vault_bump;
    job.expire(START + 901).unwrap();
    job
}

/// Checks the accounts of a withdrawal by the buyer to the account that `destination` makes of the vault's address.
fn withdraw_to(destination: impl FnOnce(Pubkey) -> Stored) -> String {
    let (vault, vault_bump) = Pubkey::find_program_address(&[JOB_VAULT_SEED, JOB.as_ref()], &escrow::ID);
    let mut accounts = [
        Stored::new(BUYER, system_program::ID, vec![]),
        Stored::new(Pubkey::new_from_array([17; 32]), escrow::ID, serialized(&config())),
        Stored::new(JOB, escrow::ID, serialized(&expired(vault_bump))),
        token_account(vault, USDC, JOB),
        destination(vault),
        Stored::new(RENT_PAYER, system_program::ID, vec![]),
        Stored { executable: true, ..Stored::new(token::ID, Pubkey::default(), vec![]) },
    ];
    let mut index = 0;
    let infos = accounts.each_mut().map(|account| {
        index += 1;
        account.info(index == 1, (3..=6).contains(&index))
    });
    let result = WithdrawOwed::try_accounts(
        &escrow::ID,
        &mut infos.as_slice(),
        &[],
        &mut Default::default(),
        &mut Default::default(),
    );
    outcome(result)
}

#[test]
fn any_token_account_of_the_mint_will_do() {
    assert_eq!(withdraw_to(|_| token_account(ELSEWHERE, USDC, ELSEWHERE)), "Ok");
}

#[test]
fn another_mint_will_not() {
    assert_eq!(withdraw_to(|_| token_account(ELSEWHERE, config().io_mint, BUYER)), "WrongMint");
}

#[test]
fn nor_will_the_vault_itself() {
    assert_eq!(withdraw_to(|vault| token_account(vault, USDC, JOB)), "DestinationIsVault");
}
