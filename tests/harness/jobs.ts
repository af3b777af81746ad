import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import {
  escrow,
  pda,
  tokenAddress,
  type BoundActions,
  type Call,
  type Client,
  type Fetched,
  type Payment,
} from '@ionet/sdk';
import { testKeypair, tokenBalance, type Market } from '@ionet/sdk/testing';

export type JobAccount = Fetched<'escrow', 'job'>;

/** An order that divides badly, so that every rounding shows. */
export const ODD_ORDER = { devices: 3, hours: 7 } as const;
/** Its booked seconds. */
export const ODD_SECONDS = 25_200;
/** Its offer: in USDC it costs 25,925,907 and fees of 64,815 and 518,519. */
export const ODD_TERMS = { price: 1_234_567n, maxHours: 720 } as const;
/** The price of IO for it: with that it costs 1,091,475,292 and a fee of 2,728,689. */
export const ODD_PRICE = { price: 237_654_321n, conf: 123_456n, exponent: -8 } as const;

/** More than any order of these tests costs. */
export const ENOUGH = 10n ** 12n;
export const DAY = 86_400;

/** What the parties of a job hold of the token that it is paid in. */
export interface Holdings {
  readonly buyer: bigint;
  readonly payout: bigint;
  readonly fees: bigint;
  readonly vault: bigint;
}

export function jobAccount(market: Market, job: PublicKey): Promise<JobAccount> {
  return market.anyone.accounts.escrow.job.fetch(job);
}

/** A token that changes hands. */
export type Token = 'io' | 'usdc';

/** The token that moves when a job is paid: behind credits there is USDC. */
export function tokenOf(payment: Payment): Token {
  return payment === 'io' ? 'io' : 'usdc';
}

export function mintOf(market: Market, payment: Payment): PublicKey {
  return payment === 'io' ? market.deployment.ioMint : market.deployment.usdcMint;
}

/** Where a buyer pays from and is refunded to. */
export function buyerAccount(market: Market, payment: Payment, buyer: PublicKey): PublicKey {
  return payment === 'credits'
    ? pda.treasury.credits(market.deployment, buyer)
    : tokenAddress(mintOf(market, payment), buyer);
}

/** The addresses of the accounts that a job's money can be in. */
export function moneyAccounts(
  market: Market,
  job: Pick<JobAccount, 'address' | 'buyer' | 'payment' | 'payout'>,
): Readonly<Record<keyof Holdings, PublicKey>> {
  const mint = mintOf(market, job.payment);
  return {
    buyer: buyerAccount(market, job.payment, job.buyer),
    payout: tokenAddress(mint, job.payout),
    fees: pda.treasury.feeVault(market.deployment, mint),
    vault: pda.escrow.jobVault(market.deployment, job.address),
  };
}

/** Read from the token accounts themselves. */
export function holdings(market: Market, job: JobAccount): Holdings {
  const accounts = moneyAccounts(market, job);
  const balance = (account: PublicKey): bigint => tokenBalance(market.network, account);
  return {
    buyer: balance(accounts.buyer),
    payout: balance(accounts.payout),
    fees: balance(accounts.fees),
    vault: balance(accounts.vault),
  };
}

/** What an act moved between the accounts of a job. */
export async function movedBy(
  market: Market,
  job: PublicKey,
  act: () => Promise<unknown>,
): Promise<Holdings> {
  const account = await jobAccount(market, job);
  const before = holdings(market, account);
  await act();
  const after = holdings(market, account);
  return {
    buyer: after.buyer - before.buyer,
    payout: after.payout - before.payout,
    fees: after.fees - before.fees,
    vault: after.vault - before.vault,
  };
}

/** Offers the node's devices on {@link ODD_TERMS}, and books {@link ODD_ORDER} there. */
export async function bookOdd(
  market: Market,
  node: PublicKey,
  payment: Payment = 'usdc',
  order: { readonly id?: bigint; readonly hours?: number; readonly startAt?: bigint } = {},
): Promise<PublicKey> {
  const offer = pda.escrow.offer(market.deployment, node, 1);
  if (market.network.getAccount(offer) === null) await market.createOffer(node, 1, ODD_TERMS);
  market.setPrice(ODD_PRICE);
  const { accounts } = await market.buyer.escrow.bookJob({
    ...ODD_ORDER,
    ...order,
    offer,
    payment,
    maxTotal: ENOUGH,
  });
  return accounts.job;
}

/** {@link bookOdd}, and the operator starts it. */
export async function startOdd(
  market: Market,
  node: PublicKey,
  payment: Payment = 'usdc',
  order: { readonly id?: bigint; readonly hours?: number } = {},
): Promise<PublicKey> {
  const job = await bookOdd(market, node, payment, order);
  await market.operator.escrow.startJob({ job });
  return job;
}

/** Like {@link bookOdd}, but somebody else pays the rent: a wallet that does nothing more. */
export async function bookSponsored(
  market: Market,
  node: PublicKey,
): Promise<{ readonly job: PublicKey; readonly sponsor: Client }> {
  const offer = await market.createOffer(node, 1, ODD_TERMS);
  const sponsor = market.actor('sponsor');
  const { accounts } = await sponsor.escrow.bookJob({
    ...ODD_ORDER,
    offer,
    buyer: testKeypair('buyer'),
    payment: 'usdc',
    maxTotal: ENOUGH,
  });
  return { job: accounts.job, sponsor };
}

/** Reports on a job up to a second of its time, counted from its start. */
export async function reportUntil(
  market: Market,
  job: PublicKey,
  verifiedSeconds: number,
  second: number,
): Promise<void> {
  const { startedAt } = await jobAccount(market, job);
  await market.report(job, verifiedSeconds, startedAt + BigInt(second));
}

/** Moves the clock to a second of a job's time, counted from its start. */
export async function warpToSecond(market: Market, job: PublicKey, second: number): Promise<void> {
  const { startedAt } = await jobAccount(market, job);
  const seconds = startedAt + BigInt(second) - market.network.now();
  if (seconds > 0n) market.warpBy(seconds);
}

/** Ends a job with everything verified; its account is what is left of it. */
export async function complete(market: Market, job: PublicKey): Promise<void> {
  const { hours } = await jobAccount(market, job);
  await warpToSecond(market, job, hours * 3_600);
  for (let hour = 24; hour < hours; hour += 24) await reportUntil(market, job, hour * 3_600, hour * 3_600);
  await reportUntil(market, job, hours * 3_600, hours * 3_600);
  await market.anyone.escrow.settleJob({ job });
}

/** How busy a node is. */
export async function loadOf(
  market: Market,
  node: PublicKey,
): Promise<{ readonly devicesBusy: number; readonly jobs: number }> {
  const address = pda.escrow.nodeLoad(market.deployment, node);
  const { devicesBusy, jobs } = await market.anyone.accounts.escrow.nodeLoad.fetch(address);
  return { devicesBusy, jobs };
}

/** The actions of escrow on a job that are built from nothing but the job. */
type JobAction = 'cancelJob' | 'endJob' | 'expireJob' | 'payOwed' | 'release' | 'settleJob';

/** Builds a call on a job, to change it before it is sent. */
export async function callOn(
  market: Market,
  client: Client,
  action: JobAction,
  job: PublicKey,
): Promise<Call> {
  return escrow[action].call(client, { job: await jobAccount(market, job) });
}

/** Everything that can be done to a job, each by who may do it. */
export function allActions(market: Market, job: PublicKey): Record<string, () => Promise<unknown>> {
  const { anyone, buyer, operator } = market;
  const destination = tokenAddress(market.deployment.usdcMint, buyer.payer);
  return {
    startJob: () => operator.escrow.startJob({ job }),
    release: () => operator.escrow.release({ job }),
    extendJob: () => buyer.escrow.extendJob({ job, hours: 1, maxTotal: ENOUGH }),
    cancelJob: () => buyer.escrow.cancelJob({ job }),
    endJob: () => buyer.escrow.endJob({ job }),
    settleJob: () => anyone.escrow.settleJob({ job }),
    expireJob: () => anyone.escrow.expireJob({ job }),
    payOwed: () => anyone.escrow.payOwed({ job }),
    withdrawOwed: () => buyer.escrow.withdrawOwed({ job, destination }),
    closeJob: () => buyer.escrow.closeJob({ job }),
  } satisfies Partial<Record<keyof BoundActions<typeof escrow>, () => Promise<unknown>>>;
}

/** Expects a job to be over and paid out: its vault is gone, and nothing is owed. */
export async function expectPaidOut(market: Market, job: PublicKey): Promise<JobAccount> {
  const account = await jobAccount(market, job);
  expect(account.state).to.be.oneOf(['ended', 'cancelled', 'expired']);
  expect({
    owed: account.owedToNode + account.owedToFees + account.owedToBuyer,
    left: account.paidIn + account.donated - account.paidToNode - account.paidToFees - account.refunded,
  }).to.deep.equal({ owed: 0n, left: 0n });
  expect(market.network.getAccount(pda.escrow.jobVault(market.deployment, job)), 'the vault').to.equal(null);
  return account;
}
