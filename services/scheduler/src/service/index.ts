export { BID_TAG, bidMessage, isSignedBid, signBid } from './bids.js';
export { DeviceStore } from './device-store.js';
export { dueStep, type DueStep, type JobSituation } from './job-keeper.js';
export { schedulerService } from './scheduler.js';
export { schedulerSettings, type SchedulerSettings } from './settings.js';
export { signWork, WORK_TAG, workMessage, WorkStore, type WorkReport } from './work.js';
