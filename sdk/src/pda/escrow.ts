import type { PublicKey } from '@solana/web3.js';
import { constantOf } from '../constant-of.js';
import type { Deployment } from '../deployment.js';
import { escrowConstants } from '../idl/escrow.js';
import { derive, idSeed } from './derive.js';

/** The addresses of the escrow program's accounts. */
export const escrowPda = {
  /** The program's config. */
  config: (deployment: Deployment): PublicKey =>
    derive(deployment, 'escrow', constantOf(escrowConstants, 'CONFIG_SEED')),
  /** An offer of a node. */
  offer: (deployment: Deployment, node: PublicKey, id: number): PublicKey =>
    derive(deployment, 'escrow', constantOf(escrowConstants, 'OFFER_SEED'), node, idSeed('u16', id)),
  /** How many devices of a node are busy. */
  nodeLoad: (deployment: Deployment, node: PublicKey): PublicKey =>
    derive(deployment, 'escrow', constantOf(escrowConstants, 'NODE_LOAD_SEED'), node),
  /** A job of a buyer. */
  job: (deployment: Deployment, buyer: PublicKey, id: bigint): PublicKey =>
    derive(deployment, 'escrow', constantOf(escrowConstants, 'JOB_SEED'), buyer, idSeed('u64', id)),
  /** The token account that holds a job's money. */
  jobVault: (deployment: Deployment, job: PublicKey): PublicKey =>
    derive(deployment, 'escrow', constantOf(escrowConstants, 'JOB_VAULT_SEED'), job),
} as const;
