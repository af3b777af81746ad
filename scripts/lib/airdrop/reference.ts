/**
 * An airdrop a second time, to check the first: maps, strings and bigints, one wallet after the other, sharing nothing
 * with the build but the text of docs/points.md. Slow, and short enough to be read.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PublicKey } from '@solana/web3.js';

/** What the reference comes to. */
export interface ReferenceAirdrop {
  readonly leaves: readonly { readonly wallet: string; readonly amount: bigint }[];
  readonly points: bigint;
  readonly total: bigint;
  readonly remainder: bigint;
  readonly inputsHash: string;
  readonly root: string;
}

/** Reads `wallet,points`; fails at the first line that is anything else, or a wallet's second. */
export async function referencePoints(file: string): Promise<Map<string, bigint>> {
  const wallets = new Map<string, bigint>();
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    const line = number === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (line === '' || (number === 1 && line === 'wallet,points')) continue;
    const match = /^([1-9A-HJ-NP-Za-km-z]{32,44}),(0|[1-9][0-9]{0,19})$/.exec(line);
    if (match === null) throw new Error(`${file}:${number}: the line is not wallet,points`);
    const [, wallet = '', points = ''] = match;
    if (wallets.has(wallet)) throw new Error(`${file}:${number}: the wallet stands there twice`);
    wallets.set(wallet, BigInt(points));
  }
  return wallets;
}

/** Converts a pool by points for a season of the program. */
export function referenceAirdrop(
  pool: bigint,
  wallets: ReadonlyMap<string, bigint>,
  program: string,
  season: string,
): ReferenceAirdrop {
  const sorted = [...wallets]
    .map(([wallet, points]) => ({ wallet, points, bytes: new PublicKey(wallet).toBuffer() }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const all = sorted.reduce((sum, { points }) => sum + points, 0n);
  const inputs = createHash('sha256').update(`pool ${pool}\n`);
  for (const { wallet, points } of sorted) inputs.update(`${wallet},${points}\n`);
  const paid = sorted
    .map(({ wallet, bytes, points }) => ({ wallet, bytes, amount: all === 0n ? 0n : (pool * points) / all }))
    .filter(({ amount }) => amount > 0n);
  const prefix = Buffer.concat([
    Buffer.of(0),
    Buffer.from('ionet:airdrop:v1'),
    new PublicKey(program).toBuffer(),
    new PublicKey(season).toBuffer(),
  ]);
  const hashes = paid.map(({ bytes, amount }, index) =>
    sha256(prefix, littleEndian(BigInt(index), 4), bytes, littleEndian(amount, 8)),
  );
  const total = paid.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    leaves: paid.map(({ wallet, amount }) => ({ wallet, amount })),
    points: all,
    total,
    remainder: pool - total,
    inputsHash: inputs.digest('hex'),
    root: rootOf(hashes).toString('hex'),
  };
}

function littleEndian(value: bigint, bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, byte) => Number((value >> BigInt(8 * byte)) & 255n)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Pairs of a level, the lesser first, make the level above; who is left over moves up. */
function rootOf(level: readonly Buffer[]): Buffer {
  const [only = Buffer.alloc(0), other] = level;
  if (other === undefined) return only;
  const above: Buffer[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const pair = level.slice(index, index + 2).sort((a, b) => Buffer.compare(a, b));
    above.push(pair.length === 1 ? (pair[0] ?? only) : sha256(Buffer.of(1), ...pair));
  }
  return rootOf(above);
}
