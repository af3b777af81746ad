export { agentService } from './agent.js';
export { ProcessExecutor, stopLeftovers, type Executor, type JobWork, type RunningWork } from './executor.js';
export { OracleClient, OracleRefusal } from './oracle-client.js';
export { SchedulerClient, SchedulerRefusal } from './scheduler-client.js';
