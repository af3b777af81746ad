export * from './calendar.js';
export * from './matching-engine.js';
export * from './reverse-auction.js';
export * from './types.js';
