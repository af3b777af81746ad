/**
 * What happens to a transaction on its way, for bars, logs and ledgers.
 *
 * @example
 * ```ts
 * import type { SendProgress } from '@ionet/sdk';
 *
 * const seen: SendProgress['kind'][] = [];
 * await client.escrow.endJob({ job }, { onProgress: ({ kind }) => seen.push(kind) });
 * ```
 */
export type SendProgress =
  /** It would succeed; so many units, at this limit and this price in micro-lamports it will be sent. */
  | {
      readonly kind: 'simulated';
      readonly unitsConsumed: bigint;
      readonly computeUnitLimit: number;
      readonly computeUnitPrice: bigint;
    }
  | { readonly kind: 'signed'; readonly signature: string; readonly lastValidBlockHeight: number }
  | { readonly kind: 'sent'; readonly signature: string; readonly endpoint: string }
  /** The same bytes once more: it can land only once. */
  | { readonly kind: 'resent'; readonly signature: string; readonly endpoint: string; readonly sends: number }
  | { readonly kind: 'confirmed'; readonly signature: string }
  /** It can never land any more. */
  | { readonly kind: 'expired'; readonly signature: string }
  | { readonly kind: 'switched'; readonly from: string; readonly to: string };

/**
 * Is told of progress. It must not throw: what it throws is reported as an uncaught error, and sending goes on.
 *
 * @see {@link SendOptions}
 */
export type ProgressListener = (progress: SendProgress) => void;

/** Tells a listener, whose faults must not decide what is known of a transaction. */
export function tell(listener: ProgressListener | undefined, progress: SendProgress): void {
  try {
    listener?.(progress);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
