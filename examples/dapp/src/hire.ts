import { eventOf, formatUsdc, isProgramError, quoteOffer, type Client } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';

/** What came of an order. */
export type Hired =
  | { readonly kind: 'hired'; readonly job: PublicKey; readonly paid: string }
  | { readonly kind: 'tooDear'; readonly asked: string };

/** Hires all devices of an offer for so many hours, if that costs at most so much USDC. */
export async function hire(client: Client, offer: PublicKey, hours: number, budget: bigint): Promise<Hired> {
  const { node, terms } = await client.accounts.escrow.offer.fetch(offer);
  const { deviceCount } = await client.accounts.staking.node.fetch(node);
  const quote = quoteOffer({
    offer: terms,
    devices: deviceCount,
    hours,
    payment: 'usdc',
    now: await client.now(),
  });
  try {
    const { accounts, events } = await client.escrow.bookJob({
      offer,
      devices: deviceCount,
      hours,
      payment: 'usdc',
      maxTotal: budget,
    });
    const { vaultBalance } = eventOf(events, 'escrow', 'jobBooked');
    return { kind: 'hired', job: accounts.job, paid: formatUsdc(vaultBalance) };
  } catch (error) {
    if (isProgramError(error, 'escrow', 'PriceAboveMaximum')) {
      return { kind: 'tooDear', asked: formatUsdc(quote.total) };
    }
    throw error;
  }
}
