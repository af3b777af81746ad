import { expect } from 'chai';
import { eventOf, parseUsd, pda, programInstruction, staking } from '@ionet/sdk';
import { testKeypair, type TestHardwareClass } from '@ionet/sdk/testing';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const L40S: TestHardwareClass = {
  id: 900,
  kind: 'gpu',
  multiplierX100: 350,
  referencePrice: parseUsd('0.90'),
  name: 'L40S',
};

const padded = (text: string): Uint8Array => {
  const bytes = new Uint8Array(32);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
};

describe('staking: create_class', () => {
  const test = useMarket();
  const create = (change: Partial<TestHardwareClass>) =>
    test.market.admin.staking.createClass({ ...L40S, ...change });

  /** A call with a name of any bytes. */
  const callWithName = (name: Uint8Array) => {
    const { deployment, admin } = test.market;
    const { id, kind, multiplierX100, referencePrice } = L40S;
    const instruction = programInstruction(deployment, 'staking', 'createClass', {
      args: { args: { id, kind, multiplierX100, referencePrice, name } },
      accounts: {
        admin: admin.payer,
        payer: admin.payer,
        config: pda.staking.config(deployment),
        class: pda.staking.class(deployment, id),
      },
    });
    return { instructions: [instruction], signers: [], accounts: {} };
  };

  it('adds a class that nodes can register with', async () => {
    const { market } = test;
    const { accounts, events } = await create({});
    const { id, kind, multiplierX100, referencePrice } = L40S;
    const name = padded(L40S.name);
    const made = await market.anyone.accounts.staking.hardwareClass.fetch(accounts.class);
    expect(made).to.deep.include({
      version: 1,
      id,
      kind,
      multiplierX100,
      referencePrice,
      name,
      active: true,
    });
    expect(eventOf(events, 'staking', 'classCreated')).to.deep.equal({
      class: accounts.class,
      id,
      kind,
      multiplierX100,
      referencePrice,
      name,
    });
    await market.registerNode({ id: 1, classId: id, stake: 0n });
  });

  it('lets another key than the admin pay the rent', async () => {
    const { market } = test;
    const lamports = () => market.network.getAccount(market.anyone.payer)!.lamports;
    const before = lamports();
    const call = staking.createClass.call(market.anyone, { ...L40S, admin: market.admin.payer });
    await market.admin.send(call, { signers: [testKeypair('anyone')] });
    expect(before - lamports()).to.equal(market.network.getAccount(call.accounts.class)!.lamports);
  });

  it('takes multipliers and prices at both bounds', async () => {
    let id = 1_000;
    for (const multiplierX100 of [1, 10_000]) await create({ id: id++, multiplierX100 });
    for (const referencePrice of [1n, parseUsd('1000')]) await create({ id: id++, referencePrice });
  });

  it('refuses multipliers out of range', async () => {
    for (const multiplierX100 of [0, 10_001, 2 ** 32 - 1]) {
      await expectRefused(test.market, () => create({ multiplierX100 }), 'staking', 'MultiplierOutOfRange');
    }
  });

  it('refuses prices out of range', async () => {
    for (const referencePrice of [0n, parseUsd('1000') + 1n, 2n ** 64n - 1n]) {
      await expectRefused(
        test.market,
        () => create({ referencePrice }),
        'staking',
        'ReferencePriceOutOfRange',
      );
    }
  });

  it('takes names of any text from 1 to 32 bytes', async () => {
    const { market } = test;
    await create({ id: 1_000, name: 'x' });
    const { accounts } = await create({ id: 1_001, name: 'é'.repeat(16) });
    const { name } = await market.anyone.accounts.staking.hardwareClass.fetch(accounts.class);
    expect(new TextDecoder().decode(name)).to.equal('é'.repeat(16));
  });

  it('refuses names that are empty, no text, or text after a zero', async () => {
    const { market } = test;
    const names = [padded(''), padded('\0x'), padded('x\0y'), Uint8Array.from(padded('x').fill(0xff, 1, 3))];
    for (const name of names) {
      const act = () => market.admin.send(callWithName(name));
      await expectRefused(market, act, 'staking', 'InvalidClassName');
    }
    await market.admin.send(callWithName(padded('x')));
  });

  it('refuses an id that is taken', async () => {
    await create({});
    await expectRefused(test.market, () => create({ name: 'other' }), 'system', 'AccountAlreadyInUse');
  });

  it('is not held up by lamports sent ahead to the class', async () => {
    const { market } = test;
    market.network.airdrop(pda.staking.class(market.deployment, L40S.id), 1_000_000n);
    await create({});
    market.network.airdrop(pda.staking.class(market.deployment, 901), 5_000_000_000n);
    await create({ id: 901 });
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.owner]) {
      await expectRefused(market, () => client.staking.createClass(L40S), 'staking', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('staking', () => {
    const { market } = test;
    return { market, client: market.admin, call: staking.createClass.call(market.admin, L40S) };
  });
});
