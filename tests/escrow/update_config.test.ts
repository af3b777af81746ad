import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { escrow, eventOf, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { refused } from '../harness/escrow.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { ENOUGH } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';

describe('escrow: update_config', () => {
  const test = useMarket();
  const config = () =>
    test.market.anyone.accounts.escrow.escrowConfig.fetch(pda.escrow.config(test.market.deployment));

  it('changes the pauser, who may pause from then on, and nothing else', async () => {
    const { market } = test;
    const before = await config();
    const pauser = market.actor('new pauser');
    const { events } = await market.admin.escrow.updateConfig({ pauser: pauser.payer });
    const seq = before.seq + 1n;
    expect(await config()).to.deep.equal({
      ...before,
      governance: { ...before.governance, pauser: pauser.payer },
      seq,
    });
    expect(eventOf(events, 'escrow', 'configUpdated')).to.deep.equal({
      pauser: pauser.payer,
      priceFeedId: before.priceFeedId,
      seq,
    });
    await refused(market, 'NotPauser', () => market.pauser.escrow.pause());
    await pauser.escrow.pause();
  });

  it('changes the price feed, by which orders in IO are priced from then on', async () => {
    const { market, offer } = test;
    const before = await config();
    const priceFeedId = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
    const { events } = await market.admin.escrow.updateConfig({ priceFeedId });
    expect(await config()).to.deep.equal({ ...before, priceFeedId, seq: before.seq + 1n });
    expect(eventOf(events, 'escrow', 'configUpdated').priceFeedId).to.deep.equal(priceFeedId);
    const order = { offer, devices: 1, hours: 1, payment: 'io', maxTotal: ENOUGH } as const;
    await refused(market, 'WrongPriceFeed', () => market.buyer.escrow.bookJob(order));
    market.setPrice({ feedId: priceFeedId });
    await market.buyer.escrow.bookJob(order);
  });

  it('changes both at once', async () => {
    const { market } = test;
    const before = await config();
    const pauser = testKeypair('new pauser').publicKey;
    const priceFeedId = new Uint8Array(32).fill(7);
    await market.admin.escrow.updateConfig({ pauser, priceFeedId });
    expect(await config()).to.deep.equal({
      ...before,
      governance: { ...before.governance, pauser },
      priceFeedId,
      seq: before.seq + 1n,
    });
  });

  it('does not end a pause', async () => {
    const { market } = test;
    await market.pauser.escrow.pause();
    const { pausedUntil } = (await config()).governance;
    await market.admin.escrow.updateConfig({ pauser: testKeypair('new pauser').publicKey });
    expect((await config()).governance.pausedUntil).to.equal(pausedUntil);
  });

  it('refuses to change nothing', async () => {
    const { market } = test;
    await refused(market, 'NothingToUpdate', () => market.admin.escrow.updateConfig());
  });

  it('refuses a pauser that nobody can be', async () => {
    const { market } = test;
    await refused(market, 'InvalidPauser', () =>
      market.admin.escrow.updateConfig({ pauser: PublicKey.default }),
    );
  });

  it('refuses everyone but the admin, also the pauser and who is proposed as admin', async () => {
    const { market } = test;
    const proposed = market.actor('new admin');
    await market.admin.escrow.proposeAdmin({ newAdmin: proposed.payer });
    for (const client of [market.pauser, market.anyone, proposed]) {
      await refused(market, 'NotAdmin', () => client.escrow.updateConfig({ pauser: client.payer }));
    }
  });

  refusesUnsafeAuthority('escrow', () => {
    const { market } = test;
    const call = escrow.updateConfig.call(market.admin, { pauser: market.buyer.payer });
    return { market, client: market.admin, call };
  });
});
