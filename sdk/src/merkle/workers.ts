import type * as WorkerThreads from 'node:worker_threads';
import { type Chunk, KERNEL_LAYOUT, type LeafMessage } from './kernel.js';

/** What Node offers where there is Node: asked for at run time, so that a browser's bundle does not look for it. */
interface NodeProcess {
  getBuiltinModule?(id: 'node:worker_threads'): typeof WorkerThreads;
  getBuiltinModule?(id: 'node:os'): { availableParallelism(): number };
}

const node = (): NodeProcess | undefined => (globalThis as { readonly process?: NodeProcess }).process;

/** Processor cores that workers may use: none outside Node. */
export function availableWorkers(): number {
  return node()?.getBuiltinModule?.('node:os').availableParallelism() ?? 0;
}

/**
 * The code of a worker: `runChunk` of kernel.ts, on an instance of its own. A text, as a file beside this one would
 * not be found by bundlers, in CommonJS and in ES modules alike.
 */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, message, messagesAt, nodes } = workerData;
const { memory, hashRecords, reduce } = new WebAssembly.Instance(module).exports;
const bytes = new Uint8Array(memory.buffer);
if (message) bytes.set(message.template, messagesAt);
parentPort.on('message', ({ input, inputAt, count, copies }) => {
  bytes.set(input, inputAt);
  if (message) hashRecords(count, message.width, message.offset, message.blocks);
  reduce(count);
  for (const [from, to, length] of copies) nodes.set(bytes.subarray(from, from + length), to);
  parentPort.postMessage(count);
});
`;

/** Chunks that a worker has before it: one to work on, and the next. */
const QUEUED = 2;

export interface WorkerRun {
  readonly workers: number;
  /** The compiled kernel. */
  readonly module: object;
  readonly message: LeafMessage | undefined;
  /** The tree, on shared memory. */
  readonly nodes: Uint8Array;
  readonly chunks: Iterator<Chunk, undefined>;
  /** A chunk of so many leaves is done; throws to stop. */
  readonly onChunk: (leaves: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Runs the chunks on worker threads; these end with it, whatever happens. */
export async function runOnWorkers(run: WorkerRun): Promise<void> {
  const threads = node()?.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined) throw new Error('worker threads need Node 20.16 or later');
  const { module, message, nodes, chunks, onChunk, signal } = run;
  const workerData = { module, message, nodes, messagesAt: KERNEL_LAYOUT.messagesAt };
  // Loaders and conditions of the main thread are of no use to these few lines, and slow to start.
  const options = { eval: true, workerData, execArgv: [], env: {} };
  const workers = Array.from({ length: run.workers }, () => new threads.Worker(WORKER, options));
  const feed = (worker: WorkerThreads.Worker): boolean => {
    const next = chunks.next();
    if (next.done === true) return false;
    worker.postMessage(next.value, [next.value.input.buffer]);
    return true;
  };
  let abort = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      let pending = 0;
      const fail: (reason: unknown) => void = reject;
      abort = () => {
        fail(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      for (const worker of workers) {
        worker.on('error', fail);
        worker.on('message', (leaves: number) => {
          pending--;
          try {
            onChunk(leaves);
          } catch (error) {
            fail(error);
            return;
          }
          if (feed(worker)) pending++;
          else if (pending === 0) resolve();
        });
      }
      for (let round = 0; round < QUEUED; round++) {
        for (const worker of workers) if (feed(worker)) pending++;
      }
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
