/**
 * What the SDK weighs in a bundle, and what importing it costs in Node, beside SDKs of other marketplaces and
 * protocols, measured the same way: by size-limit (esbuild, minified, gzipped), and by fresh processes.
 *
 *   npm run bench:sdk-size              prints the tables
 *   npm run bench:sdk-size -- --write   writes them into docs/performance.md
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, packSdk, run } from '../scripts/package/pack.js';
import { publish } from './lib/measure.js';

/** A package to measure, and one function of it that builds an instruction or a transaction. */
interface Subject {
  readonly name: string;
  /** What is installed beside it: what it asks for and does not bring. */
  readonly beside?: readonly string[];
  readonly version: string;
  readonly builder: { readonly from: string; readonly name: string; readonly use: string };
}

const PEERS: readonly Subject[] = [
  {
    name: '@nosana/kit',
    version: '2.1.8',
    builder: { from: '@nosana/jobs-program', name: 'getListInstruction', use: 'getListInstruction' },
  },
  {
    name: '@orca-so/whirlpools-sdk',
    version: '0.22.0',
    beside: ['@coral-xyz/anchor@0.32.1', '@solana/spl-token@0.4.15', '@solana/web3.js@1.98.4'],
    builder: { from: '@orca-so/whirlpools-sdk', name: 'WhirlpoolIx', use: 'WhirlpoolIx.swapIx' },
  },
  {
    name: '@sqds/multisig',
    version: '2.1.4',
    builder: {
      from: '@sqds/multisig',
      name: 'instructions',
      use: 'instructions.vaultTransactionCreate',
    },
  },
];

/** The library that speaks to the chain, which whoever uses an SDK has anyway. */
const CHAIN = ['@solana/web3.js', '@solana/kit'];
const PROCESSES = 7;

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Node's own modules, which a browser has not; those that packages of the same name stand in for are counted. */
function builtinsIn(directory: string): string[] {
  const missing = builtinModules.filter((name) => !existsSync(join(directory, 'node_modules', name)));
  return [...missing, ...builtinModules.map((name) => `node:${name}`)];
}

/** The sizes of modules of a directory in a bundle for browsers, with everything and without the chain's library. */
async function sizesOf(directory: string, modules: Readonly<Record<string, string>>): Promise<number[]> {
  const checks = [];
  const builtins = builtinsIn(directory);
  for (const [name, code] of Object.entries(modules)) {
    const path = join(directory, `${name}.js`);
    await writeFile(path, code);
    for (const ignore of [builtins, [...builtins, ...CHAIN]]) checks.push({ name, path, ignore, gzip: true });
  }
  const config = join(directory, '.size-limit.json');
  await writeFile(config, JSON.stringify(checks));
  const answer = await run('npx', ['size-limit', '--json', '--config', config], ROOT);
  return (JSON.parse(answer) as readonly { size: number }[]).map(({ size }) => size);
}

/** What a fresh Node process takes to import a package: milliseconds of processor time, and memory in MB. */
async function importCost(directory: string, name: string): Promise<readonly [time: number, memory: number]> {
  const code = `
    const [cpu, memory] = [process.cpuUsage(), process.memoryUsage.rss()];
    await import(${JSON.stringify(name)});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify([(user + system) / 1e3, (process.memoryUsage.rss() - memory) / 1e6]));`;
  const runs: (readonly [number, number])[] = [];
  for (let index = 0; index < PROCESSES; index += 1) {
    const answer = await run(process.execPath, ['--input-type=module', '--eval', code], directory);
    runs.push(JSON.parse(answer) as [number, number]);
  }
  const middle = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return [middle(runs.map(([time]) => time)), middle(runs.map(([, memory]) => memory))];
}

async function installed(packages: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'subject-'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module", "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], directory);
  return directory;
}

/** A row of each table. */
async function measured(
  { name, version, builder }: Subject,
  directory: string,
): Promise<{ bundle: string; imported: string }> {
  const label = `${name} ${version}`;
  const sizes = await sizesOf(directory, {
    builder: `import { ${builder.name} } from '${builder.from}';\nconsole.log(${builder.use});\n`,
    whole: `import * as all from '${name}';\nconsole.log(all);\n`,
  });
  const [time, memory] = await importCost(directory, name);
  return {
    bundle: row([label, builder.use, ...sizes.map(kilobytes)]),
    imported: row([label, time.toFixed(0), memory.toFixed(0)]),
  };
}

const scratch = await mkdtemp(join(tmpdir(), 'sdk-size-'));
try {
  const { tarball } = await packSdk(scratch);
  const ours: Subject = {
    name: '@ionet/sdk',
    version: '0.1.0',
    builder: { from: '@ionet/sdk/escrow', name: 'bookJob', use: 'bookJob' },
  };
  const home = await installed([tarball, '@solana/web3.js@1.98.4']);
  const rows = [await measured(ours, home)];
  for (const peer of PEERS) {
    const directory = await installed([`${peer.name}@${peer.version}`, ...(peer.beside ?? [])]);
    rows.push(await measured(peer, directory));
  }
  const [time, memory] = await importCost(home, '@solana/web3.js');

  publish('SDK size', 'bench:sdk-size', [
    'Kilobytes (1,000 bytes) of a bundle for browsers as size-limit measures it: esbuild, minified, gzipped. *Alone*: without',
    '@solana/web3.js and @solana/kit, which whoever uses an SDK has anyway. CI fails where ours outgrow `.size-limit.json`.',
    '',
    '| package | one builder | builder, kB | alone | whole package, kB | alone |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rows.map(({ bundle }) => bundle),
    '',
    `Importing a package into a fresh process of Node ${process.versions.node}, the middle of ${PROCESSES}: processor time and memory beyond`,
    'those of Node alone.',
    '',
    '| package | milliseconds | MB |',
    '| --- | ---: | ---: |',
    ...rows.map(({ imported }) => imported),
    row(['@solana/web3.js 1.98.4 by itself', time.toFixed(0), memory.toFixed(0)]),
  ]);
} finally {
  await rm(scratch, { recursive: true });
}
