/** Builds a program together with twins of its instructions, in a copy of the sources. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { fileOf, isNamedIn, moduleOf, sourceOf, withEntry, type Twin } from './twins.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOP = join(tmpdir(), 'ionet-kill-rate');
/** One place for all that is built: another would be another build of the dependencies. */
export const SOURCE = join(SHOP, 'source');
const BUILT = join(SHOP, 'built');
/** Kept from run to run and shared by all programs: the dependencies are built once. */
export const TARGET = join(SHOP, 'target');
const FOLDERS = ['crates', 'programs', 'idls'];

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

export const digest = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** sha256 over the names and bytes of files. */
export function hashOf(root: string, folders: readonly string[]): string {
  const files = folders.flatMap((folder) => filesIn(join(root, folder)));
  return digest(files.map((file) => `${relative(root, file)}\0${digest(readFileSync(file))}\n`).join(''));
}

/** What cargo prints for each message of the compiler, and for other things. */
const Message = z.object({
  reason: z.string(),
  message: z
    .object({
      level: z.string(),
      message: z.string(),
      code: z.object({ code: z.string() }).nullable(),
      spans: z.array(z.object({ file_name: z.string(), is_primary: z.boolean() })),
    })
    .optional(),
});

interface CompilerError {
  readonly text: string;
  /** Where it is; other places that the compiler shows may be of other twins. */
  readonly files: readonly string[];
}

/** The program with its twins, or the first error of each twin that does not compile. */
export type Build =
  | { readonly program: Uint8Array; readonly errors?: undefined }
  | { readonly program?: undefined; readonly errors: ReadonlyMap<Twin, string> };

export class Workshop {
  constructor(readonly program: string) {
    rmSync(SOURCE, { recursive: true, force: true });
    mkdirSync(SOURCE, { recursive: true });
    for (const folder of FOLDERS) {
      cpSync(join(ROOT, folder), join(SOURCE, folder), { recursive: true, preserveTimestamps: true });
    }
    const manifest = readFileSync(join(ROOT, 'Cargo.toml'), 'utf8');
    const members = 'members = ["crates/*", "programs/*"]';
    const own = manifest.replace(/^members = \[[^\]]*\]/m, members);
    writeFileSync(join(SOURCE, 'Cargo.toml'), own);
    cpSync(join(ROOT, 'Cargo.lock'), join(SOURCE, 'Cargo.lock'));
  }

  /** The files that hold the program's account constraints, by their paths in the repository. */
  instructionFiles(): string[] {
    return filesIn(join(ROOT, 'programs', this.program, 'src/instructions'))
      .filter((file) => file.endsWith('.rs') && !file.endsWith('/mod.rs'))
      .map((file) => relative(ROOT, file));
  }

  /** A source file as it is in the repository. */
  read(file: string): string {
    return readFileSync(join(ROOT, file), 'utf8');
  }

  build(twins: readonly Twin[]): Build {
    this.#write(twins);
    const manifest = join(SOURCE, 'programs', this.program, 'Cargo.toml');
    const args = ['build-sbf', '--manifest-path', manifest, '--sbf-out-dir', BUILT];
    const { status, stdout, stderr } = spawnSync('cargo', [...args, '--', '--message-format', 'json'], {
      cwd: SOURCE,
      env: { ...process.env, CARGO_TARGET_DIR: TARGET, CARGO_TERM_COLOR: 'never' },
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    if (status === 0) return { program: readFileSync(join(BUILT, `${this.program}.so`)) };
    const found = errorsIn(stdout);
    const errors = new Map<Twin, string>();
    for (const twin of twins) {
      const file = relative(join('programs', this.program), fileOf(twin));
      const own = found.find(({ files }) => files.some((one) => one.endsWith(file)));
      const error = own ?? found.find(({ text }) => isNamedIn(text, twin));
      if (error !== undefined) errors.set(twin, error.text);
    }
    // A build that was stopped, or has no toolchain, says nothing of a constraint.
    if (errors.size === 0) throw new Error(`the build failed: ${found[0]?.text ?? stderr}`);
    return { errors };
  }

  /** Makes the program's folder the repository's, and adds the twins. */
  #write(twins: readonly Twin[]): void {
    const folder = join('programs', this.program);
    rmSync(join(SOURCE, folder), { recursive: true });
    cpSync(join(ROOT, folder), join(SOURCE, folder), { recursive: true, preserveTimestamps: true });
    const table = join(SOURCE, folder, 'src/lib.rs');
    let entries = readFileSync(table, 'utf8');
    for (const twin of twins) {
      writeFileSync(join(SOURCE, fileOf(twin)), sourceOf(twin, this.read(twin.file)));
      const modules = join(SOURCE, dirname(twin.file), 'mod.rs');
      if (!existsSync(modules)) throw new Error(`${modules} is missing`);
      writeFileSync(modules, `${readFileSync(modules, 'utf8')}\n${moduleOf(twin)}`);
      entries = withEntry(twin, entries);
    }
    writeFileSync(table, entries);
  }
}

function errorsIn(output: string): CompilerError[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { message } = Message.parse(JSON.parse(line));
    if (message?.level !== 'error') return [];
    const code = message.code === null ? 'error' : `error[${message.code.code}]`;
    const files = message.spans.filter(({ is_primary }) => is_primary).map(({ file_name }) => file_name);
    return [{ text: `${code}: ${message.message}`, files }];
  });
}
