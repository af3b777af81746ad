/**
 * Twins of instructions: copies that stand beside the originals in the same program, each without one constraint. So
 * one build holds many of them, and each is called by a discriminator of its own.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Constraint, Removal } from './constraints.js';

export interface Twin {
  /** What it lacks; `null`: nothing, which shows that a twin does as its original. */
  readonly constraint: Constraint | null;
  /** Which of the constraint's removals is tried. */
  readonly attempt: number;
  /** As the IDL of the SDK names the original. */
  readonly instruction: string;
  readonly struct: string;
  /** The source file of the original. */
  readonly file: string;
  /** Its number among all twins of a build. */
  readonly index: number;
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? '' : '_') + letter.toLowerCase());

const structOf = ({ struct, index }: Twin): string => `${struct}Without${index}`;
const functionOf = ({ struct, index }: Twin): string => `${snake(struct)}_without${index}`;

/** The file of a twin beside its original's. */
export const fileOf = (twin: Twin): string => twin.file.replace(/[^/]+$/, `${functionOf(twin)}.rs`);

export function removalOf({ constraint, attempt }: Twin): Removal | null {
  if (constraint === null) return null;
  const removal = constraint.removals[attempt];
  if (removal === undefined) throw new Error(`${constraint.id} cannot be removed`);
  return removal;
}

/** The first bytes of the data of a call. */
export const discriminatorOf = (twin: Twin): Uint8Array =>
  createHash('sha256')
    .update(`global:${functionOf(twin)}`)
    .digest()
    .subarray(0, 8);

/** A message of the compiler with the names of the originals. */
export const withoutIndices = (text: string): string => text.replaceAll(/(Without|_without)\d+/g, '');

/** Whether a message of the compiler is about the twin. */
export const isNamedIn = (text: string, twin: Twin): boolean =>
  new RegExp(`\\b(${functionOf(twin)}|${structOf(twin)}(Bumps)?)\\b`).test(text);

const ARGS = /(?:(?:#\[|\/\/\/)[^\n]*\n)*pub struct (\w+) \{\n[\s\S]*?\n\}\n/g;

/** The source of a twin. The arguments are those of the original, which other files may name. */
export function sourceOf(twin: Twin, original: string): string {
  const source = removalOf(twin)?.apply(original) ?? original;
  const named = [...source.matchAll(ARGS)].map(([, name]) => name ?? '');
  const imports =
    named.length === 0 ? '' : `use super::${basename(twin.file, '.rs')}::{${named.join(', ')}};\n`;
  return source
    .replaceAll(ARGS, '')
    .replace(
      new RegExp(`\\b(struct|impl|impl<'info>|let) ${twin.struct}(?=[< ])`, 'g'),
      `$1 ${structOf(twin)}`,
    )
    .replace(/^use /m, `${imports}use `);
}

/** What makes the twin a module beside its original. */
export const moduleOf = (twin: Twin): string => {
  const name = functionOf(twin);
  return `pub mod ${name};\npub use ${name}::*;\n`;
};

/** The program's table of instructions with the twin behind its original. */
export function withEntry(twin: Twin, table: string): string {
  const entry = new RegExp(
    `    pub fn ${snake(twin.struct)}\\(ctx: Context<${twin.struct}>[\\s\\S]*?\\n    \\}\\n`,
  );
  const [original] = entry.exec(table) ?? [];
  if (original === undefined) throw new Error(`no entry for ${twin.struct}`);
  const copy = original
    .replace(`fn ${snake(twin.struct)}(`, `fn ${functionOf(twin)}(`)
    .replaceAll(new RegExp(`\\b${twin.struct}(>|::handler)`, 'g'), `${structOf(twin)}$1`);
  return table.replace(original, () => `${original}\n${copy}`);
}
