import type { Call, ClientCore } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';

/** A swap of USDC for IO in the filler's own transaction. */
export interface SwapOrder {
  /** Whose USDC it is, and who gets the IO. */
  readonly owner: PublicKey;
  readonly usdcAccount: PublicKey;
  readonly ioAccount: PublicKey;
  /** The most USDC that is given, in base units. */
  readonly usdc: bigint;
  /** The least IO that is taken for it, in base units; for less the whole transaction fails. */
  readonly leastIo: bigint;
}

/** A market at one moment. */
export interface MarketQuote {
  /** The IO that so much USDC buys, in base units; 0 where it buys none. */
  bought(usdc: bigint): bigint;
  /** The least USDC that buys so much IO, in base units; `null` where there is not so much. */
  cost(io: bigint): bigint | null;
  /** The call that swaps. */
  swap(order: SwapOrder): Call;
}

/** Where IO can be bought for USDC, in the same transaction that fills the auction. */
export interface Market {
  /** Reads it as it is now. */
  quote(client: ClientCore): Promise<MarketQuote>;
}

/** The least `x` of 1 to `most` for which a condition that stays true holds; `null` where it never does. */
export function least(most: bigint, holds: (x: bigint) => boolean): bigint | null {
  if (most < 1n || !holds(most)) return null;
  let [low, high] = [1n, most];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (holds(middle)) high = middle;
    else low = middle + 1n;
  }
  return low;
}
