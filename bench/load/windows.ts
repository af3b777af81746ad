import { certifiedSchema, merge, observe, readRawLog, type CertifiedEpoch } from '@ionet/oracle';
import { join } from 'node:path';
import { processesOf, urlOf, type DevProcess, type DevState } from '../../scripts/dev/state.js';

const HOUR = 3_600;
const MINUTE = 60;

/** Which minutes of some nodes were heard, by who says so. */
export interface Windows {
  /** Nodes times minutes. */
  readonly expected: number;
  /** By oracle: how many are missing in its raw log. */
  readonly missedBy: ReadonlyMap<string, number>;
  /** How many are missing in what enough oracles heard. */
  readonly missed: number;
  /** How many of them are in epochs that the oracles have certified meanwhile, and how many are missing there. */
  readonly certified: number;
  readonly missedCertified: number;
  /** Some of those that are missing, for people. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 10;

/**
 * Looks for the heartbeat of each node in each minute, in the records of the oracles alone: their raw logs, folded as
 * they fold them into the facts of an epoch, and the epochs that they have certified.
 */
export async function readWindows(
  state: DevState,
  nodes: readonly string[],
  { from, until, startsAt, threshold }: Readonly<Record<'from' | 'startsAt' | 'threshold' | 'until', number>>,
): Promise<Windows> {
  const oracles = processesOf(state, 'oracle');
  const firstEpoch = Math.floor((from - startsAt) / HOUR) + 1;
  const starts: number[] = [];
  for (let start = startsAt + (firstEpoch - 1) * HOUR; start < until; start += HOUR) starts.push(start);
  const heardBy = oracles.map((oracle) => beatsOf(oracle, starts, until));
  const certified = await certifiedEpochs(oracles, firstEpoch - 1);
  const agreed = new Map(
    certified.map(({ epoch, observations }) => [
      startsAt + (epoch - 1) * HOUR,
      merge(
        observations.map(({ lines }) => lines),
        threshold,
      ).beats,
    ]),
  );
  const missedBy = new Map(oracles.map(({ name }) => [name, 0]));
  const count = { expected: 0, missed: 0, certified: 0, missedCertified: 0 };
  const examples: string[] = [];
  for (let minute = from; minute < until; minute += MINUTE) {
    const start = minute - ((minute - startsAt) % HOUR);
    const bit = BigInt(Math.floor((minute - start) / MINUTE));
    const isIn = (bits: bigint | undefined): boolean => (((bits ?? 0n) >> bit) & 1n) === 1n;
    for (const node of nodes) {
      count.expected += 1;
      const deaf = oracles.filter((_, index) => !isIn(heardBy[index]?.get(`${start},${node}`)));
      for (const { name } of deaf) missedBy.set(name, (missedBy.get(name) ?? 0) + 1);
      if (deaf.length > oracles.length - threshold) count.missed += 1;
      if (deaf.length > 0 && examples.length < MOST_EXAMPLES) {
        examples.push(
          `${node} at ${new Date(minute * 1_000).toISOString()}: ${deaf.map(({ name }) => name).join()}`,
        );
      }
      const facts = agreed.get(start);
      if (facts === undefined) continue;
      count.certified += 1;
      if (!isIn(facts.get(node))) count.missedCertified += 1;
    }
  }
  return { ...count, missedBy, examples };
}

/** The minutes in which an oracle heard each node, by the start of the epoch and the node. */
function beatsOf(oracle: DevProcess, starts: readonly number[], until: number): Map<string, bigint> {
  const beats = new Map<string, bigint>();
  for (const start of starts) {
    const directory = join(oracle.env['DATA_DIR'] ?? '', 'raw');
    for (const line of observe(readRawLog(directory, start - HOUR), start, until)) {
      const [kind, node, bits] = line.split(',');
      if (kind === 'beats') beats.set(`${start},${node ?? ''}`, BigInt(`0x${bits ?? '0'}`));
    }
  }
  return beats;
}

/** The epochs after one that the oracles have agreed on. */
async function certifiedEpochs(oracles: readonly DevProcess[], after: number): Promise<CertifiedEpoch[]> {
  const [oracle] = oracles;
  const found: CertifiedEpoch[] = [];
  if (oracle === undefined) return found;
  for (;;) {
    const response = await fetch(`${urlOf(oracle)}/v1/peer/epochs/after/${found.at(-1)?.epoch ?? after}`);
    if (!response.ok) return found;
    found.push(certifiedSchema.parse(await response.json()));
  }
}
