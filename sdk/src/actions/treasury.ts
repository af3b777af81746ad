import type { PublicKey } from '@solana/web3.js';
import { defineAction, type NoArgs } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import { buildInstruction } from '../build-instruction.js';
import { treasuryInstructions } from '../idl/treasury.js';
import { programDataAddress } from '../loader.js';
import { escrowPda } from '../pda/escrow.js';
import { treasuryPda } from '../pda/treasury.js';
import { tokenAddress } from '../tokens.js';
import { makeCall } from './shared.js';

/**
 * Creates the treasury, the fee vaults of IO and USDC, and the auction. Once, by the program's upgrade authority. The
 * deployment's price feed is sealed with it.
 *
 * @example
 * ```ts
 * await client.treasury.initialize();
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
    },
  ) => {
    const { deployment } = context;
    const authority = addressOf(args.authority ?? context.payer);
    const treasury = treasuryPda.treasury(deployment);
    const { ioMint, usdcMint } = deployment;
    const ioFeeVault = treasuryPda.feeVault(deployment, ioMint);
    const usdcFeeVault = treasuryPda.feeVault(deployment, usdcMint);
    const auction = treasuryPda.auction(deployment);
    const receipts = treasuryPda.receipts(deployment);
    const { priceFeedId, priceAccount } = deployment;
    const instruction = buildInstruction(deployment, treasuryInstructions, 'initialize', {
      args: { args: { admin: args.admin ?? authority, priceFeedId, priceAccount } },
      accounts: {
        authority,
        programData: programDataAddress(deployment.programs.treasury),
        treasury,
        ioMint,
        usdcMint,
        ioFeeVault,
        usdcFeeVault,
        auction,
        receipts,
      },
    });
    return makeCall([instruction], [args.authority], {
      treasury,
      ioFeeVault,
      usdcFeeVault,
      auction,
      receipts,
    });
  },
);

/**
 * First step of handing the admin role over. Naming the admin itself withdraws a proposal.
 *
 * @example
 * ```ts
 * await client.treasury.proposeAdmin({ newAdmin });
 * ```
 */
export const proposeAdmin = defineAction(
  (
    context,
    args: {
      readonly newAdmin: PublicKey;
      /** Default: the payer. */
      readonly admin?: Authority;
    },
  ) => {
    const treasury = treasuryPda.treasury(context.deployment);
    const instruction = buildInstruction(context.deployment, treasuryInstructions, 'proposeAdmin', {
      args: { newAdmin: args.newAdmin },
      accounts: { admin: addressOf(args.admin ?? context.payer), treasury },
    });
    return makeCall([instruction], [args.admin], { treasury });
  },
);

/**
 * Second step of handing the admin role over, by the new admin (default: the payer).
 *
 * @example
 * ```ts
 * // The client of the new admin.
 * await client.treasury.acceptAdmin({});
 * ```
 */
export const acceptAdmin = defineAction((context, args: { readonly newAdmin?: Authority }) => {
  const treasury = treasuryPda.treasury(context.deployment);
  const instruction = buildInstruction(context.deployment, treasuryInstructions, 'acceptAdmin', {
    args: {},
    accounts: { newAdmin: addressOf(args.newAdmin ?? context.payer), treasury },
  });
  return makeCall([instruction], [args.newAdmin], { treasury });
});

/**
 * Names another account for the price of IO. The feed is sealed.
 *
 * @example
 * ```ts
 * await client.treasury.updateConfig({ priceAccount: deployment.priceAccount });
 * ```
 */
export const updateConfig = defineAction(
  (
    context,
    args: {
      readonly priceAccount: PublicKey;
      /** Default: the payer. */
      readonly admin?: Authority;
    },
  ) => {
    const treasury = treasuryPda.treasury(context.deployment);
    const instruction = buildInstruction(context.deployment, treasuryInstructions, 'updateConfig', {
      args: { args: { priceAccount: args.priceAccount } },
      accounts: { admin: addressOf(args.admin ?? context.payer), treasury },
    });
    return makeCall([instruction], [args.admin], { treasury });
  },
);

/**
 * Lets the auction see a valid price. By anyone; at least once a day where there are no fills, so that the auction
 * never takes the reference that is carried on without one.
 *
 * @example
 * ```ts
 * await client.treasury.observePrice();
 * ```
 */
export const observePrice = defineAction((context, _args: NoArgs) => {
  const { deployment } = context;
  const auction = treasuryPda.auction(deployment);
  const instruction = buildInstruction(deployment, treasuryInstructions, 'observePrice', {
    args: {},
    accounts: {
      treasury: treasuryPda.treasury(deployment),
      auction,
      priceAccount: deployment.priceAccount,
    },
  });
  return makeCall([instruction], [], { auction });
});

/**
 * USDC of the auction for IO.
 *
 * @see {@link fillAuction}
 */
export interface FillAuctionArgs {
  /** Base units of USDC to take of this hour's lot. */
  readonly usdc: bigint;
  /** The most IO to burn for them, in base units; `quoteFill` says how much it is. */
  readonly maxIo: bigint;
  /** Whose IO is burned. Default: the payer. */
  readonly filler?: Authority;
  /** Where the IO comes from. Default: the filler's associated token account. */
  readonly ioAccount?: PublicKey;
  /** Where the USDC goes. Default: the filler's associated token account. */
  readonly destination?: PublicKey;
}

/**
 * Takes USDC of this hour's lot of fees for IO, which is burned. By anyone. What is asked falls from 105 % of the
 * market at the beginning of the hour to 95 % at its end.
 *
 * @example
 * ```ts
 * import { fetchPrice, parseUsdc, pda, quoteFill } from '@ionet/sdk';
 *
 * const auction = await client.accounts.treasury.auction.fetch(pda.treasury.auction(deployment));
 * const reading = await fetchPrice(client);
 * if ('price' in reading) {
 *   const usdc = parseUsdc('0.5');
 *   const vault = parseUsdc('24'); // what the fee vault of USDC holds
 *   const { io } = quoteFill({ auction, vault, now: await client.now(), price: reading.price, usdc });
 *   await client.treasury.fillAuction({ usdc, maxIo: io });
 * }
 * ```
 */
export const fillAuction = defineAction((context, args: FillAuctionArgs) => {
  const { deployment, payer } = context;
  const { ioMint, usdcMint, priceAccount } = deployment;
  const { usdc, maxIo } = args;
  const filler = addressOf(args.filler ?? payer);
  const auction = treasuryPda.auction(deployment);
  const receipts = treasuryPda.receipts(deployment);
  const instruction = buildInstruction(deployment, treasuryInstructions, 'fillAuction', {
    args: { args: { usdc, maxIo } },
    accounts: {
      filler,
      treasury: treasuryPda.treasury(deployment),
      auction,
      receipts,
      ioMint,
      usdcFeeVault: treasuryPda.feeVault(deployment, usdcMint),
      fillerIoAccount: args.ioAccount ?? tokenAddress(ioMint, filler),
      destination: args.destination ?? tokenAddress(usdcMint, filler),
      priceAccount,
    },
  });
  return makeCall([instruction], [args.filler], { auction, receipts });
});

/**
 * Burns all IO that the fee vault holds. By anyone.
 *
 * @example
 * ```ts
 * import { eventOf } from '@ionet/sdk';
 *
 * const { events } = await client.treasury.burnIoFees();
 * const { amount, supplyAfter } = eventOf(events, 'treasury', 'ioFeesBurned');
 * ```
 */
export const burnIoFees = defineAction((context, _args: NoArgs) => {
  const { deployment } = context;
  const { ioMint } = deployment;
  const ioFeeVault = treasuryPda.feeVault(deployment, ioMint);
  const instruction = buildInstruction(deployment, treasuryInstructions, 'burnIoFees', {
    args: {},
    accounts: { treasury: treasuryPda.treasury(deployment), ioMint, ioFeeVault },
  });
  return makeCall([instruction], [], { ioFeeVault });
});

/**
 * USDC for credits.
 *
 * @see {@link buyCredits}
 */
export interface BuyCreditsArgs {
  /** Base units of USDC, and as many credits. */
  readonly amount: bigint;
  /** Who gets the credits. Default: the buyer. */
  readonly owner?: PublicKey;
  /** Whose USDC it is. Default: the payer. */
  readonly buyer?: Authority;
  /** Where the USDC comes from. Default: the buyer's associated token account. */
  readonly tokenAccount?: PublicKey;
}

/**
 * Turns USDC into credits (IOSD), one to one. They pay for jobs, and nothing else: they do not turn back, and cannot
 * be transferred. Where the owner has no account of credits yet the payer opens one; its rent is the owner's.
 *
 * @example
 * ```ts
 * import { parseUsdc } from '@ionet/sdk';
 *
 * await client.treasury.buyCredits({ amount: parseUsdc('100') });
 * await client.escrow.bookJob({ offer, devices: 1, hours: 24, payment: 'credits', maxTotal: parseUsdc('50') });
 * ```
 */
export const buyCredits = defineAction((context, args: BuyCreditsArgs) => {
  const { deployment, payer } = context;
  const { usdcMint } = deployment;
  const buyer = addressOf(args.buyer ?? payer);
  const owner = args.owner ?? buyer;
  const credits = treasuryPda.credits(deployment, owner);
  const instruction = buildInstruction(deployment, treasuryInstructions, 'buyCredits', {
    args: { amount: args.amount },
    accounts: {
      buyer,
      payer,
      owner,
      treasury: treasuryPda.treasury(deployment),
      usdcMint,
      credits,
      buyerTokenAccount: args.tokenAccount ?? tokenAddress(usdcMint, buyer),
    },
  });
  return makeCall([instruction], [args.buyer], { credits });
});

/**
 * Removes an account of credits that is empty. The owner (default: the payer) gets its rent.
 *
 * @example
 * ```ts
 * await client.treasury.closeCredits({});
 * ```
 */
export const closeCredits = defineAction((context, args: { readonly owner?: Authority }) => {
  const { deployment } = context;
  const owner = addressOf(args.owner ?? context.payer);
  const credits = treasuryPda.credits(deployment, owner);
  const instruction = buildInstruction(deployment, treasuryInstructions, 'closeCredits', {
    args: {},
    accounts: { owner, treasury: treasuryPda.treasury(deployment), credits },
  });
  return makeCall([instruction], [args.owner], { credits });
});

/**
 * Credits for a job.
 *
 * @see {@link spendCredits}
 */
export interface SpendCreditsArgs {
  /** Base units of USDC. */
  readonly amount: bigint;
  readonly job: PublicKey;
  /** Default: the payer. */
  readonly owner?: Authority;
  /** Default: the config of escrow, for which no key can sign. */
  readonly escrowConfig?: Authority;
}

/**
 * Moves credits into the vault of a job. Escrow calls it when a job is booked or extended in credits; sent by anyone
 * else it is refused.
 *
 * @example
 * ```ts
 * import { parseUsdc, pda, treasury } from '@ionet/sdk';
 *
 * // Only escrow can have it executed: this builds it, without sending it.
 * const { accounts } = treasury.spendCredits.call(client, { job, amount: parseUsdc('5') });
 * accounts.credits.equals(pda.treasury.credits(deployment, client.payer)); // true
 * ```
 */
export const spendCredits = defineAction((context, args: SpendCreditsArgs) => {
  const { deployment } = context;
  const { amount, job } = args;
  const owner = addressOf(args.owner ?? context.payer);
  const credits = treasuryPda.credits(deployment, owner);
  const instruction = buildInstruction(deployment, treasuryInstructions, 'spendCredits', {
    args: { amount },
    accounts: {
      escrowConfig: addressOf(args.escrowConfig ?? escrowPda.config(deployment)),
      owner,
      treasury: treasuryPda.treasury(deployment),
      credits,
      job,
      jobVault: escrowPda.jobVault(deployment, job),
    },
  });
  return makeCall([instruction], [args.owner, args.escrowConfig], { credits });
});
