import { SystemProgram } from '@solana/web3.js';
import type { ErrorName } from '@ionet/sdk';
import type { Market, PriceUpdate } from '@ionet/sdk/testing';

/** A price that no program takes. */
export interface RefusedPrice {
  readonly title: string;
  /** The error's name, the same in each program that reads the price. */
  readonly error: ErrorName<'escrow'> & ErrorName<'treasury'>;
  /** Puts it into the price account. */
  readonly set: (market: Market) => void;
}

const refused = (
  title: string,
  error: RefusedPrice['error'],
  update: (market: Market) => Partial<PriceUpdate>,
): RefusedPrice => ({
  title,
  error,
  set: (market) => {
    market.setPrice(update(market));
  },
});

const published = (age: bigint) => (market: Market) => ({ publishTime: market.network.now() - age });
const exponent = (value: number) => () => ({ exponent: value });

/** Every way in which a price can be bad. */
export const REFUSED_PRICES: readonly RefusedPrice[] = [
  refused('61 seconds old', 'PriceStale', published(61n)),
  refused('a second in the future', 'PriceStale', published(-1n)),
  refused('of the beginning of time', 'PriceStale', () => ({ publishTime: -(2n ** 63n) })),
  refused('of the end of time', 'PriceStale', () => ({ publishTime: 2n ** 63n - 1n })),
  refused('of nothing', 'PriceNotPositive', () => ({ price: 0n })),
  refused('below nothing', 'PriceNotPositive', () => ({ price: -1n })),
  refused('at the lowest number', 'PriceNotPositive', () => ({ price: -(2n ** 63n) })),
  refused('with a confidence just above 1 percent', 'PriceTooUncertain', () => ({
    price: 250_000_000n,
    conf: 2_500_001n,
  })),
  refused('with a confidence beyond itself', 'PriceTooUncertain', () => ({ conf: 2n ** 64n - 1n })),
  refused('of another feed', 'WrongPriceFeed', () => ({ feedId: new Uint8Array(32).fill(1) })),
  refused('verified in part', 'PriceNotFullyVerified', () => ({ verification: { partial: 13 } })),
  refused('of another program', 'NotAPriceUpdate', () => ({ owner: SystemProgram.programId })),
  refused('of escrow', 'NotAPriceUpdate', ({ deployment }) => ({ owner: deployment.programs.escrow })),
  refused('of treasury', 'NotAPriceUpdate', ({ deployment }) => ({ owner: deployment.programs.treasury })),
  refused('with too low an exponent', 'PriceExponentOutOfRange', exponent(-13)),
  refused('with an exponent of zero', 'PriceExponentOutOfRange', exponent(0)),
  refused('with a high exponent', 'PriceExponentOutOfRange', exponent(2 ** 31 - 1)),
  {
    title: 'posted before the cluster was restarted',
    error: 'PriceBeforeRestart',
    set: (market) => {
      market.network.setLastRestartSlot(market.network.slot());
      market.setPrice();
    },
  },
];
