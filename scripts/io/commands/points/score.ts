import { createHash } from 'node:crypto';
import type * as Sdk from '@ionet/sdk';
import { Command } from 'commander';
import { counted } from '../../../lib/format.js';
import { noProgress } from '../../../lib/progress.js';
import { csvField, writeTextFile } from '../../../lib/text-file.js';
import type { FileProblem, FileScores } from '../../../lib/points/score-files.js';
import { renderTable } from '../../../lib/table.js';
import type { Output } from '../../program.js';
import { UsageError } from '../../usage-error.js';

interface ScoreOptions {
  readonly season: string;
  readonly events: readonly string[];
  readonly out: string;
  readonly workers?: string;
  readonly strict?: true;
  readonly json?: true;
}

/** What `--json` prints, and the file beside the points holds: points as decimal strings. */
export interface ScoreJson {
  readonly season: number;
  readonly formula: string;
  readonly formulaHash: string;
  readonly eventsHash: string;
  readonly lines: number;
  readonly problems: number;
  readonly devices: number;
  readonly pools: Record<
    'gpu' | 'cpu',
    { readonly file: string; readonly wallets: number; readonly points: string }
  >;
}

const EXAMPLES = `
Example:
  io points score --season 2 --events may-1.csv may-2.jsonl --out season-2.csv

Writes season-2.csv (each device, and why it has the points that it has), season-2.gpu.csv and season-2.cpu.csv
(wallet,points: what io airdrop build takes), season-2.problems.csv (lines that were not taken, and contradictions) and
season-2.json (totals and hashes). The format of events: docs/points.md.`;

const MOST_WORKERS = 64;
const SHOWN_PROBLEMS = 10;

/** `io points score`: files of events to points. */
export function scoreCommand(output: Output): Command {
  return new Command('score')
    .summary('the points that events are worth')
    .description('Folds files of events, CSV or JSON lines in any order, into the points of a season.')
    .requiredOption('--season <number>', 'the season of compute rewards')
    .requiredOption('--events <files...>', 'files of events')
    .requiredOption('--out <file.csv>', 'where the points are written')
    .option('--strict', 'stop at the first line that is wrong or contradicts another')
    .option('--workers <number>', 'threads; as many as the machine has processors when left out')
    .option('--json', 'print one object instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ScoreOptions) => {
      const { availableParallelism } = await import('node:os');
      const sdk = await import('@ionet/sdk');
      const { scoreFiles } = await import('../../../lib/points/score-files.js');
      const season = parseSeason(sdk, options.season);
      if (!options.out.endsWith('.csv')) throw new UsageError('--out must end with .csv');
      const scores = await scoreFiles(options.events, season, {
        workers: options.workers === undefined ? availableParallelism() : parseWorkers(options.workers),
        strict: options.strict === true,
        progress: output.progress ?? noProgress,
      });
      const summary = summarize(sdk, season, scores, options.out);
      writeScores(scores, summary, options.out);
      if (scores.problems.length > 0)
        output.warn?.(describeProblems(scores.problems, fileOf(options.out, 'problems')));
      const text = options.json === true ? JSON.stringify(summary) : describe(scores, summary, output.width);
      output.write(`${text}\n`);
    });
}

function parseSeason(sdk: typeof Sdk, text: string): Sdk.ComputeSeason {
  const season = sdk.COMPUTE_SEASONS.find(({ number }) => String(number) === text);
  if (season !== undefined) return season;
  throw new UsageError(`--season must be ${sdk.COMPUTE_SEASONS.map(({ number }) => number).join(', ')}`);
}

function parseWorkers(text: string): number {
  const workers = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new UsageError(`--workers must be a whole number from 1 to ${MOST_WORKERS}`);
}

/** `season-2.csv` and `gpu` to `season-2.gpu.csv`. */
function fileOf(out: string, part: string): string {
  return `${out.slice(0, -'.csv'.length)}.${part}.csv`;
}

function summarize(sdk: typeof Sdk, season: Sdk.ComputeSeason, scores: FileScores, out: string): ScoreJson {
  const hash = createHash('sha256');
  for (const piece of scores.normalForm()) hash.update(piece);
  const pool = (kind: 'gpu' | 'cpu'): ScoreJson['pools']['gpu'] => {
    const wallets = scores.wallets[kind];
    const points = [...wallets.values()].reduce((sum, each) => sum + each, 0n);
    return { file: fileOf(out, kind), wallets: wallets.size, points: points.toString() };
  };
  return {
    season: season.number,
    formula: sdk.POINTS_FORMULA_ID,
    formulaHash: sdk.POINTS_FORMULA_HASH,
    eventsHash: hash.digest('hex'),
    lines: scores.lines,
    problems: scores.problems.length,
    devices: scores.devices.length,
    pools: { gpu: pool('gpu'), cpu: pool('cpu') },
  };
}

function writeScores(scores: FileScores, summary: ScoreJson, out: string): void {
  writeTextFile(out, deviceLines(scores));
  for (const kind of ['gpu', 'cpu'] as const) {
    const wallets = [...scores.wallets[kind]].sort(([a], [b]) => (a < b ? -1 : 1));
    writeTextFile(fileOf(out, kind), [
      'wallet,points\n',
      ...wallets.map(([wallet, points]) => `${wallet},${points}\n`),
    ]);
  }
  writeTextFile(fileOf(out, 'problems'), problemLines(scores.problems));
  writeTextFile(`${out.slice(0, -'.csv'.length)}.json`, [`${JSON.stringify(summary, null, 2)}\n`]);
}

function* deviceLines({ devices }: FileScores): Generator<string> {
  yield 'device,wallet,kind,multiplier,bandwidth,uptime,hired,season,status,points\n';
  for (const each of devices) {
    const { device, wallet, kind, multiplierX100, bandwidth, uptime, hired, season, status, points } = each;
    yield `${device},${wallet},${kind},${multiplierX100},${bandwidth},${uptime},${hired},${season},${status},${points}\n`;
  }
}

function* problemLines(problems: readonly FileProblem[]): Generator<string> {
  yield 'file,line,reason\n';
  for (const { file, line, reason } of problems) yield `${csvField(file)},${line},${csvField(reason)}\n`;
}

function describeProblems(problems: readonly FileProblem[], file: string): string {
  const shown = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(({ file, line, reason }) => `io: ${file}:${line}: ${reason}\n`);
  return `${shown.join('')}io: ${counted(problems.length, 'problem')}, all in ${file}\n`;
}

function describe(scores: FileScores, { pools }: ScoreJson, width: number): string {
  const statuses = new Map<string, number>();
  for (const { status } of scores.devices) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const totals = renderTable(
    [
      { head: 'pool' },
      { head: 'wallets', align: 'right' },
      { head: 'points', align: 'right' },
      { head: 'file' },
    ],
    Object.entries(pools).map(([kind, { wallets, points, file }]) => [kind, String(wallets), points, file]),
    width,
  );
  const devices = renderTable(
    [{ head: 'devices' }, { head: 'number', align: 'right' }],
    [...statuses].sort().map(([status, count]) => [status, String(count)]),
    width,
  );
  const ignored = `${counted(scores.hiredNotCounted, 'hired interval')} too cheap or of a related buyer, ${counted(scores.outside, 'event')} outside the season`;
  return `${counted(scores.lines, 'line')}: ${ignored}\n\n${devices}\n\n${totals}`;
}
