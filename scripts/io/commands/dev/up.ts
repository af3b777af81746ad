import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Output } from '../../program.js';
import { placeOf, wholeNumber, withDevOptions, type DevOptions } from './options.js';
import { statusJson, statusText } from './status.js';

interface UpOptions extends DevOptions {
  readonly fleet?: string;
  readonly ledger?: true;
  readonly port: string;
  readonly slotTime: string;
}

const EXAMPLES = `
Examples:
  io dev up
  io dev up --ledger --fleet my-fleet.json
  io dev up --port 0 --dir /tmp/economy --json

From --port on: JSON-RPC, then its websocket; 11 further the scheduler, 12 to 14 the oracles, from 21 on the agents; 0
takes any that are free. What runs already stays, what has died is started again; options count when all is down. With
--ledger everything goes on where the last io dev down left it, with the fleet that it was begun with.
With --json the answer is that of io dev status, and {"started"}: the names of the processes that were started now.
`;

/** `io dev up`: brings everything up, and leaves it running. */
export function upCommand(output: Output): Command {
  return withDevOptions(
    new Command('up')
      .summary('start the network, three oracles, the scheduler and an agent for each node')
      .description(
        'Starts the whole economy in the background: a local network with the programs on it, three oracles, the scheduler, and an agent for each node of the fleet, registered, staked and on offer.',
      )
      .option('--fleet <file>', 'the nodes, see examples/README.md (default: examples/fleet.json)')
      .option('--ledger', 'keep the chain and the data of the services when it is taken down')
      .option('--port <number>', 'the first port; 0: any that are free', '8899')
      .option('--slot-time <ms>', 'how long a slot takes', '400'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: UpOptions) => {
      const port = wholeNumber('--port', options.port, 0, 65_000);
      const slotMs = wholeNumber('--slot-time', options.slotTime, 10, 60_000);
      const { DEFAULT_FLEET, readFleet } = await import('../../../lib/fleet-file.js');
      const place = await placeOf(options);
      // A fleet that runs already, or whose chain was kept, is the one that counts.
      const kept = options.ledger === true && existsSync(place.keptFleet) ? place.keptFleet : DEFAULT_FLEET;
      const fleetFile = options.fleet ?? place.read()?.fleet ?? kept;
      const fleet = readFleet(fleetFile, relative(process.cwd(), fleetFile));
      const { DEFAULT_PACE, portsFrom, up } = await import('../../../dev/up.js');
      const { freePorts } = await import('../../../dev/process.js');
      const { statusOf } = await import('../../../dev/status.js');
      const planned = portsFrom(port, fleet);
      const { state, started } = await up(place, {
        fleet,
        fleetFile,
        ledger: options.ledger === true,
        pace: { ...DEFAULT_PACE, slotMs },
        ports: port === 0 ? await freePorts(planned.length) : planned,
        tell: (line) => output.warn?.(`${line}\n`),
      });
      const status = await statusOf(place, state);
      if (options.json === true) output.write(`${JSON.stringify({ ...statusJson(status), started })}\n`);
      else {
        const news = started.length === 0 ? 'everything runs already' : `started: ${started.join(', ')}`;
        output.write(`${news}\n\n${statusText(status, output.width)}\n`);
      }
    });
}
