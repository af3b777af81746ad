import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { IO, USDC, counted, spoken } from '../../lib/format.js';
import { renderTable } from '../../lib/table.js';
import { CONNECT_HELP, readDeploymentFile, reader, withReadOptions, type ReadOptions } from '../connect.js';
import type { Output } from '../program.js';
import { UsageError } from '../usage-error.js';

/** An identity as `--json` prints it. */
export interface AuditedJson {
  readonly identity: string;
  readonly statement: string;
  readonly proved: boolean;
  /** Accounts that were looked at. */
  readonly examined: number;
  /** Decimal strings of base units, or of things. */
  readonly figures: readonly { readonly label: string; readonly unit: string; readonly amount: string }[];
  readonly findings: readonly {
    readonly account: string;
    readonly what: string;
    readonly expected: string;
    readonly found: string;
  }[];
}

interface AuditOptions extends ReadOptions {
  readonly attempts: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  io audit
  io audit --deployment mainnet.json --url https://api.mainnet-beta.solana.com --json

It signs nothing. Where a deployment file names the roles, whoever else holds one is found. The accounts are not all
read at one moment, so that only what is found at every attempt counts. With --json the answer is
{"proved", "identities"}, amounts as decimal strings of base units. The exit code is 1 where anything is refuted.
`;

/** `io audit`: whether everything that must always hold does. */
export function auditCommand(output: Output): Command {
  const command = new Command('audit')
    .summary('prove or refute that every account covers what it owes')
    .description(
      'Reads all accounts of a deployment and proves or refutes each identity: the supply, the vaults, rewards, credits, seasons and roles.',
    )
    .option('--attempts <number>', 'how often to look before something counts as wrong, 1 to 9', '3')
    .option('--json', 'print one object')
    .addHelpText('after', `${EXAMPLES}${CONNECT_HELP}`);
  return withReadOptions(command).action(async (options: AuditOptions) => {
    if (!/^[1-9]$/.test(options.attempts)) throw new UsageError('--attempts must be a whole number, 1 to 9');
    const sdk = await import('@ionet/sdk');
    const { audit } = await import('../../audit/audit.js');
    const client = await reader(output, options);
    const audited = await audit(client, rolesOf(sdk, options), Number(options.attempts));
    const identities = audited.map(({ identity, examined, figures, findings }) => ({
      identity: identity.name,
      statement: identity.statement,
      proved: findings.length === 0,
      examined,
      figures: figures.map((figure) => ({ ...figure, amount: figure.amount.toString() })),
      findings,
    }));
    const wrong = identities.reduce((sum, { findings }) => sum + findings.length, 0);
    const text =
      options.json === true
        ? JSON.stringify({ proved: wrong === 0, identities })
        : describe(identities, output.width);
    output.write(`${text}\n`);
    if (wrong > 0) {
      const [first] = identities.flatMap(({ identity, findings }) =>
        findings.map(({ account, what }) => `${identity}: ${what} of ${account}`),
      );
      throw new Error(`${counted(wrong, 'culprit')}, the first: ${first ?? ''}`);
    }
  });
}

function rolesOf(sdk: typeof Sdk, { deployment }: AuditOptions): Sdk.DeploymentRoles | null {
  return deployment === undefined ? null : readDeploymentFile(sdk, deployment, sdk.loadDeploymentRoles);
}

function describe(identities: readonly AuditedJson[], width: number): string {
  const rows = identities.map(({ identity, proved, examined, statement }) => [
    identity,
    proved ? 'proved' : 'REFUTED',
    examined.toString(),
    statement,
  ]);
  const columns = [
    { head: 'identity' },
    { head: 'verdict' },
    { head: 'accounts', align: 'right' },
    { head: 'what must hold' },
  ] as const;
  const figures = identities.flatMap(({ identity, figures: all }) =>
    all.map(({ label, unit, amount }) => [identity, label, figureText(BigInt(amount), unit)]),
  );
  const culprits = identities.flatMap(({ identity, findings }) =>
    findings.map(({ account, what, expected, found }) => [identity, account, what, expected, found]),
  );
  const tables = [
    renderTable(columns, rows, width),
    renderTable(
      [{ head: 'identity' }, { head: 'figure' }, { head: 'amount', align: 'right' }],
      figures,
      width,
    ),
  ];
  if (culprits.length > 0) {
    const heads = ['identity', 'account', 'what', 'expected', 'found'].map((head) => ({ head }));
    tables.push(renderTable(heads, culprits, width));
  }
  return tables.join('\n\n');
}

function figureText(amount: bigint, unit: string): string {
  if (unit === 'io') return spoken(amount, IO);
  return unit === 'usdc' ? spoken(amount, USDC) : amount.toString();
}
