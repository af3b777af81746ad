import type { Fault } from './faults.js';

/** How an endpoint has been doing. */
export interface Health {
  /** Questions in a row without a useful answer. */
  readonly failures: number;
  /** Until when it is left alone. */
  readonly coolUntil: number;
}

/** How long endpoints are left alone, and when they are given up. */
export interface BackoffOptions {
  /** The pause after the first fault; it doubles with every further one. */
  readonly baseMs: number;
  /** The longest pause of our own; an endpoint may ask for a longer one. */
  readonly maxMs: number;
  /** After so many faults in a row an endpoint is given up. */
  readonly maxFailures: number;
}

/** The longest pause that an endpoint can ask for. */
const MOST_ASKED_MS = 120_000;

export const HEALTHY: Health = { failures: 0, coolUntil: 0 };

/** After a fault: a pause that grows, spread by chance so that many clients do not come back at one moment. */
export function afterFault(
  health: Health,
  fault: Fault,
  now: number,
  random: number,
  { baseMs, maxMs }: BackoffOptions,
): Health {
  const grown = Math.min(maxMs, baseMs * 2 ** Math.min(health.failures, 30));
  const own = grown * (0.5 + random / 2);
  const asked = fault.kind === 'busy' ? Math.min(fault.retryAfterMs ?? 0, MOST_ASKED_MS) : 0;
  return { failures: health.failures + 1, coolUntil: now + Math.max(own, asked) };
}

export function isGivenUp(health: Health, { maxFailures }: BackoffOptions): boolean {
  return health.failures >= maxFailures;
}

export function isUsable(health: Health, now: number, options: BackoffOptions): boolean {
  return !isGivenUp(health, options) && health.coolUntil <= now;
}
