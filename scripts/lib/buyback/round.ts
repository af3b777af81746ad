import {
  eventOf,
  fetchPrice,
  decodeTokenAccount,
  mergeCalls,
  pda,
  tokenAddress,
  treasury,
  type Client,
  type Price,
  type PriceProblem,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import type { Market } from './market.js';
import { planFill, type Bounds, type FillPlan, type Source, type WaitPlan } from './plan.js';

/** Where a crank gets its IO from. */
export type Supply =
  | { readonly kind: 'inventory'; readonly worth?: Price | undefined }
  | { readonly kind: 'market'; readonly market: Market };

/** What a crank sees before it acts. */
export interface Survey {
  readonly plan: FillPlan | WaitPlan;
  /** Why the price account has no price now, where it has none. */
  readonly priceProblem: PriceProblem | null;
  /** IO fees that wait to be burned, in base units. */
  readonly ioFees: bigint;
  /** Whether the auction should be shown a price, so that it does not begin to carry one on. */
  readonly shouldObserve: boolean;
  /** The calls that do the plan; empty where there is nothing to fill. */
  readonly fill: ReturnType<typeof mergeCalls> | null;
}

/** What a round did. */
export interface Round {
  readonly survey: Survey;
  readonly filled: {
    readonly signature: string;
    readonly usdc: bigint;
    readonly ioBurned: bigint;
    readonly spent: bigint;
  } | null;
  readonly feesBurned: { readonly signature: string; readonly amount: bigint } | null;
  readonly observed: { readonly signature: string } | null;
}

/** The auction carries a price on after a day without one; half of that leaves time for another attempt. */
const OBSERVE_AFTER_SECONDS = 43_200n;

/** Looks at auction, price, market and wallet, and decides; signs nothing. */
export async function survey(client: Client, supply: Supply, bounds: Bounds): Promise<Survey> {
  const { deployment, payer } = client;
  const { ioMint, usdcMint } = deployment;
  const ioAccount = tokenAddress(ioMint, payer);
  const usdcAccount = tokenAddress(usdcMint, payer);
  const [auction, reading, now, [vault, ioFees, io, usdc], quote] = await Promise.all([
    client.accounts.treasury.auction.fetch(pda.treasury.auction(deployment)),
    fetchPrice(client),
    client.now(),
    balances(client, [
      pda.treasury.feeVault(deployment, usdcMint),
      pda.treasury.feeVault(deployment, ioMint),
      ioAccount,
      usdcAccount,
    ]),
    supply.kind === 'market' ? supply.market.quote(client) : null,
  ]);
  const price = 'price' in reading ? reading.price : undefined;
  const source: Source =
    quote === null
      ? { kind: 'inventory', io, worth: supply.kind === 'inventory' ? supply.worth : undefined }
      : { kind: 'market', quote, usdc };
  const plan = planFill({ auction, vault, now, price }, source, bounds);
  const swaps =
    plan.kind === 'fill' && quote !== null
      ? [quote.swap({ owner: payer, usdcAccount, ioAccount, usdc: plan.spend, leastIo: plan.maxIo })]
      : [];
  return {
    plan,
    priceProblem: 'problem' in reading ? reading.problem : null,
    ioFees,
    shouldObserve: price !== undefined && now - auction.lastGoodAt >= OBSERVE_AFTER_SECONDS,
    fill:
      plan.kind === 'fill'
        ? mergeCalls([...swaps, treasury.fillAuction.call(client, { usdc: plan.usdc, maxIo: plan.maxIo })])
        : null,
  };
}

/**
 * One round of the crank: burns IO fees that wait, fills the auction where that is worth it, and else shows it a price
 * where it has seen none for long. What is bought and what is filled is one transaction: it lands whole or not at all.
 */
export async function playRound(client: Client, supply: Supply, bounds: Bounds): Promise<Round> {
  const seen = await survey(client, supply, bounds);
  const feesBurned = seen.ioFees > 0n ? await burnFees(client) : null;
  const { fill, plan } = seen;
  if (fill === null || plan.kind === 'wait') {
    const observed = seen.shouldObserve
      ? { signature: (await client.treasury.observePrice()).signature }
      : null;
    return { survey: seen, filled: null, feesBurned, observed };
  }
  const { signature, events } = await client.send(fill);
  const { usdc, ioBurned } = eventOf(events, 'treasury', 'feesSold');
  return {
    survey: seen,
    filled: { signature, usdc, ioBurned, spent: plan.spend },
    feesBurned,
    observed: null,
  };
}

async function burnFees(client: Client): Promise<{ signature: string; amount: bigint }> {
  const { signature, events } = await client.treasury.burnIoFees();
  return { signature, amount: eventOf(events, 'treasury', 'ioFeesBurned').amount };
}

/** What token accounts hold, zero where there is none. */
async function balances<const A extends readonly PublicKey[]>(
  client: Client,
  addresses: A,
): Promise<{ [K in keyof A]: bigint }> {
  const accounts = await client.transport.getAccounts(addresses);
  const amounts = accounts.map((account) =>
    account === null ? 0n : (decodeTokenAccount(account.data)?.amount ?? 0n),
  );
  return amounts as { [K in keyof A]: bigint };
}
