import { programDataAddress, type ProgramName } from '@ionet/sdk';
import type { Market, MarketSnapshot } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { uninitializedMarket } from './uninitialized.js';

let made: Promise<{ readonly market: Market; readonly snapshot: MarketSnapshot }> | undefined;

async function makeOnce(): Promise<{ readonly market: Market; readonly snapshot: MarketSnapshot }> {
  const market = await uninitializedMarket();
  return { market, snapshot: market.snapshot() };
}

/**
 * Gives a suite a market whose programs are installed but not initialized, as new before each test. The mints of
 * IO and USDC exist. Call it in a `describe`; read the field inside tests.
 */
export function useBareMarket(): { readonly market: Market } {
  const current: { market?: Market } = {};
  beforeEach(async () => {
    made ??= makeOnce();
    const { market, snapshot } = await made;
    market.restore(snapshot);
    current.market = market;
  });
  return {
    get market() {
      if (current.market === undefined) throw new Error('the market exists only inside tests');
      return current.market;
    },
  };
}

const AUTHORITY_PRESENT = 12;
const AUTHORITY = 13;

/** Rewrites the upgrade authority of a program; `null` seals it. */
export function setUpgradeAuthority(market: Market, program: ProgramName, authority: PublicKey | null): void {
  const address = programDataAddress(market.deployment.programs[program]);
  const raw = market.network.getAccount(address);
  if (raw === null) throw new RangeError(`${program} is not installed`);
  const data = Uint8Array.from(raw.data);
  data[AUTHORITY_PRESENT] = authority === null ? 0 : 1;
  data.set(authority === null ? new Uint8Array(32) : authority.toBytes(), AUTHORITY);
  market.network.setAccount({ address, owner: raw.owner, data, lamports: raw.lamports });
}
