import type { PublicKey } from '@solana/web3.js';
import { constantOf } from '../constant-of.js';
import type { Deployment } from '../deployment.js';
import { treasuryConstants } from '../idl/treasury.js';
import { derive } from './derive.js';

/** The addresses of the treasury program's accounts. */
export const treasuryPda = {
  /** The treasury. */
  treasury: (deployment: Deployment): PublicKey =>
    derive(deployment, 'treasury', constantOf(treasuryConstants, 'TREASURY_SEED')),
  /** The token account of the fees in a mint. */
  feeVault: (deployment: Deployment, mint: PublicKey): PublicKey =>
    derive(deployment, 'treasury', constantOf(treasuryConstants, 'FEE_VAULT_SEED'), mint),
  /** The auction of the fees in USDC. */
  auction: (deployment: Deployment): PublicKey =>
    derive(deployment, 'treasury', constantOf(treasuryConstants, 'AUCTION_SEED')),
  /** The receipts of the auction's latest fills. */
  receipts: (deployment: Deployment): PublicKey =>
    derive(deployment, 'treasury', constantOf(treasuryConstants, 'RECEIPTS_SEED')),
  /** The token account that holds an owner's credits. */
  credits: (deployment: Deployment, owner: PublicKey): PublicKey =>
    derive(deployment, 'treasury', constantOf(treasuryConstants, 'CREDITS_SEED'), owner),
} as const;
