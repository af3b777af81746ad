import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  TOKEN_PROGRAM_ID,
  loadDeployment,
  loadDeploymentRoles,
  pda,
  programDataAddress,
  programNames,
  tokenAddress,
  type Client,
  type Transport,
} from '@ionet/sdk';
import { setMint, testKeypair, tokenBalance, tokenSupply } from '@ionet/sdk/testing';
import { createBurnInstruction } from '@solana/spl-token';
import { readHardwareModels } from '../../scripts/lib/hardware.js';
import { actions, governanceOf } from '../../migrations/lib/governance.js';
import { inspectAll, migrate, STEPS, type StepReport } from '../../migrations/lib/migrate.js';
import { fetchMint } from '../../migrations/lib/mint.js';
import { upgradeAuthorityOf } from '../../migrations/lib/programs.js';
import { ioMint } from '../../migrations/steps/01-io-mint.js';
import { METADATA_BINARY, allAccounts, useMigration } from '../harness/migration.js';

const IO = 100_000_000n;
/** As economy.md has them. */
const ALLOCATIONS = {
  'season-1': 17_500_000n * IO,
  'season-2': 7_500_000n * IO,
  'season-3': 5_000_000n * IO,
  'community-first-round': 7_500_000n * IO,
  'community-season-3': 2_500_000n * IO,
  ecosystem: 75_000_000n * IO,
  'launch-pool': 20_000_000n * IO,
  reserve: 365_000_000n * IO,
} as const;

describe('the migration', () => {
  const test = useMigration();

  const run = (client: Client = test.deployer()): Promise<StepReport[]> =>
    migrate({ client, config: test.config }, () => undefined);
  const kinds = (reports: readonly StepReport[]): string[] => reports.map(({ state }) => state.kind);

  /** The multisig signs what the migration says it has to sign. */
  async function accept(): Promise<void> {
    const reports = await run();
    const waiting = reports.flatMap(({ state }) => (state.kind === 'waiting' ? [...state.toSign] : []));
    expect(waiting).to.have.length(programNames.length);
    for (const { instruction } of waiting) {
      await test.client('multisig').send({ instructions: [instruction], signers: [], accounts: {} });
    }
  }

  /** The network, but the process dies at one transaction: before it is sent, or before its fate is known. */
  function dyingAt(number: number, landed: boolean): { readonly transport: Transport } {
    const { transport } = test.network;
    let count = 0;
    return {
      transport: {
        ...transport,
        async execute(transaction, lifetime, signal) {
          count += 1;
          if (count === number && !landed) throw new Error('killed');
          const outcome = await transport.execute(transaction, lifetime, signal);
          if (count === number) throw new Error('killed');
          return outcome;
        },
      },
    };
  }

  it('makes the token, the configs and the file, and leaves to the multisig what is its own', async () => {
    const { network, config } = test;
    const reports = await run();
    expect(kinds(reports)).to.deep.equal([...Array<string>(6).fill('done'), 'waiting', 'waiting']);
    const client = test.client('stranger');
    const { deployment } = network;

    const mint = await fetchMint(client, deployment.ioMint);
    const schedule = pda.emission.schedule(deployment);
    expect(mint).to.deep.include({ decimals: 8, freezeAuthority: null, supply: 500_000_000n * IO });
    expect(mint?.mintAuthority?.equals(schedule)).to.equal(true);
    for (const [name, amount] of Object.entries(ALLOCATIONS)) {
      const account = tokenAddress(deployment.ioMint, testKeypair(name).publicKey);
      expect(tokenBalance(network, account), name).to.equal(amount);
    }
    const { sealedAt, preset, gpuShareBps, oracles } =
      await client.accounts.emission.schedule.fetch(schedule);
    expect({ sealedAt, preset, gpuShareBps }).to.deep.equal({
      sealedAt: network.now(),
      preset: 'default',
      gpuShareBps: 9_500,
    });
    expect(oracles.members).to.deep.equal(config.roles.oracles);
    expect(await client.accounts.staking.hardwareClass.findAll()).to.have.length(readHardwareModels().length);
    const staking = await client.accounts.staking.stakingConfig.fetch(pda.staking.config(deployment));
    expect(staking.governance.pauser.equals(config.roles.pauser)).to.equal(true);
    expect(staking.appealAuthority.equals(config.roles.appealAuthority)).to.equal(true);

    const file = readFileSync(config.deploymentFile, 'utf8');
    expect(loadDeployment(file)).to.deep.equal(deployment);
    expect(loadDeploymentRoles(file)?.admin.equals(config.roles.multisig)).to.equal(true);
    for (const [name, governance] of Object.entries(await governanceOf(client))) {
      expect(governance?.admin.equals(config.deployer), name).to.equal(true);
      expect(governance?.pendingAdmin?.equals(config.roles.multisig), name).to.equal(true);
    }
  });

  it('gives the upgrade authority away once the multisig has signed, and then has nothing left', async () => {
    const { config, network } = test;
    await accept();
    const reports = await run();
    expect(kinds(reports)).to.deep.equal(STEPS.map(() => 'done'));
    const client = test.client('stranger');
    for (const name of programNames) {
      expect((await upgradeAuthorityOf(client, name))?.equals(config.roles.upgradeAuthority)).to.equal(true);
      expect((await governanceOf(client))[name]?.admin.equals(config.roles.multisig)).to.equal(true);
    }
    // Nothing is signed any more: the deployer need not even be there.
    const before = await allAccounts({ network });
    await run(test.deployer(dyingAt(1, false).transport));
    expect(await allAccounts({ network })).to.deep.equal(before);
  });

  it('ends the same wherever it is interrupted', async () => {
    const { network, config } = test;
    // What a run that dies leaves behind is what had landed: a state for each transaction, with the files of then.
    const left: { readonly chain: Uint8Array; readonly file: string | null }[] = [];
    const leave = (): void => {
      const file = existsSync(config.deploymentFile) ? readFileSync(config.deploymentFile, 'utf8') : null;
      left.push({ chain: network.snapshot(), file });
    };
    leave();
    const { transport } = network;
    await run(
      test.deployer({
        ...transport,
        async execute(transaction, lifetime, signal) {
          const outcome = await transport.execute(transaction, lifetime, signal);
          leave();
          return outcome;
        },
      }),
    );
    const expected = await allAccounts({ network });
    expect(left.length).to.be.greaterThan(12);
    for (const [number, { chain, file }] of left.entries()) {
      network.restore(chain);
      if (file === null) rmSync(config.deploymentFile, { force: true });
      else writeFileSync(config.deploymentFile, file);
      await run();
      expect(await allAccounts({ network }), `interrupted after transaction ${number}`).to.deep.equal(
        expected,
      );
    }
  });

  it('goes on where a transaction was lost, or landed without its fate being heard of', async () => {
    const { network } = test;
    for (const landed of [false, true]) {
      const { transport } = dyingAt(7, landed);
      const error: unknown = await run(test.deployer(transport)).catch((reason: unknown) => reason);
      expect(String(error)).to.equal('Error: killed');
    }
    await run();
    expect(tokenSupply(network, network.deployment.ioMint)).to.equal(500_000_000n * IO);
  });

  it('says what it would do, and does none of it', async () => {
    const { network, config } = test;
    const before = await allAccounts({ network });
    const dead = test.deployer(dyingAt(1, false).transport);
    const reports = await inspectAll({ client: dead, config });
    expect(kinds(reports)).to.deep.equal([
      'missing',
      METADATA_BINARY === undefined ? 'done' : 'missing',
      ...Array<string>(5).fill('missing'),
      'waiting',
    ]);
    expect(await allAccounts({ network })).to.deep.equal(before);
    expect(existsSync(config.deploymentFile)).to.equal(false);
  });

  it('does not mint what was moved or burned since', async () => {
    const { network } = test;
    await run();
    const { ioMint } = network.deployment;
    const holder = testKeypair('launch-pool');
    network.airdrop(holder.publicKey, 1_000_000_000n);
    const burn = createBurnInstruction(
      tokenAddress(ioMint, holder.publicKey),
      ioMint,
      holder.publicKey,
      ALLOCATIONS['launch-pool'],
    );
    await network.client(holder).send({ instructions: [burn], signers: [], accounts: {} });
    const supply = tokenSupply(network, ioMint);
    await run();
    expect(tokenSupply(network, ioMint)).to.equal(supply);
    expect(supply).to.equal(480_000_000n * IO);
  });

  it('mints nothing where IO exists already', async () => {
    const { network, config } = test;
    setMint(network, {
      address: network.deployment.ioMint,
      decimals: 8,
      mintAuthority: config.deployer,
      supply: 1n,
    });
    await expectStopped(run(), /0\.00000001 IO exist that this migration did not mint/);
    expect(tokenSupply(network, network.deployment.ioMint)).to.equal(1n);
  });

  it('is not held up by SOL that somebody sends to the mint ahead', async () => {
    const { network } = test;
    const blank = network.snapshot();
    for (const lamports of [1_000_000n, 5_000_000_000n]) {
      network.restore(blank);
      network.airdrop(network.deployment.ioMint, lamports);
      const client = test.deployer();
      const state = await ioMint.inspect({ client, config: test.config });
      const [task] = state.kind === 'missing' ? state.tasks : [];
      if (task === undefined || !('call' in task)) throw new Error('the mint is not to be created');
      await client.send(task.call);
      expect((await ioMint.inspect({ client, config: test.config })).kind).to.equal('done');
    }
  });

  it('refuses a mint that is not as it made it', async () => {
    const { network, config } = test;
    const mint = { address: network.deployment.ioMint, decimals: 8, mintAuthority: config.deployer };
    const blank = network.snapshot();
    for (const [change, problem] of [
      [{ decimals: 9 }, /9 decimals, not 8/],
      [{ freezeAuthority: config.deployer }, /freeze authority/],
      [{ mintAuthority: testKeypair('stranger').publicKey }, /not sealed|no longer the deployer/],
    ] as const) {
      network.restore(blank);
      setMint(network, { ...mint, ...change });
      await expectStopped(run(), problem);
    }
  });

  it('refuses programs that are not deployed, are not the deployer’s, or have another mint', async () => {
    const { network } = test;
    const blank = network.snapshot();
    const programData = programDataAddress(network.deployment.programs.oracle);
    const raw = network.getAccount(programData)!;
    network.setAccount({ address: programData, owner: TOKEN_PROGRAM_ID, data: new Uint8Array(1) });
    await expectStopped(run(), /no upgradeable program at .* \(oracle\): deploy it first/);
    network.restore(blank);
    const data = Uint8Array.from(raw.data);
    data.set(testKeypair('stranger').publicKey.toBytes(), 13);
    network.setAccount({ ...raw, data });
    await expectStopped(run(), /the upgrade authority of oracle is .* not the deployer/);
    network.restore(blank);
    const other = testKeypair('other mint').publicKey;
    setMint(network, { address: other, decimals: 8, mintAuthority: other });
    const client = test.deployer();
    await client.send(
      actions.airdrop.initialize.call({ ...client, deployment: { ...client.deployment, ioMint: other } }),
    );
    await expectStopped(run(), /airdrop is initialized with ioMint/);
  });

  it('refuses an admin whom it does not know', async () => {
    await run();
    const client = test.deployer();
    const stranger = test.client('stranger');
    await client.airdrop.proposeAdmin({ newAdmin: stranger.payer });
    await stranger.airdrop.acceptAdmin();
    await expectStopped(run(), /the admin of airdrop is .* neither the deployer nor the multisig/);
  });

  it('does not overwrite a file of another deployment', async () => {
    const { config, directory } = test;
    writeFileSync(join(directory, 'deployment.json'), '{}');
    await expectStopped(run(), /describes another deployment/);
    expect(readFileSync(config.deploymentFile, 'utf8')).to.equal('{}');
  });
});

async function expectStopped(promise: Promise<unknown>, problem: RegExp): Promise<void> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.have.property('name', 'MigrationError');
  expect((error as Error).message).to.match(problem);
}
