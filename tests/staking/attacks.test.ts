import { expect } from 'chai';
import { createTransferInstruction } from '@solana/spl-token';
import { SystemProgram, type PublicKey } from '@solana/web3.js';
import { pda, Position, RewardSplit, staking, tokenAddress, type Call, type Client } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, refused, ripen, sendRewards, today, UNBONDING, vaultsOf } from '../harness/staking.js';
import { transferTokens } from '../harness/token-accounts.js';

/** What is less than the rent of any account: enough to make an address exist. */
const DUST = 900_000n;

describe('staking: attacks on an address before it is used', () => {
  const bare = useBareMarket();

  it('initialization by a stranger who comes first: he is refused, and the upgrade authority is not held up', async () => {
    const { market } = bare;
    await refused(market, 'NotUpgradeAuthority', () =>
      market.anyone.staking.initialize({ admin: market.anyone.payer }),
    );
    market.network.airdrop(pda.staking.config(market.deployment), DUST);
    await market.admin.staking.initialize({ pauser: market.pauser.payer });
    const config = await market.anyone.accounts.staking.stakingConfig.fetch(
      pda.staking.config(market.deployment),
    );
    expect(config.governance.admin.equals(market.admin.payer)).to.be.true;
  });

  const test = useMarket();

  it('funding every address ahead: nodes, vaults, delegations, entries and cases come into being all the same', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const owner = market.owner.payer;
    const buyer = market.buyer.payer;
    const node = pda.staking.node(deployment, owner, 7);
    const addresses = [
      node,
      pda.staking.stakeVault(deployment, node),
      pda.staking.rewardVault(deployment, node),
      pda.staking.delegation(deployment, node, buyer),
      pda.staking.unbonding(deployment, node, owner, 0),
      pda.staking.unbonding(deployment, node, buyer, 0),
      pda.staking.slashCase(deployment, node, 'spoofing', today(market)),
    ];
    // Dust, exactly the rent of a token account, and far more.
    const amounts = [DUST, network.rentFor(165), 10n ** 10n];
    addresses.forEach((address, index) => {
      network.airdrop(address, amounts[index % amounts.length]!);
    });
    await market.registerNode({ id: 7 });
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    await market.owner.staking.requestUnstake({ node, amount: 10n, id: 0 });
    await market.buyer.staking.undelegate({ node, amount: 10n, id: 0 });
    await market.admin.staking.slash({ ...offence(market, 5n), node });
    for (const address of addresses) {
      const { lamports, data, owner: program } = network.getAccount(address)!;
      expect(lamports >= network.rentFor(data.length)).to.be.true;
      expect(program.equals(deployment.programs.staking) || data.length === 165).to.be.true;
    }
  });
});

describe('staking: attacks on a delegation that is closed', () => {
  const test = useMarket();
  let delegation: PublicKey;

  /** Lets the buyer earn, leave and take everything, so that his delegation holds nothing. */
  beforeEach(async () => {
    const { market, node } = test;
    ({
      accounts: { delegation },
    } = await market.buyer.staking.delegate({ node, amount: 10n ** 9n }));
    await ripen(market, node, market.buyer);
    await sendRewards(market, node, 10n ** 9n);
    await market.buyer.staking.claimRewards({ node });
    const { accounts } = await market.buyer.staking.undelegate({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    await market.buyer.staking.withdraw({ unbonding: accounts.unbonding });
  });

  const close = (): Call =>
    staking.closeDelegation.call(test.market.buyer, { node: test.node, rentPayer: test.market.buyer.payer });

  it('closing and opening again: the rewards of before are not earned a second time', async () => {
    const { market, node } = test;
    // In one transaction, so that nothing happens between.
    const open = staking.delegate.call(market.buyer, { node, amount: 10n ** 9n });
    await market.buyer.send([close(), open]);
    const { rewardIndex, delegations } = await market.anyone.accounts.staking.node.fetch(node);
    const opened = await market.anyone.accounts.staking.delegation.fetch(delegation);
    expect(opened).to.deep.include({ rewards: 0n, rewardFraction: 0n, rewardIndex });
    expect(opened.position).to.deep.include({ earningShares: 0n });
    expect(delegations).to.equal(1);
    await refused(market, 'NothingToClaim', () => market.buyer.staking.claimRewards({ node }));
  });

  it('reviving it by lamports in the transaction that closes it: nothing is left to be used', async () => {
    const { market, node } = test;
    const revive = SystemProgram.transfer({
      fromPubkey: market.buyer.payer,
      toPubkey: delegation,
      lamports: 10n ** 9n,
    });
    const claim = staking.claimRewards.call(market.buyer, { node });
    const call = close();
    const revived = { ...call, instructions: [...call.instructions, revive] };
    await refused(market, 'AccountNotInitialized', () => market.buyer.send([call, claim]));
    await refused(market, 'AccountOwnedByWrongProgram', () => market.buyer.send([revived, claim]));
    await market.buyer.send(revived);
    expect(market.network.getAccount(delegation)!.data.length).to.equal(0);
    await market.buyer.staking.delegate({ node, amount: 5n });
    const { position } = await market.anyone.accounts.staking.delegation.fetch(delegation);
    expect(Position.shares(position)).to.equal(5n);
  });
});

describe('staking: attacks on the price of a share', () => {
  const test = useMarket();
  const fetch = () => test.market.anyone.accounts.staking.node.fetch(test.node);

  async function other(label: string): Promise<Client> {
    const client = test.market.actor(label);
    await test.market.fund(client.payer, { io: 10n ** 12n });
    return client;
  }

  it('first depositor: one unit and a donation to both vaults do not take from who comes second', async () => {
    const { market, node } = test;
    const [thief, victim] = [await other('thief'), await other('victim')];
    const io = () => market.balances(thief.payer).io;
    const before = io();
    await thief.staking.delegate({ node, amount: 1n });
    for (const vault of ['stakeVault', 'rewardVault'] as const) {
      const address = pda.staking[vault](market.deployment, node);
      await transferTokens(market, market.deployment.ioMint, testKeypair('thief'), address, 10n ** 11n);
    }
    await victim.staking.delegate({ node, amount: 10n ** 9n });
    const entry = await victim.staking.undelegate({ node, amount: 'all' });
    const own = await thief.staking.undelegate({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    const held = market.balances(victim.payer).io;
    await victim.staking.withdraw({ unbonding: entry.accounts.unbonding });
    await thief.staking.withdraw({ unbonding: own.accounts.unbonding });
    expect(market.balances(victim.payer).io - held).to.equal(10n ** 9n);
    expect(before - io()).to.equal(2n * 10n ** 11n);
    // The donation to the reward vault was a reward, the owner’s; that to the stake vault is nobody’s stake.
    const { ownerRewards, own: tranche, delegated } = await fetch();
    expect(ownerRewards).to.equal(10n ** 11n);
    expect(delegated.assets).to.equal(0n);
    expect(vaultsOf(market, node).stake).to.equal(tranche.assets + 10n ** 11n);
  });

  it('zero supply: rewards without any stake are the owner’s, and whoever comes next finds shares at one to one', async () => {
    const { market, node } = test;
    const holder = await other('holder');
    await market.owner.staking.requestUnstake({ node, amount: 'all' });
    market.warpBy(UNBONDING);
    const [entry] = await market.anyone.accounts.staking.unbonding.findAll({ node });
    await market.owner.staking.withdraw({ unbonding: entry! });
    expect((await fetch()).own.shares).to.equal(0n);
    await sendRewards(market, node, 777n);
    await market.anyone.staking.harvest({ node });
    expect(await fetch()).to.deep.include({ ownerRewards: 777n, rewardRemainder: 0n });
    await refused(market, 'DelegationCapExceeded', () => holder.staking.delegate({ node, amount: 1n }));
    await market.owner.staking.stake({ node, amount: 1_000n });
    await holder.staking.delegate({ node, amount: 900n });
    const { own, delegated } = await fetch();
    expect([own.shares, own.assets, delegated.shares, delegated.assets]).to.deep.equal([
      1_000n,
      1_000n,
      900n,
      900n,
    ]);
  });

  it('a slash to zero: the owner begins anew, and neither old entries nor old shares take of the new stake', async () => {
    const { market, node } = test;
    const holder = await other('holder');
    const { ownStake } = await fetch();
    const { accounts } = await market.owner.staking.requestUnstake({ node, amount: ownStake / 2n });
    // As much delegated as the owner has left makes his all the half that one slash takes at most, in two of them.
    await holder.staking.delegate({ node, amount: 10n ** 9n });
    while ((await fetch()).own.assets > 0n) {
      const { own, delegated } = await fetch();
      const limit = (own.assets + delegated.assets) / 2n;
      const amount = limit < own.assets ? limit : own.assets;
      const { accounts: opened } = await market.admin.staking.slash({ ...offence(market, amount), node });
      market.warpBy(30 * DAY);
      await market.anyone.staking.burnSlashed({ node, slashCase: opened.slashCase });
    }
    await sendRewards(market, node, 10n);
    await market.anyone.staking.harvest({ node });
    await market.owner.staking.stake({ node, amount: 5_000n });
    expect((await fetch()).own).to.deep.include({ shares: 5_000n, assets: 5_000n });
    const before = market.balances(market.owner.payer).io;
    await market.owner.staking.withdraw({ unbonding: accounts.unbonding });
    expect(market.balances(market.owner.payer).io).to.equal(before);
    expect((await fetch()).own).to.deep.include({ shares: 5_000n, assets: 5_000n });
    const { delegated } = await fetch();
    expect(delegated.assets).to.equal(10n ** 9n);
  });
});

describe('staking: attacks by timing', () => {
  const test = useMarket();

  it('flash stake: in, a reward, out and a claim in one transaction earn nothing and cost nothing', async () => {
    const { market, node } = test;
    const flash = market.actor('flash');
    await market.fund(flash.payer, { io: 10n ** 13n });
    await market.buyer.staking.delegate({ node, amount: 10n ** 9n });
    await ripen(market, node, market.buyer);
    const { deployment } = market;
    const reward: Call = {
      instructions: [
        createTransferInstruction(
          tokenAddress(deployment.ioMint, flash.payer),
          pda.staking.rewardVault(deployment, node),
          flash.payer,
          10n ** 10n,
        ),
      ],
      signers: [],
      accounts: {},
    };
    const amount = 10n ** 12n;
    const come = staking.delegate.call(flash, { node, amount });
    const go = staking.undelegate.call(flash, { node, shares: amount, id: 0 });
    const claim = staking.claimRewards.call(flash, { node });
    await refused(market, 'NothingToClaim', () => flash.send([come, reward, go, claim]));
    const before = await market.anyone.accounts.staking.node.fetch(node);
    await flash.send([come, reward, go]);
    const after = await market.anyone.accounts.staking.node.fetch(node);
    // The reward went by the weights of before: the buyer’s part is that of his delegation alone.
    const { delegators } = RewardSplit.of(10n ** 10n, before.own.assets, before.delegated.assets, 0n);
    expect(after.unpaidRewards - before.unpaidRewards).to.equal(10n ** 10n);
    expect(after.ownerRewards - before.ownerRewards).to.equal(10n ** 10n - delegators);
  });

  it('cooldown escape: asking to leave, cancelling, and asking again never shortens the 14 days', async () => {
    const { market, node } = test;
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    const first = await market.buyer.staking.undelegate({ node, amount: 400n, id: 0 });
    market.warpBy(UNBONDING - 10);
    // What was cancelled begins anew when it is asked for again; what waited goes on.
    await market.buyer.staking.cancelUndelegation({ unbonding: first.accounts.unbonding, shares: 300n });
    const second = await market.buyer.staking.undelegate({ node, amount: 300n, id: 1 });
    market.warpBy(10);
    await market.buyer.staking.withdraw({ unbonding: first.accounts.unbonding });
    const withdraw = () => market.buyer.staking.withdraw({ unbonding: second.accounts.unbonding });
    await refused(market, 'StillUnbonding', withdraw);
    market.warpBy(UNBONDING - 11);
    await refused(market, 'StillUnbonding', withdraw);
    market.warpBy(1);
    await withdraw();
  });

  for (const [when, hide] of [
    ['active', () => Promise.resolve()],
    ['unbonding', (leave: () => Promise<unknown>) => leave()],
    [
      'cancelled again',
      async (leave: () => Promise<{ accounts: { unbonding: PublicKey } }>) => {
        const { accounts } = await leave();
        await test.market.owner.staking.cancelUnstake({ unbonding: accounts.unbonding });
      },
    ],
  ] as const) {
    it(`cooldown escape: a slash finds stake that is ${when}`, async () => {
      const { market, node } = test;
      const { own } = await market.anyone.accounts.staking.node.fetch(node);
      await hide(() => market.owner.staking.requestUnstake({ node, amount: 'all', id: 0 }));
      await market.admin.staking.slash({ ...offence(market, own.assets / 2n), node });
      const after = await market.anyone.accounts.staking.node.fetch(node);
      expect(after.own.assets).to.equal(own.assets - own.assets / 2n);
      expect(after.own.shares).to.equal(own.shares);
    });
  }

  it('cooldown escape: an entry cannot be moved to another node, and not to another staker', async () => {
    const { market, node } = test;
    const other = await market.registerNode({ id: 1 });
    await market.buyer.staking.delegate({ node, amount: 1_000n });
    await market.buyer.staking.delegate({ node: other, amount: 1_000n });
    const { accounts } = await market.buyer.staking.undelegate({ node, amount: 400n, id: 0 });
    const entry = await market.anyone.accounts.staking.unbonding.fetch(accounts.unbonding);
    const cancel = staking.cancelUndelegation.call(market.buyer, { unbonding: { ...entry, node: other } });
    await refused(market, 'WrongNode', () => market.buyer.send(cancel));
    const { deployment } = market;
    const call = staking.undelegate.call(market.buyer, { node, shares: 1n, id: 1 });
    const strangers = pda.staking.unbonding(deployment, node, market.owner.payer, 1);
    const forged = replaceAccount(call, call.accounts.unbonding, strangers);
    await refused(market, 'ConstraintSeeds', () => market.buyer.send(forged));
  });
});
