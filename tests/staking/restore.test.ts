import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, previewRestoration, staking } from '@ionet/sdk';
import { tokenSupply } from '@ionet/sdk/testing';
import { caseAccount, openCase } from '../harness/cases.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused, STATEMENT, UNBONDING, vaultsOf } from '../harness/staking.js';

describe('staking: restore and restore_undecided', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const restore = (slashCase: PublicKey) =>
    test.market.appealAuthority.staking.restore({ node: test.node, slashCase });
  const supply = () => tokenSupply(test.market.network, test.market.deployment.ioMint);

  let opened: PublicKey;
  refusesUnsafeAuthority('staking', () => ({
    market: test.market,
    client: test.market.appealAuthority,
    call: staking.restore.call(test.market.appealAuthority, { node: test.node, slashCase: opened }),
  }));

  beforeEach(async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    opened = await openCase(test, 600n);
  });

  it('gives all of it back to where it came from, also before an appeal', async () => {
    const { market, node } = test;
    const before = await fetch();
    const preview = previewRestoration(before, await caseAccount(test, opened));
    expect(preview).to.deep.equal({ toOwn: 600n, toDelegated: 0n, burned: 0n });
    const { events } = await restore(opened);
    const after = await fetch();
    expect(after.own.assets).to.equal(before.own.assets + 600n);
    expect(after).to.deep.include({ ownStake: before.ownStake + 600n, inCases: 0n });
    expect(after.openCases.every((one) => one.amount === 0n)).to.be.true;
    expect(await caseAccount(test, opened)).to.deep.include({
      state: 'restored',
      restored: 600n,
      burned: 0n,
      closedAt: market.network.now(),
    });
    expect(eventOf(events, 'staking', 'slashRestored')).to.deep.equal({
      node,
      slashCase: opened,
      toOwn: 600n,
      toDelegated: 0n,
      burned: 0n,
      supplyAfter: supply(),
      ownStake: after.ownStake,
      delegatedStake: 1_000n,
      inCases: 0n,
      seq: after.seq,
    });
    await refused(market, 'CaseNotRestorable', () => restore(opened));
    // What was given back can be slashed again, for another offence.
    await market.admin.staking.slash({ ...offence(market, after.own.assets / 2n), day: 19_904, node });
  });

  it('burns what leavers have given up, in the same instruction', async () => {
    const { market, node } = test;
    await restore(opened);
    const { ownStake } = await fetch();
    // The owner leaves, so that a slash reaches the delegators.
    const { accounts: own } = await market.owner.staking.requestUnstake({ node, amount: ownStake });
    market.warpBy(UNBONDING);
    await market.owner.staking.withdraw({ unbonding: own.unbonding });
    const slashCase = await openCase(test, 500n);
    const { accounts } = await market.buyer.staking.undelegate({ node, shares: 250n });
    market.warpBy(UNBONDING);
    await market.buyer.staking.withdraw({ unbonding: accounts.unbonding });
    const before = { supply: supply(), vault: vaultsOf(market, node).stake, node: await fetch() };
    const preview = previewRestoration(before.node, await caseAccount(test, slashCase));
    expect(preview).to.deep.equal({ toOwn: 0n, toDelegated: 375n, burned: 125n });
    await restore(slashCase);
    expect(supply()).to.equal(before.supply - 125n);
    expect(vaultsOf(market, node).stake).to.equal(before.vault - 125n);
    // Who stayed has all that he had: 750 shares were worth 750.
    expect((await fetch()).delegated).to.deep.include({ assets: 750n, shares: 750n });
  });

  it('cannot be bought into: new delegators wait, and what is added meanwhile keeps its price', async () => {
    const { market, node } = test;
    await market.fund(market.anyone.payer, { io: 10_000n });
    await refused(market, 'CaseOpen', () => market.anyone.staking.delegate({ node, amount: 5_000n }));
    await restore(opened);
    await market.anyone.staking.delegate({ node, amount: 5_000n });
    expect((await fetch()).delegated).to.deep.include({ assets: 6_000n, shares: 6_000n });
  });

  it('is done by anyone 60 days after the slash, if nobody decided the appeal', async () => {
    const { market, node } = test;
    const undecided = () => market.anyone.staking.restoreUndecided({ node, slashCase: opened });
    await refused(market, 'CaseNotAppealed', undecided);
    market.warpBy(29 * DAY);
    await market.owner.staking.appeal({ node, slashCase: opened, statementHash: STATEMENT });
    market.warpBy(31 * DAY - 1);
    await refused(market, 'DecisionPending', undecided);
    market.warpBy(1);
    const before = await fetch();
    await undecided();
    expect((await fetch()).own.assets).to.equal(before.own.assets + 600n);
    await refused(market, 'CaseNotAppealed', undecided);
  });

  it('refuses everyone but the appeal authority, and the case of another node', async () => {
    const { market, node } = test;
    for (const client of [market.admin, market.owner, market.anyone]) {
      await refused(market, 'NotAppealAuthority', () => client.staking.restore({ node, slashCase: opened }));
    }
    const other = await market.registerNode({ id: 1 });
    const { accounts } = await market.admin.staking.slash({ ...offence(market, 5n), node: other });
    await refused(market, 'WrongNode', () => restore(accounts.slashCase));
  });
});
