import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { escrow, eventOf, pda, programDataAddress } from '@ionet/sdk';
import { setMint, testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { refused } from '../harness/escrow.js';
import { initializeTests } from '../harness/governance.js';
import { withAccounts } from '../harness/slots.js';

const TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');

describe('escrow: initialize', () => {
  initializeTests('escrow', {
    call: (context, market) => escrow.initialize.call(context, { pauser: market.pauser.payer }),
    created: (market) => [pda.escrow.config(market.deployment)],
  });

  const test = useBareMarket();

  it('writes the config that the upgrade authority asks for', async () => {
    const { market } = test;
    const { deployment } = market;
    const [admin, pauser] = [testKeypair('multisig').publicKey, market.pauser.payer];
    const { accounts, events } = await market.admin.escrow.initialize({ admin, pauser });
    const { ioMint, usdcMint, priceFeedId } = deployment;
    const state = await market.anyone.accounts.escrow.escrowConfig.fetch(accounts.config);
    expect(state.governance).to.deep.equal({ admin, pendingAdmin: null, pauser, pausedUntil: 0n });
    expect(state.ioMint).to.deep.equal(ioMint);
    expect(state.usdcMint).to.deep.equal(usdcMint);
    expect(state.ioFeeVault).to.deep.equal(pda.treasury.feeVault(deployment, ioMint));
    expect(state.usdcFeeVault).to.deep.equal(pda.treasury.feeVault(deployment, usdcMint));
    expect(state.priceFeedId).to.deep.equal(priceFeedId);
    expect(state.seq).to.equal(0n);
    expect(eventOf(events, 'escrow', 'escrowInitialized')).to.deep.equal({
      admin,
      pauser,
      ioMint,
      usdcMint,
      priceFeedId,
    });
  });

  it("refuses the data of the treasury's program", async () => {
    const { market } = test;
    const { programs } = market.deployment;
    const call = withAccounts(escrow.initialize.call(market.admin), 'escrow', 'initialize', {
      programData: programDataAddress(programs.treasury),
    });
    await refused(market, 'NotUpgradeAuthority', () => market.admin.send(call));
  });

  for (const [name, mint, decimals] of [
    ['IO', 'ioMint', 9],
    ['IO', 'ioMint', 6],
    ['USDC', 'usdcMint', 8],
    ['USDC', 'usdcMint', 5],
  ] as const) {
    it(`refuses ${name} with ${decimals} decimals`, async () => {
      const { market } = test;
      setMint(market.network, {
        address: market.deployment[mint],
        decimals,
        mintAuthority: market.mintAuthority.publicKey,
      });
      await refused(market, 'InvalidMint', () => market.admin.escrow.initialize());
    });
  }

  it('refuses the mints the wrong way round, or the same mint twice', async () => {
    const { market } = test;
    const { ioMint, usdcMint } = market.deployment;
    const call = escrow.initialize.call(market.admin);
    for (const mints of [
      { ioMint: usdcMint, usdcMint: ioMint },
      { ioMint, usdcMint: ioMint },
      { ioMint: usdcMint, usdcMint },
    ]) {
      const forged = withAccounts(call, 'escrow', 'initialize', mints);
      await refused(market, 'InvalidMint', () => market.admin.send(forged));
    }
  });

  it('refuses mints of another token program', async () => {
    const { market } = test;
    const { ioMint, usdcMint } = market.deployment;
    const clean = market.snapshot();
    for (const mint of [ioMint, usdcMint]) {
      market.restore(clean);
      market.network.setAccount({ ...market.network.getAccount(mint)!, owner: TOKEN_2022 });
      await refused(market, 'AccountOwnedByWrongProgram', () => market.admin.escrow.initialize());
    }
  });

  it('refuses a pauser that nobody can be', async () => {
    const { market } = test;
    await refused(market, 'InvalidPauser', () =>
      market.admin.escrow.initialize({ pauser: PublicKey.default }),
    );
  });

  it('refuses an admin that nobody can be', async () => {
    const { market } = test;
    await refused(market, 'InvalidAdmin', () =>
      market.admin.escrow.initialize({ admin: PublicKey.default, pauser: market.pauser.payer }),
    );
  });
});
