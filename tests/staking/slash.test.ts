import { expect } from 'chai';
import { eventOf, pda, previewSlash, staking } from '@ionet/sdk';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import {
  DAY,
  EVIDENCE,
  offence,
  refused,
  ripen,
  sendRewards,
  today,
  UNBONDING,
  vaultsOf,
} from '../harness/staking.js';

describe('staking: slash', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const slash = (amount: bigint, change: Partial<ReturnType<typeof offence>> = {}) =>
    test.market.admin.staking.slash({ ...offence(test.market, amount), ...change, node: test.node });

  refusesUnsafeAuthority('staking', () => ({
    market: test.market,
    client: test.market.admin,
    call: staking.slash.call(test.market.admin, { ...offence(test.market, 5n), node: test.node }),
  }));

  it('moves stake into a case, as the preview says, and no token', async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    const before = await fetch();
    const vaults = vaultsOf(market, node);
    const amount = 10n ** 9n;
    const preview = previewSlash(before, amount, market.network.now());
    const { accounts, events } = await slash(amount);
    const after = await fetch();
    expect(after).to.deep.equal({
      ...before,
      own: preview.own,
      ownStake: before.ownStake - amount,
      inCases: amount,
      openCases: [{ openedAt: market.network.now(), amount }, ...before.openCases.slice(1)],
      seq: before.seq + 1n,
    });
    expect(vaultsOf(market, node)).to.deep.equal(vaults);
    const { deployment } = market;
    expect(accounts.slashCase.equals(pda.staking.slashCase(deployment, node, 'spoofing', today(market)))).to
      .be.true;
    const opened = await market.anyone.accounts.staking.slashCase.fetch(accounts.slashCase);
    expect(opened).to.deep.include({
      node,
      rentPayer: market.admin.payer,
      reason: 'spoofing',
      day: today(market),
      state: 'open',
      byOracles: false,
      own: { amount, shares: before.own.shares, withdrawnShares: 0n },
      delegated: { amount: 0n, shares: 1_000n, withdrawnShares: 0n },
      evidenceHash: EVIDENCE,
      openedAt: market.network.now(),
      appealedAt: 0n,
    });
    expect(eventOf(events, 'staking', 'nodeSlashed')).to.deep.equal({
      node,
      slashCase: accounts.slashCase,
      reason: 'spoofing',
      day: today(market),
      byOracles: false,
      amount,
      fromOwn: amount,
      fromDelegated: 0n,
      evidenceHash: EVIDENCE,
      ownStake: after.ownStake,
      delegatedStake: 1_000n,
      inCases: amount,
      seq: after.seq,
    });
  });

  it('takes the owner’s stake first, unbonding alike, then the delegators’', async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    await market.buyer.staking.delegate({ node, amount: ownStake });
    await market.owner.staking.requestUnstake({ node, amount: ownStake });
    market.warpBy(UNBONDING);
    const [entry] = await market.anyone.accounts.staking.unbonding.findAll({ node });
    await market.owner.staking.withdraw({ unbonding: entry! });
    await market.owner.staking.stake({ node, amount: 1_000n });
    const { accounts: leaving } = await market.buyer.staking.undelegate({ node, amount: ownStake / 4n });
    const before = await fetch();
    const { limit } = previewSlash(before, 0n, market.network.now());
    const preview = previewSlash(before, limit, market.network.now());
    const { events } = await slash(limit);
    expect(eventOf(events, 'staking', 'nodeSlashed')).to.deep.include({
      fromOwn: 1_000n,
      fromDelegated: limit - 1_000n,
      ownStake: 0n,
    });
    const after = await fetch();
    expect(after.delegated).to.deep.equal(preview.delegated);
    // Active and unbonding shares lost the same part.
    const worth = (shares: bigint) => (shares * after.delegated.assets) / after.delegated.shares;
    const { shares } = await market.anyone.accounts.staking.unbonding.fetch(leaving.unbonding);
    expect(shares - worth(shares)).to.equal(preview.costOf(shares));
    expect(after.delegatedStake).to.equal(worth(after.delegated.shares - shares));
  });

  it('takes at most half of all, less what the last 30 days took', async () => {
    const { market } = test;
    const { own } = await fetch();
    const half = own.assets / 2n;
    await refused(market, 'SlashAboveLimit', () => slash(half + 1n));
    await refused(market, 'ZeroSlash', () => slash(0n));
    await slash(half - 10n);
    await refused(market, 'SlashAboveLimit', () => slash(11n, { reason: 'dataCompromise' } as never));
    await slash(10n, { day: today(market) - 1 });
    await refused(market, 'SlashAboveLimit', () => slash(1n, { day: today(market) - 2 }));
    market.warpBy(30 * DAY - 1);
    await refused(market, 'SlashAboveLimit', () => slash(1n));
    market.warpBy(1);
    const { limit } = previewSlash(await fetch(), 0n, market.network.now());
    expect(limit).to.equal((own.assets - half) / 2n);
    await slash(limit);
  });

  it('is never done twice for the same node, reason and day', async () => {
    const { market, node } = test;
    await slash(5n);
    await refused(market, 'AlreadySlashed', () => slash(6n));
    await market.admin.staking.slash({ ...offence(market, 5n), reason: 'dataCompromise', node });
    await slash(5n, { day: today(market) - 1 });
    const other = await market.registerNode({ id: 1 });
    await market.admin.staking.slash({ ...offence(market, 5n), node: other });
    // Also not after the case was restored.
    const slashCase = pda.staking.slashCase(market.deployment, node, 'spoofing', today(market));
    await market.appealAuthority.staking.restore({ node, slashCase });
    await refused(market, 'AlreadySlashed', () => slash(6n));
  });

  it('takes offences of today and up to 30 days ago', async () => {
    const { market } = test;
    await refused(market, 'OffenceInFuture', () => slash(5n, { day: today(market) + 1 }));
    await refused(market, 'OffenceTooOld', () => slash(5n, { day: today(market) - 31 }));
    await slash(5n, { day: today(market) - 30 });
  });

  it('keeps at most four cases open', async () => {
    const { market, node } = test;
    for (const day of [0, 1, 2, 3]) await slash(5n, { day: today(market) - day });
    await refused(market, 'TooManyCases', () => slash(5n, { day: today(market) - 4 }));
    const slashCase = pda.staking.slashCase(market.deployment, node, 'spoofing', today(market));
    await market.appealAuthority.staking.restore({ node, slashCase });
    await slash(5n, { day: today(market) - 4 });
  });

  it('divides rewards by the weights of before', async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    await market.buyer.staking.delegate({ node, amount: ownStake });
    await ripen(market, node, market.buyer);
    await sendRewards(market, node, 1_000n);
    await slash(ownStake / 2n);
    expect((await fetch()).ownerRewards).to.equal(500n);
    await sendRewards(market, node, 900n);
    await market.anyone.staking.harvest({ node });
    // Half of the owner's is gone: what counts of the delegated stake falls with it, and so both halves stay equal.
    expect((await fetch()).ownerRewards).to.equal(950n);
  });

  it('leaves a node without its minimum: it is not hired until it has staked anew', async () => {
    const { market, offer } = test;
    await slash(5n);
    const order = { offer, devices: 1, hours: 1, payment: 'usdc', maxTotal: 10n ** 12n } as const;
    let name = '';
    try {
      await market.buyer.escrow.bookJob(order);
    } catch (error) {
      name = error instanceof Error ? error.name : '';
    }
    expect(name).to.equal('NodeUnderstaked');
    await market.owner.staking.stake({ node: test.node, amount: 5n });
    await market.buyer.escrow.bookJob(order);
  });

  it('works where a stranger has sent lamports to the case’s address', async () => {
    const { market, node } = test;
    const address = pda.staking.slashCase(market.deployment, node, 'spoofing', today(market));
    market.network.airdrop(address, 10n ** 9n);
    await slash(5n);
    expect((await market.anyone.accounts.staking.slashCase.fetch(address)).state).to.equal('open');
  });

  it('refuses everyone but the admin', async () => {
    const { market, node } = test;
    for (const client of [market.owner, market.pauser, market.appealAuthority, market.anyone]) {
      await refused(market, 'NotAdmin', () => client.staking.slash({ ...offence(market, 5n), node }));
    }
  });
});
