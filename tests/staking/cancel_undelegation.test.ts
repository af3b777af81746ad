import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, pda, staking, type Position } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused } from '../harness/staking.js';

describe('staking: cancel_undelegation', () => {
  const test = useMarket();
  let unbonding: PublicKey;
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const position = async (): Promise<Position> => {
    const { deployment, anyone, buyer } = test.market;
    const address = pda.staking.delegation(deployment, test.node, buyer.payer);
    return (await anyone.accounts.staking.delegation.fetch(address)).position;
  };

  beforeEach(async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    ({
      accounts: { unbonding },
    } = await market.buyer.staking.undelegate({ node, amount: 400n }));
    market.warpBy(DAY);
  });

  it('makes a part active again as a new lot, and leaves the rest and other entries their time', async () => {
    const { market, node } = test;
    const { accounts: other } = await market.buyer.staking.undelegate({ node, amount: 50n });
    const before = await market.anyone.accounts.staking.unbonding.fetchMany([unbonding, other.unbonding]);
    market.warpBy(DAY);
    const { events } = await market.buyer.staking.cancelUndelegation({ unbonding, shares: 150n });
    const [entry, untouched] = await market.anyone.accounts.staking.unbonding.fetchMany([
      unbonding,
      other.unbonding,
    ]);
    expect(entry).to.deep.equal({ ...before[0], shares: 250n });
    expect(untouched).to.deep.equal(before[1]);
    expect(await position()).to.deep.include({ earningShares: 550n });
    expect((await position()).lots[0]).to.deep.equal({ shares: 150n, since: market.network.now() });
    const after = await fetch();
    expect(after.delegatedStake).to.equal(700n);
    expect(eventOf(events, 'staking', 'unbondingCancelled')).to.deep.equal({
      node,
      unbonding,
      staker: market.buyer.payer,
      kind: 'delegated',
      shares: 150n,
      sharesLeft: 250n,
      ownStake: after.ownStake,
      delegatedStake: 700n,
      seq: after.seq,
    });
  });

  it('closes an entry that is cancelled in full, and returns its rent to who paid it', async () => {
    const { market } = test;
    const lamports = (key: PublicKey) => market.network.getAccount(key)?.lamports ?? 0n;
    const rent = lamports(unbonding);
    const before = lamports(market.buyer.payer);
    await market.buyer.staking.cancelUndelegation({ unbonding });
    expect(market.network.getAccount(unbonding)).to.equal(null);
    // The fee of one signature went off.
    expect(lamports(market.buyer.payer) - before).to.equal(rent - 5_000n);
    expect(await fetch()).to.deep.include({ unbondings: 0, delegatedStake: 1_000n });
  });

  it('works while a case is open and intake is paused', async () => {
    const { market, node } = test;
    await market.admin.staking.slash({ ...offence(market, 5n), node });
    await market.pauser.staking.pause();
    await market.buyer.staking.cancelUndelegation({ unbonding });
  });

  it('refuses nothing, more than the entry holds, and a fifth lot', async () => {
    const { market, node } = test;
    const cancel = (shares: bigint) => market.buyer.staking.cancelUndelegation({ unbonding, shares });
    await refused(market, 'ZeroShares', () => cancel(0n));
    await refused(market, 'InsufficientShares', () => cancel(401n));
    for (const _ of [1, 2, 3, 4]) {
      market.warpBy(60);
      await market.buyer.staking.delegate({ node, amount: 1n });
    }
    market.warpBy(60);
    await refused(market, 'TooManyPendingLots', () => cancel(1n));
  });

  it('refuses the entry of another, one of the owner, and another payer of the rent', async () => {
    const { market, node } = test;
    await market.fund(market.anyone.payer, { io: 100n });
    await market.anyone.staking.delegate({ node, amount: 100n });
    const { accounts: his } = await market.anyone.staking.undelegate({ node, amount: 50n });
    const { accounts: owners } = await market.owner.staking.requestUnstake({ node, amount: 50n });
    const entry = await market.anyone.accounts.staking.unbonding.fetch(unbonding);
    const call = staking.cancelUndelegation.call(market.buyer, { unbonding: entry, shares: 1n });
    for (const wrong of [his.unbonding, owners.unbonding]) {
      await refused(market, 'NotStaker', () => market.buyer.send(replaceAccount(call, unbonding, wrong)));
    }
    const thief = staking.cancelUndelegation.call(market.buyer, {
      unbonding: { ...entry, rentPayer: market.anyone.payer },
    });
    await refused(market, 'WrongRentPayer', () => market.buyer.send(thief));
  });
});
