/**
 * Each export of `@ionet/sdk`, whatever its entry, says what it is and shows how it is used.
 *
 * What can be called has an example of its own, so each action too. A type or a constant may share one: its comment
 * links to an export that has one, and that export's declaration names the type, itself or through types that it names
 * (or is a type that the type is made of), or its example uses the constant. Accounts, events and errors are no exports: they are reached by their names
 * through readers, `eventOf` and `isProgramError`, and for each the same three lines are compiled.
 *
 * The blocks of TypeScript in the README, the guides and the other documents are held to the same.
 *
 * All examples are compiled together, with what `Givens` declares in scope, and then run, each on a marketplace as new.
 * A comment behind an expression is its value (`f(x); // 3n`, `console.log(x); // words`): it is compared, and an
 * example in which such a line is not reached fails.
 */
import { expect } from 'chai';
import ts from 'typescript';
import { idls, programNames } from '@ionet/sdk';
import { compilerOptions, entries, readExports, refersTo, type Export } from './exports.js';
import { blocksIn, documents } from './documents.js';
import { complaints, givenNames } from './program.js';
import { runExample } from './run.js';
import { Stage } from './stage.js';

/**
 * Blocks of documents that are only compiled here: tests/sdk/cookbook.test.ts runs the first two, and the last names a
 * job that the local network does not have.
 */
const RUN_ELSEWHERE = ['docs/cookbook.md', 'sdk/README.md', 'docs/guides/dapp.md 4'];

/** Fails with all that is wrong, a line each. */
function none(problems: readonly string[]): void {
  expect(problems, problems.join('\n')).to.be.empty;
}

/** Whether an example uses a name. */
function uses(code: string, name: string): boolean {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022);
  let found = false;
  const visit = (node: ts.Node): void => {
    found ||= ts.isIdentifier(node) && node.text === name;
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** How a link may name an export: also without the namespace that it is in. */
const namesOf = ({ name }: Export): Set<string> => new Set([name, name.split('.').at(-1) ?? name]);

describe('documentation', function () {
  this.timeout(300_000);
  let program: ts.Program;
  let exported: readonly Export[] = [];

  before(() => {
    program = ts.createProgram(entries(), compilerOptions());
    exported = readExports(program);
  });

  it('says of every export what it is', () => {
    const silent = exported.filter(({ description }) => description === '');
    none(silent.map(({ name, place }) => `${name} (${place})`));
    expect(exported.length).to.be.greaterThan(300);
  });

  it('shows every export, itself or by the example that it links to', () => {
    const byName = new Map(exported.flatMap((one) => [...namesOf(one)].map((name) => [name, one] as const)));
    const sharesWith = (one: Export, other: Export): boolean =>
      other.examples.length > 0 &&
      (one.isType
        ? refersTo(other.symbol, one.symbol, program) ||
          (other.isType && refersTo(one.symbol, other.symbol, program))
        : other.examples.some(({ code }) => uses(code, one.name)));
    const without = exported.filter((one) => {
      if (one.examples.length > 0) return false;
      const linked = one.links.flatMap((link) => byName.get(link) ?? []);
      return !one.isData || !linked.some((other) => sharesWith(one, other));
    });
    none(without.map(({ name, place, links }) => `${name} (${place}) ${links.join(' ')}`));
  });

  it('has examples that compile', () => {
    const examples = [...exported.flatMap((one) => one.examples), ...documents().flatMap(blocksIn)];
    const uniform = programNames.flatMap((name) => {
      const { accounts, errors, events } = idls[name];
      return [
        ...accounts.map((one) => `await client.accounts.${name}.${one.name}.fetchMaybe(node);`),
        ...events.map((one) => `eventOf((await client.send([])).events, '${name}', '${one.name}');`),
        ...errors.map((one) => `isProgramError(new Error(), '${name}', '${one.name}');`),
      ];
    });
    const code = `import { eventOf, isProgramError } from '@ionet/sdk';\n${uniform.join('\n')}`;
    none(complaints([...examples, { name: 'by name', place: 'the IDLs', code }], program));
  });

  it('has examples that run and say what is true', async () => {
    const stage = await Stage.build();
    const failures: string[] = [];
    const given = givenNames();
    const directory = process.cwd();
    process.chdir(stage.directory);
    try {
      const blocks = documents()
        .flatMap(blocksIn)
        .filter(({ name }) => !RUN_ELSEWHERE.some((start) => name.startsWith(start)));
      for (const { name, place, code } of [...exported.flatMap((one) => one.examples), ...blocks]) {
        try {
          const scope = given.some((one) => uses(code, one)) ? { ...(await stage.prepare(name)) } : {};
          await runExample(code, { scope, localNetwork: () => stage.localNetwork() });
        } catch (error) {
          failures.push(`${name} (${place}): ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    } finally {
      process.chdir(directory);
      await stage.remove();
    }
    none(failures);
  });
});
