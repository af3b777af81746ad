import { address, httpUrl, httpUrls, integer, keypairFile } from '@ionet/service-kit';
import { z } from 'zod';

/** The settings of a node agent beside those that all services have. Its KEYPAIR is the operator's key. */
export const agentSettings = z.object({
  ORACLE_URLS: httpUrls().describe('HTTP addresses of the oracles, separated by commas'),
  SCHEDULER_URL: httpUrl()
    .optional()
    .describe(
      'HTTP address of the scheduler: says what a job runs, and where (default: nobody, all run COMMAND)',
    ),
  OWNER: address().describe("address of the node's owner"),
  NODE_ID: integer(0, 4_294_967_295).default(0).describe("the node's number among its owner's (default 0)"),
  OWNER_KEYPAIR: keypairFile()
    .optional()
    .describe(
      'keypair file of the owner: registers and stakes the node where it is not (default: it must be)',
    ),
  CLASS_ID: integer(0, 65_535).default(1).describe('hardware class to register with (default 1)'),
  DEVICES: integer(1, 8).default(1).describe('devices to register (default 1)'),
  BANDWIDTH: z
    .enum(['belowLow', 'low', 'medium', 'high'])
    .default('low')
    .describe('line to register: belowLow, low, medium or high (default low)'),
  REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,16}$/, 'must be small letters, digits and "-", at most 16')
    .default('local')
    .describe('region to register (default local)'),
  SCHEDULER: address()
    .optional()
    .describe('address of the scheduler that may start its jobs, to register (default: none)'),
  COMMAND: z
    .string()
    .default('')
    .describe('program that does the work of a job, with its arguments (default: none, only jobs for Ray)'),
  RAY_ADDRESS: httpUrl()
    .optional()
    .describe(
      "HTTP address of the head's dashboard of the node's Ray cluster (default: none, no jobs for Ray)",
    ),
  RAY_AUTH_TOKEN: z.string().optional().describe('token of the Ray cluster, where it asks for one'),
  START_JOBS: integer(0, 1)
    .default(1)
    .describe('1: starts booked jobs when their time has come; 0: the scheduler does (default 1)'),
  HOURS_SECONDS: integer(1, 60)
    .default(30)
    .describe('seconds of work on a job after which they are reported (default 30)'),
  SPEED_TEST_SECONDS: integer(60, 86_400)
    .default(1_800)
    .describe('seconds between two speed tests (default 1800)'),
  CLAIM_SECONDS: integer(60, 604_800)
    .default(3_600)
    .describe('seconds between two looks for rewards to claim (default 3600)'),
});

export type AgentSettings = z.output<typeof agentSettings>;
