export { agentService } from './agent.js';
export { ProcessExecutor, type Executor, type JobWork, type RunningWork } from './executor.js';
export { NodeFollower, type NodeView } from './node-follower.js';
export { OracleClient, OracleRefusal } from './oracle-client.js';
