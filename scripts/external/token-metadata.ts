import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { mocha, type ExternalSuite } from './suite.js';

/** A crate that carries real programs' binaries, the token metadata program among them. */
const CRATE = { name: 'trident-svm', version: '0.3.0-rc.4' } as const;
const PROGRAM = 'src/solana-program-library/metaplex-token-metadata.so';

/** The binary of the token metadata program, `undefined` where cargo is not there or cannot fetch it. */
function fetchProgram(directory: string): string | undefined {
  // Cargo fetches the crate, and then finds nothing to install in it: the sources are what is wanted.
  const options = ['--version', CRATE.version, '--root', directory];
  const { error } = spawnSync('cargo', ['install', CRATE.name, ...options], { stdio: 'ignore' });
  if (error !== undefined) return undefined;
  const sources = join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'registry/src');
  const registries = existsSync(sources) ? readdirSync(sources) : [];
  return registries
    .map((registry) => join(sources, registry, `${CRATE.name}-${CRATE.version}`, PROGRAM))
    .find((file) => existsSync(file));
}

/** The suite of the migrations with the real token metadata program. */
export const tokenMetadata: ExternalSuite = {
  skipped: 'the migrations with the real token metadata program: cargo cannot fetch it here',

  run(directory) {
    const program = fetchProgram(directory);
    if (program === undefined) return Promise.resolve(null);
    return Promise.resolve(mocha(['tests/migrations/*.test.ts'], { TOKEN_METADATA_PROGRAM: program }));
  },
};
