/**
 * The rewards of 1,000,000 nodes, from the event file of their hour to the root.
 *
 *   npm run bench:rewards              prints the table
 *   npm run bench:rewards -- --write   writes it into docs/performance.md
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeEpochRewards, encodeAddress, readEpochEvents } from '@ionet/sdk';
import { measure, peakMegabytes, publish } from './lib/measure.js';

const NODES = 1_000_000;
const START = 1_800_000_000;
const END = START + 3_600;
const MULTIPLIERS = [25, 50, 75, 100, 125, 150, 200, 500, 1_000, 1_200];
const SPEEDS = ['90,90', '100,75', '400,300', '900,400'];
const READ_BYTES = 1 << 20;

/** An address like any other: as far from its neighbours as a hash. */
function address(kind: string, index: number): string {
  return encodeAddress(createHash('sha256').update(`${kind}${index}`).digest());
}

/** Writes the events: a registration, heartbeats, four proofs, a speed test and a last payment of each node. */
function writeEvents(file: string): void {
  const descriptor = openSync(file, 'w');
  let block = [
    'epoch',
    'ionet:idle-reward:v1',
    '00'.repeat(32),
    address('program', 0),
    address('pool', 0),
    7,
    START,
    '3000000000000',
  ].join(',');
  block += '\n';
  for (let index = 0; index < NODES; index++) {
    const [node, destination] = [address('node', index), address('destination', index)];
    const proofs = [3, 2, 1, 0].map(
      (hour) => `${index % 17 === hour ? '-' : '+'}${END - 900 - hour * 3_600}`,
    );
    block += `node,${node},${destination},1,${MULTIPLIERS[index % MULTIPLIERS.length] ?? 0}\n`;
    block += `beats,${node},${index % 29 === 0 ? '00' : 'ff'}fffffffffffff\n`;
    block += `proofs,${node},0,${proofs.join('')}\n`;
    block += `speed,${node},${START - 900},${SPEEDS[index % SPEEDS.length] ?? ''}\n`;
    block += `paid,${node},${destination},${index + 1}000\n`;
    if (index % 11 === 0) block += `hired,${node},0,${START - 100},${START + 900}\n`;
    if (block.length < READ_BYTES) continue;
    writeSync(descriptor, block);
    block = '';
  }
  writeSync(descriptor, block);
  closeSync(descriptor);
}

const directory = mkdtempSync(join(tmpdir(), 'ionet-bench-'));
const file = join(directory, 'events.csv');
try {
  writeEvents(file);
  const before = peakMegabytes();
  const events = await measure(() =>
    readEpochEvents([
      {
        name: 'events.csv',
        parts: createReadStream(file, { highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>,
      },
    ]),
  );
  const rewards = await measure(() => computeEpochRewards(events.value));
  const size = Math.round(statSync(file).size / 1_000_000);
  const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(2);
  const row = (name: string, wall: number, processor: number): string =>
    `| ${name} | ${seconds(wall)} | ${seconds(processor)} |`;
  publish('Rewards of an epoch', 'bench:rewards', [
    `1,000,000 nodes of one device, ${size} MB of events: registration, heartbeats, four proofs of work, a speed test and`,
    `the last root's leaf of each. ${rewards.value.earning.toLocaleString('en-US')} nodes earn. Process at its peak`,
    `${peakMegabytes()} MB (${before} MB before the file was read).`,
    '',
    '| step | seconds | processor seconds |',
    '| --- | ---: | ---: |',
    row('read the events from the file', events.wall, events.processor),
    row('compute leaves, input hash and root', rewards.wall, rewards.processor),
    row('both', events.wall + rewards.wall, events.processor + rewards.processor),
  ]);
} finally {
  rmSync(directory, { recursive: true });
}
