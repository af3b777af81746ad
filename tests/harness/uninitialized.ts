import { Market, readPrograms, setMint, type MarketSnapshot } from '@ionet/sdk/testing';

let made: Promise<{ readonly market: Market; readonly snapshot: MarketSnapshot }> | undefined;

async function makeOnce(): Promise<{ readonly market: Market; readonly snapshot: MarketSnapshot }> {
  const market = new Market({ programs: await readPrograms('artifacts') });
  const { deployment, network } = market;
  const mintAuthority = market.mintAuthority.publicKey;
  setMint(network, { address: deployment.ioMint, decimals: 8, mintAuthority });
  setMint(network, { address: deployment.usdcMint, decimals: 6, mintAuthority });
  return { market, snapshot: market.snapshot() };
}

/**
 * A market whose programs are installed and whose mints exist, but where nothing is initialized. As new at every
 * call: only the last one given can be used.
 */
export async function uninitializedMarket(): Promise<Market> {
  made ??= makeOnce();
  const { market, snapshot } = await made;
  market.restore(snapshot);
  return market;
}
