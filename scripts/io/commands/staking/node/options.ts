import type * as Sdk from '@ionet/sdk';
import { Option, type Command } from 'commander';
import type { PublicKey } from '@solana/web3.js';
import { unpadded } from '../../../../lib/format.js';
import { findModel } from '../../../../lib/hardware.js';
import { parseAddress } from '../../../connect.js';
import { UsageError } from '../../../usage-error.js';
import { parseNumber } from '../options.js';

const BANDWIDTHS: readonly Sdk.staking.Bandwidth[] = ['belowLow', 'low', 'medium', 'high'];

/** What of a node both its registration and its changes can name. */
export interface NodeFields {
  readonly class?: string;
  readonly devices?: string;
  readonly bandwidth?: Sdk.staking.Bandwidth;
  readonly region?: string;
  readonly operator?: string;
  readonly scheduler?: string;
  readonly payout?: string;
}

/** Adds the options of {@link NodeFields}. */
export function withNodeFields(command: Command): Command {
  return command
    .option('--class <model>', 'the model of its devices, by name or number, such as H100')
    .option('--devices <number>', 'how many devices it has')
    .addOption(new Option('--bandwidth <tier>', 'how fast its line is').choices(BANDWIDTHS))
    .option('--region <text>', 'where it stands: lower-case letters, digits and hyphens')
    .option('--operator <address>', 'hot key of its agent')
    .option('--scheduler <address>', 'who may start and release jobs as well')
    .option('--payout <address>', 'wallet that the income of jobs goes to');
}

/** A model of hardware as the chain has it. */
export type HardwareClass = Omit<Sdk.Fetched<'staking', 'hardwareClass'>, 'name'> & { readonly name: string };

/** All models of hardware that the chain has. */
export async function readClasses(client: Sdk.Client): Promise<HardwareClass[]> {
  const classes = await client.accounts.staking.hardwareClass.findAll();
  return classes.map((one) => ({ ...one, name: unpadded(one.name) })).sort((a, b) => a.id - b.id);
}

/** The model that `--class` names. */
export function pickClass(classes: readonly HardwareClass[], text: string): HardwareClass {
  const found = /^[0-9]+$/.test(text)
    ? classes.find(({ id }) => id === Number(text))
    : findModel(classes, text);
  if (found !== undefined) return found;
  const known = classes.filter(({ active }) => active).map(({ name }) => name);
  throw new UsageError(`--class: there is no model '${text}'; there are ${known.join(', ')}`);
}

/** What `--devices` says. */
export function parseDevices(sdk: typeof Sdk, text: string): number {
  return parseNumber('--devices', text, 1, sdk.programConstant('staking', 'MAX_DEVICES'));
}

/** An address, `undefined` where the option was not given. */
export function optionalAddress(option: string, text: string | undefined): PublicKey | undefined {
  return text === undefined ? undefined : parseAddress(option, text);
}

/** The stake that devices of a class need at the base of now. */
export async function minimumOf(
  sdk: typeof Sdk,
  client: Sdk.Client,
  { multiplierX100 }: HardwareClass,
  devices: number,
): Promise<bigint> {
  const address = sdk.pda.staking.config(client.deployment);
  const { baseStakePerDevice } = await client.accounts.staking.stakingConfig.fetch(address);
  return sdk.minimumStake(baseStakePerDevice, BigInt(multiplierX100), BigInt(devices));
}
