import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { ApiOptions, TypedServer } from './api.js';
import { isSignedLog, isSignedLogWish, LOG_PART_BYTES } from './logs.js';
import type { ChainJob } from './market-view.js';
import { address, errorSchema, seconds } from './schemas.js';
import { WORKLOAD_CLOCK_SECONDS } from './workloads.js';

const signature = z.string().regex(/^[0-9a-f]{128}$/);
const byte = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const partSchema = z.strictObject({
  job: address,
  from: byte.describe('byte of the log at which the text begins; 0 where the log was begun anew'),
  text: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= LOG_PART_BYTES, `has more than ${LOG_PART_BYTES} bytes`)
    .describe(`at most ${LOG_PART_BYTES} bytes; empty to ask where to go on`),
  asOf: seconds.describe("unix seconds, within 90 of the chain's clock"),
  signature: signature.describe(
    "the operator's ed25519 signature of tag, cluster, node, job, byte, time and hash",
  ),
});

const readingSchema = z.object({
  from: byte.describe('where the text begins: later than asked for where the older part is not kept'),
  text: z.string(),
  next: byte.describe('`from` of the next request'),
  more: z.boolean().describe('whether there is more already'),
});

/** A job of the chain, also one that is over. */
export async function findJob({ view, client }: ApiOptions, id: string): Promise<ChainJob | null> {
  return view.jobs.get(id) ?? client.accounts.escrow.job.fetchMaybe(new PublicKey(id));
}

const UNKNOWN_JOB = { error: 'UnknownJob', message: 'there is no such job' };

/** Puts the routes on a server by which agents hand on what jobs print, and buyers read it. */
export function addLogs(http: TypedServer, options: ApiOptions): void {
  const { client, view, logs, now } = options;
  const { deployment } = client;
  const isFresh = (time: number): boolean => Math.abs(time - now()) <= WORKLOAD_CLOCK_SECONDS;

  http.post(
    '/nodes/:id/logs',
    {
      schema: {
        summary: "Hands on a part of what a job has printed, signed by the node's operator",
        params: z.object({ id: address }),
        body: partSchema,
        response: {
          200: z.object({ next: byte.describe('where the next part has to begin') }),
          400: errorSchema,
          401: errorSchema,
          404: errorSchema,
        },
      },
    },
    async ({ params: { id }, body: { signature, ...part } }, reply) => {
      const operator = view.nodes.get(id)?.operator;
      const isSigned = operator !== undefined && isSignedLog(deployment, id, part, signature, operator);
      if (!isSigned || !isFresh(part.asOf)) {
        const message = "sign with the key of the node's operator, and the time of the chain";
        return reply.code(401).send({ error: 'NotOperator', message });
      }
      const job = await findJob(options, part.job);
      if (job?.node.toBase58() !== id) return reply.code(404).send(UNKNOWN_JOB);
      return { next: await logs.append(part) };
    },
  );

  http.get(
    '/jobs/:id/log',
    {
      schema: {
        summary: 'What a job has printed, from a byte on; for its buyer alone, who signs the request',
        params: z.object({ id: address }),
        querystring: z.object({ from: z.coerce.number().pipe(byte).default(0) }),
        headers: z.object({
          'x-ionet-sent-at': z.coerce.number().int().describe("unix seconds, within 90 of the chain's clock"),
          'x-ionet-signature': signature.describe(
            "the buyer's ed25519 signature of tag, cluster, job and time",
          ),
        }),
        response: { 200: readingSchema, 400: errorSchema, 401: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id }, query: { from }, headers }, reply) => {
      const { 'x-ionet-sent-at': sentAt, 'x-ionet-signature': signature } = headers;
      const job = await findJob(options, id);
      if (job === null) return reply.code(404).send(UNKNOWN_JOB);
      if (!isFresh(sentAt) || !isSignedLogWish(deployment, id, sentAt, signature, job.buyer)) {
        const message = 'sign with the key of the buyer, and the time of the chain';
        return reply.code(401).send({ error: 'NotBuyer', message });
      }
      return logs.read(id, from);
    },
  );
}
