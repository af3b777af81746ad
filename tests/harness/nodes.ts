import type { PublicKey } from '@solana/web3.js';
import type { Market } from '@ionet/sdk/testing';

/** Registers a node of eight H100 without stake. */
export async function registerAnother(market: Market, id: number): Promise<PublicKey> {
  return market.registerNode({ id, stake: 0n });
}
