import { PublicKey } from '@solana/web3.js';
import type { Fetched } from '../accounts.js';
import { defineAction } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import { programInstruction } from '../instruction.js';
import { pda, programDataAddress } from '../pda.js';
import type { ProgramType } from '../programs.js';
import { tokenAddress } from '../tokens.js';
import { makeCall, paddedText } from './shared.js';
import { acceptAdminOf, pauseOf, proposeAdminOf, unpauseOf, type AdminArgs } from './governance.js';

export type { AdminArgs } from './governance.js';

/** What kind of hardware a class is of. */
export type HardwareKind = ProgramType<'staking', 'hardwareKind'>;
/** How fast a node's line is. */
export type Bandwidth = ProgramType<'staking', 'bandwidth'>;
/** Whether a node takes orders. */
export type NodeStatus = ProgramType<'staking', 'nodeStatus'>;

const NAME_LENGTH = 32;
const REGION_LENGTH = 16;

/**
 * Creates the config of staking. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.staking.initialize({ pauser });
 * ```
 */
export const initialize = defineAction(
  (
    context,
    args: {
      /** The program's upgrade authority. Default: the payer. */
      readonly authority?: Authority;
      /** Becomes the admin. Default: the authority. */
      readonly admin?: PublicKey;
      /** May stop intake. Default: the admin. */
      readonly pauser?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const authority = addressOf(args.authority ?? context.payer);
    const admin = args.admin ?? authority;
    const config = pda.staking.config(deployment);
    const instruction = programInstruction(deployment, 'staking', 'initialize', {
      args: { args: { admin, pauser: args.pauser ?? admin } },
      accounts: {
        authority,
        config,
        ioMint: deployment.ioMint,
        programData: programDataAddress(deployment.programs.staking),
      },
    });
    return makeCall([instruction], [args.authority], { config });
  },
);

/** First step of handing the admin role over. Naming the admin itself withdraws a proposal. */
export const proposeAdmin = proposeAdminOf('staking');

/** Second step of handing the admin role over, by the new admin (default: the payer). */
export const acceptAdmin = acceptAdminOf('staking');

/** Changes the pauser or the base stake. What is not named stays. */
export const updateConfig = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly pauser?: PublicKey;
      /** Base units of IO for a device at a multiplier of one. */
      readonly baseStakePerDevice?: bigint;
    },
  ) => {
    const config = pda.staking.config(context.deployment);
    const admin = addressOf(args.admin ?? context.payer);
    const { pauser = null, baseStakePerDevice = null } = args;
    const instruction = programInstruction(context.deployment, 'staking', 'updateConfig', {
      args: { args: { pauser, baseStakePerDevice } },
      accounts: { admin, config },
    });
    return makeCall([instruction], [args.admin], { config });
  },
);

/** Stops registrations and staking for 72 hours; exits stay open. By the pauser (default: the payer). */
export const pause = pauseOf('staking');

/** Ends a pause early. By the pauser or the admin (default: the payer). */
export const unpause = unpauseOf('staking');

/**
 * Adds a model of hardware.
 *
 * @example
 * ```ts
 * import { parseUsd } from '@ionet/sdk';
 *
 * const referencePrice = parseUsd('2.50');
 * await client.staking.createClass({ id: 1, kind: 'gpu', multiplierX100: 1_000, referencePrice, name: 'H100' });
 * ```
 */
export const createClass = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly id: number;
      readonly kind: HardwareKind;
      /** Weight in stake and rewards, times 100. */
      readonly multiplierX100: number;
      /** Micro-USD per device and hour. */
      readonly referencePrice: bigint;
      /** At most 32 bytes of UTF-8. */
      readonly name: string;
    },
  ) => {
    const { deployment, payer } = context;
    const { id, kind, multiplierX100, referencePrice } = args;
    const name = paddedText(args.name, NAME_LENGTH, 'createClass.name');
    const hardwareClass = pda.staking.class(deployment, id);
    const instruction = programInstruction(deployment, 'staking', 'createClass', {
      args: { args: { id, kind, multiplierX100, referencePrice, name } },
      accounts: {
        admin: addressOf(args.admin ?? payer),
        payer,
        config: pda.staking.config(deployment),
        class: hardwareClass,
      },
    });
    return makeCall([instruction], [args.admin], { class: hardwareClass });
  },
);

/** Changes a model of hardware, or closes it to new nodes. What is not named stays. */
export const updateClass = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly id: number;
      readonly multiplierX100?: number;
      readonly referencePrice?: bigint;
      readonly active?: boolean;
    },
  ) => {
    const { deployment } = context;
    const { multiplierX100 = null, referencePrice = null, active = null } = args;
    const hardwareClass = pda.staking.class(deployment, args.id);
    const instruction = programInstruction(deployment, 'staking', 'updateClass', {
      args: { args: { multiplierX100, referencePrice, active } },
      accounts: {
        admin: addressOf(args.admin ?? context.payer),
        config: pda.staking.config(deployment),
        class: hardwareClass,
      },
    });
    return makeCall([instruction], [args.admin], { class: hardwareClass });
  },
);

/**
 * Registers a node of up to eight devices of one hardware class. It can be hired once it has its minimum stake.
 *
 * @example
 * ```ts
 * const { accounts } = await client.staking.registerNode({
 *   id: 0,
 *   classId: 1,
 *   deviceCount: 8,
 *   bandwidth: 'high',
 *   region: 'eu-west',
 * });
 * ```
 */
export const registerNode = defineAction(
  (
    context,
    args: {
      /** Default: the payer. */
      readonly owner?: Authority;
      /** Chosen by the owner, unused by his other nodes. */
      readonly id: number;
      readonly classId: number;
      readonly deviceCount: number;
      readonly bandwidth: Bandwidth;
      /** Lower-case letters, digits and hyphens, 16 at most. */
      readonly region: string;
      /** Hot key of the node's agent. Default: the owner. */
      readonly operator?: PublicKey;
      /** May start and release jobs as well. Default: nobody. */
      readonly scheduler?: PublicKey | null;
      /** Wallet that the income of jobs goes to. Default: the owner. */
      readonly payout?: PublicKey;
    },
  ) => {
    const { deployment, payer } = context;
    const owner = addressOf(args.owner ?? payer);
    const { id, deviceCount, bandwidth, operator = owner, scheduler = null, payout = owner } = args;
    const region = paddedText(args.region, REGION_LENGTH, 'registerNode.region');
    const node = pda.staking.node(deployment, owner, id);
    const stakeVault = pda.staking.stakeVault(deployment, node);
    const instruction = programInstruction(deployment, 'staking', 'registerNode', {
      args: { args: { id, operator, scheduler, payout, deviceCount, bandwidth, region } },
      accounts: {
        owner,
        payer,
        config: pda.staking.config(deployment),
        class: pda.staking.class(deployment, args.classId),
        node,
        stakeVault,
        ioMint: deployment.ioMint,
      },
    });
    return makeCall([instruction], [args.owner], { node, stakeVault });
  },
);

/** What can be changed of a node. */
export interface UpdateNodeArgs {
  /** Default: the payer. */
  readonly owner?: Authority;
  readonly operator?: PublicKey;
  /** `null` removes the scheduler. */
  readonly scheduler?: PublicKey | null;
  /** Jobs that run already pay the wallet that they were started with. */
  readonly payout?: PublicKey;
  /** Not while the node is on hire. */
  readonly classId?: number;
  /** Not while the node is on hire. */
  readonly deviceCount?: number;
  readonly bandwidth?: Bandwidth;
  readonly region?: string;
  readonly status?: NodeStatus;
}

/** A node with the class that it has: what building a change of it needs. */
export type NodeRef = Pick<Fetched<'staking', 'node'>, 'address' | 'class'>;

/**
 * Changes keys, line, region, status or hardware of a node. What is not named stays.
 *
 * @example
 * ```ts
 * await client.staking.updateNode({ node, status: 'paused' });
 * ```
 */
export const updateNode = defineAction(
  (context, args: UpdateNodeArgs & { readonly node: NodeRef }) => {
    const { deployment } = context;
    const { operator = null, payout = null, deviceCount = null, bandwidth = null, status = null } = args;
    const { address: node } = args.node;
    const removed = args.scheduler === null ? PublicKey.default : null;
    const region =
      args.region === undefined ? null : paddedText(args.region, REGION_LENGTH, 'updateNode.region');
    const instruction = programInstruction(deployment, 'staking', 'updateNode', {
      args: {
        args: {
          operator,
          scheduler: args.scheduler ?? removed,
          payout,
          deviceCount,
          bandwidth,
          region,
          status,
        },
      },
      accounts: {
        owner: addressOf(args.owner ?? context.payer),
        config: pda.staking.config(deployment),
        node,
        class: args.classId === undefined ? args.node.class : pda.staking.class(deployment, args.classId),
        nodeLoad: pda.escrow.nodeLoad(deployment, node),
      },
    });
    return makeCall([instruction], [args.owner], { node });
  },
  async (client, args: UpdateNodeArgs & { readonly node: PublicKey | NodeRef }) => ({
    ...args,
    node: args.node instanceof PublicKey ? await client.accounts.staking.node.fetch(args.node) : args.node,
  }),
);

/**
 * Adds IO to the owner's stake in a node.
 *
 * @example
 * ```ts
 * import { parseIo } from '@ionet/sdk';
 *
 * await client.staking.stake({ node, amount: parseIo('16000') });
 * ```
 */
export const stake = defineAction(
  (
    context,
    args: {
      readonly node: PublicKey;
      /** Base units of IO. */
      readonly amount: bigint;
      /** Default: the payer. */
      readonly owner?: Authority;
      /** Where the IO comes from. Default: the owner's associated token account. */
      readonly tokenAccount?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const owner = addressOf(args.owner ?? context.payer);
    const instruction = programInstruction(deployment, 'staking', 'stake', {
      args: { amount: args.amount },
      accounts: {
        owner,
        config: pda.staking.config(deployment),
        node: args.node,
        stakeVault: pda.staking.stakeVault(deployment, args.node),
        ownerTokenAccount: args.tokenAccount ?? tokenAddress(deployment.ioMint, owner),
      },
    });
    return makeCall([instruction], [args.owner], { node: args.node });
  },
);
