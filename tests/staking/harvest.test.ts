import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, pda, previewHarvest, previewRewards, staking, type Client } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { seeded } from '../harness/escrow.js';
import { useMarket } from '../harness/market.js';
import { DAY, refused, ripen, sendRewards, vaultsOf } from '../harness/staking.js';

describe('staking: harvest', () => {
  const test = useMarket();
  const fetch = (node = test.node) => test.market.anyone.accounts.staking.node.fetch(node);
  const delegationOf = ({ payer }: Client, node = test.node) =>
    test.market.anyone.accounts.staking.delegation.fetch(
      pda.staking.delegation(test.market.deployment, node, payer),
    );
  const harvest = (node = test.node) => test.market.anyone.staking.harvest({ node });

  it('gives all to the owner where nobody has delegated, or nothing earns yet', async () => {
    const { market, node } = test;
    await sendRewards(market, node, 1_000n);
    const { events } = await harvest();
    expect(await fetch()).to.deep.include({ ownerRewards: 1_000n, unpaidRewards: 1_000n });
    await market.buyer.staking.delegate({ node, amount: 500n });
    await sendRewards(market, node, 500n);
    await harvest();
    expect(await fetch()).to.deep.include({ ownerRewards: 1_500n, rewardIndex: 0n });
    expect(eventOf(events, 'staking', 'rewardsHarvested')).to.deep.equal({
      node,
      amount: 1_000n,
      owner: 1_000n,
      commission: 0n,
      delegators: 0n,
      ownerRewards: 1_000n,
      unpaidRewards: 1_000n,
      seq: (await fetch()).seq - 2n,
    });
  });

  it('splits by what earns, less the commission, as the preview says', async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    await market.owner.staking.setCommission({ node, commissionBps: 1_000 });
    market.warpBy(7 * DAY);
    await market.buyer.staking.delegate({ node, amount: ownStake / 2n });
    await ripen(market, node, market.buyer);
    await sendRewards(market, node, 3_000_001n);
    const before = await fetch();
    const preview = previewHarvest(before, vaultsOf(market, node).rewards, market.network.now());
    expect(preview).to.deep.include({
      amount: 3_000_001n,
      commission: 100_000n,
      delegators: 900_000n,
      owner: 2_100_001n,
    });
    const { events } = await harvest();
    const after = await fetch();
    expect(after).to.deep.equal({ ...preview.node, seq: before.seq + 1n });
    expect(eventOf(events, 'staking', 'rewardsHarvested').delegators).to.equal(900_000n);
  });

  it('weighs delegated stake only as far as the owner matches it', async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    await market.buyer.staking.delegate({ node, amount: ownStake });
    await ripen(market, node, market.buyer);
    await market.owner.staking.requestUnstake({ node, amount: (ownStake * 3n) / 4n });
    await sendRewards(market, node, 1_000n);
    await harvest();
    // A quarter and a quarter, not a quarter and a whole.
    expect(await fetch()).to.deep.include({ ownerRewards: 500n });
  });

  it('divides among delegators by shares, and a unit that does not divide is not lost', async () => {
    const { market, node } = test;
    const others = ['one', 'two', 'three'].map((label) => market.actor(label));
    for (const one of others) {
      await market.fund(one.payer, { io: 10n ** 12n });
      await one.staking.delegate({ node, amount: 10n ** 9n });
    }
    await ripen(market, node, ...others);
    // As much as makes 100 for the delegators, three times.
    const { ownStake } = await fetch();
    const amount = (100n * (ownStake + 3n * 10n ** 9n)) / (3n * 10n ** 9n) + 1n;
    let given = 0n;
    for (const _ of [1, 2, 3]) {
      await sendRewards(market, node, amount);
      const { events } = await harvest();
      given += eventOf(events, 'staking', 'rewardsHarvested').delegators;
    }
    const paid: bigint[] = [];
    for (const one of others) {
      const rewards = vaultsOf(market, node).rewards;
      const { claimable } = previewRewards(
        await fetch(),
        await delegationOf(one),
        rewards,
        market.network.now(),
      );
      await one.staking.claimRewards({ node });
      paid.push(rewards - vaultsOf(market, node).rewards);
      expect(paid.at(-1)).to.equal(claimable);
    }
    const sum = paid.reduce((a, b) => a + b);
    expect(given).to.equal(300n);
    // A fraction of a unit of each cannot be paid yet; it is still theirs.
    expect(Number(sum)).to.be.within(297, 300);
    const { ownerRewards, unpaidRewards } = await fetch();
    expect(unpaidRewards - ownerRewards).to.equal(given - sum);
  });

  it('earns nothing to come in, or to leave, around a reward in one second', async () => {
    const { market, node } = test;
    const flash = market.actor('flash');
    await market.fund(flash.payer, { io: 10n ** 12n });
    await market.buyer.staking.delegate({ node, amount: 10n ** 9n });
    await ripen(market, node, market.buyer);
    const steady = async () =>
      previewRewards(
        await fetch(),
        await delegationOf(market.buyer),
        vaultsOf(market, node).rewards,
        market.network.now(),
      ).claimable;
    await flash.staking.delegate({ node, amount: 10n ** 11n });
    await sendRewards(market, node, 10n ** 9n);
    const due = await steady();
    await flash.staking.undelegate({ node, amount: 'all' });
    await refused(market, 'NothingToClaim', () => flash.staking.claimRewards({ node }));
    // And who left in that second has what he had earned, and no more.
    await market.buyer.staking.undelegate({ node, amount: 'all' });
    expect(await steady()).to.equal(due);
    await sendRewards(market, node, 10n ** 9n);
    await harvest();
    expect(await steady()).to.equal(due);
  });

  it('a donation in the second of a claim changes nothing but its own sum', async () => {
    const { market, node } = test;
    await sendRewards(market, node, 7n);
    await harvest();
    const before = await fetch();
    await harvest();
    expect(await fetch()).to.deep.equal(before);
  });

  it('refuses the vault of another node and the stake vault', async () => {
    const { market, node } = test;
    const other = await market.registerNode({ id: 1 });
    const { deployment } = market;
    const wrong: readonly PublicKey[] = [
      pda.staking.rewardVault(deployment, other),
      pda.staking.stakeVault(deployment, node),
    ];
    const call = staking.harvest.call(market.anyone, { node });
    for (const account of wrong) {
      const forged = replaceAccount(call, pda.staking.rewardVault(deployment, node), account);
      await refused(market, 'WrongVault', () => market.anyone.send(forged));
    }
  });

  it('creates and loses no unit over random lives of four delegators', async () => {
    const { market, node } = test;
    const random = seeded(0xacc0n);
    const delegators = ['a', 'b', 'c', 'd'].map((label) => market.actor(label));
    for (const one of delegators) await market.fund(one.payer, { io: 10n ** 12n });
    let given = 0n;
    let claimed = 0n;
    const attempt = async (act: () => Promise<unknown>): Promise<void> => {
      const before = vaultsOf(market, node).rewards;
      try {
        await act();
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      claimed += before - vaultsOf(market, node).rewards;
    };
    for (let step = 0; step < 150; step += 1) {
      const one = delegators[Number(random(0n, 3n))]!;
      const kind = random(0n, 5n);
      if (kind === 0n) {
        const amount = random(1n, 10n ** 6n);
        await sendRewards(market, node, amount);
        given += amount;
      } else if (kind === 1n) market.warpBy(random(1n, BigInt(DAY)));
      else if (kind === 2n)
        await attempt(() => one.staking.delegate({ node, amount: random(1n, 10n ** 9n) }));
      else if (kind === 3n) {
        await attempt(() => one.staking.undelegate({ node, shares: random(1n, 10n ** 9n), id: step }));
      } else if (kind === 4n) await attempt(() => one.staking.claimRewards({ node }));
      else await attempt(() => market.owner.staking.claimOwnerRewards({ node }));
      expect(vaultsOf(market, node).rewards).to.equal(given - claimed);
    }
    await harvest();
    const { ownerRewards, unpaidRewards, rewardRemainder, rewardIndex } = await fetch();
    expect(unpaidRewards).to.equal(given - claimed);
    let held = (ownerRewards << 64n) + rewardRemainder;
    for (const one of delegators) {
      const delegation = await delegationOf(one);
      const since = (rewardIndex - delegation.rewardIndex) * delegation.position.earningShares;
      held += (delegation.rewards << 64n) + delegation.rewardFraction + since;
    }
    expect(held).to.equal(unpaidRewards << 64n);
  });
});
