export { ChainFollower, ChainRecorder, type ChainFollowerOptions, type ChainView } from './chain-view.js';
export { type Observe } from './council.js';
export {
  certifiedSchema,
  computeEpoch,
  EpochStore,
  observationMessage,
  validObservations,
  stateAfter,
  type CertifiedEpoch,
  type ComputedEpoch,
  type EpochState,
  type SignedObservation,
} from './epochs.js';
export {
  carry,
  merge,
  pointsEvents,
  reachedBy,
  rewardEvents,
  type AgreedFacts,
  type Carried,
} from './merge.js';
export { assignDevices, observe, unite, verifiedByLog, verifiedSeconds, type Span } from './observation.js';
export { openOracle, oracleService, type OracleParts } from './oracle.js';
export { HttpPeers, type PeerLimits, type Peers } from './peers.js';
export { solve, verify, type Hash, type MemoryProof } from './proof-of-work.js';
export {
  heartbeatReplySchema,
  isSignedBy,
  nodeMessage,
  rewardClaimSchema,
  signNodeMessage,
  type Challenge,
  type HeartbeatReply,
  type NodeMessageKind,
  type NodeMessages,
  type NodeStamp,
  type SignedNodeMessage,
} from './protocol.js';
export { Refusal, type RefusalBody, type RefusalName } from './refusal.js';
export { RawLog, readRawLog, type RawEntry, type RawEntryOf } from './raw-log.js';
