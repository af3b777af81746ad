import { EndpointError, IonetError, ProgramError, SendError } from '../errors.js';

/**
 * What to do after an error: `anew`, build and sign it again, it cannot land twice; `lookUp`, its fate is open, so
 * look its signature up first; `done`, it landed; `never`, the same call will fail again.
 *
 * @see {@link retryAdvice}
 */
export type RetryAdvice = 'anew' | 'lookUp' | 'done' | 'never';

/** Words of the network for what passes by itself. */
const PASSING: readonly string[] = [
  'AccountInUse',
  'BlockhashNotFound',
  'ClusterMaintenance',
  'ProgramCacheHitMaxLimit',
  'WouldExceedAccountDataBlockLimit',
  'WouldExceedMaxAccountCostLimit',
  'WouldExceedMaxBlockCostLimit',
  'WouldExceedMaxVoteCostLimit',
];

/**
 * Whether it is worth doing again what failed with this error, and whether it is safe.
 *
 * @example
 * ```ts
 * import { SendError, retryAdvice } from '@ionet/sdk';
 *
 * const expired = new SendError('TransactionExpired', 'it was not included');
 * retryAdvice(expired); // 'anew'
 * ```
 */
export function retryAdvice(error: unknown): RetryAdvice {
  if (error instanceof SendError) {
    if (error.fate === 'landed') return 'done';
    if (error.fate === 'open') return 'lookUp';
    if (error.name === 'TransactionExpired') return 'anew';
    return error.reason !== null && PASSING.includes(error.reason) ? 'anew' : 'never';
  }
  if (error instanceof EndpointError) return 'anew';
  // A program's answer to the same call is the same, unless somebody changes what it found.
  if (error instanceof ProgramError || error instanceof IonetError) return 'never';
  return 'lookUp';
}
