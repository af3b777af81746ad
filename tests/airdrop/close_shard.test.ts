import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { airdrop, eventOf, mergeCalls, pda } from '@ionet/sdk';
import { DAY, WINDOW, createSeason, leavesOf, type TestSeason } from '../harness/airdrop.js';
import { withAccounts } from '../harness/slots.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

describe('airdrop: close_shard', () => {
  const test = useMarket();
  let season: TestSeason;

  beforeEach(async () => {
    season = await createSeason(test.market, leavesOf(3));
  });

  const shard = () => pda.airdrop.shard(test.market.deployment, season.address, 0);
  const close = () => test.market.buyer.airdrop.closeShard({ season: season.address, index: 0 });

  it('gives the rent back to who paid it, whoever calls', async () => {
    const { market } = test;
    const { network } = market;
    await market.owner.airdrop.claim(season.claim(1));
    market.warpBy(WINDOW);
    const rent = network.getAccount(shard())!.lamports;
    const before = network.getAccount(market.anyone.payer)!.lamports;
    const { events } = await close();
    expect(network.getAccount(shard())).to.equal(null);
    expect(network.getAccount(market.anyone.payer)!.lamports).to.equal(before + rent);
    const { openShards, seq } = await market.buyer.accounts.airdrop.season.fetch(season.address);
    expect(openShards).to.equal(0);
    expect(eventOf(events, 'airdrop', 'shardClosed')).to.deep.equal({
      season: season.address,
      index: 0,
      rentPayer: market.anyone.payer,
      openShards,
      seq,
    });
  });

  it('refuses while anything can be claimed, to the last second', async () => {
    const { market } = test;
    await expectRefused(market, close, 'airdrop', 'SeasonNotOver');
    market.warpBy(WINDOW - 1);
    await expectRefused(market, close, 'airdrop', 'SeasonNotOver');
    market.warpBy(1);
    await close();
  });

  it('refuses before the start as well: only a cancelled season gives its shards up', async () => {
    const { market } = test;
    const startsAt = market.network.now() + BigInt(DAY);
    season = await createSeason(market, leavesOf(2), { startsAt, endsAt: startsAt + BigInt(DAY) });
    await expectRefused(market, close, 'airdrop', 'SeasonNotOver');
    await market.admin.airdrop.cancelSeason({ season: season.address });
    await close();
  });

  it('refuses another season, so that no claim there is paid twice', async () => {
    const { market } = test;
    const short = await createSeason(market, leavesOf(3), { endsAt: market.network.now() + BigInt(DAY) });
    await market.anyone.airdrop.claim(season.claim(0));
    market.warpBy(DAY);
    const call = airdrop.closeShard.call(market.anyone, {
      season: short.address,
      index: 0,
      rentPayer: market.anyone.payer,
    });
    const forged = withAccounts(call, 'airdrop', 'closeShard', { shard: shard() });
    await expectRefused(market, () => market.anyone.send(forged), 'airdrop', 'WrongShard');
    await expectRefused(
      market,
      () => market.anyone.airdrop.claim(season.claim(0)),
      'airdrop',
      'AlreadyClaimed',
    );
  });

  it('refuses another receiver of the rent', async () => {
    const { market } = test;
    market.warpBy(WINDOW);
    const act = () =>
      market.buyer.airdrop.closeShard({ season: season.address, index: 0, rentPayer: market.buyer.payer });
    await expectRefused(market, act, 'airdrop', 'WrongRentPayer');
  });

  it('cannot be followed by a revival in the same transaction', async () => {
    const { market } = test;
    market.warpBy(WINDOW);
    const { buyer } = market;
    const call = airdrop.closeShard.call(buyer, {
      season: season.address,
      index: 0,
      rentPayer: market.anyone.payer,
    });
    const revive = SystemProgram.transfer({
      fromPubkey: buyer.payer,
      toPubkey: shard(),
      lamports: 10n ** 9n,
    });
    const revival = { instructions: [revive], signers: [], accounts: {} };
    const again = airdrop.openShard.call(buyer, { season: season.address, index: 0 });
    const claim = airdrop.claim.call(buyer, season.claim(0));
    for (const next of [again, claim]) {
      const act = () => buyer.send(mergeCalls([call, revival, next]));
      await expectRefused(market, act, 'airdrop', 'SeasonOver');
    }
    const closedAgain = () => buyer.send(mergeCalls([call, revival, call]));
    await expectRefused(market, closedAgain, 'airdrop', 'AccountOwnedByWrongProgram');
    await buyer.send(mergeCalls([call, revival]));
    const left = market.network.getAccount(shard())!;
    expect([left.owner.equals(SystemProgram.programId), left.data.length]).to.deep.equal([true, 0]);
  });
});
