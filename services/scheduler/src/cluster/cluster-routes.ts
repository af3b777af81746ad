import { PublicKey } from '@solana/web3.js';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { ApiOptions, TypedServer } from '../service/api.js';
import { DeskError } from '../service/desk-error.js';
import { address, errorSchema, orderOf } from '../service/schemas.js';
import {
  clusterBodySchema,
  clusterOfferSchema,
  clusterSchema,
  rayClusterQuerySchema,
} from './cluster-schemas.js';
import type { StoredCluster } from './cluster-store.js';
import { rayCluster } from './ray-cluster.js';

type ClusterState = z.output<typeof clusterSchema>['state'];

/** Puts the routes of clusters on a server. */
export function addClusters(http: TypedServer, { clusters, view, now }: ApiOptions): void {
  const params = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) });
  const find = (id: string): StoredCluster => {
    const cluster = clusters.find(id);
    if (cluster === undefined) {
      throw new DeskError('UnknownCluster', 'there is no cluster of this id, or it is over');
    }
    return cluster;
  };
  const stateOf = ({ members, heldUntil, whole }: StoredCluster): ClusterState => {
    const known = members.filter(({ job }) => view.jobs.has(job)).length;
    if (whole) return known > 0 ? 'running' : 'over';
    if (known === members.length) return 'booked';
    return now() < heldUntil ? 'offered' : 'lapsed';
  };
  const clusterOf = (cluster: StoredCluster): z.input<typeof clusterSchema> => {
    const { whole: _whole, ...rest } = cluster;
    return { ...rest, members: [...cluster.members], state: stateOf(cluster) };
  };

  http.post(
    '/clusters',
    {
      schema: {
        summary: 'Holds devices on several nodes at once, all or none, and gives the transactions to sign',
        body: clusterBodySchema,
        response: { 201: clusterOfferSchema, 400: errorSchema, 409: errorSchema, 422: errorSchema },
      },
    },
    async ({ body: { buyer, order, nodes, workload } }, reply) => {
      const offer = await clusters.open(new PublicKey(buyer), orderOf(order), nodes, now(), workload);
      const { cluster, total, transactions } = offer;
      return reply
        .code(201)
        .send({ ...clusterOf(cluster), total: `${total}`, transactions: [...transactions] });
    },
  );

  http.get(
    '/clusters',
    {
      schema: {
        summary: 'The clusters of a buyer that are not forgotten, the newest first',
        querystring: z.object({ buyer: address }),
        response: { 200: z.object({ clusters: z.array(clusterSchema) }), 400: errorSchema },
      },
    },
    ({ query: { buyer } }) => ({ clusters: clusters.of(buyer).map(clusterOf) }),
  );

  http.get(
    '/clusters/:id',
    {
      schema: {
        summary: 'A cluster as it stands',
        params,
        response: { 200: clusterSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    ({ params: { id } }) => clusterOf(find(id)),
  );

  http.get(
    '/clusters/:id/raycluster',
    {
      schema: {
        summary: 'The RayCluster resource of a cluster for Kubernetes (KubeRay), in YAML',
        params,
        querystring: rayClusterQuerySchema,
        produces: ['application/yaml'],
        response: { 200: z.string(), 400: errorSchema, 404: errorSchema, 422: errorSchema },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const cluster = find(id);
      const hardware = view.classes.get(cluster.hardwareClass);
      if (hardware === undefined) throw new DeskError('UnknownCluster', 'its hardware class is not known');
      return reply.type('application/yaml').send(stringify(rayCluster(cluster, hardware, query)));
    },
  );
}
