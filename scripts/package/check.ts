/**
 * Checks the package that is published: builds and packs it, has publint and are-the-types-wrong look at it, looks
 * for `any` in its declarations, imports every entry, and weighs it against the budgets of `.size-limit.json`.
 *
 *   npm run check:package
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placesOfAny } from './any.js';
import { ROOT, packSdk, run } from './pack.js';

const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;

const directory = await mkdtemp(join(tmpdir(), 'package-'));
try {
  const { tarball, size, unpackedSize } = await packSdk(directory);
  console.log(`packed: ${kib(size)}, ${kib(unpackedSize)} unpacked`);

  await run('npx', ['publint', 'run', tarball, '--strict'], ROOT);
  console.log('publint: nothing to say');
  // Of the resolutions only that of Node 10 is left out, which knows no subpath exports.
  await run('npx', ['attw', tarball, '--profile', 'node16'], ROOT);
  console.log('are-the-types-wrong: nothing to say');
  const places = placesOfAny();
  if (places.length > 0) throw new Error(`the declarations say any:\n${places.join('\n')}`);
  console.log('declarations: no any');
  process.stdout.write(await run('npx', ['tsx', 'scripts/package/imports.ts'], ROOT));
  process.stdout.write(await run('npx', ['size-limit'], ROOT));
} finally {
  await rm(directory, { recursive: true });
}
