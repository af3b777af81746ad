import { WALLETS } from '@ionet/localnet';
import { publicKey, signerIdentity, createSignerFromKeypair, type Umi } from '@metaplex-foundation/umi';
import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
import { fromWeb3JsKeypair } from '@metaplex-foundation/umi-web3js-adapters';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { parseUsdc, pda } from '@ionet/sdk';
import { IonetUmiError, ionet } from '@ionet/sdk/umi';
import { tokenAddress } from '@ionet/sdk';
import { useNode } from '../harness/rpc-node.js';

describe('local network: a hire through umi', () => {
  const node = useNode();
  const id = Number(BigInt(Date.now()) % 1_000_000_000n);

  function umiOf(keypair: Keypair): Umi {
    // The suite's own connection: umi has no way to close one of its own, which would look for a node that is gone.
    const umi = createUmi(node.connection);
    const signer = createSignerFromKeypair(umi, fromWeb3JsKeypair(keypair));
    return umi.use(signerIdentity(signer)).use(ionet(node.deployment));
  }
  const options = { confirm: { commitment: 'confirmed' } } as const;
  const usdcOf = async (owner: PublicKey): Promise<bigint> => {
    const [account] = await node
      .client(WALLETS.anyone.keypair)
      .transport.getAccounts([tokenAddress(node.deployment.usdcMint, owner)]);
    return account == null ? 0n : Buffer.from(account.data).readBigUInt64LE(64);
  };

  it('registers the programs with their errors', () => {
    const umi = umiOf(WALLETS.buyer.keypair);
    const program = umi.programs.get('ionetEscrow');
    expect(program.publicKey).to.equal(node.deployment.programs.escrow.toBase58());
    expect(program.isOnCluster('devnet')).to.equal(true);
    const error = program.getErrorFromName('OfferInactive');
    expect(error).to.be.instanceOf(IonetUmiError);
    expect(error).to.include({ name: 'OfferInactive', remedy: 'Choose another offer' });
    expect(program.getErrorFromCode((error as IonetUmiError).code)?.name).to.equal('OfferInactive');
    expect(program.getErrorFromCode(1)).to.equal(null);
    expect(program.getErrorFromName('NoSuchError')).to.equal(null);
  });

  it('registers a node, offers, books, starts, reports and settles', async () => {
    const [owner, operator, buyer, anyone] = [
      WALLETS.owner.keypair,
      WALLETS.operator.keypair,
      WALLETS.buyer.keypair,
      WALLETS.anyone.keypair,
    ].map(umiOf) as [Umi, Umi, Umi, Umi];
    const { deployment } = node;
    const ownerKey = WALLETS.owner.keypair.publicKey;
    const nodeKey = pda.staking.node(deployment, ownerKey, id);
    const offerKey = pda.escrow.offer(deployment, nodeKey, 0);

    await owner.ionet.staking
      .registerNode({
        id,
        classId: 1,
        deviceCount: 8,
        bandwidth: 'high',
        region: 'eu-west',
        operator: operator.identity.publicKey,
      })
      .sendAndConfirm(owner, options);
    const { minimumStake } = await owner.ionet.accounts.staking.node.fetch(nodeKey);
    const staking = await owner.ionet.staking.stake.prepare({
      node: publicKey(nodeKey.toBase58()),
      amount: minimumStake,
    });
    await staking.sendAndConfirm(owner, options);
    await operator.ionet.escrow
      .createOffer({ node: nodeKey, id: 0, terms: { price: 2_000_000n, maxHours: 720 } })
      .sendAndConfirm(operator, options);

    const order = {
      id: BigInt(id),
      offer: offerKey,
      node: nodeKey,
      devices: 8,
      hours: 10,
      payment: 'usdc',
      maxTotal: parseUsdc('200'),
    } as const;
    const refused: unknown = await buyer.ionet.escrow
      .bookJob({ ...order, maxTotal: 1n })
      .sendAndConfirm(buyer, options)
      .catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(IonetUmiError);
    expect(refused).to.include({ name: 'PriceAboveMaximum' });

    const before = { owner: await usdcOf(ownerKey), buyer: await usdcOf(WALLETS.buyer.keypair.publicKey) };
    await buyer.ionet.escrow.bookJob(order).sendAndConfirm(buyer, options);
    const job = pda.escrow.job(deployment, WALLETS.buyer.keypair.publicKey, order.id);
    const start = await operator.ionet.escrow.startJob.prepare({ job });
    await start.sendAndConfirm(operator, options);

    const { startedAt } = await anyone.ionet.accounts.escrow.job.fetch(job);
    await node.warpBy(10 * 3_600);
    const report = await anyone.ionet.oracle.reportJob.prepare({
      job,
      verifiedSeconds: 9n * 3_600n,
      asOf: startedAt + 10n * 3_600n,
      signers: [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair].map((keypair) =>
        createSignerFromKeypair(anyone, fromWeb3JsKeypair(keypair)),
      ),
    });
    await report.sendAndConfirm(anyone, options);
    const settle = await anyone.ionet.escrow.settleJob.prepare({ job });
    await settle.sendAndConfirm(anyone, options);

    const settled = await anyone.ionet.accounts.escrow.job.fetch(job);
    expect(settled.state).to.equal('ended');
    expect((await usdcOf(ownerKey)) - before.owner).to.equal(parseUsdc('143.64'));
    expect(before.buyer - (await usdcOf(WALLETS.buyer.keypair.publicKey))).to.equal(parseUsdc('147.6'));
    const jobs = await anyone.ionet.accounts.escrow.job.findAll({ node: nodeKey, state: 'ended' });
    expect(jobs.map(({ address }) => address.toBase58())).to.deep.equal([job.toBase58()]);
  }).timeout(120_000);
});
