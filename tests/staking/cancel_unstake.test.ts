import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, staking } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused } from '../harness/staking.js';

describe('staking: cancel_unstake', () => {
  const test = useMarket();
  let unbonding: PublicKey;
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const cancel = (shares?: bigint) =>
    test.market.owner.staking.cancelUnstake({ unbonding, ...(shares === undefined ? {} : { shares }) });

  beforeEach(async () => {
    ({
      accounts: { unbonding },
    } = await test.market.owner.staking.requestUnstake({ node: test.node, amount: 400n }));
    test.market.warpBy(DAY);
  });

  it('makes a part active again, counted at once, weighing 24 hours later', async () => {
    const { market, node } = test;
    const before = await fetch();
    const { events } = await cancel(150n);
    const after = await fetch();
    expect(after.ownStake).to.equal(before.ownStake + 150n);
    expect(after.own.unbondingShares).to.equal(250n);
    // The lot of the registration had become old enough to weigh.
    expect(after.ownPosition.earningShares).to.equal(before.ownStake);
    expect(after.ownPosition.lots[0]).to.deep.equal({ shares: 150n, since: market.network.now() });
    expect(eventOf(events, 'staking', 'unbondingCancelled')).to.deep.equal({
      node,
      unbonding,
      staker: market.owner.payer,
      kind: 'own',
      shares: 150n,
      sharesLeft: 250n,
      ownStake: after.ownStake,
      delegatedStake: 0n,
      seq: after.seq,
    });
  });

  it('closes the entry when nothing is left in it', async () => {
    await cancel(150n);
    await cancel();
    expect(test.market.network.getAccount(unbonding)).to.equal(null);
    expect(await fetch()).to.deep.include({ unbondings: 0 });
  });

  it('refuses shares of a tranche that a slash has ended', async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    // Delegated stake makes a slash of all of the owner's possible.
    await market.buyer.staking.delegate({ node, amount: ownStake });
    await market.owner.staking.requestUnstake({ node, amount: ownStake - 500n });
    const { own, delegated } = await fetch();
    const limit = (own.assets + delegated.assets) / 2n;
    await market.admin.staking.slash({ ...offence(market, limit), node });
    market.warpBy(30 * DAY);
    const rest = (await fetch()).own.assets;
    await market.admin.staking.slash({ ...offence(market, rest), node });
    expect((await fetch()).own.assets).to.equal(0n);
    await market.owner.staking.stake({ node, amount: 1_000n });
    expect(await fetch()).to.deep.include({ ownGeneration: 1, ownStake: 1_000n });
    await refused(market, 'StakeIsWorthless', () => cancel(1n));
  });

  it('refuses nothing, more than the entry holds, and everyone but the owner', async () => {
    const { market } = test;
    await refused(market, 'ZeroShares', () => cancel(0n));
    await refused(market, 'InsufficientShares', () => cancel(401n));
    await refused(market, 'NotOwner', () => market.operator.staking.cancelUnstake({ unbonding }));
  });

  it('refuses an entry of a delegator, of another node, and another payer of the rent', async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 100n });
    const { accounts: delegated } = await market.buyer.staking.undelegate({ node, amount: 50n });
    const other = await market.registerNode({ id: 1 });
    const { accounts: elsewhere } = await market.owner.staking.requestUnstake({ node: other, amount: 50n });
    const entry = await market.anyone.accounts.staking.unbonding.fetch(unbonding);
    const call = staking.cancelUnstake.call(market.owner, { unbonding: entry, shares: 1n });
    const withEntry = (wrong: PublicKey) => () => market.owner.send(replaceAccount(call, unbonding, wrong));
    await refused(market, 'NotStaker', withEntry(delegated.unbonding));
    await refused(market, 'WrongNode', withEntry(elsewhere.unbonding));
    const thief = { ...entry, rentPayer: market.anyone.payer };
    await refused(market, 'WrongRentPayer', () => market.owner.staking.cancelUnstake({ unbonding: thief }));
  });
});
