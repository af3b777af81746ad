import { expect } from 'chai';
import { eventOf, pda, staking } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { SystemProgram } from '@solana/web3.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, refused, UNBONDING } from '../harness/staking.js';

describe('staking: request_unstake', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const unstake = (amount: bigint | 'all') =>
    test.market.owner.staking.requestUnstake({ node: test.node, amount });
  const hire = () =>
    test.market.bookAndStart({
      offer: test.offer,
      devices: 1,
      hours: 2,
      payment: 'usdc',
      maxTotal: 10n ** 12n,
    });

  it('begins to unbond for 14 days', async () => {
    const { market, node } = test;
    const before = await fetch();
    const { accounts, events } = await unstake(600n);
    const after = await fetch();
    expect(after.own).to.deep.equal({ ...before.own, unbondingShares: 600n });
    expect(after.ownStake).to.equal(before.ownStake - 600n);
    const entry = await market.anyone.accounts.staking.unbonding.fetch(accounts.unbonding);
    expect(entry).to.deep.include({
      node,
      staker: market.owner.payer,
      kind: 'own',
      generation: 0,
      shares: 600n,
      unlocksAt: market.network.now() + BigInt(UNBONDING),
    });
    expect(eventOf(events, 'staking', 'unbondingRequested')).to.deep.equal({
      node,
      unbonding: accounts.unbonding,
      staker: market.owner.payer,
      kind: 'own',
      shares: 600n,
      amount: 600n,
      unlocksAt: entry.unlocksAt,
      ownStake: after.ownStake,
      delegatedStake: 0n,
      seq: after.seq,
    });
  });

  it('lets the owner leave a node that is idle altogether, also where others have delegated', async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    await unstake('all');
    expect(await fetch()).to.deep.include({ ownStake: 0n, delegatedStake: 1_000n });
  });

  it('keeps a hired node at its minimum, delegated stake counted', async () => {
    const { market, node } = test;
    const { minimumStake } = await fetch();
    await hire();
    await refused(market, 'BelowMinimumStake', () => unstake(1n));
    await market.buyer.staking.delegate({ node, amount: minimumStake / 2n });
    // Each unit that the owner takes away costs what he matches as well, once he has less than the delegators.
    await refused(market, 'BelowMinimumStake', () => unstake(minimumStake / 2n + 1n));
    await unstake(minimumStake / 2n);
    await refused(market, 'BelowMinimumStake', () => unstake(1n));
  });

  it('opens again when the jobs have ended', async () => {
    const { market } = test;
    const job = await hire();
    await refused(market, 'BelowMinimumStake', () => unstake(1n));
    await market.operator.escrow.release({ job });
    await unstake(1n);
  });

  it('works while intake is paused', async () => {
    await test.market.pauser.staking.pause();
    await unstake(5n);
  });

  it('takes the youngest lots first', async () => {
    const { market, node } = test;
    market.warpBy(DAY);
    await market.anyone.staking.harvest({ node });
    await market.owner.staking.stake({ node, amount: 500n });
    const { ownPosition } = await fetch();
    await unstake(499n);
    const after = (await fetch()).ownPosition;
    expect(after.earningShares).to.equal(ownPosition.earningShares);
    expect(after.lots[0]?.shares).to.equal(1n);
  });

  it('refuses nothing and more than is active', async () => {
    const { market, node } = test;
    const { own } = await fetch();
    const act = (shares: bigint) => () => market.owner.staking.requestUnstake({ node, shares });
    await refused(market, 'ZeroShares', act(0n));
    await refused(market, 'InsufficientShares', act(own.shares + 1n));
    await unstake(5n);
    await refused(market, 'InsufficientShares', act(own.shares - 4n));
  });

  it('refuses everyone but the owner', async () => {
    const { market, node } = test;
    for (const client of [market.operator, market.admin]) {
      const act = () => client.staking.requestUnstake({ node, shares: 1n, id: 0 });
      await refused(market, 'NotOwner', act);
    }
  });

  it('refuses another account, or one that is none, in the place of the node’s load', async () => {
    const { market, node } = test;
    await hire();
    const load = pda.escrow.nodeLoad(market.deployment, node);
    const call = staking.requestUnstake.call(market.owner, { node, shares: 1n, id: 0 });
    const other = await market.registerNode({ id: 1 });
    for (const wrong of [pda.escrow.nodeLoad(market.deployment, other), testKeypair('elsewhere').publicKey]) {
      await refused(market, 'ConstraintSeeds', () => market.owner.send(replaceAccount(call, load, wrong)));
    }
    const { data } = market.network.getAccount(load)!;
    for (const owner of [SystemProgram.programId, market.deployment.programs.staking]) {
      market.network.setAccount({ address: load, owner, data });
      await refused(market, 'WrongNodeLoad', () => market.owner.send(call));
    }
  });
});
