import { expect } from 'chai';
import { escrow, eventOf } from '@ionet/sdk';
import { refused } from '../harness/escrow.js';
import { ENOUGH, jobAccount } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { WRONG_TERMS } from '../harness/offers.js';

describe('escrow: update_offer', () => {
  const test = useMarket();
  const state = () => test.market.anyone.accounts.escrow.offer.fetch(test.offer);

  it('replaces all terms and counts the change', async () => {
    const { market, node, offer } = test;
    const before = await state();
    const terms: escrow.OfferTerms = {
      price: 3_000_001n,
      minHours: 3,
      maxHours: 30,
      commitmentHours: 20,
      commitmentDiscountBps: 2_000,
      peakMultiplierBps: 20_000,
      peakHours: [1, 2],
    };
    const encoded = { ...terms, peakHours: 0b110 };
    const { events } = await market.operator.escrow.updateOffer({ offer, terms });
    expect(await state()).to.deep.equal({ ...before, terms: encoded, seq: 1n });
    expect(eventOf(events, 'escrow', 'offerUpdated')).to.deep.equal({
      offer,
      node,
      terms: encoded,
      active: true,
      seq: 1n,
    });
  });

  it('closes an offer to orders and opens it again, by owner and operator', async () => {
    const { market, offer } = test;
    const before = await state();
    const order = { offer, devices: 1, hours: 1, payment: 'usdc', maxTotal: ENOUGH } as const;
    await market.owner.escrow.updateOffer({ offer, active: false });
    expect(await state()).to.deep.equal({ ...before, active: false, seq: 1n });
    await refused(market, 'OfferInactive', () => market.buyer.escrow.bookJob(order));
    const { events } = await market.operator.escrow.updateOffer({ offer, active: true });
    expect(await state()).to.deep.equal({ ...before, seq: 2n });
    expect(eventOf(events, 'escrow', 'offerUpdated').active).to.be.true;
    await market.buyer.escrow.bookJob(order);
  });

  it('leaves booked and running jobs at their price', async () => {
    const { market, offer } = test;
    const order = { offer, devices: 1, hours: 2, payment: 'usdc', maxTotal: ENOUGH } as const;
    const { accounts: booked } = await market.buyer.escrow.bookJob(order);
    const running = await market.bookAndStart(order);
    const before = [await jobAccount(market, booked.job), await jobAccount(market, running)];
    await market.operator.escrow.updateOffer({ offer, terms: { price: 9n, minHours: 5 }, active: false });
    expect([await jobAccount(market, booked.job), await jobAccount(market, running)]).to.deep.equal(before);
    await market.operator.escrow.startJob({ job: booked.job });
  });

  it('goes on during a pause', async () => {
    const { market, offer } = test;
    await market.pauser.escrow.pause();
    await market.operator.escrow.updateOffer({ offer, active: false });
    expect((await state()).active).to.be.false;
  });

  it('refuses to change nothing', async () => {
    const { market, offer } = test;
    await refused(market, 'NothingToUpdate', () => market.operator.escrow.updateOffer({ offer }));
  });

  for (const [name, terms, error] of WRONG_TERMS) {
    it(`refuses ${name}`, async () => {
      const { market, offer } = test;
      await refused(market, error, () => market.operator.escrow.updateOffer({ offer, terms }));
    });
  }

  it('refuses strangers, buyers and the scheduler', async () => {
    const { market, node, offer } = test;
    const scheduler = market.actor('scheduler');
    await market.owner.staking.updateNode({ node, scheduler: scheduler.payer });
    for (const client of [market.anyone, market.buyer, market.admin, scheduler]) {
      await refused(market, 'NotNodeAuthority', () => client.escrow.updateOffer({ offer, active: false }));
    }
  });

  it("refuses an attacker's own node for somebody else's offer", async () => {
    const { market, offer } = test;
    const attacker = market.actor('attacker');
    const node = await market.registerNode({ owner: attacker, id: 0, operator: attacker.payer, stake: 0n });
    const call = escrow.updateOffer.call(attacker, {
      offer: { ...(await state()), address: offer, node },
      terms: { price: 1n },
    });
    await refused(market, 'WrongNode', () => attacker.send(call));
  });
});
