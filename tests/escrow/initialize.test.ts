import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { escrow, eventOf, localnet, pda, programDataAddress } from '@ionet/sdk';
import {
  type Market,
  expectError,
  readPrograms,
  setMint,
  testKeypair,
  upgradeableProgram,
} from '@ionet/sdk/testing';
import { sendWithDurableNonce } from '../harness/calls.js';
import { withAccounts } from '../harness/slots.js';
import { uninitializedMarket } from '../harness/uninitialized.js';

describe('escrow: initialize', () => {
  let market: Market;
  let config: PublicKey;

  beforeEach(async () => {
    market = await uninitializedMarket();
    config = pda.escrow.config(market.deployment);
  });

  it('writes the config that the upgrade authority asks for', async () => {
    const { deployment } = market;
    const [newAdmin, pauser] = [testKeypair('multisig').publicKey, market.pauser.payer];
    const { events } = await market.admin.escrow.initialize({ admin: newAdmin, pauser });
    const state = await market.anyone.accounts.escrow.escrowConfig.fetch(config);
    expect(state.governance).to.deep.equal({
      admin: newAdmin,
      pendingAdmin: null,
      pauser,
      pausedUntil: 0n,
    });
    expect(state.ioMint).to.deep.equal(deployment.ioMint);
    expect(state.usdcMint).to.deep.equal(deployment.usdcMint);
    expect(state.ioFeeVault).to.deep.equal(pda.treasury.feeVault(deployment, deployment.ioMint));
    expect(state.usdcFeeVault).to.deep.equal(pda.treasury.feeVault(deployment, deployment.usdcMint));
    expect(Uint8Array.from(state.priceFeedId)).to.deep.equal(deployment.priceFeedId);
    expect(state.seq).to.equal(0n);
    const event = eventOf(events, 'escrow', 'escrowInitialized');
    expect(event.admin).to.deep.equal(newAdmin);
    expect(event.pauser).to.deep.equal(pauser);
    expect(event.ioMint).to.deep.equal(deployment.ioMint);
    expect(event.usdcMint).to.deep.equal(deployment.usdcMint);
  });

  it('refuses an attacker who comes first, and works for the authority afterwards', async () => {
    await expectError(market.anyone.escrow.initialize(), 'escrow', 'NotUpgradeAuthority');
    expect(market.network.getAccount(config)).to.equal(null);
    await market.admin.escrow.initialize();
    const { governance } = await market.anyone.accounts.escrow.escrowConfig.fetch(config);
    expect(governance.admin).to.deep.equal(market.admin.payer);
  });

  it('refuses an attacker who names the data of a program of his own', async () => {
    const own = Keypair.generate().publicKey;
    const [programData] = upgradeableProgram(own, new Uint8Array(8), market.anyone.payer);
    market.network.setAccount(programData);
    const call = escrow.initialize.call(market.anyone, {});
    const attack = withAccounts(call, 'escrow', 'initialize', { programData: programDataAddress(own) });
    await expectError(market.anyone.send(attack), 'escrow', 'NotUpgradeAuthority');
  });

  it('refuses the data of another program of the marketplace', async () => {
    const { programs } = market.deployment;
    const call = escrow.initialize.call(market.admin, {});
    const attack = withAccounts(call, 'escrow', 'initialize', {
      programData: programDataAddress(programs.treasury),
    });
    await expectError(market.admin.send(attack), 'escrow', 'NotUpgradeAuthority');
  });

  it('refuses everybody where the program is sealed', async () => {
    const { deployment, network } = market;
    const { escrow: elf } = await readPrograms('artifacts');
    const [programData] = upgradeableProgram(deployment.programs.escrow, elf, null);
    network.setAccount(programData);
    await expectError(market.admin.escrow.initialize(), 'escrow', 'NotUpgradeAuthority');
  });

  it('works where a stranger has sent lamports to the address of the config', async () => {
    market.network.airdrop(config, market.network.rentFor(0));
    await market.admin.escrow.initialize();
    const { governance } = await market.anyone.accounts.escrow.escrowConfig.fetch(config);
    expect(governance.admin).to.deep.equal(market.admin.payer);
  });

  it('works once', async () => {
    await market.admin.escrow.initialize({ pauser: market.pauser.payer });
    const before = market.network.getAccount(config)?.data;
    await expectError(market.admin.escrow.initialize(), 'system', 'AccountAlreadyInUse');
    await expectError(market.anyone.escrow.initialize(), 'system', 'AccountAlreadyInUse');
    expect(market.network.getAccount(config)?.data).to.deep.equal(before);
  });

  for (const [mint, decimals] of [
    ['ioMint', 9],
    ['ioMint', 6],
    ['usdcMint', 8],
    ['usdcMint', 5],
  ] as const) {
    it(`refuses ${mint === 'ioMint' ? 'IO' : 'USDC'} with ${decimals} decimals`, async () => {
      setMint(market.network, {
        address: localnet()[mint],
        decimals,
        mintAuthority: market.mintAuthority.publicKey,
      });
      await expectError(market.admin.escrow.initialize(), 'escrow', 'InvalidMint');
    });
  }

  it('refuses the mints the wrong way round', async () => {
    const { ioMint, usdcMint } = market.deployment;
    const call = escrow.initialize.call(market.admin, {});
    const swapped = withAccounts(call, 'escrow', 'initialize', { ioMint: usdcMint, usdcMint: ioMint });
    await expectError(market.admin.send(swapped), 'escrow', 'InvalidMint');
  });

  it('refuses a mint of another token program', async () => {
    const { deployment, network } = market;
    const raw = network.getAccount(deployment.usdcMint)!;
    const token2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
    network.setAccount({ ...raw, owner: token2022 });
    await expectError(market.admin.escrow.initialize(), 'escrow', 'AccountOwnedByWrongProgram');
  });

  it('refuses a pauser that nobody is', async () => {
    await expectError(
      market.admin.escrow.initialize({ pauser: PublicKey.default }),
      'escrow',
      'InvalidPauser',
    );
  });

  it('refuses a durable nonce', async () => {
    const call = escrow.initialize.call(market.admin, {});
    await expectError(sendWithDurableNonce(market, market.admin, call), 'escrow', 'DurableNonceRefused');
  });

  it('refuses another account as the instructions sysvar', async () => {
    const call = escrow.initialize.call(market.admin, {});
    const attack = withAccounts(call, 'escrow', 'initialize', { instructionsSysvar: market.anyone.payer });
    await expectError(market.admin.send(attack), 'escrow', 'NotInstructionsSysvar');
  });
});
