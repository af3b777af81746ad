import {
  ConfigError,
  createLogger,
  deploymentFile,
  Health,
  httpUrls,
  integer,
  keypairFile,
  Metrics,
  pause,
  readConfig,
  runLoop,
  serviceSettings,
} from '@ionet/service-kit';
import { deploymentJson, localnet } from '@ionet/sdk';
import { expect } from 'chai';
import { Keypair } from '@solana/web3.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { keyFile } from '../harness/key-file.js';
import { spawnScript, type Spawned } from './spawn.js';

describe('services: settings', () => {
  const schema = z.object({
    PORT: integer(0, 65_535).default(80),
    URLS: httpUrls(),
    KEY: keypairFile().optional(),
  });
  const problem = (environment: NodeJS.ProcessEnv): string => {
    try {
      readConfig(schema, environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return expect.fail('it must be refused');
  };

  it('are read from the environment, with defaults for what is not set or empty', () => {
    const read = readConfig(schema, { PORT: '', URLS: 'http://a:1/, https://b', OTHER: 'x' });
    expect(read).to.deep.equal({ PORT: 80, URLS: ['http://a:1', 'https://b'] });
  });

  it('name every variable that is wrong', () => {
    expect(problem({ PORT: '70000', URLS: 'http://a,ftp://b' }).split('\n')).to.deep.equal([
      'PORT: must be a whole number from 0 to 65535',
      "URLS: 'ftp://b' is no http or https address",
    ]);
    expect(problem({ PORT: '-1' })).to.contain('URLS: is not set');
  });

  it('say which file cannot be used', () => {
    const directory = mkdtempSync(join(tmpdir(), 'service-'));
    const path = join(directory, 'key.json');
    const of = (content: string): string => {
      writeFileSync(path, content);
      return problem({ URLS: 'http://a', KEY: path });
    };
    expect(problem({ URLS: 'http://a', KEY: '/nowhere/key.json' })).to.equal(
      'KEY: /nowhere/key.json cannot be read',
    );
    expect(of('[1, 2')).to.equal(`KEY: ${path} is not JSON`);
    expect(of('[1, 2]')).to.equal(`KEY: ${path} is no keypair: a JSON list of 64 numbers`);
    const key = Keypair.generate();
    writeFileSync(path, JSON.stringify([...key.secretKey]));
    expect(readConfig(schema, { URLS: 'http://a', KEY: path }).KEY?.publicKey.equals(key.publicKey)).to.equal(
      true,
    );
    rmSync(directory, { recursive: true });
  });

  it('read a deployment file as the SDK does, and name the field that is wrong', () => {
    const directory = mkdtempSync(join(tmpdir(), 'service-'));
    const path = join(directory, 'deployment.json');
    const deployment = z.object({ DEPLOYMENT: deploymentFile().default(localnet) });
    const read = (content: object): unknown => {
      writeFileSync(path, JSON.stringify(content));
      return readConfig(deployment, { DEPLOYMENT: path }).DEPLOYMENT;
    };
    const written = deploymentJson(localnet());
    expect(read(written)).to.deep.equal(localnet());
    expect(() => read({ ...written, ioMint: 'IO' })).to.throw(
      ConfigError,
      `DEPLOYMENT: ${path}: deployment.ioMint: 'IO' is no address in base58`,
    );
    expect(() => read({ ...written, mint: 'IO' })).to.throw(
      ConfigError,
      'deployment.mint: is no field of it',
    );
    expect(readConfig(deployment, {}).DEPLOYMENT).to.deep.equal(localnet());
    expect(readConfig(deployment, { DEPLOYMENT: 'localnet' }).DEPLOYMENT).to.deep.equal(localnet());
    rmSync(directory, { recursive: true });
  });

  it('have a description each', () => {
    for (const [name, field] of Object.entries(serviceSettings)) {
      expect(field.description, name).to.be.a('string');
    }
  });
});

describe('services: health', () => {
  it('is red when no loop finished in time', () => {
    let now = 0;
    const health = new Health(100, () => now);
    now = 100;
    expect(health.healthy).to.equal(true);
    now = 101;
    expect(health.healthy).to.equal(false);
    health.beat();
    expect([health.healthy, health.ageMs]).to.deep.equal([true, 0]);
  });
});

describe('services: loop', () => {
  const parts = () => ({
    intervalMs: 1,
    health: new Health(1_000),
    metrics: new Metrics('test'),
    logger: createLogger('test', 'silent'),
  });

  it('goes on after a tick that throws, and counts it', async () => {
    const stopping = new AbortController();
    const { metrics, ...rest } = parts();
    let ticks = 0;
    const tick = (): Promise<void> => {
      ticks += 1;
      if (ticks === 3) stopping.abort();
      return ticks === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
    };
    await runLoop({ ...rest, metrics, tick, signal: stopping.signal });
    expect(ticks).to.equal(3);
    const counted: Record<string, number> = {};
    for (const { labels, value } of (await metrics.loops.get()).values)
      counted[String(labels.result)] = value;
    expect(counted).to.deep.equal({ failed: 1, done: 2 });
  });

  it('waits for the tick that runs when it is stopped, and not for the pause', async () => {
    const stopping = new AbortController();
    let finished = false;
    const tick = async (): Promise<void> => {
      stopping.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      finished = true;
    };
    await runLoop({ ...parts(), intervalMs: 600_000, tick, signal: stopping.signal });
    expect(finished).to.equal(true);
    await pause(600_000, stopping.signal);
  });
});

describe('services: process', () => {
  let directory: string;
  let environment: Record<string, string>;
  let running: Spawned | undefined;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'service-'));
    const key = keyFile(directory, 'key', Keypair.generate());
    environment = { KEYPAIR: key, DATA_DIR: directory, LOOP_MS: '10' };
  });
  afterEach(() => {
    running?.child.kill('SIGKILL');
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });
  const start = (env: Record<string, string> = {}, ...args: string[]): Spawned =>
    (running = spawnScript('tests/services/processes/beeper.ts', { args, env: { ...environment, ...env } }));
  const urlOf = async (process: Spawned): Promise<string> =>
    (await process.line(({ msg }) => msg === 'ready')).url ?? '';

  it('logs JSON lines, serves metrics and health, and stops at its ease on SIGTERM', async () => {
    const beeper = start();
    const url = await urlOf(beeper);
    expect(await beeper.line(({ msg }) => msg === 'beep')).to.include({
      service: 'beeper',
      level: 'info',
      at: '1',
    });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).to.match(/ionet_loops_total\{result="done",service="beeper"\} \d+/);
    const health = await fetch(`${url}/healthz`);
    expect(health.status).to.equal(200);
    expect(await health.json()).to.include({ healthy: true });
    expect(await beeper.kill('SIGTERM')).to.equal(0);
    expect(beeper.lines.at(-1)?.msg).to.equal('stopped');
    expect(beeper.lines.some(({ msg }) => msg === 'closed')).to.equal(true);
  });

  it('is red when its loops fail, and says with what', async () => {
    const beeper = start({ BREAK: '1', HEALTH_MS: '100' });
    const url = await urlOf(beeper);
    await beeper.line(({ msg }) => msg === 'the loop failed');
    let status = 200;
    while (status === 200) status = (await fetch(`${url}/healthz`)).status;
    expect(status).to.equal(503);
  });

  it('names the variable of a wrong setting and exits with 2', async () => {
    const wrong = start({ LOOP_MS: 'fast' });
    expect(await wrong.ended()).to.equal(2);
    expect(wrong.stderr()).to.equal('beeper: LOOP_MS: must be a whole number from 10 to 600000\n');
  });

  it('refuses an option that it does not know, and explains its settings', async () => {
    const [wrong, help] = [start({}, '--fast'), start({}, '--help')];
    expect(await wrong.ended()).to.equal(2);
    expect(wrong.stderr()).to.contain('--fast');
    expect(await help.ended()).to.equal(0);
    const text = help.lines.map(({ msg }) => msg).join('\n');
    for (const name of ['BREAK', 'DATABASE_URL', 'HEALTH_MS', '--dry-run']) expect(text).to.contain(name);
  });
});
