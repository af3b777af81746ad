import { availableWorkers } from '../merkle/workers.js';
import { canonicalForm, type CanonicalNodes } from './canonical.js';
import type { LineProblem } from './error.js';
import {
  type EpochHeader,
  EventReader,
  type LinesRead,
  MOST_READERS,
  type NumberedProblem,
} from './reader.js';
import { type NodesFolded, type ShareReader, startReaders } from './workers.js';

/**
 * A file of events, in parts cut anywhere.
 *
 * @see {@link readEpochEvents}
 */
export interface EventFile {
  /** What problems call it. */
  readonly name: string;
  readonly parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * How event files are read.
 *
 * @see {@link readEpochEvents}
 */
export interface ReadEventsOptions {
  /** Called with the bytes that were read so far. */
  readonly onProgress?: (bytes: number) => void;
  /** Stops the work; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Worker threads, in Node: by default the cores, at most 4, for 8 MB or more. 0 uses none; at most 8. */
  readonly workers?: number;
}

/**
 * What the event files of an epoch say: for {@link computeEpochRewards}.
 *
 * @see {@link readEpochEvents}
 */
export interface EpochEvents {
  /** Absent where no file has it, which is a problem. */
  readonly header: EpochHeader | undefined;
  /** What is wrong with lines, and where they contradict each other, in the order of the lines. */
  readonly problems: readonly LineProblem[];
  /** The nodes by the bytes of their addresses, each part of one range of them; none where there are problems. */
  readonly canonical: readonly CanonicalNodes[];
}

const MOST_WORKERS = 4;
/** Starting workers takes longer than reading less than this. */
const BYTES_FOR_WORKERS = 8_000_000;

/**
 * Reads the event files of an epoch for {@link computeEpochRewards}, large ones on worker threads. What is wrong with
 * them is kept, by file and line, in `problems`. The result is the same for any number of workers.
 *
 * @throws the reason of the signal
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { readEpochEvents } from '@ionet/sdk';
 *
 * const events = await readEpochEvents([{ name: 'epoch-7.csv', parts: [await readFile('epoch-7.csv')] }]);
 * events.problems; // []
 * ```
 */
export async function readEpochEvents(
  files: Iterable<EventFile>,
  options: ReadEventsOptions = {},
): Promise<EpochEvents> {
  const { signal, onProgress } = options;
  const steps = stepsOf(files);
  const { held, workers } = await chooseWorkers(steps, options.workers);
  const reader = workers === 0 ? new LocalReader(signal) : startReaders(workers);
  try {
    let bytes = 0;
    const take = async (step: Step): Promise<void> => {
      signal?.throwIfAborted();
      if (typeof step === 'string') {
        reader.beginFile(step);
      } else {
        await reader.addPart(step);
        onProgress?.((bytes += step.length));
      }
    };
    for (const step of held) await take(step);
    for await (const step of steps) await take(step);
    return await conclude(reader);
  } finally {
    await reader.close();
  }
}

/** The name of the file that follows, or its next part. */
type Step = string | Uint8Array;

async function* stepsOf(files: Iterable<EventFile>): AsyncGenerator<Step, undefined> {
  for (const { name, parts } of files) {
    yield name;
    yield* parts;
  }
  return undefined;
}

/** Reads until it is known how many workers are worth it: none where there is little to read. */
async function chooseWorkers(
  steps: AsyncGenerator<Step, undefined>,
  wanted: number | undefined,
): Promise<{ held: readonly Step[]; workers: number }> {
  const available = availableWorkers();
  if (wanted !== undefined)
    return { held: [], workers: available === 0 ? 0 : Math.min(wanted, MOST_READERS) };
  const held: Step[] = [];
  for (let bytes = 0; bytes < BYTES_FOR_WORKERS;) {
    const { value: step } = await steps.next();
    if (step === undefined) return { held, workers: 0 };
    held.push(step);
    if (typeof step !== 'string') bytes += step.length;
  }
  return { held, workers: Math.min(available, MOST_WORKERS) };
}

async function conclude(reader: ShareReader): Promise<EpochEvents> {
  const lines = await reader.finish();
  // The first line is of one share.
  const header = lines.find((share) => share.header !== undefined)?.header;
  let problems = lines.flatMap((share) => share.problems);
  // What follows from lines that were not taken would only hide them.
  if (problems.length > 0) return { header, problems: inOrder(problems), canonical: [] };
  if (header === undefined) {
    const missing = { file: lines[0]?.firstFile ?? '', line: 1, reason: "no file has the line 'epoch'" };
    return { header, problems: [missing], canonical: [] };
  }
  const nodes = await reader.fold(header.startsAt);
  problems = nodes.flatMap((share) => share.problems);
  const canonical = problems.length > 0 ? [] : nodes.map((share) => share.canonical);
  return { header, problems: inOrder(problems), canonical };
}

function inOrder(problems: readonly NumberedProblem[]): LineProblem[] {
  return problems
    .toSorted((a, b) => a.number - b.number || (a.reason < b.reason ? -1 : 1))
    .map(({ file, line, reason }) => ({ file, line, reason }));
}

/** Reads everything in this thread. */
class LocalReader implements ShareReader {
  private readonly reader = new EventReader();

  constructor(private readonly signal: AbortSignal | undefined) {}

  beginFile(name: string): void {
    this.reader.beginFile(name);
  }

  addPart(part: Uint8Array): Promise<void> {
    this.reader.addPart(part);
    return Promise.resolve();
  }

  finish(): Promise<LinesRead[]> {
    return Promise.resolve([this.reader.finish()]);
  }

  async fold(startsAt: number): Promise<NodesFolded[]> {
    const form = canonicalForm(this.reader, startsAt);
    for (let step = form.next(); ; step = form.next()) {
      if (step.done === true) return [{ canonical: step.value, problems: this.reader.problems }];
      await new Promise((resolve) => setTimeout(resolve));
      this.signal?.throwIfAborted();
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
