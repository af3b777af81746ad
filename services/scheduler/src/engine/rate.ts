import { BPS_DENOMINATOR } from '@ionet/sdk';
import type { OfferTerms } from './types.js';

const ALL_HOURS = 0xff_ff_ff;
const UNITS_PER_MICRO_USD = BPS_DENOMINATOR * BPS_DENOMINATOR;

/** A whole number as the sum of two doubles, exactly: its nearest double, and what that is off by. */
export interface ExactUnit {
  readonly key: number;
  readonly rest: number;
}

/**
 * A price at which an offer can be had: for orders of so many hours, placed in one of these hours of the day. An
 * offer has up to four, with and without its discount, in and out of its peak hours; exactly one of them holds for
 * an order. So prices can be kept in order once and for all, though they depend on the order and on the time.
 *
 * Its unit is `price * (10,000 - discount) * peak multiplier`: micro-USD per device and hour, times 10^8.
 */
export interface Rate extends ExactUnit {
  /** Bit `h` is set when it holds for orders placed in the UTC hour `h`. */
  readonly placedIn: number;
  readonly minHours: number;
  readonly maxHours: number;
}

/** The rates of an offer. */
export function ratesOf(terms: OfferTerms): Rate[] {
  const rates: Rate[] = [];
  const committed = terms.commitmentHours > 0;
  const lengths = [
    { discount: 0, from: terms.minHours, to: committed ? terms.commitmentHours - 1 : terms.maxHours },
    {
      discount: terms.commitmentDiscountBps,
      from: Math.max(terms.minHours, terms.commitmentHours),
      to: committed ? terms.maxHours : 0,
    },
  ];
  const times = [
    { multiplier: BPS_DENOMINATOR, placedIn: ALL_HOURS & ~terms.peakHours },
    { multiplier: BigInt(terms.peakMultiplierBps), placedIn: ALL_HOURS & terms.peakHours },
  ];
  for (const { discount, from, to } of lengths) {
    for (const { multiplier, placedIn } of times) {
      const maxHours = Math.min(to, terms.maxHours);
      if (placedIn === 0 || from > maxHours) continue;
      const unit = terms.price * (BPS_DENOMINATOR - BigInt(discount)) * multiplier;
      rates.push({ ...exactUnit(unit), placedIn, minHours: from, maxHours });
    }
  }
  return rates;
}

/** The highest unit at which `quantity` device-hours cost as many micro-USD as at this one. */
export function highestSamePrice({ key, rest }: ExactUnit, quantity: number): ExactUnit {
  const hours = BigInt(quantity);
  const unit = BigInt(key) + BigInt(rest);
  const usd = (unit * hours + UNITS_PER_MICRO_USD - 1n) / UNITS_PER_MICRO_USD;
  return exactUnit((usd * UNITS_PER_MICRO_USD) / hours);
}

/** A unit at or above the highest at which `quantity` device-hours cost no more than so many micro-USD. */
export function roughlyHighestUnit(usd: bigint, quantity: number): number {
  return ((Number(usd) * Number(UNITS_PER_MICRO_USD)) / quantity) * (1 + 4 * Number.EPSILON);
}

/** Below zero where the first unit is lower, above where it is higher. */
export function compareUnits(aKey: number, aRest: number, bKey: number, bRest: number): number {
  return aKey - bKey || aRest - bRest;
}

function exactUnit(unit: bigint): ExactUnit {
  const key = Number(unit);
  return { key, rest: Number(unit - BigInt(key)) };
}
