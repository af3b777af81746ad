import { clusterStep, rayCluster, type MemberSituation, type StoredCluster } from '@ionet/scheduler';
import { expect } from 'chai';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';

const NOW = 10_000;
const HELD_UNTIL = 10_060;
const WINDOW = 900;

type State = MemberSituation['state'];

const member = (state: State, more: Partial<MemberSituation> = {}): MemberSituation => ({
  state,
  startAt: NOW - 10,
  hasDevices: true,
  ...more,
});

describe('services: what is due for a cluster', () => {
  const cases: readonly [string, readonly MemberSituation[], object, string][] = [
    ['nothing, while one is not booked', [member('booked'), member(null)], {}, 'wait'],
    ['the start of all, when all are booked', [member('booked'), member('booked')], {}, 'start 0,1'],
    [
      'nothing before the latest start time',
      [member('booked'), member('booked', { startAt: NOW + 1 })],
      {},
      'wait',
    ],
    [
      'nothing, while one node is busy',
      [member('booked'), member('booked', { hasDevices: false })],
      {},
      'wait',
    ],
    [
      'no start, once one was cancelled: what is booked expires',
      [member('booked'), member('cancelled')],
      {},
      'wait',
    ],
    [
      'no start, once one was never booked',
      [member('booked', { startAt: HELD_UNTIL + 10 }), member(null)],
      { now: HELD_UNTIL + WINDOW + 1 },
      'wait',
    ],
    ['the start of the rest, where an operator was first', [member('running'), member('booked')], {}, 'start 1'],
    ['patience with a buyer who signs', [member('running'), member(null)], {}, 'wait'],
    ['the release of one that runs alone', [member('running'), member('expired')], {}, 'release 0'],
    [
      'the release, where the window of another has passed',
      [member('running'), member('booked', { startAt: NOW - WINDOW - 1 })],
      {},
      'release 0',
    ],
    [
      'the release, where another was never booked',
      [member(null), member('running')],
      { now: HELD_UNTIL + WINDOW + 1 },
      'release 1',
    ],
    ['the end of a part, waited for', [member('ending'), member('expired')], {}, 'wait'],
    ['completion, when all run', [member('running'), member('running')], {}, 'complete'],
    ['nothing after that, though one ends', [member('running'), member('ended')], { whole: true }, 'wait'],
    ['forgetting, when all are over', [member('ended'), member(null)], { whole: true }, 'forget'],
    ['forgetting what never was', [member(null), member(null)], { now: HELD_UNTIL + WINDOW + 1 }, 'forget'],
    ['forgetting what came to nothing', [member('expired'), member('cancelled')], {}, 'forget'],
  ];
  for (const [what, members, more, expected] of cases) {
    it(`is ${what}`, () => {
      const step = clusterStep({ members, now: NOW, heldUntil: HELD_UNTIL, whole: false, ...more });
      expect('members' in step ? `${step.do} ${step.members.join(',')}` : step.do).to.equal(expected);
    });
  }

  it('is never to start a part, nor to release what all run of', () => {
    const states: State[] = ['booked', 'running', 'ending', 'ended', 'cancelled', 'expired', null];
    const members = fc.array(
      fc.record({
        state: fc.constantFrom(...states),
        startAt: fc.integer({ min: NOW - 2 * WINDOW, max: NOW + 10 }),
        hasDevices: fc.boolean(),
      }),
      { minLength: 2, maxLength: 8 },
    );
    const situation = fc.record({
      members,
      now: fc.constant(NOW),
      heldUntil: fc.integer({ min: NOW - 2 * WINDOW, max: NOW + 60 }),
      whole: fc.boolean(),
    });
    fc.assert(
      fc.property(situation, (given) => {
        const step = clusterStep(given);
        if (step.do === 'start') {
          const after = given.members.map(({ state }, place) =>
            step.members.includes(place) ? 'running' : state,
          );
          expect(new Set(after)).to.deep.equal(new Set(['running']));
        }
        if (step.do === 'release') {
          expect(given.whole).to.be.false;
          expect(given.members.every(({ state }) => state === 'running')).to.be.false;
        }
        // What is live is never forgotten.
        if (step.do === 'forget') {
          expect(given.members.some(({ state }) => state === 'booked' || state === 'running')).to.be.false;
        }
      }),
    );
  });
});

describe('services: a cluster for Kubernetes', () => {
  const cluster: StoredCluster = {
    id: '0123456789abcdef0123456789abcdef',
    buyer: 'buyer',
    hardwareClass: 'class',
    devices: 4,
    hours: 2,
    members: ['a', 'b', 'c'].map((name) => ({ job: `job-${name}`, node: `node-${name}`, offer: 'o', total: '1' })),
    heldUntil: 0,
    whole: false,
  };
  const h100 = { kind: 'gpu', name: 'H100' } as const;
  interface Pod {
    readonly spec: {
      readonly nodeSelector: Record<string, string>;
      readonly containers: readonly { readonly image: string; readonly resources?: unknown }[];
    };
  }
  interface Rendered {
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly spec: {
      readonly headGroupSpec: { readonly template: Pod };
      readonly workerGroupSpecs: readonly { readonly replicas: number; readonly template: Pod }[];
    };
  }
  const render = (...args: Parameters<typeof rayCluster>): Rendered =>
    parse(stringify(rayCluster(...args))) as Rendered;

  it('has a pod on each node that was hired, with the devices that were', () => {
    const { metadata, spec } = render(cluster, h100, { rayVersion: '2.60.0' });
    expect(metadata.name).to.equal('ionet-0123456789ab');
    const pods = [spec.headGroupSpec.template, ...spec.workerGroupSpecs.map(({ template }) => template)];
    expect(pods.map((pod) => pod.spec.nodeSelector['ionet.io/node'])).to.deep.equal(['node-a', 'node-b', 'node-c']);
    for (const pod of pods) {
      expect(pod.spec.containers[0]).to.deep.include({
        image: 'rayproject/ray:2.60.0-gpu',
        resources: { limits: { 'nvidia.com/gpu': 4 }, requests: { 'nvidia.com/gpu': 4 } },
      });
    }
    expect(spec.workerGroupSpecs.map(({ replicas }) => replicas)).to.deep.equal([1, 1]);
  });

  it('takes another name, namespace and image, and asks for no GPU where a CPU was hired', () => {
    const options = { rayVersion: '2.60.0', name: 'mine', namespace: 'there', image: 'my/ray:1' };
    const { metadata, spec } = render(cluster, { kind: 'cpu', name: 'EPYC' }, options);
    expect(metadata).to.deep.include({ name: 'mine', namespace: 'there' });
    const [container] = spec.headGroupSpec.template.spec.containers;
    expect(container?.image).to.equal('my/ray:1');
    expect(container?.resources).to.equal(undefined);
  });

  it('is refused where no pod can be given the device', () => {
    const apple = { kind: 'gpu', name: 'Apple M3 Max' } as const;
    expect(() => rayCluster(cluster, apple, { rayVersion: '2.60.0' })).to.throw('no pod can be given');
  });
});
