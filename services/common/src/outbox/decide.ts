import type { TransactionFailure } from '@ionet/sdk';
import type { EndpointView } from '../chain.js';

/**
 * planned: written down, nothing is signed. signed: the signature is written down, nothing was sent, or the process
 * died before it could say so. sent: it may land. confirmed: most of the network has it, a fork may still drop it.
 * finalized and failed are the end; failed means that nothing happened on chain and nothing can. expired: it can never
 * land, and may be signed anew.
 */
export type IntentState = 'planned' | 'signed' | 'sent' | 'confirmed' | 'finalized' | 'expired' | 'failed';

/** What is done about an intent next. */
export type Step =
  | { readonly do: 'wait' }
  | { readonly do: 'sign' }
  | { readonly do: 'send' }
  | { readonly do: 'record'; readonly state: 'confirmed' | 'finalized' | 'expired' }
  | { readonly do: 'record'; readonly state: 'failed'; readonly failure: TransactionFailure };

const WAIT: Step = { do: 'wait' };

/**
 * The next step of an intent, from its state and what every endpoint sees of its signature.
 *
 * - A transaction counts as landed or failed for good when an endpoint has it in a final block.
 * - It has expired when every endpoint answers, knows nothing of it, and has a final block above the last height at
 *   which it could land. Nothing less allows a new signature: while one endpoint is silent, the same bytes are sent
 *   again, which can only land once.
 */
export function decide(
  state: IntentState,
  lastValidBlockHeight: number,
  views: readonly EndpointView[],
): Step {
  if (state === 'planned' || state === 'expired') return { do: 'sign' };
  if (state === 'finalized' || state === 'failed') return WAIT;

  const statuses = views.map((view) => view?.status ?? null);
  const final = statuses.find((status) => status?.confirmation === 'finalized');
  if (final != null) {
    return final.failure === null
      ? { do: 'record', state: 'finalized' }
      : { do: 'record', state: 'failed', failure: final.failure };
  }
  const known = statuses.filter((status) => status !== null);
  if (known.length > 0) {
    const confirmed = known.some(
      ({ confirmation, failure }) => confirmation === 'confirmed' && failure === null,
    );
    return confirmed && state !== 'confirmed' ? { do: 'record', state: 'confirmed' } : WAIT;
  }
  const expired =
    views.length > 0 && views.every((view) => view !== null && view.finalizedHeight > lastValidBlockHeight);
  if (expired) return { do: 'record', state: 'expired' };
  // Nobody has it. What was confirmed and is gone was on a fork, and may land again.
  return { do: 'send' };
}
