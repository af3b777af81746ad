import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { computeEpoch, EpochStore, observe, readRawLog } from '@ionet/oracle';
import {
  localnet,
  mintToInstruction,
  parseUsdc,
  pda,
  createTokenAccountInstruction,
  tokenAddress,
  programConstant,
  type AccountData,
  type Client,
} from '@ionet/sdk';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { samplesOf, total } from '../../scripts/dev/metrics.js';
import { freePorts } from '../../scripts/dev/process.js';
import { createProgram } from '../../scripts/io/program.js';
import { keyFile } from '../harness/key-file.js';
import { until } from '../harness/until.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { bundled, spawnScript, type Spawned } from './spawn.js';

const HOUR = 3_600;
const MINUTE = 60;
const SETTLE_SECONDS = 60;
const ABSENCE_SECONDS = 240;
const SLOT_MS = 100;
const HOURS_OF_TESTS = 40;
const DEPLOYMENT = localnet();
const ORACLE = 'services/oracle/src/main.ts';
const AGENT = 'services/node-agent/src/main.ts';
const LIAR = 'tests/services/processes/lying-oracle.ts';

/** The whole of it, as processes: a network, three oracles of which one lies at first, and a node with its agent. */
onEachDatabase('services: oracles and a node', function (kind) {
  this.timeout(1_200_000);
  let network: Localnet;
  /** Of the oracles, and behind them of the agent. */
  const places: DatabasePlace[] = [];
  let ports: number[];
  let anyone: Client;
  let agent: Spawned;
  const oracles: (Spawned | undefined)[] = [undefined, undefined, undefined];
  const owner = WALLETS.owner.keypair;
  const node: PublicKey = pda.staking.node(DEPLOYMENT, owner.publicKey, 77);
  const offer = pda.escrow.offer(DEPLOYMENT, node, 0);

  const common = ({ directory, settings }: DatabasePlace, keypair: Keypair): Record<string, string> => ({
    RPC_URLS: network.rpcUrl,
    KEYPAIR: keyFile(directory, 'key', keypair),
    ...settings,
    LOOP_MS: '100',
  });
  const urlOf = (index: number): string => `http://127.0.0.1:${ports[index] ?? 0}`;
  const members = [WALLETS.oracle0, WALLETS.oracle1, WALLETS.oracle2].map(({ keypair }) => keypair);

  const startOracle = async (index: number, script = ORACLE): Promise<void> => {
    const oracle = spawnScript(script, {
      env: {
        ...common(places[index]!, members[index]!),
        LOOP_MS: '400',
        HTTP_PORT: String(ports[index]),
        PEER_URLS: [0, 1, 2]
          .filter((other) => other !== index)
          .map(urlOf)
          .join(','),
        EPOCH_SETTLE_SECONDS: String(SETTLE_SECONDS),
        ABSENCE_SECONDS: String(ABSENCE_SECONDS),
        REPORT_SECONDS: '60',
        TURN_SECONDS: '2',
        CHALLENGE_LEVELS: '8',
        CHALLENGE_SECONDS: '600',
        SPEED_BYTES: '65536',
      },
    });
    oracles[index] = oracle;
    await oracle.line(({ msg }) => msg === 'ready');
  };
  /**
   * The line of the machine that tests is measured by the agent's own speed test; what it is worth must not decide what
   * the node earns here. So every log has a test of a good line in each of the next hours.
   */
  const writeSpeedTests = (startsAt: number): void => {
    for (const index of [0, 1, 2]) {
      const raw = join(places[index]!.directory, 'raw');
      mkdirSync(raw, { recursive: true });
      for (let hour = 0; hour < HOURS_OF_TESTS; hour += 1) {
        const at = startsAt + hour * HOUR + HOUR / 2;
        const entry = { kind: 'speed', at, node: node.toBase58(), sequence: 1, down: 500, up: 400 };
        writeFileSync(join(raw, `${at - (at % HOUR)}.jsonl`), `${JSON.stringify(entry)}\n`);
      }
    }
  };
  const killOracle = async (index: number): Promise<void> => {
    await oracles[index]?.kill('SIGKILL');
    oracles[index] = undefined;
  };
  const alive = (): number[] => [0, 1, 2].filter((index) => oracles[index] !== undefined);

  const pool = (): Promise<AccountData<'emission', 'pool'>> =>
    anyone.accounts.emission.pool.fetch(pda.emission.pool(DEPLOYMENT, 'gpu'));
  const schedule = (): Promise<AccountData<'emission', 'schedule'>> =>
    anyone.accounts.emission.schedule.fetch(pda.emission.schedule(DEPLOYMENT));
  const now = async (): Promise<number> => Number(await anyone.now());
  const lastHeartbeat = async (index: number): Promise<number> => {
    const response = await fetch(`${urlOf(index)}/v1/nodes/${node.toBase58()}`);
    return ((await response.json()) as { lastHeartbeatAt?: number | null }).lastHeartbeatAt ?? 0;
  };

  /** Goes so many minutes on; in each of them every oracle that lives hears the node. */
  const liveThrough = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      network.warpBy(MINUTE);
      const at = await now();
      await Promise.all(
        alive().map((index) => until(async () => (await lastHeartbeat(index)) >= at - (at % MINUTE))),
      );
    }
  };
  /** Goes to the first second of the next epoch. */
  const nextEpoch = async (): Promise<void> => {
    const { startsAt } = await schedule();
    const at = await now();
    network.warpBy(HOUR - ((at - Number(startsAt)) % HOUR));
  };
  const proved = (index: number, count: number): Promise<boolean> =>
    until(async () => {
      const messages = await samplesOf(urlOf(index), 'ionet_oracle_messages_total');
      const answers = messages.filter(
        ({ labels }) => labels['kind'] === 'answer' && labels['result'] === 'taken',
      );
      return total(answers) >= count;
    });
  const pendingVersion = (version: bigint): Promise<AccountData<'emission', 'pool'>> =>
    until(async () => {
      const found = await pool();
      return found.pendingRoot?.version === version ? found : undefined;
    });
  const finalVersion = (version: bigint): Promise<true> =>
    until(async () => (await pool()).finalRoots[0]?.version === version);
  const storeOf = (index: number): EpochStore => new EpochStore(join(places[index]!.directory, 'epochs'));

  before(async () => {
    for (let index = 0; index <= members.length; index += 1) places.push(await kind.make());
    for (const script of [ORACLE, AGENT, LIAR]) bundled(script);
    network = await startLocalnet({ port: 0, slotMs: SLOT_MS });
    anyone = network.client(WALLETS.anyone.keypair);
    const admin = network.client(WALLETS.admin.keypair);
    const mintAuthority = WALLETS.mintAuthority.keypair;
    // The supply that the schedule asks for: 500,000,000 IO.
    const { ioMint } = DEPLOYMENT;
    const supply = BigInt((await network.connection().getTokenSupply(ioMint)).value.amount);
    const missing = programConstant('emission', 'INITIAL_SUPPLY') - supply;
    await admin.send({
      instructions: [
        createTokenAccountInstruction(admin.payer, ioMint, admin.payer),
        mintToInstruction(ioMint, tokenAddress(ioMint, admin.payer), mintAuthority.publicKey, missing),
      ],
      signers: [mintAuthority],
      accounts: {},
    });
    const startsAt = (await admin.now()) - 100n;
    await admin.emission.sealSchedule({ preset: 'default', startsAt, mintAuthority });
    ports = await freePorts(3);
    writeSpeedTests(Number(startsAt));
    await Promise.all([startOracle(0), startOracle(1), startOracle(2, LIAR)]);
    const agentPlace = places[members.length]!;
    agent = spawnScript(AGENT, {
      env: {
        ...common(agentPlace, WALLETS.operator.keypair),
        ORACLE_URLS: [0, 1, 2].map(urlOf).join(','),
        OWNER: owner.publicKey.toBase58(),
        OWNER_KEYPAIR: keyFile(agentPlace.directory, 'owner', owner),
        NODE_ID: '77',
        CLASS_ID: '2',
        COMMAND: 'sleep 600',
        HOURS_SECONDS: '10',
        SPEED_TEST_SECONDS: '3600',
        CLAIM_SECONDS: '60',
      },
    });
    await until(async () => (await anyone.accounts.staking.node.fetchMaybe(node)) ?? undefined);
  });
  after(async () => {
    for (const one of [agent, ...oracles]) await one?.kill('SIGKILL');
    await network.stop();
    for (const place of places) await place.remove();
  });

  it('registers the node with its stake', async () => {
    const { ownStake, minimumStake, operator, deviceCount } = await anyone.accounts.staking.node.fetch(node);
    expect(ownStake).to.equal(minimumStake);
    expect(operator.equals(WALLETS.operator.keypair.publicKey)).to.equal(true);
    expect(deviceCount).to.equal(1);
    // And has its line measured by each oracle.
    await agent.line(({ msg }) => msg === 'speed test');
  });

  it('agrees on epochs, and posts a root that one lying oracle has not changed', async () => {
    for (const hour of [1, 2, 3]) {
      await nextEpoch();
      await liveThrough(3);
      await Promise.all([0, 1].map((index) => proved(index, hour)));
    }
    await liveThrough(53);
    await nextEpoch();
    network.warpBy(SETTLE_SECONDS + 1);
    const { pendingRoot } = await pendingVersion(1n);
    const root = Buffer.from(pendingRoot!.root).toString('hex');
    const { epoch } = pendingRoot!;
    // The only node that there is has earned the whole budget of its hour.
    const events = join(storeOf(0).folder(epoch), 'gpu.csv');
    let verified = '';
    await createProgram({ width: 200, write: (text) => void (verified += text) }).parseAsync(
      ['verify-epoch', '--file', events, '--root', root, '--json'],
      { from: 'user' },
    );
    const answer = JSON.parse(verified) as Record<string, unknown>;
    expect(answer).to.include({ ok: true, leaves: 1, earning: 1, total: pendingRoot!.total.toString() });
    expect(answer['inputHash']).to.equal(Buffer.from(pendingRoot!.inputHash).toString('hex'));
  });

  it('has written down all that the root follows from: the raw logs give it again', async () => {
    const { pendingRoot } = await pool();
    const { epoch } = pendingRoot!;
    const logs = [0, 1].map((index) => readRawLog(join(places[index]!.directory, 'raw')));
    const sealed = await schedule();
    const start = Number(sealed.startsAt) + (Number(epoch) - 1) * HOUR;
    const settled = start + HOUR + SETTLE_SECONDS;
    const observations = logs.map((log) =>
      observe(
        log.filter(({ at }) => at <= settled),
        start,
        settled,
      ),
    );
    const store = storeOf(0);
    const before =
      store
        .list()
        .filter((one) => one < epoch)
        .at(-1) ?? 0n;
    const again = await computeEpoch(DEPLOYMENT, sealed, await store.state(before), epoch, observations);
    expect([...(again.rewards.gpu.tree?.root ?? [])]).to.deep.equal([...pendingRoot!.root]);
    expect([...again.rewards.gpu.inputHash]).to.deep.equal([...pendingRoot!.inputHash]);
    expect(again.points).to.contain(`heartbeat,${node.toBase58()}/0,`);
  });

  it('makes the root final, and the agent claims what the node has earned', async () => {
    await killOracle(2);
    await startOracle(2);
    const { pendingRoot } = await pool();
    network.warpBy(6 * HOUR);
    await finalVersion(1n);
    const account = pda.emission.rewardAccount(DEPLOYMENT, pda.emission.pool(DEPLOYMENT, 'gpu'), node);
    const claimed = await until(async () => {
      network.warpBy(1);
      return (await anyone.accounts.emission.rewardAccount.fetchMaybe(account)) ?? undefined;
    });
    expect(claimed.claimed).to.equal(pendingRoot!.total);
  });

  it('runs a job, and reports the seconds that enough oracles have verified', async () => {
    const operator = network.client(WALLETS.operator.keypair);
    await operator.escrow.createOffer({ node, id: 0, terms: { price: 1_000_000n, maxHours: 24 } });
    const buyer = network.client(WALLETS.buyer.keypair);
    const order = { offer, devices: 1, hours: 1, payment: 'usdc', maxTotal: parseUsdc('10') } as const;
    const { accounts } = await buyer.escrow.bookJob(order);
    const { job } = accounts;
    await until(async () => (await anyone.accounts.escrow.job.fetch(job)).state === 'running');
    await agent.line(({ msg }) => msg === 'work begun');
    await liveThrough(3);
    const usage = await until(async () => {
      network.warpBy(2);
      const found = await anyone.accounts.oracle.jobUsage.fetchMaybe(pda.oracle.jobUsage(DEPLOYMENT, job));
      return found !== null && found.verifiedSeconds > 0n ? found : undefined;
    });
    const { startedAt } = await anyone.accounts.escrow.job.fetch(job);
    expect(Number(usage.verifiedSeconds)).to.be.at.most(Number(usage.asOf - startedAt));
    await buyer.escrow.endJob({ job });
    network.warpBy(SETTLE_SECONDS + 5);
    const { endedAt } = await anyone.accounts.escrow.job.fetch(job);
    await until(async () => {
      const found = await anyone.accounts.oracle.jobUsage.fetch(pda.oracle.jobUsage(DEPLOYMENT, job));
      return found.asOf === endedAt;
    });
  });

  it('goes on with one oracle killed', async () => {
    await killOracle(1);
    await nextEpoch();
    await liveThrough(56);
    await nextEpoch();
    network.warpBy(SETTLE_SECONDS + ABSENCE_SECONDS + 1);
    const { pendingRoot, finalRoots } = await pendingVersion(2n);
    expect(Number(pendingRoot!.total)).to.be.greaterThan(Number(finalRoots[0]!.total));
  });

  it('stops with two killed, and goes on when one of them is back', async () => {
    await killOracle(2);
    await liveThrough(3);
    const { epoch: last } = (await pool()).pendingRoot!;
    await nextEpoch();
    network.warpBy(6 * HOUR);
    // What needs no signatures still happens.
    await finalVersion(2n);
    const loops = oracles[0]!.lines.length;
    network.warpBy(10);
    await liveThrough(3);
    expect(oracles[0]!.lines.length).to.be.at.least(loops);
    expect(storeOf(0).list().at(-1)).to.equal(last);
    expect((await pool()).lastVersion).to.equal(2n);
    await startOracle(1);
    network.warpBy(ABSENCE_SECONDS);
    await until(() => (storeOf(0).list().at(-1) ?? 0n) > last);
    await until(() => (storeOf(1).list().at(-1) ?? 0n) > last);
  });
});
