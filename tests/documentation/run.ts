import * as sdk from '@ionet/sdk';
import * as testing from '@ionet/sdk/testing';
import * as umi from '@ionet/sdk/umi';
import * as web3 from '@solana/web3.js';
import { expect } from 'chai';
import { format } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import ts from 'typescript';
import { disconnect } from '../harness/rpc-node.js';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const isPrinting = (node: ts.Expression): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.getText() === 'console.log';

const parses = (expression: string): boolean => {
  const { diagnostics } = ts.transpileModule(`(${expression})`, { reportDiagnostics: true });
  return diagnostics?.length === 0;
};

/** The value that a comment names: all of it, or what stands before a colon and some words. */
function valueIn(comment: string): string {
  const ends = [...comment.matchAll(/: /g)].map(({ index }) => index).reverse();
  const value = [comment, ...ends.map((end) => comment.slice(0, end))].find(parses);
  if (value === undefined) throw new Error(`behind an expression stands no value of it: ${comment}`);
  return value;
}

interface Compared {
  readonly code: string;
  /** How many comparisons there are. */
  readonly count: number;
}

/**
 * The text with each comment behind an expression made a comparison: `f(x); // 3n` compares the value, and
 * `console.log(x); // words` compares what is printed.
 */
function withComparisons(code: string): Compared {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) {
      const [comment] = ts.getTrailingCommentRanges(code, node.end) ?? [];
      if (comment !== undefined) {
        const said = code.slice(comment.pos + 2, comment.end).trim();
        const { expression } = node;
        const arguments_ = isPrinting(expression)
          ? `printed, [${expression.arguments.map((one) => one.getText()).join(', ')}], ${JSON.stringify(said)}`
          : `equal, ${expression.getText()}, (${valueIn(said)})`;
        const text = `compare(${edits.length}, ${arguments_});`.replace(/, (printed|equal), /, `, '$1', `);
        edits.push({ from: node.getStart(), to: node.end, text });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const replaced = edits.reduceRight(
    (text, { from, to, text: inserted }) => text.slice(0, from) + inserted + text.slice(to),
    code,
  );
  return { code: replaced, count: edits.length };
}

/** The modules that the stage is made of: an example has to have the same classes. */
const SHARED: Readonly<Record<string, unknown>> = {
  '@ionet/sdk': sdk,
  '@ionet/sdk/testing': testing,
  '@ionet/sdk/umi': umi,
};

/** The modules that a text imports, loaded. */
async function modulesOf(code: string): Promise<Map<string, unknown>> {
  const names = ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName);
  const modules = names.map(
    async (name) => [name, SHARED[name] ?? ((await import(name)) as unknown)] as const,
  );
  return new Map(await Promise.all(modules));
}

/** Where the local network is that an example is run against. */
const LOCAL_NETWORK = 'http://127.0.0.1:8899';
const PATIENCE_MS = 20_000;

/** How an example is run. */
export interface RunOptions {
  /** What it may use. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** The address of a local network, asked for where the example names that of one. */
  readonly localNetwork: () => Promise<string>;
}

/** Runs the text of a module. Throws what it throws, and where a comment is untrue. */
export async function runExample(text: string, { scope, localNetwork }: RunOptions): Promise<void> {
  const code = text.includes(LOCAL_NETWORK) ? text.replaceAll(LOCAL_NETWORK, await localNetwork()) : text;
  const compared = withComparisons(code);
  const { outputText } = ts.transpileModule(compared.code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const modules = await modulesOf(code);
  const connections: web3.Connection[] = [];
  class Connection extends web3.Connection {
    constructor(...args: ConstructorParameters<typeof web3.Connection>) {
      super(...args);
      connections.push(this);
    }
  }
  if (modules.has('@solana/web3.js')) modules.set('@solana/web3.js', { ...web3, Connection });
  const reached = new Set<number>();
  const compare = (index: number, how: 'equal' | 'printed', value: unknown, said: unknown): void => {
    reached.add(index);
    expect(how === 'printed' ? format(...(value as unknown[])) : value).to.deep.equal(said);
  };
  const quiet = { log: () => undefined, error: () => undefined };
  const require = (module: string): unknown => modules.get(module);
  const given = { require, exports: {}, compare, console: quiet, ...scope };
  // The text is the repository's own documentation. What it declares itself hides what is given.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(...Object.keys(given), `return async () => {${outputText}\n}`) as (
    ...values: unknown[]
  ) => () => Promise<void>;
  const tooLong = new AbortController();
  try {
    await Promise.race([make(...Object.values(given))(), patience(tooLong.signal)]);
  } finally {
    tooLong.abort();
    for (const connection of connections) disconnect(connection);
  }
  if (reached.size < compared.count) throw new Error('not every line with its value was reached');
}

async function patience(signal: AbortSignal): Promise<void> {
  await sleep(PATIENCE_MS, undefined, { signal }).catch(() => undefined);
  if (!signal.aborted) throw new Error(`runs longer than ${PATIENCE_MS / 1_000} seconds`);
}
