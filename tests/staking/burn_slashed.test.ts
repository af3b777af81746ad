import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, staking } from '@ionet/sdk';
import { tokenSupply } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import { caseAccount, openCase } from '../harness/cases.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused, today, vaultsOf } from '../harness/staking.js';

describe('staking: burn_slashed and close_slash_case', () => {
  const test = useMarket();
  let slashCase: PublicKey;
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const burn = () => test.market.anyone.staking.burnSlashed({ node: test.node, slashCase });
  const close = () => test.market.anyone.staking.closeSlashCase({ slashCase });
  const supply = () => tokenSupply(test.market.network, test.market.deployment.ioMint);

  beforeEach(async () => {
    slashCase = await openCase(test, 600n);
  });

  it('burns 30 days after the slash, by anyone, and not a second before', async () => {
    const { market, node } = test;
    market.warpBy(30 * DAY - 1);
    await refused(market, 'BurnTooEarly', burn);
    market.warpBy(1);
    const before = { supply: supply(), vault: vaultsOf(market, node).stake, node: await fetch() };
    const { events } = await burn();
    expect(supply()).to.equal(before.supply - 600n);
    expect(vaultsOf(market, node).stake).to.equal(before.vault - 600n);
    const after = await fetch();
    expect(after).to.deep.equal({
      ...before.node,
      inCases: 0n,
      openCases: before.node.openCases.map(() => ({ openedAt: 0n, amount: 0n })),
      seq: before.node.seq + 1n,
    });
    expect(await caseAccount(test, slashCase)).to.deep.include({
      state: 'burned',
      burned: 600n,
      restored: 0n,
    });
    expect(eventOf(events, 'staking', 'slashBurned')).to.deep.equal({
      node,
      slashCase,
      amount: 600n,
      supplyAfter: supply(),
      inCases: 0n,
      seq: after.seq,
    });
    await refused(market, 'CaseNotBurnable', burn);
    await refused(market, 'CaseNotRestorable', () =>
      market.appealAuthority.staking.restore({ node, slashCase }),
    );
  });

  it('refuses the case of another node, and another mint', async () => {
    const { market, node } = test;
    const other = await market.registerNode({ id: 1 });
    const { accounts } = await market.admin.staking.slash({ ...offence(market, 5n), node: other });
    market.warpBy(30 * DAY);
    const call = staking.burnSlashed.call(market.anyone, { node, slashCase });
    const forged = replaceAccount(call, slashCase, accounts.slashCase);
    await refused(market, 'WrongNode', () => market.anyone.send(forged));
    const { ioMint, usdcMint } = market.deployment;
    const dollars = replaceAccount(call, ioMint, usdcMint);
    await refused(market, 'WrongMint', () => market.anyone.send(dollars));
  });

  it('closes a case with its rent to who paid it, once nobody could open it again', async () => {
    const { market, node } = test;
    await refused(market, 'CaseStillOpen', close);
    market.warpBy(30 * DAY);
    await refused(market, 'CaseStillOpen', close);
    await burn();
    // The day of the offence is exactly 30 days ago: the same slash would still be taken.
    await refused(market, 'CaseTooYoung', close);
    await refused(market, 'AlreadySlashed', () =>
      market.admin.staking.slash({ ...offence(market, 5n), day: today(market) - 30, node }),
    );
    market.warpBy(DAY);
    const lamports = (key: PublicKey) => market.network.getAccount(key)?.lamports ?? 0n;
    const before = [lamports(market.admin.payer), lamports(slashCase)] as const;
    const thief = staking.closeSlashCase.call(market.anyone, { slashCase, rentPayer: market.anyone.payer });
    await refused(market, 'WrongRentPayer', () => market.anyone.send(thief));
    const { events } = await close();
    expect(lamports(market.admin.payer)).to.equal(before[0] + before[1]);
    expect(lamports(slashCase)).to.equal(0n);
    expect(eventOf(events, 'staking', 'slashCaseClosed')).to.deep.equal({ node, slashCase });
    await refused(market, 'OffenceTooOld', () =>
      market.admin.staking.slash({ ...offence(market, 5n), day: today(market) - 31, node }),
    );
  });
});
