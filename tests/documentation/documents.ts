import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fencedBlocks, ROOT, type Example } from './exports.js';

/** Markdown that people read: the README, that of the SDK and of the examples, and all of docs/. */
export function documents(): string[] {
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = inDocs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`);
  return ['README.md', 'sdk/README.md', 'examples/README.md', ...pages.sort()];
}

export const readDocument = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The blocks of TypeScript in a document, by their order: `docs/guides/dapp.md 2`. */
export function blocksIn(file: string): Example[] {
  return fencedBlocks(readDocument(file)).map((code, index) => {
    const name = `${file} ${index + 1}`;
    return { name, place: name, code };
  });
}

/** A command as a document names it. */
export interface NamedCommand {
  readonly place: string;
  readonly words: readonly string[];
  /** Whether it stands there to be run as it is, and not within a sentence. */
  readonly isWhole: boolean;
}

const PLAIN_FENCE = /^```(?:sh)?\n([\s\S]*?)^```/gm;
const SPAN = /`((?:npm|io) [^`\n]+)`/g;

/** The words of a command, without what is said about it. */
function wordsOf(text: string): string[] {
  const [command = ''] = text.replace(/^\$ /, '').split(/\s{2,}|\s#/);
  return command
    .replaceAll(/[[\]]/g, '')
    .split(' ')
    .filter((word) => word !== '');
}

/** The commands of npm and io that a document names. */
export function commandsIn(file: string): NamedCommand[] {
  const text = readDocument(file);
  const fenced = [...text.matchAll(PLAIN_FENCE)]
    .flatMap(([, block = '']) => block.split('\n'))
    .flatMap((line) => line.split(' && '))
    .map((line) => line.trim())
    .filter((line) => /^(?:\$ )?(?:npm|io) /.test(line));
  const spans = [...text.matchAll(SPAN)]
    .map(([, span = '']) => span)
    .filter((span) => /^(npm|io [a-z])/.test(span));
  return [
    // Where words follow that are no remark, the line says what the command is for.
    ...fenced.map((line) => ({
      place: `${file}: ${line}`,
      words: wordsOf(line),
      isWhole: !/\s{2,}[^#\s]/.test(line),
    })),
    ...spans.map((span) => ({ place: `${file}: ${span}`, words: wordsOf(span), isWhole: false })),
  ];
}
