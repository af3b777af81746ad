import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A text of TypeScript with the place that it stands at. */
export interface Example {
  /** The export that it is of, such as `escrow.bookJob`, or the document. */
  readonly name: string;
  /** File and line, for who has to mend it. */
  readonly place: string;
  readonly code: string;
}

/** What an entry of the package exports, with what its comment says. */
export interface Export {
  /** With the namespaces that it is in, such as `escrow.bookJob`. */
  readonly name: string;
  readonly place: string;
  readonly isNamespace: boolean;
  /** Whether there is nothing to call: a type, or a constant that holds plain data. */
  readonly isData: boolean;
  readonly isType: boolean;
  readonly description: string;
  readonly examples: readonly Example[];
  /** The names that the comment links to. */
  readonly links: readonly string[];
  readonly symbol: ts.Symbol;
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly 'ionet-source'?: string }>>;
}

/** The sources of all entries of the package, as its manifest names them. */
export function entries(): string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'sdk/package.json'), 'utf8')) as Manifest;
  return Object.values(manifest.exports).flatMap((entry) =>
    typeof entry !== 'string' && entry['ionet-source'] !== undefined
      ? [join(ROOT, 'sdk', entry['ionet-source'])]
      : [],
  );
}

/** The options that the repository is compiled with. */
export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}

const FENCE = /```ts\n([\s\S]*?)```/g;

/** The blocks of TypeScript in a text. */
export function fencedBlocks(text: string): string[] {
  return [...text.matchAll(FENCE)].map(([, code = '']) => code);
}

/** Where a node stands. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(ROOT, source.fileName)}:${line + 1}`;
}

/** The node that carries a declaration's comment. */
function commented(declaration: ts.Node): ts.Node {
  if (ts.isVariableDeclaration(declaration)) return declaration.parent.parent;
  return ts.isNamespaceExport(declaration) ? declaration.parent : declaration;
}

function linksIn(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string[] {
  if (comment === undefined || typeof comment === 'string') return [];
  return comment.flatMap((part) => (ts.isJSDocLink(part) && part.name ? [part.name.getText()] : []));
}

interface Comment {
  readonly description: string;
  readonly codes: readonly string[];
  readonly links: readonly string[];
}

function commentOf(declaration: ts.Node): Comment {
  const found = ts.getJSDocCommentsAndTags(commented(declaration)).filter(ts.isJSDoc);
  const tags = found.flatMap((comment) => [...(comment.tags ?? [])]);
  const textOf = ({ comment }: ts.JSDoc | ts.JSDocTag): string => ts.getTextOfJSDocComment(comment) ?? '';
  return {
    description: found.map(textOf).join('\n').trim(),
    codes: tags
      .filter(({ tagName }) => tagName.text === 'example')
      .flatMap((tag) => fencedBlocks(`${textOf(tag)}\n`)),
    links: [...found, ...tags].flatMap(({ comment }) => linksIn(comment)),
  };
}

/** Whether a value can be called, or holds something that can. */
function isCallable(type: ts.Type, at: ts.Node, checker: ts.TypeChecker): boolean {
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return true;
  const isOwn = type.getSymbol()?.declarations?.some((one) => ts.isObjectLiteralExpression(one)) ?? false;
  return (
    isOwn &&
    type.getProperties().some((one) => isCallable(checker.getTypeOfSymbolAtLocation(one, at), at, checker))
  );
}

/** All that the entries export, each thing once. */
export function readExports(program: ts.Program): Export[] {
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const found: Export[] = [];

  function read(module: ts.Symbol, prefix: string): void {
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      const isNamespace = (symbol.flags & ts.SymbolFlags.ValueModule) !== 0;
      const declarations = (isNamespace ? namespaceExports(exported) : symbol.declarations) ?? [];
      const [first] = declarations;
      if (first === undefined) throw new Error(`${exported.name} is declared nowhere`);
      const name = `${prefix}${exported.name}`;
      const place = placeOf(first);
      const comments = declarations.map(commentOf);
      const isType = (symbol.flags & ts.SymbolFlags.Value) === 0;
      found.push({
        name,
        place,
        isNamespace,
        isType,
        isData:
          isType ||
          (!isNamespace && !isCallable(checker.getTypeOfSymbolAtLocation(symbol, first), first, checker)),
        description: comments
          .map(({ description }) => description)
          .join('\n')
          .trim(),
        examples: comments.flatMap(({ codes }) => codes.map((code) => ({ name, place, code }))),
        links: comments.flatMap(({ links }) => links),
        symbol,
      });
      if (isNamespace) read(symbol, `${name}.`);
    }
  }

  /** Where a namespace is made of a module: its comment stands there. */
  function namespaceExports(exported: ts.Symbol): ts.Node[] {
    let symbol: ts.Symbol | undefined = exported;
    while (symbol !== undefined) {
      const made = symbol.declarations?.filter(ts.isNamespaceExport) ?? [];
      if (made.length > 0) return made;
      symbol = checker.getImmediateAliasedSymbol(symbol);
    }
    return [];
  }

  for (const entry of entries()) {
    const source = program.getSourceFile(entry);
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    read(module, '');
  }
  return found;
}

/** Whether the declaration of one export names another, or names a type that does. */
export function refersTo(from: ts.Symbol, to: ts.Symbol, program: ts.Program, depth = 3): boolean {
  const checker = program.getTypeChecker();
  const resolve = (node: ts.Node): ts.Symbol | undefined => {
    const symbol = checker.getSymbolAtLocation(node);
    if (symbol === undefined) return undefined;
    return (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
  };
  const named = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = resolve(node);
      if (symbol !== undefined && symbol !== from) named.add(symbol);
    }
    ts.forEachChild(node, visit);
  };
  for (const declaration of from.declarations ?? []) visit(declaration);
  if (named.has(to)) return true;
  const types = [...named].filter(({ flags }) => (flags & ts.SymbolFlags.Type) !== 0);
  const isOurs = (symbol: ts.Symbol): boolean =>
    symbol.declarations?.some((one) => one.getSourceFile().fileName.startsWith(join(ROOT, 'sdk/src'))) ??
    false;
  return depth > 1 && types.some((type) => isOurs(type) && refersTo(type, to, program, depth - 1));
}
