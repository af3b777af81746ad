import { join } from 'node:path';
import ts from 'typescript';
import { compilerOptions, ROOT, type Example } from './exports.js';

const DIRECTORY = join(ROOT, 'tests/documentation');
const STAGE = join(DIRECTORY, 'stage.ts');

/** The names of what examples may use without saying where it comes from: the members of `Givens`. */
export function givenNames(): string[] {
  const source = ts.createSourceFile(STAGE, ts.sys.readFile(STAGE) ?? '', ts.ScriptTarget.ES2022);
  const givens = source.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === 'Givens',
  );
  return (givens?.members ?? []).flatMap(({ name }) =>
    name !== undefined && ts.isIdentifier(name) ? [name.text] : [],
  );
}

/** Compiles all examples together, each a module of its own, and says what is wrong with each. */
export function complaints(examples: readonly Example[], earlier?: ts.Program): string[] {
  const declared = givenNames().map((name) => `  const ${name}: Givens['${name}'];`);
  const preamble = [`import type { Givens } from './stage.js';`, 'declare global {', ...declared, '}'];
  const fileOf = (index: number): string => join(DIRECTORY, `example-${index}.ts`);
  const texts = new Map([[join(DIRECTORY, 'preamble.ts'), preamble.join('\n')]]);
  for (const [index, { code }] of examples.entries()) texts.set(fileOf(index), `${code}\nexport {};\n`);

  // An example ends where it has shown what it shows.
  const options = { ...compilerOptions(), noUnusedLocals: false, noUnusedParameters: false, noEmit: true };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const text = texts.get(file);
      if (text !== undefined) return ts.createSourceFile(file, text, version);
      return earlier?.getSourceFile(file) ?? disk.getSourceFile(file, version, ...rest);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return examples.flatMap(({ name, place }, index) => {
    const source = program.getSourceFile(fileOf(index));
    if (source === undefined) throw new Error(`${place} was not compiled`);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start = 0 }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `${place} (${name}), line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}
