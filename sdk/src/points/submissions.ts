import { PublicKey } from '@solana/web3.js';
import { U64_MAX } from '../math/range.js';
import type { SeasonKind } from '../actions/airdrop.js';
import { DISCORD_TIERS } from './seasons.js';

/**
 * What people submitted for a pool of the community.
 *
 * @see {@link readSubmissions}
 */
export interface Submissions {
  /** Points by wallet. */
  readonly wallets: ReadonlyMap<string, bigint>;
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Reads the submissions for a pool that is not shared by devices: lines of `wallet,points` for Galxe missions and
 * creators, of `wallet,tier` for Discord roles. The wallet must be one that somebody can have the key of: an address
 * on the curve. A wallet that stands there twice and differently gets nothing; the same line twice is once.
 *
 * @example
 * ```ts
 * import { readSubmissions } from '@ionet/sdk';
 *
 * const { wallets, problems } = readSubmissions('galxe', `${wallet.toBase58()},90\nnobody,10\n`);
 * wallets.get(wallet.toBase58()); // 90n
 * problems.map(({ line }) => line); // [2]
 * ```
 */
export function readSubmissions(kind: Exclude<SeasonKind, 'gpu' | 'cpu'>, text: string): Submissions {
  const header = kind === 'discord' ? 'wallet,tier' : 'wallet,points';
  const problems: { line: number; reason: string }[] = [];
  const found = new Map<string, { points: bigint; lines: number[]; contradictory: boolean }>();
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((row, index) => {
      const line = index + 1;
      if (row === '' || (line === 1 && row === header)) return;
      const [wallet = '', value = '', ...more] = row.split(',');
      const reason =
        row.includes(',') && more.length === 0 ? walletProblem(wallet) : `the line is not ${header}`;
      const points = kind === 'discord' ? tierPoints(value) : wholePoints(value);
      if (reason !== null || typeof points === 'string') {
        problems.push({ line, reason: reason ?? String(points) });
        return;
      }
      const known = found.get(wallet);
      if (known === undefined) found.set(wallet, { points, lines: [line], contradictory: false });
      else {
        known.lines.push(line);
        known.contradictory ||= known.points !== points;
      }
    });
  const wallets = new Map<string, bigint>();
  for (const [wallet, { points, lines, contradictory }] of found) {
    if (contradictory) {
      const reason = `the wallet stands differently on lines ${lines.join(', ')}; it gets nothing`;
      problems.push(...lines.map((line) => ({ line, reason })));
    } else if (points > 0n) wallets.set(wallet, points);
  }
  return { wallets, problems: problems.sort((a, b) => a.line - b.line) };
}

function walletProblem(text: string): string | null {
  let wallet: PublicKey;
  try {
    wallet = new PublicKey(text);
  } catch {
    return 'the wallet is not an address of 32 bytes';
  }
  if (wallet.toBase58() !== text) return 'the wallet is not an address of 32 bytes';
  return PublicKey.isOnCurve(wallet) ? null : 'the wallet is not on the curve: nobody has its key';
}

function wholePoints(text: string): bigint | string {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return 'the points are not a whole number';
  const points = BigInt(text);
  return points > U64_MAX ? 'the points are more than 2^64 - 1' : points;
}

function tierPoints(text: string): bigint | string {
  const points = Object.hasOwn(DISCORD_TIERS, text) ? DISCORD_TIERS[text] : undefined;
  return points ?? `the tier must be ${Object.keys(DISCORD_TIERS).join(', ')}`;
}
