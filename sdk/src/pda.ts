import { PublicKey } from '@solana/web3.js';
import { encodeValue } from './codec.js';
import { programConstant } from './constants.js';
import type { Deployment } from './deployment.js';
import { deriveAddress } from './derive.js';
import { idls } from './idl/index.js';
import type { ProgramName, ProgramType } from './programs.js';

/**
 * The loader of upgradeable programs.
 *
 * @example
 * ```ts
 * import { UPGRADEABLE_LOADER } from '@ionet/sdk';
 *
 * const [program] = await client.transport.getAccounts([deployment.programs.escrow]);
 * program?.owner.equals(UPGRADEABLE_LOADER); // true
 * ```
 */
export const UPGRADEABLE_LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');

/**
 * Where the loader keeps a program's code and upgrade authority.
 *
 * @example
 * ```ts
 * import { programDataAddress } from '@ionet/sdk';
 *
 * const [programData] = await client.transport.getAccounts([programDataAddress(deployment.programs.escrow)]);
 * programData?.executable; // false: the code lies there, and is run from the program's own account
 * ```
 */
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
  emission: {
    /** The schedule, which is the mint authority of IO. */
    schedule: (deployment: Deployment): PublicKey =>
      derive(deployment, 'emission', programConstant('emission', 'SCHEDULE_SEED')),
    /** The rewards of one kind of nodes. */
    pool: (deployment: Deployment, kind: ProgramType<'emission', 'poolKind'>): PublicKey =>
      derive(
        deployment,
        'emission',
        programConstant('emission', 'POOL_SEED'),
        encodeValue(idls.emission, { defined: { name: 'poolKind' } }, kind, 'kind'),
      ),
    /** The token account of a pool. */
    poolVault: (deployment: Deployment, pool: PublicKey): PublicKey =>
      derive(deployment, 'emission', programConstant('emission', 'POOL_VAULT_SEED'), pool),
    /** What a pool has paid to a node. */
    rewardAccount: (deployment: Deployment, pool: PublicKey, node: PublicKey): PublicKey =>
      derive(deployment, 'emission', programConstant('emission', 'REWARD_ACCOUNT_SEED'), pool, node),
  },
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
    /** The token account that a node's rewards come to. */
    rewardVault: (deployment: Deployment, node: PublicKey): PublicKey =>
      derive(deployment, 'staking', programConstant('staking', 'REWARD_VAULT_SEED'), node),
    /** What a holder has delegated to a node. */
    delegation: (deployment: Deployment, node: PublicKey, delegator: PublicKey): PublicKey =>
      derive(deployment, 'staking', programConstant('staking', 'DELEGATION_SEED'), node, delegator),
    /** Stake of a staker, the owner or a delegator, that is unbonding from a node. */
    unbonding: (deployment: Deployment, node: PublicKey, staker: PublicKey, id: number): PublicKey =>
      derive(
        deployment,
        'staking',
        programConstant('staking', 'UNBONDING_SEED'),
        node,
        staker,
        idSeed('staking', 'u32', id),
      ),
    /** The slash of a node for a reason and a day (days since 1 January 1970 UTC). */
    slashCase: (
      deployment: Deployment,
      node: PublicKey,
      reason: ProgramType<'staking', 'slashReason'>,
      day: number,
    ): PublicKey =>
      derive(
        deployment,
        'staking',
        programConstant('staking', 'SLASH_CASE_SEED'),
        node,
        encodeValue(idls.staking, { defined: { name: 'slashReason' } }, reason, 'reason'),
        idSeed('staking', 'u32', day),
      ),
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
  airdrop: {
    /** The program's config. */
    config: (deployment: Deployment): PublicKey =>
      derive(deployment, 'airdrop', programConstant('airdrop', 'CONFIG_SEED')),
    /** A season: one pool of it. */
    season: (deployment: Deployment, id: number): PublicKey =>
      derive(deployment, 'airdrop', programConstant('airdrop', 'SEASON_SEED'), idSeed('airdrop', 'u32', id)),
    /** The token account of a season's IO. */
    seasonVault: (deployment: Deployment, season: PublicKey): PublicKey =>
      derive(deployment, 'airdrop', programConstant('airdrop', 'SEASON_VAULT_SEED'), season),
    /** Which of 65,536 claims of a season are paid. */
    shard: (deployment: Deployment, season: PublicKey, index: number): PublicKey =>
      derive(
        deployment,
        'airdrop',
        programConstant('airdrop', 'SHARD_SEED'),
        season,
        idSeed('airdrop', 'u16', index),
      ),
  },
  treasury: {
    /** The treasury. */
    treasury: (deployment: Deployment): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'TREASURY_SEED')),
    /** The token account of the fees in a mint. */
    feeVault: (deployment: Deployment, mint: PublicKey): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'FEE_VAULT_SEED'), mint),
    /** The auction of the fees in USDC. */
    auction: (deployment: Deployment): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'AUCTION_SEED')),
    /** The receipts of the auction's latest fills. */
    receipts: (deployment: Deployment): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'RECEIPTS_SEED')),
    /** The token account that holds an owner's credits. */
    credits: (deployment: Deployment, owner: PublicKey): PublicKey =>
      derive(deployment, 'treasury', programConstant('treasury', 'CREDITS_SEED'), owner),
  },
} as const;
