import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, pda, treasury } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

describe('treasury: update_config', () => {
  const test = useMarket();
  const priceAccount = testKeypair('another price account').publicKey;
  const fetch = () =>
    test.market.anyone.accounts.treasury.treasury.fetch(pda.treasury.treasury(test.market.deployment));

  it('names another price account, and leaves the feed as it is', async () => {
    const { market } = test;
    const before = await fetch();
    const { events } = await market.admin.treasury.updateConfig({ priceAccount });
    expect(await fetch()).to.deep.equal({ ...before, priceAccount, seq: before.seq + 1n });
    expect(eventOf(events, 'treasury', 'configUpdated')).to.deep.equal({
      priceAccount,
      seq: before.seq + 1n,
    });
  });

  it('makes the auction read it from then on', async () => {
    const { market } = test;
    const { network, deployment } = market;
    const genuine = network.getAccount(deployment.priceAccount)!;
    await market.admin.treasury.updateConfig({ priceAccount });
    const observe = () => market.anyone.treasury.observePrice();
    await expectRefused(market, observe, 'treasury', 'WrongPriceAccount');
    network.setAccount({ ...genuine, address: priceAccount });
    const moved = { deployment: { ...deployment, priceAccount }, payer: market.anyone.payer };
    await market.anyone.send(treasury.observePrice.call(moved));
  });

  it('refuses the default key', async () => {
    const { market } = test;
    const act = () => market.admin.treasury.updateConfig({ priceAccount: PublicKey.default });
    await expectRefused(market, act, 'treasury', 'InvalidPriceAccount');
  });

  it('refuses everybody but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.operator]) {
      const act = () => client.treasury.updateConfig({ priceAccount });
      await expectRefused(market, act, 'treasury', 'NotAdmin');
    }
  });

  refusesUnsafeAuthority('treasury', () => {
    const { market } = test;
    const call = treasury.updateConfig.call(market.admin, { priceAccount });
    return { market, client: market.admin, call };
  });
});
