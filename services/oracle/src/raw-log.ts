import {
  closeSync,
  fsyncSync,
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

/** Reads the entries of a log's directory, oldest file first. A last line that was cut off is not there. */
export function readRawLog(directory: string, from = 0): RawEntry[] {
  const files = readdirSync(directory).filter((name) => FILE.test(name) && Number(name.slice(0, 10)) >= from);
  return files.sort().flatMap((name) => {
    const lines = readFileSync(join(directory, name), 'utf8').split('\n');
    // What follows the last line feed is a line that was being written when the process died.
    return lines.slice(0, -1).map((line) => entrySchema.parse(JSON.parse(line)));
  });
}

/** The append-only log of what an oracle saw: a file an hour. Nothing in it is ever changed. */
export class RawLog {
  readonly directory: string;
  #file: number | null = null;
  #name = '';
  #dirty = false;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory).filter((one) => FILE.test(one))) {
      const path = join(directory, name);
      const content = readFileSync(path);
      const whole = content.lastIndexOf(10) + 1;
      if (whole < content.length) truncateSync(path, whole);
    }
  }

  /** Everything since a time, by the files' hours. */
  read(from = 0): RawEntry[] {
    return readRawLog(this.directory, from - SECONDS_A_FILE);
  }

  append(entry: RawEntry): void {
    const hour = entry.at - (entry.at % SECONDS_A_FILE);
    const name = `${String(hour).padStart(10, '0')}.jsonl`;
    if (this.#file === null || this.#name !== name) {
      this.close();
      this.#file = openSync(join(this.directory, name), 'a');
      this.#name = name;
    }
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#dirty = true;
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
