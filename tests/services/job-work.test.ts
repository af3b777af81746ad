import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { ProcessExecutor, type JobWork, type RunningWork } from '@ionet/node-agent';
import { signWork } from '@ionet/scheduler';
import { pda, type Client } from '@ionet/sdk';
import { createLogger } from '@ionet/service-kit';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFile } from '../harness/key-file.js';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { until } from '../harness/until.js';
import { onEachDatabase, type DatabasePlace } from './databases.js';
import { bundled, spawnScript, type Spawned } from './spawn.js';

const SCHEDULER = 'services/scheduler/src/main.ts';
const AGENT = 'services/node-agent/src/main.ts';

/** Says what it was told and what it has begun, and ends with 3 when a file says so. */
const PROGRAM = `
import { spawn } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
const { HOME, IONET_JOB: job, IONET_DEVICES: devices, IONET_DEVICE_IDS: ids } = process.env;
const { pid: child } = spawn('sleep', ['1000'], { stdio: 'ignore' });
const said = { pid: process.pid, child, devices, ids, names: Object.keys(process.env).sort() };
writeFileSync(HOME + '/new-' + job, JSON.stringify(said));
renameSync(HOME + '/new-' + job, HOME + '/work-' + job);
setInterval(() => existsSync(HOME + '/end-' + job) && process.exit(3), 10);
`;

interface Said {
  readonly pid: number;
  readonly child: number;
  readonly devices: string;
  readonly ids: string;
  readonly names: readonly string[];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended stays visible until its parent asks; who took it over may never do.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('services: the program of a job', () => {
  const work: JobWork = {
    job: 'job',
    node: 'node',
    devices: 1,
    deviceIds: null,
    endsAt: 0,
    workload: { kind: 'process' },
    leader: 'job',
  };
  const start = (command: string): RunningWork =>
    new ProcessExecutor(command, createLogger('test', 'silent')).start(work, 0)!;

  it('is told from its exit code, also where a signal ended it or it does not start', async () => {
    const failed = start('false');
    const stopped = start('sleep 100');
    const missing = start('/nowhere/program');
    expect([stopped.alive, stopped.exitCode]).to.deep.equal([true, null]);
    await stopped.stop();
    await until(() => !failed.alive);
    expect([failed, stopped, missing].map(({ exitCode }) => exitCode)).to.deep.equal([1, 128 + 15, 127]);
  });
});

onEachDatabase('services: the work of jobs, scheduler and agent as processes', function (kind) {
  this.timeout(300_000);
  const key = Keypair.generate();
  let network: Localnet;
  let schedulerPlace: DatabasePlace;
  let agentPlace: DatabasePlace;
  /** The agent's home, where programs leave what they have to say. */
  let directory: string;
  let scheduler: Spawned;
  let agent: Spawned;
  let url: string;
  let buyer: Client;
  let node: PublicKey;
  let offer: PublicKey;

  const startAgent = (): Spawned =>
    spawnScript(AGENT, {
      env: {
        HOME: directory,
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(agentPlace.directory, 'key', WALLETS.operator.keypair),
        ...agentPlace.settings,
        LOOP_MS: '50',
        // Nobody listens there: what runs a job does not wait for oracles.
        ORACLE_URLS: 'http://127.0.0.1:9',
        SCHEDULER_URL: url,
        OWNER: WALLETS.owner.keypair.publicKey.toBase58(),
        NODE_ID: '8',
        COMMAND: `${process.execPath} ${join(directory, 'program.mjs')}`,
        START_JOBS: '0',
        HOURS_SECONDS: '1',
      },
    });
  const book = async (): Promise<PublicKey> => {
    const order = { offer, devices: 2, hours: 2, payment: 'usdc', maxTotal: 10n ** 9n } as const;
    return (await buyer.escrow.bookJob(order)).accounts.job;
  };
  const fileOf = (kind: string, job: PublicKey): string => join(directory, `${kind}-${job.toBase58()}`);
  const said = (job: PublicKey): Promise<Said> =>
    until(() => {
      const file = fileOf('work', job);
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Said) : undefined;
    });
  interface JobBody {
    readonly state: string;
    readonly deviceIds: readonly number[];
    readonly work: { readonly seconds: number; readonly exitCode: number | null } | null;
  }
  /** It is told of what is final: a while after the agent has heard of it. */
  const jobBody = (job: PublicKey): Promise<JobBody> =>
    until(async () => {
      const response = await fetch(`${url}/jobs/${job.toBase58()}`);
      const body = (await response.json()) as JobBody;
      return response.ok && body.state !== 'booked' ? body : undefined;
    });

  before(async () => {
    for (const script of [SCHEDULER, AGENT]) bundled(script);
    network = await startLocalnet({ port: 0, slotMs: 50 });
    schedulerPlace = await kind.make();
    agentPlace = await kind.make();
    ({ directory } = agentPlace);
    writeFileSync(join(directory, 'program.mjs'), PROGRAM);
    const connection = network.connection();
    await airdrop(connection, key.publicKey, 10);
    disconnect(connection);
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    const registered = await owner.staking.registerNode({
      id: 8,
      classId: 1,
      deviceCount: 8,
      bandwidth: 'high',
      region: 'eu-west',
      operator: operator.payer,
      scheduler: key.publicKey,
    });
    ({ node } = registered.accounts);
    const { minimumStake } = await owner.accounts.staking.node.fetch(node);
    await owner.staking.stake({ node, amount: minimumStake });
    const terms = { price: 2_000_000n, minHours: 1, maxHours: 720 };
    ({ offer } = (await operator.escrow.createOffer({ node, id: 0, terms })).accounts);
    scheduler = spawnScript(SCHEDULER, {
      env: {
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(schedulerPlace.directory, 'key', key),
        ...schedulerPlace.settings,
        LOOP_MS: '50',
        MARKET_SECONDS: '0',
      },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
    agent = startAgent();
  });
  after(async () => {
    expect(await agent.kill('SIGTERM'), agent.stderr()).to.equal(0);
    await scheduler.kill('SIGKILL');
    await network.stop();
    await schedulerPlace.remove();
    await agentPlace.remove();
  });

  it('is begun on the devices that the scheduler gave to each job', async () => {
    const jobs = [await book(), await book()] as const;
    const [one, other] = [await said(jobs[0]), await said(jobs[1])];
    expect([one.ids, other.ids].sort()).to.deep.equal(['0,1', '2,3']);
    expect(one.devices).to.equal('2');
    expect((await jobBody(jobs[0])).deviceIds.join()).to.equal(one.ids);
    const names = [
      'HOME',
      'PATH',
      'IONET_JOB',
      'IONET_NODE',
      'IONET_DEVICES',
      'IONET_DEVICE_IDS',
      'IONET_WORKLOAD',
    ];
    expect(one.names, 'and nothing else of the agent').to.have.members([...names, 'IONET_ENDS_AT']);
    for (const job of jobs) await buyer.escrow.endJob({ job });
    await until(() => [one, other].every(({ pid }) => !isAlive(pid)));
  });

  it('is reported with its seconds and its exit code', async () => {
    const job = await book();
    const { pid, child } = await said(job);
    network.warpBy(30);
    await until(async () => ((await jobBody(job)).work?.seconds ?? 0) >= 30);
    expect((await jobBody(job)).work?.exitCode).to.equal(null);
    writeFileSync(fileOf('end', job), '');
    await until(async () => (await jobBody(job)).work?.exitCode === 3);
    expect((await jobBody(job)).state).to.equal('running');
    expect(isAlive(pid)).to.equal(false);
    await until(() => !isAlive(child));
    await buyer.escrow.endJob({ job });
  });

  it('stops, with all that it has begun, when the buyer ends the job', async () => {
    const job = await book();
    const { pid, child } = await said(job);
    expect([pid, child].map(isAlive)).to.deep.equal([true, true]);
    await buyer.escrow.endJob({ job });
    await until(() => ![pid, child].some(isAlive));
    await until(async () => (await jobBody(job)).work?.exitCode === 128 + 15);
    await until(async () => (await jobBody(job)).state === 'ending');
  });

  it('is stopped and begun anew by an agent that was killed', async () => {
    const job = await book();
    const before = await said(job);
    await agent.kill('SIGKILL');
    expect([before.pid, before.child].map(isAlive)).to.deep.equal([true, true]);
    rmSync(fileOf('work', job));
    agent = startAgent();
    const after = await said(job);
    expect([before.pid, before.child].map(isAlive)).to.deep.equal([false, false]);
    expect(after.ids).to.equal(before.ids);
    expect(isAlive(after.pid)).to.equal(true);
  });

  it('is not taken from anybody but the operator, nor for the job of another node', async () => {
    const job = (await book()).toBase58();
    const report = { job, seconds: 5, asOf: 1, exitCode: null };
    const post = async (body: typeof report, signer: Keypair): Promise<number> => {
      const signature = signWork(network.deployment, node.toBase58(), body, signer);
      const response = await fetch(`${url}/nodes/${node.toBase58()}/work`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, signature }),
      });
      return response.status;
    };
    expect(await post(report, WALLETS.owner.keypair)).to.equal(401);
    const stranger = pda.escrow.job(network.deployment, key.publicKey, 1n).toBase58();
    expect(await post({ ...report, job: stranger }, WALLETS.operator.keypair)).to.equal(404);
    expect(await post(report, WALLETS.operator.keypair)).to.equal(200);
  });
});
