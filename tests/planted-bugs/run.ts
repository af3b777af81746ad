/**
 * Shows that the fuzzer finds bugs: builds the programs with one line changed, one change at a time, and runs it.
 *
 *   npm run planted-bugs                     all changes of tests/planted-bugs/*.patch, and none of them
 *   npm run planted-bugs -- pause-ignored    only those that are named
 *
 * The sources are copied to where the kill rate is measured, whose build products are kept between runs.
 * While one is tried, the next is built. Exit 1 where a change is not found, or where the programs of artifacts/ fail as they are.
 */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programNames, type ProgramName } from '@ionet/sdk';
import { readPrograms } from '@ionet/sdk/testing';
import { SOURCE, TARGET } from '../../scripts/kill-rate/workshop.js';
import { actionSets } from '../invariants/sets.js';
import { EPISODE_STEPS, explore, makeStage } from '../fuzz/episode.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PATCHES = join(ROOT, 'tests/planted-bugs');
const SCRATCH = join(tmpdir(), 'ionet-planted-bugs');
const BUILT_FROM = ['Cargo.toml', 'Cargo.lock', 'crates', 'programs', 'idls', 'tests/programs'];
const STEPS = 2_000;
const run = promisify(execFile);

/** The sets of actions that reach what a program does, and move the time in which it does it. */
const SETS: Readonly<Record<ProgramName, readonly string[]>> = {
  airdrop: ['airdrop', 'emission', 'staking'],
  emission: ['emission', 'staking'],
  escrow: ['escrow', 'market', 'auction', 'governance', 'offers'],
  oracle: ['escrow', 'market', 'governance'],
  staking: ['escrow', 'market', 'governance', 'registry', 'staking'],
  treasury: ['escrow', 'market', 'auction', 'governance'],
};

interface PlantedBug {
  readonly name: string;
  readonly program: ProgramName;
  /** What is wrong with it, in a sentence. */
  readonly breaks: string;
  readonly file: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function headerOf(text: string, key: string): string {
  const value = new RegExp(`^${key}: (.+)$`, 'mu').exec(text)?.[1];
  if (value === undefined) throw new Error(`a patch has no line "${key}: …"`);
  return value;
}

function readBug(file: string): PlantedBug {
  const text = readFileSync(file, 'utf8');
  const name = headerOf(text, 'Program');
  const program = programNames.find((one) => one === name);
  if (program === undefined) throw new Error(`${file}: there is no program ${name}`);
  return { name: basename(file, '.patch'), program, breaks: headerOf(text, 'Breaks'), file };
}

/** Makes the copy equal to the sources. What is equal is not written, so that cargo does not build it again. */
function copySources(): void {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...BUILT_FROM];
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));
  for (const file of files) {
    const bytes = readFileSync(join(ROOT, file));
    const copy = join(SOURCE, file);
    if (existsSync(copy) && readFileSync(copy).equals(bytes)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, bytes);
  }
}

/** Builds a program with its bug; gives the folder with all programs, of which only that one is another. */
async function build({ name, program, file }: PlantedBug): Promise<string> {
  const out = join(SCRATCH, 'built', name);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const one of programNames) copyFileSync(join(ROOT, `artifacts/${one}.so`), join(out, `${one}.so`));
  copySources();
  execFileSync('git', ['apply', '-p1', file], {
    cwd: SOURCE,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(SOURCE) },
  });
  const manifest = join(SOURCE, `programs/${program}/Cargo.toml`);
  await run('cargo', ['build-sbf', '--manifest-path', manifest, '--sbf-out-dir', out], {
    cwd: SOURCE,
    env: { ...process.env, CARGO_TARGET_DIR: TARGET },
    maxBuffer: 1 << 28,
  }).catch((cause: unknown) => {
    throw new Error(`${name} does not build`, { cause });
  });
  const [built, committed] = [out, join(ROOT, 'artifacts')].map((folder) =>
    readFileSync(join(folder, `${program}.so`)),
  );
  if (built!.equals(committed!)) throw new Error(`${name} changes nothing in ${program}`);
  return out;
}

/** What the fuzzer says of programs; `undefined` where it finds nothing. */
async function fuzz(
  programs: string,
  names: readonly string[],
): Promise<{ readonly steps: number; readonly message: string } | undefined> {
  let steps = 0;
  try {
    const stage = await makeStage(await readPrograms(programs));
    const actions = actionSets.filter(({ name }) => names.includes(name)).flatMap((set) => set.actions);
    for (let seed = 1n; steps < STEPS; seed += 1n) {
      const episode = await explore(stage, seed, EPISODE_STEPS, actions);
      steps += episode.steps.length;
      if (episode.failure !== undefined) return { steps, message: episode.failure.message };
    }
    return undefined;
  } catch (error) {
    return { steps, message: error instanceof Error ? error.message : String(error) };
  }
}

async function main(names: readonly string[]): Promise<void> {
  if (spawnSync('cargo', ['build-sbf', '--version']).status !== 0) {
    say('planted bugs: skipped, since there is no cargo build-sbf here');
    return;
  }
  const bugs = readdirSync(PATCHES)
    .filter((file) => file.endsWith('.patch'))
    .map((file) => readBug(join(PATCHES, file)));
  const unknown = names.filter((name) => !bugs.some((bug) => bug.name === name));
  if (unknown.length > 0) throw new Error(`no patch is called ${unknown.join(', ')}`);
  // Those that are not run too: sources move on.
  const stale = bugs.filter(
    ({ file }) => spawnSync('git', ['apply', '--check', file], { cwd: ROOT }).status !== 0,
  );
  if (stale.length > 0)
    throw new Error(`write anew what does not apply: ${stale.map(({ name }) => name).join(', ')}`);
  const problems: string[] = [];
  if (names.length === 0) {
    const asTheyAre = await fuzz(
      join(ROOT, 'artifacts'),
      actionSets.map(({ name }) => name),
    );
    if (asTheyAre !== undefined) problems.push(`without a bug: ${asTheyAre.message}`);
    say(`without a bug: ${asTheyAre === undefined ? `${STEPS} steps hold` : asTheyAre.message}`);
  }
  const chosen = bugs.filter(({ name }) => names.length === 0 || names.includes(name));
  let building = chosen[0] && build(chosen[0]);
  for (const [index, bug] of chosen.entries()) {
    const programs = await building;
    if (programs === undefined) break;
    const next = chosen[index + 1];
    building = next && build(next);
    // It may fail while this one is tried; that is said when its turn comes.
    building?.catch(() => undefined);
    const began = Date.now();
    const found = await fuzz(programs, SETS[bug.program]);
    if (found === undefined) problems.push(`${bug.name} is not found: ${bug.breaks}`);
    const what =
      found === undefined
        ? 'NOT FOUND'
        : `found after ${found.steps} steps: ${found.message.split('\n', 1)[0] ?? ''}`;
    say(`${bug.name}: ${what} (${Math.round((Date.now() - began) / 1_000)} s)`);
  }
  if (problems.length > 0) {
    say(problems.join('\n'));
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
