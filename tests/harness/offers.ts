import type { ErrorName, escrow } from '@ionet/sdk';

/** Terms that no offer may have, each just outside its limit, with the error that says so. */
export const WRONG_TERMS: readonly (readonly [
  name: string,
  terms: escrow.OfferTerms,
  error: ErrorName<'escrow'>,
])[] = [
  ['a price of nothing', { price: 0n }, 'PriceOutOfRange'],
  ['a price above 1,000 US dollars', { price: 1_000_000_001n }, 'PriceOutOfRange'],
  ['the highest number as the price', { price: 2n ** 64n - 1n }, 'PriceOutOfRange'],
  ['a minimum of no hours', { price: 1n, minHours: 0 }, 'HoursOutOfRange'],
  ['a minimum above the maximum', { price: 1n, minHours: 3, maxHours: 2 }, 'HoursOutOfRange'],
  ['a maximum above a year', { price: 1n, maxHours: 8_761 }, 'HoursOutOfRange'],
  [
    'a commitment above the maximum',
    { price: 1n, maxHours: 10, commitmentHours: 11, commitmentDiscountBps: 100 },
    'CommitmentOutOfRange',
  ],
  [
    'a discount above a half',
    { price: 1n, commitmentHours: 10, commitmentDiscountBps: 5_001 },
    'CommitmentOutOfRange',
  ],
  ['a discount without a commitment', { price: 1n, commitmentDiscountBps: 1 }, 'CommitmentOutOfRange'],
  ['a commitment without a discount', { price: 1n, commitmentHours: 1 }, 'CommitmentOutOfRange'],
  ['a peak multiplier below one', { price: 1n, peakMultiplierBps: 9_999 }, 'PeakOutOfRange'],
  ['a peak multiplier above five', { price: 1n, peakMultiplierBps: 50_001 }, 'PeakOutOfRange'],
];
