import type { PublicKey } from '@solana/web3.js';
import {
  eventOf,
  IonetError,
  pda,
  previewSettlement,
  quoteExtension,
  type Payment,
  type SettlementPreview,
} from '@ionet/sdk';
import { expect } from 'chai';
import { HOUR } from '../harness/escrow.js';
import { DAY, ENOUGH, ODD_PRICE, bookOdd, jobAccount, startOdd } from '../harness/jobs.js';
import { useMarket } from '../harness/market.js';
import { Random } from '../invariants/random.js';

const PAYMENTS: readonly Payment[] = ['usdc', 'io', 'credits'];
const JOBS = 24;
const MOST_STEPS = 12;

describe('escrow: previews of a job', () => {
  const test = useMarket();
  const usageOf = (job: PublicKey) =>
    test.market.anyone.accounts.oracle.jobUsage.fetchMaybe(pda.oracle.jobUsage(test.market.deployment, job));
  const preview = async (job: PublicKey): Promise<SettlementPreview> =>
    previewSettlement(await jobAccount(test.market, job), await usageOf(job), test.market.network.now());

  /** Settles, and holds what it did to what was foretold. */
  async function settle(job: PublicKey): Promise<SettlementPreview> {
    const foretold = await preview(job);
    const { events } = await test.market.anyone.escrow.settleJob({ job });
    const { state, reason, billedSeconds, toNode, toFees, toBuyer } = eventOf(events, 'escrow', 'jobSettled');
    expect({ state, reason, billedSeconds, toNode, toFees, toBuyer }).to.deep.equal(foretold);
    return foretold;
  }

  for (const payment of PAYMENTS) {
    it(`foretell every settlement and extension of jobs in ${payment}, whatever happens to them`, async () => {
      const { market, node } = test;
      const random = new Random(BigInt(payment.length));
      const reasons = new Set<string>();
      if (payment === 'credits') await market.buyer.treasury.buyCredits({ amount: 10n ** 9n });
      for (let count = 0; count < JOBS; count += 1) {
        const job = await startOdd(market, node, payment, { hours: random.int(1, 9), id: BigInt(count) });
        let state = 'running';
        for (let step = 0; step < MOST_STEPS && state !== 'ended'; step += 1) {
          market.warpBy(random.pick([1, 600, HOUR, 2 * HOUR + 1])!);
          market.setPrice(ODD_PRICE);
          if (random.chance(60)) {
            const { startedAt } = await jobAccount(market, job);
            const known = (await usageOf(job))?.verifiedSeconds ?? 0n;
            const most = market.network.now() - startedAt;
            const verified = random.big(known, random.chance(70) ? most : (known + most) / 2n);
            await market.report(job, verified).catch(() => undefined);
          }
          const account = await jobAccount(market, job);
          const booked = account.startedAt + BigInt(account.hours * HOUR);
          const runs = account.state === 'running' && market.network.now() < booked;
          const event = runs ? random.int(1, 100) : 100;
          if (event <= 25) await extend(job, random.int(1, 5));
          else if (event <= 36) await market.buyer.escrow.endJob({ job });
          else if (event <= 46) await market.operator.escrow.release({ job });
          ({ state } = await settle(job));
        }
        if (state !== 'ended') {
          market.warpBy(10 * DAY);
          // One settlement sees that the time is over, and where nothing was proved a later one that the wait is.
          ({ state } = await settle(job));
        }
        expect(state).to.equal('ended');
        reasons.add((await jobAccount(market, job)).reason);
      }
      expect([...reasons]).to.include.members(['endedByBuyer', 'released', 'oracleSilence']);
    });
  }

  async function extend(job: PublicKey, hours: number): Promise<void> {
    const { market } = test;
    const account = await jobAccount(market, job);
    const { terms } = await market.anyone.accounts.escrow.offer.fetch(account.offer);
    const now = market.network.now();
    const quote = quoteExtension({ job: account, offer: terms, hours, now, ioPrice: ODD_PRICE });
    const settled = previewSettlement(account, await usageOf(job), now);
    const { events } = await market.buyer.escrow.extendJob({ job, hours, maxTotal: ENOUGH });
    expect(eventOf(events, 'escrow', 'jobExtended')).to.include({
      charged: quote.total,
      addedCompute: quote.compute,
      toNode: settled.toNode,
      toFees: settled.toFees,
    });
  }

  it('refuse a job that has not started, and say so', async () => {
    const { market, node } = test;
    const job = await bookOdd(market, node);
    let refusal: unknown;
    await preview(job).catch((error: unknown) => (refusal = error));
    expect(refusal).to.be.instanceOf(IonetError);
    expect(String(refusal)).to.contain('is booked: only one that runs, or is ending, is settled');
  });
});
