import type { Fault } from './faults.js';
import { HEALTHY, afterFault, isGivenUp, isUsable, type BackoffOptions, type Health } from './health.js';

/** What is known at one endpoint about a transaction on its way. */
export interface EndpointView extends Health {
  /** Whether this endpoint has proved that the transaction can never land. */
  readonly gone: boolean;
}

/** A signed transaction on its way: all that the next step is decided by. */
export interface Delivery {
  readonly lastValidBlockHeight: number;
  readonly endpoints: readonly EndpointView[];
  /** The endpoint that is used. */
  readonly current: number;
  readonly nextSendAt: number;
  readonly nextLookAt: number;
  /** After this moment nobody waits any more. */
  readonly deadline: number;
  /** Whether any endpoint has seen a height at which the transaction is not valid any more. */
  readonly expiring: boolean;
  /** Whether it was found in a block that counts. */
  readonly landed: boolean;
}

/** How a transaction is delivered. */
export interface DeliveryOptions extends BackoffOptions {
  /** How often the state of a sent transaction is asked for. */
  readonly pollIntervalMs: number;
  /** How often the same bytes are sent again. */
  readonly resendIntervalMs: number;
  /** After how long an undecided transaction is reported as unknown. */
  readonly maxWaitMs: number;
  /** What counts as landed. */
  readonly commitment: 'confirmed' | 'finalized';
}

/** What to do next. */
export type Step =
  | { readonly kind: 'send' | 'look' | 'switch'; readonly endpoint: number }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'landed' | 'expired' | 'unknown' };

/** What an endpoint said of a transaction: the chain's height, then the transaction's status. */
export interface Look {
  /** The height of the chain at the commitment asked for, and the slot at which that was so. */
  readonly height: number;
  readonly slot: number;
  /** The slot as of which the status was given. */
  readonly statusSlot: number;
  /** Whether all of history was searched. */
  readonly history: boolean;
  readonly status: 'processed' | 'confirmed' | 'finalized' | null;
}

/** What was learnt by a step. */
export type Observation =
  | { readonly kind: 'sent' }
  | { readonly kind: 'looked'; readonly look: Look }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly random: number };

export function startDelivery(
  endpoints: readonly Health[],
  current: number,
  lastValidBlockHeight: number,
  now: number,
  { maxWaitMs, pollIntervalMs }: DeliveryOptions,
): Delivery {
  return {
    lastValidBlockHeight,
    // An endpoint that was given up for other questions gets its chance with every transaction.
    endpoints: endpoints.map(({ coolUntil }) => ({ ...HEALTHY, coolUntil, gone: false })),
    current,
    nextSendAt: now,
    // It takes a moment at least until there is something to be seen.
    nextLookAt: now + pollIntervalMs,
    deadline: now + maxWaitMs,
    expiring: false,
    landed: false,
  };
}

/**
 * The next step, by what is known alone. A transaction has expired only when an endpoint saw the chain pass its last
 * height and then did not find it in all of history, and every other endpoint that still answers says the same: what
 * is less than that is asked again, and in the end unknown.
 */
export function nextStep(delivery: Delivery, now: number, options: DeliveryOptions): Step {
  const { endpoints, current, expiring, nextLookAt, nextSendAt } = delivery;
  if (delivery.landed) return { kind: 'landed' };
  const open = endpoints.filter((one) => !one.gone && !isGivenUp(one, options));
  if (open.length === 0) return { kind: endpoints.some(({ gone }) => gone) ? 'expired' : 'unknown' };
  if (now >= delivery.deadline) return { kind: 'unknown' };

  const usable = (index: number): boolean => {
    const one = endpoints[index];
    return one !== undefined && !one.gone && isUsable(one, now, options);
  };
  if (!usable(current)) {
    const order = endpoints.map((_, step) => (current + 1 + step) % endpoints.length);
    const other = order.find(usable);
    if (other !== undefined) return { kind: 'switch', endpoint: other };
    return {
      kind: 'wait',
      until: Math.min(delivery.deadline, ...open.map(({ coolUntil }) => coolUntil)),
    };
  }
  // Who has waited longer comes first, so that neither keeps the other from its turn where answers take long.
  if (!expiring && now >= nextSendAt && nextSendAt <= nextLookAt) return { kind: 'send', endpoint: current };
  if (now >= nextLookAt) return { kind: 'look', endpoint: current };
  const next = expiring ? nextLookAt : Math.min(nextLookAt, nextSendAt);
  return { kind: 'wait', until: Math.min(delivery.deadline, next) };
}

/** Whether a look proves that the transaction can never land any more. */
function provesGone(look: Look, lastValidBlockHeight: number): boolean {
  return (
    look.status === null &&
    look.history &&
    look.height > lastValidBlockHeight &&
    // Several nodes may stand behind one address: who gave the status must have come as far as who gave the height.
    look.statusSlot >= look.slot
  );
}

/** What is known after an observation at an endpoint. */
export function observe(
  delivery: Delivery,
  endpoint: number,
  observation: Observation,
  now: number,
  options: DeliveryOptions,
): Delivery {
  const change = (one: Partial<EndpointView>): readonly EndpointView[] =>
    delivery.endpoints.map((view, index) => (index === endpoint ? { ...view, ...one } : view));
  switch (observation.kind) {
    case 'sent':
      return { ...delivery, nextSendAt: now + options.resendIntervalMs };
    case 'looked': {
      const { look } = observation;
      const landed =
        look.status === 'finalized' || (look.status === 'confirmed' && options.commitment === 'confirmed');
      return {
        ...delivery,
        endpoints: change({ ...HEALTHY, gone: provesGone(look, delivery.lastValidBlockHeight) }),
        expiring: delivery.expiring || look.height > delivery.lastValidBlockHeight,
        landed,
        nextLookAt: now + options.pollIntervalMs,
      };
    }
    case 'fault': {
      const view = delivery.endpoints[endpoint];
      if (view === undefined) return delivery;
      return {
        ...delivery,
        endpoints: change(afterFault(view, observation.fault, now, observation.random, options)),
      };
    }
  }
}

/** Turns to another endpoint. What was sent through the last one may be lost with it, so it is sent anew. */
export function switchTo(delivery: Delivery, endpoint: number, now: number): Delivery {
  return { ...delivery, current: endpoint, nextSendAt: now, nextLookAt: now };
}
