import { expect } from 'chai';
import { eventOf, staking } from '@ionet/sdk';
import { caseAccount, openCase } from '../harness/cases.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused, STATEMENT } from '../harness/staking.js';

describe('staking: appeal', () => {
  const test = useMarket();
  const appeal = async (slashCase: Awaited<ReturnType<typeof openCase>>) =>
    test.market.owner.staking.appeal({ node: test.node, slashCase, statementHash: STATEMENT });

  it('stops the burn, and records the statement', async () => {
    const { market, node } = test;
    const slashCase = await openCase(test, 500n);
    market.warpBy(DAY);
    const { events } = await appeal(slashCase);
    expect(await caseAccount(test, slashCase)).to.deep.include({
      state: 'appealed',
      statementHash: STATEMENT,
      appealedAt: market.network.now(),
    });
    const { seq } = await market.anyone.accounts.staking.node.fetch(node);
    expect(eventOf(events, 'staking', 'slashAppealed')).to.deep.equal({
      node,
      slashCase,
      statementHash: STATEMENT,
      seq,
    });
    market.warpBy(40 * DAY);
    await refused(market, 'CaseNotBurnable', () => market.anyone.staking.burnSlashed({ node, slashCase }));
    await refused(market, 'CaseNotOpen', () => appeal(slashCase));
  });

  it('comes within 30 days, not a second later', async () => {
    const { market } = test;
    const slashCase = await openCase(test, 500n);
    market.warpBy(30 * DAY - 1);
    const snapshot = market.snapshot();
    await appeal(slashCase);
    market.restore(snapshot);
    market.warpBy(1);
    await refused(market, 'AppealTooLate', () => appeal(slashCase));
  });

  it('refuses everyone but the owner, and the case of another node', async () => {
    const { market, node } = test;
    const slashCase = await openCase(test, 500n);
    for (const client of [market.operator, market.admin, market.anyone]) {
      const act = () => client.staking.appeal({ node, slashCase, statementHash: STATEMENT });
      await refused(market, 'NotOwner', act);
    }
    const other = await market.registerNode({ id: 1 });
    const { accounts } = await market.admin.staking.slash({ ...offence(market, 5n), node: other });
    const call = staking.appeal.call(market.owner, { node, slashCase, statementHash: STATEMENT });
    const forged = replaceAccount(call, slashCase, accounts.slashCase);
    await refused(market, 'WrongNode', () => market.owner.send(forged));
  });
});

describe('staking: dismiss_appeal', () => {
  const test = useMarket();
  let slashCase: Awaited<ReturnType<typeof openCase>>;
  const dismiss = () => test.market.appealAuthority.staking.dismissAppeal({ node: test.node, slashCase });

  beforeEach(async () => {
    const { market, node } = test;
    slashCase = await openCase(test, 500n);
    await market.owner.staking.appeal({ node, slashCase, statementHash: STATEMENT });
  });

  refusesUnsafeAuthority('staking', () => ({
    market: test.market,
    client: test.market.appealAuthority,
    call: staking.dismissAppeal.call(test.market.appealAuthority, { node: test.node, slashCase }),
  }));

  it('leaves the case to be burned, 30 days after the slash at the earliest', async () => {
    const { market, node } = test;
    const { events } = await dismiss();
    expect((await caseAccount(test, slashCase)).state).to.equal('dismissed');
    const { seq } = await market.anyone.accounts.staking.node.fetch(node);
    expect(eventOf(events, 'staking', 'appealDismissed')).to.deep.equal({ node, slashCase, seq });
    const burn = () => market.anyone.staking.burnSlashed({ node, slashCase });
    await refused(market, 'BurnTooEarly', burn);
    await refused(market, 'CaseNotRestorable', () =>
      market.appealAuthority.staking.restore({ node, slashCase }),
    );
    market.warpBy(30 * DAY);
    await burn();
  });

  it('is refused without an appeal, and once 60 days have passed', async () => {
    const { market, node } = test;
    market.warpBy(60 * DAY);
    await refused(market, 'DecisionTooLate', dismiss);
    const other = await market.registerNode({ id: 1 });
    const { accounts } = await market.admin.staking.slash({ ...offence(market, 5n), node: other });
    await refused(market, 'CaseNotAppealed', () =>
      market.appealAuthority.staking.dismissAppeal({ node: other, slashCase: accounts.slashCase }),
    );
    expect(node.equals(other)).to.be.false;
  });

  it('refuses everyone but the appeal authority', async () => {
    const { market, node } = test;
    for (const client of [market.admin, market.owner, market.pauser]) {
      await refused(market, 'NotAppealAuthority', () => client.staking.dismissAppeal({ node, slashCase }));
    }
  });
});
