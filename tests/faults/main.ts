/**
 * Everything that happens to services, to an economy of real processes.
 *
 *   npm run faults -- [--seed S] [--kills N] [--database-url postgresql://…]
 *
 * Services keep their state in the embedded database, or each in a schema of its own on the PostgreSQL of `--database-url`
 * (or DATABASE_URL). Exit 1 where a payment was made twice or lost, a job did not come to its end, none was worked and
 * paid, a service ended without saying why or hung, or an identity of `io audit` is broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Place } from '../../scripts/dev/state.js';
import { runCampaign } from './campaign.js';

const KILLS = 200;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: String(KILLS) },
    'database-url': { type: 'string', default: process.env['DATABASE_URL'] ?? '' },
  },
});
const seed = BigInt(values.seed);
const kills = Number(values.kills);
const directory = mkdtempSync(join(tmpdir(), 'ionet-faults-'));
const databaseUrl = values['database-url'] === '' ? undefined : values['database-url'];
const began = performance.now();
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    stopping.abort(new Error(`ended by ${name}`));
  });
}
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const outcome = await runCampaign({
  place: new Place(directory),
  seed,
  kills,
  fleetFile: fileURLToPath(new URL('../../examples/fleet.json', import.meta.url)),
  databaseUrl,
  tell,
  signal: stopping.signal,
});
const { problems, calls, jobs, worked, forked, outages, refusals, payments, steps } = outcome;
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
tell(`seed ${seed}: ${kills} kills in ${steps} steps and ${minutes} minutes`);
tell(`${outages} databases gone, ${refusals} refusals to run, ${forked} transactions taken back by forks`);
tell(`calls to endpoints: ${JSON.stringify(calls)}`);
tell(`jobs: ${JSON.stringify(jobs)}, of them ${worked.jobs} worked and paid for ${worked.seconds} s`);
tell(`${payments} payments of services`);
if (problems.length === 0) {
  tell('every payment exactly once, every job at its end, every identity holds');
  rmSync(directory, { recursive: true });
} else {
  tell(problems.join('\n'));
  tell(`the logs and databases of the services are in ${directory}`);
  process.exitCode = 1;
}
