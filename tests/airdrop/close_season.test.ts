import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { airdrop, eventOf, mergeCalls, tokenAddress } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import {
  REFUND_WALLET,
  WINDOW,
  createSeason,
  inVault,
  leavesOf,
  openAllShards,
  type TestSeason,
} from '../harness/airdrop.js';
import { withoutSignature } from '../harness/calls.js';
import { withAccounts } from '../harness/slots.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { handOver, transferTokens } from '../harness/token-accounts.js';

describe('airdrop: close_season', () => {
  const test = useMarket();
  let season: TestSeason;
  let refundAccount: ReturnType<typeof tokenAddress>;

  beforeEach(async () => {
    const { market } = test;
    season = await createSeason(market, leavesOf(3));
    refundAccount = tokenAddress(market.deployment.ioMint, REFUND_WALLET.publicKey);
  });

  const close = () => test.market.anyone.airdrop.closeSeason({ season: season.address });
  const closeShard = () => test.market.anyone.airdrop.closeShard({ season: season.address, index: 0 });
  const over = async (): Promise<void> => {
    test.market.warpBy(WINDOW);
    await closeShard();
  };

  it('gives what nobody claimed to the refund wallet, and the rent to who paid it', async () => {
    const { market } = test;
    const { network } = market;
    await market.anyone.airdrop.claim(season.claim(1));
    await over();
    const rest = season.settings.amount - season.leaves[1]!.amount;
    const rent = [season.address, season.vault].reduce(
      (sum, key) => sum + network.getAccount(key)!.lamports,
      0n,
    );
    const { seq } = await market.anyone.accounts.airdrop.season.fetch(season.address);
    const before = network.getAccount(market.admin.payer)!.lamports;
    const { events } = await close();
    expect(tokenBalance(network, refundAccount)).to.equal(rest);
    expect(network.getAccount(market.admin.payer)!.lamports).to.equal(before + rent);
    expect([season.address, season.vault].map((key) => network.getAccount(key))).to.deep.equal([null, null]);
    expect(eventOf(events, 'airdrop', 'seasonClosed')).to.deep.equal({
      season: season.address,
      id: 1,
      claimed: season.leaves[1]!.amount,
      claims: 1,
      refunded: rest,
      refundAccount,
      seq: seq + 1n,
    });
  });

  it('gives donations and the dust of conversion back with it', async () => {
    const { market } = test;
    for (const { index } of season.leaves) await market.anyone.airdrop.claim(season.claim(index));
    await transferTokens(market, market.deployment.ioMint, testKeypair('buyer'), season.vault, 11n);
    await over();
    await close();
    expect(tokenBalance(market.network, refundAccount)).to.equal(7n + 11n);
  });

  it('closes a season from which nothing is left', async () => {
    const { market } = test;
    const amount = season.leaves.reduce((sum, leaf) => sum + leaf.amount, 0n);
    season = await createSeason(market, season.leaves, { amount });
    for (const { index } of season.leaves) await market.anyone.airdrop.claim(season.claim(index));
    await over();
    await close();
    expect(tokenBalance(market.network, refundAccount)).to.equal(0n);
  });

  it('refuses while anything can be claimed, to the last second', async () => {
    const { market } = test;
    const bare = await createSeason(market, leavesOf(2), { openShards: false });
    const act = () => market.anyone.airdrop.closeSeason({ season: bare.address });
    await expectRefused(market, act, 'airdrop', 'SeasonNotOver');
    market.warpBy(WINDOW - 1);
    await expectRefused(market, act, 'airdrop', 'SeasonNotOver');
    market.warpBy(1);
    await act();
  });

  it('refuses while shards are open, which anyone can close', async () => {
    const { market } = test;
    season = await createSeason(market, leavesOf(1), { leaves: 65_537, openShards: false });
    await openAllShards(market, season.address, 65_537);
    market.warpBy(WINDOW);
    await expectRefused(market, close, 'airdrop', 'ShardsOpen');
    await closeShard();
    await expectRefused(market, close, 'airdrop', 'ShardsOpen');
    await market.anyone.airdrop.closeShard({ season: season.address, index: 1 });
    await close();
  });

  it('fits into one transaction with its shards', async () => {
    const { market } = test;
    market.warpBy(WINDOW);
    const { anyone } = market;
    const ref = await anyone.accounts.airdrop.season.fetch(season.address);
    await anyone.send([
      airdrop.closeShard.call(anyone, { season: season.address, index: 0, rentPayer: anyone.payer }),
      airdrop.closeSeason.call(anyone, { season: ref }),
    ]);
    expect(tokenBalance(market.network, refundAccount)).to.equal(season.settings.amount);
  });

  it('refuses another vault, and every receiver but those fixed at creation', async () => {
    const { market } = test;
    const other = await createSeason(market, leavesOf(3), { refundWallet: market.buyer.payer });
    await over();
    const ref = await market.anyone.accounts.airdrop.season.fetch(season.address);
    const call = airdrop.closeSeason.call(market.anyone, { season: ref });
    const buyers = tokenAddress(market.deployment.ioMint, market.buyer.payer);
    const cases = [
      [{ seasonVault: other.vault }, 'WrongVault'],
      [{ refundWallet: market.buyer.payer, refundAccount: buyers }, 'WrongRefundWallet'],
      [{ refundAccount: buyers }, 'WrongTokenAccount'],
      [{ rentPayer: market.anyone.payer }, 'WrongRentPayer'],
    ] as const;
    for (const [accounts, error] of cases) {
      const forged = withAccounts(call, 'airdrop', 'closeSeason', accounts);
      await expectRefused(market, () => market.anyone.send(forged), 'airdrop', error);
    }
  });

  it('pays another account of the refund wallet only if that wallet signs', async () => {
    const { market } = test;
    await over();
    await market.fund(market.buyer.payer, {});
    await market.fund(REFUND_WALLET.publicKey, {});
    // Its associated account was handed to a stranger; its own signature opens another way.
    await handOver(market, refundAccount, REFUND_WALLET, market.operator.payer);
    await expectRefused(market, close, 'associatedToken', 'InvalidOwner');
    const second = tokenAddress(market.deployment.ioMint, market.buyer.payer);
    await handOver(market, second, testKeypair('buyer'), REFUND_WALLET.publicKey);
    const before = tokenBalance(market.network, second);
    const ref = await market.anyone.accounts.airdrop.season.fetch(season.address);
    const plain = airdrop.closeSeason.call(market.anyone, { season: ref });
    const closeOnly = { ...plain, instructions: plain.instructions.slice(-1) };
    await expectRefused(market, () => market.anyone.send(closeOnly), 'airdrop', 'WrongTokenAccount');
    const args = { season: ref, refundAccount: second };
    const signed = airdrop.closeSeason.call(market.anyone, { ...args, refundWallet: REFUND_WALLET });
    const unsigned = withoutSignature(signed, REFUND_WALLET.publicKey);
    await expectRefused(market, () => market.anyone.send(unsigned), 'airdrop', 'WalletMustSign');
    await market.anyone.send(signed);
    expect(tokenBalance(market.network, second)).to.equal(before + season.settings.amount);
  });

  it('ends a season for good: it can neither be closed, claimed from nor revived', async () => {
    const { market } = test;
    const { anyone } = market;
    await over();
    const ref = await anyone.accounts.airdrop.season.fetch(season.address);
    const call = airdrop.closeSeason.call(anyone, { season: ref });
    const revive = (key: typeof season.address) =>
      SystemProgram.transfer({ fromPubkey: anyone.payer, toPubkey: key, lamports: 10n ** 9n });
    const revival = {
      instructions: [revive(season.address), revive(season.vault)],
      signers: [],
      accounts: {},
    };
    for (const next of [
      call,
      airdrop.claim.call(anyone, season.claim(0)),
      airdrop.openShard.call(anyone, { season: season.address, index: 0 }),
    ]) {
      const act = () => anyone.send(mergeCalls([call, revival, next]));
      await expectRefused(market, act, 'airdrop', 'AccountOwnedByWrongProgram');
    }
    await anyone.send(mergeCalls([call, revival]));
    const claim = () => anyone.airdrop.claim(season.claim(0));
    await expectRefused(market, claim, 'airdrop', 'AccountOwnedByWrongProgram');
    await market.fund(market.admin.payer, { io: season.settings.amount });
    const again = () => market.admin.airdrop.createSeason(season.settings);
    await expectRefused(market, again, 'airdrop', 'SeasonIdUsed');
    expect(inVault(market, season)).to.equal(0n);
  });
});
