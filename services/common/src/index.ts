export {
  openChain,
  type Chain,
  type ChainClock,
  type ChainHistory,
  type ChainOptions,
  type EndpointView,
  type HistoryRange,
  type OutboxChain,
  type PastTransaction,
  type Simulation,
  type TransactionStatus,
} from './chain.js';
export {
  address,
  ConfigError,
  deploymentFile,
  describeConfig,
  httpUrl,
  httpUrls,
  integer,
  jsonFile,
  keypairFile,
  readConfig,
  serviceSettings,
  type ConfigSchema,
  type ServiceSettings,
} from './config.js';
export {
  DatabaseGoneError,
  openDatabase,
  type Database,
  type DatabaseOptions,
  type Queries,
  type Row,
  type SqlValue,
} from './database.js';
export { DirectoryInUseError, lockDirectory } from './directory-lock.js';
export { Health } from './health.js';
export { createLogger, type Logger } from './logger.js';
export { pause, runLoop, type LoopOptions } from './loop.js';
export { Metrics } from './metrics.js';
export { migrate, SchemaError, type Migration } from './migrations.js';
export { decide, type IntentState, type Step } from './outbox/decide.js';
export { Outbox, type IntentBuilder, type IntentKind, type OutboxOptions } from './outbox/outbox.js';
export { IntentStore, type Intent, type IntentKey } from './outbox/store.js';
export { runService, type RunningService, type ServiceContext, type ServiceDefinition } from './service.js';
export { DEFAULT_WORKLOAD, WORKLOAD_BYTES, workloadSchema, type Workload } from './workload.js';
