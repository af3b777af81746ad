import { WALLETS } from '@ionet/localnet';
import { parseUsdc, parseEvents, type Client } from '@ionet/sdk';
import { expectError, mintTokens } from '@ionet/sdk/testing';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { airdrop, useNode } from '../harness/rpc-node.js';

describe('local network: a hire over its ports', () => {
  const node = useNode();
  const id = Number(BigInt(Date.now()) % 1_000_000_000n);

  /** A staked node with eight devices and an offer of two dollars an hour. */
  async function offer(owner: Client, operator: Keypair): Promise<{ node: PublicKey; offer: PublicKey }> {
    const { accounts } = await owner.staking.registerNode({
      id,
      classId: 1,
      deviceCount: 8,
      bandwidth: 'high',
      region: 'eu-west',
      operator: operator.publicKey,
    });
    const { minimumStake } = await owner.accounts.staking.node.fetch(accounts.node);
    await owner.staking.stake({ node: accounts.node, amount: minimumStake });
    const made = await node.client(operator).escrow.createOffer({
      node: accounts.node,
      id: 0,
      terms: { price: 2_000_000n, maxHours: 720 },
    });
    return { node: accounts.node, offer: made.accounts.offer };
  }

  async function usdcOf(owner: PublicKey): Promise<bigint> {
    const { value } = await node.connection.getTokenAccountsByOwner(owner, {
      mint: node.deployment.usdcMint,
    });
    return value.reduce((sum, { account }) => sum + account.data.readBigUInt64LE(64), 0n);
  }

  it('books, starts, reports, settles and pays by the SDK, and its events are heard', async () => {
    const operatorKey = WALLETS.operator.keypair;
    const [owner, buyer, operator, anyone] = [
      WALLETS.owner.keypair,
      WALLETS.buyer.keypair,
      operatorKey,
      WALLETS.anyone.keypair,
    ].map((keypair) => node.client(keypair)) as [Client, Client, Client, Client];
    const listed = await offer(owner, operatorKey);

    const heard: string[] = [];
    const listener = node.connection.onLogs(
      node.deployment.programs.escrow,
      ({ logs }) => {
        heard.push(...parseEvents(logs, node.deployment).map(({ name }) => name));
      },
      'confirmed',
    );

    const order = {
      offer: listed.offer,
      devices: 8,
      hours: 10,
      payment: 'usdc',
      maxTotal: parseUsdc('200'),
    } as const;
    // A refusal has its name over the wire too, and nothing is moved.
    await expectError(buyer.escrow.bookJob({ ...order, maxTotal: 1n }), 'escrow', 'PriceAboveMaximum');

    const before = { buyer: await usdcOf(buyer.payer), owner: await usdcOf(owner.payer) };
    const { accounts } = await buyer.escrow.bookJob(order);
    const { job } = accounts;
    await operator.escrow.startJob({ job });
    const { startedAt } = await buyer.accounts.escrow.job.fetch(job);
    /** The oracles' word for what was verified in so many hours. Time runs on: they name the end of the hour. */
    const report = (verifiedHours: bigint, hours: bigint): Promise<unknown> =>
      anyone.oracle.reportJob({
        job,
        verifiedSeconds: verifiedHours * 3_600n,
        asOf: startedAt + hours * 3_600n,
        signers: [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair],
      });
    await node.warpBy(5 * 3_600);
    await report(5n, 5n);
    await anyone.escrow.settleJob({ job });
    await node.warpBy(5 * 3_600);
    await report(9n, 10n);
    await anyone.escrow.settleJob({ job });

    const state = await buyer.accounts.escrow.job.fetch(job);
    expect(state.state).to.equal('ended');
    expect((await usdcOf(owner.payer)) - before.owner).to.equal(parseUsdc('143.64'));
    expect(before.buyer - (await usdcOf(buyer.payer))).to.equal(parseUsdc('147.6'));
    const jobs = await buyer.accounts.escrow.job.findAll({ buyer: buyer.payer });
    expect(jobs.some(({ address }) => address.equals(job))).to.equal(true);
    await node.connection.removeOnLogsListener(listener);
    expect(heard).to.include.members(['jobBooked', 'jobStarted', 'jobSettled']);
  }).timeout(120_000);

  it('mints tokens by their authority', async () => {
    const someone = await node.wallet();
    await airdrop(node.connection, WALLETS.admin.keypair.publicKey, 1);
    await mintTokens(node.client(WALLETS.admin.keypair), {
      mint: node.deployment.usdcMint,
      mintAuthority: WALLETS.mintAuthority.keypair,
      owner: someone.publicKey,
      amount: 5_000_000n,
    });
    expect(await usdcOf(someone.publicKey)).to.equal(5_000_000n);
  });
});
