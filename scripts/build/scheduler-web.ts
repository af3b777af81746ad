/**
 * Writes services/scheduler/src/service/web-bundle.ts: the web page that the scheduler serves, bundled into texts, so
 * that a service needs no build and no files beside it. With `--check` it writes nothing and fails where the file is not
 * what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = 'services/scheduler/src/web';
const TARGET = fileURLToPath(new URL('../../services/scheduler/src/service/web-bundle.ts', import.meta.url));

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${SOURCE}/${entry}`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['ionet-source'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text.trim() ?? '';
}

async function source(): Promise<string> {
  const lines = [
    '// Written by scripts/build/scheduler-web.ts.',
    '',
    '/** The web page: main.tsx and what it imports. */',
    `export const SCRIPT = ${JSON.stringify(await bundle('main.tsx'))};`,
    '',
    '/** Its style sheet. */',
    `export const STYLE = ${JSON.stringify(await bundle('style.css'))};`,
  ];
  return format(lines.join('\n'), { ...(await resolveConfig(TARGET)), parser: 'typescript' });
}

const text = await source();
if (process.argv.includes('--check')) {
  const present = await readFile(TARGET, 'utf8').catch(() => '');
  if (present !== text) {
    process.stderr.write(
      'services/scheduler/src/service/web-bundle.ts is out of date: run npm run generate\n',
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, text);
}
