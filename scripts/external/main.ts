/**
 * The suites that need what is not on every machine: names what it skipped.
 *
 *   npm run test:external
 *   npm run test:external -- postgresql ray
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kuberay } from './kuberay.js';
import { packed } from './package.js';
import { postgresql } from './postgresql.js';
import { ray } from './ray.js';
import { surfpool } from './surfpool.js';
import { tokenMetadata } from './token-metadata.js';

const SUITES = { surfpool, 'token-metadata': tokenMetadata, postgresql, kuberay, ray, packed };
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in SUITES));
if (unknown !== undefined) {
  process.stderr.write(`there is no suite ${unknown}: choose of ${Object.keys(SUITES).join(', ')}\n`);
  process.exit(2);
}
const skipped: string[] = [];
const directory = mkdtempSync(join(tmpdir(), 'external-'));
try {
  for (const [name, suite] of Object.entries(SUITES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const code = await suite.run(directory);
    if (code === null) skipped.push(suite.skipped);
    else if (code !== 0) process.exitCode = code;
  }
} finally {
  rmSync(directory, { recursive: true });
}
for (const what of skipped) process.stderr.write(`skipped: ${what}\n`);
