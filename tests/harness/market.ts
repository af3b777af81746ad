import type { PublicKey } from '@solana/web3.js';
import {
  createMarket,
  readPrograms,
  type Market,
  type MarketSnapshot,
  type MarketWithNode,
} from '@ionet/sdk/testing';

let made: Promise<MarketWithNode & { readonly snapshot: MarketSnapshot }> | undefined;

/** Made once a process: what every test begins with is a snapshot of it. */
async function makeOnce(): Promise<MarketWithNode & { readonly snapshot: MarketSnapshot }> {
  const { market, node, offer } = await createMarket({ programs: await readPrograms('artifacts') });
  return { market, node, offer, snapshot: market.snapshot() };
}

/** What a suite works on. */
export interface MarketUnderTest {
  readonly market: Market;
  /** Eight H100, staked. */
  readonly node: PublicKey;
  /** Two US dollars an hour and device, 1 to 720 hours. */
  readonly offer: PublicKey;
}

/**
 * Gives a suite the market, as new before each test. Call it in a `describe`; read the fields inside tests.
 */
export function useMarket(): MarketUnderTest {
  const current: { value?: MarketUnderTest } = {};
  beforeEach(async () => {
    made ??= makeOnce();
    const { market, node, offer, snapshot } = await made;
    market.restore(snapshot);
    current.value = { market, node, offer };
  });
  const get = (): MarketUnderTest => {
    if (current.value === undefined) throw new Error('the market exists only inside tests');
    return current.value;
  };
  return {
    get market() {
      return get().market;
    },
    get node() {
      return get().node;
    },
    get offer() {
      return get().offer;
    },
  };
}
