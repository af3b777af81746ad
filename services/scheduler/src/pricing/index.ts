export * from './parameters.js';
export * from './suggestion.js';
