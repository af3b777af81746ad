import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parseUsdc } from '@ionet/sdk';
import { createMarket, readPrograms, type MarketWithNode } from '@ionet/sdk/testing';
import { hire } from './hire.js';

const sdk = dirname(createRequire(import.meta.url).resolve('@ionet/sdk/package.json'));

describe('hire', () => {
  let made: MarketWithNode;
  before(async () => {
    made = await createMarket({ programs: await readPrograms(join(sdk, 'dist/programs')) });
  });

  it('hires within the budget, and pays what was quoted', async () => {
    const { market, offer } = made;
    const before = market.balances(market.buyer.payer).usdc;
    const hired = await hire(market.buyer, offer, 24, parseUsdc('500'));
    assert.ok(hired.kind === 'hired');
    const paid = before - market.balances(market.buyer.payer).usdc;
    assert.equal(parseUsdc(hired.paid), paid);
    const { state } = await market.buyer.accounts.escrow.job.fetch(hired.job);
    assert.equal(state, 'booked');
  });

  it('says what it would cost where that is too dear, and moves nothing', async () => {
    const { market, offer } = made;
    const before = market.balances(market.buyer.payer).usdc;
    const answer = await hire(market.buyer, offer, 24, parseUsdc('10'));
    assert.ok(answer.kind === 'tooDear');
    assert.equal(market.balances(market.buyer.payer).usdc, before);
    const again = await hire(market.buyer, offer, 24, parseUsdc(answer.asked));
    assert.equal(again.kind, 'hired');
  });
});
