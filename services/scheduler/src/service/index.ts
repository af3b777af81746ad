export { BID_TAG, bidMessage, isSignedBid, signBid } from './bids.js';
export { ChainReadings, type NetworkReading } from './chain-readings.js';
export { DeviceStore } from './device-store.js';
export { EventFollower, type EventFollowerOptions, type EventRecorder } from './event-follower.js';
export {
  EventReader,
  type ChainEvent,
  type Cursor,
  type EventBatch,
  type EventReaderOptions,
} from './event-reader.js';
export { HistoryRecorder } from './history-recorder.js';
export { dueStep, type DueStep, type JobSituation } from './job-keeper.js';
export {
  isSignedLog,
  isSignedLogWish,
  LOG_BYTES,
  LOG_PART_BYTES,
  LOG_TAG,
  LOG_WISH_TAG,
  logMessage,
  LogStore,
  logWishMessage,
  signLog,
  signLogWish,
  type LogPart,
  type LogReading,
} from './logs.js';
export {
  NetworkRecorder,
  type HistoryPoint,
  type NetworkRecorderOptions,
  type RecordedEvent,
} from './network-recorder.js';
export { addPages } from './pages.js';
export { schedulerService } from './scheduler.js';
export { schedulerSettings, type SchedulerSettings } from './settings.js';
export { MAX_LEAD_SECONDS, requireStartTime } from './start-time.js';
export {
  UptimeFollower,
  type Uptime,
  type UptimeFollowerOptions,
  type UptimeHour,
} from './uptime-follower.js';
export {
  isSignedWorkload,
  signWorkload,
  WORKLOAD_TAG,
  workloadMessage,
  WorkloadStore,
  type JobWorkload,
} from './workloads.js';
export { signWork, WORK_TAG, workMessage, WorkStore, type WorkReport } from './work.js';
