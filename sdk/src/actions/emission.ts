import type { PublicKey } from '@solana/web3.js';
import { defineAction, type NoArgs } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import type { Deployment } from '../deployment.js';
import { buildInstruction, withProof } from '../build-instruction.js';
import { emissionInstructions } from '../idl/emission.js';
import { programDataAddress } from '../loader.js';
import { emissionPda } from '../pda/emission.js';
import type { ProgramType } from '../programs.js';
import { rewardRootMessage, type RewardRoot } from '../reward-roots.js';
import { createTokenAccountInstruction, setMintAuthorityInstruction, tokenAddress } from '../tokens.js';
import {
  placeSignatures,
  quorumInstruction,
  SIGNATURES_LIFE_SECONDS,
  type GivenSignatures,
} from '../quorum.js';
import type { AdminArgs } from './governance.js';
import { makeCall } from './shared.js';

/**
 * Whose rewards a pool pays.
 *
 * @see {@link cancelRoot}
 */
export type RewardPoolKind = ProgramType<'emission', 'poolKind'>;

/**
 * Creates the schedule and the pools. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.emission.initialize({ members, guardian: pauser });
 * ```
 */
export const initialize = defineAction(
  (
    context,
    args: {
      /** Three to seven oracles; two thirds of them, rounded up, post roots together. */
      readonly members: readonly PublicKey[];
      /** Can cancel a root before it is final. */
      readonly guardian: PublicKey;
      /** The program's upgrade authority. Default: the payer. */
      readonly authority?: Authority;
      /** Becomes the admin. Default: the authority. */
      readonly admin?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const { clusterTag, ioMint } = deployment;
    const authority = addressOf(args.authority ?? context.payer);
    const accounts = placesOf(deployment);
    const instruction = buildInstruction(deployment, emissionInstructions, 'initialize', {
      args: {
        args: {
          admin: args.admin ?? authority,
          guardian: args.guardian,
          clusterTag,
          members: [...args.members],
        },
      },
      accounts: {
        authority,
        programData: programDataAddress(deployment.programs.emission),
        ioMint,
        ...accounts,
      },
    });
    return makeCall([instruction], [args.authority], accounts);
  },
);

/**
 * First step of handing the admin role over. Naming the admin itself withdraws a proposal.
 *
 * @example
 * ```ts
 * await client.emission.proposeAdmin({ newAdmin });
 * ```
 */
export const proposeAdmin = defineAction((context, args: AdminArgs & { readonly newAdmin: PublicKey }) => {
  const schedule = emissionPda.schedule(context.deployment);
  const instruction = buildInstruction(context.deployment, emissionInstructions, 'proposeAdmin', {
    args: { newAdmin: args.newAdmin },
    accounts: { admin: addressOf(args.admin ?? context.payer), schedule },
  });
  return makeCall([instruction], [args.admin], { schedule });
});

/**
 * Second step of handing the admin role over, by the new admin (default: the payer).
 *
 * @example
 * ```ts
 * // The client of the new admin.
 * await client.emission.acceptAdmin({});
 * ```
 */
export const acceptAdmin = defineAction((context, args: { readonly newAdmin?: Authority }) => {
  const schedule = emissionPda.schedule(context.deployment);
  const instruction = buildInstruction(context.deployment, emissionInstructions, 'acceptAdmin', {
    args: {},
    accounts: { newAdmin: addressOf(args.newAdmin ?? context.payer), schedule },
  });
  return makeCall([instruction], [args.newAdmin], { schedule });
});

/**
 * Names another guardian.
 *
 * @example
 * ```ts
 * await client.emission.updateConfig({ guardian: pauser });
 * ```
 */
export const updateConfig = defineAction((context, args: AdminArgs & { readonly guardian: PublicKey }) => {
  const schedule = emissionPda.schedule(context.deployment);
  const instruction = buildInstruction(context.deployment, emissionInstructions, 'updateConfig', {
    args: { args: { guardian: args.guardian } },
    accounts: { admin: addressOf(args.admin ?? context.payer), schedule },
  });
  return makeCall([instruction], [args.admin], { schedule });
});

/**
 * Fixes the schedule for good. The schedule must be the mint authority of IO, of which 500,000,000 exist. Name the
 * present mint authority and the mint is handed over in the same transaction: had anyone burned IO between the two, the
 * schedule could never be sealed.
 *
 * @example
 * ```ts
 * await client.emission.sealSchedule({ preset: 'default', startsAt: await client.now(), mintAuthority });
 * ```
 */
export const sealSchedule = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly preset: ProgramType<'emission', 'emissionPreset'>;
      /** The GPU pool's share in basis points; the CPU pool gets the rest. Default: 9,500. */
      readonly gpuShareBps?: number;
      /** When the emission begins, in unix seconds. */
      readonly startsAt: bigint;
      /** Hands the mint over to the schedule. Default: that was done before. */
      readonly mintAuthority?: Authority;
    },
  ) => {
    const { deployment, payer } = context;
    const { ioMint } = deployment;
    const { preset, startsAt, gpuShareBps = 9_500, mintAuthority } = args;
    const schedule = emissionPda.schedule(deployment);
    const seal = buildInstruction(deployment, emissionInstructions, 'sealSchedule', {
      args: { args: { preset, gpuShareBps, startsAt } },
      accounts: { admin: addressOf(args.admin ?? payer), schedule, ioMint },
    });
    const handOver =
      mintAuthority === undefined
        ? []
        : [setMintAuthorityInstruction(ioMint, addressOf(mintAuthority), schedule)];
    return makeCall([...handOver, seal], [args.admin, mintAuthority], { schedule });
  },
);

/**
 * Proposes new oracles, who take over by {@link applyRotation} after 48 hours.
 *
 * @example
 * ```ts
 * await client.emission.rotateMembers({ members });
 * ```
 */
export const rotateMembers = defineAction(
  (context, args: AdminArgs & { readonly members: readonly PublicKey[] }) => {
    const schedule = emissionPda.schedule(context.deployment);
    const instruction = buildInstruction(context.deployment, emissionInstructions, 'rotateMembers', {
      args: { members: [...args.members] },
      accounts: { admin: addressOf(args.admin ?? context.payer), schedule },
    });
    return makeCall([instruction], [args.admin], { schedule });
  },
);

/**
 * Withdraws the pending rotation.
 *
 * @example
 * ```ts
 * await client.emission.cancelRotation({});
 * ```
 */
export const cancelRotation = defineAction((context, args: AdminArgs) => {
  const schedule = emissionPda.schedule(context.deployment);
  const instruction = buildInstruction(context.deployment, emissionInstructions, 'cancelRotation', {
    args: {},
    accounts: { admin: addressOf(args.admin ?? context.payer), schedule },
  });
  return makeCall([instruction], [args.admin], { schedule });
});

/**
 * Takes back a root that is not final, by the guardian (default: the payer). Its version is never used again.
 *
 * @example
 * ```ts
 * // By the guardian.
 * await client.emission.cancelRoot({ kind: 'gpu' });
 * ```
 */
export const cancelRoot = defineAction(
  (context, args: { readonly kind: RewardPoolKind; readonly guardian?: Authority }) => {
    const { deployment, payer } = context;
    const pool = emissionPda.pool(deployment, args.kind);
    const instruction = buildInstruction(deployment, emissionInstructions, 'cancelRoot', {
      args: {},
      accounts: {
        guardian: addressOf(args.guardian ?? payer),
        schedule: emissionPda.schedule(deployment),
        pool,
      },
    });
    return makeCall([instruction], [args.guardian], { pool });
  },
);

/**
 * Mints what is due by now into the pools, and releases the epochs that have ended. By anyone, whenever.
 *
 * @example
 * ```ts
 * import { eventOf } from '@ionet/sdk';
 *
 * const { events } = await client.emission.advanceEpoch();
 * const { epoch, minted } = eventOf(events, 'emission', 'epochAdvanced');
 * ```
 */
export const advanceEpoch = defineAction((context, _args: NoArgs) => {
  const { deployment } = context;
  const accounts = placesOf(deployment);
  const instruction = buildInstruction(deployment, emissionInstructions, 'advanceEpoch', {
    args: {},
    accounts: { ...accounts, ioMint: deployment.ioMint },
  });
  return makeCall([instruction], [], accounts);
});

/**
 * Puts the pending oracles in office once the delay is over. By anyone.
 *
 * @example
 * ```ts
 * await client.emission.applyRotation();
 * ```
 */
export const applyRotation = defineAction((context, _args: NoArgs) => {
  const schedule = emissionPda.schedule(context.deployment);
  const instruction = buildInstruction(context.deployment, emissionInstructions, 'applyRotation', {
    args: {},
    accounts: { schedule },
  });
  return makeCall([instruction], [], { schedule });
});

/**
 * A root with all that the chain knows about its place: what building it needs.
 *
 * @see {@link postRoot}
 */
export type PostRootCallArgs = RewardRoot &
  GivenSignatures & {
    readonly kind: RewardPoolKind;
    /** Of the schedule's oracles. */
    readonly setVersion: number;
    /** The schedule's oracles, in their order. */
    readonly members: readonly PublicKey[];
  };

/**
 * A root; what is left out is read from the chain.
 *
 * @see {@link postRoot}
 */
export type PostRootArgs = GivenSignatures &
  Pick<RewardRoot, 'epoch' | 'root' | 'total' | 'inputHash' | 'formulaId'> & {
    readonly kind: RewardPoolKind;
    /** Default: the one after the last posted. */
    readonly version?: bigint;
    /** Default: five minutes from now. */
    readonly expiresAt?: bigint;
    /** Default: that of the oracles in office. */
    readonly setVersion?: number;
  };

/**
 * Posts a root of rewards, for which oracles signed. It can become final in six hours. The instruction that verifies
 * the signatures comes directly before. By anyone.
 *
 * @example
 * ```ts
 * await client.emission.postRoot({
 *   kind: 'gpu',
 *   epoch: 1n,
 *   root,
 *   total: 1_000n,
 *   inputHash,
 *   formulaId: formulaHash,
 *   signers: oracles.slice(0, 2),
 * });
 * ```
 */
export const postRoot = defineAction(
  (context, args: PostRootCallArgs) => {
    const { deployment } = context;
    const { kind, version, epoch, root, total, inputHash, formulaId, expiresAt, members } = args;
    const pool = emissionPda.pool(deployment, kind);
    const message = rewardRootMessage(deployment, { ...args, pool });
    const placed = placeSignatures(message, args, members, 'postRoot.signers');
    const signers = Uint8Array.from(placed, ({ index }) => index);
    const post = buildInstruction(deployment, emissionInstructions, 'postRoot', {
      args: { args: { version, epoch, root, total, inputHash, formulaId, expiresAt, signers } },
      accounts: { schedule: emissionPda.schedule(deployment), pool },
    });
    return makeCall([quorumInstruction(message, placed), post], [], { pool });
  },
  async (client, args: PostRootArgs): Promise<PostRootCallArgs> => {
    const { deployment } = client;
    const [{ oracles }, { lastVersion }, now] = await Promise.all([
      client.accounts.emission.schedule.fetch(emissionPda.schedule(deployment)),
      client.accounts.emission.pool.fetch(emissionPda.pool(deployment, args.kind)),
      client.now(),
    ]);
    return {
      ...args,
      members: oracles.members,
      setVersion: args.setVersion ?? oracles.version,
      version: args.version ?? lastVersion + 1n,
      expiresAt: args.expiresAt ?? now + SIGNATURES_LIFE_SECONDS,
    };
  },
);

/**
 * Makes the pending root of a pool one that can be claimed against, six hours after it was posted. By anyone.
 *
 * @example
 * ```ts
 * await client.emission.finalizeRoot({ kind: 'gpu' });
 * ```
 */
export const finalizeRoot = defineAction((context, args: { readonly kind: RewardPoolKind }) => {
  const pool = emissionPda.pool(context.deployment, args.kind);
  const instruction = buildInstruction(context.deployment, emissionInstructions, 'finalizeRoot', {
    args: {},
    accounts: { pool },
  });
  return makeCall([instruction], [], { pool });
});

/**
 * Opens the account of a node in a pool ahead of its first claim, which then needs nobody who pays its rent. By anyone,
 * who pays the rent.
 *
 * @example
 * ```ts
 * await client.emission.openRewardAccount({ kind: 'gpu', node: newAdmin });
 * ```
 */
export const openRewardAccount = defineAction(
  (context, args: { readonly kind: RewardPoolKind; readonly node: PublicKey }) => {
    const { deployment, payer } = context;
    const { node } = args;
    const pool = emissionPda.pool(deployment, args.kind);
    const rewardAccount = emissionPda.rewardAccount(deployment, pool, node);
    const instruction = buildInstruction(deployment, emissionInstructions, 'openRewardAccount', {
      args: { node },
      accounts: { payer, pool, rewardAccount },
    });
    return makeCall([instruction], [], { pool, rewardAccount });
  },
);

/**
 * Where a leaf sends its rewards.
 *
 * @see {@link claimReward}
 */
export type RewardDestination =
  | {
      /** The token account that the leaf names. */
      readonly destination: PublicKey;
    }
  | {
      /** Whose associated token account the leaf names; it is created where it is missing. */
      readonly destinationOwner: PublicKey;
    };

/**
 * What a leaf says, and the proof of it.
 *
 * @see {@link claimReward}
 */
export type ClaimRewardArgs = RewardDestination & {
  readonly kind: RewardPoolKind;
  /** Of the final root that the proof leads to: one of the pool's last four. */
  readonly version: bigint;
  readonly node: PublicKey;
  /** All that the node has earned so far, in base units of IO. */
  readonly cumulative: bigint;
  /** The hashes beside the path from the leaf to the root, 32 bytes each, the leaf's sibling first. */
  readonly proof: Uint8Array;
};

/**
 * Pays a node what a final root names for it, less what it was paid before. By anyone; whoever sends the first claim of
 * a node pays the rent of its account.
 *
 * @example
 * ```ts
 * import { eventOf } from '@ionet/sdk';
 *
 * const claim = { kind: 'gpu', version, node, destination, cumulative, proof } as const;
 * const { events } = await client.emission.claimReward(claim);
 * const { amount } = eventOf(events, 'emission', 'rewardClaimed');
 * console.log(amount); // 1500n
 * ```
 */
export const claimReward = defineAction((context, args: ClaimRewardArgs) => {
  const { deployment, payer } = context;
  const { ioMint } = deployment;
  const { version, node, cumulative } = args;
  const pool = emissionPda.pool(deployment, args.kind);
  const rewardAccount = emissionPda.rewardAccount(deployment, pool, node);
  const [destination, create] =
    'destination' in args
      ? [args.destination, []]
      : [
          tokenAddress(ioMint, args.destinationOwner),
          [createTokenAccountInstruction(payer, ioMint, args.destinationOwner)],
        ];
  const claim = buildInstruction(deployment, emissionInstructions, 'claimReward', {
    args: { args: { version, node, cumulative }, proof: {} },
    accounts: { payer, pool, vault: emissionPda.poolVault(deployment, pool), rewardAccount, destination },
  });
  return makeCall([...create, withProof(claim, args.proof)], [], { pool, rewardAccount, destination });
});

/** The accounts of the schedule and its pools. */
function placesOf(
  deployment: Deployment,
): Record<'schedule' | 'gpuPool' | 'gpuVault' | 'cpuPool' | 'cpuVault', PublicKey> {
  const gpuPool = emissionPda.pool(deployment, 'gpu');
  const cpuPool = emissionPda.pool(deployment, 'cpu');
  return {
    schedule: emissionPda.schedule(deployment),
    gpuPool,
    gpuVault: emissionPda.poolVault(deployment, gpuPool),
    cpuPool,
    cpuVault: emissionPda.poolVault(deployment, cpuPool),
  };
}
