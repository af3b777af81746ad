export * from './fold.js';
export * from './scores.js';
