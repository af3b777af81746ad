import type { PublicKey } from '@solana/web3.js';
import { Buffer } from 'buffer';
import { PYTH_RECEIVER } from '../price-account.js';
import type { TestNetwork } from './network.js';

const DISCRIMINATOR = Uint8Array.of(34, 241, 35, 99, 157, 126, 244, 205);
const SIZE = 134;

/**
 * A price as it stands in a price account.
 *
 * @see {@link encodePriceUpdate}
 */
export interface PriceUpdate {
  readonly price: bigint;
  readonly conf: bigint;
  readonly exponent: number;
  readonly publishTime: bigint;
  /** The slot in which it was posted. Default: the network's of the moment. */
  readonly postedSlot?: bigint;
  /** Default: the feed of the deployment. */
  readonly feedId?: Uint8Array;
  /** How many guardians' signatures were verified. Default: all. */
  readonly verification?: 'full' | { readonly partial: number };
  /** Default: the receiver program. */
  readonly owner?: PublicKey;
}

/**
 * The bytes of a `PriceUpdateV2` account.
 *
 * @example
 * ```ts
 * import { PYTH_RECEIVER, readPriceAccount } from '@ionet/sdk';
 * import { encodePriceUpdate } from '@ionet/sdk/testing';
 *
 * const feedId = new Uint8Array(32).fill(1);
 * const update = { price: 250n, conf: 0n, exponent: -2, publishTime: 1_000n, postedSlot: 5n, feedId };
 * const account = { owner: PYTH_RECEIVER, data: encodePriceUpdate(update) };
 * readPriceAccount(account, { feedId, now: 1_030n, lastRestartSlot: 0n });
 * // { price: { price: 250n, conf: 0n, exponent: -2 } }
 * ```
 */
export function encodePriceUpdate(
  update: PriceUpdate & { readonly feedId: Uint8Array; readonly postedSlot: bigint },
): Uint8Array {
  const { verification = 'full' } = update;
  const data = Buffer.alloc(SIZE);
  data.set(DISCRIMINATOR, 0);
  let at = 8 + 32; // the write authority, which nobody reads, stays zero
  if (verification === 'full') {
    at = data.writeUInt8(1, at);
  } else {
    at = data.writeUInt8(verification.partial, data.writeUInt8(0, at));
  }
  data.set(update.feedId, at);
  at = data.writeBigInt64LE(update.price, at + 32);
  at = data.writeBigUInt64LE(update.conf, at);
  at = data.writeInt32LE(update.exponent, at);
  at = data.writeBigInt64LE(update.publishTime, at);
  at = data.writeBigInt64LE(update.publishTime, at); // the time of the update before
  at = data.writeBigInt64LE(update.price, at); // the averages, which nobody reads
  at = data.writeBigUInt64LE(update.conf, at);
  data.writeBigUInt64LE(update.postedSlot, at);
  return Uint8Array.from(data);
}

/**
 * Writes the price account of a network's deployment.
 *
 * @example
 * ```ts
 * import { setPrice } from '@ionet/sdk/testing';
 *
 * setPrice(network, { price: 250_000_000n, conf: 0n, exponent: -8, publishTime: network.now() });
 * ```
 */
export function setPrice(network: TestNetwork, update: PriceUpdate): void {
  const feedId = update.feedId ?? network.deployment.priceFeedId;
  network.setAccount({
    address: network.deployment.priceAccount,
    owner: update.owner ?? PYTH_RECEIVER,
    data: encodePriceUpdate({ ...update, feedId, postedSlot: update.postedSlot ?? network.slot() }),
  });
}
