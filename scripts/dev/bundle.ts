import { build, type BuildOptions, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/** They load files that lie beside them. */
const BESIDE = ['litesvm', 'node-sqlite3-wasm'];
/** Others ask for them, and do without. */
const OPTIONAL = ['pg-native', 'bufferutil', 'utf-8-validate'];

/** How a script of the repository becomes one file with all that it imports: it starts in a quarter of tsx's time. */
export const BUNDLED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  conditions: ['ionet-source'],
  external: [...BESIDE, ...OPTIONAL],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'error',
} as const satisfies BuildOptions;

/** Packages and files are found from wherever the bundle lies: by where the source of each was. */
const inPlace: Plugin = {
  name: 'in-place',
  setup(plugin) {
    plugin.onResolve({ filter: new RegExp(`^(${BESIDE.join('|')})(/|$)`) }, ({ path }) => ({
      path: pathToFileURL(require.resolve(path)).href,
      external: true,
    }));
    plugin.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const place = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};

/** Bundles scripts, all in one pass; gives the file of each under the name that it was given. */
export async function bundle<Name extends string>(
  scripts: Readonly<Record<Name, string>>,
  directory: string,
): Promise<Readonly<Record<Name, string>>> {
  const { conditions, external, ...options } = BUNDLED;
  await build({
    ...options,
    conditions: [...conditions],
    external: [...external],
    entryPoints: scripts,
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    // What they share is parsed by each of them, and written once.
    splitting: true,
    chunkNames: 'shared/[hash]',
    plugins: [inPlace],
  });
  const names = Object.keys(scripts) as Name[];
  return Object.fromEntries(names.map((name) => [name, join(directory, `${name}.mjs`)])) as Record<
    Name,
    string
  >;
}
