import { IDLE_REWARD_FORMULA_ID } from '../math/idle-rewards.js';

/**
 * What {@link IDLE_REWARD_FORMULA_ID} stands for, in one text whose hash is posted with every root. Another rule is
 * another version.
 *
 * @see {@link IDLE_REWARD_FORMULA_HASH}
 */
export const IDLE_REWARD_FORMULA_TEXT = `${IDLE_REWARD_FORMULA_ID}
node: w = earning devices * multiplier * bw * 60 * heartbeats; 0 under 55 heartbeats of 60 or under its minimum stake in any second
device earns: hired in no second of the epoch, 3 of its last 4 proofs of work passed, one of them in the last 86400 seconds
bw: below low 0, low 100 (100 MB/s down, 75 up), medium 110 (400, 300), high 125 (800, 300); last speed test, none is below low
reward: floor(budget * w / sum of w)
leaf: node, destination of its registration (none is its reward vault) else of the last root, cumulative = cumulative of the last root + reward; none at 0
order of leaves: the 32 bytes of the node
`;

/**
 * SHA-256 of {@link IDLE_REWARD_FORMULA_TEXT}, in hexadecimal digits.
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { IDLE_REWARD_FORMULA_HASH, IDLE_REWARD_FORMULA_ID, IDLE_REWARD_FORMULA_TEXT } from '@ionet/sdk';
 *
 * createHash('sha256').update(IDLE_REWARD_FORMULA_TEXT).digest('hex') === IDLE_REWARD_FORMULA_HASH; // true
 * IDLE_REWARD_FORMULA_TEXT.startsWith(IDLE_REWARD_FORMULA_ID); // true
 * ```
 */
export const IDLE_REWARD_FORMULA_HASH = 'e570cff04b691558049e9325e1f97385d9ee168d0952a357fc72a78080e0d83b';
