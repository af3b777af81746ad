import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, pda, staking, tokenAddress } from '@ionet/sdk';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { offence, refused, ripen, sendRewards } from '../harness/staking.js';

/** What a claim of 500 pays: a share's part of it is rounded down; the fraction of a unit is paid with the next. */
const HALF = 499n;

describe('staking: claim_rewards and claim_owner_rewards', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const io = (wallet: PublicKey) => test.market.balances(wallet).io;

  beforeEach(async () => {
    const { market, node } = test;
    const { ownStake } = await fetch();
    await market.buyer.staking.delegate({ node, amount: ownStake });
    await ripen(market, node, market.buyer);
    await sendRewards(market, node, 1_000n);
  });

  it('pays a delegator what he has earned, harvesting first', async () => {
    const { market, node } = test;
    const before = io(market.buyer.payer);
    const { events } = await market.buyer.staking.claimRewards({ node });
    expect(io(market.buyer.payer)).to.equal(before + HALF);
    const after = await fetch();
    expect(after).to.deep.include({ unpaidRewards: 1_000n - HALF, ownerRewards: 500n });
    expect(eventOf(events, 'staking', 'rewardsClaimed')).to.deep.equal({
      node,
      payee: market.buyer.payer,
      kind: 'delegated',
      amount: HALF,
      destination: tokenAddress(market.deployment.ioMint, market.buyer.payer),
      unpaidRewards: 1_000n - HALF,
      seq: after.seq,
    });
    await refused(market, 'NothingToClaim', () => market.buyer.staking.claimRewards({ node }));
    // Both fractions together make the unit that was missing.
    await sendRewards(market, node, 1_000n);
    await market.buyer.staking.claimRewards({ node });
    expect(io(market.buyer.payer)).to.equal(before + 999n);
  });

  it('pays the owner his part', async () => {
    const { market, node } = test;
    const before = io(market.owner.payer);
    const { events } = await market.owner.staking.claimOwnerRewards({ node });
    expect(io(market.owner.payer)).to.equal(before + 500n);
    expect(eventOf(events, 'staking', 'rewardsClaimed')).to.deep.include({
      payee: market.owner.payer,
      kind: 'own',
      amount: 500n,
    });
    await refused(market, 'NothingToClaim', () => market.owner.staking.claimOwnerRewards({ node }));
  });

  it('goes where the one who is entitled says, if he signs', async () => {
    const { market, node } = test;
    const wallet = market.actor('cold wallet').payer;
    await market.fund(wallet, {});
    const destination = tokenAddress(market.deployment.ioMint, wallet);
    await market.buyer.staking.claimRewards({ node, destination });
    await market.owner.staking.claimOwnerRewards({ node, destination });
    expect(io(wallet)).to.equal(500n + HALF);
  });

  it('can be cranked by anyone, to the associated account alone', async () => {
    const { market, node } = test;
    await market.fund(market.anyone.payer, {});
    const destination = tokenAddress(market.deployment.ioMint, market.anyone.payer);
    const delegator = market.buyer.payer;
    await refused(market, 'WrongDestination', () =>
      market.anyone.staking.claimRewards({ node, delegator, destination }),
    );
    await refused(market, 'WrongDestination', () =>
      market.anyone.staking.claimOwnerRewards({ node, destination }),
    );
    const before = [io(delegator), io(market.owner.payer)] as const;
    await market.anyone.staking.claimRewards({ node, delegator });
    await market.anyone.staking.claimOwnerRewards({ node });
    expect([io(delegator), io(market.owner.payer)]).to.deep.equal([before[0] + HALF, before[1] + 500n]);
  });

  it('works while intake is paused, a case is open and everybody has left', async () => {
    const { market, node } = test;
    await market.buyer.staking.undelegate({ node, amount: 'all' });
    await market.owner.staking.requestUnstake({ node, amount: 'all' });
    await market.admin.staking.slash({ ...offence(market, 5n), node });
    await market.pauser.staking.pause();
    await market.buyer.staking.claimRewards({ node });
    await market.owner.staking.claimOwnerRewards({ node });
  });

  it('refuses another mint, and a delegation to another node', async () => {
    const { market, node } = test;
    const usdc = tokenAddress(market.deployment.usdcMint, market.buyer.payer);
    await refused(market, 'WrongDestination', () =>
      market.buyer.staking.claimRewards({ node, destination: usdc }),
    );
    await refused(market, 'WrongDestination', () =>
      market.owner.staking.claimOwnerRewards({ node, destination: usdc }),
    );
    const other = await market.registerNode({ id: 1 });
    await market.buyer.staking.delegate({ node: other, amount: 5n });
    const call = staking.claimRewards.call(market.buyer, { node });
    const { deployment } = market;
    const forged = replaceAccount(
      call,
      pda.staking.delegation(deployment, node, market.buyer.payer),
      pda.staking.delegation(deployment, other, market.buyer.payer),
    );
    await refused(market, 'WrongNode', () => market.buyer.send(forged));
  });

  it('refuses the vault itself as the destination', async () => {
    const { market, node } = test;
    const destination = pda.staking.rewardVault(market.deployment, node);
    const act = () => market.buyer.staking.claimRewards({ node, destination });
    await refused(market, 'ConstraintDuplicateMutableAccount', act);
  });
});
