import { Command } from 'commander';
import { z } from 'zod';
import { counted } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import {
  connect,
  CONNECT_HELP,
  parseAddress,
  withConnectOptions,
  type ConnectOptions,
} from '../../connect.js';
import type { Output } from '../../program.js';
import {
  askJson,
  clusterSchema,
  findCluster,
  withSchedulerOption,
  type SchedulerOptions,
} from './options.js';

interface ShowOptions extends SchedulerOptions {
  readonly id: string;
  readonly json?: true;
}

interface ListOptions extends SchedulerOptions, ConnectOptions {
  readonly buyer?: string;
  readonly json?: true;
}

const STATES = `
A cluster is offered while its devices are held, booked when the chain has all of its jobs, running once all have started,
lapsed where not all were booked in time, and over when none of its jobs runs any more; soon after it is forgotten.`;

/** `io cluster show`: a cluster as it stands. */
export function showCommand(output: Output): Command {
  return withSchedulerOption(
    new Command('show')
      .summary('a cluster, its nodes and its jobs')
      .description('Shows how a cluster stands, with its nodes and jobs; the first one leads.')
      .requiredOption('--id <digits>', 'of the cluster'),
  )
    .option('--json', 'print one object; amounts in base units')
    .addHelpText('after', `\nExamples:\n  io cluster show --id <digits> --json\n${STATES}`)
    .action(async (options: ShowOptions) => {
      const cluster = await findCluster(options);
      if (options.json === true) {
        output.write(`${JSON.stringify(cluster)}\n`);
        return;
      }
      const { id, state, devices, hours, members } = cluster;
      const table = renderTable(
        [{ head: 'job' }, { head: 'node' }],
        members.map(({ job, node }) => [job, node]),
        output.width,
      );
      const each = `${counted(devices, 'device')} each for ${counted(hours, 'hour')}`;
      output.write(`cluster ${id}: ${state}, ${counted(members.length, 'node')}, ${each}\n\n${table}\n`);
    });
}

/** `io cluster list`: the clusters of a buyer. */
export function listCommand(output: Output): Command {
  return withConnectOptions(
    withSchedulerOption(
      new Command('list')
        .summary('your clusters, or those of another buyer')
        .description('Lists the clusters of a buyer that the scheduler knows.')
        .option('--buyer <address>', 'whose clusters; by default the signer’s'),
    ),
  )
    .option('--json', 'print one object')
    .addHelpText(
      'after',
      `\nExamples:\n  io cluster list\n  io cluster list --buyer <address> --json\n${STATES}\n${CONNECT_HELP}`,
    )
    .action(async (options: ListOptions) => {
      const buyer =
        options.buyer === undefined
          ? (await connect(output, options)).payer
          : parseAddress('--buyer', options.buyer);
      const listSchema = z.object({ clusters: z.array(clusterSchema) });
      const { clusters } = await askJson(options, `/clusters?buyer=${buyer.toBase58()}`, listSchema);
      if (options.json === true) {
        output.write(`${JSON.stringify({ clusters })}\n`);
        return;
      }
      const table = renderTable(
        [
          { head: 'cluster' },
          { head: 'state' },
          { head: 'nodes', align: 'right' },
          { head: 'devices each', align: 'right' },
          { head: 'hours', align: 'right' },
        ],
        clusters.map(({ id, state, members, devices, hours }) => [
          id,
          state,
          String(members.length),
          String(devices),
          String(hours),
        ]),
        output.width,
      );
      output.write(`${counted(clusters.length, 'cluster')}${clusters.length > 0 ? `\n\n${table}` : ''}\n`);
    });
}
