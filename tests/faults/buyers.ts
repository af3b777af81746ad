import type { Client } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import type { Random } from '../invariants/random.js';

/** More than any order here costs, in base units. */
const MOST = 10n ** 12n;
const MOST_HOURS = 2;

/** What a buyer does in a step: mostly book, now and then change an order. Gives what it was, or why it did not work. */
export async function buy(buyer: Client, offers: readonly string[], random: Random): Promise<string> {
  const { escrow } = buyer;
  const job = buyer.accounts.escrow.job;
  const choice = random.int(1, 100);
  const doing = choice <= 55 ? 'book' : choice <= 70 ? 'end' : choice <= 85 ? 'extend' : 'cancel';
  try {
    if (doing === 'book') {
      const offer = new PublicKey(random.pick(offers) ?? '');
      await escrow.bookJob({
        offer,
        devices: 1,
        hours: random.int(1, MOST_HOURS),
        payment: 'usdc',
        maxTotal: MOST,
      });
      return doing;
    }
    const state = doing === 'cancel' ? 'booked' : 'running';
    const mine = await job.findAll({ buyer: buyer.payer, state });
    const chosen = random.pick(mine);
    if (chosen === undefined) return 'nothing';
    if (doing === 'end') await escrow.endJob({ job: chosen.address });
    else if (doing === 'cancel') await escrow.cancelJob({ job: chosen.address });
    else await escrow.extendJob({ job: chosen.address, hours: 1, maxTotal: MOST });
    return doing;
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    return `${doing}: ${name}`;
  }
}
