import {
  heartbeatReplySchema,
  readRawLog,
  signNodeMessage,
  solve,
  type NodeMessageKind,
  type NodeMessages,
  type NodeStamp,
  type RefusalName,
} from '@ionet/oracle';
import type { Deployment } from '@ionet/sdk';
import { testKeypair, type Market } from '@ionet/sdk/testing';
import type { PublicKey, Signer } from '@solana/web3.js';
import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { useMarket } from '../harness/market.js';
import { sealEmission } from '../harness/emission.js';
import { onEachDatabase } from './databases.js';
import { Oracles, type TestOracle, type TestOracleOptions } from './oracles.js';

const PATHS = {
  heartbeat: '/v1/heartbeats',
  answer: '/v1/answers',
  hours: '/v1/job-hours',
  speed: '/v1/speed-tests',
} as const;

/** How a message differs from one that is right. */
interface Wrong {
  readonly signer?: Signer;
  readonly deployment?: Deployment;
  readonly node?: PublicKey;
  readonly sentAt?: number;
  readonly sequence?: number;
}

onEachDatabase("services: the oracle's intake", (kind) => {
  const test = useMarket();
  const operator = testKeypair('operator');
  let market: Market;
  let oracles: Oracles;
  let oracle: TestOracle;
  let sequence: number;

  const start = async (options: TestOracleOptions = {}): Promise<void> => {
    oracle = await oracles.start(0, options);
    await oracles.loop();
  };
  beforeEach(async () => {
    ({ market } = test);
    await sealEmission(market);
    oracles = new Oracles(market, kind);
    sequence = 0;
  });
  afterEach(() => oracles.remove());

  const now = (): number => Number(market.network.now());
  const signed = <K extends NodeMessageKind>(kind: K, said: NodeMessages[K], wrong: Wrong = {}): object => {
    sequence += 1;
    const stamp: NodeStamp = {
      node: (wrong.node ?? test.node).toBase58(),
      sequence: wrong.sequence ?? sequence,
      sentAt: wrong.sentAt ?? now(),
    };
    const { deployment = market.deployment, signer = operator } = wrong;
    return signNodeMessage<K>(deployment, kind, { ...stamp, ...said }, signer);
  };
  const post = (url: string, payload: object | string): Promise<LightMyRequestResponse> =>
    oracle.http.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
  const beat = (wrong: Wrong = {}): Promise<LightMyRequestResponse> =>
    post(PATHS.heartbeat, signed('heartbeat', { jobs: [] }, wrong));
  const refused = (response: LightMyRequestResponse, status: number, name: RefusalName): void => {
    expect(response.json<unknown>(), response.body).to.include({ name });
    expect(response.json<{ error: string }>().error).to.be.a('string').that.is.not.equal('');
    expect(response.statusCode).to.equal(status);
  };
  const taken = (response: LightMyRequestResponse): object => {
    expect(response.statusCode, response.body).to.equal(200);
    return response.json<object>();
  };
  const written = (kind: string): number =>
    readRawLog(join(oracle.directory, 'raw')).filter((entry) => entry.kind === kind).length;

  describe('refuses of every message', () => {
    /** A message of each kind that is right but for what is said. */
    const messages: { readonly [K in NodeMessageKind]: NodeMessages[K] } = {
      heartbeat: { jobs: [] },
      answer: { challenge: 'ab'.repeat(32), root: 'cd'.repeat(32) },
      hours: { job: testKeypair('job').publicKey.toBase58(), from: 1, to: 2 },
      speed: {},
    };
    const send = (kind: NodeMessageKind, wrong: Wrong): Promise<LightMyRequestResponse> => {
      const message = signed<NodeMessageKind>(kind, messages[kind], wrong);
      if (kind === 'speed') return speedTest(message, Buffer.alloc(65_536));
      return post(PATHS[kind], kind === 'answer' ? { ...message, openings: [] } : message);
    };
    for (const kind of Object.keys(PATHS) as NodeMessageKind[]) {
      it(`${kind}: another signer, cluster, node, time or an old sequence`, async () => {
        await start();
        const { deployment } = market;
        const other = { ...deployment, clusterTag: new Uint8Array(32).fill(9) };
        refused(await send(kind, { signer: testKeypair('owner') }), 403, 'WrongSignature');
        refused(await send(kind, { deployment: other }), 403, 'WrongSignature');
        refused(await send(kind, { node: testKeypair('nobody').publicKey }), 404, 'NodeUnknown');
        refused(await send(kind, { sentAt: now() - 91 }), 409, 'ClockSkew');
        refused(await send(kind, { sentAt: now() + 91 }), 409, 'ClockSkew');
        // Nothing of it was taken: the sequence is free still, and used up after it.
        await send(kind, { sequence: 50 });
        refused(await send(kind, { sequence: 50 }), 409, 'Replayed');
        refused(await send(kind, { sequence: 49 }), 409, 'Replayed');
      });
    }
  });

  it('refuses a message whose bytes are not those that were signed', async () => {
    await start();
    const message = signed('heartbeat', { jobs: [] }) as { signature: string; sentAt: number };
    refused(await post(PATHS.heartbeat, { ...message, sentAt: message.sentAt - 1 }), 403, 'WrongSignature');
    // The same point in another encoding, or a signature with one bit changed.
    const flipped = (message.signature.startsWith('0') ? '1' : '0') + message.signature.slice(1);
    refused(await post(PATHS.heartbeat, { ...message, signature: flipped }), 403, 'WrongSignature');
    // A heartbeat is no speed test, though both say nothing more.
    refused(await speedTest(withoutJobs(message), Buffer.alloc(65_536)), 403, 'WrongSignature');
    expect(written('beat')).to.equal(0);
    taken(await post(PATHS.heartbeat, message));
    expect(written('beat')).to.equal(1);
  });

  it('refuses what is malformed, by name and with the field', async () => {
    await start();
    const message = signed('heartbeat', { jobs: [] });
    const wrong: readonly [object | string, string][] = [
      ['{', 'JSON'],
      [{}, 'node'],
      [{ ...message, more: 1 }, 'more'],
      [{ ...message, node: 'node' }, 'node'],
      [{ ...message, sequence: 0 }, 'sequence'],
      [{ ...message, sequence: 1.5 }, 'sequence'],
      [{ ...message, sentAt: -1 }, 'sentAt'],
      [{ ...message, signature: 'AB'.repeat(64) }, 'signature'],
      [{ ...message, jobs: Array.from({ length: 9 }, () => test.node.toBase58()) }, 'jobs'],
    ];
    for (const [payload, field] of wrong) {
      const response = await post(PATHS.heartbeat, payload);
      refused(response, 400, 'Malformed');
      expect(response.body).to.contain(field);
    }
    refused(await oracle.http.inject({ url: '/v1/rewards/gpu/node' }), 400, 'Malformed');
    refused(await oracle.http.inject({ url: `/v1/rewards/tpu/${test.node.toBase58()}` }), 400, 'Malformed');
    refused(await post('/v1/peer/usage', {}), 400, 'Malformed');
  });

  it('refuses what is too large, before it reads it', async () => {
    await start();
    const limited = oracle.http.initialConfig.bodyLimit ?? 0;
    refused(await post(PATHS.heartbeat, 'x'.repeat(limited + 1)), 413, 'TooLarge');
  });

  it('refuses before it has seen the chain', async () => {
    oracle = await oracles.start(0);
    refused(await beat(), 404, 'NodeUnknown');
  });

  it('remembers sequences over a restart', async () => {
    await start();
    const message = signed('heartbeat', { jobs: [] });
    taken(await post(PATHS.heartbeat, message));
    await oracles.stop(0);
    await start();
    refused(await post(PATHS.heartbeat, message), 409, 'Replayed');
    expect(written('beat')).to.equal(1);
  });

  it('takes an answer once, in time, from the node that was asked', async () => {
    await start({ settings: { CHALLENGE_SECONDS: 100 } });
    const other = await market.registerNode({ id: 1 });
    await oracles.loop();
    // However long ago the loop was: the time to answer begins with the heartbeat that is answered so.
    market.network.warpBy(90);
    const { challenges } = heartbeatReplySchema.parse(taken(await beat()));
    expect(challenges).to.have.length(8);
    for (const { deadline } of challenges) expect(deadline).to.equal(now() + 100);
    // They are asked once an hour, and named again until they are answered.
    market.network.warpBy(1);
    expect(heartbeatReplySchema.parse(taken(await beat())).challenges).to.deep.equal(challenges);
    expect(written('challenge')).to.equal(8);
    const [first, second] = challenges;
    const answer = async (wrong: Wrong = {}, id = first!.id): Promise<LightMyRequestResponse> => {
      const { root, openings } = await solve(id, 6);
      return post(PATHS.answer, { ...signed('answer', { challenge: id, root }, wrong), openings });
    };
    refused(await answer({ node: other }), 404, 'ChallengeUnknown');
    refused(await answer({}, 'ab'.repeat(32)), 404, 'ChallengeUnknown');
    expect(taken(await answer())).to.deep.equal({ passed: true });
    refused(await answer(), 404, 'ChallengeUnknown');
    const wrong = { ...signed('answer', { challenge: second!.id, root: 'ab'.repeat(32) }), openings: [] };
    expect(taken(await post(PATHS.answer, wrong))).to.deep.equal({ passed: false });
    market.network.warpBy(101);
    refused(await answer({}, challenges[2]!.id), 409, 'AnswerLate');
    await oracles.loop();
    refused(await answer({}, challenges[2]!.id), 404, 'ChallengeUnknown');
    expect(written('answer')).to.equal(2);
  });

  it('takes work of the last minutes on a job that the node runs', async () => {
    await start();
    const other = await market.registerNode({ id: 1 });
    const job = await market.bookAndStart({
      offer: test.offer,
      devices: 1,
      hours: 2,
      payment: 'usdc',
      maxTotal: 10_000_000_000n,
    });
    await oracles.loop();
    market.network.warpBy(700);
    const hours = (from: number, to: number, wrong: Wrong = {}): Promise<LightMyRequestResponse> =>
      post(PATHS.hours, signed('hours', { job: job.toBase58(), from, to }, wrong));
    refused(await hours(now() - 10, now(), { node: other }), 404, 'JobUnknown');
    refused(await hours(now(), now()), 409, 'HoursOutOfRange');
    refused(await hours(now() - 601, now()), 409, 'HoursOutOfRange');
    refused(await hours(now(), now() + 91), 409, 'HoursOutOfRange');
    expect(written('hours')).to.equal(0);
    taken(await hours(now() - 600, now()));
    expect(written('hours')).to.equal(1);
  });

  it('measures a line with exactly the bytes that it asks for, and one node at a time', async () => {
    await start();
    const body = Buffer.alloc(65_536, 7);
    const message = (wrong: Wrong = {}): object => signed('speed', {}, wrong);
    refused(await speedTest('nonsense', body), 400, 'Malformed');
    refused(await speedTest(undefined, body), 400, 'Malformed');
    refused(await speedTest(message(), body.subarray(1)), 400, 'WrongSize');
    refused(await speedTest(message(), Buffer.concat([body, body])), 400, 'WrongSize');
    refused(await post(PATHS.speed, message()), 400, 'Malformed');
    const measured = await speedTest(message(), body);
    expect(measured.statusCode).to.equal(200);
    refused(await speedTest(message(), body), 503, 'Busy');
    const url = `${PATHS.speed}/${String(measured.headers['x-ionet-speed-test'])}`;
    const hash = createHash('sha256').update(measured.rawPayload).digest('hex');
    refused(await post(`${PATHS.speed}/none`, { hash }), 404, 'SpeedTestUnknown');
    expect(taken(await post(url, { hash }))).to.have.keys('down', 'up');
    refused(await post(url, { hash }), 404, 'SpeedTestUnknown');
    const again = await speedTest(message(), body);
    const second = `${PATHS.speed}/${String(again.headers['x-ionet-speed-test'])}`;
    refused(await post(second, { hash }), 400, 'WrongHash');
    expect(written('speed')).to.equal(1);
  });

  it('has nothing to claim before a root is final', async () => {
    await start();
    const url = `/v1/rewards/gpu/${test.node.toBase58()}`;
    refused(await oracle.http.inject({ url }), 404, 'NothingToClaim');
    refused(await oracle.http.inject({ url: '/v1/nodes/nobody' }), 404, 'NodeUnknown');
  });

  it('sends nodes away instead of keeping them while the network does not answer', async () => {
    let answer = (): void => undefined;
    const silent = new Promise<void>((resolve) => (answer = resolve));
    const clock = {
      isSilent: false,
      now: async (): Promise<bigint> => {
        if (clock.isSilent) await silent;
        return market.network.now();
      },
    };
    await start({ chain: { clock } });
    clock.isSilent = true;
    const message = signed('heartbeat', { jobs: [] });
    const waiting = Promise.all(
      Array.from({ length: 2_048 }, async () => (await post(PATHS.heartbeat, message)).statusCode),
    );
    refused(await beat(), 503, 'Busy');
    answer();
    const statuses = await waiting;
    expect(statuses.filter((status) => status === 200)).to.have.length(1);
    expect(statuses.filter((status) => status === 409)).to.have.length(2_047);
    taken(await beat());
  });

  function speedTest(message: object | string | undefined, payload: Buffer): Promise<LightMyRequestResponse> {
    const text = typeof message === 'string' ? message : JSON.stringify(message ?? '');
    return oracle.http.inject({
      method: 'POST',
      url: PATHS.speed,
      payload,
      headers: {
        'content-type': 'application/octet-stream',
        ...(message === undefined ? {} : { 'x-ionet-message': Buffer.from(text).toString('base64url') }),
      },
    });
  }
});

function withoutJobs(message: object): object {
  const { jobs: _, ...rest } = message as { jobs: unknown };
  return rest;
}
