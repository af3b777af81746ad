import { Market, readPrograms, setMint } from '@ionet/sdk/testing';

/** A market whose programs are installed and whose mints exist, but where nothing is initialized. */
export async function uninitializedMarket(): Promise<Market> {
  const market = new Market({ programs: await readPrograms('artifacts') });
  const { deployment, network } = market;
  const mintAuthority = market.mintAuthority.publicKey;
  setMint(network, { address: deployment.ioMint, decimals: 8, mintAuthority });
  setMint(network, { address: deployment.usdcMint, decimals: 6, mintAuthority });
  return market;
}
