import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { decodeTokenAccount, eventOf, pda, treasury } from '@ionet/sdk';
import { setMint, testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { initializeTests } from '../harness/governance.js';
import { expectRefused } from '../harness/refusals.js';

const TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');

describe('treasury: initialize', () => {
  initializeTests('treasury', {
    call: (context) => treasury.initialize.call(context, {}),
    created: ({ deployment }) => [
      pda.treasury.treasury(deployment),
      pda.treasury.feeVault(deployment, deployment.ioMint),
      pda.treasury.feeVault(deployment, deployment.usdcMint),
      pda.treasury.auction(deployment),
      pda.treasury.receipts(deployment),
    ],
  });

  const test = useBareMarket();

  it('creates the treasury, and fee vaults that only it can open', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const { ioMint, usdcMint } = deployment;
    const admin = testKeypair('multisig').publicKey;
    const { accounts, events } = await market.admin.treasury.initialize({ admin });
    const { ioFeeVault, usdcFeeVault } = accounts;
    expect(await market.anyone.accounts.treasury.treasury.fetch(accounts.treasury)).to.deep.include({
      version: 1,
      governance: { admin, pendingAdmin: null, pauser: admin, pausedUntil: 0n },
      ioMint,
      usdcMint,
      escrowConfig: pda.escrow.config(deployment),
      priceFeedId: deployment.priceFeedId,
      priceAccount: deployment.priceAccount,
      ioBurned: 0n,
      seq: 1n,
    });
    const auction = await market.anyone.accounts.treasury.auction.fetch(accounts.auction);
    const { address: _, version, bump: __, reserved: ___, ...figures } = auction;
    expect(version).to.equal(1);
    expect(
      Object.values(figures).every((figure) => figure === 0n),
      'nothing sold, no price seen',
    ).to.be.true;
    const { count, receipts } = await market.anyone.accounts.treasury.receipts.fetch(accounts.receipts);
    expect([count, receipts.length]).to.deep.equal([0n, 64]);
    for (const [vault, mint] of [
      [ioFeeVault, ioMint],
      [usdcFeeVault, usdcMint],
    ] as const) {
      const { data } = network.getAccount(vault)!;
      expect(decodeTokenAccount(data)).to.deep.equal({
        mint,
        owner: accounts.treasury,
        amount: 0n,
        frozen: false,
        delegate: null,
        closeAuthority: null,
      });
    }
    expect(eventOf(events, 'treasury', 'treasuryInitialized')).to.deep.equal({
      admin,
      ioMint,
      usdcMint,
      ioFeeVault,
      usdcFeeVault,
      priceFeedId: deployment.priceFeedId,
      priceAccount: deployment.priceAccount,
      seq: 1n,
    });
  });

  it('refuses the default key as price account', async () => {
    const { market } = test;
    const deployment = { ...market.deployment, priceAccount: PublicKey.default };
    const call = treasury.initialize.call({ deployment, payer: market.admin.payer }, {});
    await expectRefused(market, () => market.admin.send(call), 'treasury', 'InvalidPriceAccount');
  });

  it('refuses the default key as admin', async () => {
    const { market } = test;
    const act = () => market.admin.treasury.initialize({ admin: PublicKey.default });
    await expectRefused(market, act, 'treasury', 'InvalidAdmin');
  });

  for (const [mint, error, others] of [
    ['ioMint', 'InvalidIoMint', [6, 9]],
    ['usdcMint', 'InvalidUsdcMint', [8, 9]],
  ] as const) {
    it(`refuses another number of decimals of ${mint}`, async () => {
      const { market } = test;
      const other = testKeypair('other mint').publicKey;
      const deployment = { ...market.deployment, [mint]: other };
      for (const decimals of others) {
        setMint(market.network, { address: other, decimals, mintAuthority: market.admin.payer });
        const call = treasury.initialize.call({ deployment, payer: market.admin.payer }, {});
        await expectRefused(market, () => market.admin.send(call), 'treasury', error);
      }
    });

    it(`refuses ${mint} of another token program`, async () => {
      const { market } = test;
      const { address, data } = market.network.getAccount(market.deployment[mint])!;
      market.network.setAccount({ address, data, owner: TOKEN_2022 });
      const act = () => market.admin.treasury.initialize();
      const refusal = await expectRefused(market, act, 'treasury', 'AccountOwnedByWrongProgram');
      expect(refusal.account).to.equal(mint);
    });
  }

  it('refuses the mints in each other’s place', async () => {
    const { market } = test;
    const { deployment } = market;
    const swapped = { ...deployment, ioMint: deployment.usdcMint, usdcMint: deployment.ioMint };
    const call = treasury.initialize.call({ deployment: swapped, payer: market.admin.payer }, {});
    await expectRefused(market, () => market.admin.send(call), 'treasury', 'InvalidIoMint');
  });
});
