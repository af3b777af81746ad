import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { AccountData } from '@ionet/sdk';
import { runExample } from '../documentation/run.js';
import { useMarket } from '../harness/market.js';

const RECIPE = /^## (.+)\n[\s\S]*?```ts\n([\s\S]*?)```/gm;
const recipes = [...readFileSync('docs/cookbook.md', 'utf8').matchAll(RECIPE)].map(
  ([, title = '', code = '']) => ({ title, code }),
);

/** No text here names the address of a local network. */
const localNetwork = (): Promise<string> => Promise.reject(new Error('there is no local network'));

describe('cookbook', () => {
  const test = useMarket();

  it('has ten tasks, each of which shows what it does', () => {
    expect(recipes).to.have.length(10);
    for (const { title, code } of recipes) expect(code, title).to.match(/console\.log\(.*\); \/\/ ./);
  });

  for (const { title, code } of recipes) {
    it(title, async () => {
      const { market, node, offer } = test;
      await runExample(code, { scope: { market, node, offer, client: market.buyer }, localNetwork });
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
    await runExample(call, { scope: { client: market.buyer, offer, hired }, localNetwork });
    const [first] = hired as [{ job: AccountData<'escrow', 'job'>['buyer']; signature: string }];
    expect((await market.buyer.accounts.escrow.job.fetch(first.job)).hours).to.equal(24);
    const dear = await market.createOffer(test.node, 7, { price: 90_000_000n, maxHours: 720 });
    await runExample(call, { scope: { client: market.buyer, offer: dear, hired }, localNetwork });
    expect(hired[1]).to.equal(null);
  });
});
