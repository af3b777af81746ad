import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, parseIo, pda, staking } from '@ionet/sdk';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { registerAnother } from '../harness/nodes.js';
import { expectRefused } from '../harness/refusals.js';

describe('staking: update_config', () => {
  const test = useMarket();
  const config = () =>
    test.market.anyone.accounts.staking.stakingConfig.fetch(pda.staking.config(test.market.deployment));

  it('changes the pauser and nothing else', async () => {
    const { market } = test;
    const before = await config();
    const pauser = market.actor('new pauser');
    const { events } = await market.admin.staking.updateConfig({ pauser: pauser.payer });
    const after = await config();
    expect(after).to.deep.equal({
      ...before,
      governance: { ...before.governance, pauser: pauser.payer },
      seq: before.seq + 1n,
    });
    expect(eventOf(events, 'staking', 'configUpdated')).to.deep.equal({
      pauser: pauser.payer,
      baseStakePerDevice: before.baseStakePerDevice,
      appealAuthority: before.appealAuthority,
      seq: after.seq,
    });
    await expectRefused(market, () => market.pauser.staking.pause(), 'staking', 'NotPauser');
    await pauser.staking.pause();
  });

  it('changes who decides appeals', async () => {
    const { market } = test;
    const appealAuthority = market.actor('new appeal authority').payer;
    const before = await config();
    const { events } = await market.admin.staking.updateConfig({ appealAuthority });
    expect(await config()).to.deep.equal({ ...before, appealAuthority, seq: before.seq + 1n });
    expect(eventOf(events, 'staking', 'configUpdated').appealAuthority.equals(appealAuthority)).to.be.true;
    const act = () => market.admin.staking.updateConfig({ appealAuthority: PublicKey.default });
    await expectRefused(market, act, 'staking', 'InvalidAppealAuthority');
  });

  it('changes the base stake for nodes registered from then on', async () => {
    const { market, node } = test;
    const old = await market.anyone.accounts.staking.node.fetch(node);
    const { events } = await market.admin.staking.updateConfig({ baseStakePerDevice: parseIo('300') });
    expect(eventOf(events, 'staking', 'configUpdated').baseStakePerDevice).to.equal(parseIo('300'));
    expect(await market.anyone.accounts.staking.node.fetch(node)).to.deep.equal(old);
    const another = await market.anyone.accounts.staking.node.fetch(await registerAnother(market, 1));
    // 300 IO times 10 times 8 devices.
    expect(another.minimumStake).to.equal(parseIo('24000'));
  });

  it('takes the base stake at both bounds, and refuses one unit beyond', async () => {
    const { market } = test;
    const set = (baseStakePerDevice: bigint) => market.admin.staking.updateConfig({ baseStakePerDevice });
    for (const bound of [parseIo('1'), parseIo('20000')]) {
      await set(bound);
      expect((await config()).baseStakePerDevice).to.equal(bound);
    }
    for (const beyond of [0n, parseIo('1') - 1n, parseIo('20000') + 1n, 2n ** 64n - 1n]) {
      await expectRefused(market, () => set(beyond), 'staking', 'BaseStakeOutOfRange');
    }
  });

  it('refuses the default key as pauser', async () => {
    const { market } = test;
    const act = () => market.admin.staking.updateConfig({ pauser: PublicKey.default });
    await expectRefused(market, act, 'staking', 'InvalidPauser');
  });

  it('refuses to change nothing', async () => {
    const { market } = test;
    await expectRefused(market, () => market.admin.staking.updateConfig(), 'staking', 'NothingToUpdate');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.owner]) {
      const act = () => client.staking.updateConfig({ pauser: client.payer });
      await expectRefused(market, act, 'staking', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('staking', () => {
    const { market } = test;
    const call = staking.updateConfig.call(market.admin, { baseStakePerDevice: parseIo('300') });
    return { market, client: market.admin, call };
  });
});
