import { expect } from 'chai';
import { eventOf, parseIo, parseUsd, pda, staking } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { registerAnother } from '../harness/nodes.js';
import { expectRefused } from '../harness/refusals.js';

const H100 = 1;

describe('staking: update_class', () => {
  const test = useMarket();
  const h100 = () => pda.staking.class(test.market.deployment, H100);
  const fetch = () => test.market.anyone.accounts.staking.hardwareClass.fetch(h100());
  const update = (change: { multiplierX100?: number; referencePrice?: bigint; active?: boolean }) =>
    test.market.admin.staking.updateClass({ id: H100, ...change });

  it('changes each field by itself', async () => {
    for (const change of [{ multiplierX100: 1_200 }, { referencePrice: parseUsd('3') }, { active: false }]) {
      const before = await fetch();
      const { events } = await update(change);
      const after = await fetch();
      expect(after).to.deep.equal({ ...before, ...change });
      expect(eventOf(events, 'staking', 'classUpdated')).to.deep.equal({
        class: h100(),
        id: H100,
        multiplierX100: after.multiplierX100,
        referencePrice: after.referencePrice,
        active: after.active,
      });
    }
  });

  it('leaves registered nodes their minimum stake', async () => {
    const { market, node } = test;
    const before = await market.anyone.accounts.staking.node.fetch(node);
    await update({ multiplierX100: 2_000 });
    expect(await market.anyone.accounts.staking.node.fetch(node)).to.deep.equal(before);
    const another = await market.anyone.accounts.staking.node.fetch(await registerAnother(market, 1));
    // 200 IO times 20 times 8 devices.
    expect(another.minimumStake).to.equal(parseIo('32000'));
  });

  it('closes a class to new nodes and opens it again', async () => {
    const { market } = test;
    await update({ active: false });
    await expectRefused(market, () => registerAnother(market, 1), 'staking', 'ClassInactive');
    await update({ active: true });
    await registerAnother(market, 1);
  });

  it('refuses multipliers and prices out of range', async () => {
    const { market } = test;
    for (const multiplierX100 of [0, 10_001]) {
      await expectRefused(market, () => update({ multiplierX100 }), 'staking', 'MultiplierOutOfRange');
    }
    for (const referencePrice of [0n, parseUsd('1000') + 1n]) {
      await expectRefused(market, () => update({ referencePrice }), 'staking', 'ReferencePriceOutOfRange');
    }
  });

  it('refuses to change nothing', async () => {
    await expectRefused(test.market, () => update({}), 'staking', 'NothingToUpdate');
  });

  it('refuses an account that is no class', async () => {
    const { market, node } = test;
    const call = replaceAccount(
      staking.updateClass.call(market.admin, { id: H100, active: false }),
      h100(),
      node,
    );
    await expectRefused(market, () => market.admin.send(call), 'staking', 'AccountDiscriminatorMismatch');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.owner]) {
      const act = () => client.staking.updateClass({ id: H100, active: false });
      await expectRefused(market, act, 'staking', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('staking', () => {
    const { market } = test;
    const call = staking.updateClass.call(market.admin, { id: H100, active: false });
    return { market, client: market.admin, call };
  });
});
