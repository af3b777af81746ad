import { BPS_DENOMINATOR, programConstant } from '@ionet/sdk';
import type { PricingParameters } from './parameters.js';

/** What a suggestion depends on. */
export interface PricingInput {
  /** The name of the hardware class, for its income from mining. */
  readonly className: string;
  /** The class's usual price, in micro-USD per device and hour. */
  readonly referencePrice: bigint;
  /** Devices that are taken or asked for. */
  readonly demanded: number;
  /** Devices that there are. */
  readonly devices: number;
  readonly region: string;
  /** For how many hours the devices are taken. */
  readonly hours: number;
  /** The UTC hour of the day, 0 to 23. */
  readonly utcHour: number;
}

/** A price with what it was made of. Factors are in basis points: 10,000 changes nothing. */
export interface PriceSuggestion {
  /** Micro-USD per device and hour. */
  readonly price: bigint;
  readonly utilisationBps: bigint;
  readonly demandBps: bigint;
  readonly peakBps: bigint;
  readonly commitmentBps: bigint;
  readonly locationBps: bigint;
  /** What the hardware would have from mining, and the margin: the price is never lower. */
  readonly floor: bigint;
}

const MAX_PRICE = programConstant('escrow', 'MAX_PRICE');

/** `floor(10,000 * demanded / devices)`, at most 10,000; all of nothing is in use where something is asked for. */
export function utilisation(demanded: number, devices: number): bigint {
  if (demanded <= 0) return 0n;
  if (demanded >= devices) return BPS_DENOMINATOR;
  return (BigInt(demanded) * BPS_DENOMINATOR) / BigInt(devices);
}

/** The demand factor: straight lines between the curve's points, rounded down. */
export function demandFactor(utilisationBps: bigint, curve: PricingParameters['demandCurve']): bigint {
  const [first] = curve;
  let before = first;
  for (const point of curve) {
    if (utilisationBps <= point.utilisationBps) {
      const width = point.utilisationBps - before.utilisationBps;
      if (width === 0n) return point.factorBps;
      const rise = point.factorBps - before.factorBps;
      return before.factorBps + (rise * (utilisationBps - before.utilisationBps)) / width;
    }
    before = point;
  }
  return before.factorBps;
}

/**
 * The price that a node is advised to ask, in micro-USD per device and hour:
 * `max(floor, ceil(reference * demand * peak * commitment * location / 10^16))`, between 1 and the program's highest.
 *
 * It never falls with more demand, in peak hours, or with more income from mining, and never rises with more devices
 * or more committed hours.
 */
export function suggestPrice(input: PricingInput, parameters: PricingParameters): PriceSuggestion {
  const utilisationBps = utilisation(input.demanded, input.devices);
  const demandBps = demandFactor(utilisationBps, parameters.demandCurve);
  const peakBps = parameters.peakHours.includes(input.utcHour) ? parameters.peakFactorBps : BPS_DENOMINATOR;
  const discount = parameters.commitments
    .filter(({ hours }) => input.hours >= hours)
    .reduce((most, { discountBps }) => (discountBps > most ? discountBps : most), 0n);
  const commitmentBps = BPS_DENOMINATOR - discount;
  const locationBps = parameters.locations[input.region] ?? BPS_DENOMINATOR;
  const income = parameters.miningIncome[input.className] ?? 0n;
  const floor = divideUp(income * parameters.miningMarginBps, BPS_DENOMINATOR);
  const market = divideUp(
    input.referencePrice * demandBps * peakBps * commitmentBps * locationBps,
    BPS_DENOMINATOR ** 4n,
  );
  const price = clamp(market > floor ? market : floor, 1n, MAX_PRICE);
  return { price, utilisationBps, demandBps, peakBps, commitmentBps, locationBps, floor };
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}
