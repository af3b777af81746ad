import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  EndpointError,
  SendError,
  createClient,
  localnet,
  retryAdvice,
  type Call,
  type SendProgress,
  type Sent,
} from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { FaultyCluster, NO_FAULTS, clusterRuntime, type Faults } from '../harness/faulty-cluster.js';
import { VirtualClock, seededRandom } from '../harness/virtual-clock.js';

const RUNS = Number(process.env['DELIVERY_RUNS'] ?? 40);
const AMOUNT = 1_000_000n;
const URLS = ['http://one.invalid/', 'http://two.invalid/', 'http://three.invalid/'];
/** Making one takes longer than a run; every run has a payer and a recipient of its own in it. */
const svm = clusterRuntime();
let runs = 0;

interface Run {
  readonly cluster: FaultyCluster;
  /** What the recipient has in the end. */
  readonly received: bigint;
  readonly progress: readonly SendProgress[];
  readonly result: Sent | null;
  readonly error: unknown;
  /** Virtual milliseconds. */
  readonly took: number;
}

interface RunOptions {
  readonly seed: number;
  readonly faults?: Partial<Faults>;
  readonly urls?: readonly string[];
  readonly dead?: readonly string[];
  readonly attempts?: number;
  readonly abortAfterMs?: number;
}

/** Sends one transfer over a cluster with these faults, and lets all arrive that is still on its way. */
async function run({
  seed,
  faults,
  urls = URLS,
  dead = [],
  attempts,
  abortAfterMs,
}: RunOptions): Promise<Run> {
  runs += 1;
  const payer = testKeypair(`payer ${runs}`);
  const recipient = testKeypair(`recipient ${runs}`).publicKey;
  const transfer: Call = {
    instructions: [
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: recipient, lamports: AMOUNT }),
    ],
    signers: [],
    accounts: {},
  };
  const clock = new VirtualClock(seed);
  const cluster = new FaultyCluster(svm, clock, { ...NO_FAULTS, ...faults });
  cluster.airdrop(payer.publicKey, 10n ** 10n);
  for (const url of dead) cluster.dead.add(url);
  const client = createClient({ transport: cluster.transport(urls), payer, deployment: localnet() });
  const progress: SendProgress[] = [];
  const abort = new AbortController();
  if (abortAfterMs !== undefined) {
    void clock.sleep(abortAfterMs).then(() => {
      abort.abort();
    });
  }
  const living = cluster.live();
  const outcome = await clock.run(
    client
      .send(transfer, {
        onProgress: (one) => progress.push(one),
        signal: abort.signal,
        ...(attempts === undefined ? {} : { attempts }),
      })
      .then(
        (result) => ({ result, error: null }),
        (error: unknown) => ({ result: null, error }),
      ),
  );
  const took = clock.now();
  cluster.stop();
  await clock.run(living);
  cluster.settle();
  return { cluster, progress, took, received: cluster.balance(recipient), ...outcome };
}

/** What must hold however the run went; gives the word for how it went. */
function judge({ cluster, progress, received, result, error }: Run): string {
  const times = cluster.landings.length;
  expect(received, 'the money that moved').to.equal(AMOUNT * BigInt(times));
  expect(times, 'landings').to.be.at.most(1);
  if (result !== null) {
    expect(cluster.landings).to.deep.equal([result.signature]);
    expect(progress.at(-1)).to.deep.equal({ kind: 'confirmed', signature: result.signature });
    return 'sent';
  }
  if (error instanceof EndpointError) {
    expect(times, 'nothing was signed yet').to.equal(0);
    return 'unreachable';
  }
  expect(error).to.be.instanceOf(SendError);
  const { name, fate, signature, remedy } = error as SendError;
  expect(remedy).to.not.equal('');
  if (fate === 'landed') expect(cluster.landings).to.deep.equal([signature]);
  if (fate === 'never') expect(times, `${name} means that it never lands`).to.equal(0);
  if (fate === 'open') expect(signature).to.be.a('string');
  if (name === 'TransactionExpired') expect(fate).to.equal('never');
  return name;
}

describe('delivery over a faulty cluster', () => {
  it(`is exactly once or a clear failure, in ${RUNS} runs with all kinds of faults`, async () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const random = seededRandom(seed * 7_919);
      const often = (most: number): number => (random() < 0.5 ? 0 : random() * most);
      const faults = {
        drop: often(1),
        double: often(1),
        delayMs: often(12_000),
        fork: often(0.6),
        loseAnswer: often(0.5),
        hang: often(0.2),
        busy: often(0.5),
        broken: often(0.5),
        lag: Math.floor(often(30)),
      };
      const urls = URLS.slice(0, 1 + Math.floor(random() * 3));
      const abortAfterMs = random() < 0.1 ? random() * 8_000 : undefined;
      const options = { seed, faults, urls, ...(abortAfterMs === undefined ? {} : { abortAfterMs }) };
      let word: string;
      try {
        word = judge(await run(options));
      } catch (cause) {
        throw new Error(`run ${seed}: ${JSON.stringify(options)}`, { cause });
      }
      seen.set(word, (seen.get(word) ?? 0) + 1);
    }
    // Every way to end must have been taken, or the runs say less than they should.
    expect(seen.get('sent')).to.be.greaterThan(RUNS / 2);
    for (const word of ['TransactionExpired', 'TransactionUnknown', 'Aborted']) {
      expect(seen.get(word), word).to.be.greaterThan(0);
    }
  }).timeout(180_000);

  it('sends once where nothing is wrong', async () => {
    const one = await run({ seed: 1 });
    expect(judge(one)).to.equal('sent');
    expect(one.progress.map(({ kind }) => kind)).to.deep.equal(['simulated', 'signed', 'sent', 'confirmed']);
    const [simulated] = one.progress;
    expect(simulated).to.include({ kind: 'simulated', computeUnitPrice: 1_000n });
    expect(one.result?.unitsConsumed).to.equal((simulated as { unitsConsumed: bigint }).unitsConsumed);
  });

  it('turns to another endpoint when one is gone, and says so', async () => {
    const one = await run({ seed: 2, dead: [URLS[0]!] });
    expect(judge(one)).to.equal('sent');
    expect(one.took).to.be.lessThan(10_000);
  });

  it('turns to another endpoint in the middle of a delivery', async () => {
    const one = await run({ seed: 5, faults: { busy: 0.4, drop: 0.5 } });
    expect(judge(one)).to.equal('sent');
    expect(one.progress.some(({ kind }) => kind === 'switched')).to.equal(true);
  });

  it('waits as long as a busy endpoint asks for', async () => {
    const one = await run({ seed: 3, faults: { busy: 0.6 }, urls: URLS.slice(0, 1) });
    expect(judge(one)).to.equal('sent');
  });

  it('signs anew only after an expiry that is certain, as often as it may', async () => {
    const twice = await run({ seed: 4, faults: { drop: 1 }, attempts: 2 });
    expect(judge(twice)).to.equal('TransactionExpired');
    const signatures = twice.progress.flatMap((one) => (one.kind === 'signed' ? [one.signature] : []));
    expect(new Set(signatures).size).to.equal(2);
    expect(twice.progress.filter(({ kind }) => kind === 'expired')).to.have.length(2);
    expect(retryAdvice(twice.error)).to.equal('anew');
    const once = await run({ seed: 4, faults: { drop: 1 }, attempts: 1 });
    expect(once.progress.filter(({ kind }) => kind === 'signed')).to.have.length(1);
  });

  it('does not take an endpoint’s silence for an expiry', async () => {
    const one = await run({ seed: 6, faults: { hang: 1 }, urls: URLS.slice(0, 1) });
    expect(judge(one)).to.equal('unreachable');
    expect(retryAdvice(one.error)).to.equal('anew');
  });

  it('does not take a block that was left behind for the chain', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const one = await run({ seed, faults: { fork: 0.7 } });
      expect(judge(one)).to.be.oneOf(['sent', 'TransactionExpired']);
    }
  });

  it('stops at once before it has sent anything', async () => {
    const one = await run({ seed: 7, abortAfterMs: 1 });
    expect(judge(one)).to.equal('Aborted');
    expect((one.error as SendError).fate).to.equal('never');
  });
});
