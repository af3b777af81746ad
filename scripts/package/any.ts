import { join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from './pack.js';

const DECLARATIONS = join(ROOT, 'sdk/dist/esm');

/**
 * Where the emitted declarations say `any`, or mean it: also what only comes to it, such as a type of a package that
 * is not there.
 */
export function placesOfAny(): string[] {
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    {
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023', 'DOM'],
        module: 'NodeNext',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
        noEmit: true,
      },
      include: ['**/*.d.ts'],
    },
    ts.sys,
    DECLARATIONS,
  );
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const places: string[] = [];
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.startsWith(`${DECLARATIONS}/`)) continue;
    const visit = (node: ts.Node): void => {
      // A part of a template is no type by itself, though the compiler counts it among them.
      const isType = ts.isTypeNode(node) && !ts.isTemplateLiteralTypeSpan(node);
      if (isType && (checker.getTypeFromTypeNode(node).flags & ts.TypeFlags.Any) !== 0) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        places.push(`${relative(DECLARATIONS, file.fileName)}:${line + 1}: ${node.getText(file)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return places;
}
