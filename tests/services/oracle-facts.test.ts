import {
  assignDevices,
  carry,
  merge,
  observe,
  pointsEvents,
  reachedBy,
  rewardEvents,
  solve,
  unite,
  verifiedSeconds,
  verify,
  type Carried,
  type Hash,
  type RawEntry,
} from '@ionet/oracle';
import { computeEpochRewards, localnet, PointsFold, readEpochEvents } from '@ionet/sdk';
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { address } from '../harness/epoch-events.js';

const START = 1_800_000_000;
const NODE = address('node');
const CHALLENGE = 'ab'.repeat(32);
const NOTHING: Carried = { proofs: {}, speeds: {} };

const registered = (node = NODE, more: Partial<RawEntry & { kind: 'node' }> = {}): RawEntry => ({
  kind: 'node',
  at: START - 10,
  node,
  operator: address('operator'),
  destination: address(`${node} vault`),
  wallet: address('owner'),
  devices: 1,
  multiplier: 100,
  pool: 'gpu',
  joined: START - 100,
  staked: true,
  ...more,
});
const beat = (minute: number, node = NODE): RawEntry => ({
  kind: 'beat',
  at: START + minute * 60 + 7,
  node,
  sequence: minute + 1,
  sentAt: START + minute * 60,
  jobs: [],
  signature: '',
});
const job = (name: string, devices: number, startedAt: number, endsAt: number) => ({
  kind: 'job' as const,
  at: startedAt,
  job: address(name),
  node: NODE,
  devices,
  startedAt,
  endsAt,
  price: 5,
  reference: 10,
  buyer: 'independent' as const,
});

describe('services: proof of work', () => {
  it('costs the node all hashes of the memory and its tree, and the oracle a few, which hardly grow', async () => {
    const counting = (): { readonly hash: Hash; readonly count: () => number } => {
      let count = 0;
      const hash: Hash = (...parts) => {
        count += 1;
        const sha256 = createHash('sha256');
        for (const part of parts) sha256.update(part);
        return sha256.digest();
      };
      return { hash, count: () => count };
    };
    const checks: number[] = [];
    for (const levels of [6, 8, 10, 12]) {
      const [work, check] = [counting(), counting()];
      const proof = await solve(CHALLENGE, levels, { hash: work.hash });
      expect(verify(CHALLENGE, levels, proof, check.hash)).to.equal(true);
      // Each block, each node of the tree, and the 24 places.
      expect(work.count()).to.equal(3 * 2 ** levels - 1 + 24);
      checks.push(check.count());
    }
    // A level more is twice the work, and 24 x 3 hashes more to check: no part of the work is repeated. At block 1,
    // should it be picked, the first block is made too.
    for (const [index, levels] of [6, 8, 10, 12].entries()) {
      expect(checks[index]).to.be.within(72 * levels + 120, 72 * levels + 144);
    }
  });

  it('that is wrong is given up at its first wrong hash', async () => {
    const proof = await solve(CHALLENGE, 8);
    let count = 0;
    const hash: Hash = (...parts) => {
      count += 1;
      return createHash('sha256')
        .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
        .digest();
    };
    const [first, ...others] = proof.openings;
    const wrong = { ...first!, block: { ...first!.block, block: '11'.repeat(32) } };
    expect(verify(CHALLENGE, 8, { ...proof, openings: [wrong, ...others] }, hash)).to.equal(false);
    expect(count).to.equal(24 + 9);
  });

  it('is of one seed and one size', async () => {
    const proof = await solve(CHALLENGE, 6);
    expect(verify('cd'.repeat(32), 6, proof)).to.equal(false);
    expect(verify(CHALLENGE, 7, proof)).to.equal(false);
  });

  it('is refused when any block, path, place or the root is another', async () => {
    const proof = await solve(CHALLENGE, 6);
    const [first, ...others] = proof.openings;
    const with_ = (changed: typeof first): boolean =>
      verify(CHALLENGE, 6, { ...proof, openings: [changed!, ...others] });
    const other = '11'.repeat(32);
    expect(verify(CHALLENGE, 6, { ...proof, root: other })).to.equal(false);
    expect(verify(CHALLENGE, 6, { ...proof, openings: others })).to.equal(false);
    for (const part of ['block', 'previous', 'other'] as const) {
      const opening = first![part];
      expect(with_({ ...first!, [part]: { ...opening, block: other } }), part).to.equal(false);
      expect(with_({ ...first!, [part]: { ...opening, index: opening.index ^ 1 } }), part).to.equal(false);
      expect(with_({ ...first!, [part]: { ...opening, path: opening.path.slice(1) } }), part).to.equal(false);
      const path = [other, ...opening.path.slice(1)];
      expect(with_({ ...first!, [part]: { ...opening, path } }), part).to.equal(false);
    }
  });
});

describe('services: what an oracle observed', () => {
  it('unites spans, and verifies the seconds of a job within its time', () => {
    const spans = [
      { from: 10, to: 20 },
      { from: 40, to: 50 },
      { from: 15, to: 30 },
      { from: 30, to: 35 },
    ];
    expect(unite(spans)).to.deep.equal([
      { from: 10, to: 35 },
      { from: 40, to: 50 },
    ]);
    expect(verifiedSeconds(spans, { startedAt: 12, endsAt: 45 }, 100)).to.equal(23 + 5);
    expect(verifiedSeconds(spans, { startedAt: 12, endsAt: 45 }, 18)).to.equal(6);
    expect(verifiedSeconds([], { startedAt: 0, endsAt: 45 }, 18)).to.equal(0);
  });

  it('puts jobs on the lowest devices that are free when they start', () => {
    const [first, second, third] = [job('a', 2, 10, 100), job('b', 1, 20, 50), job('c', 2, 60, 90)];
    const devices = assignDevices([third, second, first]).map((one) => [one.job.startedAt, one.device]);
    expect(devices).to.deep.equal([
      [10, 0],
      [10, 1],
      [20, 2],
      [60, 2],
      [60, 3],
    ]);
  });

  it('writes facts as lines: minutes, results, the best speed, hire within the hour, a stake that was too low', () => {
    const asked = {
      kind: 'challenge',
      at: START + 5,
      node: NODE,
      device: 0,
      id: CHALLENGE,
      levels: 4,
    } as const;
    const answered = {
      kind: 'answer',
      at: START + 9,
      node: NODE,
      sequence: 1,
      id: CHALLENGE,
      passed: true,
      root: '',
      proof: '',
      sentAt: START,
      signature: '',
    } as const;
    const speed = { kind: 'speed', at: START + 1, node: NODE, sequence: 1 } as const;
    const entries: RawEntry[] = [
      registered(NODE, { staked: false }),
      registered(NODE, { at: START + 30 }),
      registered(address('gone')),
      { kind: 'gone', at: START + 1, node: address('gone') },
      beat(0),
      beat(59),
      asked,
      answered,
      { ...asked, id: 'cd'.repeat(32), device: 1 },
      { ...speed, down: 500, up: 400 },
      { ...speed, down: 300, up: 400, sequence: 2 },
      { ...job('a', 1, START - 100, START + 3_000), at: START - 5 },
      { ...job('b', 1, START + 4_000, START + 5_000), at: START + 4_000 },
    ];
    expect(observe(entries, START, START + 3_660)).to.deep.equal(
      [
        `node,${NODE},gpu,${address(`${NODE} vault`)},1,100,${address('owner')},${START - 100}`,
        `understaked,${NODE}`,
        `beats,${NODE},800000000000001`,
        `proof,${NODE},0,+`,
        `proof,${NODE},1,-`,
        `speed,${NODE},500,400`,
        `hired,${NODE},0,${START},${START + 3_000},5,10,independent`,
      ].sort(),
    );
  });
});

describe('services: what enough oracles observed', () => {
  const minutes = (count: number): RawEntry[] => Array.from({ length: count }, (_, minute) => beat(minute));
  const seen = (...entries: RawEntry[]): string[] =>
    observe([registered(), ...entries], START, START + 3_660);

  it('is what the threshold says: one alone neither adds nor removes anything', () => {
    const honest = seen(...minutes(56));
    const invented = address('invented');
    const liar = observe(
      [registered(invented), ...minutes(60).map((one) => ({ ...one, node: invented }))],
      START,
      START,
    );
    const alone = merge([honest, honest], 2);
    expect(merge([honest, honest, liar], 2)).to.deep.equal(alone);
    expect(alone.nodes.map(({ node }) => node)).to.deep.equal([NODE]);
    expect(alone.beats.get(NODE)).to.equal((1n << 56n) - 1n);
    expect(merge([honest, liar], 2).nodes).to.deep.equal([]);
  });

  it('does not depend on the order of the observations, and a liar changes no bit of it', () => {
    const line = fc.constantFrom(
      ...seen(...minutes(3)),
      `beats,${NODE},fffffffffffffff`,
      `speed,${NODE},9,9`,
      `proof,${NODE},0,+`,
      `hired,${NODE},0,${START},${START + 9},1,1,related`,
      `understaked,${NODE}`,
      'nonsense',
    );
    fc.assert(
      fc.property(fc.array(line), (lie) => {
        const honest = seen(...minutes(57));
        const facts = merge([honest, honest, lie], 2);
        expect(merge([lie, honest, honest], 2)).to.deep.equal(facts);
        expect(facts).to.deep.equal(merge([honest, honest], 2));
      }),
    );
  });

  it('takes the greatest value that enough reach', () => {
    expect(reachedBy([900, 100, 120], 2)).to.equal(120);
    expect(reachedBy([900, 100], 2)).to.equal(100);
    expect(reachedBy([900], 2)).to.equal(undefined);
  });

  it('gives event files that the reward and the points engines read', async () => {
    const speed = { kind: 'speed', at: START + 1, node: NODE, sequence: 1, down: 400, up: 300 } as const;
    const lines = seen(...minutes(60), speed);
    const facts = merge([lines, [...lines, `proof,${NODE},0,+`], [`proof,${NODE},0,+`]], 2);
    const passes = [1, 2].map((hours) => [START - hours * 3_600, true] as const).reverse();
    const carried = carry({ ...NOTHING, proofs: { [NODE]: { 0: passes } } }, facts, START);
    expect(carried.proofs[NODE]?.[0]).to.deep.equal([...passes, [START, true]]);
    const deployment = localnet();
    const place = {
      clusterTag: deployment.clusterTag,
      program: deployment.programs.emission.toBase58(),
      pool: address('pool'),
      kind: 'gpu',
      epoch: 3n,
      start: START,
      budget: 1_000n,
    } as const;
    const parts = [new TextEncoder().encode(rewardEvents(place, facts, carried, undefined))];
    const rewards = await computeEpochRewards(await readEpochEvents([{ name: 'events', parts }]));
    expect([rewards.total, rewards.earning]).to.deep.equal([1_000n, 1]);

    const next = rewardEvents(
      { ...place, epoch: 4n, start: START + 3_600 },
      merge([], 2),
      NOTHING,
      rewards.leaves,
    );
    expect(next).to.contain(`paid,${NODE},${address(`${NODE} vault`)},1000\n`);

    const fold = new PointsFold({ startsAt: START - 1_000, endsAt: START + 10_000 });
    const points = pointsEvents(facts, START);
    fold.addLines(0, new TextEncoder().encode(points));
    expect(fold.badLineCount).to.equal(0);
    expect(points).to.contain(`heartbeat,${NODE}/0,${START},${START + 3_600}\n`);
    expect(points).to.contain(`work,${NODE}/0,${START},pass\n`);
  });

  it('carries four results of a device and its last pass, and forgets nodes that are gone', () => {
    const facts = merge([seen(), seen()], 2);
    const results = [5, 4, 3, 2, 1].map((hours) => [START - hours * 3_600, hours === 5] as const);
    const before: Carried = {
      proofs: { [NODE]: { 0: results }, [address('gone')]: { 0: results } },
      speeds: { [NODE]: [START - 5, 1, 2], [address('gone')]: [START - 5, 1, 2] },
    };
    expect(carry(before, facts, START)).to.deep.equal({
      proofs: { [NODE]: { 0: results } },
      speeds: { [NODE]: [START - 5, 1, 2] },
    });
  });
});
