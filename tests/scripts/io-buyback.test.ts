import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseIo, parseUsdc, type Client } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import type { RoundJson } from '../../scripts/io/commands/buyback.js';
import { createProgram } from '../../scripts/io/program.js';
import { setVault, toNextHour } from '../harness/auction.js';
import { keyFile } from '../harness/key-file.js';
import { useMarket } from '../harness/market.js';
import { stateOf } from '../harness/refusals.js';
import { openPool } from '../harness/token-swap.js';

describe('io buyback', () => {
  const test = useMarket();
  let directory: string;
  let keypair: string;
  let filler: Client;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'io-buyback-'));
    keypair = keyFile(directory, 'filler', testKeypair('filler'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });
  beforeEach(async () => {
    const { market } = test;
    filler = market.actor('filler');
    await market.fund(filler.payer, { io: parseIo('500'), usdc: parseUsdc('1000') });
    setVault(market, parseUsdc('2400'));
    toNextHour(market, 3_500);
  });

  async function io(
    args: readonly string[],
    options: { readonly signal?: AbortSignal; readonly onWrite?: () => void } = {},
  ): Promise<{ readonly out: string; readonly warned: string }> {
    let [out, warned] = ['', ''];
    const program = createProgram({
      width: 200,
      write: (text) => {
        out += text;
        options.onWrite?.();
      },
      warn: (text) => void (warned += text),
      openTransport: () => test.market.network.transport,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    await program.parseAsync(['buyback', ...args, '--keypair', keypair], { from: 'user' });
    return { out, warned };
  }
  const problemOf = async (args: readonly string[]): Promise<string> =>
    io(args).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );

  it('says what it would do, and does nothing', async () => {
    const { market } = test;
    const before = await stateOf(market);
    const { out } = await io(['--from', 'inventory', '--dry-run', '--json']);
    const { plan, filled } = JSON.parse(out) as RoundJson;
    expect(plan).to.deep.include({ kind: 'fill', usdc: '100000000', spend: '0', askBps: '9528' });
    expect(filled).to.equal(null);
    expect((await io(['--from', 'inventory', '--dry-run'])).out).to.match(
      /would take 100 USDC for 38\.\d+ IO/,
    );
    expect(await stateOf(market)).to.deep.equal(before);
  });

  it('fills from an inventory', async () => {
    const before = test.market.balances(filler.payer);
    const { out } = await io(['--from', 'inventory', '--json']);
    const { filled } = JSON.parse(out) as RoundJson;
    const after = test.market.balances(filler.payer);
    expect(filled).to.deep.include({ usdc: '100000000', spent: '0' });
    expect(after.usdc - before.usdc).to.equal(parseUsdc('100'));
    expect((before.io - after.io).toString()).to.equal(filled?.ioBurned);
  });

  it('fills through a market, and lets be what gains too little', async () => {
    const { market } = test;
    const pool = await openPool(market, { usdc: parseUsdc('100000'), io: parseIo('40000') });
    const args = ['--from', 'market', '--pool', pool.address.toBase58(), '--json'];
    const greedy = JSON.parse((await io([...args, '--min-profit', '5'])).out) as RoundJson;
    expect(greedy.plan).to.deep.include({ kind: 'wait', reason: 'not profitable' });
    const before = market.balances(filler.payer);
    const { plan, filled } = JSON.parse((await io([...args, '--min-profit', '4'])).out) as RoundJson;
    const gained = market.balances(filler.payer).usdc - before.usdc;
    expect(plan.kind === 'fill' && gained >= BigInt(plan.profit)).to.equal(true);
    expect(filled?.usdc).to.equal('100000000');
  });

  it('goes on until it is told to stop, also after a round that failed', async () => {
    const { market } = test;
    const stop = new AbortController();
    market.setPrice({ publishTime: market.network.now() - 100n });
    let rounds = 0;
    const { out, warned } = await io(['--from', 'inventory', '--watch', '--interval', '1', '--json'], {
      signal: stop.signal,
      onWrite: () => {
        rounds += 1;
        if (rounds === 1) market.setPrice();
        else stop.abort();
      },
    });
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RoundJson);
    expect(first).to.deep.include({ priceProblem: 'PriceStale', filled: null });
    expect(second?.filled?.usdc).to.equal('100000000');
    expect(warned).to.equal('');
  }).timeout(10_000);

  it('tells of a round that failed, and looks again', async () => {
    const { market } = test;
    const stop = new AbortController();
    const auction = market.network.transport;
    let fails = true;
    let warned = '';
    const program = createProgram({
      width: 200,
      write: () => {
        stop.abort();
      },
      warn: (text) => void (warned += text),
      signal: stop.signal,
      openTransport: () => ({
        ...auction,
        getLatestBlockhash: () => {
          if (!fails) return auction.getLatestBlockhash();
          fails = false;
          return Promise.reject(new Error('the network is away'));
        },
      }),
    });
    const args = ['buyback', '--from', 'inventory', '--watch', '--interval', '1', '--keypair', keypair];
    await program.parseAsync(args, { from: 'user' });
    expect(warned).to.equal('io buyback: the network is away\n');
    expect(market.balances(filler.payer).usdc).to.equal(parseUsdc('1100'));
  }).timeout(10_000);

  it('says what is wrong with its options', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /--from/],
      [['--from', 'market'], /--pool is needed/],
      [['--from', 'market', '--pool', 'x'], /--pool must be an address/],
      [['--from', 'inventory', '--pool', filler.payer.toBase58()], /--pool has no effect/],
      [['--from', 'inventory', '--io-price', '0'], /--io-price is zero/],
      [['--from', 'inventory', '--min-profit', '-1'], /--min-profit/],
      [['--from', 'inventory', '--slippage-bps', '1001'], /--slippage-bps must be a whole number/],
      [['--from', 'inventory', '--interval', '0'], /--interval/],
    ];
    for (const [args, problem] of cases) expect(await problemOf(args)).to.match(problem);
  });
});
