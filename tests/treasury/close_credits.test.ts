import { expect } from 'chai';
import { eventOf, parseUsdc, pda, treasury } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

describe('treasury: close_credits', () => {
  const test = useMarket();
  const credits = () => pda.treasury.credits(test.market.deployment, test.market.buyer.payer);

  /** Buys what an order costs, and spends it. */
  const spendAll = async (): Promise<void> => {
    const { market, offer } = test;
    // An hour of a device at 2 USD, and 2.25 % of it.
    await market.buyer.treasury.buyCredits({ amount: parseUsdc('2.045') });
    const order = { offer, devices: 1, hours: 1, payment: 'credits', maxTotal: parseUsdc('2.045') } as const;
    await market.buyer.escrow.bookJob(order);
    expect(tokenBalance(market.network, credits())).to.equal(0n);
  };

  it('removes an empty account; the owner gets its rent', async () => {
    const { market } = test;
    await spendAll();
    const rent = market.network.getAccount(credits())!.lamports;
    const before = market.network.getAccount(market.buyer.payer)!.lamports;
    const call = treasury.closeCredits.call(market.anyone, { owner: testKeypair('buyer') });
    const { events } = await market.anyone.send(call);
    expect(market.network.getAccount(credits())).to.equal(null);
    expect(market.network.getAccount(market.buyer.payer)!.lamports).to.equal(before + rent);
    expect(eventOf(events, 'treasury', 'creditsClosed')).to.deep.equal({ owner: market.buyer.payer });
  });

  it('lets credits be bought again afterwards', async () => {
    const { market } = test;
    await spendAll();
    await market.buyer.treasury.closeCredits();
    await market.buyer.treasury.buyCredits({ amount: 3n });
    expect(tokenBalance(market.network, credits())).to.equal(3n);
  });

  it('refuses while there is a credit left', async () => {
    const { market } = test;
    await spendAll();
    await market.anyone.send(
      treasury.buyCredits.call(market.anyone, {
        buyer: testKeypair('buyer'),
        owner: market.buyer.payer,
        amount: 1n,
      }),
    );
    const act = () => market.buyer.treasury.closeCredits();
    await expectRefused(market, act, 'treasury', 'CreditsNotEmpty');
  });

  it('refuses everybody but the owner', async () => {
    const { market } = test;
    await spendAll();
    const call = treasury.closeCredits.call(market.buyer);
    const unsigned = withoutSignature(call, market.buyer.payer);
    await expectRefused(market, () => market.anyone.send(unsigned), 'treasury', 'AccountNotSigner');
    const forged = replaceAccount(call, market.buyer.payer, market.anyone.payer);
    await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'ConstraintSeeds');
  });

  it('refuses the fee vault in the place of the credits', async () => {
    const { market } = test;
    const { deployment } = market;
    await spendAll();
    const call = treasury.closeCredits.call(market.buyer);
    const vault = pda.treasury.feeVault(deployment, deployment.usdcMint);
    const forged = replaceAccount(call, credits(), vault);
    await expectRefused(market, () => market.buyer.send(forged), 'treasury', 'ConstraintSeeds');
  });

  it('refuses where there is no account', async () => {
    const { market } = test;
    const act = () => market.buyer.treasury.closeCredits();
    await expectRefused(market, act, 'treasury', 'AccountNotInitialized');
  });
});
