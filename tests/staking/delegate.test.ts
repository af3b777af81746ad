import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, parseIo, pda, previewDelegation, staking, tokenAddress, type Client } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused, sendRewards, vaultsOf } from '../harness/staking.js';
import { transferTokens } from '../harness/token-accounts.js';

describe('staking: delegate', () => {
  const test = useMarket();
  const delegationOf = (delegator: PublicKey) =>
    test.market.anyone.accounts.staking.delegation.fetch(
      pda.staking.delegation(test.market.deployment, test.node, delegator),
    );
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const delegate = (amount: bigint, by: Client = test.market.buyer) =>
    by.staking.delegate({ node: test.node, amount });

  it('moves IO into the stake vault and gives shares, as the preview says', async () => {
    const { market, node } = test;
    const before = {
      node: await fetch(),
      vault: vaultsOf(market, node).stake,
      io: market.balances(market.buyer.payer).io,
    };
    const amount = parseIo('250.5');
    const preview = previewDelegation(before.node, amount, market.network.now());
    const { events, accounts } = await delegate(amount);
    const after = await fetch();
    expect(after).to.deep.equal({
      ...before.node,
      delegatedStake: amount,
      delegated: { assets: amount, shares: amount, unbondingShares: 0n, withdrawnShares: 0n },
      delegations: 1,
      seq: before.node.seq + 1n,
    });
    expect(vaultsOf(market, node).stake).to.equal(before.vault + amount);
    expect(market.balances(market.buyer.payer).io).to.equal(before.io - amount);
    const delegation = await delegationOf(market.buyer.payer);
    expect(delegation).to.deep.include({
      address: accounts.delegation,
      node,
      delegator: market.buyer.payer,
      rentPayer: market.buyer.payer,
      rewards: 0n,
      unbondings: 0,
    });
    expect(delegation.position.earningShares).to.equal(0n);
    expect(delegation.position.lots[0]).to.deep.equal({ shares: amount, since: market.network.now() });
    expect(eventOf(events, 'staking', 'delegated')).to.deep.equal({
      node,
      delegator: market.buyer.payer,
      amount,
      shares: preview.shares,
      ownStake: after.ownStake,
      delegatedStake: preview.delegatedStake,
      seq: after.seq,
    });
    expect(preview.countedStake).to.equal(after.ownStake + amount);
  });

  it('is paid for by somebody else, who gets the rent back later', async () => {
    const { market, node } = test;
    const delegator = testKeypair('buyer');
    await market.anyone.staking.delegate({ node, amount: 5n, delegator });
    expect((await delegationOf(delegator.publicKey)).rentPayer.equals(market.anyone.payer)).to.be.true;
  });

  it('works where a stranger has sent lamports to the address before', async () => {
    const { market, node } = test;
    const address = pda.staking.delegation(market.deployment, node, market.buyer.payer);
    for (const lamports of [1n, 10_000_000_000n]) {
      const snapshot = market.snapshot();
      market.network.airdrop(address, lamports + 900_000n);
      await delegate(10n);
      expect((await delegationOf(market.buyer.payer)).position.lots[0]?.shares).to.equal(10n);
      market.restore(snapshot);
    }
  });

  it('adds to a delegation without resetting what waits or earns', async () => {
    const { market } = test;
    const start = market.network.now();
    await delegate(100n);
    market.warpBy(DAY / 2);
    await delegate(50n);
    market.warpBy(DAY / 2);
    await delegate(25n);
    const { position } = await delegationOf(market.buyer.payer);
    expect(position.earningShares).to.equal(100n);
    expect(position.lots.slice(0, 2)).to.deep.equal([
      { shares: 50n, since: start + BigInt(DAY / 2) },
      { shares: 25n, since: start + BigInt(DAY) },
    ]);
    expect((await fetch()).delegatedEarningShares).to.equal(100n);
  });

  it('refuses a fifth lot until one is 24 hours old; what comes in one second is one lot', async () => {
    const { market } = test;
    for (const _ of [1, 2, 3, 4]) {
      market.warpBy(60);
      await delegate(10n);
      await delegate(1n);
    }
    market.warpBy(60);
    await refused(market, 'TooManyPendingLots', () => delegate(10n));
    market.warpBy(DAY - 240);
    await delegate(10n);
    expect((await delegationOf(market.buyer.payer)).position.earningShares).to.equal(11n);
  });

  it('takes as much as the owner matches, and not a unit more', async () => {
    const { market } = test;
    const { ownStake } = await fetch();
    await refused(market, 'DelegationCapExceeded', () => delegate(ownStake + 1n));
    await delegate(ownStake);
    await refused(market, 'DelegationCapExceeded', () => delegate(1n));
    await market.owner.staking.stake({ node: test.node, amount: 7n });
    await delegate(7n);
    await refused(market, 'DelegationCapExceeded', () => delegate(1n));
  });

  it('gives nothing to a first depositor who inflates the price, and takes nothing from the second', async () => {
    const { market, node } = test;
    await delegate(1n);
    // A donation to the vaults is nobody's stake.
    const mint = market.deployment.ioMint;
    const vault = pda.staking.stakeVault(market.deployment, node);
    await transferTokens(market, mint, testKeypair('buyer'), vault, parseIo('1000'));
    await sendRewards(market, node, parseIo('1000'));
    const second = market.actor('second delegator');
    await market.fund(second.payer, { io: 1_000n });
    await delegate(999n, second);
    expect((await delegationOf(second.payer)).position.lots[0]?.shares).to.equal(999n);
    expect((await fetch()).delegated.assets).to.equal(1_000n);
  });

  it('refuses nothing, a paused intake, a paused node and a node with an open case', async () => {
    const { market, node } = test;
    await refused(market, 'ZeroStake', () => delegate(0n));
    await market.owner.staking.updateNode({ node, status: 'paused' });
    await refused(market, 'NodeNotActive', () => delegate(1n));
    await market.owner.staking.updateNode({ node, status: 'active' });
    await market.admin.staking.slash({ ...offence(market, 5n), node });
    await refused(market, 'CaseOpen', () => delegate(1n));
    const other = await market.registerNode({ id: 1 });
    await market.pauser.staking.pause();
    await refused(market, 'Paused', () => market.buyer.staking.delegate({ node: other, amount: 1n }));
  });

  it('refuses an amount that is worth less than a share', async () => {
    const { market, node } = test;
    await delegate(10n);
    const { delegated } = await fetch();
    // A share that is worth two units, as no instruction makes it.
    await changeAccount(market, 'staking', 'node', node, { delegated: { ...delegated, shares: 5n } });
    await refused(market, 'ZeroShares', () => delegate(1n));
    await changeAccount(market, 'staking', 'node', node, { delegated: { ...delegated, assets: 0n } });
    await refused(market, 'StakeIsWorthless', () => delegate(5n));
  });

  it('refuses a token account of another owner or mint', async () => {
    const { market, node } = test;
    const { ioMint, usdcMint } = market.deployment;
    for (const tokenAccount of [
      tokenAddress(ioMint, market.owner.payer),
      tokenAddress(usdcMint, market.buyer.payer),
    ]) {
      const act = () => market.buyer.staking.delegate({ node, amount: 1n, tokenAccount });
      await refused(market, 'WrongTokenAccount', act);
    }
  });

  it('refuses the delegation of another, or for another node, and a delegator who does not sign', async () => {
    const { market, node } = test;
    const { deployment } = market;
    const other = await market.registerNode({ id: 1 });
    await market.fund(market.anyone.payer, { io: 100n });
    await delegate(5n, market.anyone);
    await market.buyer.staking.delegate({ node: other, amount: 5n });
    const call = staking.delegate.call(market.buyer, { node, amount: 1n });
    const mine = pda.staking.delegation(deployment, node, market.buyer.payer);
    for (const wrong of [
      pda.staking.delegation(deployment, node, market.anyone.payer),
      pda.staking.delegation(deployment, other, market.buyer.payer),
      testKeypair('elsewhere').publicKey,
    ]) {
      const forged = replaceAccount(call, mine, wrong);
      await refused(market, 'WrongDelegation', () => market.buyer.send(forged));
    }
    const unsigned = withoutSignature(
      staking.delegate.call(market.anyone, { node, amount: 1n, delegator: market.buyer.payer }),
      market.buyer.payer,
    );
    await refused(market, 'AccountNotSigner', () => market.anyone.send(unsigned));
  });
});
