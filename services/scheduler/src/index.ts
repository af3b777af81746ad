export * from './cluster/index.js';
export * from './engine/index.js';
export * from './network/index.js';
export * from './pricing/index.js';
export * from './reputation/index.js';
export * from './service/index.js';
