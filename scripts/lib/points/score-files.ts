import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { type BadLine, type FoldState, PointsFold, scoreSeason, type SeasonRules } from '@ionet/sdk';
import { noProgress, type ProgressFactory } from '../progress.js';
import { workersOf } from '../worker.js';
import type { FoldAnswer, FoldOrder } from './fold-worker.js';
import { divideFiles, type FilePart, foldPart, PART_BYTES } from './parts.js';

/** A line that was not taken, or contradicts another. */
export interface FileProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** How files are scored. */
export interface ScoreFilesOptions {
  /** Threads; with one, everything happens in this one. */
  readonly workers?: number;
  /** About how many bytes a thread takes at a time. */
  readonly partBytes?: number;
  /** Whether the first problem ends it, with {@link StrictError}. */
  readonly strict?: boolean;
  readonly progress?: ProgressFactory;
}

/** What files of events come to. */
export interface FileScores extends Omit<ReturnType<typeof scoreSeason>, 'problems'> {
  readonly problems: readonly FileProblem[];
}

/** The first problem of files that were to have none. */
export class StrictError extends Error {
  override readonly name = 'StrictError';

  constructor(readonly problem: FileProblem) {
    super(`${problem.file}:${problem.line}: ${problem.reason}`);
  }
}

/** What the threads came to: their folds, and the lines of each part that was read. */
interface Folded {
  readonly states: readonly FoldState[];
  readonly lines: readonly number[];
}

/** Scores files of events, in as many threads as the machine has processors. */
export async function scoreFiles(
  files: readonly string[],
  season: SeasonRules,
  options: ScoreFilesOptions = {},
): Promise<FileScores> {
  const { strict = false } = options;
  const parts = divideFiles(files, options.partBytes ?? PART_BYTES);
  const threads = Math.min(options.workers ?? availableParallelism(), parts.length);
  const progress = (options.progress ?? noProgress)('events');
  const step = progressOf(parts, progress.update.bind(progress));
  let folded: Folded;
  try {
    folded =
      threads > 1
        ? await foldInThreads(parts, season, threads, strict, step)
        : await foldHere(parts, season, strict, step);
  } finally {
    progress.end();
  }
  const { states, lines } = folded;
  const locate = locator(parts, lines);
  const stop = (problem: BadLine | undefined): void => {
    if (strict && problem !== undefined) throw new StrictError(locate(problem));
  };
  // Where it ended early, nothing that is concluded from all lines would be true.
  stop(states.flatMap(({ badLines }) => badLines).sort((a, b) => a.part - b.part || a.line - b.line)[0]);
  const scores = scoreSeason(season, states);
  stop(scores.problems[0]);
  return { ...scores, problems: scores.problems.map(locate) };
}

function progressOf(parts: readonly FilePart[], update: (done: number) => void): (part: number) => void {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  return (part) => {
    done += parts[part]?.length ?? 0;
    update(done / total);
  };
}

/** Finds the line of a file that a line of a part is. */
function locator(parts: readonly FilePart[], lines: readonly number[]): (problem: BadLine) => FileProblem {
  const before: number[] = [];
  parts.forEach(({ file }, part) => {
    const previous = parts[part - 1];
    before.push(previous?.file === file ? (before[part - 1] ?? 0) + (lines[part - 1] ?? 0) : 0);
  });
  return ({ part, line, reason }) => ({
    file: parts[part]?.file ?? '',
    line: (before[part] ?? 0) + line,
    reason,
  });
}

async function foldHere(
  parts: readonly FilePart[],
  season: SeasonRules,
  strict: boolean,
  step: (part: number) => void,
): Promise<Folded> {
  const fold = new PointsFold(season);
  const lines: number[] = [];
  for (const part of parts) {
    lines.push(foldPart(fold, part));
    step(part.part);
    if (strict && fold.badLineCount > 0) break;
    // The bar, and whoever wants to stop it, get their turn.
    await setImmediate();
  }
  return { states: [fold.state()], lines };
}

async function foldInThreads(
  parts: readonly FilePart[],
  season: SeasonRules,
  threads: number,
  strict: boolean,
  step: (part: number) => void,
): Promise<Folded> {
  const factory = await workersOf(new URL('./fold-worker.ts', import.meta.url));
  const lines: number[] = [];
  const queue = parts[Symbol.iterator]();
  let stopped = false;
  const { startsAt, endsAt } = season;
  const workers = Array.from({ length: threads }, () => factory.start({ startsAt, endsAt }));

  const run = (worker: Worker): Promise<FoldState> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        // Parts are handed out in their order: where it stops, all before the first bad line have been read.
        const { value } = stopped ? { value: undefined } : queue.next();
        worker.postMessage((value ?? 'finish') satisfies FoldOrder);
      };
      worker.on('message', (answer: FoldAnswer) => {
        if ('state' in answer) {
          resolve(answer.state);
          return;
        }
        lines[answer.part] = answer.lines;
        if (strict && answer.badLines > 0) stopped = true;
        step(answer.part);
        next();
      });
      worker.once('error', reject);
      worker.once('exit', (code) => {
        reject(new Error(`a thread that reads events ended with code ${code}`));
      });
      next();
    });

  try {
    return { states: await Promise.all(workers.map(run)), lines };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
