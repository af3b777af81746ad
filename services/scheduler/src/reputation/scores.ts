/** Scores are in basis points, 0 to 10,000. */
const WHOLE = 10_000;

/** What the chain says of a node's jobs. */
export interface NodeRecord {
  /** Jobs that ran to their end, or that the buyer ended. */
  readonly ended: number;
  /** Jobs that the node released, or did not start although it had the devices. */
  readonly failed: number;
  /** Slashes that were not restored. */
  readonly slashes: number;
  /** Seconds that jobs ran. */
  readonly runSeconds: number;
  /** Seconds of these that were verified and billed. */
  readonly verifiedSeconds: number;
}

/** What the chain says of a buyer's jobs. */
export interface RequesterRecord {
  /** Jobs that ran to their end, or that he ended. */
  readonly ended: number;
  /** Jobs that he called off before the start. */
  readonly cancelled: number;
}

export const NEW_NODE: NodeRecord = { ended: 0, failed: 0, slashes: 0, runSeconds: 0, verifiedSeconds: 0 };
export const NEW_REQUESTER: RequesterRecord = { ended: 0, cancelled: 0 };

/** What is believed of somebody of whom nothing is known: 9 of 10 jobs done, ten hours delivered in full. */
const PRIOR_JOBS = 10;
const PRIOR_ENDED = 9;
const PRIOR_SECONDS = 36_000;
/** And of a buyer: 5 of 10 jobs not called off. */
const PRIOR_KEPT = 5;
/** What a slash leaves of the score, in basis points. */
const AFTER_SLASH = 7_500n;

/**
 * The reliability of a node, in basis points:
 * `floor(completion * delivery / 10,000)`, then for each slash `floor(score * 7,500 / 10,000)`, with
 * `completion = floor(10,000 * (9 + ended) / (10 + ended + failed))` and
 * `delivery = floor(10,000 * (36,000 + verified) / (36,000 + run))`. A new node has 9,000.
 */
export function reliabilityOf({ ended, failed, slashes, runSeconds, verifiedSeconds }: NodeRecord): number {
  const completion = share(PRIOR_ENDED + ended, PRIOR_JOBS + ended + failed);
  const verified = Math.min(verifiedSeconds, runSeconds);
  const delivery = share(PRIOR_SECONDS + verified, PRIOR_SECONDS + runSeconds);
  let score = (completion * delivery) / BigInt(WHOLE);
  for (let slash = 0; slash < slashes && score > 0n; slash += 1) {
    score = (score * AFTER_SLASH) / BigInt(WHOLE);
  }
  return Number(score);
}

/**
 * The reputation of a buyer, in basis points: `floor(10,000 * (5 + ended) / (10 + ended + cancelled))`. A new one has
 * 5,000.
 */
export function reputationOf({ ended, cancelled }: RequesterRecord): number {
  return Number(share(PRIOR_KEPT + ended, PRIOR_JOBS + ended + cancelled));
}

/** For how many requests at a time devices are held for a buyer: one, and one more for each 2,500 of reputation. */
export function holdLimit(reputation: number): number {
  return 1 + Math.floor(reputation / 2_500);
}

function share(part: number, whole: number): bigint {
  return (BigInt(part) * BigInt(WHOLE)) / BigInt(whole);
}
