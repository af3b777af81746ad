/**
 * A season of 10,000,000 events to points, and a pool of 1,000,000 wallets to leaves and a root.
 *
 *   npm run bench:points                      prints the tables
 *   npm run bench:points -- --write           writes them into docs/performance.md
 *   npm run bench:points -- --events 1000000  with fewer events
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findComputeSeason, parseIo } from '@ionet/sdk';
import { buildAirdrop } from '../scripts/lib/airdrop/build.js';
import { scoreFiles } from '../scripts/lib/points/score-files.js';
import { writeTextFile } from '../scripts/lib/text-file.js';
import { measure, peakMegabytes, publish } from './lib/measure.js';
import { benchWallet, randomFrom, writeEventFile } from './points-events.js';

const SEED = 20_240_501;
const CLAIMS = 1_000_000;
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
  const points = join(directory, 'points.csv');
  const random = randomFrom(SEED);
  writeTextFile(points, lines(random));

  const scored = await measure(() => scoreFiles([events], season));
  const afterScore = peakMegabytes();
  const built = await measure(() =>
    buildAirdrop({ pool: parseIo('7125000'), points, season: 3, out: join(directory, 'airdrop') }),
  );
  const row = (name: string, { wall, processor }: { wall: number; processor: number }): string =>
    `| ${name} | ${seconds(wall)} | ${seconds(processor)} |`;
  publish('Points and airdrop files', 'bench:points', [
    `${grouped(EVENTS)} events of ${grouped(scored.value.devices.length)} devices (CSV,`,
    `${grouped(Math.round(statSync(events).size / 1e6))} MB, in no order of time) to points in ${availableParallelism()} threads, and`,
    `${grouped(CLAIMS)} lines of wallet,points to leaves, root and files. Seed ${SEED}. Peak of the process`,
    `${afterScore} MB after the events, ${peakMegabytes()} MB after both.`,
    '',
    '| step | seconds | processor seconds |',
    '| --- | ---: | ---: |',
    row(`${grouped(EVENTS)} events to points`, scored),
    row(`${grouped(built.value.leaves)} leaves, root and files`, built),
  ]);
} finally {
  rmSync(directory, { recursive: true });
}

function* lines(random: (below: number) => number): Generator<string> {
  for (let index = 0; index < CLAIMS; index += 1) yield `${benchWallet(random)},${1 + random(100_000)}\n`;
}
