export { agentService, openAgent, type AgentParts } from './agent.js';
export {
  ExecutorByKind,
  ProcessExecutor,
  stopLeftovers,
  type Executor,
  type JobWork,
  type RunningWork,
  type WorkSpan,
} from './executor.js';
export { LATEST_HEARTBEAT_SECOND } from './heartbeats.js';
export { NodeFollower, type NodeView } from './node-follower.js';
export { OracleClient, OracleRefusal } from './oracle-client.js';
export {
  pageOf,
  RayError,
  RayJobApi,
  type LogPage,
  type RayJobApiOptions,
  type RayJobState,
  type RayListedJob,
  type RaySubmission,
} from './ray/job-api.js';
export { RayExecutor } from './ray/ray-executor.js';
export { SchedulerClient, SchedulerRefusal } from './scheduler-client.js';
export { agentSettings, type AgentSettings } from './settings.js';
