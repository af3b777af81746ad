/** What is known of each constraint, and its table. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT, hashOf } from './workshop.js';

const FOLDER = join(ROOT, 'docs/security/kill-rate');
const TABLE = join(ROOT, 'docs/security/kill-rate.md');
/** Written by hand: why a constraint that no case needs stands there, by `program.id`. */
const EXPLANATIONS = 'explanations.json';

const Entry = z.object({
  id: z.string(),
  instruction: z.string(),
  account: z.string(),
  kind: z.string(),
  constraint: z.string(),
  file: z.string(),
  /** sha256 of the file that it was found in: what is recorded holds for this text. */
  source: z.string(),
  /** Of a survivor: sha256 of the matrix, since it may be killed by another. */
  matrix: z.string().optional(),
  result: z.enum(['killed', 'survived', 'did not compile']),
  /** How it was removed. */
  how: z.string(),
  /** The case that turned red, or the compiler's error. */
  because: z.string().optional(),
});
export type Entry = z.infer<typeof Entry>;

const Log = z.object({
  program: z.string(),
  constraints: z.number(),
  entries: z.array(Entry),
});
export type Log = z.infer<typeof Log>;

const pathOf = (program: string): string => join(FOLDER, `${program}.json`);

export function readLog(program: string): Log | null {
  const path = pathOf(program);
  return existsSync(path) ? Log.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

export function writeLog(log: Log): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(pathOf(log.program), `${JSON.stringify(log, null, 2)}\n`);
  writeFileSync(TABLE, table());
}

function explanations(): ReadonlyMap<string, string> {
  const path = join(FOLDER, EXPLANATIONS);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(text))));
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

function table(): string {
  const explained = explanations();
  const logs = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json') && file !== EXPLANATIONS)
    .map((file) => Log.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))));
  const count = (log: Log, result: Entry['result']): number =>
    log.entries.filter((entry) => entry.result === result).length;
  const share = (log: Log): string => {
    const [killed, survived] = [count(log, 'killed'), count(log, 'survived')];
    return killed + survived === 0 ? '' : `${((100 * killed) / (killed + survived)).toFixed(1)} %`;
  };
  const today = hashOf(ROOT, ['tests/matrix']);
  const because = (log: Log, { id, result, because: found = '', matrix }: Entry): string =>
    (result === 'survived' ? undefined : `\`${cell(found)}\``) ??
    explained.get(`${log.program}.${id}`) ??
    (matrix === today ? '**not explained**' : 'Not yet run against the matrix of today.');
  return [
    '# Kill rate of the account constraints',
    '',
    'Written by `npm run kill-rate -- <program> [--resume]`. Each account constraint is removed from a copy of its',
    'instruction, which stands beside the original in the same program; so one build holds many of them. The rows of',
    'the [matrix](matrix.md) for that instruction then attack the copy until the first red; what leads to its call is',
    'done with the program as it is. A copy of each instruction that lacks nothing must stay green. A constraint',
    'without which the program does not compile is not counted: it cannot be forgotten. What an instruction creates',
    'has no type to check, and `init`, `payer`, `space` and `close` are not constraints.',
    '',
    '| program | constraints | killed | survived | did not compile | not run | kill rate |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...logs.map(
      (log) =>
        `| ${log.program} | ${log.constraints} | ${count(log, 'killed')} | ${count(log, 'survived')} | ` +
        `${count(log, 'did not compile')} | ${log.constraints - log.entries.length} | ${share(log)} |`,
    ),
    ...logs.flatMap((log) => [
      '',
      `## ${log.program}`,
      '',
      '| instruction | account | constraint | file | result | first red case, compiler error, or why it survives |',
      '| --- | --- | --- | --- | --- | --- |',
      ...log.entries.map(
        (entry) =>
          `| ${entry.instruction} | ${entry.account} | \`${cell(entry.constraint)}\` | ` +
          `${entry.file.replace(/^.*instructions\//, '')} | ${entry.result} | ${because(log, entry)} |`,
      ),
    ]),
    '',
  ].join('\n');
}
