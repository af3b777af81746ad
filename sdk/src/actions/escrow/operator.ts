import { PublicKey } from '@solana/web3.js';
import type { Fetched } from '../../accounts.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import type { ReadingClient } from '../../client.js';
import { buildInstruction } from '../../build-instruction.js';
import { escrowInstructions } from '../../idl/escrow.js';
import { escrowPda } from '../../pda/escrow.js';
import { makeCall } from '../shared.js';
import { encodeOfferTerms, type OfferTerms } from './terms.js';
import { jobAccounts, withJob, type JobArgs, type WithJob } from './job.js';

/**
 * Who acts for a node.
 *
 * @see {@link createOffer}
 */
export interface NodeAuthorityArgs {
  /** Default: the payer. */
  readonly authority?: Authority;
}

/**
 * Offers a node's devices at a price. By the node's owner or operator.
 *
 * @example
 * ```ts
 * import { parseUsd } from '@ionet/sdk';
 *
 * const { accounts } = await client.escrow.createOffer({ node, id: 2, terms: { price: parseUsd('2.50') } });
 * ```
 */
export const createOffer = defineAction(
  (
    context,
    args: NodeAuthorityArgs & {
      readonly node: PublicKey;
      /** Unused by the node's other offers. */
      readonly id: number;
      readonly terms: OfferTerms;
    },
  ) => {
    const { deployment, payer } = context;
    const { node, id } = args;
    const offer = escrowPda.offer(deployment, node, id);
    const nodeLoad = escrowPda.nodeLoad(deployment, node);
    const instruction = buildInstruction(deployment, escrowInstructions, 'createOffer', {
      args: { args: { id, terms: encodeOfferTerms(args.terms) } },
      accounts: {
        authority: addressOf(args.authority ?? payer),
        payer,
        config: escrowPda.config(deployment),
        node,
        offer,
        nodeLoad,
      },
    });
    return makeCall([instruction], [args.authority], { offer, nodeLoad, node });
  },
);

/**
 * What building a call about an offer needs to know of it; an account that was fetched has it all.
 *
 * @see {@link updateOffer}
 */
export type OfferRef = Pick<Fetched<'escrow', 'offer'>, 'address' | 'node' | 'rentPayer'>;

interface OfferArgs extends NodeAuthorityArgs {
  /** By its address, or as it was fetched. */
  readonly offer: PublicKey | OfferRef;
}

type WithOffer<Args> = Omit<Args, 'offer'> & { readonly offer: OfferRef };

async function withOffer<Args extends OfferArgs>(
  client: ReadingClient,
  args: Args,
): Promise<WithOffer<Args>> {
  const { offer } = args;
  return {
    ...args,
    offer: offer instanceof PublicKey ? await client.accounts.escrow.offer.fetch(offer) : offer,
  };
}

/**
 * What can be changed of an offer.
 *
 * @see {@link updateOffer}
 */
export interface UpdateOfferArgs extends OfferArgs {
  /** All terms anew. */
  readonly terms?: OfferTerms;
  /** Whether it can be booked and extended on. */
  readonly active?: boolean;
}

/**
 * Changes the terms of an offer, or opens and closes it to orders. Booked jobs keep their price.
 *
 * @example
 * ```ts
 * await client.escrow.updateOffer({ offer, active: false });
 * ```
 */
export const updateOffer = defineAction(
  (context, args: WithOffer<UpdateOfferArgs>) => {
    const { address: offer, node } = args.offer;
    const terms = args.terms === undefined ? null : encodeOfferTerms(args.terms);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'updateOffer', {
      args: { args: { terms, active: args.active ?? null } },
      accounts: { authority: addressOf(args.authority ?? context.payer), node, offer },
    });
    return makeCall([instruction], [args.authority], { offer, node });
  },
  withOffer<UpdateOfferArgs>,
);

/**
 * Removes an offer; its rent returns to who paid it. By the node's owner or operator.
 *
 * @example
 * ```ts
 * await client.escrow.closeOffer({ offer });
 * ```
 */
export const closeOffer = defineAction(
  (context, args: WithOffer<OfferArgs>) => {
    const { deployment } = context;
    const { address: offer, node, rentPayer } = args.offer;
    const nodeLoad = escrowPda.nodeLoad(deployment, node);
    const instruction = buildInstruction(deployment, escrowInstructions, 'closeOffer', {
      args: {},
      accounts: { authority: addressOf(args.authority ?? context.payer), node, offer, nodeLoad, rentPayer },
    });
    return makeCall([instruction], [args.authority], { offer, node });
  },
  withOffer<OfferArgs>,
);

/**
 * Removes the load account of a node without offers and unfinished jobs. By the node's owner or operator.
 *
 * @example
 * ```ts
 * await client.escrow.closeNodeLoad({ node });
 * ```
 */
export const closeNodeLoad = defineAction(
  (context, args: NodeAuthorityArgs & { readonly node: PublicKey; readonly rentPayer: PublicKey }) => {
    const { deployment } = context;
    const { node, rentPayer } = args;
    const nodeLoad = escrowPda.nodeLoad(deployment, node);
    const instruction = buildInstruction(deployment, escrowInstructions, 'closeNodeLoad', {
      args: {},
      accounts: { authority: addressOf(args.authority ?? context.payer), node, nodeLoad, rentPayer },
    });
    return makeCall([instruction], [args.authority], { node, nodeLoad });
  },
  async (client, args: NodeAuthorityArgs & { readonly node: PublicKey; readonly rentPayer?: PublicKey }) => {
    const address = escrowPda.nodeLoad(client.deployment, args.node);
    const rentPayer = args.rentPayer ?? (await client.accounts.escrow.nodeLoad.fetch(address)).rentPayer;
    return { ...args, rentPayer };
  },
);

/**
 * Takes the devices of a booked job and lets its time run. By the node's operator or scheduler.
 *
 * @example
 * ```ts
 * await client.escrow.startJob({ job });
 * ```
 */
export const startJob = defineAction(
  (context, args: WithJob<JobArgs & NodeAuthorityArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'startJob', {
      args: {},
      accounts: { authority: addressOf(args.authority ?? context.payer), ...accounts },
    });
    return makeCall([instruction], [args.authority], { job: accounts.job, node: accounts.node });
  },
  withJob<JobArgs & NodeAuthorityArgs>,
);

/**
 * Stops a running job on the node's side: the buyer's fees return but for what was earned. By the node's operator
 * or scheduler.
 *
 * @example
 * ```ts
 * await client.escrow.release({ job });
 * ```
 */
export const release = defineAction(
  (context, args: WithJob<JobArgs & NodeAuthorityArgs>) => {
    const accounts = jobAccounts(context.deployment, args.job);
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'release', {
      args: {},
      accounts: { authority: addressOf(args.authority ?? context.payer), ...accounts },
    });
    return makeCall([instruction], [args.authority], { job: accounts.job, node: accounts.node });
  },
  withJob<JobArgs & NodeAuthorityArgs>,
);
