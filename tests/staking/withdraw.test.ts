import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, pda, previewWithdrawal, staking, tokenAddress } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';
import { withAccounts } from '../harness/slots.js';
import { offence, refused, UNBONDING, vaultsOf } from '../harness/staking.js';
import { handOver } from '../harness/token-accounts.js';

describe('staking: withdraw', () => {
  const test = useMarket();
  let own: PublicKey;
  let delegated: PublicKey;
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);
  const entry = (address: PublicKey) => test.market.anyone.accounts.staking.unbonding.fetch(address);
  const io = (wallet: PublicKey) => test.market.balances(wallet).io;

  beforeEach(async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    ({
      accounts: { unbonding: delegated },
    } = await market.buyer.staking.undelegate({ node, amount: 400n }));
    ({
      accounts: { unbonding: own },
    } = await market.owner.staking.requestUnstake({ node, amount: 300n }));
  });

  it('pays the staker when the 14 days are over, and not a second before', async () => {
    const { market, node } = test;
    market.warpBy(UNBONDING - 1);
    await refused(market, 'StillUnbonding', () => market.buyer.staking.withdraw({ unbonding: delegated }));
    market.warpBy(1);
    const preview = previewWithdrawal(await fetch(), await entry(delegated), market.network.now());
    expect(preview).to.deep.include({ amount: 400n, unlocked: true, onlyByStaker: false });
    const before = { io: io(market.buyer.payer), vault: vaultsOf(market, node).stake };
    const { events } = await market.buyer.staking.withdraw({ unbonding: delegated });
    expect(io(market.buyer.payer)).to.equal(before.io + 400n);
    const after = await fetch();
    expect(after.delegated).to.deep.equal({
      assets: 600n,
      shares: 600n,
      unbondingShares: 0n,
      withdrawnShares: 400n,
    });
    expect(after.unbondings).to.equal(1);
    expect(market.network.getAccount(delegated)).to.equal(null);
    expect(eventOf(events, 'staking', 'stakeWithdrawn')).to.deep.equal({
      node,
      unbonding: delegated,
      staker: market.buyer.payer,
      kind: 'delegated',
      shares: 400n,
      amount: 400n,
      destination: tokenAddress(market.deployment.ioMint, market.buyer.payer),
      vaultAmount: before.vault - 400n,
      seq: after.seq,
    });
  });

  it('pays the owner his, to any account of IO that he names', async () => {
    const { market } = test;
    market.warpBy(UNBONDING);
    await market.fund(market.anyone.payer, {});
    const destination = tokenAddress(market.deployment.ioMint, market.anyone.payer);
    await market.owner.staking.withdraw({ unbonding: own, destination });
    expect(io(market.anyone.payer)).to.equal(300n);
  });

  it('can be cranked by anyone, to the staker’s associated account alone', async () => {
    const { market } = test;
    market.warpBy(UNBONDING);
    await market.fund(market.anyone.payer, {});
    const act = (destination: PublicKey) => () =>
      market.anyone.staking.withdraw({ unbonding: delegated, destination });
    const { ioMint, usdcMint } = market.deployment;
    for (const wrong of [
      tokenAddress(ioMint, market.anyone.payer),
      tokenAddress(ioMint, market.owner.payer),
      tokenAddress(usdcMint, market.buyer.payer),
    ]) {
      await refused(market, 'WrongDestination', act(wrong));
    }
    const rent = market.network.getAccount(delegated)!.lamports;
    const payer = market.network.getAccount(market.buyer.payer)!.lamports;
    const before = io(market.buyer.payer);
    await market.anyone.staking.withdraw({ unbonding: delegated });
    expect(io(market.buyer.payer)).to.equal(before + 400n);
    expect(market.network.getAccount(market.buyer.payer)!.lamports).to.equal(payer + rent);
  });

  it('does not pay a stranger who was handed the associated account', async () => {
    const { market } = test;
    market.warpBy(UNBONDING);
    const account = tokenAddress(market.deployment.ioMint, market.buyer.payer);
    await handOver(market, account, testKeypair('buyer'), market.anyone.payer);
    await refused(market, 'WrongDestination', () => market.anyone.staking.withdraw({ unbonding: delegated }));
  });

  it('pays less after a slash: unbonding does not dodge it', async () => {
    const { market, node } = test;
    const { own: tranche } = await fetch();
    market.warpBy(UNBONDING - 1);
    const amount = tranche.assets / 2n;
    await market.admin.staking.slash({ ...offence(market, amount), node });
    market.warpBy(1);
    const preview = previewWithdrawal(await fetch(), await entry(own), market.network.now());
    expect(preview).to.deep.include({ amount: 150n, onlyByStaker: true });
    const before = io(market.owner.payer);
    await market.owner.staking.withdraw({ unbonding: own });
    expect(io(market.owner.payer)).to.equal(before + 150n);
  });

  it('leaves it to the staker alone to give up a restoration while a case is open', async () => {
    const { market, node } = test;
    await market.admin.staking.slash({ ...offence(market, 10n), node });
    await market.pauser.staking.pause();
    market.warpBy(UNBONDING);
    await refused(market, 'StakerMustSign', () => market.anyone.staking.withdraw({ unbonding: delegated }));
    await market.buyer.staking.withdraw({ unbonding: delegated });
    await market.owner.staking.withdraw({ unbonding: own });
  });

  it('refuses to leave the delegation out, or to take that of another or of another node', async () => {
    const { market, node } = test;
    market.warpBy(UNBONDING);
    await market.fund(market.anyone.payer, { io: 100n });
    await market.anyone.staking.delegate({ node, amount: 100n });
    const other = await market.registerNode({ id: 1 });
    await market.buyer.staking.delegate({ node: other, amount: 100n });
    const call = staking.withdraw.call(market.buyer, { unbonding: await entry(delegated) });
    const { deployment } = market;
    const put = (delegation: PublicKey) => () =>
      market.buyer.send(withAccounts(call, 'staking', 'withdraw', { delegation }));
    await refused(market, 'DelegationMissing', put(deployment.programs.staking));
    await refused(market, 'NotDelegator', put(pda.staking.delegation(deployment, node, market.anyone.payer)));
    await refused(market, 'WrongNode', put(pda.staking.delegation(deployment, other, market.buyer.payer)));
  });

  it('refuses another node, its vault, and another payer of the rent', async () => {
    const { market, node } = test;
    market.warpBy(UNBONDING);
    const other = await market.registerNode({ id: 1 });
    const call = staking.withdraw.call(market.owner, { unbonding: await entry(own) });
    const stakeVault = pda.staking.stakeVault(market.deployment, other);
    const put =
      (accounts: Parameters<typeof withAccounts<typeof call.accounts, 'staking', 'withdraw'>>[3]) => () =>
        market.owner.send(withAccounts(call, 'staking', 'withdraw', accounts));
    await refused(market, 'WrongNode', put({ node: other, stakeVault }));
    await refused(market, 'WrongVault', put({ stakeVault }));
    await refused(market, 'WrongRentPayer', put({ rentPayer: market.anyone.payer }));
    expect(node.equals(other)).to.be.false;
  });

  it('leaves no one behind: the last shares take all assets', async () => {
    const { market, node } = test;
    await market.buyer.staking.undelegate({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    for (const unbonding of await market.anyone.accounts.staking.unbonding.findAll({ node })) {
      await market.anyone.staking.withdraw({ unbonding });
    }
    expect((await fetch()).delegated).to.deep.equal({
      assets: 0n,
      shares: 0n,
      unbondingShares: 0n,
      withdrawnShares: 1_000n,
    });
    // Zero supply: the next one begins one to one.
    await market.buyer.staking.delegate({ node, amount: 77n });
    expect((await fetch()).delegated).to.deep.include({ assets: 77n, shares: 77n });
  });
});
