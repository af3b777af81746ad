import {
  type PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_INSTRUCTIONS_PUBKEY,
  SystemProgram,
} from '@solana/web3.js';
import { expect } from 'chai';
import {
  airdrop,
  emission,
  escrow,
  eventOf,
  fetchAccount,
  oracle,
  pda,
  programDataAddress,
  staking,
  treasury,
  type AccountData,
  type Call,
  type CallContext,
  type Client,
  type ProgramName,
} from '@ionet/sdk';
import { testKeypair, upgradeableProgram, type Market } from '@ionet/sdk/testing';
import { setUpgradeAuthority, useBareMarket } from './bare-market.js';
import { replaceAccount, sendWithDurableNonce, withoutSignature } from './calls.js';
import { useMarket } from './market.js';
import { expectRefused } from './refusals.js';
import { stubProgram } from './stub-program.js';

type Governance = AccountData<'staking', 'stakingConfig'>['governance'];

const actions = { airdrop, emission, staking, oracle, escrow, treasury } as const;

/** What the root account of a program says of its roles, and its count of events. */
async function rootOf(
  market: Market,
  program: ProgramName,
): Promise<{ governance: Governance; seq: bigint }> {
  const { deployment, network } = market;
  switch (program) {
    case 'emission':
      return fetchAccount(network, 'emission', 'schedule', pda.emission.schedule(deployment));
    case 'staking':
      return fetchAccount(network, 'staking', 'stakingConfig', pda.staking.config(deployment));
    case 'oracle':
      return fetchAccount(network, 'oracle', 'oracleSet', pda.oracle.oracleSet(deployment));
    case 'escrow':
      return fetchAccount(network, 'escrow', 'escrowConfig', pda.escrow.config(deployment));
    case 'treasury':
      return fetchAccount(network, 'treasury', 'treasury', pda.treasury.treasury(deployment));
    case 'airdrop':
      return fetchAccount(network, 'airdrop', 'airdropConfig', pda.airdrop.config(deployment));
  }
}

/**
 * What every privileged instruction refuses: a durable nonce, another account in the place of the instructions
 * sysvar, and a signer who does not sign. `get` builds the call that would otherwise succeed.
 */
export function refusesUnsafeAuthority(
  program: ProgramName,
  get: () => { readonly market: Market; readonly client: Client; readonly call: Call },
): void {
  it('refuses a durable-nonce transaction', async () => {
    const { market, client, call } = get();
    await expectRefused(
      market,
      () => sendWithDurableNonce(market, client, call),
      program,
      'DurableNonceRefused',
    );
    await client.send(call);
  });

  it('refuses another account in the place of the instructions sysvar', async () => {
    const { market, client, call } = get();
    // The bytes of a transaction without a nonce, at an address of the attacker's choice.
    const address = testKeypair('fake sysvar').publicKey;
    market.network.setAccount({ address, owner: SystemProgram.programId, data: new Uint8Array(64) });
    for (const fake of [address, SYSVAR_CLOCK_PUBKEY]) {
      const forged = replaceAccount(call, SYSVAR_INSTRUCTIONS_PUBKEY, fake);
      await expectRefused(market, () => client.send(forged), program, 'NotInstructionsSysvar');
    }
  });

  it('refuses a signer who does not sign', async () => {
    const { market, client, call } = get();
    const unsigned = withoutSignature(call, client.payer);
    await expectRefused(market, () => market.anyone.send(unsigned), program, 'AccountNotSigner');
  });
}

/** The tests of `initialize` that are the same in every program. */
export function initializeTests(
  program: ProgramName,
  options: {
    /** Builds the call. */
    call(context: CallContext, market: Market): Call;
    /** The accounts that it creates. */
    created(market: Market): readonly PublicKey[];
  },
): void {
  const test = useBareMarket();
  const build = (client: Client): Call => options.call(client, test.market);

  it('cannot be taken by an attacker who comes first', async () => {
    const { market } = test;
    const attacker = market.actor('attacker');
    await expectRefused(market, () => attacker.send(build(attacker)), program, 'NotUpgradeAuthority');
    await market.admin.send(build(market.admin));
    expect((await rootOf(market, program)).governance.admin.equals(market.admin.payer)).to.be.true;
  });

  it('refuses an attacker with the upgrade authority of a program of his own', async () => {
    const { market } = test;
    const attacker = market.actor('attacker');
    const own = testKeypair('his own program').publicKey;
    for (const account of upgradeableProgram(own, stubProgram(), attacker.payer)) {
      market.network.setAccount(account);
    }
    const ours = programDataAddress(market.deployment.programs[program]);
    const forged = replaceAccount(build(attacker), ours, programDataAddress(own));
    await expectRefused(market, () => attacker.send(forged), program, 'NotUpgradeAuthority');
  });

  it('refuses a program of his own in the place of ours', async () => {
    const { market } = test;
    const attacker = market.actor('attacker');
    const own = testKeypair('his own program').publicKey;
    for (const account of upgradeableProgram(own, stubProgram(), attacker.payer)) {
      market.network.setAccount(account);
    }
    const ours = market.deployment.programs[program];
    const forged = replaceAccount(
      replaceAccount(build(attacker), programDataAddress(ours), programDataAddress(own)),
      ours,
      own,
    );
    await expectRefused(market, () => attacker.send(forged), program, 'InvalidProgramId');
  });

  it('refuses the upgrade authority of before', async () => {
    const { market } = test;
    setUpgradeAuthority(market, program, market.buyer.payer);
    await expectRefused(market, () => market.admin.send(build(market.admin)), program, 'NotUpgradeAuthority');
  });

  it('refuses everyone once the program is sealed', async () => {
    const { market } = test;
    setUpgradeAuthority(market, program, null);
    for (const client of [market.admin, market.anyone]) {
      await expectRefused(market, () => client.send(build(client)), program, 'NotUpgradeAuthority');
    }
  });

  it('runs once only', async () => {
    const { market } = test;
    await market.admin.send(build(market.admin));
    await expectRefused(
      market,
      () => market.admin.send(build(market.admin)),
      'system',
      'AccountAlreadyInUse',
    );
  });

  it('is not held up by lamports sent ahead to the accounts that it creates', async () => {
    const { market } = test;
    const clean = market.snapshot();
    for (const lamports of [1_000_000n, 5_000_000_000n]) {
      market.restore(clean);
      for (const address of options.created(market)) market.network.airdrop(address, lamports);
      await market.admin.send(build(market.admin));
      expect((await rootOf(market, program)).governance.admin.equals(market.admin.payer)).to.be.true;
      for (const address of options.created(market)) {
        const account = market.network.getAccount(address)!;
        expect(account.lamports >= market.network.rentFor(account.data.length)).to.be.true;
      }
    }
  });

  refusesUnsafeAuthority(program, () => ({
    market: test.market,
    client: test.market.admin,
    call: build(test.market.admin),
  }));
}

/** The tests of `propose_admin`, which is the same in every program. */
export function proposeAdminTests(program: ProgramName): void {
  const test = useMarket();

  it('names a new admin, who has no power yet', async () => {
    const { market } = test;
    const before = await rootOf(market, program);
    const newAdmin = market.actor('new admin');
    const { events } = await market.admin[program].proposeAdmin({ newAdmin: newAdmin.payer });
    const { governance, seq } = await rootOf(market, program);
    expect(governance).to.deep.equal({ ...before.governance, pendingAdmin: newAdmin.payer });
    expect(seq).to.equal(before.seq + 1n);
    expect(eventOf(events, program, 'adminProposed')).to.deep.equal({
      admin: market.admin.payer,
      pendingAdmin: newAdmin.payer,
      seq,
    });
    const usurp = (): Promise<unknown> => newAdmin[program].proposeAdmin({ newAdmin: newAdmin.payer });
    await expectRefused(market, usurp, program, 'NotAdmin');
  });

  it('replaces an earlier proposal', async () => {
    const { market } = test;
    const [first, second] = [market.actor('first'), market.actor('second')];
    await market.admin[program].proposeAdmin({ newAdmin: first.payer });
    await market.admin[program].proposeAdmin({ newAdmin: second.payer });
    await expectRefused(market, () => first[program].acceptAdmin(), program, 'NotPendingAdmin');
    await second[program].acceptAdmin();
  });

  it('withdraws a proposal by naming the admin itself', async () => {
    const { market } = test;
    const newAdmin = market.actor('new admin');
    await market.admin[program].proposeAdmin({ newAdmin: newAdmin.payer });
    const { events } = await market.admin[program].proposeAdmin({ newAdmin: market.admin.payer });
    expect(eventOf(events, program, 'adminProposed').pendingAdmin).to.equal(null);
    expect((await rootOf(market, program)).governance.pendingAdmin).to.equal(null);
    await expectRefused(market, () => newAdmin[program].acceptAdmin(), program, 'NotPendingAdmin');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.operator]) {
      const act = (): Promise<unknown> => client[program].proposeAdmin({ newAdmin: client.payer });
      await expectRefused(market, act, program, 'NotAdmin');
    }
  });

  refusesUnsafeAuthority(program, () => {
    const { market } = test;
    const call = actions[program].proposeAdmin.call(market.admin, { newAdmin: market.buyer.payer });
    return { market, client: market.admin, call };
  });
}

/** The tests of `accept_admin`, which is the same in every program. */
export function acceptAdminTests(program: ProgramName): void {
  const test = useMarket();

  async function proposed(): Promise<Client> {
    const newAdmin = test.market.actor('new admin');
    await test.market.admin[program].proposeAdmin({ newAdmin: newAdmin.payer });
    return newAdmin;
  }

  it('hands the role over, and takes it from the former admin', async () => {
    const { market } = test;
    const newAdmin = await proposed();
    const before = await rootOf(market, program);
    const { events } = await newAdmin[program].acceptAdmin();
    const { governance, seq } = await rootOf(market, program);
    expect(governance.admin.equals(newAdmin.payer)).to.be.true;
    expect(governance.pendingAdmin).to.equal(null);
    expect(governance.pausedUntil).to.equal(before.governance.pausedUntil);
    expect(seq).to.equal(before.seq + 1n);
    expect(eventOf(events, program, 'adminChanged')).to.deep.equal({ admin: newAdmin.payer, seq });
    const former = (): Promise<unknown> =>
      market.admin[program].proposeAdmin({ newAdmin: market.admin.payer });
    await expectRefused(market, former, program, 'NotAdmin');
    await newAdmin[program].proposeAdmin({ newAdmin: market.buyer.payer });
  });

  it('refuses everyone but the proposed admin', async () => {
    const { market } = test;
    await proposed();
    for (const client of [market.anyone, market.admin, market.pauser]) {
      await expectRefused(market, () => client[program].acceptAdmin(), program, 'NotPendingAdmin');
    }
  });

  it('refuses when nobody was proposed, and a second time', async () => {
    const { market } = test;
    await expectRefused(market, () => market.anyone[program].acceptAdmin(), program, 'NotPendingAdmin');
    const newAdmin = await proposed();
    await newAdmin[program].acceptAdmin();
    await expectRefused(market, () => newAdmin[program].acceptAdmin(), program, 'NotPendingAdmin');
  });

  const pending: { client?: Client } = {};
  beforeEach(async () => {
    pending.client = await proposed();
  });
  refusesUnsafeAuthority(program, () => {
    const client = pending.client!;
    return { market: test.market, client, call: actions[program].acceptAdmin.call(client) };
  });
}

const PAUSE_SECONDS = 72 * 3_600;

/** The tests of `pause`, which is the same in the programs that take something in. */
export function pauseTests(
  program: 'staking' | 'escrow',
  intake: (market: Market, attempt: number) => Promise<unknown>,
): void {
  const test = useMarket();

  it('stops intake for 72 hours, and no longer', async () => {
    const { market } = test;
    const before = await rootOf(market, program);
    const { events } = await market.pauser[program].pause();
    const { governance, seq } = await rootOf(market, program);
    const pausedUntil = market.network.now() + BigInt(PAUSE_SECONDS);
    expect(governance).to.deep.equal({ ...before.governance, pausedUntil });
    expect(seq).to.equal(before.seq + 1n);
    expect(eventOf(events, program, 'intakePaused')).to.deep.equal({ pausedUntil, seq });
    await expectRefused(market, () => intake(market, 1), program, 'Paused');
    market.warpBy(PAUSE_SECONDS - 1);
    await expectRefused(market, () => intake(market, 2), program, 'Paused');
    market.warpBy(1);
    await intake(market, 3);
  });

  it('cannot be renewed while it runs', async () => {
    const { market } = test;
    await market.pauser[program].pause();
    market.warpBy(PAUSE_SECONDS - 1);
    await expectRefused(market, () => market.pauser[program].pause(), program, 'AlreadyPaused');
    market.warpBy(1);
    await market.pauser[program].pause();
  });

  it('refuses everyone but the pauser, also the admin', async () => {
    const { market } = test;
    for (const client of [market.admin, market.anyone, market.operator]) {
      await expectRefused(market, () => client[program].pause(), program, 'NotPauser');
    }
  });

  refusesUnsafeAuthority(program, () => {
    const { market } = test;
    return { market, client: market.pauser, call: actions[program].pause.call(market.pauser) };
  });
}

/** The tests of `unpause`, which is the same in the programs that take something in. */
export function unpauseTests(
  program: 'staking' | 'escrow',
  intake: (market: Market, attempt: number) => Promise<unknown>,
): void {
  const test = useMarket();
  beforeEach(async () => {
    await test.market.pauser[program].pause();
  });

  for (const role of ['pauser', 'admin'] as const) {
    it(`lets the ${role} end a pause early`, async () => {
      const { market } = test;
      const before = await rootOf(market, program);
      const { events } = await market[role][program].unpause();
      const { governance, seq } = await rootOf(market, program);
      expect(governance).to.deep.equal({ ...before.governance, pausedUntil: 0n });
      expect(seq).to.equal(before.seq + 1n);
      expect(eventOf(events, program, 'intakeUnpaused')).to.deep.equal({ by: market[role].payer, seq });
      await intake(market, 1);
    });
  }

  it('refuses everyone else', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.operator, market.owner]) {
      await expectRefused(market, () => client[program].unpause(), program, 'NotPauser');
    }
  });

  it('refuses when no pause runs, or when it has ended by itself', async () => {
    const { market } = test;
    market.warpBy(PAUSE_SECONDS);
    await expectRefused(market, () => market.pauser[program].unpause(), program, 'NotPaused');
    await market.pauser[program].pause();
    await market.admin[program].unpause();
    await expectRefused(market, () => market.admin[program].unpause(), program, 'NotPaused');
  });

  refusesUnsafeAuthority(program, () => {
    const { market } = test;
    return { market, client: market.pauser, call: actions[program].unpause.call(market.pauser) };
  });
}
