import { workloadSchema } from '@ionet/service-kit';
import { z } from 'zod';
import { address, amount, orderSchema, seconds } from '../service/schemas.js';
import { MOST_NODES } from './cluster-desk.js';

/* What of clusters goes in and out by HTTP; see `schemas.ts` of the service. */

export const clusterBodySchema = z.strictObject({
  buyer: address,
  order: orderSchema.describe('what is wanted of each node; `maxTotal` is of all together'),
  nodes: z.int().min(2).max(MOST_NODES).describe('so many nodes, all or none'),
  workload: workloadSchema
    .optional()
    .describe("what the cluster shall run; default: each node's own program"),
});

export const clusterSchema = z.object({
  id: z.string(),
  buyer: address,
  hardwareClass: address,
  devices: z.int().describe('of each node'),
  hours: z.int(),
  state: z
    .enum(['booked', 'lapsed', 'offered', 'over', 'running'])
    .describe(
      'offered: the devices are held. booked: the chain has all jobs, which start together. running: all have started. ' +
        'lapsed: not all were booked in time: those that were expire, and all of their money returns. over: none runs.',
    ),
  heldUntil: seconds,
  members: z
    .array(z.object({ job: address, node: address, offer: address, total: amount }))
    .describe('the first one leads'),
});

export const clusterOfferSchema = clusterSchema.extend({
  total: amount.describe('of all together'),
  transactions: z
    .array(z.string())
    .describe('unsigned, in base64; the buyer signs and sends all of them, in any order'),
});

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const rayClusterQuerySchema = z.object({
  name: z.string().regex(label).max(40).optional().describe('of the resource; default: by the cluster'),
  namespace: z.string().regex(label).optional(),
  rayVersion: z
    .string()
    .regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/)
    .default('2.60.0'),
  image: z
    .string()
    .regex(/^[a-z0-9][a-zA-Z0-9._/:@-]{0,254}$/)
    .optional()
    .describe("default: Ray's own of the version"),
});
