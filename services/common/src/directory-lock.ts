import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A directory that a process uses. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';

  constructor(
    readonly directory: string,
    /** The number of the process that uses it, which may be this one. */
    readonly owner: number,
  ) {
    super(
      owner === process.pid
        ? `${directory} is in use by this process already`
        : `process ${owner} uses ${directory}: stop it, or name another directory`,
    );
  }
}

const LOCK = 'lock';
/** Directories that this process holds: a lock with its number that is not among them is from an earlier life. */
const held = new Set<string>();

/**
 * Makes a directory this process' own, and creates it where it does not exist. The lock of a process that was killed
 * is taken over.
 *
 * @returns gives it back
 */
export function lockDirectory(path: string): () => void {
  const directory = resolve(path);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, LOCK);
  if (held.has(directory)) throw new DirectoryInUseError(directory, process.pid);
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner !== process.pid && isAlive(owner)) throw new DirectoryInUseError(directory, owner);
    rmSync(file, { force: true });
  }
  held.add(directory);
  return () => {
    held.delete(directory);
    rmSync(file, { force: true });
  };
}

function isAlive(pid: number): boolean {
  // A process that was killed before it wrote its number leaves an empty file.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
