import { pageOf, RayError, RayExecutor, RayJobApi, type JobWork, type RunningWork } from '@ionet/node-agent';
import { createLogger, workloadSchema } from '@ionet/service-kit';
import { expect } from 'chai';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../harness/until.js';

const POLL_MS = 10;
const NOW = 1_800_000_000;
/** The head's clock is an hour off. */
const HEAD_NOW_MS = (NOW - 3_600) * 1_000;

/** What Ray itself cannot be brought to do: outages, failures, and a clock that is wrong. `tests/external` has the rest. */
describe('services: a Ray cluster in trouble', () => {
  const logger = createLogger('ray-test', 'silent');
  const requests: string[] = [];
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let api: RayJobApi;
  const works: RunningWork[] = [];

  const job = (status: string, more: object = {}): string =>
    JSON.stringify({
      status,
      start_time: HEAD_NOW_MS - 100_000,
      driver_node_id: status === 'PENDING' ? null : 'a',
      ...more,
    });
  const say =
    (status: number, text: string, headNowMs = HEAD_NOW_MS) =>
    (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(status, { date: new Date(headNowMs).toUTCString() }).end(text);
    };

  beforeEach(async () => {
    requests.length = 0;
    answer = say(404, 'Job does not exist');
    server = createServer((request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      // Ray takes what has such a header for a browser's.
      if ('sec-fetch-mode' in request.headers)
        say(403, 'not allowed for browser traffic.')(request, response);
      else answer(request, response);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    api = new RayJobApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { timeoutMs: 500 });
  });
  afterEach(async () => {
    for (const work of works.splice(0)) await work.leave();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const work: JobWork = {
    job: 'abc',
    node: 'node',
    devices: 2,
    deviceIds: null,
    endsAt: NOW + 3_600,
    workload: { kind: 'ray', entrypoint: 'true' },
    leader: 'abc',
  };
  const start = (): RunningWork => {
    const running = new RayExecutor(api, logger, { pollMs: POLL_MS }).start(work)!;
    works.push(running);
    return running;
  };
  const failure = async (promise: Promise<unknown>): Promise<RayError> => {
    const error: unknown = await promise.then(
      () => expect.fail('it must fail'),
      (failed: unknown) => failed,
    );
    expect(error).to.be.instanceOf(RayError);
    return error as RayError;
  };

  it('names the setting when nothing answers, or something else does', async () => {
    const { message, status } = await failure(new RayJobApi('http://127.0.0.1:1').state('abc'));
    expect([message, status]).to.deep.equal([
      'the head of the Ray cluster does not answer at http://127.0.0.1:1: is RAY_ADDRESS right, and does it run?',
      null,
    ]);
    answer = say(200, '<html>');
    expect((await failure(api.state('abc'))).message).to.include('look at RAY_ADDRESS');
    answer = say(200, '{}');
    expect((await failure(api.state('abc'))).message).to.include('look at RAY_ADDRESS');
    answer = () => undefined;
    expect((await failure(api.state('abc'))).message).to.include('RAY_ADDRESS');
  });

  it('says in a sentence what Ray says in a traceback', async () => {
    answer = say(500, 'Traceback (most recent call last):\n  File "a.py"\nValueError: it is so.\n.\n');
    expect((await failure(api.list())).message).to.equal('Ray refuses: ValueError: it is so.');
    // The id is taken, or the submission is refused: only the job itself tells.
    answer = (request, response) => {
      if (request.method === 'POST') say(500, 'RuntimeError: no.')(request, response);
      else say(404, 'Job abc does not exist')(request, response);
    };
    const submission = { id: 'abc', entrypoint: 'true', runtimeEnv: {}, metadata: {} };
    expect((await failure(api.submit(submission))).message).to.include('RuntimeError: no.');
    answer = (request, response) => {
      say(request.method === 'POST' ? 500 : 200, job('RUNNING'))(request, response);
    };
    expect(await api.submit(submission)).to.be.false;
  });

  it('reports nothing while the head is away, and the whole span when it is back', async () => {
    const running = start();
    answer = say(200, job('RUNNING'));
    await until(() => running.alive);
    const before = running.span(NOW)!;
    expect(before, 'by the clock of the head').to.deep.equal({ from: NOW - 100, to: NOW - 1 });
    answer = say(503, 'away');
    await until(() => !running.alive);
    // Nobody has said that it ran on.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(running.span(NOW + 1)!.to).to.be.at.most(NOW);
    answer = say(200, job('RUNNING'), HEAD_NOW_MS + 300_000);
    await until(() => running.alive);
    expect(running.span(NOW + 300)).to.deep.equal({ from: before.from, to: NOW + 299 });
    expect(requests.some((request) => request.startsWith('POST'))).to.be.false;
  });

  it('does not count the time for which a job was seen waiting', async () => {
    const running = start();
    answer = say(200, job('PENDING'), HEAD_NOW_MS - 40_000);
    await until(() => requests.length > 2);
    expect([running.alive, running.span(NOW)]).to.deep.equal([false, null]);
    answer = say(200, job('RUNNING'));
    await until(() => running.alive);
    expect(running.span(NOW)!.from).to.equal(NOW - 40);
    answer = say(200, job('FAILED', { end_time: HEAD_NOW_MS - 10_000 }));
    await until(() => !running.alive);
    expect(running.span(NOW)).to.deep.equal({ from: NOW - 40, to: NOW - 11 });
  });

  it('counts nothing of a job whose driver never began', async () => {
    const running = start();
    answer = say(200, job('FAILED', { driver_node_id: null, end_time: HEAD_NOW_MS }));
    await until(() => requests.length > 0);
    await running.stop();
    expect(running.span(NOW)).to.equal(null);
  });

  it('submits anew what a head that lost its memory does not know any more', async () => {
    const running = start();
    answer = say(200, job('RUNNING'));
    await until(() => running.alive);
    expect(running.span(NOW)!.from).to.equal(NOW - 100);
    answer = (request, response) => {
      if (request.method === 'POST') say(200, JSON.stringify({ submission_id: 'abc' }))(request, response);
      else say(404, 'Job abc does not exist')(request, response);
    };
    await until(() => requests.includes('POST /api/jobs/'));
    answer = say(200, job('RUNNING', { start_time: HEAD_NOW_MS - 5_000 }));
    await until(() => running.alive);
    expect(running.span(NOW)!.from, 'the new one is younger').to.equal(NOW - 5);
  });

  it('gives up stopping where the head is away: the next sweep does it', async () => {
    const running = start();
    answer = say(200, job('RUNNING'));
    await until(() => running.alive);
    answer = say(503, 'away');
    await running.stop();
    answer = (request, response) => {
      const list = [
        { submission_id: 'abc', status: 'RUNNING', metadata: { ionet_node: 'node' } },
        { submission_id: 'over', status: 'FAILED', metadata: { ionet_node: 'node' } },
        { submission_id: null, status: 'RUNNING', metadata: null },
      ];
      say(200, JSON.stringify(request.method === 'GET' ? list : { stopped: true }))(request, response);
    };
    requests.length = 0;
    await new RayExecutor(api, logger).sweep('node', new Set());
    expect(requests).to.deep.equal(['GET /api/jobs/', 'POST /api/jobs/abc/stop']);
  });
});

describe('services: pages of a log', () => {
  const log = Buffer.from('aé€𝄞b');

  it('never cut a character in two, and give the log when put together', () => {
    for (let limit = 0; limit < 15; limit += 1) {
      let text = '';
      for (let from = 0, more = true; more;) {
        const page = pageOf(log, from, limit);
        text += page.text;
        ({ next: from, more } = page);
      }
      expect(text).to.equal('aé€𝄞b');
    }
  });

  it('begin anew where the log did', () => {
    expect(pageOf(log, 1_000, 100)).to.deep.equal({ text: 'aé€𝄞b', next: log.length, more: false });
  });
});

describe('services: workloads', () => {
  it('are of a kind that is known, with nothing beside it', () => {
    const accepts = (workload: unknown): boolean => workloadSchema.safeParse(workload).success;
    expect(accepts({ kind: 'process' })).to.be.true;
    expect(accepts({ kind: 'ray', entrypoint: 'python a.py', workingDir: 'https://a.example/b.zip' })).to.be
      .true;
    expect(accepts({ kind: 'ray', entrypoint: 'a', pip: ['numpy==2.0.0'], env: { A_1: 'b' } })).to.be.true;
    for (const wrong of [
      { kind: 'docker' },
      { kind: 'process', entrypoint: 'rm' },
      { kind: 'ray' },
      { kind: 'ray', entrypoint: '' },
      { kind: 'ray', entrypoint: 'a', workingDir: 'file:///etc' },
      { kind: 'ray', entrypoint: 'a', workingDir: 'http://a.example/b.zip' },
      { kind: 'ray', entrypoint: 'a', env: { 'A=B': 'c' } },
      { kind: 'ray', entrypoint: 'a', pip: Array.from({ length: 8 }, () => 'x'.repeat(4_000)) },
    ]) {
      expect(accepts(wrong), JSON.stringify(wrong).slice(0, 80)).to.be.false;
    }
  });
});
