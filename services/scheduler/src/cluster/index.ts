export { MOST_NODES } from './cluster-desk.js';
export {
  clusterStep,
  type ClusterSituation,
  type ClusterStep,
  type MemberSituation,
} from './cluster-step.js';
export { ClusterStore, type ClusterMember, type StoredCluster } from './cluster-store.js';
export { rayCluster, type RayClusterOptions } from './ray-cluster.js';
