/**
 * Writes sdk/src/rewards/worker-code.ts: the thread that reads event files, bundled into a text, as a file beside its
 * caller would not be found by bundlers, in CommonJS and in ES modules alike. With `--check` it writes nothing and fails
 * where the file is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const SOURCE = fileURLToPath(new URL('../../sdk/src/rewards/worker.ts', import.meta.url));
const TARGET = fileURLToPath(new URL('../../sdk/src/rewards/worker-code.ts', import.meta.url));

async function source(): Promise<string> {
  const bundle = await build({
    entryPoints: [SOURCE],
    bundle: true,
    minify: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const code = bundle.outputFiles[0]?.text.trim() ?? '';
  const lines = [
    '// Written by scripts/build/reward-worker.ts.',
    '',
    '/** The code of the threads that read event files: worker.ts and what it imports. */',
    `export const WORKER_CODE = ${JSON.stringify(code)};`,
  ];
  return format(lines.join('\n'), { ...(await resolveConfig(TARGET)), parser: 'typescript' });
}

const text = await source();
if (process.argv.includes('--check')) {
  const present = await readFile(TARGET, 'utf8').catch(() => '');
  if (present !== text) {
    process.stderr.write('sdk/src/rewards/worker-code.ts is out of date: run npm run generate\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, text);
}
