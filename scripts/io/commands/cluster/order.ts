import type * as Sdk from '@ionet/sdk';
import { PublicKey, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { counted, spoken, unitOf } from '../../../lib/format.js';
import { readJson } from '../../connect.js';
import type { Output } from '../../program.js';
import { signingCommand, type SigningOptions } from '../../signing.js';
import { UsageError } from '../../usage-error.js';
import { parseDevices, pickClass, readClasses } from '../staking/node/options.js';
import { parseNumber } from '../staking/options.js';
import { askJson, clusterSchema, withSchedulerOption, type SchedulerOptions } from './options.js';

interface OrderOptions extends SigningOptions, SchedulerOptions {
  readonly nodes: string;
  readonly class: string;
  readonly devices: string;
  readonly hours: string;
  readonly payment: Sdk.Payment;
  readonly ioPrice?: string;
  readonly maxTotal?: string;
  readonly region?: readonly string[];
  readonly workload?: string;
}

const PAYMENTS: readonly Sdk.Payment[] = ['usdc', 'credits', 'io'];
const MOST_NODES = 8;
const MOST_HOURS = 8_760;

const EXAMPLES = `  io cluster order --nodes 2 --class H100 --devices 8 --hours 24
  io cluster order --nodes 4 --class A100 --devices 4 --hours 2 --max-total 100 --workload work.json --yes --json

The scheduler holds the cheapest nodes that it may start for a while; what is signed books a job on each of them at the
price that is shown, and at no other. They start together; where not all are booked in time, none does, and all of the
money returns. A workload is a JSON file, see docs/ray.md. With --json the answer is {"id", "jobs", "nodes", "total",
"heldUntil", "signature"}.
`;

const offerSchema = clusterSchema.extend({
  total: z.string().regex(/^\d{1,20}$/),
  transactions: z.array(z.string()).min(1),
});
type Offer = z.output<typeof offerSchema>;

/** `io cluster order`: several nodes at once, all or none. */
export function orderCommand(output: Output): Command {
  const command = withSchedulerOption(
    new Command('order')
      .summary('hire several nodes at once, all or none')
      .description('Orders devices on several nodes at once, and books a job on each.')
      .requiredOption('--nodes <number>', 'how many nodes, 2 to 8')
      .requiredOption('--class <model>', 'the model of their devices, by name or number, such as H100')
      .requiredOption('--devices <number>', 'devices of each node')
      .requiredOption('--hours <number>', 'whole hours')
      .addOption(new Option('--payment <kind>', 'what is paid in').choices(PAYMENTS).default('usdc'))
      .option('--io-price <usd>', 'price of one IO in US dollars to quote by: to pay in IO')
      .option('--max-total <amount>', 'the most that all of it may cost, fees included')
      .option('--region <names...>', 'where the nodes stand; by default anywhere')
      .option('--workload <file>', 'what the cluster shall run, as JSON'),
  );
  return signingCommand<OrderOptions>(output, command, EXAMPLES, async (sdk, client, options) => {
    const nodes = parseNumber('--nodes', options.nodes, 2, MOST_NODES);
    const hours = parseNumber('--hours', options.hours, 1, MOST_HOURS);
    const devices = parseDevices(sdk, options.devices);
    const { payment } = options;
    if ((payment === 'io') !== (options.ioPrice !== undefined)) {
      throw new UsageError('--io-price is needed to pay in IO, and for nothing else');
    }
    const maxTotal = options.maxTotal === undefined ? undefined : parseTotal(sdk, payment, options.maxTotal);
    const workload = options.workload === undefined ? undefined : readJson('--workload', options.workload);
    const hardware = pickClass(await readClasses(client), options.class);
    const offer = await askJson(options, '/clusters', offerSchema, {
      buyer: client.payer.toBase58(),
      nodes,
      order: {
        hardwareClass: hardware.address.toBase58(),
        devices,
        hours,
        payment,
        ...(options.ioPrice === undefined ? {} : { ioPrice: options.ioPrice }),
        ...(maxTotal === undefined ? {} : { maxTotal: `${maxTotal}` }),
        ...(options.region === undefined ? {} : { regions: options.region }),
      },
      ...(workload === undefined ? {} : { workload }),
    });
    const total = offer.members.reduce((sum, member) => sum + BigInt(member.total), 0n);
    if (offer.members.length !== nodes || (maxTotal !== undefined && total > maxTotal)) {
      throw new Error('the scheduler offers something else than was asked for: nothing was signed');
    }
    const unit = unitOf(payment);
    return {
      what: `This hires ${counted(nodes, 'node')} for ${counted(hours, 'hour')}, ${counted(devices, `${hardware.name} device`)} each, for ${spoken(total, unit)} together, fees included. Cluster ${offer.id}.`,
      changes: offer.members.map(({ node, total: price }) => ({
        what: `node ${node}`,
        now: 'held',
        then: spoken(BigInt(price), unit),
      })),
      calls: bookings(sdk, client, offer, { devices, hours, payment }),
      json: {
        id: offer.id,
        jobs: offer.members.map(({ job }) => job),
        nodes: offer.members.map(({ node }) => node),
        total: total.toString(),
        heldUntil: offer.heldUntil,
      },
    };
  });
}

function parseTotal(sdk: typeof Sdk, payment: Sdk.Payment, text: string): bigint {
  try {
    return payment === 'io' ? sdk.parseIo(text) : sdk.parseUsdc(text);
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`--max-total ${error.message.slice(`${error.path}: `.length)}`, { cause: error });
  }
}

/**
 * The bookings of a cluster, made here of what was shown: what a scheduler wants to have signed is not signed, only the
 * numbers of the jobs are taken from it.
 */
function bookings(
  sdk: typeof Sdk,
  client: Sdk.Client,
  { members, transactions }: Offer,
  order: Pick<Parameters<typeof Sdk.escrow.bookJob.call>[1], 'devices' | 'hours' | 'payment'>,
): Sdk.Call[] {
  const { deployment, payer } = client;
  const ids = new Map(
    transactions.flatMap(jobIdsOf).map((id) => [sdk.pda.escrow.job(deployment, payer, id).toBase58(), id]),
  );
  return members.map(({ job, node, offer, total }) => {
    const id = ids.get(job);
    if (id === undefined) throw new Error(`the scheduler does not book job ${job}: nothing was signed`);
    return sdk.escrow.bookJob.call(client, {
      ...order,
      id,
      offer: new PublicKey(offer),
      node: new PublicKey(node),
      maxTotal: BigInt(total),
    });
  });
}

/** Eight bytes say which instruction it is; the first argument of a booking is the number of the job. */
const ID_OFFSET = 8;

function jobIdsOf(transaction: string): bigint[] {
  const { message } = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
  return TransactionMessage.decompile(message).instructions.flatMap(({ data }) =>
    data.length >= ID_OFFSET + 8 ? [data.readBigUInt64LE(ID_OFFSET)] : [],
  );
}
