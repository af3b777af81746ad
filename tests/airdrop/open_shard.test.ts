import { expect } from 'chai';
import { airdrop, eventOf, pda, programConstant } from '@ionet/sdk';
import { DAY, WINDOW, createSeason, leavesOf, paidClaims } from '../harness/airdrop.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const HEADER = programConstant('airdrop', 'SHARD_HEADER_BYTES');
const PER_SHARD = programConstant('airdrop', 'CLAIMS_PER_SHARD');

describe('airdrop: open_shard', () => {
  const test = useMarket();
  const seasonOf = (leaves: number) =>
    createSeason(test.market, leavesOf(1), { leaves, openShards: false }).then(({ address }) => address);
  const open = (season: Awaited<ReturnType<typeof seasonOf>>, index: number, client = test.market.anyone) =>
    client.airdrop.openShard({ season, index });

  it('opens a shard without a claim, at the expense of whoever calls', async () => {
    const { market } = test;
    const season = await seasonOf(PER_SHARD + 9);
    const { accounts, events } = await open(season, 1);
    expect(await market.buyer.accounts.airdrop.claimShard.fetch(accounts.shard)).to.deep.include({
      version: 1,
      index: 1,
      leaves: 9,
      season,
      rentPayer: market.anyone.payer,
    });
    const { openShards, seq } = await market.buyer.accounts.airdrop.season.fetch(season);
    expect(openShards).to.equal(1);
    expect(eventOf(events, 'airdrop', 'shardOpened')).to.deep.equal({
      season,
      index: 1,
      rentPayer: market.anyone.payer,
      openShards,
      seq,
    });
    expect(paidClaims(market, season, 1)).to.be.empty;
  });

  it('gives each shard the bits that its leaves need, after a header of at most 100 bytes', async () => {
    const { market } = test;
    expect(HEADER).to.be.at.most(100);
    for (const [leaves, index, bytes] of [
      [1, 0, 1],
      [8, 0, 1],
      [9, 0, 2],
      [PER_SHARD - 1, 0, 8_192],
      [PER_SHARD, 0, 8_192],
      [PER_SHARD + 1, 0, 8_192],
      [PER_SHARD + 1, 1, 1],
      [2 ** 20, 15, 8_192],
    ] as const) {
      const season = await seasonOf(leaves);
      const { accounts } = await open(season, index);
      const { data, lamports } = market.network.getAccount(accounts.shard)!;
      expect(data.length, `${leaves} leaves, shard ${index}`).to.equal(HEADER + bytes);
      expect(lamports).to.equal(market.network.rentFor(data.length));
    }
  });

  it('can be sent before the start, so that claims find their shards', async () => {
    const { market } = test;
    const startsAt = market.network.now() + BigInt(DAY);
    const season = await createSeason(market, leavesOf(2), { startsAt, endsAt: startsAt + BigInt(DAY) });
    market.warpBy(DAY);
    await market.anyone.airdrop.claim(season.claim(1));
  });

  it('is not held up by lamports sent ahead', async () => {
    const { market } = test;
    const season = await seasonOf(3);
    const shard = pda.airdrop.shard(market.deployment, season, 0);
    for (const lamports of [1_000_000n, 5_000_000_000n]) {
      const clean = market.snapshot();
      market.network.airdrop(shard, lamports);
      await open(season, 0);
      expect(paidClaims(market, season)).to.be.empty;
      market.restore(clean);
    }
  });

  it('refuses a shard that no leaf needs', async () => {
    const { market } = test;
    const season = await seasonOf(PER_SHARD);
    for (const index of [1, 2, 65_535]) {
      await expectRefused(market, () => open(season, index), 'airdrop', 'ShardOutOfRange');
    }
  });

  it('refuses a second time: bits are never cleared', async () => {
    const { market } = test;
    const season = await createSeason(market, leavesOf(2));
    await market.anyone.airdrop.claim(season.claim(0));
    await expectRefused(market, () => open(season.address, 0), 'system', 'AccountAlreadyInUse');
    expect(paidClaims(market, season.address)).to.deep.equal([0]);
  });

  it('refuses once the window is over', async () => {
    const { market } = test;
    const season = await seasonOf(3);
    market.warpBy(WINDOW - 1);
    const before = market.snapshot();
    await open(season, 0);
    market.restore(before);
    market.warpBy(1);
    await expectRefused(market, () => open(season, 0), 'airdrop', 'SeasonOver');
  });

  it('refuses the address of another shard or season', async () => {
    const { market } = test;
    const season = await seasonOf(2 * PER_SHARD);
    const other = await seasonOf(2 * PER_SHARD);
    const call = airdrop.openShard.call(market.anyone, { season, index: 0 });
    for (const [from, index] of [
      [season, 1],
      [other, 0],
    ] as const) {
      const address = pda.airdrop.shard(market.deployment, from, index);
      const forged = replaceAccount(call, call.accounts.shard, address);
      await expectRefused(market, () => market.anyone.send(forged), 'airdrop', 'ConstraintSeeds');
    }
  });
});
