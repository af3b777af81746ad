import { expect } from 'chai';
import { decodeTokenAccount, eventOf, pda, tokenAddress, treasury } from '@ionet/sdk';
import { setMint, testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';
import { freeze } from '../harness/token-accounts.js';

describe('treasury: buy_credits', () => {
  const test = useMarket();
  const creditsOf = (owner = test.market.buyer.payer) => pda.treasury.credits(test.market.deployment, owner);
  const balance = (owner = test.market.buyer.payer) => tokenBalance(test.market.network, creditsOf(owner));

  it('turns USDC into credits one to one, in an account that only the treasury moves', async () => {
    const { market } = test;
    const before = market.balances(market.buyer.payer).usdc;
    const { accounts, events } = await market.buyer.treasury.buyCredits({ amount: 2_000_001n });
    expect(accounts.credits).to.deep.equal(creditsOf());
    expect(market.balances(market.buyer.payer).usdc).to.equal(before - 2_000_001n);
    const { data } = market.network.getAccount(creditsOf())!;
    expect(decodeTokenAccount(data)).to.deep.equal({
      mint: market.deployment.usdcMint,
      owner: pda.treasury.treasury(market.deployment),
      amount: 2_000_001n,
      frozen: false,
      delegate: null,
      closeAuthority: null,
    });
    expect(eventOf(events, 'treasury', 'creditsBought')).to.deep.equal({
      owner: market.buyer.payer,
      buyer: market.buyer.payer,
      amount: 2_000_001n,
      balance: 2_000_001n,
    });
  });

  it('adds to credits that there are', async () => {
    const { market } = test;
    await market.buyer.treasury.buyCredits({ amount: 5n });
    const { events } = await market.buyer.treasury.buyCredits({ amount: 7n });
    expect(eventOf(events, 'treasury', 'creditsBought').balance).to.equal(12n);
    expect(balance()).to.equal(12n);
  });

  it('lets anyone buy for an owner, who need not exist, and another pay the rent', async () => {
    const { market } = test;
    const owner = testKeypair('somebody new').publicKey;
    const call = treasury.buyCredits.call(market.anyone, {
      buyer: testKeypair('buyer'),
      owner,
      amount: 9n,
    });
    const lamports = market.network.getAccount(market.buyer.payer)!.lamports;
    const { events } = await market.anyone.send(call);
    expect(eventOf(events, 'treasury', 'creditsBought')).to.deep.include({
      owner,
      buyer: market.buyer.payer,
    });
    expect([balance(owner), balance()]).to.deep.equal([9n, 0n]);
    expect(market.network.getAccount(market.buyer.payer)!.lamports).to.equal(lamports);
  });

  it('survives an address that a stranger funded before', async () => {
    const { market } = test;
    market.network.airdrop(creditsOf(), 1_000_000n);
    await market.buyer.treasury.buyCredits({ amount: 5n });
    expect(balance()).to.equal(5n);
  });

  it('refuses to buy nothing', async () => {
    const { market } = test;
    const act = () => market.buyer.treasury.buyCredits({ amount: 0n });
    await expectRefused(market, act, 'treasury', 'ZeroAmount');
  });

  it('refuses more than the buyer has', async () => {
    const { market } = test;
    const amount = market.balances(market.buyer.payer).usdc + 1n;
    const act = () => market.buyer.treasury.buyCredits({ amount });
    await expectRefused(market, act, 'token', 'InsufficientFunds');
  });

  it('refuses another mint, with which credits would be worth nothing', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const mint = testKeypair('worthless mint').publicKey;
    setMint(network, { address: mint, decimals: 6, mintAuthority: market.anyone.payer });
    const call = treasury.buyCredits.call(market.buyer, { amount: 5n });
    for (const usdcMint of [mint, deployment.ioMint]) {
      const forged = withAccounts(call, 'treasury', 'buyCredits', { usdcMint });
      await expectRefused(market, () => market.buyer.send(forged), 'treasury', 'WrongUsdcMint');
    }
  });

  it('refuses the account of another, or of IO, in the place of the buyer’s', async () => {
    const { market } = test;
    const { deployment, buyer, owner } = market;
    await market.fund(owner.payer, { usdc: 1_000n });
    for (const tokenAccount of [
      tokenAddress(deployment.usdcMint, owner.payer),
      tokenAddress(deployment.ioMint, buyer.payer),
    ]) {
      const act = () => buyer.treasury.buyCredits({ amount: 5n, tokenAccount });
      await expectRefused(market, act, 'treasury', 'WrongBuyerTokenAccount');
    }
  });

  it('refuses a buyer who does not sign', async () => {
    const { market } = test;
    const call = treasury.buyCredits.call(market.anyone, { amount: 5n, buyer: market.buyer.payer });
    const unsigned = withoutSignature(call, market.buyer.payer);
    await expectRefused(market, () => market.anyone.send(unsigned), 'treasury', 'AccountNotSigner');
  });

  it('refuses another address for the credits, such as the USDC account of the owner', async () => {
    const { market } = test;
    const { deployment, buyer, owner } = market;
    await market.fund(owner.payer, {});
    const call = treasury.buyCredits.call(buyer, { amount: 5n });
    for (const other of [tokenAddress(deployment.usdcMint, owner.payer), creditsOf(owner.payer)]) {
      const forged = replaceAccount(call, creditsOf(), other);
      await expectRefused(market, () => buyer.send(forged), 'treasury', 'ConstraintSeeds');
    }
  });

  it('cannot add to credits that the issuer has frozen', async () => {
    const { market } = test;
    await market.buyer.treasury.buyCredits({ amount: 5n });
    await freeze(market, creditsOf());
    const act = () => market.buyer.treasury.buyCredits({ amount: 5n });
    await expectRefused(market, act, 'token', 'AccountFrozen');
  });
});
