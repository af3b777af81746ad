import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import ts from 'typescript';
import * as sdk from '@ionet/sdk';
import * as testing from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';

interface Recipe {
  readonly title: string;
  readonly code: string;
  /** What the comments say that is printed. */
  readonly printed: readonly string[];
}

const RECIPE = /^## (.+)\n[\s\S]*?```ts\n([\s\S]*?)```/gm;
const PRINTED = /console\.log\(.*\); \/\/ (.*)$/gm;
const MODULES: Readonly<Record<string, object>> = { '@ionet/sdk': sdk, '@ionet/sdk/testing': testing };

function recipesIn(text: string): Recipe[] {
  return [...text.matchAll(RECIPE)].map(([, title = '', code = '']) => ({
    title,
    code,
    printed: [...code.matchAll(PRINTED)].map(([, said = '']) => said),
  }));
}

/** Runs a module's text with these names in its scope; its imports come from the sources of the SDK. */
async function run(code: string, scope: Readonly<Record<string, unknown>>): Promise<void> {
  const imports = /^import (\{[^}]*\}) from '([^']+)';$/gm;
  const body = code.replaceAll(imports, (_, names: string, module: string) => {
    return `const ${names} = modules['${module}'];`;
  });
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(`async () => {${body}}`, { compilerOptions });
  const names = ['modules', ...Object.keys(scope)];
  // The text is the repository's own documentation.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(...names, `return ${outputText}`) as (
    ...values: unknown[]
  ) => () => Promise<void>;
  await make(MODULES, ...Object.values(scope))();
}

describe('cookbook', () => {
  const test = useMarket();
  const recipes = recipesIn(readFileSync('docs/cookbook.md', 'utf8'));

  it('has ten tasks, each of which shows what it does', () => {
    expect(recipes).to.have.length(10);
    for (const { title, printed } of recipes) expect(printed, title).to.not.be.empty;
  });

  for (const { title, code, printed } of recipes) {
    it(title, async () => {
      const { market, node, offer } = test;
      const said: string[] = [];
      const log = (...values: unknown[]): void => {
        said.push(values.map(String).join(' '));
      };
      await run(code, { market, node, offer, client: market.buyer, console: { log } });
      expect(said).to.deep.equal(printed);
    });
  }
});

describe('the example of the readme of the SDK', () => {
  const test = useMarket();

  it('hires within the budget, and gives nothing where that is too little', async () => {
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync('sdk/README.md', 'utf8')) ?? [];
    const { market, offer } = test;
    const hired: unknown[] = [];
    // The function as it is written there, with a client of the test network in place of one over a port.
    const start = code.indexOf('async function hire');
    expect(start).to.be.greaterThan(0);
    const imports = "import { isProgramError, parseUsdc } from '@ionet/sdk';\n";
    const call = `${imports}${code.slice(start)}\nhired.push(await hire(offer));`;
    await run(call, { client: market.buyer, offer, hired });
    const [first] = hired as [{ job: sdk.AccountData<'escrow', 'job'>['buyer']; signature: string }];
    expect((await market.buyer.accounts.escrow.job.fetch(first.job)).hours).to.equal(24);
    const dear = await market.createOffer(test.node, 7, { price: 90_000_000n, maxHours: 720 });
    await run(call, { client: market.buyer, offer: dear, hired });
    expect(hired[1]).to.equal(null);
  });
});
