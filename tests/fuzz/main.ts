/**
 * Random sequences of all actions of all parties, checked after every step against a model.
 *
 *   npm run fuzz -- --steps 20000 --seed 1   runs so many steps, in episodes that each begin with a new market
 *   npm run fuzz -- --programs target/deploy tries other programs than those of artifacts/
 *
 * The same seed gives the same steps. On a failure the steps are cut down to a short sequence that fails in the same
 * way (`--shrink-seconds`, default 60), which is printed; exit 1. At the end it is said which instructions were
 * reached; in a run of 20,000 steps or more each must have gone through and been refused at least once, or exit 1.
 */
import { Command, InvalidArgumentError } from 'commander';
import { localnet } from '@ionet/sdk';
import { readPrograms } from '@ionet/sdk/testing';
import { Coverage } from './coverage.js';
import { EPISODE_STEPS, explore, makeStage, replay, type Episode } from './episode.js';
import { shrink } from './shrink.js';

const ARTIFACTS = 'artifacts';
/** As many steps are enough to reach everything. */
const FULL_RUN = 20_000;

interface Options {
  readonly steps: number;
  readonly seed: bigint;
  readonly programs: string;
  readonly shrinkSeconds: number;
}

function whole(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('must be a whole number, zero or above');
  }
  return value;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function print({ steps, failure }: Episode): void {
  for (const { index, action, draws, booked, outcome } of steps) {
    const made = booked === undefined ? '' : ` -> ${booked}`;
    say(`  ${index} ${action} [${draws.map(String).join(' ')}]${made}: ${outcome}`);
  }
  say(`  ${failure?.windingDown === true ? 'winding down: ' : ''}${failure?.message ?? 'no failure'}`);
}

async function main({ steps, seed, programs, shrinkSeconds }: Options): Promise<void> {
  const coverage = new Coverage(localnet());
  const stage = await makeStage(await readPrograms(programs), coverage.note);
  const began = Date.now();
  let done = 0;
  for (let episode = 0; done < steps; episode += 1) {
    const here = seed + BigInt(episode);
    const count = Math.min(EPISODE_STEPS, steps - done);
    const result = await explore(stage, here, count);
    done += result.steps.length;
    const seconds = ((Date.now() - began) / 1_000).toFixed(1);
    if (result.failure === undefined) {
      say(`seed ${here.toString()}: ${count} steps hold; ${done} of ${steps} in ${seconds} s`);
      continue;
    }
    say(`FAILED after ${done} steps, ${seconds} s: ${result.failure.message}`);
    const others = programs === ARTIFACTS ? '' : ` --programs ${programs}`;
    say(`again: npm run fuzz -- --seed ${here.toString()} --steps ${count}${others}`);
    process.exitCode = 1;
    if (shrinkSeconds === 0) return;
    const again = await replay(stage, here, result.steps);
    if (again.failure?.message !== result.failure.message) {
      say(`the recorded steps give another result: ${again.failure?.message ?? 'no failure'}`);
    }
    const { episode: short, replays } = await shrink(stage, here, result, shrinkSeconds);
    say(`shrunk to ${short.steps.length} steps by ${replays} replays:`);
    print(short);
    return;
  }
  say(coverage.table());
  const holes = coverage.holes();
  for (const hole of holes) say(hole);
  if (holes.length > 0 && steps >= FULL_RUN) process.exitCode = 1;
}

const { steps, seed, programs, shrinkSeconds } = new Command('fuzz')
  .option('--steps <n>', 'how many steps', whole, 2_000)
  .option('--seed <n>', 'where to begin', whole, 1)
  .option('--programs <directory>', 'the built programs', ARTIFACTS)
  .option('--shrink-seconds <n>', 'how long a failure is cut down', whole, 60)
  .parse()
  .opts<Omit<Options, 'seed'> & { readonly seed: number }>();
await main({ steps, seed: BigInt(seed), programs, shrinkSeconds });
