import { Command } from 'commander';
import { counted, fixed, IO, spoken } from '../../../lib/format.js';
import { findModel, readHardwareModels } from '../../../lib/hardware.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

const EXAMPLES = `
Examples:
  io stake minimum --devices 8xH100
  io stake minimum --devices 8xH100,2xRTX-4090 --json

With --json the stake is in base units, 10^-8 IO. A node has devices of one model, eight at most: several nodes are
needed for more.`;

/** `io stake minimum`: the stake that devices need to earn. */
export function minimumCommand(output: Output): Command {
  return (
    new Command('minimum')
      .summary('the stake that devices need to earn')
      .description(
        'Says how much IO a list of devices has to have staked: 200 IO each, times its multiplier where that is above one.',
      )
      .requiredOption('--devices <list>', 'such as 8xH100,2xRTX-4090')
      .option('--json', 'print one object of base units')
      .addHelpText('after', EXAMPLES)
      // The option --json may have been read by the command above.
      .action(async (_options: unknown, command: Command) => {
        const options = command.optsWithGlobals<{ readonly devices: string; readonly json?: true }>();
        const sdk = await import('@ionet/sdk');
        const models = readHardwareModels();
        const most = sdk.programConstant('staking', 'MAX_DEVICES');
        const rows = options.devices.split(',').map((item) => {
          const [, count, name = ''] = /^\s*([0-9]{1,5})\s*x\s*(.+?)\s*$/i.exec(item) ?? [];
          if (count === undefined || Number(count) < 1) {
            throw new UsageError(`--devices '${item.trim()}' must be a number and a model, such as 8xH100`);
          }
          const model = findModel(models, name);
          if (model === undefined) {
            const known = models.map((one) => one.name).join(', ');
            throw new UsageError(`--devices: there is no model '${name}'; there are ${known}`);
          }
          const devices = Number(count);
          const multiplier = BigInt(model.multiplierX100);
          const stakeOf = (some: number): bigint =>
            sdk.minimumStake(sdk.BASE_STAKE_PER_DEVICE, multiplier, BigInt(some));
          const full = Math.floor(devices / most);
          const rest = devices % most;
          const stake = BigInt(full) * stakeOf(most) + (rest > 0 ? stakeOf(rest) : 0n);
          return {
            model: model.name,
            devices,
            nodes: full + (rest > 0 ? 1 : 0),
            multiplierX100: model.multiplierX100,
            stake,
          };
        });
        const total = rows.reduce((sum, { stake }) => sum + stake, 0n);
        if (options.json === true) {
          const list = rows.map((row) => ({ ...row, stake: row.stake.toString() }));
          output.write(`${JSON.stringify({ total: total.toString(), devices: list })}\n`);
          return;
        }
        const table = renderTable(
          [
            { head: 'model' },
            { head: 'devices', align: 'right' },
            { head: 'nodes', align: 'right' },
            { head: 'multiplier', align: 'right' },
            { head: 'IO', align: 'right' },
          ],
          rows.map(({ model, devices, nodes, multiplierX100, stake }) => [
            model,
            devices.toString(),
            nodes.toString(),
            (multiplierX100 / 100).toFixed(2),
            fixed(stake, IO),
          ]),
          output.width,
        );
        const devices = rows.reduce((sum, row) => sum + row.devices, 0);
        output.write(`${counted(devices, 'device')} need ${spoken(total, IO)} of stake\n\n${table}\n`);
      })
  );
}
