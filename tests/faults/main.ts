/**
 * Everything that happens to services, to an economy of real processes.
 *
 *   npm run faults -- [--seed S] [--kills N]
 *
 * Exit 1 where a payment was made twice or lost, a job did not come to its end, or an identity of `io audit` is broken.
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
  options: { seed: { type: 'string', default: '1' }, kills: { type: 'string', default: String(KILLS) } },
});
const seed = BigInt(values.seed);
const kills = Number(values.kills);
const directory = mkdtempSync(join(tmpdir(), 'ionet-faults-'));
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const outcome = await runCampaign({
  place: new Place(directory),
  seed,
  kills,
  fleetFile: fileURLToPath(new URL('../../examples/fleet.json', import.meta.url)),
  tell,
});
const { problems, calls, jobs, forked, payments, steps } = outcome;
tell(`seed ${seed}: ${kills} kills in ${steps} steps, ${forked} transactions taken back by forks`);
tell(`calls to endpoints: ${JSON.stringify(calls)}`);
tell(`jobs: ${JSON.stringify(jobs)}; ${payments} payments of services`);
if (problems.length === 0) {
  tell('every payment exactly once, every job at its end, every identity holds');
  rmSync(directory, { recursive: true });
} else {
  tell(problems.join('\n'));
  tell(`the logs and databases of the services are in ${directory}`);
  process.exitCode = 1;
}
