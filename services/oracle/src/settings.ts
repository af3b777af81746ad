import { httpUrls, integer } from '@ionet/service-kit';
import { z } from 'zod';

/** The settings of an oracle beside those that all services have. Its KEYPAIR is the member's key. */
export const oracleSettings = z.object({
  PEER_URLS: httpUrls()
    .optional()
    .describe('HTTP addresses of the other oracles, separated by commas (default: none)'),
  EPOCH_SETTLE_SECONDS: integer(0, 3_600)
    .default(60)
    .describe('seconds after the end of an epoch, or of a job, until what was late has come in (default 60)'),
  ABSENCE_SECONDS: integer(0, 3_600)
    .default(300)
    .describe(
      'seconds after that until an epoch is agreed on without an oracle that is silent (default 300)',
    ),
  REPORT_SECONDS: integer(60, 86_400)
    .default(900)
    .describe('seconds between two reports of a running job (default 900)'),
  TURN_SECONDS: integer(1, 600)
    .default(20)
    .describe('how long one oracle after the other may propose and post; the same on all (default 20)'),
  CHALLENGE_SECONDS: integer(5, 600)
    .default(60)
    .describe('seconds in which a proof of work must be answered (default 60)'),
  CHALLENGE_LEVELS: integer(4, 26)
    .default(20)
    .describe('memory of a proof of work: 2^levels blocks of 32 bytes; the same on all (default 20: 32 MiB)'),
  SPEED_BYTES: integer(65_536, 1_073_741_824)
    .default(67_108_864)
    .describe('bytes that a speed test sends each way (default 67108864)'),
  SCAN_SECONDS: integer(60, 86_400)
    .default(900)
    .describe('seconds after which all accounts are read, whatever transactions said (default 900)'),
  RESUME_AFTER_GPU_VERSION: integer(0, 1_000_000_000)
    .default(0)
    .describe(
      'roots of the GPU pool up to this version were looked at: that the guardian cancelled them holds nothing up (default 0)',
    ),
  RESUME_AFTER_CPU_VERSION: integer(0, 1_000_000_000)
    .default(0)
    .describe('the same of the CPU pool (default 0)'),
});

export type OracleSettings = z.output<typeof oracleSettings>;
