export * from './admin.js';
export * from './crank.js';
export * from './operator.js';
export * from './user.js';
export type { JobArgs, JobRef } from './job.js';
export type { OfferTerms } from './terms.js';
