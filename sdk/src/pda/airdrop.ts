import type { PublicKey } from '@solana/web3.js';
import { constantOf } from '../constant-of.js';
import type { Deployment } from '../deployment.js';
import { airdropConstants } from '../idl/airdrop.js';
import { derive, idSeed } from './derive.js';

/** The addresses of the airdrop program's accounts. */
export const airdropPda = {
  /** The program's config. */
  config: (deployment: Deployment): PublicKey =>
    derive(deployment, 'airdrop', constantOf(airdropConstants, 'CONFIG_SEED')),
  /** A season: one pool of it. */
  season: (deployment: Deployment, id: number): PublicKey =>
    derive(deployment, 'airdrop', constantOf(airdropConstants, 'SEASON_SEED'), idSeed('u32', id)),
  /** The token account of a season's IO. */
  seasonVault: (deployment: Deployment, season: PublicKey): PublicKey =>
    derive(deployment, 'airdrop', constantOf(airdropConstants, 'SEASON_VAULT_SEED'), season),
  /** Which of 65,536 claims of a season are paid. */
  shard: (deployment: Deployment, season: PublicKey, index: number): PublicKey =>
    derive(deployment, 'airdrop', constantOf(airdropConstants, 'SHARD_SEED'), season, idSeed('u16', index)),
} as const;
