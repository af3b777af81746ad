import { workloadSchema } from '@ionet/service-kit';
import { z } from 'zod';
import type { ApiOptions, TypedServer } from './api.js';
import { address, errorSchema } from './schemas.js';
import { isSignedWorkload, WORKLOAD_CLOCK_SECONDS } from './workloads.js';

export const jobWorkloadSchema = z.object({
  workload: workloadSchema,
  leader: address.describe(
    'the job under whose address the work of a cluster is run; otherwise the job itself',
  ),
});

/** Puts the route on a server by which the agent of a node learns what a job runs. */
export function addWorkloads(http: TypedServer, { client, view, workloads, now }: ApiOptions): void {
  http.get(
    '/jobs/:id/workload',
    {
      schema: {
        summary: "What a job runs; for the node's operator alone, who signs the request",
        params: z.object({ id: address }),
        headers: z.object({
          'x-ionet-sent-at': z.coerce.number().int().describe("unix seconds, within 90 of the chain's clock"),
          'x-ionet-signature': z
            .string()
            .regex(/^[0-9a-f]{128}$/)
            .describe("the operator's ed25519 signature of tag, cluster, job and time"),
        }),
        response: { 200: jobWorkloadSchema, 400: errorSchema, 401: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id }, headers }, reply) => {
      const { 'x-ionet-sent-at': sentAt, 'x-ionet-signature': signature } = headers;
      const job = view.jobs.get(id);
      const operator = view.nodes.get(job?.node.toBase58() ?? '')?.operator;
      if (operator === undefined) {
        const message = 'there is no job of this address, or it is over';
        return reply.code(404).send({ error: 'UnknownJob', message });
      }
      // Kept short: who has seen such a request could read on.
      const isFresh = Math.abs(sentAt - now()) <= WORKLOAD_CLOCK_SECONDS;
      if (!isFresh || !isSignedWorkload(client.deployment, id, sentAt, signature, operator)) {
        const message = "sign with the key of the node's operator, and the time of the chain";
        return reply.code(401).send({ error: 'NotOperator', message });
      }
      return workloads.get(id);
    },
  );
}
