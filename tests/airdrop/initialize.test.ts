import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { TOKEN_PROGRAM_ID, airdrop, eventOf, pda } from '@ionet/sdk';
import { setMint, testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { initializeTests } from '../harness/governance.js';
import { expectRefused } from '../harness/refusals.js';

const TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');

describe('airdrop: initialize', () => {
  initializeTests('airdrop', {
    call: (context) => airdrop.initialize.call(context, {}),
    created: ({ deployment }) => [pda.airdrop.config(deployment)],
  });

  const test = useBareMarket();

  it('creates the config, with no id used', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    const admin = testKeypair('multisig').publicKey;
    const { accounts, events } = await market.admin.airdrop.initialize({ admin });
    expect(await market.anyone.accounts.airdrop.airdropConfig.fetch(accounts.config)).to.deep.include({
      version: 1,
      governance: { admin, pendingAdmin: null, pauser: admin, pausedUntil: 0n },
      ioMint,
      usedIds: new Uint8Array(128),
      seq: 1n,
    });
    expect(eventOf(events, 'airdrop', 'airdropInitialized')).to.deep.equal({ admin, ioMint, seq: 1n });
  });

  it('refuses the default key as admin', async () => {
    const { market } = test;
    const act = () => market.admin.airdrop.initialize({ admin: PublicKey.default });
    await expectRefused(market, act, 'airdrop', 'InvalidAdmin');
  });

  it('refuses another number of decimals', async () => {
    const { market } = test;
    const ioMint = testKeypair('other mint').publicKey;
    for (const decimals of [6, 9]) {
      setMint(market.network, { address: ioMint, decimals, mintAuthority: market.admin.payer });
      const deployment = { ...market.deployment, ioMint };
      const call = airdrop.initialize.call({ deployment, payer: market.admin.payer }, {});
      await expectRefused(market, () => market.admin.send(call), 'airdrop', 'InvalidIoMint');
    }
  });

  it('refuses a mint of another token program', async () => {
    const { market } = test;
    const { address, data } = market.network.getAccount(market.deployment.ioMint)!;
    for (const owner of [TOKEN_2022, market.deployment.programs.airdrop]) {
      expect(owner.equals(TOKEN_PROGRAM_ID)).to.be.false;
      market.network.setAccount({ address, data, owner });
      const act = () => market.admin.airdrop.initialize();
      const refusal = await expectRefused(market, act, 'airdrop', 'AccountOwnedByWrongProgram');
      expect(refusal.account).to.equal('ioMint');
    }
  });
});
