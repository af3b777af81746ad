/**
 * The auction of fees against a constant-product market with arbitrageurs, and against an attacker who moves the pool
 * around fills. The auction's side is the SDK's integers; a sample of the fills is done on the program itself, which
 * must burn the same.
 *
 *   tsx --conditions=ionet-source bench/auction-simulation.ts          prints the tables
 *   tsx --conditions=ionet-source bench/auction-simulation.ts --write  writes them into docs/auction.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { AuctionState, askBps, eventOf, fillIo, lotOf, pda, type Price } from '@ionet/sdk';
import { changeTokenAccount, createMarket, readPrograms } from '@ionet/sdk/testing';
import { seeded } from '../tests/harness/escrow.js';

const DOCUMENT = 'docs/auction.md';
const DAYS = 30;
const MINUTES = DAYS * 24 * 60;
const START = 1_719_792_000n;
const MINUTE = 60n;
/** Base units of USDC that orders pay into the vault in a minute: 1,440 USDC a day. */
const INFLOW = 1_000_000n;
const FIRST_VAULT = 1_440_000_000n;
const POOL_FEE = 0.003;
/** What a filler wants for his trouble, of what he takes, and what a transaction costs him in USDC. */
const MARGIN = 0.0005;
const TRANSACTION = 0.002;
/** A filler lets his swap get so much worse than quoted. */
const TOLERANCE = 0.005;
const FIRST_PRICE = 2.5;
/** Of the price, as the price account says it. */
const CONFIDENCE = 0.001;
const SAMPLE = 60;

interface Scenario {
  /** USDC on one side of the pool. */
  readonly depth: number;
  /** Of a year. */
  readonly volatility: number;
}

/** A pool of USDC and IO whose product stays constant. */
interface Pool {
  usdc: number;
  io: number;
}

interface Fill {
  readonly now: bigint;
  readonly vault: bigint;
  readonly price: Price;
  readonly usdc: bigint;
  readonly io: bigint;
}

interface Result {
  readonly fills: readonly Fill[];
  readonly soldPercent: number;
  /** Basis points of what was sold. */
  readonly ask: number;
  readonly discount: number;
  readonly worstDiscount: number;
  readonly fillerProfit: number;
  /** The best that moving the pool adds to a fill of the attacker's own, in basis points of it. */
  readonly poolAttack: number;
  /** What a sandwich around a filler's swap takes from the filler, in basis points of the fill. */
  readonly sandwich: number;
  /** The best that moving the pool would bring if the auction took its price from the pool. */
  readonly withoutAccount: number;
}

const priceOf = (pool: Pool): number => pool.usdc / pool.io;

/** What buying so much IO costs. */
function costOf(pool: Pool, io: number): number {
  if (io >= pool.io) return Number.POSITIVE_INFINITY;
  return (pool.usdc * io) / (pool.io - io) / (1 - POOL_FEE);
}

/** Swaps USDC (or, where negative, the IO that it takes out) and gives the IO that comes out. */
function swapUsdc(pool: Pool, usdc: number): number {
  const paid = usdc * (1 - POOL_FEE);
  const io = (pool.io * paid) / (pool.usdc + paid);
  pool.usdc += usdc;
  pool.io -= io;
  return io;
}

function swapIo(pool: Pool, io: number): number {
  const paid = io * (1 - POOL_FEE);
  const usdc = (pool.usdc * paid) / (pool.io + paid);
  pool.io += io;
  pool.usdc -= usdc;
  return usdc;
}

/** Arbitrageurs bring the pool back to where its fee leaves them nothing. */
function arbitrage(pool: Pool, price: number): void {
  const product = pool.usdc * pool.io;
  const [low, high] = [price * (1 - POOL_FEE), price / (1 - POOL_FEE)];
  const target = Math.min(Math.max(priceOf(pool), low), high);
  pool.usdc = Math.sqrt(product * target);
  pool.io = Math.sqrt(product / target);
}

/** A price account of 8 decimals that says it. */
function published(price: number): Price {
  return {
    price: BigInt(Math.round(price * 1e8)),
    conf: BigInt(Math.round(price * CONFIDENCE * 1e8)),
    exponent: -8,
  };
}

const units = (usdc: number): bigint => BigInt(Math.floor(usdc * 1e6));
const amount = (base: bigint, decimals: number): number => Number(base) / 10 ** decimals;

/** The fill that brings a filler most, of what is left; none where it brings too little. */
function bestFill(
  pool: Pool,
  price: Price,
  ask: bigint,
  left: bigint,
): { usdc: bigint; io: bigint; profit: number } | null {
  // IO a USDC, and from it where buying one more costs what it brings.
  const rate = amount(fillIo(10n ** 12n, ask, price), 8) / 1e6;
  const optimum = pool.io - Math.sqrt((rate * pool.usdc * pool.io) / (1 - POOL_FEE));
  if (optimum <= 0) return null;
  const usdc = [units(optimum / rate), left].reduce((a, b) => (a < b ? a : b));
  if (usdc <= 0n) return null;
  const io = fillIo(usdc, ask, price);
  const taken = amount(usdc, 6);
  const profit = taken - costOf(pool, amount(io, 8)) - TRANSACTION;
  return profit < taken * MARGIN ? null : { usdc, io, profit };
}

/** What an attacker adds to a fill of his own by moving the pool before it and back after it, at best. */
function bestPoolAttack(pool: Pool, io: number, plain: number, taken: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const part of [0.001, 0.01, 0.05, 0.2, 0.5]) {
    // Up: he buys IO first, fills, and sells the rest. Down: he sells IO first, buys what he fills with, and buys back.
    const up = { ...pool };
    const spent = pool.usdc * part;
    const bought = swapUsdc(up, spent);
    const upProfit =
      bought >= io ? taken - spent + swapIo(up, bought - io) : taken - spent - costOf(up, io - bought);
    const down = { ...pool };
    const sold = pool.io * part;
    const got = swapIo(down, sold);
    const downProfit = taken + got - costOf(down, io + sold);
    best = Math.max(best, upProfit - TRANSACTION - plain, downProfit - TRANSACTION - plain);
  }
  return best;
}

/** Buys before a filler's swap until that is as bad as he lets it be, and sells after it. */
function sandwichOf(pool: Pool, io: number): number {
  const quoted = costOf(pool, io);
  let best = 0;
  for (let part = 0.0005; part <= 0.02; part *= 1.5) {
    const moved = { ...pool };
    const spent = pool.usdc * part;
    const bought = swapUsdc(moved, spent);
    const cost = costOf(moved, io);
    if (cost > quoted * (1 + TOLERANCE)) break;
    moved.usdc += cost;
    moved.io -= io;
    best = Math.max(best, swapIo(moved, bought) - spent - 2 * TRANSACTION);
  }
  return best;
}

/** What the same attacker would gain where the auction asked the pool for its price. */
function attackOnPoolPrice(pool: Pool, ask: bigint, taken: number): number {
  let best = 0;
  for (const part of [0.01, 0.05, 0.2, 0.5, 1, 2]) {
    const moved = { ...pool };
    const spent = pool.usdc * part;
    const bought = swapUsdc(moved, spent);
    const io = (taken / priceOf(moved)) * (Number(ask) / 10_000);
    if (bought < io) continue;
    best = Math.max(best, taken - spent + swapIo(moved, bought - io) - TRANSACTION);
  }
  return best;
}

/** Numbers of the normal distribution, the same in every run. */
function gaussian(seed: bigint): () => number {
  const random = seeded(seed);
  const uniform = (): number => (Number(random(1n, 1n << 52n)) - 0.5) / 2 ** 52;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function simulate({ depth, volatility }: Scenario, seed: bigint): Result {
  const next = gaussian(seed);
  const step = volatility / Math.sqrt(365 * 24 * 60);
  const pool: Pool = { usdc: depth, io: depth / FIRST_PRICE };
  const fills: Fill[] = [];
  let [price, vault, state] = [FIRST_PRICE, FIRST_VAULT, NEVER];
  let [offered, sold, burnedWorth, asked, profit, worst] = [0, 0, 0, 0, 0, Number.NEGATIVE_INFINITY];
  let [poolAttack, sandwich, withoutAccount] = [Number.NEGATIVE_INFINITY, 0, 0];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const now = START + BigInt(minute) * MINUTE;
    vault += INFLOW;
    // The account is a minute old when it is used: what the market did since is known to the filler, not to it.
    const account = published(price);
    price *= Math.exp(step * next() - (step * step) / 2);
    arbitrage(pool, price);
    if (minute % 60 === 0) offered += amount(lotOf(vault), 6);
    // As on chain, only a fill touches the auction.
    const seen = AuctionState.observed(AuctionState.touched(state, vault, now), account, now);
    const ask = askBps(now);
    const fill = bestFill(pool, account, ask, seen.left);
    if (fill === null) continue;
    const [taken, io] = [amount(fill.usdc, 6), amount(fill.io, 8)];
    const attack = bestPoolAttack(pool, io, fill.profit, taken);
    poolAttack = Math.max(poolAttack, (attack / taken) * 1e4);
    sandwich = Math.max(sandwich, (sandwichOf(pool, io) / taken) * 1e4);
    withoutAccount = Math.max(
      withoutAccount,
      ((attackOnPoolPrice(pool, ask, taken) - fill.profit) / taken) * 1e4,
    );
    fills.push({ now, vault, price: account, usdc: fill.usdc, io: fill.io });
    swapUsdc(pool, costOf(pool, io));
    state = AuctionState.filled(seen, fill.usdc, fill.io);
    vault -= fill.usdc;
    sold += taken;
    burnedWorth += io * price;
    asked += Number(ask) * taken;
    profit += fill.profit;
    worst = Math.max(worst, (1 - (io * price) / taken) * 1e4);
  }
  return {
    fills,
    soldPercent: (sold / offered) * 100,
    ask: asked / sold,
    discount: (1 - burnedWorth / sold) * 1e4,
    worstDiscount: worst,
    fillerProfit: (profit / sold) * 1e4,
    poolAttack,
    sandwich,
    withoutAccount,
  };
}

const NEVER: AuctionState = {
  hour: 0n,
  lot: 0n,
  left: 0n,
  hourIo: 0n,
  reference: 0n,
  lastPrice: 0n,
  lastGoodAt: 0n,
};

/** Does fills of the simulation on the program; gives how many burned the same. */
async function onChain(fills: readonly Fill[]): Promise<number> {
  const { market } = await createMarket({ programs: await readPrograms('artifacts'), startsAt: START - 1n });
  const { network, deployment, buyer } = market;
  const vaultAccount = pda.treasury.feeVault(deployment, deployment.usdcMint);
  for (const { now, vault, price, usdc, io } of fills) {
    if (now > network.now()) network.warpTo(now);
    market.setPrice(price);
    changeTokenAccount(network, vaultAccount, { amount: vault });
    const { events } = await buyer.treasury.fillAuction({ usdc, maxIo: io });
    const { ioBurned } = eventOf(events, 'treasury', 'feesSold');
    if (ioBurned !== io) throw new Error(`at ${now} the program burned ${ioBurned}, the simulation ${io}`);
  }
  return fills.length;
}

const SCENARIOS: readonly Scenario[] = [20_000, 100_000, 1_000_000, 10_000_000].flatMap((depth) =>
  [0.5, 1, 2].map((volatility) => ({ depth, volatility })),
);

function table(results: readonly (readonly [Scenario, Result])[]): string {
  const number = (value: number): string => value.toFixed(1).replace(/^-0\.0$/, '0.0');
  const rows = results.map(([{ depth, volatility }, result]) => [
    depth.toLocaleString('en-US'),
    `${(volatility * 100).toFixed(0)} %`,
    String(result.fills.length),
    `${number(result.soldPercent)} %`,
    number(result.ask),
    number(result.discount),
    number(result.worstDiscount),
    number(result.fillerProfit),
    number(result.poolAttack),
    number(result.sandwich),
    number(result.withoutAccount),
  ]);
  return [
    '| depth, USDC | volatility | fills | lots sold | ask | discount | worst | filler | own fill + pool | sandwich | by pool price |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

const results = SCENARIOS.map(
  (scenario, index) => [scenario, simulate(scenario, BigInt(index + 1))] as const,
);
const sample = results[4]?.[1].fills.slice(0, SAMPLE) ?? [];
const same = await onChain(sample);
const gained = results.filter(([, { poolAttack }]) => poolAttack > 0);
const text = `${table(results)}\n\nThe first ${same} fills of 100,000 USDC and 100 % were done on the program too: the same IO to the unit.\n`;
console.log(text);
if (gained.length > 0) {
  console.error('moving the pool brought an attacker something');
  process.exitCode = 1;
}
if (process.argv[2] === '--write') {
  const document = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = ['<!-- simulation: begin -->\n', '<!-- simulation: end -->'];
  const [head, rest] = document.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`${DOCUMENT} has no place for the tables`);
  writeFileSync(DOCUMENT, `${head}${begin}\n${text}\n${end}${tail}`);
}
