import { pda } from '@ionet/sdk';
import type { Market } from '@ionet/sdk/testing';
import { refused } from '../harness/escrow.js';
import { pauseTests } from '../harness/governance.js';
import { ENOUGH } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';

function book(market: Market, attempt: number): Promise<unknown> {
  const node = pda.staking.node(market.deployment, market.owner.payer, 0);
  return market.buyer.escrow.bookJob({
    id: BigInt(attempt),
    offer: pda.escrow.offer(market.deployment, node, 0),
    devices: 1,
    hours: 1,
    payment: 'usdc',
    maxTotal: ENOUGH,
  });
}

describe('escrow: pause', () => {
  pauseTests('escrow', book);

  const test = useMarket();

  it('stops offers, bookings and extensions in both payments, and nothing else', async () => {
    const { market, node, offer } = test;
    const order = { offer, devices: 2, hours: 2, maxTotal: ENOUGH } as const;
    const running = await market.bookAndStart({ ...order, payment: 'usdc' });
    const inIo = await market.bookAndStart({ ...order, payment: 'io' });
    const { accounts: booked } = await market.buyer.escrow.bookJob({ ...order, payment: 'io' });
    const { accounts: late } = await market.buyer.escrow.bookJob({ ...order, payment: 'usdc' });
    await market.pauser.escrow.pause();

    await refused(market, 'Paused', () => market.createOffer(node, 1, { price: 1n }));
    await refused(market, 'Paused', () => market.buyer.escrow.bookJob({ ...order, payment: 'usdc' }));
    await refused(market, 'Paused', () => market.buyer.escrow.bookJob({ ...order, payment: 'io' }));
    for (const job of [running, inIo]) {
      await refused(market, 'Paused', () =>
        market.buyer.escrow.extendJob({ job, hours: 1, maxTotal: ENOUGH }),
      );
    }

    await market.operator.escrow.updateOffer({ offer, active: true });
    await market.operator.escrow.startJob({ job: booked.job });
    await market.buyer.escrow.cancelJob({ job: late.job });
    market.warpBy(600);
    await market.report(running, 600);
    await market.anyone.escrow.settleJob({ job: running });
    await market.operator.escrow.release({ job: running });
    await market.buyer.escrow.endJob({ job: inIo });
    await market.anyone.escrow.settleJob({ job: running });
    await market.operator.escrow.closeOffer({ offer });
  });
});
