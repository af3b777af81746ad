import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, parseIo, pda, staking, tokenAddress, type Client } from '@ionet/sdk';
import { changeTokenAccount, mintTokens, setMint, testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { registerAnother } from '../harness/nodes.js';
import { seeded } from '../harness/escrow.js';
import { expectRefused } from '../harness/refusals.js';

const U64_MAX = 2n ** 64n - 1n;

describe('staking: stake', () => {
  const test = useMarket();
  const vault = () => pda.staking.stakeVault(test.market.deployment, test.node);
  const inVault = () => tokenBalance(test.market.network, vault());
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const stake = (amount: bigint) => test.market.owner.staking.stake({ node: test.node, amount });

  it('moves IO from the owner to the vault and counts it', async () => {
    const { market, node } = test;
    const before = { node: await fetch(), vault: inVault(), io: market.balances(market.owner.payer).io };
    const amount = parseIo('123.45678901');
    const { events } = await stake(amount);
    const after = await fetch();
    const ownStake = before.node.ownStake + amount;
    // Nothing was ever slashed: a share is worth a unit. What came in the same second is one lot.
    const lot = { shares: ownStake, since: market.network.now() };
    expect(after).to.deep.equal({
      ...before.node,
      ownStake,
      own: { ...before.node.own, assets: ownStake, shares: ownStake },
      ownPosition: { earningShares: 0n, lots: [lot, ...before.node.ownPosition.lots.slice(1)] },
      seq: before.node.seq + 1n,
    });
    expect(inVault()).to.equal(before.vault + amount);
    expect(market.balances(market.owner.payer).io).to.equal(before.io - amount);
    expect(eventOf(events, 'staking', 'staked')).to.deep.equal({
      node,
      owner: market.owner.payer,
      amount,
      shares: amount,
      ownStake: after.ownStake,
      countedStake: after.ownStake,
      minimumStake: after.minimumStake,
      seq: after.seq,
    });
  });

  it('counts delegated stake as far as the owner matches it', async () => {
    const { market, node } = test;
    const { ownStake, own } = await fetch();
    await market.buyer.staking.delegate({ node, amount: ownStake });
    await market.owner.staking.requestUnstake({ node, shares: own.shares / 2n });
    const { events } = await stake(400n);
    expect(eventOf(events, 'staking', 'staked').countedStake).to.equal(2n * (ownStake / 2n + 400n));
  });

  it('counts by the book and not by the vault: a donation is nobody’s stake', async () => {
    const { market } = test;
    const { ownStake } = await fetch();
    changeTokenAccount(market.network, vault(), { amount: ownStake + parseIo('5') });
    await stake(1n);
    expect((await fetch()).ownStake).to.equal(ownStake + 1n);
    expect(inVault()).to.equal(ownStake + parseIo('5') + 1n);
  });

  it('takes IO from any token account of the owner', async () => {
    const { market, node } = test;
    const { io } = market.balances(market.owner.payer);
    const other = tokenAddress(market.deployment.ioMint, market.anyone.payer);
    await market.fund(market.anyone.payer, { io: 50n });
    changeTokenAccount(market.network, other, { owner: market.owner.payer });
    await market.owner.staking.stake({ node, amount: 50n, tokenAccount: other });
    expect(tokenBalance(market.network, other)).to.equal(0n);
    expect(market.balances(market.owner.payer).io).to.equal(io);
  });

  it('refuses a fifth lot until one is 24 hours old', async () => {
    const { market, node } = test;
    for (const _ of [1, 2, 3]) {
      market.warpBy(60);
      await stake(10n);
    }
    market.warpBy(60);
    await expectRefused(market, () => stake(10n), 'staking', 'TooManyPendingLots');
    market.warpBy(24 * 3_600 - 240);
    await stake(10n);
    const { ownPosition, minimumStake } = await market.anyone.accounts.staking.node.fetch(node);
    expect(ownPosition.earningShares).to.equal(minimumStake);
  });

  it('refuses to stake nothing', async () => {
    await expectRefused(test.market, () => stake(0n), 'staking', 'ZeroStake');
  });

  it('refuses while intake is paused, and takes stake again afterwards', async () => {
    const { market } = test;
    await market.pauser.staking.pause();
    await expectRefused(market, () => stake(1n), 'staking', 'Paused');
    market.warpBy(72 * 3_600);
    await stake(1n);
  });

  it('refuses everyone but the owner', async () => {
    const { market, node } = test;
    await market.fund(market.anyone.payer, { io: 100n });
    const act = () => market.anyone.staking.stake({ node, amount: 1n });
    await expectRefused(market, act, 'staking', 'NotOwner');
    const call = staking.stake.call(market.owner, { node, amount: 1n });
    const unsigned = withoutSignature(call, market.owner.payer);
    await expectRefused(market, () => market.anyone.send(unsigned), 'staking', 'AccountNotSigner');
  });

  it('refuses a token account of another owner or mint', async () => {
    const { market, node } = test;
    const { ioMint, usdcMint } = market.deployment;
    await market.fund(market.owner.payer, { usdc: 100n });
    const wrong = [tokenAddress(ioMint, market.buyer.payer), tokenAddress(usdcMint, market.owner.payer)];
    const otherVault = pda.staking.stakeVault(market.deployment, await registerAnother(market, 1));
    for (const tokenAccount of [...wrong, otherVault]) {
      const act = () => market.owner.staking.stake({ node, amount: 1n, tokenAccount });
      await expectRefused(market, act, 'staking', 'WrongTokenAccount');
    }
  });

  it('refuses the vault itself as the source', async () => {
    const { market, node } = test;
    const act = () => market.owner.staking.stake({ node, amount: 1n, tokenAccount: vault() });
    await expectRefused(market, act, 'staking', 'ConstraintDuplicateMutableAccount');
  });

  it('refuses IO of a mint of one’s own', async () => {
    const { market, node } = test;
    const mint = testKeypair('worthless mint').publicKey;
    const mintAuthority = testKeypair('owner');
    setMint(market.network, { address: mint, decimals: 8, mintAuthority: mintAuthority.publicKey });
    const owner = market.owner.payer;
    const tokenAccount = await mintTokens(market.owner, { mint, mintAuthority, owner, amount: 10n ** 15n });
    const act = () => market.owner.staking.stake({ node, amount: 10n ** 15n, tokenAccount });
    await expectRefused(market, act, 'staking', 'WrongTokenAccount');
  });

  it('refuses the vault of another node, and any other token account for it', async () => {
    const { market, node } = test;
    const other = pda.staking.stakeVault(market.deployment, await registerAnother(market, 1));
    const call = staking.stake.call(market.owner, { node, amount: 1n });
    for (const account of [other, tokenAddress(market.deployment.ioMint, market.buyer.payer)]) {
      const forged = replaceAccount(call, vault(), account);
      await expectRefused(market, () => market.owner.send(forged), 'staking', 'WrongVault');
    }
  });

  it('refuses more than the owner has', async () => {
    const { market } = test;
    const { io } = market.balances(market.owner.payer);
    await expectRefused(market, () => stake(io + 1n), 'token', 'InsufficientFunds');
    await stake(io);
  });

  it('refuses an amount that the stake cannot hold', async () => {
    await expectRefused(test.market, () => stake(U64_MAX), 'staking', 'AmountOverflow');
  });

  it('refuses to go on when the vault does not cover the stakes', async () => {
    const { market } = test;
    const { ownStake } = await fetch();
    changeTokenAccount(market.network, vault(), { amount: ownStake - 1n });
    await expectRefused(market, () => stake(1n), 'staking', 'InvariantViolated');
  });

  it('keeps each vault equal to its node’s stake over random stakes of two owners', async () => {
    const { market } = test;
    const { network, deployment } = market;
    const random = seeded(0x51a4e5n);
    const owners: readonly Client[] = [market.owner, market.actor('second owner')];
    await market.fund(owners[1]!.payer, { io: 10n ** 12n });
    const nodes: { readonly owner: Client; readonly address: PublicKey; staked: bigint }[] = [];
    for (const owner of owners) {
      for (const id of [10, 11]) {
        nodes.push({ owner, address: await market.registerNode({ owner, id, stake: 0n }), staked: 0n });
      }
    }
    const held = (client: Client) => market.balances(client.payer).io;
    const total = () =>
      owners.map(held).reduce((a, b) => a + b) +
      nodes
        .map(({ address }) => tokenBalance(network, pda.staking.stakeVault(deployment, address)))
        .reduce((a, b) => a + b);
    const before = total();
    let refused = 0;
    for (let step = 0; step < 200; step += 1) {
      const node = nodes[Number(random(0n, 3n))]!;
      const payer = owners[Number(random(0n, 1n))]!;
      const amount = random(0n, 9n) === 0n ? random(0n, U64_MAX) : random(0n, 10n ** 10n);
      const allowed = payer === node.owner && amount > 0n && amount <= held(payer);
      let took = true;
      try {
        await payer.staking.stake({ node: node.address, amount });
      } catch {
        took = false;
        refused += 1;
      }
      expect(took, `step ${step}`).to.equal(allowed);
      if (took) node.staked += amount;
      const inVaultNow = tokenBalance(network, pda.staking.stakeVault(deployment, node.address));
      expect(inVaultNow, `step ${step}`).to.equal(node.staked);
    }
    expect(refused).to.be.within(70, 170);
    for (const { address, staked } of nodes) {
      const { ownStake, delegatedStake } = await market.anyone.accounts.staking.node.fetch(address);
      expect([ownStake, delegatedStake]).to.deep.equal([staked, 0n]);
    }
    expect(total()).to.equal(before);
  });
});
