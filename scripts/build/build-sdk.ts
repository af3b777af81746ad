/**
 * Builds sdk/dist: ECMAScript modules and CommonJS, file by file, with the same declarations for both.
 * Nothing is bundled, so that whoever imports one function gets only what it needs.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SDK = join(ROOT, 'sdk');
const ESM = join(SDK, 'dist/esm');
const CJS = join(SDK, 'dist/cjs');

/** A constant of a module that is made by a call, as actions are. */
const MADE_BY_CALL =
  /^(export const \w+ = )(?=(?:defineAction|proposeAdminOf|acceptAdminOf|pauseOf|unpauseOf)\()/gm;

/** Tells bundlers that making an action does nothing else, so that they leave out the actions that nobody uses. */
const pureActions: Plugin = {
  name: 'pure-actions',
  setup(bundler) {
    bundler.onLoad({ filter: /\/src\/actions\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replaceAll(MADE_BY_CALL, '$1/* @__PURE__ */ '), loader: 'ts' };
    });
  },
};

async function transpile(format: 'cjs' | 'esm', outdir: string): Promise<void> {
  const files = await readdir(join(SDK, 'src'), { recursive: true });
  await build({
    entryPoints: files.filter((file) => file.endsWith('.ts')).map((file) => join(SDK, 'src', file)),
    outbase: join(SDK, 'src'),
    outdir,
    format,
    platform: 'node',
    target: 'es2022',
    sourcemap: true,
    plugins: [pureActions],
    logLevel: 'warning',
  });
  const type = format === 'cjs' ? 'commonjs' : 'module';
  await writeFile(join(outdir, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
}

async function declare(): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '--project', join(SDK, 'tsconfig.build.json')]).catch(
    (error: unknown) => {
      if (error instanceof Error && 'stdout' in error) process.stderr.write(String(error.stdout));
      throw new Error('the declarations of the SDK cannot be built', { cause: error });
    },
  );
  // The nearest package.json says which kind of module a declaration describes, so the same text serves both.
  await cp(ESM, CJS, { recursive: true, filter: (source) => !/\.(js|js\.map|json)$/.test(source) });
}

await rm(join(SDK, 'dist'), { recursive: true, force: true });
await transpile('esm', ESM);
await declare();
await transpile('cjs', CJS);
// The programs themselves, for whoever tests his dApp against them.
await cp(join(ROOT, 'artifacts'), join(SDK, 'dist/programs'), {
  recursive: true,
  filter: (source) => !source.endsWith('.json'),
});
