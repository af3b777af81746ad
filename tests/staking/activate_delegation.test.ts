import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, pda, previewRewards, staking } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, refused, sendRewards, UNBONDING, vaultsOf } from '../harness/staking.js';

describe('staking: activate_delegation and close_delegation', () => {
  const test = useMarket();
  let delegation: PublicKey;
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const previewNow = async () => {
    const { market, node } = test;
    const held = await market.anyone.accounts.staking.delegation.fetch(delegation);
    return previewRewards(await fetch(), held, vaultsOf(market, node).rewards, market.network.now());
  };
  const activate = () =>
    test.market.anyone.staking.activateDelegation({ node: test.node, delegator: test.market.buyer.payer });
  const close = () =>
    test.market.anyone.staking.closeDelegation({ node: test.node, delegator: test.market.buyer.payer });

  beforeEach(async () => {
    ({
      accounts: { delegation },
    } = await test.market.buyer.staking.delegate({ node: test.node, amount: 100n }));
  });

  it('lets what is 24 hours old earn, by anyone, and not a second before', async () => {
    const { market, node } = test;
    const { lots } = (await market.anyone.accounts.staking.delegation.fetch(delegation)).position;
    market.warpBy(DAY - 1);
    await refused(market, 'NothingToActivate', activate);
    await market.buyer.staking.delegate({ node, amount: 30n });
    market.warpBy(1);
    const preview = await previewNow();
    expect(preview).to.deep.include({ earningShares: 0n, earningStake: 0n, activatableShares: 100n });
    const now = market.network.now();
    expect(preview.pending).to.deep.equal([
      { shares: 100n, stake: 100n, earnsFrom: now },
      { shares: 30n, stake: 30n, earnsFrom: now + BigInt(DAY) - 1n },
    ]);
    const { events } = await activate();
    const after = await market.anyone.accounts.staking.delegation.fetch(delegation);
    expect(after.position.earningShares).to.equal(100n);
    expect(after.position.lots[0]).to.deep.equal({ shares: 30n, since: lots[0]!.since + BigInt(DAY) - 1n });
    expect(eventOf(events, 'staking', 'delegationActivated')).to.deep.equal({
      node,
      delegator: market.buyer.payer,
      shares: 100n,
      delegatedEarningShares: 100n,
      seq: (await fetch()).seq,
    });
    await refused(market, 'NothingToActivate', activate);
  });

  it('pays a lot nothing before its activation, however old it is, as the preview says', async () => {
    const { market, node } = test;
    const claim = () => market.buyer.staking.claimRewards({ node });
    market.warpBy(30 * DAY);
    await sendRewards(market, node, 10n ** 12n);
    expect((await previewNow()).claimable).to.equal(0n);
    // What a failed claim would have activated is not activated.
    await refused(market, 'NothingToClaim', claim);
    expect(await previewNow()).to.deep.include({ earningShares: 0n, activatableShares: 100n });
    await activate();
    expect(await previewNow()).to.deep.include({ claimable: 0n, earningShares: 100n, activatableShares: 0n });
    await sendRewards(market, node, 10n ** 12n);
    const { claimable } = await previewNow();
    expect(claimable > 0n).to.equal(true);
    const { rewards } = vaultsOf(market, node);
    await claim();
    expect(rewards - vaultsOf(market, node).rewards).to.equal(claimable);
  });

  it('closes a delegation that holds nothing, with the rent to who paid it', async () => {
    const { market, node } = test;
    await refused(market, 'DelegationNotEmpty', close);
    const { accounts } = await market.buyer.staking.undelegate({ node, amount: 'all' });
    // What is unbonding may be cancelled yet.
    await refused(market, 'DelegationNotEmpty', close);
    market.warpBy(UNBONDING);
    await market.buyer.staking.withdraw({ unbonding: accounts.unbonding });
    const lamports = (key: PublicKey) => market.network.getAccount(key)?.lamports ?? 0n;
    const before = [lamports(market.buyer.payer), lamports(delegation)] as const;
    const thief = staking.closeDelegation.call(market.anyone, {
      node,
      delegator: market.buyer.payer,
      rentPayer: market.anyone.payer,
    });
    await refused(market, 'WrongRentPayer', () => market.anyone.send(thief));
    const { events } = await close();
    expect(lamports(market.buyer.payer)).to.equal(before[0] + before[1]);
    expect(lamports(delegation)).to.equal(0n);
    const { delegations, seq } = await fetch();
    expect(delegations).to.equal(0);
    expect(eventOf(events, 'staking', 'delegationClosed')).to.deep.equal({
      node,
      delegator: market.buyer.payer,
      seq,
    });
  });

  it('begins anew after it was closed, without rewards of before', async () => {
    const { market, node } = test;
    const { accounts } = await market.buyer.staking.undelegate({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    await market.buyer.staking.withdraw({ unbonding: accounts.unbonding });
    await close();
    await market.buyer.staking.delegate({ node, amount: 9n });
    const held = await market.anyone.accounts.staking.delegation.fetch(delegation);
    expect(held).to.deep.include({ rewards: 0n, unbondings: 0 });
    await refused(market, 'NothingToClaim', () => market.buyer.staking.claimRewards({ node }));
  });

  it('refuses a delegation to another node', async () => {
    const { market, node } = test;
    const other = await market.registerNode({ id: 1 });
    await market.buyer.staking.delegate({ node: other, amount: 5n });
    market.warpBy(DAY);
    const elsewhere = pda.staking.delegation(market.deployment, other, market.buyer.payer);
    const delegator = market.buyer.payer;
    for (const call of [
      staking.activateDelegation.call(market.anyone, { node, delegator }),
      staking.closeDelegation.call(market.anyone, { node, delegator, rentPayer: delegator }),
    ]) {
      const forged = replaceAccount(call, delegation, elsewhere);
      await refused(market, 'WrongNode', () => market.anyone.send(forged));
    }
  });
});
