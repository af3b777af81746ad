import { divCeil, max, min, U32_MAX, u64, U8_MAX, within } from './range.js';

/**
 * Stake per device of multiplier one: 200 IO, in base units.
 *
 * @see {@link minimumStake}
 */
export const BASE_STAKE_PER_DEVICE = 20_000_000_000n;
/** A hardware multiplier of one. */
export const MULTIPLIER_ONE = 100n;

/**
 * The stake that a node must hold, in base units of IO, rounded up:
 * `ceil(basePerDevice * max(100, multiplierX100) * devices / 100)`.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { BASE_STAKE_PER_DEVICE, formatIo, minimumStake } from '@ionet/sdk';
 *
 * formatIo(minimumStake(BASE_STAKE_PER_DEVICE, 1_000n, 8n)); // '16000': 8 x H100
 * ```
 */
export function minimumStake(basePerDevice: bigint, multiplierX100: bigint, devices: bigint): bigint {
  u64(basePerDevice, 'basePerDevice');
  within(multiplierX100, 0n, U32_MAX, 'multiplierX100');
  within(devices, 0n, U8_MAX, 'devices');
  return divCeil(basePerDevice * max(multiplierX100, MULTIPLIER_ONE) * devices, MULTIPLIER_ONE);
}

/**
 * The stake that counts, in base units of IO: `own + min(delegated, own)`.
 *
 * @throws {@link MathError} `Overflow`
 * @example
 * ```ts
 * import { countedStake } from '@ionet/sdk';
 *
 * countedStake(100n, 250n); // 200n
 * ```
 */
export function countedStake(own: bigint, delegated: bigint): bigint {
  return u64(u64(own, 'own') + min(u64(delegated, 'delegated'), own));
}
