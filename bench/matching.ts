/**
 * The scheduler's matching engine: orders a second and how long one takes, and beside an order book from npm where
 * only the price counts.
 *
 *   npm run bench:matching              prints the tables
 *   npm run bench:matching -- --write   writes them into docs/performance.md
 */
import {
  BANDWIDTHS,
  MatchingEngine,
  claimEnd,
  type NodeListing,
  type OfferTerms,
  type Order,
} from '@ionet/scheduler';
import { OrderBook } from 'nodejs-order-book';
import { measure, peakMegabytes, publish } from './lib/measure.js';
import { randomFrom } from './points-events.js';

const SEED = 20_260_901;
const OFFERS = 100_000;
const OFFERS_A_NODE = 2;
const CLASSES = 30;
const REGIONS = 24;
const MATCHES = 200_000;
/** Not counted: engines compile what runs often. */
const WARM_UP = 50_000;
/** Orders whose devices are taken at a time; the oldest gives them back. */
const IN_FLIGHT = 20_000;
const NOW = 1_750_000_000;

const random = randomFrom(SEED);
const pick = <T>(items: readonly [T, ...T[]]): T => items[random(items.length)] ?? items[0];
/** Small numbers are likelier: a few classes and regions have most of the offers. */
const skewed = (below: number): number => Math.min(random(below), random(below));
const grouped = (count: number): string => Math.round(count).toLocaleString('en-US');

const TERMS: OfferTerms = {
  price: 0n,
  minHours: 1,
  maxHours: 8_760,
  commitmentHours: 0,
  commitmentDiscountBps: 0,
  peakMultiplierBps: 10_000,
  peakHours: 0,
};

function drawTerms(hardwareClass: number): OfferTerms {
  const committed = random(2) === 0;
  const peak = random(3) === 0;
  return {
    price: BigInt((hardwareClass + 1) * 100_000 + random(100_000)),
    minHours: pick([1, 1, 1, 4, 24]),
    maxHours: pick([168, 720, 8_760]),
    commitmentHours: committed ? pick([24, 72, 168]) : 0,
    commitmentDiscountBps: committed ? pick([500, 1_000, 2_000]) : 0,
    peakMultiplierBps: peak ? pick([11_000, 12_500, 15_000]) : 10_000,
    peakHours: peak ? 0b1111_1111 << random(16) : 0,
  };
}

function market(): MatchingEngine {
  const engine = new MatchingEngine();
  engine.advance(NOW);
  for (let index = 0; index < OFFERS / OFFERS_A_NODE; index += 1) {
    const hardwareClass = skewed(CLASSES);
    const node: NodeListing = {
      id: `node-${index}`,
      hardwareClass: `class-${hardwareClass}`,
      region: `region-${skewed(REGIONS)}`,
      bandwidth: BANDWIDTHS[1 + random(3)] ?? 'low',
      devices: pick([1, 1, 2, 4, 8, 8]),
      reliability: 7_000 + random(3_001),
      open: true,
    };
    engine.setNode(node);
    for (let offer = 0; offer < OFFERS_A_NODE; offer += 1) {
      engine.setOffer({
        id: `${node.id}-${offer}`,
        node: node.id,
        terms: drawTerms(hardwareClass),
        active: true,
      });
    }
  }
  return engine;
}

function drawOrder(): Order {
  return {
    hardwareClass: `class-${skewed(CLASSES)}`,
    devices: pick([1, 1, 1, 2, 4, 8]),
    hours: pick([1, 4, 24, 72, 720]),
    payment: 'usdc',
    ...(random(4) === 0 ? { startAt: NOW + random(86_400) } : {}),
    ...(random(2) === 0 ? { regions: [`region-${skewed(REGIONS)}`, `region-${skewed(REGIONS)}`] } : {}),
    ...(random(3) === 0 ? { bandwidth: pick(['medium', 'high']) } : {}),
    ...(random(3) === 0 ? { minReliability: pick([8_000, 9_000, 9_500]) } : {}),
    ...(random(4) === 0 ? { maxTotal: BigInt(random(2_000_000_000)) } : {}),
  };
}

/** Matches orders and takes their devices; each gives them back when so many others have come after it. */
class Course {
  readonly #engine: MatchingEngine;
  readonly #open: string[] = [];
  #oldest = 0;
  #count = 0;
  matched = 0;

  constructor(engine: MatchingEngine) {
    this.#engine = engine;
  }

  place(order: Order): void {
    const match = this.#engine.match(order);
    if (match === null) return;
    const from = order.startAt ?? NOW;
    const id = `job-${(this.#count += 1)}`;
    const until = claimEnd(from, order.hours);
    const { devices } = order;
    if (!this.#engine.hold({ id, node: match.node.id, devices, from, until, lapsesAt: until })) {
      throw new Error('what was matched could not be held');
    }
    this.matched += 1;
    this.#open.push(id);
    const done = this.#open.length - this.#oldest > IN_FLIGHT ? this.#open[this.#oldest] : undefined;
    if (done === undefined) return;
    this.#oldest += 1;
    this.#engine.release(done);
  }
}

interface Figures {
  readonly perSecond: number;
  readonly perProcessorSecond: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Runs a step for each item, those to warm up first. */
async function time<T>(items: readonly T[], step: (item: T) => void): Promise<Figures> {
  for (const item of items.slice(0, WARM_UP)) step(item);
  const counted = items.slice(WARM_UP);
  const times = new Float64Array(counted.length);
  const { wall, processor } = await measure(() => {
    counted.forEach((item, index) => {
      const start = performance.now();
      step(item);
      times[index] = performance.now() - start;
    });
  });
  times.sort();
  const at = (part: number): number => (times[Math.floor((times.length - 1) * part)] ?? 0) * 1_000;
  return {
    perSecond: (counted.length / wall) * 1_000,
    perProcessorSecond: (counted.length / processor) * 1_000,
    p50: at(0.5),
    p99: at(0.99),
    most: at(1),
  };
}

const micros = (value: number): string => grouped(Math.max(1, value));
const row = (name: string, { perSecond, perProcessorSecond, p50, p99, most }: Figures): string =>
  `| ${name} | ${grouped(perSecond)} | ${grouped(perProcessorSecond)} | ${micros(p50)} | ${micros(p99)} | ${micros(most)} |`;

// All constraints
const built = await measure(market);
const course = new Course(built.value);
const orders = Array.from({ length: WARM_UP + MATCHES }, drawOrder);
const full = await time(orders, (order) => {
  course.place(order);
});
// The same market, in which so many devices are taken, without taking any.
const alone = await time(orders, (order) => {
  built.value.match(order);
});
const share = (course.matched / orders.length) * 100;
const peak = peakMegabytes();

// The price alone: one device an offer, one device-hour an order.
const prices = Array.from({ length: OFFERS }, () => 100_000 + random(1_000_000));
const plain = new MatchingEngine();
plain.advance(NOW);
prices.forEach((price, index) => {
  const id = `node-${index}`;
  const node: NodeListing = {
    id,
    hardwareClass: 'class',
    region: 'region',
    bandwidth: 'high',
    devices: 1,
    reliability: 9_000,
    open: true,
  };
  plain.setNode(node);
  plain.setOffer({ id: `${id}-0`, node: id, terms: { ...TERMS, price: BigInt(price) }, active: true });
});
const order: Order = { hardwareClass: 'class', devices: 1, hours: 1, payment: 'usdc' };
const plainCourse = new Course(plain);
const turns = Array.from({ length: WARM_UP + MATCHES }, (_, index) => index);
const ours = await time(turns, () => {
  plainCourse.place(order);
});
if (plainCourse.matched !== turns.length) throw new Error('not every order was matched');

const book = new OrderBook();
const relist = (id: string, price: number): void => {
  const { err } = book.limit({ id, side: 'sell' as never, size: 1, price });
  if (err !== null) throw new Error(err.message);
};
prices.forEach((price, index) => {
  relist(`offer-${index}`, price);
});
const sold: { readonly id: string; readonly price: number }[] = [];
let oldest = 0;
const theirs = await time(turns, () => {
  const { done } = book.market({ side: 'buy' as never, size: 1 });
  const [trade] = done;
  if (trade === undefined || !('price' in trade)) throw new Error('the order book sold nothing');
  sold.push({ id: trade.id, price: trade.price });
  const back = sold.length - oldest > IN_FLIGHT ? sold[oldest] : undefined;
  if (back === undefined) return;
  oldest += 1;
  relist(back.id, back.price);
});

const HEAD = [
  '| | a second | a processor second | median, us | p99, us | longest, us |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
];
publish('Matching', 'bench:matching', [
  `${grouped(OFFERS)} open offers of ${grouped(OFFERS / OFFERS_A_NODE)} nodes, ${CLASSES} classes, ${REGIONS} regions;`,
  `${grouped(MATCHES)} orders, each matched by all its constraints and quoted; the devices of ${grouped(IN_FLIGHT)} orders are`,
  `taken at a time, the oldest gives its own back with each new one. ${share.toFixed(0)} % of the orders found a node.`,
  `Building the market took ${(built.wall / 1_000).toFixed(1)} s, the process ${peak} MB at its peak. Seed ${SEED}.`,
  '',
  ...HEAD,
  row('matched and quoted', alone),
  row('matched, quoted, and devices taken and given back', full),
  '',
  `Where only the price counts (one device an offer, one device-hour an order, ${grouped(OFFERS)} offers; what was sold`,
  'is offered again as above; ours quotes the charge with fees as well):',
  '',
  ...HEAD,
  row('our engine', ours),
  row('nodejs-order-book 10.1.1', theirs),
]);
