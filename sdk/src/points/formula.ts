import { POINTS_FORMULA_ID } from '../math/points.js';

/**
 * What {@link POINTS_FORMULA_ID} stands for, in one text whose hash is stored with every season. Another rule is
 * another version.
 *
 * @see {@link POINTS_FORMULA_HASH}
 */
export const POINTS_FORMULA_TEXT = `${POINTS_FORMULA_ID}
device: floor(gm * bw * (U^2 + H * S) / (360000 * S)), H = min(hired, U), 0 if U or S is 0
U, hired: seconds of the union of a device's intervals from the later of joining and the season's start to its end
hired counts: price at least half of the reference price, the buyer independent of the node
bw: below low 0, low 100 (100 MB/s down, 75 up), medium 110 (400, 300), high 125 (800, 300); lower median of the season
none: contradictory registration, banned before the season's end, last hardware check failed, no proof of work passed
wallet: the sum over its devices of a kind
galxe: the points submitted
discord: bronze 100, silver 250, gold 500, platinum 1000
io: floor(pool * points / total points of the pool)
`;

/**
 * SHA-256 of {@link POINTS_FORMULA_TEXT}, in hexadecimal digits.
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { POINTS_FORMULA_HASH, POINTS_FORMULA_ID, POINTS_FORMULA_TEXT } from '@ionet/sdk';
 *
 * createHash('sha256').update(POINTS_FORMULA_TEXT).digest('hex') === POINTS_FORMULA_HASH; // true
 * POINTS_FORMULA_TEXT.startsWith(POINTS_FORMULA_ID); // true
 * ```
 */
export const POINTS_FORMULA_HASH = 'ffc90ba1baa70ad029119951019947cb76836bbca6d27f04f34055d823581ff6';
