import { expect } from 'chai';
import { eventOf, parseIo } from '@ionet/sdk';
import { useMarket } from '../harness/market.js';
import { DAY, refused, sendRewards } from '../harness/staking.js';

describe('staking: set_commission', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const set = (commissionBps: number) =>
    test.market.owner.staking.setCommission({ node: test.node, commissionBps });
  const harvest = () => test.market.anyone.staking.harvest({ node: test.node });
  const rates = async () => {
    const { commissionBps, pendingCommissionBps, commissionAppliesAt } = await fetch();
    return [commissionBps, pendingCommissionBps, commissionAppliesAt] as const;
  };

  it('raises after 7 days, by a harvest then or later', async () => {
    const { market, node } = test;
    const now = market.network.now();
    const { events } = await set(500);
    const appliesAt = now + 7n * BigInt(DAY);
    expect(await rates()).to.deep.equal([0, 500, appliesAt]);
    expect(eventOf(events, 'staking', 'commissionSet')).to.deep.equal({
      node,
      commissionBps: 0,
      pendingCommissionBps: 500,
      commissionAppliesAt: appliesAt,
      seq: (await fetch()).seq,
    });
    market.warpBy(7 * DAY - 1);
    await harvest();
    expect((await rates())[0]).to.equal(0);
    market.warpBy(1);
    await harvest();
    expect(await rates()).to.deep.equal([500, 0, 0n]);
  });

  it('cuts at once, and a cut withdraws a rise that waits', async () => {
    const { market } = test;
    await set(500);
    market.warpBy(7 * DAY);
    await harvest();
    await set(900);
    await set(300);
    expect(await rates()).to.deep.equal([300, 0, 0n]);
    await set(900);
    await set(300);
    expect(await rates()).to.deep.equal([300, 0, 0n]);
  });

  it('restarts the clock when a new rise takes the place of one that waits', async () => {
    const { market } = test;
    await set(500);
    market.warpBy(6 * DAY);
    await set(600);
    expect(await rates()).to.deep.equal([0, 600, market.network.now() + 7n * BigInt(DAY)]);
    market.warpBy(DAY);
    await harvest();
    expect((await rates())[0]).to.equal(0);
  });

  it('leaves what came in before to the rate that held', async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    await market.buyer.staking.delegate({ node, amount: ownStake });
    market.warpBy(DAY);
    await harvest();
    await market.anyone.staking.activateDelegation({ node, delegator: market.buyer.payer });
    await set(5_000);
    market.warpBy(7 * DAY);
    await sendRewards(market, node, 1_000n);
    // The rise is due; what is in the vault already is divided without it, whoever comes first.
    await harvest();
    expect((await fetch()).ownerRewards).to.equal(500n);
    await sendRewards(market, node, 1_000n);
    await set(0);
    expect((await fetch()).ownerRewards).to.equal(500n + 750n);
    await sendRewards(market, node, 1_000n);
    await harvest();
    expect((await fetch()).ownerRewards).to.equal(1_250n + 500n);
  });

  it('takes at most half, also at registration', async () => {
    const { market } = test;
    await set(5_000);
    await refused(market, 'CommissionOutOfRange', () => set(5_001));
    const register = (id: number, commissionBps: number) =>
      market.owner.staking.registerNode({
        id,
        classId: 1,
        deviceCount: 1,
        bandwidth: 'high',
        region: 'eu',
        commissionBps,
      });
    await refused(market, 'CommissionOutOfRange', () => register(1, 5_001));
    const { accounts } = await register(1, 5_000);
    expect((await market.anyone.accounts.staking.node.fetch(accounts.node)).commissionBps).to.equal(5_000);
  });

  it('refuses everyone but the owner', async () => {
    const { market, node } = test;
    await market.fund(market.anyone.payer, { io: parseIo('1') });
    for (const client of [market.operator, market.admin, market.anyone]) {
      await refused(market, 'NotOwner', () => client.staking.setCommission({ node, commissionBps: 1 }));
    }
  });
});
