import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const text = z.string();
const at = z.int();

/** What an oracle saw, one entry a line. Times are unix seconds by the chain's clock. */
const entrySchema = z.discriminatedUnion('kind', [
  /** A node said that it is there, in this minute of unix time. */
  z.object({
    kind: z.literal('beat'),
    at,
    node: text,
    sequence: z.int(),
    sentAt: at,
    jobs: z.array(text),
    signature: text,
  }),
  /** A device was asked for work. */
  z.object({ kind: z.literal('challenge'), at, node: text, device: z.int(), id: text, levels: z.int() }),
  /** It answered in time; `proof` is the hash of the answer. */
  z.object({
    kind: z.literal('answer'),
    at,
    node: text,
    sequence: z.int(),
    id: text,
    passed: z.boolean(),
    root: text,
    proof: text,
    sentAt: at,
    signature: text,
  }),
  /** A speed test, in whole MB/s. */
  z.object({ kind: z.literal('speed'), at, node: text, sequence: z.int(), down: z.int(), up: z.int() }),
  /** A node said that it worked on a job. */
  z.object({
    kind: z.literal('hours'),
    at,
    node: text,
    sequence: z.int(),
    sentAt: at,
    job: text,
    from: at,
    to: at,
    signature: text,
  }),
  /** What the chain said of a node, when that changed. */
  z.object({
    kind: z.literal('node'),
    at,
    node: text,
    operator: text,
    destination: text,
    wallet: text,
    devices: z.int(),
    multiplier: z.int(),
    pool: z.enum(['gpu', 'cpu']),
    joined: at,
    staked: z.boolean(),
  }),
  /** A node is not registered any more. */
  z.object({ kind: z.literal('gone'), at, node: text }),
  /** What the chain said of a started job, when that changed; `endedAt` is 0 while it runs. */
  z.object({
    kind: z.literal('job'),
    at,
    job: text,
    node: text,
    devices: z.int(),
    startedAt: at,
    endsAt: at,
    price: z.int(),
    reference: z.int(),
    buyer: z.enum(['independent', 'related']),
  }),
]);

export type RawEntry = z.output<typeof entrySchema>;
export type RawEntryOf<K extends RawEntry['kind']> = Extract<RawEntry, { kind: K }>;

const FILE = /^(\d{10})\.jsonl$/;
const SECONDS_A_FILE = 3_600;
const LINE_FEED = 10;
/** How many files, the newest ones, a process that died may have been writing. */
const OPEN_FILES = 2;

/** The hours of which a log has a file, as unix seconds of their begin, the oldest first. */
function hoursOf(directory: string): number[] {
  return readdirSync(directory)
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function pathOf(directory: string, hour: number): string {
  return join(directory, `${String(hour).padStart(10, '0')}.jsonl`);
}

/** The entries of the files of some hours, a file at a time. A last line that was cut off is not there. */
function* entriesOf(directory: string, hours: readonly number[]): Generator<RawEntry, void, undefined> {
  for (const hour of hours) {
    const lines = readFileSync(pathOf(directory, hour), 'utf8').split('\n');
    // What follows the last line feed is a line that was being written when the process died.
    lines.pop();
    for (const line of lines) yield entrySchema.parse(JSON.parse(line));
  }
}

/** Reads the entries of a log's directory, oldest file first. A last line that was cut off is not there. */
export function readRawLog(directory: string, from = 0): RawEntry[] {
  return [
    ...entriesOf(
      directory,
      hoursOf(directory).filter((hour) => hour >= from),
    ),
  ];
}

/** The append-only log of what an oracle saw: a file an hour. Nothing in it is ever changed. */
export class RawLog {
  readonly directory: string;
  #file: number | null = null;
  #hour = -1;
  /** Up to where the file has whole lines. */
  #length = 0;
  #dirty = false;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    for (const hour of hoursOf(directory).slice(-OPEN_FILES)) {
      const path = pathOf(directory, hour);
      const content = readFileSync(path);
      const whole = content.lastIndexOf(LINE_FEED) + 1;
      if (whole < content.length) truncateSync(path, whole);
    }
  }

  /** What was written from one time up to another, by the files' hours: a file at a time. */
  entries(from = 0, to = Infinity): Generator<RawEntry, void, undefined> {
    const hours = hoursOf(this.directory).filter((hour) => hour > from - SECONDS_A_FILE && hour <= to);
    return entriesOf(this.directory, hours);
  }

  /** What the last files have. */
  recent(): Generator<RawEntry, void, undefined> {
    return entriesOf(this.directory, hoursOf(this.directory).slice(-OPEN_FILES));
  }

  append(entry: RawEntry): void {
    const hour = entry.at - (entry.at % SECONDS_A_FILE);
    if (this.#file === null || this.#hour !== hour) {
      this.close();
      this.#file = openSync(pathOf(this.directory, hour), 'a');
      this.#hour = hour;
      this.#length = fstatSync(this.#file).size;
    }
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    this.#dirty = true;
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      // Half a line, on a disk that is full, would spoil the next one too.
      ftruncateSync(this.#file, this.#length);
      throw error;
    }
    this.#length += bytes.length;
  }

  /** What was appended is on the disk afterwards. */
  flush(): void {
    if (this.#file !== null && this.#dirty) fsyncSync(this.#file);
    this.#dirty = false;
  }

  close(): void {
    this.flush();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
