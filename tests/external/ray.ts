import { RayError, RayExecutor, RayJobApi, type JobWork, type RayJobState } from '@ionet/node-agent';
import { createLogger, type Workload } from '@ionet/service-kit';
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../harness/until.js';

const POLL_MS = 200;
const ADDRESS = process.env['RAY_ADDRESS'] ?? '';
const TOKEN = process.env['RAY_AUTH_TOKEN'] ?? '';

/** Unix seconds of this machine: here they stand for the chain's. */
const clock = (): number => Math.floor(Date.now() / 1_000);

describe('external: jobs on a Ray cluster', () => {
  const api = new RayJobApi(ADDRESS, { token: TOKEN });
  const logger = createLogger('ray-test', 'silent');
  const agent = (): RayExecutor => new RayExecutor(api, logger, { pollMs: POLL_MS });
  const submitted: string[] = [];
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'ray-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });
  afterEach(async () => {
    for (const job of submitted.splice(0)) {
      await api.stop(job);
      await over(job);
      await api.delete(job);
    }
  });

  /** Work whose every start leaves a line in its file, and which lasts for some seconds. */
  function workOf(seconds: number, more: Partial<Workload & { kind: 'ray' }> = {}, node = 'node'): JobWork {
    const job = randomBytes(16).toString('hex');
    submitted.push(job);
    const entrypoint = `echo begun >> ${fileOf(job)}; echo é of $IONET_JOB; sleep ${seconds}; echo done`;
    const workload: Workload = { kind: 'ray', entrypoint, ...more };
    return { job, node, devices: 1, deviceIds: null, endsAt: clock() + 3_600, workload, leader: job };
  }

  const fileOf = (job: string): string => join(directory, job);
  const begun = (job: string): number =>
    existsSync(fileOf(job)) ? readFileSync(fileOf(job), 'utf8').trim().split('\n').length : 0;

  const reached = (job: string, wanted: RayJobState['state']): Promise<RayJobState> =>
    until(async () => {
      const state = await api.state(job);
      return state?.state === wanted ? state : false;
    });
  const over = (job: string): Promise<true> =>
    until(async () => {
      const state = await api.state(job);
      return state === null || !['PENDING', 'RUNNING'].includes(state.state);
    });

  it('runs a job, reports the seconds that Ray says, and reads its log by pages', async () => {
    const work = workOf(3);
    const running = agent().start(work)!;
    expect(running.span(clock()), 'before anything is known').to.equal(null);
    await until(() => running.alive);
    const during = running.span(clock())!;
    expect(during.to - during.from).to.be.within(0, 5);
    const state = await reached(work.job, 'SUCCEEDED');
    expect(state.exitCode).to.equal(0);
    await until(() => !running.alive);
    const span = running.span(clock())!;
    // The chain's seconds are whole ones, and what was pending does not count.
    const seconds = (state.endedAtMs! - state.startedAtMs!) / 1_000;
    expect(span.to - span.from).to.be.within(2, seconds + 1);
    expect(Math.abs(span.to - state.endedAtMs! / 1_000)).to.be.below(3);
    expect(running.span(clock() + 500)!.from, 'what is over does not move').to.equal(span.from);
    expect(running.span(clock() + 500)!.to, 'what is over does not move').to.equal(span.to);

    const whole = await api.logs(work.job, 0, 1_000_000);
    expect(whole?.text).to.include(`é of ${work.job}\n`).and.to.include('done\n');
    const pages: string[] = [];
    for (let from = 0, more = true; more;) {
      const page = (await api.logs(work.job, from, 7))!;
      expect(Buffer.byteLength(page.text)).to.be.at.most(7);
      pages.push(page.text);
      ({ next: from, more } = page);
    }
    expect(pages.join('')).to.equal(whole?.text);
  });

  it('finds the job of an agent that was killed, and does not begin it again', async () => {
    const work = workOf(600);
    const first = agent().start(work)!;
    await until(() => first.alive);
    await until(() => begun(work.job) === 1);
    const { startedAtMs } = (await api.state(work.job))!;
    // As after kill -9: nobody has told Ray anything.
    await first.leave();
    const second = agent().start(work)!;
    await until(() => second.alive);
    expect((await api.state(work.job))?.startedAtMs).to.equal(startedAtMs);
    expect(second.span(clock())!.from).to.be.within(startedAtMs! / 1_000 - 2, first.span(clock())!.from + 2);
    expect(begun(work.job)).to.equal(1);
    await second.stop();
    expect((await api.state(work.job))?.state).to.equal('STOPPED');
    expect(second.alive).to.be.false;
  });

  it('submits a job once, however often it is told to', async () => {
    const { job } = workOf(600);
    const submission = {
      id: job,
      entrypoint: `echo begun >> ${fileOf(job)}; sleep 600`,
      runtimeEnv: {},
      metadata: {},
    };
    const answers = await Promise.all([1, 2, 3].map(() => api.submit(submission)));
    expect(answers.filter((first) => first)).to.have.length(1);
    await reached(job, 'RUNNING');
    expect(await api.submit(submission)).to.be.false;
    await until(() => begun(job) === 1);
  });

  it('says that work has failed, and reports nothing after it', async () => {
    const work = workOf(0, { entrypoint: 'exit 3' });
    const running = agent().start(work)!;
    const state = await reached(work.job, 'FAILED');
    expect(state.exitCode).to.equal(3);
    await until(() => running.exitCode === 3);
    const span = running.span(clock())!;
    expect(running.span(clock() + 60)).to.deep.equal(span);
    expect(await api.logs('nothing of this name')).to.equal(null);
  });

  it('leaves the work of a cluster to the job that leads it', async () => {
    const led = workOf(600);
    const { job: follower } = workOf(600);
    const member = agent().start({ ...led, job: follower, node: 'another' })!;
    expect(await api.state(led.job)).to.equal(null);
    const leader = agent().start(led)!;
    await until(() => leader.alive && member.alive);
    // Both are paid for the same work, by what Ray says of it.
    const [one, other] = [leader.span(clock())!, member.span(clock())!];
    expect(Math.max(one.from, other.from)).to.be.below(Math.min(one.to, other.to) + 3);
    await member.stop();
    expect((await api.state(led.job))?.state).to.equal('RUNNING');
    await leader.stop();
    expect((await api.state(led.job))?.state).to.equal('STOPPED');
    expect(await api.state(follower)).to.equal(null);
  });

  it('stops what an agent that was killed has left of jobs that are over', async () => {
    const [left, kept, ofAnother] = [workOf(600), workOf(600), workOf(600, {}, 'another')];
    for (const work of [left, kept, ofAnother]) {
      const running = agent().start(work)!;
      await until(() => running.alive);
      await running.leave();
    }
    await agent().sweep('node', new Set([kept.job]));
    await reached(left.job, 'STOPPED');
    expect((await api.state(kept.job))?.state).to.equal('RUNNING');
    expect((await api.state(ofAnother.job))?.state).to.equal('RUNNING');
  });

  it('gives the driver what the buyer and the chain say', async () => {
    const more = {
      entrypoint: 'echo $WHO on $IONET_NODE with $IONET_DEVICES',
      env: { WHO: 'me', IONET_NODE: '?' },
    };
    const work = workOf(0, more);
    agent().start(work);
    await reached(work.job, 'SUCCEEDED');
    expect((await api.logs(work.job))?.text).to.include('me on node with 1\n');
  });

  it('names the setting where the cluster does not let it in', async () => {
    const error: unknown = await new RayJobApi(ADDRESS).state('any').catch((failed: unknown) => failed);
    expect(error).to.be.instanceOf(RayError);
    expect((error as RayError).message).to.include('RAY_AUTH_TOKEN');
    expect((error as RayError).status).to.equal(401);
  });
});
