/**
 * Which account constraints the account-substitution matrix would miss.
 *
 *   npm run kill-rate -- [program] [--resume]
 *
 * Without a program: all of them. With --resume, what is recorded for the same source file is not run again, but for
 * survivors of another matrix.
 */
import { parseArgs } from 'node:util';
import { idls, programNames, type ProgramName } from '@ionet/sdk';
import { makeWorlds } from '../../tests/matrix/attack.js';
import { constraintsOf, type Constraint } from './constraints.js';
import { readLog, writeLog, type Entry, type Log } from './record.js';
import { tryTwins } from './trial.js';
import { removalOf, withoutIndices, type Twin } from './twins.js';
import { ROOT, Workshop, digest, hashOf } from './workshop.js';

/** So many twins go into a build: one of them is lost where the run is stopped. */
const TWINS_OF_A_BUILD = 120;

type Settle = (constraint: Constraint, how: string, result: Entry['result'], because?: string) => void;

const twinOf = (constraint: Constraint, index: number): Twin => {
  const { instruction, struct, file } = constraint;
  return { constraint, attempt: 0, instruction, struct, file, index };
};

/** A twin of each instruction that lacks nothing. */
function controlsOf(twins: readonly Twin[]): Twin[] {
  const originals = new Map(twins.map((twin) => [twin.instruction, twin]));
  return [...originals.values()].map((twin, at) => ({ ...twin, constraint: null, index: twins.length + at }));
}

/** Builds as many of the twins as compile. */
function build(workshop: Workshop, twins: readonly Twin[], settle: Settle) {
  let left = [...twins, ...controlsOf(twins)];
  for (;;) {
    const { program, errors } = workshop.build(left);
    if (program !== undefined) return { program, twins: left };
    left = left.flatMap((twin) => {
      const error = errors.get(twin);
      if (error === undefined) return [twin];
      const { constraint, attempt } = twin;
      if (constraint === null) throw new Error(`a twin of ${twin.instruction} does not compile: ${error}`);
      if (attempt + 1 < constraint.removals.length) return [{ ...twin, attempt: attempt + 1 }];
      settle(constraint, removalOf(twin)?.how ?? '', 'did not compile', withoutIndices(error));
      return [];
    });
  }
}

async function measure(program: ProgramName, resume: boolean): Promise<void> {
  const began = Date.now();
  const workshop = new Workshop(program);
  const constraints = workshop.instructionFiles().flatMap((file) => constraintsOf(file, workshop.read(file)));
  const known = new Set<string>(idls[program].instructions.map(({ name }) => name));
  const strange = constraints.filter(({ instruction }) => !known.has(instruction));
  if (strange.length > 0) throw new Error(`of no instruction: ${strange.map(({ id }) => id).join(', ')}`);

  const sources = new Map(workshop.instructionFiles().map((file) => [file, digest(workshop.read(file))]));
  const matrix = hashOf(ROOT, ['tests/matrix']);
  const recorded = resume ? (readLog(program)?.entries ?? []) : [];
  const kept = recorded.filter(
    (entry) =>
      entry.source === sources.get(entry.file) && (entry.result !== 'survived' || entry.matrix === matrix),
  );
  const entries = new Map(kept.map((entry) => [entry.id, entry]));
  const log = (): Log => ({
    program,
    constraints: constraints.length,
    entries: constraints.map(({ id }) => entries.get(id)).filter((entry) => entry !== undefined),
  });

  const settle: Settle = ({ id, instruction, account, kind, text, file }, how, result, because) => {
    const source = sources.get(file) ?? '';
    entries.set(id, {
      ...{ id, instruction, account, kind, constraint: text, file, source, result, how },
      ...(because === undefined ? {} : { because }),
      ...(result === 'survived' ? { matrix } : {}),
    });
    console.log(`${result.padEnd(15)} ${program}.${id}${because === undefined ? '' : `  ${because}`}`);
  };
  const queue = constraints.filter(({ id }) => !entries.has(id));
  const worlds = await makeWorlds();
  while (queue.length > 0) {
    const batch = queue.splice(0, TWINS_OF_A_BUILD).map(twinOf);
    const built = build(workshop, batch, settle);
    console.log(`${built.twins.length} twins, ${built.program.length} bytes, ${secondsSince(began)} s`);
    for (const [twin, red] of await tryTwins(worlds, program, built.program, built.twins)) {
      const { constraint, instruction } = twin;
      if (constraint === null) {
        // Or red says nothing.
        if (red !== null) throw new Error(`${instruction} is red with all constraints: ${red}`);
      } else if (red === null) settle(constraint, removalOf(twin)?.how ?? '', 'survived');
      else settle(constraint, removalOf(twin)?.how ?? '', 'killed', red.split('\n')[0]);
    }
    writeLog(log());
    console.log(`${queue.length} left, ${secondsSince(began)} s`);
  }
  writeLog(log());
}

const secondsSince = (began: number): number => Math.round((Date.now() - began) / 1_000);

const { positionals, values } = parseArgs({
  options: { resume: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(programNames as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`There is no program ${unknown.join(', ')}. Name one of ${programNames.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const name of programNames) {
    if (positionals.length === 0 || positionals.includes(name)) await measure(name, values.resume);
  }
}
