import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs a program and gives what it wrote to its standard output; throws with all that it wrote where it fails. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { stdout = '', stderr = '' } = cause as Error & { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause });
  }
}

/** The packed SDK. */
export interface Packed {
  readonly tarball: string;
  /** The size of the tarball and of what it holds, in bytes. */
  readonly size: number;
  readonly unpackedSize: number;
}

/** Builds the SDK and packs it into a directory, as it is published. */
export async function packSdk(directory: string): Promise<Packed> {
  await run('npm', ['run', '--silent', 'build'], ROOT);
  const answer = await run('npm', ['pack', '--json', '--pack-destination', directory], join(ROOT, 'sdk'));
  const [packed] = JSON.parse(answer) as readonly (Omit<Packed, 'tarball'> & { filename: string })[];
  if (packed === undefined) throw new Error('npm packed nothing');
  const { filename, size, unpackedSize } = packed;
  return { tarball: join(directory, filename), size, unpackedSize };
}
