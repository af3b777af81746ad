/**
 * An oracle of a local economy. The lines of nodes are scripted, as the price is: between processes of one machine a
 * speed test measures how busy its processors are, and nodes would earn more or less by that.
 */
import { observe, oracleService, type RawEntry } from '@ionet/oracle';
import { runService } from '@ionet/service-kit';

/** MB/s: a line of the medium tier. */
const DOWN = 500;
const UP = 400;

/** The log with one speed test of each node at the beginning of an epoch in place of those that were made. */
function withScriptedLines(entries: readonly RawEntry[], start: number): RawEntry[] {
  const nodes = new Set(entries.flatMap((entry) => (entry.kind === 'node' ? [entry.node] : [])));
  const scripted = [...nodes].map((node): RawEntry => ({
    kind: 'speed',
    at: start,
    node,
    sequence: 0,
    down: DOWN,
    up: UP,
  }));
  return [...entries.filter(({ kind }) => kind !== 'speed'), ...scripted];
}

await runService(
  oracleService((entries, start, settled) => observe(withScriptedLines(entries, start), start, settled)),
  process.argv.slice(2),
  process.env,
);
