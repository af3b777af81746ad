import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { createTokenAccountInstruction, tokenAddress } from '@ionet/sdk';
import { testKeypair, tokenBalance, type Market } from '@ionet/sdk/testing';
import {
  bookOdd,
  expectPaidOut,
  jobAccount,
  mintOf,
  moneyAccounts,
  movedBy,
  startOdd,
  type Holdings,
  type Token,
} from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { closeTokenAccount, freeze, handOver, thaw } from '../harness/token-accounts.js';

type Party = 'buyer' | 'fees' | 'payout';

/** How a token account stops to receive, and how it can again. */
interface Block {
  readonly title: string;
  readonly payment: Token;
  readonly parties: readonly Party[];
  readonly block: (market: Market, account: PublicKey, wallet: string) => Promise<void>;
  readonly unblock: (market: Market, account: PublicKey, wallet: string) => Promise<void>;
}

/** The wallets of the parties that are people. */
const WALLETS = { buyer: 'buyer', payout: 'owner', fees: '' } as const;

function closing(payment: Token): Block {
  return {
    title: `closed account in ${payment}`,
    payment,
    parties: ['payout', 'buyer'],
    block: async (market, _account, wallet) => {
      const mint = mintOf(market, payment);
      await market.fund(market.anyone.payer, {});
      const rest = tokenAddress(mint, market.anyone.payer);
      await closeTokenAccount(market, mint, testKeypair(wallet), rest);
    },
    unblock: async (market, _account, wallet) => {
      const { payer } = market.anyone;
      const owner = testKeypair(wallet).publicKey;
      await market.anyone.send({
        instructions: [createTokenAccountInstruction(payer, mintOf(market, payment), owner)],
        signers: [],
        accounts: {},
      });
    },
  };
}

function handingOver(payment: Token): Block {
  return {
    title: `account in ${payment} that was given to another owner`,
    payment,
    parties: ['payout', 'buyer'],
    block: (market, account, wallet) => handOver(market, account, testKeypair(wallet), market.anyone.payer),
    unblock: (market, account, wallet) =>
      handOver(market, account, testKeypair('anyone'), testKeypair(wallet).publicKey),
  };
}

const BLOCKS: readonly Block[] = [
  {
    title: 'frozen account in usdc',
    payment: 'usdc',
    parties: ['payout', 'buyer', 'fees'],
    block: freeze,
    unblock: thaw,
  },
  closing('usdc'),
  closing('io'),
  handingOver('usdc'),
  handingOver('io'),
];

/** What each party is due when the node releases the job with 9,001 seconds verified. */
const DUE = {
  usdc: { payout: 9_237_130n, fees: 231_508n, buyer: 17_040_603n },
  io: { payout: 388_881_276n, fees: 1_949_280n, buyer: 703_373_425n },
} as const;

describe('flow: token accounts that cannot receive', () => {
  const test = useMarket();

  /** A job released by its node, all of it reported, and not settled yet. */
  const releasedJob = async (payment: Token): Promise<PublicKey> => {
    const { market, node } = test;
    const job = await startOdd(market, node, payment);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.operator.escrow.release({ job });
    return job;
  };
  const owed = async (job: PublicKey): Promise<Record<Party, bigint>> => {
    const { owedToBuyer, owedToFees, owedToNode } = await jobAccount(test.market, job);
    return { buyer: owedToBuyer, fees: owedToFees, payout: owedToNode };
  };

  for (const { title, payment, parties, block, unblock } of BLOCKS) {
    for (const party of parties) {
      it(`${title} of ${party}: the others are paid, and pay_owed pays it later`, async () => {
        const { market } = test;
        const job = await releasedJob(payment);
        const account = moneyAccounts(market, await jobAccount(market, job))[party];
        await block(market, account, WALLETS[party]);
        const due = DUE[payment];
        const total = due.payout + due.fees + due.buyer;
        const moved = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
        const expected: Holdings = { ...due, [party]: 0n, vault: due[party] - total };
        expect(moved).to.deep.equal(expected);
        expect(await owed(job)).to.deep.equal({ buyer: 0n, fees: 0n, payout: 0n, [party]: due[party] });
        expect((await jobAccount(market, job)).state).to.equal('ended');

        await unblock(market, account, WALLETS[party]);
        const later = await movedBy(market, job, () => market.anyone.escrow.payOwed({ job }));
        expect(later).to.deep.equal({
          buyer: 0n,
          fees: 0n,
          payout: 0n,
          vault: -due[party],
          [party]: due[party],
        });
        await expectPaidOut(market, job);
      });
    }
  }

  it('all three frozen: nothing moves, all of it is owed, each is paid when it can', async () => {
    const { market } = test;
    const job = await releasedJob('usdc');
    const { buyer, payout, fees } = moneyAccounts(market, await jobAccount(market, job));
    for (const account of [buyer, payout, fees]) await freeze(market, account);
    const moved = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
    expect(moved).to.deep.equal({ buyer: 0n, payout: 0n, fees: 0n, vault: 0n });
    expect(await owed(job)).to.deep.equal(DUE.usdc);
    for (const [party, account] of Object.entries({ buyer, payout, fees })) {
      await thaw(market, account);
      const before = tokenBalance(market.network, account);
      await market.anyone.escrow.payOwed({ job });
      expect(tokenBalance(market.network, account) - before).to.equal(DUE.usdc[party as Party]);
    }
    await expectPaidOut(market, job);
  });

  it('a payout wallet that never had an account is paid when somebody makes one', async () => {
    const { market } = test;
    const payout = testKeypair('payout').publicKey;
    const node = await market.registerNode({ id: 3, payout });
    const job = await startOdd(market, node);
    market.warpBy(9_001);
    await market.report(job, 9_001);
    await market.anyone.escrow.settleJob({ job });
    expect((await owed(job)).payout).to.equal(9_237_130n);
    await market.fund(payout, {});
    await market.anyone.escrow.payOwed({ job });
    expect(market.balances(payout).usdc).to.equal(9_237_130n);
  });

  it('owed sums do not add up wrongly over several settlements', async () => {
    const { market, node } = test;
    const job = await startOdd(market, node);
    const { payout } = moneyAccounts(market, await jobAccount(market, job));
    await freeze(market, payout);
    for (const seconds of [1_000, 3_333, 9_001]) {
      market.warpBy(BigInt(seconds) - (market.network.now() - (await jobAccount(market, job)).startedAt));
      await market.report(job, seconds);
      await market.anyone.escrow.settleJob({ job });
    }
    expect(await owed(job)).to.deep.equal({ buyer: 0n, fees: 0n, payout: 9_237_130n });
    await thaw(market, payout);
    await market.operator.escrow.release({ job });
    const moved = await movedBy(market, job, () => market.anyone.escrow.settleJob({ job }));
    // The node's fee of 23,151 was paid on the way.
    expect(moved).to.deep.equal({
      payout: 9_237_130n,
      fees: DUE.usdc.fees - 23_151n,
      buyer: DUE.usdc.buyer,
      vault: -(9_237_130n + DUE.usdc.fees - 23_151n + DUE.usdc.buyer),
    });
    await expectPaidOut(market, job);
  });

  for (const [title, end] of [
    ['cancelled', (job: PublicKey) => test.market.buyer.escrow.cancelJob({ job })],
    [
      'expired',
      (job: PublicKey) => {
        test.market.warpBy(901);
        return test.market.anyone.escrow.expireJob({ job });
      },
    ],
  ] as const) {
    it(`a job that is ${title} while the accounts of buyer and treasury are frozen`, async () => {
      const { market, node } = test;
      const job = await bookOdd(market, node);
      const { buyer, fees } = moneyAccounts(market, await jobAccount(market, job));
      await freeze(market, buyer);
      await freeze(market, fees);
      const moved = await movedBy(market, job, () => end(job));
      expect(moved).to.deep.equal({ buyer: 0n, payout: 0n, fees: 0n, vault: 0n });
      expect((await jobAccount(market, job)).state).to.equal(title);
      const kept = title === 'cancelled' ? 583_334n : 0n;
      expect(await owed(job)).to.deep.equal({ payout: 0n, fees: kept, buyer: 26_509_241n - kept });
      await thaw(market, buyer);
      await thaw(market, fees);
      await market.anyone.escrow.payOwed({ job });
      await expectPaidOut(market, job);
    });
  }
});
