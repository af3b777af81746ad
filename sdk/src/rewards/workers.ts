import type * as WorkerThreads from 'node:worker_threads';
import type { CanonicalNodes } from './canonical.js';
import type { LinesRead, NumberedProblem } from './reader.js';
import { WORKER_CODE } from './worker-code.js';

/** What the nodes of a share come to. */
export interface NodesFolded {
  readonly canonical: CanonicalNodes;
  readonly problems: readonly NumberedProblem[];
}

/** Reads lines, here or on threads that share the nodes. */
export interface ShareReader {
  beginFile(name: string): void;
  /** Resolves when more may come. */
  addPart(part: Uint8Array): Promise<void>;
  /** After the last part: what the lines of each share come to. */
  finish(): Promise<LinesRead[]>;
  /** Then, where nothing was wrong: the canonical form of each share, and what is wrong now. */
  fold(startsAt: number): Promise<NodesFolded[]>;
  close(): Promise<void>;
}

/** What a thread is told. */
export type Order =
  | { readonly file: string }
  | { readonly part: SharedArrayBuffer; readonly length: number }
  | { readonly finish: true }
  | { readonly startsAt: number };

/** What it answers, one for each order. */
export type Answer = 'taken' | LinesRead | NodesFolded;

/** What Node offers where there is Node: asked for at run time, so that a browser's bundle does not look for it. */
interface NodeProcess {
  getBuiltinModule?(id: 'node:worker_threads'): typeof WorkerThreads;
}

const PART_BYTES = 1 << 20;
/** Parts that are on their way, so that no thread waits for the next one. */
const PARTS = 4;

/** Starts threads that share the nodes; all of them see all lines. */
export function startReaders(count: number): ShareReader {
  const process = (globalThis as { readonly process?: NodeProcess }).process;
  const threads = process?.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined) throw new Error('worker threads need Node 20.16 or later');
  return new ThreadReaders(
    Array.from({ length: count }, (_, index) => {
      // Loaders and conditions of the main thread are of no use to this code, and slow to start.
      const options = { eval: true, workerData: { index, of: count }, execArgv: [], env: {} };
      return new Thread(new threads.Worker(WORKER_CODE, options));
    }),
  );
}

/** Memory that all threads read a part from, and what must be over before it may be written again. */
interface Slot {
  readonly memory: SharedArrayBuffer;
  free: Promise<unknown>;
}

class ThreadReaders implements ShareReader {
  private readonly slots: readonly Slot[] = Array.from({ length: PARTS }, () => ({
    memory: new SharedArrayBuffer(PART_BYTES),
    free: Promise.resolve(),
  }));
  private turn = 0;

  constructor(private readonly threads: readonly Thread[]) {}

  beginFile(file: string): void {
    void handled(this.all({ file }));
  }

  async addPart(part: Uint8Array): Promise<void> {
    for (let start = 0; start < part.length; start += PART_BYTES) {
      const piece = part.subarray(start, start + PART_BYTES);
      const slot = this.slots[this.turn++ % PARTS];
      if (slot === undefined) return;
      await slot.free;
      new Uint8Array(slot.memory).set(piece);
      slot.free = handled(this.all({ part: slot.memory, length: piece.length }));
    }
  }

  finish(): Promise<LinesRead[]> {
    return this.all<LinesRead>({ finish: true });
  }

  fold(startsAt: number): Promise<NodesFolded[]> {
    return this.all<NodesFolded>({ startsAt });
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private all<T extends Answer>(order: Order): Promise<T[]> {
    return Promise.all(this.threads.map((thread) => thread.ask<T>(order)));
  }
}

/** A promise that may fail before anybody waits for it: whoever asks the thread next is told. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread that answers in the order in which it was asked. */
class Thread {
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  constructor(private readonly worker: WorkerThreads.Worker) {
    const fail = (reason: Error): void => {
      this.failure ??= reason;
      for (const { reject } of this.waiting.splice(0)) reject(reason);
    };
    worker.on('message', (answer: Answer) => this.waiting.shift()?.resolve(answer));
    worker.on('error', fail);
    worker.on('exit', (code) => {
      fail(new Error(`a thread that reads events ended with code ${code}`));
    });
  }

  /** `T` is what is answered to this order. */
  ask<T extends Answer>(order: Order): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) {
        reject(this.failure);
        return;
      }
      this.waiting.push({ resolve: resolve as Waiting['resolve'], reject });
      this.worker.postMessage(order);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
