import type * as Sdk from '@ionet/sdk';
import { Command, Option } from 'commander';
import { fixed, IO, unpadded } from '../../../../lib/format.js';
import { parseAddress } from '../../../connect.js';
import type { Output } from '../../../program.js';
import { UsageError } from '../../../usage-error.js';
import { signingCommand, type Change, type SigningOptions } from '../options.js';
import {
  minimumOf,
  optionalAddress,
  parseDevices,
  pickClass,
  readClasses,
  withNodeFields,
  type NodeFields,
} from './options.js';

interface UpdateOptions extends SigningOptions, NodeFields {
  readonly node: string;
  readonly status?: Sdk.staking.NodeStatus;
}

const STATUSES: readonly Sdk.staking.NodeStatus[] = ['active', 'paused'];
const NOBODY = 'none';

/** `io node update`: changes keys, line, region, status or hardware. */
export function updateCommand(output: Output): Command {
  const command = withNodeFields(
    new Command('update')
      .summary('change a node of yours')
      .description(
        'Changes what is named and leaves the rest. Model and number of devices stay while it is on hire; a change of them takes the minimum stake of now.',
      )
      .requiredOption('--node <address>', 'the node'),
  ).addOption(new Option('--status <status>', 'paused takes no new orders').choices(STATUSES));
  return signingCommand<UpdateOptions>(
    output,
    command,
    `  io node update --node <address> --status paused\n  io node update --node <address> --scheduler ${NOBODY}`,
    async (sdk, client, options) => {
      const address = parseAddress('--node', options.node);
      const { bandwidth, region, status } = options;
      const operator = optionalAddress('--operator', options.operator);
      const payout = optionalAddress('--payout', options.payout);
      const scheduler =
        options.scheduler === NOBODY ? null : optionalAddress('--scheduler', options.scheduler);
      const deviceCount = options.devices === undefined ? undefined : parseDevices(sdk, options.devices);
      const node = await client.accounts.staking.node.fetch(address);
      const classes = await readClasses(client);
      const hardware = classes.find((one) => one.address.equals(node.class));
      if (hardware === undefined) throw new Error(`node ${options.node} has no hardware class`);
      const next = options.class === undefined ? hardware : pickClass(classes, options.class);
      const devices = deviceCount ?? node.deviceCount;
      const changesHardware = next.id !== hardware.id || devices !== node.deviceCount;
      const minimum = changesHardware ? await minimumOf(sdk, client, next, devices) : node.minimumStake;
      const changes: Change[] = [
        { what: 'model', now: hardware.name, then: next.name },
        { what: 'devices', now: node.deviceCount.toString(), then: devices.toString() },
        { what: 'minimum stake', now: fixed(node.minimumStake, IO), then: fixed(minimum, IO) },
        { what: 'bandwidth', now: node.bandwidth, then: bandwidth ?? node.bandwidth },
        { what: 'region', now: unpadded(node.region), then: region ?? unpadded(node.region) },
        { what: 'status', now: node.status, then: status ?? node.status },
        { what: 'operator', now: node.operator.toBase58(), then: (operator ?? node.operator).toBase58() },
        { what: 'scheduler', now: named(node.scheduler), then: named(scheduler, node.scheduler) },
        { what: 'payout', now: node.payout.toBase58(), then: (payout ?? node.payout).toBase58() },
      ];
      if (changes.every(({ now, then }) => now === then)) {
        throw new UsageError(
          'name what is to be changed, and is not so already; io node update --help lists it',
        );
      }
      const call = sdk.staking.updateNode.call(client, {
        node,
        ...(operator === undefined ? {} : { operator }),
        ...(scheduler === undefined ? {} : { scheduler }),
        ...(payout === undefined ? {} : { payout }),
        ...(options.class === undefined ? {} : { classId: next.id }),
        ...(deviceCount === undefined ? {} : { deviceCount }),
        ...(bandwidth === undefined ? {} : { bandwidth }),
        ...(region === undefined ? {} : { region }),
        ...(status === undefined ? {} : { status }),
      });
      const short = minimum > sdk.countedStake(node.ownStake, node.delegatedStake);
      return {
        what: `This changes node ${options.node}.${short ? ' Its stake is below the minimum: it is not hired and does not earn until it has more.' : ''}`,
        changes,
        calls: [call],
        json: { node: options.node, classId: next.id, devices, minimumStake: minimum.toString() },
      };
    },
  );
}

/** A key, or that there is none: the first that is said. */
function named(...keys: readonly (Sdk.AccountData<'staking', 'node'>['scheduler'] | undefined)[]): string {
  return keys.find((key) => key !== undefined)?.toBase58() ?? NOBODY;
}
