import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

/** Worker threads of one module. */
export interface WorkerFactory {
  start(workerData: unknown): Worker;
}

/**
 * Makes worker threads of a TypeScript module. It is bundled once: a thread that compiled it itself would take a
 * second to start.
 */
export async function workersOf(module: URL): Promise<WorkerFactory> {
  const bundle = await build({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    conditions: ['ionet-source'],
    logLevel: 'silent',
  });
  const code = bundle.outputFiles[0]?.text ?? '';
  return { start: (workerData) => new Worker(code, { eval: true, workerData }) };
}
