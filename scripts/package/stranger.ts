import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, packSdk, run } from './pack.js';

/** The sample dApp in an empty folder, with the packed SDK and everything else installed from the registry. */
export async function installSample(directory: string): Promise<string> {
  const { tarball } = await packSdk(directory);
  const dapp = join(directory, 'dapp');
  await cp(join(ROOT, 'examples/dapp'), dapp, {
    recursive: true,
    filter: (source) => !/\/(dist|node_modules)$/.test(source),
  });
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], dapp);
  return dapp;
}

/** Builds the installed sample and runs its own tests; says what it did. */
export async function useSample(dapp: string, say: (done: string) => void): Promise<void> {
  await run('npm', ['run', '--silent', 'build'], dapp);
  say('strict TypeScript compiles, declarations of libraries checked too, as Node resolves modules');
  await run('npx', ['tsc', '--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler'], dapp);
  say('and as bundlers do');
  await run('npm', ['test', '--silent'], dapp);
  say("the sample's own tests pass, as ES modules");
  await run(process.execPath, ['commonjs.cjs'], dapp);
  say('CommonJS runs');
  await run('npm', ['run', '--silent', 'bundle'], dapp);
  say('the page is bundled');
}
