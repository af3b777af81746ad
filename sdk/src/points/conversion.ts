import { ArgumentError } from '../errors.js';
import { convertPoints } from '../math/points.js';
import { U64_MAX } from '../math/range.js';
import { ADDRESS_BYTES, decodeAddress, encodeAddress } from './base58.js';
import { eachLine, NEWLINE } from './lines.js';

/**
 * Wallets and their points in flat arrays, in any order.
 *
 * @see {@link readPoints}
 */
export interface PointsTable {
  /** 32 bytes each. */
  readonly wallets: Uint8Array;
  readonly points: BigUint64Array;
  /** The line that each stands on, from 1. */
  readonly lines: Uint32Array;
  /** All rows in the order of their wallets' bytes. */
  readonly order: Uint32Array;
}

/**
 * A line of a points file that is wrong.
 *
 * @see {@link readPoints}
 */
export interface PointsFileProblem {
  readonly line: number;
  readonly reason: string;
}

/**
 * What a pool becomes: a leaf for each wallet whose amount is not 0.
 *
 * @see {@link convertPool}
 */
export interface Conversion {
  /** The rows of the table that have a leaf, in the order of leaves: by the bytes of the wallets. */
  readonly rows: Uint32Array;
  /** Base units of IO of each leaf, in the same order. */
  readonly amounts: BigUint64Array;
  readonly totalPoints: bigint;
  /** What all leaves come to, in base units. */
  readonly total: bigint;
  /** What stays of the pool. */
  readonly remainder: bigint;
  /** Points per IO, as a number for people. */
  readonly ratio: number;
}

const COMMA = 44;
const ZERO = 48;
const HEADER = 'wallet,points';
const BASE_UNITS_PER_IO = 100_000_000n;

/**
 * Reads lines of `wallet,points`, with or without that as the first line. Nothing is passed over but empty lines:
 * what is wrong is listed, and so is each line of a wallet that stands there twice.
 *
 * @example
 * ```ts
 * import { readPoints } from '@ionet/sdk';
 *
 * const { table, problems } = readPoints(new TextEncoder().encode('SysvarC1ock11111111111111111111111111111111,90\n'));
 * table.points[0]; // 90n
 * ```
 */
export function readPoints(bytes: Uint8Array): {
  readonly table: PointsTable;
  readonly problems: readonly PointsFileProblem[];
} {
  let capacity = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) capacity += 1;
  const wallets = new Uint8Array(capacity * ADDRESS_BYTES);
  const points = new BigUint64Array(capacity);
  const lines = new Uint32Array(capacity);
  const problems: PointsFileProblem[] = [];
  let rows = 0;
  eachLine(bytes, (line, start, end) => {
    if (end === start || (line === 1 && isHeader(bytes, start, end))) return;
    const problem = readRow(bytes, start, end, wallets, points, rows);
    if (problem === null) lines[rows++] = line;
    else problems.push({ line, reason: problem });
  });
  const table: PointsTable = {
    wallets: wallets.subarray(0, rows * ADDRESS_BYTES),
    points: points.subarray(0, rows),
    lines: lines.subarray(0, rows),
    order: sortRows(wallets, rows),
  };
  return { table, problems: [...problems, ...duplicates(table)].sort((a, b) => a.line - b.line) };
}

function isHeader(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === HEADER.length && new TextDecoder().decode(bytes.subarray(start, end)) === HEADER;
}

/** Reads a row into the columns; what is wrong with it, or null. */
function readRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  wallets: Uint8Array,
  points: BigUint64Array,
  row: number,
): string | null {
  const comma = bytes.indexOf(COMMA, start);
  if (comma < 0 || comma >= end) return 'the line is not wallet,points';
  if (!decodeAddress(bytes, start, comma, wallets, row * ADDRESS_BYTES)) {
    return 'the wallet is not an address of 32 bytes';
  }
  const value = wholeNumber(bytes, comma + 1, end);
  if (value === null) return 'the points are not a whole number';
  if (value > U64_MAX) return 'the points are more than 2^64 - 1';
  points[row] = value;
  return null;
}

/** A whole number of at most 20 digits, without leading zeros. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): bigint | null {
  if (end === start || end - start > 20 || (end - start > 1 && bytes[start] === ZERO)) return null;
  let high = 0;
  let low = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return null;
    // The last ten digits and those before them, each in a double.
    if (end - at > 10) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  return BigInt(high) * 10_000_000_000n + BigInt(low);
}

/** The rows in the order of their wallets' bytes. */
function sortRows(wallets: Uint8Array, count: number): Uint32Array {
  // Most pairs differ in their first four bytes.
  const view = new DataView(wallets.buffer, wallets.byteOffset, wallets.byteLength);
  const prefixes = new Uint32Array(count);
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) {
    prefixes[row] = view.getUint32(row * ADDRESS_BYTES);
    order[row] = row;
  }
  return order.sort((a, b) => {
    const difference = (prefixes[a] ?? 0) - (prefixes[b] ?? 0);
    return difference !== 0 ? difference : compareWallets(wallets, a, b);
  });
}

function compareWallets(wallets: Uint8Array, a: number, b: number): number {
  for (let byte = 0; byte < ADDRESS_BYTES; byte += 1) {
    const difference = (wallets[a * ADDRESS_BYTES + byte] ?? 0) - (wallets[b * ADDRESS_BYTES + byte] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function duplicates(table: PointsTable): PointsFileProblem[] {
  const sorted = table.order;
  const problems: PointsFileProblem[] = [];
  for (let from = 0; from < sorted.length;) {
    let to = from + 1;
    while (to < sorted.length && compareWallets(table.wallets, sorted[from] ?? 0, sorted[to] ?? 0) === 0)
      to += 1;
    if (to - from > 1) {
      const lines = Array.from(sorted.subarray(from, to), (row) => table.lines[row] ?? 0).sort(
        (a, b) => a - b,
      );
      const reason = `the wallet stands on lines ${lines.join(', ')}: give each wallet once`;
      problems.push(...lines.map((line) => ({ line, reason })));
    }
    from = to;
  }
  return problems;
}

/**
 * Shares a pool by points: `floor(pool * points / total points)` for each wallet, and the rest stays. The same for any
 * order of the table's rows.
 *
 * @throws {@link ArgumentError} when nobody has points, or the points together are more than 2^64 - 1
 * @example
 * ```ts
 * import { convertPool, parseIo, readPoints } from '@ionet/sdk';
 *
 * const { table } = readPoints(new TextEncoder().encode('SysvarC1ock11111111111111111111111111111111,90\n'));
 * const { total, ratio } = convertPool(parseIo('1'), table);
 * console.log(total, ratio); // 100000000n 90
 * ```
 */
export function convertPool(pool: bigint, table: PointsTable): Conversion {
  let totalPoints = 0n;
  for (const points of table.points) totalPoints += points;
  if (totalPoints === 0n) throw new ArgumentError('points', 'nobody has any: there is nothing to share by');
  if (totalPoints > U64_MAX) throw new ArgumentError('points', 'are together more than 2^64 - 1');
  if (pool === 0n) throw new ArgumentError('pool', 'is empty: there is nothing to share');
  const rows = new Uint32Array(table.order.length);
  const amounts = new BigUint64Array(table.order.length);
  let leaves = 0;
  let total = 0n;
  for (const row of table.order) {
    const amount = convertPoints(pool, table.points[row] ?? 0n, totalPoints);
    if (amount === 0n) continue;
    rows[leaves] = row;
    amounts[leaves] = amount;
    leaves += 1;
    total += amount;
  }
  return {
    rows: rows.subarray(0, leaves),
    amounts: amounts.subarray(0, leaves),
    totalPoints,
    total,
    remainder: pool - total,
    ratio: Number(totalPoints * BASE_UNITS_PER_IO) / Number(pool),
  };
}

/**
 * A pool and its points in their normal form, the same for any order of the rows: its hash is that of the inputs. The
 * text is `pool <base units>`, then `wallet,points` in the order of the wallets' bytes, each line ended by a line feed.
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { parseIo, pointsHashText, readPoints } from '@ionet/sdk';
 *
 * const { table } = readPoints(new TextEncoder().encode('SysvarC1ock11111111111111111111111111111111,90\n'));
 * const hash = createHash('sha256');
 * for (const piece of pointsHashText(parseIo('1'), table)) hash.update(piece);
 * ```
 */
export function* pointsHashText(pool: bigint, table: PointsTable): Generator<string, void, undefined> {
  yield `pool ${pool}\n`;
  for (const row of table.order) {
    yield `${encodeAddress(table.wallets, row * ADDRESS_BYTES)},${table.points[row] ?? 0n}\n`;
  }
}
