import { expect } from 'chai';
import { escrow, eventOf, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { refused } from '../harness/escrow.js';
import { ENOUGH } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { withAccounts } from '../harness/slots.js';

describe('escrow: close_node_load', () => {
  const test = useMarket();
  const order = () =>
    ({ offer: test.offer, devices: 2, hours: 1, payment: 'usdc', maxTotal: ENOUGH }) as const;

  it('removes the account and returns its rent to who paid it', async () => {
    const { market } = test;
    const node = await market.registerNode({ id: 1, stake: 0n });
    const sponsor = market.actor('sponsor');
    const { accounts } = await sponsor.escrow.createOffer({
      node,
      id: 0,
      terms: { price: 1n },
      authority: testKeypair('owner'),
    });
    await market.operator.escrow.closeOffer({ offer: accounts.offer });
    const rent = market.network.getAccount(accounts.nodeLoad)!.lamports;
    const before = market.network.getAccount(sponsor.payer)!.lamports;
    const { events } = await market.owner.escrow.closeNodeLoad({ node });
    expect(market.network.getAccount(accounts.nodeLoad)).to.equal(null);
    expect(market.network.getAccount(sponsor.payer)!.lamports).to.equal(before + rent);
    expect(eventOf(events, 'escrow', 'nodeLoadClosed')).to.deep.equal({ node, rentPayer: sponsor.payer });
  });

  it('refuses while an offer exists, also one that is not active', async () => {
    const { market, node, offer } = test;
    await refused(market, 'NodeLoadInUse', () => market.operator.escrow.closeNodeLoad({ node }));
    await market.operator.escrow.updateOffer({ offer, active: false });
    await refused(market, 'NodeLoadInUse', () => market.operator.escrow.closeNodeLoad({ node }));
    await market.operator.escrow.closeOffer({ offer });
    await market.operator.escrow.closeNodeLoad({ node });
  });

  it('refuses while a job runs or is ending, and not once it has ended', async () => {
    const { market, node, offer } = test;
    const job = await market.bookAndStart(order());
    await market.operator.escrow.closeOffer({ offer });
    const close = () => market.operator.escrow.closeNodeLoad({ node });
    await refused(market, 'NodeLoadInUse', close);
    market.warpBy(60);
    await market.operator.escrow.release({ job });
    await refused(market, 'NodeLoadInUse', close);
    await market.report(job, 60);
    await market.anyone.escrow.settleJob({ job });
    await close();
  });

  it('does not lose a booked job: it starts on a load account made anew, or expires', async () => {
    const { market, node, offer } = test;
    const { accounts } = await market.buyer.escrow.bookJob(order());
    const { job } = accounts;
    const { accounts: other } = await market.buyer.escrow.bookJob(order());
    await market.operator.escrow.closeOffer({ offer });
    await market.operator.escrow.closeNodeLoad({ node });
    await refused(market, 'AccountNotInitialized', () => market.operator.escrow.startJob({ job }));
    await market.createOffer(node, 5, { price: 1n });
    await market.operator.escrow.startJob({ job });
    market.warpBy(901);
    await market.anyone.escrow.expireJob({ job: other.job });
  });

  it('refuses strangers, buyers and the scheduler', async () => {
    const { market, node, offer } = test;
    const scheduler = market.actor('scheduler');
    await market.owner.staking.updateNode({ node, scheduler: scheduler.payer });
    await market.operator.escrow.closeOffer({ offer });
    for (const client of [market.anyone, market.buyer, scheduler]) {
      await refused(market, 'NotNodeAuthority', () => client.escrow.closeNodeLoad({ node }));
    }
  });

  it("refuses an attacker's own node and another receiver of the rent", async () => {
    const { market, node, offer } = test;
    await market.operator.escrow.closeOffer({ offer });
    const attacker = market.actor('attacker');
    const own = await market.registerNode({ owner: attacker, id: 0, operator: attacker.payer, stake: 0n });
    const { rentPayer } = await market.anyone.accounts.escrow.nodeLoad.fetch(
      pda.escrow.nodeLoad(market.deployment, node),
    );
    const forged = withAccounts(
      escrow.closeNodeLoad.call(attacker, { node, rentPayer }),
      'escrow',
      'closeNodeLoad',
      { node: own },
    );
    await refused(market, 'WrongNode', () => attacker.send(forged));
    await refused(market, 'WrongRentPayer', () =>
      market.operator.escrow.closeNodeLoad({ node, rentPayer: market.anyone.payer }),
    );
  });
});
