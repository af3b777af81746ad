import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, pda, staking } from '@ionet/sdk';
import { setMint, testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { initializeTests } from '../harness/governance.js';
import { replaceAccount } from '../harness/calls.js';
import { expectRefused } from '../harness/refusals.js';

const TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');

describe('staking: initialize', () => {
  initializeTests('staking', {
    call: (context) => staking.initialize.call(context, {}),
    created: ({ deployment }) => [pda.staking.config(deployment)],
  });

  const test = useBareMarket();

  it('creates the config with the roles named, and the base stake of 200 IO', async () => {
    const { market } = test;
    const [admin, pauser] = [testKeypair('multisig').publicKey, market.pauser.payer];
    const appealAuthority = market.appealAuthority.payer;
    const { accounts, events } = await market.admin.staking.initialize({ admin, pauser, appealAuthority });
    const config = await market.anyone.accounts.staking.stakingConfig.fetch(accounts.config);
    expect(config).to.deep.include({
      version: 1,
      governance: { admin, pendingAdmin: null, pauser, pausedUntil: 0n },
      ioMint: market.deployment.ioMint,
      baseStakePerDevice: 20_000_000_000n,
      appealAuthority,
      seq: 0n,
    });
    expect(eventOf(events, 'staking', 'stakingInitialized')).to.deep.equal({
      admin,
      pauser,
      ioMint: market.deployment.ioMint,
      baseStakePerDevice: 20_000_000_000n,
      appealAuthority,
    });
  });

  it('refuses a mint of other decimals', async () => {
    const { market } = test;
    const address = testKeypair('other mint').publicKey;
    for (const decimals of [0, 7, 9]) {
      setMint(market.network, { address, decimals, mintAuthority: market.admin.payer });
      const call = replaceAccount(
        staking.initialize.call(market.admin, {}),
        market.deployment.ioMint,
        address,
      );
      await expectRefused(market, () => market.admin.send(call), 'staking', 'InvalidIoMint');
    }
  });

  it('refuses a mint of another token program', async () => {
    const { market } = test;
    const { address, data } = market.network.getAccount(market.deployment.ioMint)!;
    market.network.setAccount({ address, data, owner: TOKEN_2022 });
    const error = await expectRefused(
      market,
      () => market.admin.staking.initialize(),
      'staking',
      'AccountOwnedByWrongProgram',
    );
    expect(error.account).to.equal('ioMint');
  });

  it('refuses the default key as pauser', async () => {
    const { market } = test;
    const act = () => market.admin.staking.initialize({ pauser: PublicKey.default });
    await expectRefused(market, act, 'staking', 'InvalidPauser');
  });

  it('refuses the default key as admin', async () => {
    const { market } = test;
    const act = () =>
      market.admin.staking.initialize({ admin: PublicKey.default, pauser: market.pauser.payer });
    await expectRefused(market, act, 'staking', 'InvalidAdmin');
  });
});
