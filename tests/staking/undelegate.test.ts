import { expect } from 'chai';
import { eventOf, parseIo, pda, staking } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, refused, UNBONDING } from '../harness/staking.js';

describe('staking: undelegate', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const delegation = () =>
    test.market.anyone.accounts.staking.delegation.fetch(
      pda.staking.delegation(test.market.deployment, test.node, test.market.buyer.payer),
    );

  beforeEach(async () => {
    await test.market.buyer.staking.delegate({ node: test.node, amount: 1_000n });
  });

  it('begins to unbond for 14 days and stops counting at once', async () => {
    const { market, node } = test;
    const now = market.network.now();
    const before = await fetch();
    const { accounts, events } = await market.buyer.staking.undelegate({ node, amount: 400n });
    const after = await fetch();
    expect(after).to.deep.equal({
      ...before,
      delegatedStake: 600n,
      delegated: { ...before.delegated, unbondingShares: 400n },
      unbondings: 1,
      seq: before.seq + 1n,
    });
    const entry = await market.anyone.accounts.staking.unbonding.fetch(accounts.unbonding);
    expect(entry).to.deep.include({
      id: 0,
      node,
      staker: market.buyer.payer,
      rentPayer: market.buyer.payer,
      kind: 'delegated',
      shares: 400n,
      requestedAt: now,
      unlocksAt: now + BigInt(UNBONDING),
    });
    expect((await delegation()).unbondings).to.equal(1);
    expect(eventOf(events, 'staking', 'unbondingRequested')).to.deep.equal({
      node,
      unbonding: accounts.unbonding,
      staker: market.buyer.payer,
      kind: 'delegated',
      shares: 400n,
      amount: 400n,
      unlocksAt: entry.unlocksAt,
      ownStake: after.ownStake,
      delegatedStake: 600n,
      seq: after.seq,
    });
  });

  it('keeps several entries apart, each with its own time', async () => {
    const { market, node } = test;
    const first = await market.buyer.staking.undelegate({ node, amount: 100n });
    market.warpBy(DAY);
    const second = await market.buyer.staking.undelegate({ node, amount: 'all' });
    const entries = await market.anyone.accounts.staking.unbonding.fetchMany([
      first.accounts.unbonding,
      second.accounts.unbonding,
    ]);
    expect(entries.map((entry) => [entry?.id, entry?.shares])).to.deep.equal([
      [0, 100n],
      [1, 900n],
    ]);
    expect(entries[1]!.unlocksAt - entries[0]!.unlocksAt).to.equal(BigInt(DAY));
    expect((await fetch()).delegatedStake).to.equal(0n);
  });

  it('takes the youngest lots first, and what earns last', async () => {
    const { market, node } = test;
    market.warpBy(DAY);
    await market.anyone.staking.activateDelegation({ node, delegator: market.buyer.payer });
    await market.buyer.staking.delegate({ node, amount: 300n });
    market.warpBy(60);
    await market.buyer.staking.delegate({ node, amount: 200n });
    await market.buyer.staking.undelegate({ node, amount: 250n });
    const { position } = await delegation();
    expect(position.earningShares).to.equal(1_000n);
    expect(position.lots.map((lot) => lot.shares)).to.deep.equal([250n, 0n, 0n, 0n]);
    await market.buyer.staking.undelegate({ node, amount: 260n });
    expect((await delegation()).position.earningShares).to.equal(990n);
    expect((await fetch()).delegatedEarningShares).to.equal(990n);
  });

  it('always works: while intake is paused, on hire, below the minimum', async () => {
    const { market, node, offer } = test;
    await market.bookAndStart({ offer, devices: 8, hours: 2, payment: 'usdc', maxTotal: 10n ** 12n });
    await market.pauser.staking.pause();
    await market.owner.staking.updateNode({ node, status: 'paused' });
    await market.buyer.staking.undelegate({ node, amount: 'all' });
    expect((await delegation()).position.earningShares).to.equal(0n);
  });

  it('refuses nothing, more than there is, and an id that is in use', async () => {
    const { market, node } = test;
    const act = (shares: bigint, id: number) => () => market.buyer.staking.undelegate({ node, shares, id });
    await refused(market, 'ZeroShares', act(0n, 0));
    await refused(market, 'InsufficientShares', act(1_001n, 0));
    await act(5n, 3)();
    const before = await fetch();
    let failed = false;
    try {
      await act(5n, 3)();
    } catch {
      failed = true;
    }
    expect(failed).to.be.true;
    expect(await fetch()).to.deep.equal(before);
  });

  it('creates the entry where a stranger has sent lamports to its address', async () => {
    const { market, node } = test;
    const address = pda.staking.unbonding(market.deployment, node, market.buyer.payer, 0);
    market.network.airdrop(address, parseIo('1'));
    const { accounts } = await market.buyer.staking.undelegate({ node, amount: 5n });
    expect(accounts.unbonding.equals(address)).to.be.true;
  });

  it('refuses everyone but the delegator, and a delegation to another node', async () => {
    const { market, node } = test;
    const mine = pda.staking.delegation(market.deployment, node, market.buyer.payer);
    const other = await market.registerNode({ id: 1 });
    await market.fund(market.anyone.payer, { io: 100n });
    await market.anyone.staking.delegate({ node, amount: 10n });
    await market.anyone.staking.delegate({ node: other, amount: 10n });
    const his = pda.staking.delegation(market.deployment, node, market.anyone.payer);
    const elsewhere = pda.staking.delegation(market.deployment, other, market.anyone.payer);
    const call = staking.undelegate.call(market.anyone, { node, shares: 5n, id: 0 });
    await refused(market, 'NotDelegator', () => market.anyone.send(replaceAccount(call, his, mine)));
    await refused(market, 'WrongNode', () => market.anyone.send(replaceAccount(call, his, elsewhere)));
  });
});
