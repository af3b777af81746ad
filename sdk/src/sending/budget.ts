import { ComputeBudgetProgram, SystemProgram, type TransactionInstruction } from '@solana/web3.js';

/**
 * The most compute units that a transaction can have.
 *
 * @see {@link computeUnitLimitFor}
 */
export const MAX_COMPUTE_UNITS = 1_400_000;

const MARGIN_BPS = 11_000n;
const BPS = 10_000n;
/** For what a clock that has moved on, or an account that appeared, may cost more. */
const SPARE_UNITS = 1_000n;
const MICRO_LAMPORTS = 1_000_000n;
const SET_LIMIT = 2;
const SET_PRICE = 3;
const ADVANCE_NONCE = 4;

/** What a transaction may use, and what it offers for it. */
export interface ComputeBudget {
  /** Compute units; `null` leaves the network's default. */
  readonly limit: number | null;
  /** Micro-lamports a compute unit; `null` offers nothing. */
  readonly price: bigint | null;
}

/**
 * The limit for a transaction that consumed so many units when it was simulated: a tenth more and a little, at most
 * what the network allows.
 *
 * @example
 * ```ts
 * import { computeUnitLimitFor, MAX_COMPUTE_UNITS } from '@ionet/sdk';
 *
 * computeUnitLimitFor(27_874n); // 31_662
 * computeUnitLimitFor(1_399_999n) === MAX_COMPUTE_UNITS; // true
 * ```
 */
export function computeUnitLimitFor(unitsConsumed: bigint): number {
  const limit = (unitsConsumed * MARGIN_BPS + BPS - 1n) / BPS + SPARE_UNITS;
  return limit > BigInt(MAX_COMPUTE_UNITS) ? MAX_COMPUTE_UNITS : Number(limit);
}

/**
 * How the price of a compute unit is chosen.
 *
 * @see {@link computeUnitPriceFor}
 */
export interface PriorityFeeOptions {
  /** Which of the recent fees to match, from 0 (the least) to 100 (the most). Default: 75. */
  readonly percentile?: number;
  /** The most lamports that the priority fee may come to. Default: 100,000. */
  readonly maxLamports?: bigint;
}

const DEFAULT_PERCENTILE = 75;
const DEFAULT_MAX_LAMPORTS = 100_000n;

/**
 * The price of a compute unit in micro-lamports: a percentile of what recent transactions paid that wrote the same
 * accounts, bounded by what the whole fee may come to at this limit. Where nobody pays, it is zero.
 *
 * @example
 * ```ts
 * import { computeUnitPriceFor } from '@ionet/sdk';
 *
 * computeUnitPriceFor([0n, 1_000n, 5_000n, 90_000n], 40_000); // 5_000n
 * computeUnitPriceFor([9_000_000n], 40_000, { maxLamports: 1_000n }); // 25_000n
 * ```
 */
export function computeUnitPriceFor(
  recentFees: readonly bigint[],
  limit: number,
  options: PriorityFeeOptions = {},
): bigint {
  const { percentile = DEFAULT_PERCENTILE, maxLamports = DEFAULT_MAX_LAMPORTS } = options;
  const sorted = [...recentFees].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = Math.ceil((percentile / 100) * sorted.length) - 1;
  const wanted = sorted[Math.min(Math.max(rank, 0), sorted.length - 1)] ?? 0n;
  const most = limit === 0 ? 0n : (maxLamports * MICRO_LAMPORTS) / BigInt(limit);
  return wanted < most ? wanted : most;
}

function sets(instructions: readonly TransactionInstruction[], kind: number): boolean {
  return instructions.some(
    ({ programId, data }) => programId.equals(ComputeBudgetProgram.programId) && data[0] === kind,
  );
}

/** Instructions with their budget before them. What they say themselves of it stands. */
export function withBudget(
  instructions: readonly TransactionInstruction[],
  { limit, price }: ComputeBudget,
): TransactionInstruction[] {
  const budget: TransactionInstruction[] = [];
  if (limit !== null && !sets(instructions, SET_LIMIT)) {
    budget.push(ComputeBudgetProgram.setComputeUnitLimit({ units: limit }));
  }
  if (price !== null && !sets(instructions, SET_PRICE)) {
    budget.push(ComputeBudgetProgram.setComputeUnitPrice({ microLamports: price }));
  }
  const [first, ...rest] = instructions;
  // The runtime knows a durable nonce only by the very first instruction.
  const isNonce =
    first?.programId.equals(SystemProgram.programId) === true && first.data[0] === ADVANCE_NONCE;
  return isNonce ? [first, ...budget, ...rest] : [...budget, ...instructions];
}
