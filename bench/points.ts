/**
 * A season of 10,000,000 events to points.
 *
 *   npm run bench:points                      prints the tables
 *   npm run bench:points -- --write           writes them into docs/performance.md
 *   npm run bench:points -- --events 1000000  with fewer events
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findComputeSeason } from '@ionet/sdk';
import { scoreFiles } from '../scripts/lib/points/score-files.js';
import { measure, peakMegabytes, publish } from './lib/measure.js';
import { writeEventFile } from './points-events.js';

const SEED = 20_240_501;
const DEVICES = 200_000;
const given = process.argv.indexOf('--events');
const EVENTS = given < 0 ? 10_000_000 : Number(process.argv[given + 1]);

const season = findComputeSeason(2);
const grouped = (count: number): string => count.toLocaleString('en-US');
const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);
const directory = mkdtempSync(join(tmpdir(), 'ionet-bench-'));
try {
  const events = join(directory, 'events.csv');
  writeEventFile(events, { events: EVENTS, devices: Math.min(DEVICES, EVENTS / 50), season, seed: SEED });
  const scored = await measure(() => scoreFiles([events], season));
  const row = (name: string, { wall, processor }: { wall: number; processor: number }): string =>
    `| ${name} | ${seconds(wall)} | ${seconds(processor)} |`;
  publish('Points of a season', 'bench:points', [
    `${grouped(EVENTS)} events of ${grouped(scored.value.devices.length)} devices (CSV,`,
    `${grouped(Math.round(statSync(events).size / 1e6))} MB, in no order of time) to points in ${availableParallelism()} threads. Seed ${SEED}. Peak of the process`,
    `${peakMegabytes()} MB.`,
    '',
    '| step | seconds | processor seconds |',
    '| --- | ---: | ---: |',
    row(`${grouped(EVENTS)} events to points`, scored),
  ]);
} finally {
  rmSync(directory, { recursive: true });
}
