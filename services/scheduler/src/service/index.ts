export { BID_TAG, bidMessage, isSignedBid, signBid } from './bids.js';
export { dueStep, type DueStep, type JobSituation } from './job-keeper.js';
export { schedulerService } from './scheduler.js';
