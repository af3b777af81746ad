/**
 * The suites that need what is not on every machine: names what it skipped.
 *
 *   npm run test:external
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packed } from './package.js';
import { postgresql } from './postgresql.js';
import { surfpool } from './surfpool.js';
import { tokenMetadata } from './token-metadata.js';

const skipped: string[] = [];
const directory = mkdtempSync(join(tmpdir(), 'external-'));
try {
  for (const suite of [surfpool, tokenMetadata, postgresql, packed]) {
    const code = await suite.run(directory);
    if (code === null) skipped.push(suite.skipped);
    else if (code !== 0) process.exitCode = code;
  }
} finally {
  rmSync(directory, { recursive: true });
}
for (const what of skipped) process.stderr.write(`skipped: ${what}\n`);
