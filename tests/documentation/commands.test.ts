/**
 * Every command that a document names exists. One of `io` is parsed by the real command line, with its actions taken
 * out: a command or an option that is not there, or that misses what it needs, fails. In place of a value may stand a
 * word in capitals. A script of npm exists, and names its options in the sources behind it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { expect } from 'chai';
import { createProgram } from '../../scripts/io/program.js';
import { commandsIn, documents, readDocument, type NamedCommand } from './documents.js';
import { ROOT } from './exports.js';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
/** A link to a file of the repository. */
const LINK = /\]\(([^)#:]+)(?:#[^)]*)?\)/g;
const IN_NPM = ['ci', 'install', 'pack'];

/** Takes out what the commands do. A group is asked for one of its commands. */
function withoutActions(command: Command): void {
  command.action((...values: unknown[]) => {
    const [name] = (values.at(-1) as Command).args;
    if (command.commands.length > 0 && name !== undefined) throw new Error(`there is no command '${name}'`);
  });
  command.commands.forEach(withoutActions);
}

/** What is wrong with a command of `io`. */
async function ioProblem(words: readonly string[], isWhole: boolean): Promise<string | null> {
  const program = createProgram({ width: 80, write: () => undefined });
  withoutActions(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) return String(error);
    const isPlaceholder =
      error.code === 'commander.invalidArgument' && words.some((word) => /[A-Z]{3}/.test(word));
    const isLeftOut = !isWhole && error.code === 'commander.missingMandatoryOptionValue';
    const isHelp = error.code === 'commander.helpDisplayed';
    return isPlaceholder || isLeftOut || isHelp ? null : error.message;
  }
}

/** The sources that a script of npm runs: a benchmark's own, else the folder of its entry; services share a kit. */
function sourcesOf(script: string): string {
  const [entry] = /[\w/-]+\.ts/.exec(script) ?? [];
  if (entry === undefined) return '';
  const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
  if (entry.startsWith('bench/')) return read(entry);
  const folders = [dirname(entry), ...(entry.startsWith('services/') ? ['services/common/src'] : [])];
  return folders
    .flatMap((folder) => {
      const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
      return files.filter((file) => file.endsWith('.ts')).map((file) => read(join(folder, file)));
    })
    .join('\n');
}

async function problemOf({ words, isWhole }: NamedCommand): Promise<string | null> {
  const [tool, ...rest] = words;
  if (tool === 'io') return ioProblem(rest, isWhole);
  const plain = rest.filter((word) => word !== '--silent');
  const [verb = '', name = ''] = plain;
  const script = verb === 'run' ? name : verb;
  if (script === 'io') return ioProblem(plain.slice(plain.indexOf('--') + 1), isWhole);
  if (IN_NPM.includes(script)) return null;
  if (script.endsWith(':*')) {
    return Object.keys(scripts).some((one) => one.startsWith(script.slice(0, -1))) ? null : 'no such scripts';
  }
  const command = scripts[script];
  if (command === undefined) return `there is no script ${script}`;
  const options = plain.filter((word) => /^--\w/.test(word) && word !== '--help');
  const sources = options.length === 0 ? '' : sourcesOf(command);
  const unknown = options.filter((option) => {
    const bare = option.slice(2);
    return !sources.includes(option) && !new RegExp(`['"]?\\b${bare}['"]?:|'${bare}'`).test(sources);
  });
  return unknown.length === 0 ? null : `${script} knows no ${unknown.join(' ')}`;
}

describe('documents', () => {
  it('name commands that exist', async () => {
    const named = documents().flatMap(commandsIn);
    expect(named.length).to.be.greaterThan(60);
    const problems: string[] = [];
    for (const command of named) {
      const problem = await problemOf(command);
      if (problem !== null) problems.push(`${command.place}: ${problem}`);
    }
    expect(problems, problems.join('\n')).to.be.empty;
  });

  it('link to files that exist', () => {
    const problems = documents().flatMap((file) =>
      [...readDocument(file).matchAll(LINK)].flatMap(([, target = '']) => {
        const isThere = statSync(join(ROOT, dirname(file), target), { throwIfNoEntry: false }) !== undefined;
        return isThere ? [] : [`${file}: ${target}`];
      }),
    );
    expect(problems, problems.join('\n')).to.be.empty;
  });

  it('are all listed in the README, some by their folder', () => {
    const linked = [...readDocument('README.md').matchAll(LINK)].map(([, target = '']) => target);
    const lost = documents().filter(
      (file) => file !== 'README.md' && !linked.includes(file) && !linked.includes(dirname(file)),
    );
    expect(lost).to.be.empty;
  });

  it('show in the README what the command line answers', async () => {
    const offline = ['quote', 'emission', 'stake'];
    for (const { words } of commandsIn('README.md')) {
      const args = words.slice(words.indexOf('--') + 1);
      if (!words.includes('io') || !offline.includes(args[0] ?? '')) continue;
      let answer = '';
      await createProgram({ width: 80, write: (text) => (answer += text) }).parseAsync(args, {
        from: 'user',
      });
      expect(answer, words.join(' ')).to.not.be.empty;
      if (args.includes('--json')) JSON.parse(answer);
    }
  });
});
