//! How IO leaves the vault of a season, and to which accounts.

use anchor_lang::{prelude::*, system_program};
use anchor_spl::{
    associated_token,
    token::{self, CloseAccount, Token, TokenAccount, Transfer},
};

use crate::{constants::SEASON_SEED, error::AirdropError, state::Season};

/// The vault of a season, which the season itself signs for.
pub struct SeasonVault<'a, 'info> {
    pub season: &'a Account<'info, Season>,
    pub vault: AccountInfo<'info>,
    pub token_program: &'a Program<'info, Token>,
}

impl<'info> SeasonVault<'_, 'info> {
    pub fn pay(&self, to: AccountInfo<'info>, amount: u64) -> Result<()> {
        token::transfer(
            CpiContext::new_with_signer(
                self.token_program.key(),
                Transfer { from: self.vault.clone(), to, authority: self.season.to_account_info() },
                &[&[SEASON_SEED, &self.season.id.to_le_bytes(), &[self.season.bump]]],
            ),
            amount,
        )
    }

    /// Closes the vault, which must be empty; its rent goes to `rent_payer`.
    pub fn close(&self, rent_payer: AccountInfo<'info>) -> Result<()> {
        token::close_account(CpiContext::new_with_signer(
            self.token_program.key(),
            CloseAccount {
                account: self.vault.clone(),
                destination: rent_payer,
                authority: self.season.to_account_info(),
            },
            &[&[SEASON_SEED, &self.season.id.to_le_bytes(), &[self.season.bump]]],
        ))
    }
}

/// Whoever calls, IO reaches the wallet: it goes to a token account that the wallet owns, and to another than the
/// associated one only if the wallet signs. Its associated account can have been handed to somebody else.
/// `bump` is that of the associated address: to be told it is cheaper than to search for it, and at an address of
/// another bump there can be no token account. What else makes a token account the token program checks.
pub fn require_own_account(
    account: &AccountInfo,
    wallet: &AccountInfo,
    io_mint: &Pubkey,
    bump: Option<u8>,
) -> Result<()> {
    require_keys_neq!(*account.owner, system_program::ID, AirdropError::TokenAccountMissing);
    require_keys_eq!(*account.owner, token::ID, AirdropError::WrongTokenAccount);
    require_eq!(account.data_len(), TokenAccount::LEN, AirdropError::WrongTokenAccount);
    require_keys_eq!(token::accessor::authority(account)?, *wallet.key, AirdropError::WrongTokenAccount);
    if wallet.is_signer {
        return Ok(());
    }
    let associated = match bump {
        Some(bump) => Pubkey::create_program_address(
            &[wallet.key.as_ref(), token::ID.as_ref(), io_mint.as_ref(), &[bump]],
            &associated_token::ID,
        )
        .map_err(|_| AirdropError::WalletMustSign)?,
        None => associated_token::get_associated_token_address(wallet.key, io_mint),
    };
    require_keys_eq!(*account.key, associated, AirdropError::WalletMustSign);
    Ok(())
}
