import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a command did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the repository as npm would, without npm's own second. */
export function runScript(script: string, ...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=ionet-source', script, ...args],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return { code: status, stdout, stderr };
}

/** Runs the command line. */
export function io(...args: string[]): Outcome {
  return runScript('scripts/io/main.ts', ...args);
}
