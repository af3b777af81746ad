export { decodeAddress, encodeAddress } from './base58.js';
export {
  convertPool,
  pointsHashText,
  readPoints,
  type Conversion,
  type PointsFileProblem,
  type PointsTable,
} from './conversion.js';
export { MAX_MULTIPLIER_X100, POINTS_EVENTS, type PointsEventName } from './events.js';
export {
  MAX_SEASON_SECONDS,
  PointsFold,
  type BadLine,
  type FoldState,
  type LinePlace,
  type Registration,
  type SeasonWindow,
} from './fold.js';
export { POINTS_FORMULA_HASH, POINTS_FORMULA_TEXT } from './formula.js';
export {
  scoreSeason,
  type DeviceScore,
  type DeviceStatus,
  type SeasonRules,
  type SeasonScores,
} from './score.js';
export {
  COMMUNITY_POOLS,
  COMPUTE_SEASONS,
  DISCORD_TIERS,
  findComputeSeason,
  findPointsPool,
  POINTS_POOLS,
  type ComputeSeason,
  type PointsPool,
} from './seasons.js';
export { readSubmissions, type Submissions } from './submissions.js';
