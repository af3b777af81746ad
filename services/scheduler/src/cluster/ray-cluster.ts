import type { HardwareClassView } from '../service/market-view.js';
import { DeskError } from '../service/desk-error.js';
import type { StoredCluster } from './cluster-store.js';

/** How a cluster is rendered for Kubernetes. */
export interface RayClusterOptions {
  /** Of the resource. Default: by the cluster. */
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly rayVersion: string;
  /** Default: Ray's own of the version. */
  readonly image?: string | undefined;
}

/** Labels of ours: of Kubernetes' nodes, by which a pod finds the one that was hired, and of all that we render. */
const NODE_LABEL = 'ionet.io/node';
const CLUSTER_LABEL = 'ionet.io/cluster';
const JOB_ANNOTATION = 'ionet.io/job';
const CLASS_ANNOTATION = 'ionet.io/hardware-class';
const GPU_RESOURCE = 'nvidia.com/gpu';
const HEAD_PORTS = { gcs: 6_379, dashboard: 8_265, client: 10_001 } as const;

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/**
 * The KubeRay resource of a cluster: a head on the node of the job that leads, and the other nodes as workers, each pod
 * bound to the node that was hired for it, with as many devices as were hired.
 *
 * @throws {@link DeskError} `NotOnKubernetes` where the class has no devices that Kubernetes could give to a pod
 */
export function rayCluster(
  cluster: StoredCluster,
  hardware: Pick<HardwareClassView, 'kind' | 'name'>,
  options: RayClusterOptions,
): Json {
  const { id, devices, hardwareClass, members } = cluster;
  const { rayVersion, namespace, name = `ionet-${id.slice(0, 12)}` } = options;
  const isGpu = hardware.kind === 'gpu';
  if (isGpu && hardware.name.startsWith('Apple')) {
    throw new DeskError('NotOnKubernetes', `no pod can be given an ${hardware.name}: use the node's own Ray`);
  }
  const image = options.image ?? `rayproject/ray:${rayVersion}${isGpu ? '-gpu' : ''}`;
  const [leader, ...workers] = members;
  if (leader === undefined) throw new RangeError('a cluster has a member that leads');
  const labels = { [CLUSTER_LABEL]: id };

  const pod = (role: string, { job, node }: StoredCluster['members'][number], ports: object): Json => ({
    metadata: { labels, annotations: { [JOB_ANNOTATION]: job } },
    spec: {
      nodeSelector: { [NODE_LABEL]: node },
      containers: [
        {
          name: `ray-${role}`,
          image,
          ...ports,
          ...(isGpu
            ? { resources: { limits: { [GPU_RESOURCE]: devices }, requests: { [GPU_RESOURCE]: devices } } }
            : {}),
        },
      ],
    },
  });
  const start = isGpu ? { 'num-gpus': `${devices}` } : {};
  const ports = Object.entries(HEAD_PORTS).map(([port, containerPort]) => ({ name: port, containerPort }));
  return {
    apiVersion: 'ray.io/v1',
    kind: 'RayCluster',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: { [CLASS_ANNOTATION]: hardwareClass },
    },
    spec: {
      rayVersion,
      // The nodes are those that were hired: none is added, none given up.
      enableInTreeAutoscaling: false,
      headGroupSpec: {
        rayStartParams: { 'dashboard-host': '0.0.0.0', ...start },
        template: pod('head', leader, { ports }),
      },
      workerGroupSpecs: workers.map((member, place) => ({
        groupName: `node-${place + 1}`,
        replicas: 1,
        minReplicas: 1,
        maxReplicas: 1,
        rayStartParams: start,
        template: pod('worker', member, {}),
      })),
    },
  };
}
