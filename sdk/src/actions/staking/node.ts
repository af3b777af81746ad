import { PublicKey } from '@solana/web3.js';
import type { Fetched } from '../../accounts.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { stakingInstructions } from '../../idl/staking.js';
import { escrowPda } from '../../pda/escrow.js';
import { stakingPda } from '../../pda/staking.js';
import type { ProgramType } from '../../programs.js';
import { tokenAddress } from '../../tokens.js';
import { makeCall, paddedText } from '../shared.js';

/**
 * How fast a node's line is.
 *
 * @see {@link registerNode}
 */
export type Bandwidth = ProgramType<'staking', 'bandwidth'>;
/**
 * Whether a node takes orders.
 *
 * @see {@link updateNode}
 */
export type NodeStatus = ProgramType<'staking', 'nodeStatus'>;

const REGION_LENGTH = 16;

/**
 * Registers a node of up to eight devices of one hardware class. It can be hired once it has its minimum stake.
 *
 * @example
 * ```ts
 * const { accounts } = await client.staking.registerNode({
 *   id: 2,
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
      /**
       * The owner's part of the rewards that come from delegated stake, in basis points, at most 5,000.
       *
       * @defaultValue 0
       */
      readonly commissionBps?: number;
    },
  ) => {
    const { deployment, payer } = context;
    const owner = addressOf(args.owner ?? payer);
    const { id, deviceCount, bandwidth, operator = owner, scheduler = null, payout = owner } = args;
    const { commissionBps = 0 } = args;
    const region = paddedText(args.region, REGION_LENGTH, 'registerNode.region');
    const node = stakingPda.node(deployment, owner, id);
    const stakeVault = stakingPda.stakeVault(deployment, node);
    const rewardVault = stakingPda.rewardVault(deployment, node);
    const instruction = buildInstruction(deployment, stakingInstructions, 'registerNode', {
      args: { args: { id, operator, scheduler, payout, deviceCount, bandwidth, region, commissionBps } },
      accounts: {
        owner,
        payer,
        config: stakingPda.config(deployment),
        class: stakingPda.class(deployment, args.classId),
        node,
        stakeVault,
        rewardVault,
        ioMint: deployment.ioMint,
      },
    });
    return makeCall([instruction], [args.owner], { node, stakeVault, rewardVault });
  },
);

/**
 * What can be changed of a node.
 *
 * @see {@link updateNode}
 */
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

/**
 * A node with the class that it has: what building a change of it needs.
 *
 * @see {@link updateNode}
 */
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
    const instruction = buildInstruction(deployment, stakingInstructions, 'updateNode', {
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
        config: stakingPda.config(deployment),
        node,
        class: args.classId === undefined ? args.node.class : stakingPda.class(deployment, args.classId),
        nodeLoad: escrowPda.nodeLoad(deployment, node),
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
 * Sets the commission, in basis points: a lower one at once, a higher one 7 days later.
 *
 * @example
 * ```ts
 * await client.staking.setCommission({ node, commissionBps: 500 });
 * ```
 */
export const setCommission = defineAction(
  (
    context,
    args: {
      readonly node: PublicKey;
      /** At most 5,000. */
      readonly commissionBps: number;
      /** Default: the payer. */
      readonly owner?: Authority;
    },
  ) => {
    const { deployment } = context;
    const { node, commissionBps } = args;
    const instruction = buildInstruction(deployment, stakingInstructions, 'setCommission', {
      args: { commissionBps },
      accounts: {
        owner: addressOf(args.owner ?? context.payer),
        node,
        rewardVault: stakingPda.rewardVault(deployment, node),
      },
    });
    return makeCall([instruction], [args.owner], { node });
  },
);

/**
 * Deregistering a node: what building it needs.
 *
 * @see {@link deregisterNode}
 */
export interface DeregisterNodeArgs {
  readonly node: PublicKey;
  /** Default: the payer. */
  readonly owner?: Authority;
  /** Where what is left in the vaults goes. Default: the owner's associated token account. */
  readonly destination?: PublicKey;
}

/**
 * Closes an empty node and its vaults. What is left in them goes to the owner, the rent to who paid it.
 *
 * @example
 * ```ts
 * await client.staking.deregisterNode({ node });
 * ```
 */
export const deregisterNode = defineAction(
  (context, args: DeregisterNodeArgs & { readonly rentPayer: PublicKey }) => {
    const { deployment } = context;
    const { node, rentPayer } = args;
    const owner = addressOf(args.owner ?? context.payer);
    const instruction = buildInstruction(deployment, stakingInstructions, 'deregisterNode', {
      args: {},
      accounts: {
        owner,
        node,
        stakeVault: stakingPda.stakeVault(deployment, node),
        rewardVault: stakingPda.rewardVault(deployment, node),
        destination: args.destination ?? tokenAddress(deployment.ioMint, owner),
        nodeLoad: escrowPda.nodeLoad(deployment, node),
        rentPayer,
      },
    });
    return makeCall([instruction], [args.owner], { node });
  },
  async (client, args: DeregisterNodeArgs & { readonly rentPayer?: PublicKey }) => ({
    ...args,
    rentPayer: args.rentPayer ?? (await client.accounts.staking.node.fetch(args.node)).rentPayer,
  }),
);
