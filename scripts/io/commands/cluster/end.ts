import { PublicKey } from '@solana/web3.js';
import { Command } from 'commander';
import { counted } from '../../../lib/format.js';
import type { Output } from '../../program.js';
import { signingCommand, type SigningOptions } from '../../signing.js';
import { findCluster, withSchedulerOption, type SchedulerOptions } from './options.js';

interface EndOptions extends SigningOptions, SchedulerOptions {
  readonly id: string;
}

const EXAMPLES = `  io cluster end --id <digits>
  io cluster end --id <digits> --yes --json

What ran is paid by the seconds that the oracles verify, the first hour in full; a job that has not started is cancelled,
and its fees are kept. With --json the answer is {"id", "ended", "cancelled", "signature"}.
`;

/** `io cluster end`: ends the jobs of a cluster that run, and cancels those that have not started. */
export function endCommand(output: Output): Command {
  const command = withSchedulerOption(
    new Command('end')
      .summary('end all jobs of a cluster')
      .description('Ends the jobs of a cluster that run, and cancels those that have not started.')
      .requiredOption('--id <digits>', 'of the cluster'),
  );
  return signingCommand<EndOptions>(output, command, EXAMPLES, async (sdk, client, options) => {
    const { id, members } = await findCluster(options);
    const jobs = await client.accounts.escrow.job.fetchMany(members.map(({ job }) => new PublicKey(job)));
    const open = jobs.filter((job) => job?.state === 'running' || job?.state === 'booked');
    const known = open.filter((job) => job !== null);
    if (known.length === 0) throw new Error(`cluster ${id} has no job that could be ended`);
    const running = known.filter(({ state }) => state === 'running');
    const booked = known.filter(({ state }) => state === 'booked');
    return {
      what: `This ends ${counted(running.length, 'job')} and cancels ${counted(booked.length, 'job')} of cluster ${id}.`,
      changes: known.map(({ address, state }) => ({
        what: `job ${address.toBase58()}`,
        now: state,
        then: state === 'running' ? 'ending' : 'cancelled',
      })),
      calls: known.map((job) =>
        job.state === 'running'
          ? sdk.escrow.endJob.call(client, { job })
          : sdk.escrow.cancelJob.call(client, { job }),
      ),
      json: { id, ended: running.length, cancelled: booked.length },
    };
  });
}
