import { PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, parseIo, parseUsdc, pda, programInstruction, staking } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const padded = (text: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
};

describe('staking: update_node', () => {
  const test = useMarket();
  type Change = Omit<Parameters<typeof test.market.owner.staking.updateNode>[0], 'node'>;
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const update = (change: Change) => test.market.owner.staking.updateNode({ node: test.node, ...change });
  const hire = () =>
    test.market.bookAndStart({
      offer: test.offer,
      devices: 1,
      hours: 2,
      payment: 'usdc',
      maxTotal: parseUsdc('10'),
    });

  it('changes each field by itself and leaves the others', async () => {
    const key = testKeypair('new key').publicKey;
    const changes: readonly [Change, object][] = [
      [{ operator: key }, { operator: key }],
      [{ scheduler: key }, { scheduler: key }],
      [{ scheduler: null }, { scheduler: null }],
      [{ payout: key }, { payout: key }],
      [{ bandwidth: 'belowLow' }, { bandwidth: 'belowLow' }],
      [{ region: 'us-west' }, { region: padded('us-west') }],
      [{ status: 'paused' }, { status: 'paused' }],
      [{ status: 'active' }, { status: 'active' }],
      [{ deviceCount: 4 }, { deviceCount: 4, minimumStake: parseIo('8000') }],
      [
        { classId: 2 },
        { class: pda.staking.class(test.market.deployment, 2), minimumStake: parseIo('1000') },
      ],
      [{}, {}],
    ];
    for (const [change, effect] of changes) {
      const before = await fetch();
      const { events } = await update(change);
      const after = await fetch();
      expect(after).to.deep.equal({ ...before, ...effect, seq: before.seq + 1n });
      expect(eventOf(events, 'staking', 'nodeUpdated')).to.deep.equal({
        node: test.node,
        operator: after.operator,
        scheduler: after.scheduler,
        payout: after.payout,
        class: after.class,
        deviceCount: after.deviceCount,
        bandwidth: after.bandwidth,
        status: after.status,
        minimumStake: after.minimumStake,
        seq: after.seq,
      });
    }
  });

  it('takes the class and the base stake of the day only when the hardware changes', async () => {
    const { market } = test;
    await market.admin.staking.updateConfig({ baseStakePerDevice: parseIo('100') });
    await market.admin.staking.updateClass({ id: 1, multiplierX100: 500 });
    await update({ region: 'us-west' });
    expect((await fetch()).minimumStake).to.equal(parseIo('16000'));
    await update({ deviceCount: 8, classId: 1 });
    expect((await fetch()).minimumStake).to.equal(parseIo('16000'));
    await update({ deviceCount: 7 });
    expect((await fetch()).minimumStake).to.equal(parseIo('3500'));
  });

  it('leaves the stake where it is when the hardware shrinks', async () => {
    const before = await fetch();
    await update({ deviceCount: 1 });
    expect((await fetch()).ownStake).to.equal(before.ownStake);
  });

  it('refuses a change of hardware while the node is on hire, but not of anything else', async () => {
    const { market } = test;
    const job = await hire();
    await expectRefused(market, () => update({ deviceCount: 7 }), 'staking', 'NodeHired');
    await expectRefused(market, () => update({ classId: 2 }), 'staking', 'NodeHired');
    await update({ deviceCount: 8, region: 'us-west', status: 'paused' });
    await market.buyer.escrow.endJob({ job });
    await update({ deviceCount: 7 });
  });

  it('refuses the load of another node, of which nothing is on hire', async () => {
    const { market, node } = test;
    await hire();
    const other = await market.registerNode({ id: 1, stake: 0n });
    const { class: hardwareClass } = await fetch();
    const call = staking.updateNode.call(market.owner, {
      node: { address: node, class: hardwareClass },
      deviceCount: 7,
    });
    const { deployment } = market;
    const load = pda.escrow.nodeLoad(deployment, node);
    for (const account of [pda.escrow.nodeLoad(deployment, other), testKeypair('elsewhere').publicKey]) {
      const forged = replaceAccount(call, load, account);
      await expectRefused(market, () => market.owner.send(forged), 'staking', 'ConstraintSeeds');
    }
  });

  it('takes a load that does not exist for zero, also where somebody sent lamports to its address', async () => {
    const { market } = test;
    const other = await market.registerNode({ id: 1, stake: 0n });
    await market.owner.staking.updateNode({ node: other, deviceCount: 7 });
    market.network.airdrop(pda.escrow.nodeLoad(market.deployment, other), 1_000_000_000n);
    await market.owner.staking.updateNode({ node: other, deviceCount: 6 });
  });

  it('refuses what stands at the load’s address and is none', async () => {
    const { market, node } = test;
    const address = pda.escrow.nodeLoad(market.deployment, node);
    const { data } = market.network.getAccount(address)!;
    for (const owner of [SystemProgram.programId, market.deployment.programs.staking]) {
      market.network.setAccount({ address, owner, data });
      await expectRefused(market, () => update({ deviceCount: 7 }), 'staking', 'WrongNodeLoad');
    }
  });

  it('refuses a class that takes no new nodes, but leaves its nodes where they are', async () => {
    const { market } = test;
    await market.admin.staking.updateClass({ id: 1, active: false });
    await market.admin.staking.updateClass({ id: 2, active: false });
    await expectRefused(market, () => update({ classId: 2 }), 'staking', 'ClassInactive');
    await expectRefused(market, () => update({ deviceCount: 7 }), 'staking', 'ClassInactive');
    await update({ region: 'us-west' });
  });

  it('refuses numbers of devices out of range', async () => {
    for (const deviceCount of [0, 9, 255]) {
      await expectRefused(test.market, () => update({ deviceCount }), 'staking', 'DeviceCountOutOfRange');
    }
  });

  it('refuses the default key as operator or payout', async () => {
    const nobody = PublicKey.default;
    await expectRefused(test.market, () => update({ operator: nobody }), 'staking', 'InvalidOperator');
    await expectRefused(test.market, () => update({ payout: nobody }), 'staking', 'InvalidPayout');
  });

  it('refuses regions that are none', async () => {
    for (const region of ['', 'EU-west', 'eu west', '\0eu', 'eu\0west']) {
      await expectRefused(test.market, () => update({ region }), 'staking', 'InvalidRegion');
    }
  });

  it('refuses everyone but the owner', async () => {
    const { market, node } = test;
    for (const client of [market.anyone, market.operator, market.admin]) {
      const act = () => client.staking.updateNode({ node, payout: client.payer });
      await expectRefused(market, act, 'staking', 'NotOwner');
    }
    const ref = await fetch();
    const call = staking.updateNode.call(market.owner, { node: ref, payout: market.anyone.payer });
    const unsigned = withoutSignature(call, market.owner.payer);
    await expectRefused(market, () => market.anyone.send(unsigned), 'staking', 'AccountNotSigner');
  });

  it('works while intake is paused', async () => {
    await test.market.pauser.staking.pause();
    await update({ status: 'paused', operator: testKeypair('new key').publicKey });
  });

  it('takes the default key as the wish to remove the scheduler', async () => {
    const { market, node } = test;
    await update({ scheduler: market.anyone.payer });
    const nothing = {
      operator: null,
      payout: null,
      deviceCount: null,
      bandwidth: null,
      region: null,
      status: null,
    };
    const instruction = programInstruction(market.deployment, 'staking', 'updateNode', {
      args: { args: { ...nothing, scheduler: PublicKey.default } },
      accounts: {
        owner: market.owner.payer,
        config: pda.staking.config(market.deployment),
        node,
        class: (await fetch()).class,
        nodeLoad: pda.escrow.nodeLoad(market.deployment, node),
      },
    });
    await market.owner.send({ instructions: [instruction], signers: [], accounts: {} });
    expect((await fetch()).scheduler).to.equal(null);
  });
});
