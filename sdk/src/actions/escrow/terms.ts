import { constantOf } from '../../constant-of.js';
import { ArgumentError } from '../../errors.js';
import type { ProgramType } from '../../programs.js';
import { escrowConstants } from '../../idl/escrow.js';

/**
 * What a node asks for its devices.
 *
 * @see {@link createOffer}
 */
export interface OfferTerms {
  /** Micro-USD per device and hour. */
  readonly price: bigint;
  /** Default: 1. */
  readonly minHours?: number;
  /** Extensions included. Default: the longest that is allowed. */
  readonly maxHours?: number;
  /** Orders of at least so many hours get the discount. Default: no discount. */
  readonly commitmentHours?: number;
  /** In basis points. */
  readonly commitmentDiscountBps?: number;
  /** What the price is multiplied by in peak hours, in basis points. Default: 10,000, the price itself. */
  readonly peakMultiplierBps?: number;
  /** The peak hours of the UTC day, 0 to 23. Default: none. */
  readonly peakHours?: readonly number[];
}

/** The terms as the program holds them. */
export function encodeOfferTerms(terms: OfferTerms): ProgramType<'escrow', 'offerTerms'> {
  let peakHours = 0;
  for (const hour of terms.peakHours ?? []) {
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
      throw new ArgumentError('terms.peakHours', 'must be whole hours from 0 to 23');
    }
    peakHours |= 1 << hour;
  }
  return {
    price: terms.price,
    minHours: terms.minHours ?? 1,
    maxHours: terms.maxHours ?? constantOf(escrowConstants, 'MAX_HOURS'),
    commitmentHours: terms.commitmentHours ?? 0,
    commitmentDiscountBps: terms.commitmentDiscountBps ?? 0,
    peakMultiplierBps: terms.peakMultiplierBps ?? constantOf(escrowConstants, 'MIN_PEAK_MULTIPLIER_BPS'),
    peakHours,
  };
}
