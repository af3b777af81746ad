import { PublicKey } from '@solana/web3.js';
import type { ClientCore } from './client.js';
import { BPS_DENOMINATOR } from './math/bps.js';
import { MAX_EXPONENT, MIN_EXPONENT, type Price } from './math/price.js';
import type { RawAccount } from './transport.js';

/**
 * The program that owns genuine price updates, the same on every network.
 *
 * @example
 * ```ts
 * import { PYTH_RECEIVER } from '@ionet/sdk';
 *
 * const [account] = await client.transport.getAccounts([deployment.priceAccount]);
 * account?.owner.equals(PYTH_RECEIVER); // true
 * ```
 */
export const PYTH_RECEIVER = new PublicKey('rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ');
/**
 * A price older than this is stale, in seconds.
 *
 * @example
 * ```ts
 * import { fetchPrice, MAX_PRICE_AGE_SECONDS } from '@ionet/sdk';
 *
 * network.warpBy(MAX_PRICE_AGE_SECONDS + 1n);
 * await fetchPrice(client); // { problem: 'PriceStale' }
 * ```
 */
export const MAX_PRICE_AGE_SECONDS = 60n;
/**
 * The widest confidence interval that is accepted, in basis points of the price.
 *
 * @example
 * ```ts
 * import { Bps, MAX_CONFIDENCE_BPS } from '@ionet/sdk';
 *
 * Bps.format(MAX_CONFIDENCE_BPS); // '1%'
 * ```
 */
export const MAX_CONFIDENCE_BPS = 100n;

const DISCRIMINATOR = [34, 241, 35, 99, 157, 126, 244, 205] as const;
const LAST_RESTART_SLOT = new PublicKey('SysvarLastRestartS1ot1111111111111111111111');
/** All guardians' signatures were verified; then the account has the fields at these places. */
const VERIFIED_FULLY = 1;
const PLACES = {
  verification: 40,
  feedId: 41,
  price: 73,
  conf: 81,
  exponent: 89,
  publishTime: 93,
  postedSlot: 125,
} as const;
const LEAST_SIZE = 133;

/**
 * Why a price is not valid: the error that the programs give for it.
 *
 * @see {@link readPriceAccount}
 */
export type PriceProblem =
  | 'NotAPriceUpdate'
  | 'WrongPriceFeed'
  | 'PriceNotFullyVerified'
  | 'PriceStale'
  | 'PriceBeforeRestart'
  | 'PriceNotPositive'
  | 'PriceTooUncertain'
  | 'PriceExponentOutOfRange';

/**
 * A price that the programs would take now, or why they would not.
 *
 * @see {@link readPriceAccount}
 */
export type PriceReading = { readonly price: Price } | { readonly problem: PriceProblem };

/**
 * What the programs hold a price account to.
 *
 * @see {@link readPriceAccount}
 */
export interface PriceChecks {
  /** 32 bytes. */
  readonly feedId: Uint8Array;
  /** Unix seconds of the chain's clock. */
  readonly now: bigint;
  /** The slot in which the cluster was last restarted. */
  readonly lastRestartSlot: bigint;
}

/**
 * Reads a price account with every check that the programs make, in their order.
 *
 * @example
 * ```ts
 * import { readPriceAccount } from '@ionet/sdk';
 *
 * const [account = null] = await client.transport.getAccounts([deployment.priceAccount]);
 * const now = await client.now();
 * const reading = readPriceAccount(account, { feedId: deployment.priceFeedId, now, lastRestartSlot: 0n });
 * if ('price' in reading) console.log(reading.price.price, reading.price.exponent); // 250000000n -8
 * ```
 */
export function readPriceAccount(
  account: Pick<RawAccount, 'owner' | 'data'> | null,
  { feedId, now, lastRestartSlot }: PriceChecks,
): PriceReading {
  if (account === null || !account.owner.equals(PYTH_RECEIVER)) return { problem: 'NotAPriceUpdate' };
  const { data } = account;
  if (!DISCRIMINATOR.every((byte, index) => data[index] === byte)) return { problem: 'NotAPriceUpdate' };
  if (data[PLACES.verification] !== VERIFIED_FULLY) return { problem: 'PriceNotFullyVerified' };
  if (data.length < LEAST_SIZE) return { problem: 'NotAPriceUpdate' };
  if (!feedId.every((byte, index) => data[PLACES.feedId + index] === byte)) {
    return { problem: 'WrongPriceFeed' };
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const price = view.getBigInt64(PLACES.price, true);
  const conf = view.getBigUint64(PLACES.conf, true);
  const exponent = view.getInt32(PLACES.exponent, true);
  const age = now - view.getBigInt64(PLACES.publishTime, true);
  if (age < 0n || age > MAX_PRICE_AGE_SECONDS) return { problem: 'PriceStale' };
  if (view.getBigUint64(PLACES.postedSlot, true) <= lastRestartSlot) return { problem: 'PriceBeforeRestart' };
  if (price <= 0n) return { problem: 'PriceNotPositive' };
  if (conf * BPS_DENOMINATOR > price * MAX_CONFIDENCE_BPS) return { problem: 'PriceTooUncertain' };
  if (exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) return { problem: 'PriceExponentOutOfRange' };
  return { price: { price, conf, exponent } };
}

/**
 * The price of IO in a deployment's price account, as the programs would take it now.
 *
 * @example
 * ```ts
 * import { fetchPrice, formatPrice } from '@ionet/sdk';
 *
 * const reading = await fetchPrice(client);
 * if ('price' in reading) console.log(formatPrice(reading.price)); // 2.5
 * else console.error(reading.problem);
 * ```
 */
export async function fetchPrice(
  client: Pick<ClientCore, 'deployment' | 'now' | 'transport'>,
): Promise<PriceReading> {
  const { priceAccount, priceFeedId: feedId } = client.deployment;
  const [[account, restart], now] = await Promise.all([
    client.transport.getAccounts([priceAccount, LAST_RESTART_SLOT]),
    client.now(),
  ]);
  return readPriceAccount(account ?? null, { feedId, now, lastRestartSlot: slotOf(restart) });
}

/** Zero where the cluster was never restarted, or does not say. */
function slotOf(sysvar: RawAccount | null | undefined): bigint {
  if (sysvar == null || sysvar.data.length < 8) return 0n;
  return new DataView(sysvar.data.buffer, sysvar.data.byteOffset).getBigUint64(0, true);
}
