import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { escrow, eventOf, pda, tokenAddress, type Client } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import {
  ENOUGH,
  ODD_ORDER,
  ODD_TERMS,
  bookSponsored,
  complete,
  expectPaidOut,
  jobAccount,
  moneyAccounts,
  movedBy,
  startOdd,
  type Holdings,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { freeze } from '../harness/token-accounts.js';

describe('escrow: withdraw_owed', () => {
  const test = useMarket();

  /** An account of a stranger, in USDC or IO. */
  const strangers = async (payment: 'usdc' | 'io' = 'usdc'): Promise<PublicKey> => {
    const { market } = test;
    await market.fund(market.anyone.payer, {});
    const { usdcMint, ioMint } = market.deployment;
    return tokenAddress(payment === 'usdc' ? usdcMint : ioMint, market.anyone.payer);
  };
  const withdraw = (client: Client, job: PublicKey, destination: PublicKey): Promise<unknown> =>
    client.escrow.withdrawOwed({ job, destination });
  /** A job released by its node while the accounts of node and buyer were frozen. */
  const blockedJob = async (): Promise<PublicKey> => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout, buyer } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await freeze(market, buyer);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.operator.escrow.release({ job });
    await market.anyone.escrow.settleJob({ job });
    return job;
  };
  const balanceOf = (account: PublicKey): bigint => tokenBalance(test.market.network, account);

  it('gives the payout wallet its income in any account that it names', async () => {
    const { market } = test;
    const job = await blockedJob();
    const destination = await strangers();
    const { events } = await market.owner.escrow.withdrawOwed({ job, destination });
    expect(eventOf(events, 'escrow', 'owedWithdrawn')).to.deep.equal({
      job,
      wallet: market.owner.payer,
      destination,
      amount: 9_237_130n,
      owed: 17_040_603n,
      seq: 5n,
    });
    expect(balanceOf(destination)).to.equal(9_237_130n);
    const { paidToNode, owedToNode, owedToBuyer } = await jobAccount(market, job);
    expect({ paidToNode, owedToNode, owedToBuyer }).to.deep.equal({
      paidToNode: 9_237_130n,
      owedToNode: 0n,
      owedToBuyer: 17_040_603n,
    });
  });

  it('gives the buyer his refund, and closes the vault when it was the last', async () => {
    const { market } = test;
    const job = await blockedJob();
    const destination = await strangers();
    await withdraw(market.owner, job, destination);
    await withdraw(market.buyer, job, destination);
    expect(balanceOf(destination)).to.equal(9_237_130n + 17_040_603n);
    const { refunded } = await expectPaidOut(market, job);
    expect(refunded).to.equal(17_040_603n);
  });

  it('gives a buyer who is the payout wallet too both at once', async () => {
    const { market } = test;
    const own = await market.registerNode({ id: 7, payout: market.buyer.payer });
    const offer = await market.createOffer(own, 0, ODD_TERMS);
    const job = await market.bookAndStart({ ...ODD_ORDER, offer, payment: 'usdc', maxTotal: ENOUGH });
    await freeze(market, tokenAddress(market.deployment.usdcMint, market.buyer.payer));
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.operator.escrow.release({ job });
    await market.anyone.escrow.settleJob({ job });
    const destination = await strangers();
    const { events } = await market.buyer.escrow.withdrawOwed({ job, destination });
    expect(eventOf(events, 'escrow', 'owedWithdrawn').amount).to.equal(9_237_130n + 17_040_603n);
    expect(balanceOf(destination)).to.equal(9_237_130n + 17_040_603n);
    await expectPaidOut(market, job);
  });

  it('gives a running node its income so far', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    await freeze(market, moneyAccounts(market, await jobAccount(market, job)).payout);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.anyone.escrow.settleJob({ job });
    const destination = await strangers();
    await withdraw(market.owner, job, destination);
    expect(balanceOf(destination)).to.equal(9_237_130n);
    expect((await jobAccount(market, job)).state).to.equal('running');
    await complete(market, job);
    const { paidToNode, owedToNode } = await jobAccount(market, job);
    expect(paidToNode + owedToNode).to.equal(25_861_092n);
  });

  it('leaves what the treasury is owed to pay_owed', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout, fees } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await freeze(market, fees);
    await complete(market, job);
    const destination = await strangers();
    const moved: Holdings = await movedBy(market, job, () => withdraw(market.owner, job, destination));
    expect(moved).to.deep.equal({ buyer: 0n, payout: 0n, fees: 0n, vault: -25_861_092n });
    expect((await jobAccount(market, job)).owedToFees).to.equal(648_149n);
  });

  it('is for the buyer and the payout wallet only', async () => {
    const { market } = test;
    const job = await blockedJob();
    const destination = await strangers();
    for (const client of [market.anyone, market.operator, market.admin, market.pauser]) {
      await expectRefused(market, () => withdraw(client, job, destination), 'escrow', 'NotPayee');
    }
  });

  it('gives nobody what another is owed, and nothing twice', async () => {
    const { market } = test;
    const job = await blockedJob();
    const destination = await strangers();
    await withdraw(market.owner, job, destination);
    await expectRefused(market, () => withdraw(market.owner, job, destination), 'escrow', 'NothingOwed');
    await withdraw(market.buyer, job, destination);
    for (const client of [market.owner, market.buyer]) {
      await expectRefused(market, () => withdraw(client, job, destination), 'escrow', 'NothingOwed');
    }
  });

  it('needs an account of the mint of the job that can receive', async () => {
    const { market } = test;
    const job = await blockedJob();
    const other = await strangers('io');
    await expectRefused(market, () => withdraw(market.owner, job, other), 'escrow', 'WrongMint');
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    await expectRefused(market, () => withdraw(market.owner, job, payout), 'escrow', 'StillNotReceivable');
    const none = testKeypair('nobody').publicKey;
    await expectRefused(market, () => withdraw(market.owner, job, none), 'escrow', 'AccountNotInitialized');
  });

  it('does not take the vault of the job itself for an account to withdraw to', async () => {
    const { market } = test;
    const job = await blockedJob();
    const vault = pda.escrow.jobVault(market.deployment, job);
    await expectRefused(market, () => withdraw(market.owner, job, vault), 'escrow', 'DestinationIsVault');
  });

  it('takes from no other vault, and sends its rent to nobody but who paid it', async () => {
    const { market, node } = test;
    const { job, sponsor } = await bookSponsored(market, node);
    await market.operator.escrow.startJob({ job });
    const { payout, vault } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    await complete(market, job);
    const destination = await strangers();
    const ref = await jobAccount(market, job);
    const call = escrow.withdrawOwed.call(market.owner, { job: ref, destination });
    for (const [from, to, name] of [
      [sponsor.payer, market.anyone.payer, 'WrongRentPayer'],
      [vault, payout, 'ConstraintSeeds'],
    ] as const) {
      const changed = replaceAccount(call, from, to);
      await expectRefused(market, () => market.owner.send(changed), 'escrow', name);
    }
    const { lamports } = market.network.getAccount(vault)!;
    const before = market.network.getAccount(sponsor.payer)!.lamports;
    await market.owner.send(call);
    expect(market.network.getAccount(sponsor.payer)!.lamports - before).to.equal(lamports);
  });
});
