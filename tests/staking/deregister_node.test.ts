import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { eventOf, pda, staking, tokenAddress } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';
import { withAccounts } from '../harness/slots.js';
import { DAY, offence, refused, sendRewards, UNBONDING } from '../harness/staking.js';
import { transferTokens } from '../harness/token-accounts.js';

describe('staking: deregister_node', () => {
  const test = useMarket();
  let node: PublicKey;
  const deregister = () => test.market.owner.staking.deregisterNode({ node });

  /** Takes all stake out of the node. */
  async function leave(): Promise<void> {
    const { market } = test;
    const { accounts } = await market.owner.staking.requestUnstake({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    await market.owner.staking.withdraw({ unbonding: accounts.unbonding });
  }

  beforeEach(async () => {
    node = await test.market.registerNode({ id: 1 });
  });

  it('closes node and vaults, with the rent to who paid it and all that is in the vaults to the owner', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const paid = await market.anyone.staking.registerNode({
      owner: testKeypair('owner'),
      id: 2,
      classId: 1,
      deviceCount: 1,
      bandwidth: 'high',
      region: 'eu',
    });
    node = paid.accounts.node;
    // Donations, and rewards that nobody harvested: neither keeps the node open.
    await sendRewards(market, node, 70n);
    const vault = pda.staking.stakeVault(deployment, node);
    await transferTokens(market, deployment.ioMint, testKeypair('buyer'), vault, 5n);
    const accounts = [node, vault, pda.staking.rewardVault(deployment, node)];
    const rent = accounts.reduce((sum, key) => sum + network.getAccount(key)!.lamports, 0n);
    const lamports = network.getAccount(market.anyone.payer)!.lamports;
    const { io } = market.balances(market.owner.payer);
    const { events } = await deregister();
    expect(accounts.map((key) => network.getAccount(key))).to.deep.equal([null, null, null]);
    expect(network.getAccount(market.anyone.payer)!.lamports).to.equal(lamports + rent);
    expect(market.balances(market.owner.payer).io).to.equal(io + 75n);
    expect(eventOf(events, 'staking', 'nodeDeregistered')).to.deep.equal({
      node,
      owner: market.owner.payer,
      amount: 75n,
      seq: 1n,
    });
    // Its address can be used again.
    await market.registerNode({ id: 2 });
  });

  it('refuses a node with stake, unbonding or delegations', async () => {
    const { market } = test;
    await refused(market, 'StakeLeft', deregister);
    await market.buyer.staking.delegate({ node, amount: 5n });
    const { accounts } = await market.owner.staking.requestUnstake({ node, amount: 'all' });
    await refused(market, 'StakeLeft', deregister);
    market.warpBy(UNBONDING);
    await market.owner.staking.withdraw({ unbonding: accounts.unbonding });
    await refused(market, 'StakeLeft', deregister);
    const { accounts: left } = await market.buyer.staking.undelegate({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    await market.buyer.staking.withdraw({ unbonding: left.unbonding });
    await refused(market, 'StakeLeft', deregister);
    await market.anyone.staking.closeDelegation({ node, delegator: market.buyer.payer });
    await deregister();
  });

  it('refuses a node with an open case', async () => {
    const { market } = test;
    const { accounts } = await market.admin.staking.slash({ ...offence(market, 5n), node });
    await leave();
    await refused(market, 'CaseOpen', deregister);
    market.warpBy(30 * DAY);
    await market.anyone.staking.burnSlashed({ node, slashCase: accounts.slashCase });
    await deregister();
    // The case stays until nobody could open it again, and closes without the node.
    market.warpBy(DAY);
    await market.anyone.staking.closeSlashCase({ slashCase: accounts.slashCase });
  });

  it('refuses a node with offers', async () => {
    const { market } = test;
    const offer = await market.createOffer(node, 0, { price: 1_000_000n, maxHours: 5 });
    await leave();
    await refused(market, 'NodeInUse', deregister);
    await market.operator.escrow.closeOffer({ offer });
    await deregister();
  });

  it('refuses everyone but the owner', async () => {
    const { market } = test;
    await leave();
    for (const client of [market.operator, market.admin]) {
      await market.fund(client.payer, {});
      await refused(market, 'NotOwner', () => client.staking.deregisterNode({ node }));
    }
  });

  it('refuses another payer of the rent, another mint, another load and other vaults', async () => {
    const { market } = test;
    await leave();
    const { deployment, owner } = market;
    const call = staking.deregisterNode.call(owner, { node, rentPayer: owner.payer });
    const put =
      (accounts: Parameters<typeof withAccounts<typeof call.accounts, 'staking', 'deregisterNode'>>[3]) =>
      () =>
        owner.send(withAccounts(call, 'staking', 'deregisterNode', accounts));
    await refused(market, 'WrongRentPayer', put({ rentPayer: market.anyone.payer }));
    await market.fund(owner.payer, { usdc: 1n });
    await refused(
      market,
      'WrongDestination',
      put({ destination: tokenAddress(deployment.usdcMint, owner.payer) }),
    );
    await refused(market, 'ConstraintSeeds', put({ nodeLoad: pda.escrow.nodeLoad(deployment, test.node) }));
    await refused(market, 'WrongVault', put({ stakeVault: pda.staking.stakeVault(deployment, test.node) }));
    await refused(market, 'WrongVault', put({ rewardVault: pda.staking.rewardVault(deployment, test.node) }));
  });
});
