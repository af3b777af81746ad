import { closeSync, openSync, writeSync } from 'node:fs';
import { type ComputeSeason, encodeAddress } from '@ionet/sdk';

/** What a file of events is made of. */
export interface EventFileOptions {
  readonly events: number;
  readonly devices: number;
  readonly season: ComputeSeason;
  readonly seed: number;
}

const BLOCK_BYTES = 4 * 1024 * 1024;

/** SplitMix32: small, and the same everywhere. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}

/** The address of a wallet of the bench. */
export function benchWallet(random: (below: number) => number): string {
  return encodeAddress(Uint8Array.from({ length: 32 }, () => random(256)));
}

/**
 * Writes a file of events as a season leaves them: devices registered and tested, then, in no order of time, hours of
 * uptime and of hire, proofs of work and hardware checks. One line in fifty is an earlier one again.
 */
export function writeEventFile(
  file: string,
  { events, devices, season, seed }: EventFileOptions,
): { readonly bytes: number } {
  const random = randomFrom(seed);
  const names = Array.from({ length: devices }, (_, index) => `node-${index >> 3}/${index & 7}`);
  const seconds = season.endsAt - season.startsAt;
  const multipliers = [75, 100, 125, 150, 200, 500, 1_000, 1_200];
  const at = (): number => season.startsAt + random(seconds);
  const descriptor = openSync(file, 'w');
  let block: string[] = [];
  let pending = 0;
  let bytes = 0;
  const flush = (): void => {
    bytes += writeSync(descriptor, block.join(''));
    block = [];
    pending = 0;
  };
  const add = (line: string): void => {
    block.push(line);
    pending += line.length;
    if (pending > BLOCK_BYTES) flush();
  };
  for (let index = 0; index < events; index += 1) {
    const device = names[index < devices ? index : random(devices)] ?? '';
    if (index < devices) {
      const kind = index % 10 === 9 ? 'cpu' : 'gpu';
      const multiplier = multipliers[random(multipliers.length)] ?? 100;
      const joined = season.startsAt - 86_400 + random(seconds / 4);
      add(`registered,${device},${benchWallet(random)},${kind},${multiplier},${joined}\n`);
      continue;
    }
    const repeat = random(50) === 0 && block.length > 0;
    const kind = random(100);
    if (repeat) {
      add(block[random(block.length)] ?? '');
    } else if (kind < 70) {
      const from = season.startsAt + random(seconds / 3_600) * 3_600;
      add(`heartbeat,${device},${from},${from + 3_300 + random(301)}\n`);
    } else if (kind < 82) {
      const from = at();
      const buyer = random(20) === 0 ? 'related' : 'independent';
      add(
        `hired,${device},${from},${from + 1 + random(14_400)},${800_000 + random(2_000_000)},2000000,${buyer}\n`,
      );
    } else if (kind < 97) {
      add(`work,${device},${at()},${random(25) === 0 ? 'fail' : 'pass'}\n`);
    } else if (kind < 99) {
      add(
        `speed,${device},${at()},${90_000_000 + random(900_000_000)},${60_000_000 + random(400_000_000)}\n`,
      );
    } else {
      add(`hardware,${device},${at()},${random(200) === 0 ? 'fail' : 'pass'}\n`);
    }
  }
  flush();
  closeSync(descriptor);
  return { bytes };
}
