/**
 * Which account constraints the account-substitution matrix would miss.
 *
 *   npm run kill-rate -- [program] [--resume]
 *
 * Without a program: all of them. With --resume, what is recorded for the same sources is not run again, but for
 * survivors of another matrix.
 */
import { parseArgs } from 'node:util';
import { idls, programNames, type ProgramName } from '@ionet/sdk';
import { constraintsOf, type Constraint, type Kind } from './constraints.js';
import { readLog, writeLog, type Entry, type Log } from './record.js';
import { ROOT, Workshop, hashOf } from './workshop.js';

/** Those that go together in a build: the ones that may not compile at the end. */
const ORDER: readonly Kind[] = [
  'seeds',
  'has_one',
  'constraint',
  'address',
  'signer',
  'mut',
  'token',
  'type',
];

interface Task {
  readonly constraint: Constraint;
  /** Which removal is tried. */
  readonly attempt: number;
  readonly alone: boolean;
}

type Settle = (task: Task, result: Entry['result'], because?: string) => void;

/** The next tasks for one build: at most one of a file. */
function nextBatch(queue: readonly Task[]): readonly Task[] {
  const together = queue.filter((task) => !task.alone);
  if (together.length === 0) return queue.slice(0, 1);
  return [...new Map(together.toReversed().map((task) => [task.constraint.file, task])).values()];
}

const removalOf = ({ constraint, attempt }: Task): Constraint['removals'][number] => {
  const removal = constraint.removals[attempt];
  if (removal === undefined) throw new Error(`${constraint.id} cannot be removed`);
  return removal;
};

/** Builds and attacks; gives back the tasks that are to be tried again. */
function runBatch(workshop: Workshop, batch: readonly Task[], settle: Settle): Task[] {
  const originals = new Map(batch.map(({ constraint: { file } }) => [file, workshop.read(file)]));
  for (const task of batch) {
    const { file } = task.constraint;
    workshop.write(file, removalOf(task).apply(originals.get(file) ?? ''));
  }
  try {
    const build = workshop.build();
    return build.built ? attackBatch(workshop, batch, settle) : afterErrors(batch, build.errors, settle);
  } finally {
    for (const [file, text] of originals) workshop.write(file, text);
  }
}

function afterErrors(batch: readonly Task[], errors: readonly string[], settle: Settle): Task[] {
  const errorOf = ({ constraint }: Task): string | undefined =>
    batch.length === 1 ? (errors[0] ?? 'unknown') : errors.find((error) => error.includes(constraint.file));
  if (batch.every((task) => errorOf(task) === undefined))
    return batch.map((task) => ({ ...task, alone: true }));
  return batch.flatMap((task) => {
    const error = errorOf(task);
    if (error === undefined) return [task];
    if (task.attempt + 1 < task.constraint.removals.length) return [{ ...task, attempt: task.attempt + 1 }];
    settle(task, 'did not compile', error.split('\n')[0]);
    return [];
  });
}

function attackBatch(workshop: Workshop, batch: readonly Task[], settle: Settle): Task[] {
  const found = workshop.attack(batch.map(({ constraint }) => constraint.instruction));
  return batch.flatMap((task) => {
    const red = found.get(task.constraint.instruction) ?? null;
    // What chai adds says only that there is a problem.
    const [line = ''] = (red ?? '').replace(/: expected .*$/s, '').split('\n');
    const ofCase = /^(\w+|\*): M\d+ /.test(line);
    const others = batch.filter((other) => other !== task);
    if (red === null) settle(task, 'survived');
    // Only what breaks valid calls can turn another instruction's fixture red.
    else if (ofCase || !others.some(({ constraint }) => constraint.breaksValidCalls))
      settle(task, 'killed', line);
    else return [{ ...task, alone: true }];
    return [];
  });
}

/** Unchanged sources must be green, or red says nothing. */
function checkUnchanged(workshop: Workshop, constraints: readonly Constraint[]): void {
  const build = workshop.build();
  if (!build.built) throw new Error(`${workshop.program} does not compile: ${build.errors.join('\n')}`);
  const instructions = [...new Set(constraints.map(({ instruction }) => instruction))];
  const red = [...workshop.attack(instructions)].filter(([, message]) => message !== null);
  if (red.length > 0) throw new Error(`red with all constraints: ${red.flat().join('\n')}`);
}

function measure(program: ProgramName, resume: boolean): void {
  const began = Date.now();
  const workshop = new Workshop(program);
  const constraints = workshop.instructionFiles().flatMap((file) => constraintsOf(file, workshop.read(file)));
  const known = new Set<string>(idls[program].instructions.map(({ name }) => name));
  const strange = constraints.filter(({ instruction }) => !known.has(instruction));
  if (strange.length > 0) throw new Error(`of no instruction: ${strange.map(({ id }) => id).join(', ')}`);

  const sources = workshop.sources();
  const matrix = hashOf(ROOT, ['tests/matrix']);
  const recorded = resume ? readLog(program) : null;
  const kept = (recorded?.sources === sources ? recorded.entries : []).filter(
    ({ result }) => result !== 'survived' || recorded?.matrix === matrix,
  );
  const entries = new Map(kept.map((entry) => [entry.id, entry]));
  const log = (): Log => ({
    program,
    sources,
    matrix,
    constraints: constraints.length,
    entries: constraints.map(({ id }) => entries.get(id)).filter((entry) => entry !== undefined),
  });

  const settle: Settle = (task, result, because) => {
    const { id, instruction, account, kind, text, file } = task.constraint;
    const { how } = removalOf(task);
    const entry = { id, instruction, account, kind, constraint: text, file, result, how };
    entries.set(id, because === undefined ? entry : { ...entry, because });
    console.log(`${result.padEnd(15)} ${program}.${id}${because === undefined ? '' : `  ${because}`}`);
  };
  let queue: readonly Task[] = constraints
    .filter(({ id }) => !entries.has(id))
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map((constraint) => ({
      constraint,
      attempt: 0,
      alone:
        constraint.breaksValidCalls && (constraint.kind !== 'mut' || constraint.instruction === 'initialize'),
    }));
  if (queue.length > 0) checkUnchanged(workshop, constraints);
  while (queue.length > 0) {
    const batch = nextBatch(queue);
    const again = runBatch(workshop, batch, settle);
    queue = [...again, ...queue.filter((task) => !batch.includes(task))];
    writeLog(log());
    console.log(`${queue.length} left, ${Math.round((Date.now() - began) / 1_000)} s`);
  }
  writeLog(log());
}

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
    if (positionals.length === 0 || positionals.includes(name)) measure(name, values.resume);
  }
}
