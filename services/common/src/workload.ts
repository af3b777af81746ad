import { z } from 'zod';

const MOST_TEXT = 4_096;
const MOST_NAMES = 64;

const text = z.string().min(1).max(MOST_TEXT);

/** The longest that a workload may be, as JSON. */
export const WORKLOAD_BYTES = 16_384;

/** The work of a job that a node does with the program that its operator has given it. */
const processWorkload = z.strictObject({ kind: z.literal('process') });

/** The work of a job that a node submits to its Ray cluster. */
const rayWorkload = z.strictObject({
  kind: z.literal('ray'),
  entrypoint: text.describe("command of the driver, for a shell of the cluster's head"),
  workingDir: z
    .url({ protocol: /^(https|s3|gs)$/ })
    .max(MOST_TEXT)
    .optional()
    .describe('a zip of the files that the driver is started in: https, s3 or gs'),
  pip: z.array(text).max(MOST_NAMES).optional().describe('packages of PyPI to install before, as for pip'),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), z.string().max(MOST_TEXT))
    .refine((variables) => Object.keys(variables).length <= MOST_NAMES, `has more than ${MOST_NAMES} names`)
    .optional()
    .describe('environment variables of the driver and its tasks'),
});

/** What a job runs. The chain does not know it: the buyer tells the scheduler, which tells the agent of the node. */
export const workloadSchema = z
  .discriminatedUnion('kind', [processWorkload, rayWorkload])
  .refine((workload) => JSON.stringify(workload).length <= WORKLOAD_BYTES, {
    message: `is longer than ${WORKLOAD_BYTES} bytes`,
  });

/** What a job runs. */
export type Workload = z.output<typeof workloadSchema>;

/** What a job runs of which nobody has said anything. */
export const DEFAULT_WORKLOAD: Workload = { kind: 'process' };
