import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, refutes } from '../../audit/audit.js';
import { clientOf, readKey } from '../../dev/network.js';
import { freePorts } from '../../dev/process.js';
import { DEFAULT_DIRECTORY, Place, processesOf, urlOf, type DevState } from '../../dev/state.js';
import { down, portsFrom, up } from '../../dev/up.js';
import { counted, IO, spoken, USDC } from '../../lib/format.js';
import { renderTable } from '../../lib/table.js';
import type { Fleet } from '../fleet.js';
import type { Tell } from '../story.js';
import { LiveStory } from './story.js';

/** Faster than anybody watches, and slow enough that two processors do it all. */
const PACE = { slotMs: 100, loopMs: 150 } as const;
const FIRST_PORT = 8899;
const AUDITS = 3;

/** How the story is played. */
export interface LiveOptions {
  readonly fleet: Fleet;
  readonly fleetFile: string;
  readonly keep: boolean;
  readonly width: number;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Brings the economy up as processes, plays a day on it, and audits the chain; gives the exit code. */
export async function runLive(options: LiveOptions): Promise<number> {
  const { fleet, fleetFile, keep, tell, signal, width } = options;
  const place = new Place(keep ? DEFAULT_DIRECTORY : mkdtempSync(join(tmpdir(), 'ionet-')));
  if (place.read() !== null) {
    throw new Error('an economy is up already: io dev down ends it, and io dev up shows it');
  }
  const first = portsFrom(FIRST_PORT, fleet);
  const ports = keep ? first : await freePorts(first.length);
  let [kept, played] = [false, false];
  try {
    tell('The economy as processes on this machine');
    const { state } = await up(place, { fleet, fleetFile, ledger: false, pace: PACE, ports, signal });
    tell(`\n${processTable(state, width)}`);
    await new LiveStory(place, state, fleet, tell, signal).play();
    const code = await prove(place, state, tell);
    played = true;
    if (keep) {
      tellHowToGoOn(state, tell);
      kept = true;
    }
    return code;
  } finally {
    if (!kept) {
      await down(place);
      tell('\nAll processes have ended');
      // Where it went wrong the logs say why.
      if (!keep && played) rmSync(place.directory, { recursive: true, force: true });
      else tell(`their logs are in ${place.logs}`);
    }
  }
}

function processTable({ processes }: DevState, width: number): string {
  return renderTable(
    [{ head: 'process' }, { head: 'pid', align: 'right' }, { head: 'ports', align: 'right' }],
    processes.map(({ name, pid, ports }) => [name, String(pid ?? ''), ports.join(', ')]),
    width,
  );
}

/** What `io audit` proves, the supply first; gives the exit code. */
async function prove(place: Place, state: DevState, tell: Tell): Promise<number> {
  tell('\nWhat must hold, by all accounts of the chain');
  const client = clientOf(state, readKey(place.keypair('anyone')));
  const audited = await audit(client, null, AUDITS);
  for (const { identity, examined, findings } of audited) {
    const verdict = findings.length === 0 ? 'proved ' : 'REFUTED';
    tell(`  ${verdict}  ${identity.name} (${counted(examined, 'account')}): ${identity.statement}`);
  }
  tell('\nThe supply of IO');
  const [supply] = audited;
  for (const { label, unit, amount } of supply?.figures ?? []) {
    tell(`  ${label}: ${unit === 'usdc' ? spoken(amount, USDC) : spoken(amount, IO)}`);
  }
  for (const { identity, findings } of audited) {
    for (const { account, what, expected, found } of findings) {
      tell(`  ${identity.name}: ${what} of ${account} should be ${expected}, is ${found}`);
    }
  }
  return refutes(audited) ? 1 : 0;
}

function tellHowToGoOn(state: DevState, tell: Tell): void {
  const [scheduler] = processesOf(state, 'scheduler');
  const url = scheduler === undefined ? '' : urlOf(scheduler);
  for (const line of [
    '\nIt goes on. Try',
    '  npm run --silent io -- dev status',
    '  npm run --silent io -- dev warp 3600 --by-minute',
    '  npm run --silent io -- audit',
    `  curl -s ${url}/offers`,
    `  curl -s ${url}/openapi.json`,
    '  npm run --silent io -- dev down',
  ]) {
    tell(line);
  }
}
