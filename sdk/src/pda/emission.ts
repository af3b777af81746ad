import type { PublicKey } from '@solana/web3.js';
import { encodeValue } from '../codec.js';
import { constantOf } from '../constant-of.js';
import type { Deployment } from '../deployment.js';
import { emissionConstants, emissionInstructions } from '../idl/emission.js';
import type { ProgramType } from '../programs.js';
import { derive } from './derive.js';

/** The addresses of the emission program's accounts. */
export const emissionPda = {
  /** The schedule, which is the mint authority of IO. */
  schedule: (deployment: Deployment): PublicKey =>
    derive(deployment, 'emission', constantOf(emissionConstants, 'SCHEDULE_SEED')),
  /** The rewards of one kind of nodes. */
  pool: (deployment: Deployment, kind: ProgramType<'emission', 'poolKind'>): PublicKey =>
    derive(
      deployment,
      'emission',
      constantOf(emissionConstants, 'POOL_SEED'),
      encodeValue(emissionInstructions, { defined: { name: 'poolKind' } }, kind, 'kind'),
    ),
  /** The token account of a pool. */
  poolVault: (deployment: Deployment, pool: PublicKey): PublicKey =>
    derive(deployment, 'emission', constantOf(emissionConstants, 'POOL_VAULT_SEED'), pool),
  /** What a pool has paid to a node. */
  rewardAccount: (deployment: Deployment, pool: PublicKey, node: PublicKey): PublicKey =>
    derive(deployment, 'emission', constantOf(emissionConstants, 'REWARD_ACCOUNT_SEED'), pool, node),
} as const;
