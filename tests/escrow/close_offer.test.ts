import { expect } from 'chai';
import { escrow, eventOf, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { refused } from '../harness/escrow.js';
import { ENOUGH, complete, expectPaidOut } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { withAccounts } from '../harness/slots.js';

describe('escrow: close_offer', () => {
  const test = useMarket();
  const load = () =>
    test.market.anyone.accounts.escrow.nodeLoad.fetch(pda.escrow.nodeLoad(test.market.deployment, test.node));

  it('removes the offer, uncounts it and returns its rent to who paid it', async () => {
    const { market, node } = test;
    const sponsor = market.actor('sponsor');
    const { accounts } = await sponsor.escrow.createOffer({
      node,
      id: 1,
      terms: { price: 1n },
      authority: testKeypair('owner'),
    });
    const { offer } = accounts;
    const rent = market.network.getAccount(offer)!.lamports;
    const before = market.network.getAccount(sponsor.payer)!.lamports;
    const { events } = await market.operator.escrow.closeOffer({ offer });
    expect(market.network.getAccount(offer)).to.equal(null);
    expect(market.network.getAccount(sponsor.payer)!.lamports).to.equal(before + rent);
    expect((await load()).offers).to.equal(1);
    expect(eventOf(events, 'escrow', 'offerClosed')).to.deep.equal({ offer, node, seq: 1n });
  });

  it('is open to the owner, during a pause, and for an offer that is not active', async () => {
    const { market, offer } = test;
    await market.operator.escrow.updateOffer({ offer, active: false });
    await market.pauser.escrow.pause();
    const { events } = await market.owner.escrow.closeOffer({ offer });
    expect(eventOf(events, 'escrow', 'offerClosed').seq).to.equal(2n);
    expect((await load()).offers).to.equal(0);
  });

  it('leaves the jobs that were booked on it: they start, run and are paid', async () => {
    const { market, offer } = test;
    const { accounts } = await market.buyer.escrow.bookJob({
      offer,
      devices: 1,
      hours: 1,
      payment: 'usdc',
      maxTotal: ENOUGH,
    });
    const { job } = accounts;
    await market.operator.escrow.closeOffer({ offer });
    await market.operator.escrow.startJob({ job });
    await complete(market, job);
    await expectPaidOut(market, job);
  });

  it('frees the id for another offer', async () => {
    const { market, node, offer } = test;
    await market.operator.escrow.closeOffer({ offer });
    expect(await market.createOffer(node, 0, { price: 7n })).to.deep.equal(offer);
    expect((await load()).offers).to.equal(1);
  });

  it('refuses a second time', async () => {
    const { market, offer } = test;
    const closed = await market.anyone.accounts.escrow.offer.fetch(offer);
    await market.operator.escrow.closeOffer({ offer });
    await refused(market, 'AccountNotInitialized', () =>
      market.operator.escrow.closeOffer({ offer: closed }),
    );
  });

  it('refuses strangers, buyers and the scheduler', async () => {
    const { market, node, offer } = test;
    const scheduler = market.actor('scheduler');
    await market.owner.staking.updateNode({ node, scheduler: scheduler.payer });
    for (const client of [market.anyone, market.buyer, scheduler]) {
      await refused(market, 'NotNodeAuthority', () => client.escrow.closeOffer({ offer }));
    }
  });

  it("refuses an attacker's own node, another node's load and another receiver of the rent", async () => {
    const { market, offer } = test;
    const attacker = market.actor('attacker');
    const node = await market.registerNode({ owner: attacker, id: 0, operator: attacker.payer, stake: 0n });
    await attacker.escrow.createOffer({ node, id: 0, terms: { price: 1n } });
    const state = await market.anyone.accounts.escrow.offer.fetch(offer);

    const forged = escrow.closeOffer.call(attacker, { offer: { ...state, node } });
    await refused(market, 'WrongNode', () => attacker.send(forged));

    const call = escrow.closeOffer.call(market.operator, { offer: state });
    const nodeLoad = pda.escrow.nodeLoad(market.deployment, node);
    const uncounted = withAccounts(call, 'escrow', 'closeOffer', { nodeLoad });
    await refused(market, 'WrongNodeLoad', () => market.operator.send(uncounted));

    const stolen = withAccounts(call, 'escrow', 'closeOffer', { rentPayer: market.anyone.payer });
    await refused(market, 'WrongRentPayer', () => market.operator.send(stolen));
  });
});
