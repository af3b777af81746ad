import {
  BANDWIDTHS,
  MatchingEngine,
  START_WINDOW_SECONDS,
  type Bandwidth,
  type NodeListing,
  type OfferListing,
  type OfferTerms,
  type Order,
} from '@ionet/scheduler';
import { parseUsd, quoteOffer, type JobQuote } from '@ionet/sdk';
import { expect } from 'chai';
import fc from 'fast-check';

const HOUR = 3_600;
/** 15 o'clock UTC. */
const NOW = 1_750_000_000;

const TERMS: OfferTerms = {
  price: 2_000_000n,
  minHours: 1,
  maxHours: 720,
  commitmentHours: 0,
  commitmentDiscountBps: 0,
  peakMultiplierBps: 10_000,
  peakHours: 0,
};
const NODE: NodeListing = {
  id: 'node',
  hardwareClass: 'h100',
  region: 'eu-west',
  bandwidth: 'high',
  devices: 8,
  reliability: 9_000,
  open: true,
};
const ORDER: Order = { hardwareClass: 'h100', devices: 2, hours: 24, payment: 'usdc' };

/** An engine with nodes, each with one offer that bears its name. */
function engineOf(
  ...nodes: readonly (Partial<NodeListing> & { readonly id: string; readonly terms?: Partial<OfferTerms> })[]
): MatchingEngine {
  const engine = new MatchingEngine();
  engine.advance(NOW);
  for (const { terms, ...node } of nodes) {
    engine.setNode({ ...NODE, ...node });
    engine.setOffer({
      id: `${node.id} offer`,
      node: node.id,
      terms: { ...TERMS, ...terms },
      active: true,
    });
  }
  return engine;
}

const winner = (engine: MatchingEngine, order: Partial<Order> = {}): string | undefined =>
  engine.match({ ...ORDER, ...order })?.node.id;

describe('scheduler: matching', () => {
  it('gives the cheapest offer and the charge of the program', () => {
    const engine = engineOf({ id: 'dear', terms: { price: 2_500_000n } }, { id: 'cheap' });
    const match = engine.match(ORDER);
    expect(match?.node.id).to.equal('cheap');
    expect(match?.quote).to.deep.equal(
      quoteOffer({ offer: TERMS, devices: 2, hours: 24, now: NOW, payment: 'usdc' }),
    );
  });

  it('compares what orders cost, with discounts for committed hours and peak hours', () => {
    const engine = engineOf(
      { id: 'plain', terms: { price: 1_000_000n } },
      { id: 'committed', terms: { price: 1_100_000n, commitmentHours: 48, commitmentDiscountBps: 2_000 } },
      { id: 'peak', terms: { price: 900_000n, peakMultiplierBps: 20_000, peakHours: 1 << 15 } },
    );
    expect(winner(engine, { hours: 24 })).to.equal('plain');
    expect(winner(engine, { hours: 48 })).to.equal('committed');
    engine.advance(NOW + HOUR);
    expect(winner(engine, { hours: 24 })).to.equal('peak');
  });

  it('prefers the more reliable node where the order costs the same, also when unit prices differ', () => {
    // A device-hour costs 1 micro-USD at all of them; with the discount 5,760 of them cost 2 less.
    const lower = { price: 1n, commitmentHours: 1, commitmentDiscountBps: 5 };
    const engine = engineOf(
      { id: 'lower', reliability: 8_000, terms: lower },
      { id: 'reliable', reliability: 9_500, terms: { price: 1n } },
      { id: 'other', reliability: 9_500, terms: { price: 1n } },
    );
    expect(winner(engine, { devices: 1, hours: 1 })).to.equal('reliable');
    expect(winner(engine, { devices: 8, hours: 720 }), 'two micro-USD less').to.equal('lower');
  });

  it('takes the first listed of equals, also after it has changed', () => {
    const engine = engineOf({ id: 'first' }, { id: 'second' });
    expect(winner(engine)).to.equal('first');
    engine.setNode({ ...NODE, id: 'first', bandwidth: 'low' });
    expect(winner(engine)).to.equal('first');
  });

  const refusals: readonly [string, Partial<NodeListing>, Partial<Order>][] = [
    ['of another class', { hardwareClass: 'a100' }, {}],
    ['of another region', { region: 'us-east' }, { regions: ['eu-west', 'eu-north'] }],
    ['with a slower line', { bandwidth: 'medium' }, { bandwidth: 'high' }],
    ['that is less reliable', { reliability: 8_999 }, { minReliability: 9_000 }],
    ['with fewer devices', { devices: 1 }, {}],
    ['that takes no jobs', { open: false }, {}],
  ];
  for (const [what, node, order] of refusals) {
    it(`does not match a node ${what}`, () => {
      const engine = engineOf({ id: 'wrong', ...node });
      expect(winner(engine, order)).to.equal(undefined);
      engine.setNode({ ...NODE, id: 'wrong' });
      expect(winner(engine, order), 'once it is changed').to.equal('wrong');
    });
  }

  it('does not match an offer that is closed, gone, too short, too long, or above the limit', () => {
    const engine = engineOf({ id: 'node', terms: { minHours: 4, maxHours: 24 } });
    const { total } = engine.match(ORDER)!.quote;
    expect(winner(engine, { hours: 3 })).to.equal(undefined);
    expect(winner(engine, { hours: 25 })).to.equal(undefined);
    expect(winner(engine, { maxTotal: total - 1n })).to.equal(undefined);
    expect(winner(engine, { maxTotal: total })).to.equal('node');
    expect(winner(engine, { startAt: NOW - 1 }), 'in the past').to.equal(undefined);
    engine.setOffer({ ...engine.offer('node offer')!, active: false });
    expect(winner(engine)).to.equal(undefined);
    engine.setOffer({ ...engine.offer('node offer')!, active: true });
    expect(winner(engine)).to.equal('node');
    engine.removeOffer('node offer');
    expect(winner(engine)).to.equal(undefined);
  });

  it('leaves out offers by name, to look for the next best', () => {
    const engine = engineOf({ id: 'a' }, { id: 'b' });
    expect(engine.match(ORDER, { without: new Set(['a offer']) })?.node.id).to.equal('b');
  });

  it('quotes in IO by the price given', () => {
    const engine = engineOf({ id: 'node' });
    const ioPrice = { price: 250n, conf: 1n, exponent: -2 };
    const expected = quoteOffer({ offer: TERMS, devices: 2, hours: 24, now: NOW, payment: 'io', ioPrice });
    expect(engine.match({ ...ORDER, payment: 'io', ioPrice })?.quote).to.deep.equal(expected);
    expect(parseUsd('96')).to.equal(expected.usd);
  });

  describe('devices', () => {
    const claim = (id: string, devices: number, from = NOW, hours = 24) => ({
      id,
      node: 'node',
      devices,
      from,
      until: from + START_WINDOW_SECONDS + hours * HOUR,
      lapsesAt: NOW + 60,
    });

    it('are kept while the buyer signs, over all offers of the node', () => {
      const engine = engineOf({ id: 'node' });
      engine.setOffer({ id: 'second', node: 'node', terms: TERMS, active: true });
      expect(engine.hold(claim('one', 7))).to.be.true;
      expect(winner(engine)).to.equal(undefined);
      expect(winner(engine, { devices: 1 })).to.equal('node');
      expect(engine.hold(claim('two', 2)), 'more than are left').to.be.false;
      expect(engine.hold(claim('one', 1)), 'twice the same job').to.be.false;
      expect(engine.advance(NOW + 59)).to.deep.equal([]);
      expect(engine.advance(NOW + 60)).to.deep.equal(['one']);
      expect(winner(engine)).to.equal('node');
    });

    it('stay taken when the order is booked, and are free when it was not started', () => {
      const engine = engineOf({ id: 'node' });
      engine.hold(claim('one', 8));
      engine.book({ ...claim('one', 8), lapsesAt: NOW + 900 });
      expect(engine.advance(NOW + 60)).to.deep.equal([]);
      expect(winner(engine)).to.equal(undefined);
      expect(engine.advance(NOW + 900)).to.deep.equal(['one']);
      expect(winner(engine)).to.equal('node');
    });

    it('of a running job stay taken until it is known that it stopped', () => {
      const engine = engineOf({ id: 'node' });
      engine.book(claim('one', 8, NOW, 1));
      expect(engine.start('one', NOW, NOW + HOUR)).to.equal(0xff);
      engine.advance(NOW + 2 * HOUR);
      expect(winner(engine), 'long after its time').to.equal(undefined);
      expect(winner(engine, { startAt: NOW + 3 * HOUR })).to.equal('node');
      engine.release('one');
      expect(winner(engine)).to.equal('node');
    });

    it('are found for later while they are taken now, and not where a later job needs them', () => {
      const engine = engineOf({ id: 'node' });
      engine.book({ ...claim('later', 8, NOW + 10 * HOUR, 5), lapsesAt: NOW + 11 * HOUR });
      expect(winner(engine, { hours: 9 })).to.equal('node');
      expect(winner(engine, { hours: 10 }), 'it may start 15 minutes late').to.equal(undefined);
      expect(winner(engine, { hours: 9, startAt: NOW + 2 * HOUR })).to.equal(undefined);
      expect(winner(engine, { hours: 9, startAt: NOW + 16 * HOUR })).to.equal('node');
    });

    it('go to one job each, whoever booked without asking here', () => {
      const engine = engineOf({ id: 'node' });
      for (const id of ['one', 'two', 'three']) engine.book(claim(id, 3));
      expect(engine.start('one', NOW, NOW + HOUR)).to.equal(0b0000_0111);
      expect(engine.start('two', NOW, NOW + HOUR, 0b1100_0001), 'not those that it cannot have').to.equal(
        0b0011_1000,
      );
      expect(engine.start('three', NOW, NOW + HOUR)).to.equal(null);
      engine.release('one');
      expect(engine.start('three', NOW, NOW + HOUR, 0b1100_0001)).to.equal(0b1100_0001);
    });

    it('are gone with their node', () => {
      const engine = engineOf({ id: 'node' });
      engine.book(claim('one', 3));
      engine.removeNode('node');
      expect(engine.size).to.deep.equal({ nodes: 0, offers: 0, reservations: 0 });
      expect(engine.match(ORDER)).to.equal(null);
      expect(() => {
        engine.book(claim('one', 3));
      }).to.throw(RangeError);
    });
  });
});

/** The same by the plainest means: lists, and every offer looked at. */
class PlainModel {
  now = NOW;
  readonly nodes = new Map<string, NodeListing>();
  readonly offers = new Map<string, OfferListing>();
  readonly claims = new Map<
    string,
    { node: string; devices: number; from: number; until: number; lapsesAt: number; mask: number }
  >();

  /** Looks at each moment at which use can change. */
  isFree(node: NodeListing, devices: number, from: number, until: number): boolean {
    const claims = [...this.claims.values()].filter((claim) => claim.node === node.id);
    const moments = [from, ...claims.map((claim) => claim.from)].filter((at) => at >= from && at < until);
    return moments.every((moment) => {
      const used = claims
        .filter(({ from: begin, until: end, mask }) => {
          const ends = mask === 0 ? end : Math.max(end, this.now + 1);
          return begin <= moment && ends > moment;
        })
        .reduce((sum, claim) => sum + claim.devices, 0);
      return used + devices <= node.devices;
    });
  }

  match(order: Order): { offer: string; quote: JobQuote } | null {
    const from = order.startAt ?? this.now;
    const found: { offer: string; quote: JobQuote; unit: bigint; reliability: number; place: number }[] = [];
    [...this.offers.values()].forEach((offer, place) => {
      const node = this.nodes.get(offer.node)!;
      const { terms } = offer;
      if (!offer.active || !node.open || node.hardwareClass !== order.hardwareClass) return;
      if (order.regions !== undefined && !order.regions.includes(node.region)) return;
      if (BANDWIDTHS.indexOf(node.bandwidth) < BANDWIDTHS.indexOf(order.bandwidth ?? 'belowLow')) return;
      if (node.reliability < (order.minReliability ?? 0)) return;
      if (order.hours < terms.minHours || order.hours > terms.maxHours) return;
      if (!this.isFree(node, order.devices, from, from + START_WINDOW_SECONDS + order.hours * HOUR)) return;
      const ask = { offer: terms, now: this.now, payment: order.payment, ioPrice: order.ioPrice };
      const quote = quoteOffer({ ...ask, devices: order.devices, hours: order.hours });
      const isPeak = ((terms.peakHours >> (Math.floor(this.now / HOUR) % 24)) & 1) === 1;
      const isCommitted = terms.commitmentHours > 0 && order.hours >= terms.commitmentHours;
      const unit =
        terms.price *
        BigInt(isPeak ? terms.peakMultiplierBps : 10_000) *
        BigInt(10_000 - (isCommitted ? terms.commitmentDiscountBps : 0));
      found.push({ offer: offer.id, quote, unit, reliability: node.reliability, place });
    });
    found.sort(
      (a, b) =>
        Number(a.quote.usd - b.quote.usd) ||
        b.reliability - a.reliability ||
        (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : a.place - b.place),
    );
    const [best] = found;
    if (best === undefined || (order.maxTotal !== undefined && best.quote.total > order.maxTotal))
      return null;
    return { offer: best.offer, quote: best.quote };
  }
}

const CLASSES = ['h100', 'a100'];
const REGIONS = Array.from({ length: 40 }, (_, index) => `region-${index}`);

const terms: fc.Arbitrary<OfferTerms> = fc
  .record({
    // Few prices, so that many are equal; the highest does not fit into a double once multiplied.
    price: fc.constantFrom(1n, 3n, 1_000_000n, 1_000_001n, 1_000_000_000n),
    hours: fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 40 })),
    commitment: fc.option(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 1_000, 5_000))),
    peak: fc.option(fc.tuple(fc.constantFrom(10_000, 12_500, 20_000), fc.integer({ min: 0, max: 0xffffff }))),
  })
  .map(({ price, hours: [minHours, more], commitment, peak }) => {
    const maxHours = minHours + more;
    return {
      price,
      minHours,
      maxHours,
      commitmentHours: commitment === null ? 0 : Math.min(commitment[0], maxHours),
      commitmentDiscountBps: commitment?.[1] ?? 0,
      peakMultiplierBps: peak?.[0] ?? 10_000,
      peakHours: peak?.[1] ?? 0,
    };
  });
const bandwidth: fc.Arbitrary<Bandwidth> = fc.constantFrom(...BANDWIDTHS);
const reliability = fc.constantFrom(0, 5_000, 9_000, 10_000);
const node: fc.Arbitrary<Omit<NodeListing, 'id'>> = fc.record({
  hardwareClass: fc.constantFrom(...CLASSES),
  region: fc.constantFrom(...REGIONS),
  bandwidth,
  devices: fc.integer({ min: 1, max: 8 }),
  reliability,
  open: fc.nat({ max: 9 }).map((number) => number > 0),
});
const order: fc.Arbitrary<Order> = fc.record({
  hardwareClass: fc.constantFrom(...CLASSES),
  devices: fc.integer({ min: 1, max: 8 }),
  hours: fc.integer({ min: 1, max: 50 }),
  payment: fc.constant('usdc' as const),
  startAt: fc.option(fc.integer({ min: NOW, max: NOW + 100 * HOUR }), { nil: undefined }),
  regions: fc.option(fc.subarray(REGIONS, { minLength: 10 }), { nil: undefined, freq: 2 }),
  bandwidth: fc.option(bandwidth, { nil: undefined }),
  minReliability: fc.option(reliability, { nil: undefined }),
  maxTotal: fc.option(fc.constantFrom(10n, 10n ** 8n, 10n ** 10n), { nil: undefined }),
});
const index = fc.nat({ max: 10_000 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('addNode' as const), node }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('setOffer' as const), index, terms, isNew: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('changeNode' as const), index, node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeNode' as const), index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeOffer' as const), index }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('match' as const), order, keep: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('bookUnasked' as const),
      index,
      devices: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.integer({ min: 1, max: 4 * HOUR }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does the same to the engine and to the model, and compares what they say. */
class Comparison {
  readonly engine = new MatchingEngine();
  readonly model = new PlainModel();
  #count = 0;

  constructor() {
    this.engine.advance(NOW);
  }

  run(steps: readonly Step[]): void {
    for (const one of steps) {
      this.#do(one);
      this.#checkDevices();
    }
  }

  #do(one: Step): void {
    const { engine, model } = this;
    const pick = <T>(map: ReadonlyMap<string, T>, at: number): [string, T] | undefined =>
      [...map][at % Math.max(1, map.size)];
    switch (one.do) {
      case 'addNode': {
        const listing = { ...one.node, id: this.#name('node') };
        engine.setNode(listing);
        model.nodes.set(listing.id, listing);
        break;
      }
      case 'changeNode': {
        const found = pick(model.nodes, one.index);
        if (found === undefined) break;
        // Hardware does not change while it is hired.
        const listing = { ...one.node, id: found[0], devices: found[1].devices, open: one.index % 3 !== 0 };
        engine.setNode(listing);
        model.nodes.set(listing.id, listing);
        break;
      }
      case 'removeNode': {
        const found = pick(model.nodes, one.index);
        if (found === undefined || one.index % 4 !== 0) break;
        engine.removeNode(found[0]);
        model.nodes.delete(found[0]);
        for (const [id, offer] of model.offers) if (offer.node === found[0]) model.offers.delete(id);
        for (const [id, claim] of model.claims) if (claim.node === found[0]) model.claims.delete(id);
        break;
      }
      case 'setOffer': {
        const known = one.isNew ? undefined : pick(model.offers, one.index);
        const owner = known?.[1].node ?? pick(model.nodes, one.index)?.[0];
        if (owner === undefined) break;
        const listing = {
          id: known?.[0] ?? this.#name('offer'),
          node: owner,
          terms: one.terms,
          active: one.index % 7 !== 0,
        };
        engine.setOffer(listing);
        model.offers.set(listing.id, listing);
        break;
      }
      case 'removeOffer': {
        const found = pick(model.offers, one.index);
        if (found === undefined) break;
        engine.removeOffer(found[0]);
        model.offers.delete(found[0]);
        break;
      }
      case 'match': {
        const order = { ...one.order, startAt: one.order.startAt && Math.max(one.order.startAt, model.now) };
        const match = engine.match(order);
        const expected = model.match(order);
        expect(match && { offer: match.offer.id, quote: match.quote }).to.deep.equal(expected);
        if (match !== null && one.keep) this.#hold(match.node.id, order);
        break;
      }
      case 'bookUnasked': {
        const found = pick(model.nodes, one.index);
        if (found === undefined) break;
        const from = model.now + (one.index % 5) * HOUR;
        const claim = {
          node: found[0],
          devices: Math.min(one.devices, found[1].devices),
          from,
          until: from + 3 * HOUR + START_WINDOW_SECONDS,
          lapsesAt: from + START_WINDOW_SECONDS,
        };
        const id = this.#name('job');
        engine.book({ id, ...claim });
        model.claims.set(id, { ...claim, mask: 0 });
        break;
      }
      case 'start': {
        const found = pick(model.claims, one.index);
        if (found === undefined || found[1].mask !== 0) break;
        const [id, claim] = found;
        const { devices } = model.nodes.get(claim.node)!;
        const running = [...model.claims.values()]
          .filter((other) => other.node === claim.node && other.mask !== 0)
          .reduce((sum, other) => sum + other.devices, 0);
        const until = model.now + (claim.until - claim.from - START_WINDOW_SECONDS);
        const mask = engine.start(id, model.now, until);
        expect(mask !== null).to.equal(running + claim.devices <= devices);
        if (mask !== null) model.claims.set(id, { ...claim, from: model.now, until, mask });
        break;
      }
      case 'release': {
        const found = pick(model.claims, one.index);
        if (found === undefined) break;
        engine.release(found[0]);
        model.claims.delete(found[0]);
        break;
      }
      case 'wait': {
        model.now += one.seconds;
        const lapsed = [...model.claims].filter(
          ([, { lapsesAt, mask }]) => mask === 0 && lapsesAt <= model.now,
        );
        for (const [id] of lapsed) model.claims.delete(id);
        expect(engine.advance(model.now).sort()).to.deep.equal(lapsed.map(([id]) => id).sort());
        break;
      }
    }
  }

  #hold(nodeId: string, { devices, hours, startAt }: Order): void {
    const from = startAt ?? this.model.now;
    const until = from + START_WINDOW_SECONDS + hours * HOUR;
    const claim = { node: nodeId, devices, from, until, lapsesAt: from + START_WINDOW_SECONDS };
    const id = this.#name('job');
    expect(this.engine.hold({ id, ...claim }), 'what was matched can be held').to.be.true;
    this.model.claims.set(id, { ...claim, mask: 0 });
  }

  /** No device has two jobs, and every job has as many as it booked, of those that its node has. */
  #checkDevices(): void {
    const taken = new Map<string, number>();
    for (const [id, claim] of this.model.claims) {
      const mask = this.engine.reservation(id)?.mask;
      expect(mask).to.equal(claim.mask);
      if (claim.mask === 0) continue;
      const before = taken.get(claim.node) ?? 0;
      expect(before & claim.mask, 'a device with two jobs').to.equal(0);
      expect(claim.mask.toString(2).replaceAll('0', '')).to.have.length(claim.devices);
      expect(claim.mask >> this.model.nodes.get(claim.node)!.devices).to.equal(0);
      taken.set(claim.node, before | claim.mask);
    }
  }

  #name(kind: string): string {
    this.#count += 1;
    return `${kind} ${this.#count}`;
  }
}

describe('scheduler: matching beside a plain model', () => {
  it('agrees with it on each match, and never gives a device two jobs', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), (steps) => {
        new Comparison().run(steps);
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with it over many offers, whose blocks split and merge', () => {
    fc.assert(
      fc.property(
        fc.array(node, { minLength: 30, maxLength: 30, size: 'max' }),
        fc.array(terms, { minLength: 700, maxLength: 700, size: 'max' }),
        fc.array(step, { minLength: 40, maxLength: 40, size: 'max' }),
        fc.array(index, { minLength: 600, maxLength: 600, size: 'max' }),
        (nodes, offers, steps, gone) => {
          const comparison = new Comparison();
          comparison.run(nodes.map((one) => ({ do: 'addNode', node: one })));
          comparison.run(
            offers.map((one, at) => ({ do: 'setOffer', index: at + 1, terms: one, isNew: true })),
          );
          comparison.run(steps);
          comparison.run(gone.map((at) => ({ do: 'removeOffer', index: at })));
          comparison.run(steps);
        },
      ),
      { numRuns: 4 },
    );
  });
});
