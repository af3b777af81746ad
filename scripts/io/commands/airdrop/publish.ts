import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { counted, IO, spoken } from '../../../lib/format.js';
import { noProgress } from '../../../lib/progress.js';
import type { Published, PublishPlan } from '../../../lib/airdrop/publish.js';
import { confirm } from '../../confirm.js';
import {
  CONNECT_HELP,
  connect,
  parseAddress,
  readKeypair,
  withConnectOptions,
  type ConnectOptions,
} from '../../connect.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface PublishOptions extends ConnectOptions {
  readonly dir: string;
  readonly kind?: string;
  readonly name?: string;
  readonly startsAt?: string;
  readonly endsAt: string;
  readonly refundWallet: string;
  readonly funder?: string;
  readonly fundingAccount?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** What `--json` prints. */
export interface PublishJson {
  readonly season: string;
  readonly created: boolean;
  readonly shardsOpened: number;
  readonly signatures: readonly string[];
}

const KINDS = ['gpu', 'cpu', 'galxe', 'discord', 'creators'] as const;

const EXAMPLES = `
Examples:
  io airdrop publish --dir airdrop-3 --ends-at 2025-06-30T00:00:00Z --refund-wallet <address>
  io airdrop publish --dir test --kind gpu --name 'A test' --ends-at 1767225600 --refund-wallet <address> --yes --json

Creates the season and funds it, then opens its shards. Run again it goes on where it was stopped. The admin signs;
the IO comes from his associated token account, or from another with --funder.${CONNECT_HELP}`;

/** `io airdrop publish`: a build becomes a season on chain. */
export function publishCommand(output: Output): Command {
  return withConnectOptions(
    new Command('publish')
      .summary('create a season on chain from a build')
      .description('Creates and funds the season of a build, and opens its shards.')
      .requiredOption('--dir <directory>', 'what io airdrop build wrote')
      .option('--kind <kind>', `what the season rewards: ${KINDS.join(', ')}; a named season brings its own`)
      .option('--name <text>', 'at most 32 bytes; a named season brings its own')
      .option('--starts-at <time>', 'when claims begin: a date, or unix seconds; by default now')
      .requiredOption('--ends-at <time>', 'when claims end: a date, or unix seconds')
      .requiredOption('--refund-wallet <address>', 'who gets what nobody claims')
      .option('--funder <file>', 'keypair of the owner of the funding account; by default the admin')
      .option('--funding-account <address>', 'where the IO comes from; by default that of the funder'),
  )
    .option('--yes', 'do not ask before signing')
    .option('--json', 'print one object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: PublishOptions) => {
      const sdk = await import('@ionet/sdk');
      const { readManifest } = await import('../../../lib/airdrop/manifest.js');
      const { loadProofs } = await import('../../../lib/airdrop/proofs.js');
      const { planPublication, publish } = await import('../../../lib/airdrop/publish.js');
      const manifest = readManifest(options.dir);
      const preset = sdk.POINTS_POOLS.find(({ id }) => id === manifest.season.id);
      const client = await connect(output, options);
      const startsAt =
        options.startsAt === undefined ? await client.now() : parseTime('--starts-at', options.startsAt);
      const funder = options.funder === undefined ? undefined : readKeypair('--funder', options.funder);
      const plan = await planPublication(client, manifest, {
        kind: parseKind(options.kind ?? preset?.kind),
        name: parseName(options.name ?? preset?.name),
        startsAt,
        endsAt: parseTime('--ends-at', options.endsAt),
        refundWallet: parseAddress('--refund-wallet', options.refundWallet),
        ...(funder === undefined ? {} : { funder }),
        ...(options.fundingAccount === undefined
          ? {}
          : { fundingAccount: parseAddress('--funding-account', options.fundingAccount) }),
      });
      // Whatever is wrong in the leaves shows before any IO moves.
      await loadProofs(options.dir);
      if (plan.create !== null || plan.shards.length > 0) {
        await confirm(output, describePlan(sdk, plan), options.yes === true);
      }
      const published = await publish(client, plan, output.progress ?? noProgress);
      output.write(`${options.json === true ? JSON.stringify(toJson(published)) : describe(published)}\n`);
    });
}

/** Unix seconds of a date or of unix seconds. */
export function parseTime(option: string, text: string): bigint {
  if (/^[0-9]{1,12}$/.test(text)) return BigInt(text);
  const milliseconds = /^[0-9]{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isInteger(milliseconds / 1_000)) return BigInt(milliseconds / 1_000);
  throw new UsageError(`${option} must be a date such as 2025-06-30T00:00:00Z, or unix seconds`);
}

function parseKind(kind: string | undefined): Sdk.airdrop.SeasonKind {
  const known = KINDS.find((one) => one === kind);
  if (known !== undefined) return known;
  throw new UsageError(`--kind must be one of ${KINDS.join(', ')}`);
}

function parseName(name: string | undefined): string {
  if (name === undefined) throw new UsageError('--name is needed: the id of the build is of no named season');
  if (name !== '' && Buffer.byteLength(name) <= 32) return name;
  throw new UsageError('--name must have 1 to 32 bytes');
}

function describePlan(sdk: typeof Sdk, { create, shards }: PublishPlan): string {
  const open = `opens ${counted(shards.length, 'shard')}`;
  if (create === null) return `The season is there; this ${open}.`;
  const amount = spoken(create.amount, IO);
  const from = new Date(Number(create.startsAt) * 1_000).toISOString();
  const until = new Date(Number(create.endsAt) * 1_000).toISOString();
  const leaves = `${create.leaves} leaves, ${sdk.formatIo(create.amount)} IO`;
  return (
    `This creates season ${create.id}, '${create.name}' (${leaves}), to be claimed from ${from} until ${until}, ` +
    `moves ${amount} into it for good, and ${open}.`
  );
}

function toJson({ season, created, shardsOpened, signatures }: Published): PublishJson {
  return { season: season.toBase58(), created, shardsOpened, signatures };
}

function describe({ season, created, shardsOpened }: Published): string {
  const what = created ? 'created' : 'there already';
  return `season ${season.toBase58()}: ${what}, ${counted(shardsOpened, 'shard')} opened`;
}
