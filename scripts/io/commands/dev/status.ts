import { Command } from 'commander';
import type { DevStatus } from '../../../dev/status.js';
import { counted } from '../../../lib/format.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';
import { placeOf, stateOf, withDevOptions, type DevOptions } from './options.js';

const EXAMPLES = `
Examples:
  io dev status
  io dev status --json

A process is green when its last loop finished in time, red when not, dead when it does not run. The exit code is 1
unless all are green. With --json the answer is {"processes": [{"name", "kind", "health", "pid", "ports", "log"}],
"chain": {"rpcUrl", "wsUrl", "height", "slot", "unixTimestamp", "epoch", "nodes", "jobs": {state: number}}}; the chain is
null where the network does not answer.
`;

/** `io dev status`: how every process is, and what is on the chain. */
export function statusCommand(output: Output): Command {
  return withDevOptions(
    new Command('status')
      .summary('processes, ports, health, the clock, the epoch, nodes and jobs')
      .description(
        'Says of every process whether it is well and where it listens, and what is on the chain.',
      ),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: DevOptions) => {
      const place = await placeOf(options);
      const state = stateOf(place);
      const { statusOf } = await import('../../../dev/status.js');
      const status = await statusOf(place, state);
      output.write(
        options.json === true
          ? `${JSON.stringify(statusJson(status))}\n`
          : `${statusText(status, output.width)}\n`,
      );
      const ill = status.processes.filter(({ health }) => health !== 'green').map(({ name }) => name);
      if (ill.length > 0) throw new Error(`not well: ${ill.join(', ')}; io dev up starts what has died`);
    });
}

/** A status as `--json` prints it. */
export function statusJson({ processes, chain }: DevStatus): DevStatus {
  return { processes, chain };
}

/** A status as people read it. */
export function statusText({ processes, chain }: DevStatus, width: number): string {
  const table = renderTable(
    [
      { head: 'process' },
      { head: 'health' },
      { head: 'pid', align: 'right' },
      { head: 'ports', align: 'right' },
      { head: 'log' },
    ],
    processes.map(({ name, health, pid, ports, log }) => [
      name,
      health,
      pid === null ? '-' : String(pid),
      ports.join(', '),
      log,
    ]),
    width,
  );
  if (chain === null) return `${table}\n\nthe network does not answer`;
  const jobs = Object.entries(chain.jobs).map(([name, count]) => `${count} ${name}`);
  const time = new Date(chain.unixTimestamp * 1_000).toISOString().replace('.000Z', ' UTC').replace('T', ' ');
  const lines = [
    `JSON-RPC  ${chain.rpcUrl}, websocket ${chain.wsUrl}`,
    `chain     height ${chain.height}, slot ${chain.slot}, ${time}, reward epoch ${chain.epoch}`,
    `market    ${counted(chain.nodes, 'node')}, ${jobs.length === 0 ? 'no jobs' : `jobs: ${jobs.join(', ')}`}`,
  ];
  return `${table}\n\n${lines.join('\n')}`;
}
