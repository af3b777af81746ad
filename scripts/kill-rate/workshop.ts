/** Builds a program with constraints removed, in a copy of the sources, and runs the matrix against it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOP = join(tmpdir(), 'ionet-kill-rate');
/** One place for all programs: another would be another build of the dependencies. */
const SOURCE = join(SHOP, 'source');
/** The programs that the matrix runs against. */
const PROGRAMS = join(SHOP, 'programs');
/** Kept from run to run and shared by all programs: the dependencies are built once. */
const TARGET = join(SHOP, 'target');
const FOLDERS = ['crates', 'programs', 'idls'];

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** sha256 over the names and bytes of files. */
export function hashOf(root: string, folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of folders.flatMap((folder) => filesIn(join(root, folder)))) {
    const bytes = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${relative(root, file)}\0${bytes}\n`);
  }
  return hash.digest('hex');
}

export type Build = { readonly built: true } | { readonly built: false; readonly errors: readonly string[] };

/** What a run of the matrix says of an instruction: null when all its cases are as declared. */
export type Red = string | null;

const Report = z.object({
  tests: z.array(z.object({ title: z.string(), err: z.object({ message: z.string().optional() }) })),
  failures: z.array(z.object({ title: z.string(), err: z.object({ message: z.string().optional() }) })),
});

export class Workshop {
  constructor(readonly program: string) {
    for (const folder of [SOURCE, PROGRAMS]) rmSync(folder, { recursive: true, force: true });
    mkdirSync(SOURCE, { recursive: true });
    for (const folder of FOLDERS) {
      cpSync(join(ROOT, folder), join(SOURCE, folder), { recursive: true, preserveTimestamps: true });
    }
    const manifest = readFileSync(join(ROOT, 'Cargo.toml'), 'utf8');
    const members = 'members = ["crates/*", "programs/*"]';
    this.write('Cargo.toml', manifest.replace(/^members = \[[^\]]*\]/m, members));
    cpSync(join(ROOT, 'Cargo.lock'), join(SOURCE, 'Cargo.lock'));
    cpSync(join(ROOT, 'artifacts'), PROGRAMS, { recursive: true });
  }

  /** The files that hold the program's account constraints, by their paths in the repository. */
  instructionFiles(): string[] {
    const folder = join(SOURCE, 'programs', this.program, 'src/instructions');
    return filesIn(folder)
      .filter((file) => file.endsWith('.rs') && !file.endsWith('/mod.rs'))
      .map((file) => relative(SOURCE, file));
  }

  /** What the program is built from. */
  sources(): string {
    return hashOf(SOURCE, ['crates', `programs/${this.program}/src`, 'idls']);
  }

  read(file: string): string {
    return readFileSync(join(SOURCE, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(SOURCE, file), text);
  }

  /** The compiler's errors are given one by one, each with the files that it names. */
  build(): Build {
    const manifest = join(SOURCE, 'programs', this.program, 'Cargo.toml');
    const args = ['build-sbf', '--manifest-path', manifest, '--sbf-out-dir', PROGRAMS];
    const env = { ...process.env, CARGO_TARGET_DIR: TARGET, CARGO_TERM_COLOR: 'never' };
    const { status, stderr } = spawnSync('cargo', args, {
      cwd: SOURCE,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status === 0) return { built: true };
    const errors = stderr.split(/^(?=error|warning)/m).filter((text) => text.startsWith('error'));
    // A build that was stopped, or has no toolchain, says nothing of a constraint.
    if (errors.length === 0) throw new Error(`the build failed: ${stderr}`);
    return { built: false, errors };
  }

  /** The first red case of each of the instructions, or why the matrix did not come to its cases. */
  attack(instructions: readonly string[]): ReadonlyMap<string, Red> {
    const output = join(SHOP, 'matrix.json');
    rmSync(output, { force: true });
    const args = [
      join(ROOT, 'node_modules/mocha/bin/mocha.js'),
      '--no-config',
      ...['import=tsx', 'conditions=ionet-source'].flatMap((option) => ['--node-option', option]),
      ...['--timeout', '180000', '--reporter', 'json', '--reporter-option', `output=${output}`],
      ...['--grep', `/${this.program}: (${instructions.join('|')})$/`],
      'tests/matrix/matrix.test.ts',
    ];
    const env = { ...process.env, MATRIX_PROGRAMS: PROGRAMS, MATRIX_UNTIL_FIRST_RED: '1' };
    const { stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    let text: string;
    try {
      text = readFileSync(output, 'utf8');
    } catch (cause) {
      throw new Error(`the matrix did not run: ${stderr}`, { cause });
    }
    const { tests, failures } = Report.parse(JSON.parse(text));
    return new Map(
      instructions.map((instruction) => {
        const title = `${this.program}: ${instruction}`;
        const failed = failures.find((test) => test.title === title);
        if (failed !== undefined) return [instruction, failed.err.message ?? 'failed'];
        if (tests.some((test) => test.title === title)) return [instruction, null];
        return [instruction, `the world is not set up: ${failures[0]?.err.message ?? 'no such instruction'}`];
      }),
    );
  }
}
