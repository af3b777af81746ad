import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { decodeTokenAccount, eventOf, parseIo, pda, staking } from '@ionet/sdk';
import { setMint, testKeypair } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const padded = (text: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
};

describe('staking: register_node', () => {
  const test = useMarket();
  const PLAIN = { id: 7, classId: 2, deviceCount: 3, bandwidth: 'medium', region: 'us-east-1' } as const;
  type Change = Partial<Parameters<typeof test.market.owner.staking.registerNode>[0]>;
  const register = (change: Change = {}) =>
    test.market.owner.staking.registerNode({ ...PLAIN, operator: test.market.operator.payer, ...change });

  it('registers a node without stake, and its vault', async () => {
    const { market } = test;
    const { deployment, network, owner, operator } = market;
    const [scheduler, payout] = [testKeypair('scheduler').publicKey, testKeypair('payout').publicKey];
    const { accounts, events } = await register({ scheduler, payout });
    const node = await market.anyone.accounts.staking.node.fetch(accounts.node);
    // 200 IO times 1.25 times 3 devices.
    const minimumStake = parseIo('750');
    expect(node).to.deep.include({
      version: 1,
      id: 7,
      owner: owner.payer,
      operator: operator.payer,
      scheduler,
      payout,
      rentPayer: owner.payer,
      class: pda.staking.class(deployment, 2),
      deviceCount: 3,
      bandwidth: 'medium',
      region: padded('us-east-1'),
      status: 'active',
      ownStake: 0n,
      delegatedStake: 0n,
      minimumStake,
      registeredAt: network.now(),
      seq: 0n,
    });
    expect(decodeTokenAccount(network.getAccount(accounts.stakeVault)!.data)).to.deep.equal({
      mint: deployment.ioMint,
      owner: accounts.node,
      amount: 0n,
      frozen: false,
      delegate: null,
      closeAuthority: null,
    });
    expect(eventOf(events, 'staking', 'nodeRegistered')).to.deep.equal({
      node: accounts.node,
      owner: owner.payer,
      operator: operator.payer,
      payout,
      class: pda.staking.class(deployment, 2),
      deviceCount: 3,
      minimumStake,
      commissionBps: 0,
    });
  });

  it('records who paid the rent', async () => {
    const { market } = test;
    const call = staking.registerNode.call(market.anyone, { ...PLAIN, owner: market.owner.payer });
    const { accounts } = await market.anyone.send(call, { signers: [testKeypair('owner')] });
    const node = await market.anyone.accounts.staking.node.fetch(accounts.node);
    expect(node.owner.equals(market.owner.payer)).to.be.true;
    expect(node.rentPayer.equals(market.anyone.payer)).to.be.true;
  });

  it('needs the signature of the owner, so that nobody registers in the name of another', async () => {
    const { market } = test;
    const call = staking.registerNode.call(market.anyone, { ...PLAIN, owner: market.owner.payer });
    const forged = withoutSignature(call, market.owner.payer);
    await expectRefused(market, () => market.anyone.send(forged), 'staking', 'AccountNotSigner');
    const stolen = replaceAccount(
      staking.registerNode.call(market.owner, PLAIN),
      market.owner.payer,
      market.anyone.payer,
    );
    await expectRefused(market, () => market.anyone.send(stolen), 'staking', 'ConstraintSeeds');
  });

  it('takes one to eight devices and refuses other numbers', async () => {
    const { market } = test;
    for (const deviceCount of [1, 8]) await register({ id: deviceCount, deviceCount });
    for (const deviceCount of [0, 9, 255]) {
      await expectRefused(market, () => register({ deviceCount }), 'staking', 'DeviceCountOutOfRange');
    }
  });

  it('refuses an id that the owner has used, and takes it from another owner', async () => {
    const { market } = test;
    await register();
    await expectRefused(market, () => register({ deviceCount: 1 }), 'system', 'AccountAlreadyInUse');
    await market.anyone.staking.registerNode(PLAIN);
  });

  it('refuses a class that takes no new nodes', async () => {
    const { market } = test;
    await market.admin.staking.updateClass({ id: 2, active: false });
    await expectRefused(market, () => register(), 'staking', 'ClassInactive');
  });

  it('refuses the default key as operator or payout', async () => {
    const { market } = test;
    const nobody = PublicKey.default;
    await expectRefused(market, () => register({ operator: nobody }), 'staking', 'InvalidOperator');
    await expectRefused(market, () => register({ payout: nobody }), 'staking', 'InvalidPayout');
  });

  it('takes the default key as the wish for no scheduler', async () => {
    const { accounts } = await register({ scheduler: PublicKey.default });
    expect((await test.market.anyone.accounts.staking.node.fetch(accounts.node)).scheduler).to.equal(null);
  });

  it('takes regions of 1 to 16 letters, digits and hyphens, and refuses others', async () => {
    const { market } = test;
    await register({ id: 1, region: 'x' });
    await register({ id: 2, region: 'ap-south-east-12' });
    for (const region of ['', 'EU-west', 'eu west', 'eu_west', 'é', '\0eu', 'eu\0west', 'eu/west']) {
      await expectRefused(market, () => register({ region }), 'staking', 'InvalidRegion');
    }
  });

  it('refuses while intake is paused', async () => {
    const { market } = test;
    await market.pauser.staking.pause();
    await expectRefused(market, () => register(), 'staking', 'Paused');
  });

  it('refuses another mint than IO', async () => {
    const { market } = test;
    const mint = testKeypair('worthless mint').publicKey;
    setMint(market.network, { address: mint, decimals: 8, mintAuthority: market.owner.payer });
    const call = staking.registerNode.call(market.owner, PLAIN);
    for (const other of [mint, market.deployment.usdcMint]) {
      const forged = replaceAccount(call, market.deployment.ioMint, other);
      await expectRefused(market, () => market.owner.send(forged), 'staking', 'WrongMint');
    }
  });

  it('refuses a node or a vault at another address', async () => {
    const { market } = test;
    const call = staking.registerNode.call(market.owner, PLAIN);
    for (const account of [call.accounts.node, call.accounts.stakeVault, call.accounts.rewardVault]) {
      const forged = replaceAccount(call, account, testKeypair('elsewhere').publicKey);
      await expectRefused(market, () => market.owner.send(forged), 'staking', 'ConstraintSeeds');
    }
  });

  it('is not held up by lamports sent ahead to node and vault', async () => {
    const { market } = test;
    let id = 10;
    for (const lamports of [1_000_000n, 5_000_000_000n]) {
      const node = pda.staking.node(market.deployment, market.owner.payer, id);
      market.network.airdrop(node, lamports);
      market.network.airdrop(pda.staking.stakeVault(market.deployment, node), lamports);
      await register({ id });
      await market.owner.staking.stake({ node, amount: 1n });
      id += 1;
    }
  });

  it('keeps owners and ids apart at every width of id', async () => {
    const { market } = test;
    const { deployment } = market;
    const owners = [market.owner.payer, market.buyer.payer];
    const ids = [0, 1, 255, 256, 65_536, 2 ** 32 - 1];
    const nodes = owners.flatMap((owner) =>
      ids.map((id) => pda.staking.node(deployment, owner, id).toBase58()),
    );
    expect(new Set(nodes).size).to.equal(nodes.length);
    const { accounts } = await register({ id: 2 ** 32 - 1 });
    expect((await market.anyone.accounts.staking.node.fetch(accounts.node)).id).to.equal(2 ** 32 - 1);
  });

  it('refuses a config that is none', async () => {
    const { market, node } = test;
    const config = pda.staking.config(market.deployment);
    const call = replaceAccount(staking.registerNode.call(market.owner, PLAIN), config, node);
    await expectRefused(market, () => market.owner.send(call), 'staking', 'AccountDiscriminatorMismatch');
  });
});
