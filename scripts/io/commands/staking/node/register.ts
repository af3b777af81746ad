import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { counted, IO, spoken } from '../../../../lib/format.js';
import type { Output } from '../../../program.js';
import { parseNumber, parsePercent, signingCommand, type SigningOptions } from '../options.js';
import {
  minimumOf,
  optionalAddress,
  parseDevices,
  pickClass,
  readClasses,
  withNodeFields,
  type NodeFields,
} from './options.js';

interface RegisterOptions
  extends SigningOptions, Omit<NodeFields, 'bandwidth' | 'class' | 'devices' | 'region'> {
  readonly class: string;
  readonly devices: string;
  readonly bandwidth: Sdk.staking.Bandwidth;
  readonly region: string;
  readonly id?: string;
  readonly commission: string;
}

const MOST_ID = 0xffff_ffff;
const REQUIRED = new Set(['class', 'devices', 'bandwidth', 'region']);

/** `io node register`: a new node of the signer. */
export function registerCommand(output: Output): Command {
  const command = withNodeFields(
    new Command('register')
      .summary('register a node of yours')
      .description(
        'Registers a node of up to eight devices of one model. It can be hired once its stake is there.',
      ),
  )
    .option('--id <number>', 'unused by your other nodes; by default the lowest')
    .option('--commission <percent>', 'your part of what delegated stake earns, at most 50', '0');
  for (const option of command.options) {
    if (REQUIRED.has(option.name())) option.makeOptionMandatory();
  }
  return signingCommand<RegisterOptions>(
    output,
    command,
    '  io node register --class H100 --devices 8 --bandwidth high --region eu-west --commission 7.5',
    async (sdk, client, options) => {
      const devices = parseDevices(sdk, options.devices);
      const commissionBps = parsePercent(
        '--commission',
        options.commission,
        sdk.programConstant('staking', 'MAX_COMMISSION_BPS'),
      );
      const [operator, scheduler, payout] = (['operator', 'scheduler', 'payout'] as const).map((name) =>
        optionalAddress(`--${name}`, options[name]),
      );
      const hardware = pickClass(await readClasses(client), options.class);
      const mine = await client.accounts.staking.node.findAll({ owner: client.payer });
      const taken = new Set(mine.map(({ id }) => id));
      let id = options.id === undefined ? 0 : parseNumber('--id', options.id, 0, MOST_ID);
      while (options.id === undefined && taken.has(id)) id += 1;
      const minimum = await minimumOf(sdk, client, hardware, devices);
      const { bandwidth, region } = options;
      const call = sdk.staking.registerNode.call(client, {
        id,
        classId: hardware.id,
        deviceCount: devices,
        bandwidth,
        region,
        commissionBps,
        ...(operator === undefined ? {} : { operator }),
        ...(scheduler === undefined ? {} : { scheduler }),
        ...(payout === undefined ? {} : { payout }),
      });
      const node = call.accounts.node.toBase58();
      return {
        what: `This registers node ${node}, your number ${id}: ${counted(devices, `${hardware.name} device`)} in ${region}, bandwidth ${bandwidth}, commission ${sdk.Bps.format(BigInt(commissionBps))}. To be hired and to earn it needs ${spoken(minimum, IO)} of stake. The rent of its accounts returns when you deregister it.`,
        changes: [],
        calls: [call],
        json: { node, id, classId: hardware.id, devices, minimumStake: minimum.toString() },
      };
    },
  );
}
