import { SendTransactionError } from '@solana/web3.js';
import { EndpointError } from '../errors.js';

/**
 * Why an endpoint gave no useful answer, and what that means for the next question.
 *
 * @see {@link classifyFault}
 */
export type Fault =
  /** It has too much to do: it is left alone for a while, as long as it asks for. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  /** No answer, a broken one, or a node that is behind: another endpoint, or this one later, may do better. */
  | { readonly kind: 'unreachable' }
  /** It understood the question and refused it: asking again changes nothing. */
  | { readonly kind: 'rejected' };

const HTTP_STATUS = /^(\d{3}) /;
/** What nodes say of bytes that can never become a transaction. */
const NEVER_VALID =
  /signature verification fail|did not pass signature|failed to deserialize|too large|sanitize|invalid base64/i;

const LAGGING_CODES: readonly number[] = [
  -32004, // the block is not available yet
  -32005, // the node is unhealthy
  -32014, // the status of the block is not available yet
  -32016, // the node has not reached the slot that was asked for
  -32603, // an internal error
];

function ofStatus(status: number, retryAfterMs: number | null): Fault {
  if (status === 429) return { kind: 'busy', retryAfterMs };
  if (status >= 500 || status === 408) {
    return retryAfterMs === null ? { kind: 'unreachable' } : { kind: 'busy', retryAfterMs };
  }
  return { kind: 'rejected' };
}

/**
 * Sorts what an endpoint threw. What is not known counts as no answer, which is asked for again: a question is
 * given up early only where the endpoint's own words say that it is useless.
 *
 * @example
 * ```ts
 * import { classifyFault } from '@ionet/sdk';
 *
 * classifyFault(new Error('429 Too Many Requests: ')).kind; // 'busy'
 * ```
 */
export function classifyFault(error: unknown): Fault {
  if (error instanceof EndpointError) return ofStatus(error.status ?? 503, error.retryAfterMs);
  if (!(error instanceof Error)) return { kind: 'unreachable' };
  // web3.js gives the status of an answer only in its text.
  const status = HTTP_STATUS.exec(error.message)?.[1];
  if (status !== undefined) return ofStatus(Number(status), null);
  if (error instanceof SendTransactionError) {
    return { kind: NEVER_VALID.test(error.transactionError.message) ? 'rejected' : 'unreachable' };
  }
  const code = 'code' in error && typeof error.code === 'number' ? error.code : null;
  if (code === null) return { kind: NEVER_VALID.test(error.message) ? 'rejected' : 'unreachable' };
  if (code === 429) return { kind: 'busy', retryAfterMs: null };
  return {
    kind: code > -32000 || code < -32700 || LAGGING_CODES.includes(code) ? 'unreachable' : 'rejected',
  };
}

/** How long a busy endpoint asks to be left alone: seconds or a date, as HTTP has it. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
