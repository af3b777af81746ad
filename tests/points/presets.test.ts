import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { Keypair, PublicKey } from '@solana/web3.js';
import {
  ArgumentError,
  COMMUNITY_POOLS,
  COMPUTE_SEASONS,
  convertPool,
  decodeAddress,
  DISCORD_TIERS,
  encodeAddress,
  findComputeSeason,
  findPointsPool,
  formatIo,
  parseIo,
  POINTS_FORMULA_HASH,
  POINTS_FORMULA_TEXT,
  POINTS_POOLS,
  readPoints,
  readSubmissions,
  U64_MAX,
} from '@ionet/sdk';
import { walletOf } from '../harness/points.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('points: presets', () => {
  it('are the seasons of the economy', () => {
    const shown = COMPUTE_SEASONS.map(({ number, startsAt, endsAt, proofOfWork, gpu, cpu }) => [
      number,
      new Date(startsAt * 1_000).toISOString(),
      new Date(endsAt * 1_000).toISOString(),
      proofOfWork,
      formatIo(gpu.amount),
      formatIo(cpu.amount),
    ]);
    expect(shown).to.deep.equal([
      [1, '2023-11-04T00:00:00.000Z', '2024-04-26T00:00:00.000Z', false, '16625000', '875000'],
      [2, '2024-05-01T00:00:00.000Z', '2024-06-01T00:00:00.000Z', true, '7125000', '375000'],
      [3, '2024-06-01T00:00:00.000Z', '2024-07-01T00:00:00.000Z', true, '4750000', '250000'],
    ]);
  });

  it('sum up to what the articles give each pool', () => {
    const sum = (...names: string[]): string =>
      formatIo(names.reduce((total, name) => total + findPointsPool(name).amount, 0n));
    expect(sum('season-1-gpu', 'season-1-cpu')).to.equal('17500000');
    expect(sum('season-2-gpu', 'season-2-cpu')).to.equal('7500000');
    expect(sum('season-3-gpu', 'season-3-cpu')).to.equal('5000000');
    expect(sum('community-1-creators', 'community-1-galxe', 'community-1-discord')).to.equal('7500000');
    expect(sum('season-3-galxe', 'season-3-discord')).to.equal('2500000');
    expect(POINTS_POOLS.map(({ id }) => id)).to.deep.equal(POINTS_POOLS.map((_, index) => index + 1));
    expect(new Set(POINTS_POOLS.map(({ name }) => name)).size).to.equal(POINTS_POOLS.length);
    expect(COMMUNITY_POOLS.some(({ kind }) => kind === 'gpu' || kind === 'cpu')).to.be.false;
  });

  it('say which there are when there is none', () => {
    expect(() => findComputeSeason(4)).to.throw(ArgumentError, /no season 4: give one of 1, 2, 3/);
    expect(() => findPointsPool('season-4-gpu')).to.throw(ArgumentError, /season-1-gpu, season-1-cpu/);
  });

  it('the formula is what its hash says', () => {
    expect(createHash('sha256').update(POINTS_FORMULA_TEXT).digest('hex')).to.equal(POINTS_FORMULA_HASH);
    for (const [tier, points] of Object.entries(DISCORD_TIERS)) {
      expect(POINTS_FORMULA_TEXT).to.contain(`${tier} ${points}`);
    }
  });
});

describe('points: addresses', () => {
  const decode = (text: string): Uint8Array | null => {
    const into = new Uint8Array(40).fill(9);
    const given = bytesOf(`,${text},`);
    return decodeAddress(given, 1, given.length - 1, into, 3) ? into.slice(3, 35) : null;
  };

  it('are written and read as web3.js does', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const zeros = fc.tuple(fc.nat(32), bytes).map(([count, random]) => random.fill(0, 0, count));
    fc.assert(
      fc.property(fc.oneof(bytes, zeros), (address) => {
        const text = new PublicKey(address).toBase58();
        expect(encodeAddress(address)).to.equal(text);
        expect(decode(text)).to.deep.equal(address);
      }),
    );
  });

  it('are refused where web3.js reads another text, or none', () => {
    const character = fc.constantFrom(...Array.from('11zZ9a0OIl +'));
    fc.assert(
      fc.property(fc.array(character, { minLength: 30, maxLength: 46 }), fc.nat(45), (letters, at) => {
        const text = fc.sample(fc.constant(letters.join('')), 1)[0]!;
        const near = encodeAddress(new Uint8Array(32).fill(255)).split('');
        near[at % near.length] = letters[0]!;
        for (const candidate of [text, near.join('')]) {
          let expected: string | null = null;
          try {
            expected = new PublicKey(candidate).toBase58();
          } catch {
            // Not an address.
          }
          expect(decode(candidate) !== null, candidate).to.equal(expected === candidate);
        }
      }),
    );
  });
});

describe('points: conversion of a pool', () => {
  const rows = fc.uniqueArray(fc.tuple(fc.nat(1_000_000), fc.bigInt({ min: 0n, max: 2n ** 58n })), {
    minLength: 1,
    maxLength: 30,
    selector: ([wallet]) => wallet,
  });
  const textOf = (lines: readonly (readonly [number, bigint])[]): string =>
    lines.map(([wallet, points]) => `${walletOf(wallet)},${points}\n`).join('');

  it('gives away the pool but a remainder below one unit a wallet, in any order of lines', () => {
    const pool = fc.bigInt({ min: 1n, max: U64_MAX });
    fc.assert(
      fc.property(pool, rows, fc.nat(), (pool, lines, turn) => {
        fc.pre(lines.some(([, points]) => points > 0n));
        const { table, problems } = readPoints(bytesOf(textOf(lines)));
        expect(problems).to.deep.equal([]);
        const { amounts, rows, total, remainder, totalPoints } = convertPool(pool, table);
        expect(total + remainder).to.equal(pool);
        expect([...amounts].reduce((sum, each) => sum + each, 0n)).to.equal(total);
        expect(remainder >= 0n && remainder < BigInt(lines.length)).to.be.true;
        rows.forEach((row, leaf) => {
          const points = table.points[row]!;
          expect(amounts[leaf]).to.equal((pool * points) / totalPoints);
          expect(amounts[leaf]! > 0n).to.be.true;
        });
        const at = turn % lines.length;
        const turned = readPoints(
          bytesOf(`wallet,points\r\n${textOf([...lines.slice(at), ...lines.slice(0, at)])}`),
        );
        const again = convertPool(pool, turned.table);
        const leaves = (table: typeof turned.table, of: typeof again): string[] =>
          Array.from(
            of.rows,
            (row, leaf) => `${encodeAddress(table.wallets, row * 32)} ${of.amounts[leaf]!}`,
          );
        expect(leaves(turned.table, again)).to.deep.equal(leaves(table, { ...again, amounts, rows }));
      }),
    );
  });

  it('shows points per IO', () => {
    const { table } = readPoints(
      bytesOf(
        textOf([
          [1, 600n],
          [2, 300n],
        ]),
      ),
    );
    expect(convertPool(parseIo('10'), table)).to.include({ ratio: 90, total: 999_999_999n, remainder: 1n });
    expect(convertPool(1n, table)).to.include({ ratio: 90_000_000_000, total: 0n, remainder: 1n });
  });

  it('orders leaves by the bytes of the wallets and leaves out who gets nothing', () => {
    const wallets = Array.from({ length: 300 }, (_, number) => walletOf(number));
    const { table } = readPoints(bytesOf(wallets.map((wallet, index) => `${wallet},${index}\n`).join('')));
    const { rows } = convertPool(parseIo('1'), table);
    const sorted = Array.from(rows, (row) => Buffer.from(table.wallets.subarray(row * 32, row * 32 + 32)));
    expect(sorted).to.deep.equal([...sorted].sort((a, b) => Buffer.compare(a, b)));
    expect(rows).to.have.length(299);
  });

  for (const [name, text, line, reason] of [
    ['no comma', 'abc', 1, /not wallet,points/],
    ['no address', 'abc,1', 1, /not an address/],
    ['a fraction', `${walletOf(1)},1.5`, 1, /not a whole number/],
    ['a sign', `${walletOf(1)},-1`, 1, /not a whole number/],
    ['no points', `${walletOf(1)},`, 1, /not a whole number/],
    ['a third column', `\n${walletOf(1)},1,2`, 2, /not a whole number/],
    ['too many points', `${walletOf(1)},18446744073709551616`, 1, /more than 2\^64 - 1/],
    ['a header below', `${walletOf(1)},1\nwallet,points`, 2, /not an address/],
  ] as const) {
    it(`lists ${name}`, () => {
      const { problems } = readPoints(bytesOf(text));
      expect(problems).to.have.length(1);
      expect(problems[0]?.line).to.equal(line);
      expect(problems[0]?.reason).to.match(reason);
    });
  }

  it('lists each line of a wallet that stands there twice', () => {
    const { problems } = readPoints(bytesOf(`${walletOf(2)},1\n${walletOf(1)},5\n\n${walletOf(2)},1\n`));
    expect(problems.map(({ line }) => line)).to.deep.equal([1, 4]);
    expect(problems[0]?.reason).to.match(/stands on lines 1, 4/);
  });

  it('refuses a pool without points, an empty pool, and more points than fit', () => {
    const table = (text: string) => readPoints(bytesOf(text)).table;
    expect(() => convertPool(1n, table(`${walletOf(1)},0\n`))).to.throw(ArgumentError, /nobody has any/);
    expect(() => convertPool(0n, table(`${walletOf(1)},1\n`))).to.throw(ArgumentError, /is empty/);
    const most = `${walletOf(1)},${U64_MAX}\n`;
    expect(() => convertPool(1n, table(`${most}${walletOf(2)},1\n`))).to.throw(
      ArgumentError,
      /more than 2\^64/,
    );
    expect(convertPool(5n, table(most)).total).to.equal(5n);
  });
});

describe('points: submissions', () => {
  const [first, second] = [
    Keypair.fromSeed(new Uint8Array(32).fill(1)),
    Keypair.fromSeed(new Uint8Array(32).fill(2)),
  ].map(({ publicKey }) => publicKey.toBase58()) as [string, string];
  const offCurve = PublicKey.findProgramAddressSync([Buffer.from('a')], PublicKey.default)[0].toBase58();

  it('of Discord roles are worth what their tier is', () => {
    const { wallets, problems } = readSubmissions(
      'discord',
      `wallet,tier\n${first},gold\n${second},bronze\n`,
    );
    expect([...wallets]).to.deep.equal([
      [first, 500n],
      [second, 100n],
    ]);
    expect(problems).to.deep.equal([]);
  });

  it('of Galxe missions are points; the same line twice is once, and no points are no wallet', () => {
    const { wallets, problems } = readSubmissions('galxe', `${first},40\r\n${first},40\r\n${second},0\r\n`);
    expect([...wallets]).to.deep.equal([[first, 40n]]);
    expect(problems).to.deep.equal([]);
  });

  it('that contradict each other are listed, and the wallet gets nothing', () => {
    const { wallets, problems } = readSubmissions(
      'galxe',
      `${first},40\n${second},1\n${first},41\n${first},40\n`,
    );
    expect([...wallets.keys()]).to.deep.equal([second]);
    expect(problems.map(({ line }) => line)).to.deep.equal([1, 3, 4]);
    expect(problems[0]?.reason).to.match(/differently on lines 1, 3, 4; it gets nothing/);
  });

  for (const [name, line, reason] of [
    ['an address off the curve', `${offCurve},gold`, /not on the curve/],
    ['no address', 'me,gold', /not an address/],
    ['an unknown tier', `${first},diamond`, /the tier must be bronze, silver/],
    ['a tier from the prototype', `${first},constructor`, /the tier must be/],
    ['a missing tier', first, /not wallet,tier/],
    ['a column too many', `${first},gold,1`, /not wallet,tier/],
  ] as const) {
    it(`lists ${name}`, () => {
      const { wallets, problems } = readSubmissions('discord', `${second},gold\n${line}\n`);
      expect(wallets.size).to.equal(1);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.include({ line: 2 });
      expect(problems[0]?.reason).to.match(reason);
    });
  }
});
