import { PublicKey } from '@solana/web3.js';
import { encodeValue } from './codec.js';
import { programConstant } from './constants.js';
import type { Deployment } from './deployment.js';
import { deriveAddress } from './derive.js';
import { idls } from './idl/index.js';
import type { ProgramName } from './programs.js';

/** The loader of upgradeable programs. */
export const UPGRADEABLE_LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');

/** Where the loader keeps a program's code and upgrade authority. */
export function programDataAddress(programId: PublicKey): PublicKey {
  return deriveAddress(UPGRADEABLE_LOADER, [programId.toBytes()]);
}

function derive(
  deployment: Deployment,
  program: ProgramName,
  seed: Uint8Array,
  ...seeds: readonly (PublicKey | Uint8Array)[]
): PublicKey {
  const parts = seeds.map((part) => (part instanceof PublicKey ? part.toBytes() : part));
  return deriveAddress(deployment.programs[program], [seed, ...parts]);
}

/** An id as a seed holds it: little endian, of fixed width. */
function idSeed(program: ProgramName, type: 'u16' | 'u32' | 'u64', id: number | bigint): Uint8Array {
  return encodeValue(idls[program], type, id, 'id');
}

/**
 * The addresses of the programs' accounts, by program. The seeds are the constants that the programs publish in
 * their IDLs.
 *
 * @example
 * ```ts
 * import { pda } from '@ionet/sdk';
 *
 * const node = pda.staking.node(deployment, owner, 0);
 * const offer = pda.escrow.offer(deployment, node, 0);
 * ```
 */
export const pda = {
  staking: {
    /** The program's config. */
    config: (deployment: Deployment): PublicKey =>
      derive(deployment, 'staking', programConstant('staking', 'CONFIG_SEED')),
    /** A hardware class. */
    class: (deployment: Deployment, id: number): PublicKey =>
      derive(deployment, 'staking', programConstant('staking', 'CLASS_SEED'), idSeed('staking', 'u16', id)),
    /** A node of an owner. */
    node: (deployment: Deployment, owner: PublicKey, id: number): PublicKey =>
      derive(
        deployment,
        'staking',
        programConstant('staking', 'NODE_SEED'),
        owner,
        idSeed('staking', 'u32', id),
      ),
    /** The token account of a node's stake. */
    stakeVault: (deployment: Deployment, node: PublicKey): PublicKey =>
      derive(deployment, 'staking', programConstant('staking', 'STAKE_VAULT_SEED'), node),
  },
  oracle: {
    /** The set of oracle members. */
    oracleSet: (deployment: Deployment): PublicKey =>
      derive(deployment, 'oracle', programConstant('oracle', 'ORACLE_SET_SEED')),
    /** The verified seconds of a job. */
    jobUsage: (deployment: Deployment, job: PublicKey): PublicKey =>
      derive(deployment, 'oracle', programConstant('oracle', 'JOB_USAGE_SEED'), job),
  },
  escrow: {
    /** The program's config. */
    config: (deployment: Deployment): PublicKey =>
      derive(deployment, 'escrow', programConstant('escrow', 'CONFIG_SEED')),
    /** An offer of a node. */
    offer: (deployment: Deployment, node: PublicKey, id: number): PublicKey =>
      derive(
        deployment,
        'escrow',
        programConstant('escrow', 'OFFER_SEED'),
        node,
        idSeed('escrow', 'u16', id),
      ),
    /** How many devices of a node are busy. */
    nodeLoad: (deployment: Deployment, node: PublicKey): PublicKey =>
      derive(deployment, 'escrow', programConstant('escrow', 'NODE_LOAD_SEED'), node),
    /** A job of a buyer. */
    job: (deployment: Deployment, buyer: PublicKey, id: bigint): PublicKey =>
      derive(deployment, 'escrow', programConstant('escrow', 'JOB_SEED'), buyer, idSeed('escrow', 'u64', id)),
    /** The token account that holds a job's money. */
    jobVault: (deployment: Deployment, job: PublicKey): PublicKey =>
      derive(deployment, 'escrow', programConstant('escrow', 'JOB_VAULT_SEED'), job),
  },
  treasury: {
    /** The treasury. */
    treasury: (deployment: Deployment): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'TREASURY_SEED')),
    /** The token account of the fees in a mint. */
    feeVault: (deployment: Deployment, mint: PublicKey): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'FEE_VAULT_SEED'), mint),
  },
} as const;
