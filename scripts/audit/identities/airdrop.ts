import { pda } from '@ionet/sdk';
import type { Identity } from '../findings.js';

/** Each season holds what nobody has claimed yet, and every claim is marked once. */
export const seasons: Identity = {
  name: 'airdrop seasons',
  statement: 'vault >= amount - claimed; claims = bits of the shards, within leaves; for each season',
  check(books, verdict) {
    const { deployment, accounts, claimsMarked, now } = books;
    let unclaimed = 0n;
    for (const season of accounts.airdrop.season) {
      const { address, amount, claimed, claims, leaves, state } = season;
      verdict.looked();
      const vault = pda.airdrop.seasonVault(deployment, address);
      const held = verdict.vault(books, vault, deployment.ioMint, address);
      const liabilities = state === 'open' ? amount - claimed : 0n;
      verdict.atLeast(address, 'amount less what was claimed', amount - claimed, 0n);
      verdict.atLeast(vault, 'vault of the season', held, liabilities);
      verdict.atMost(address, 'claims, by the leaves', claims, leaves);
      const shards = accounts.airdrop.claimShard.filter((shard) => shard.season.equals(address));
      verdict.looked(shards.length);
      verdict.equal(address, 'open shards', season.openShards, shards.length);
      const marked = shards.reduce(
        (sum, shard) => sum + (claimsMarked.get(shard.address.toBase58()) ?? 0),
        0,
      );
      // Shards close only when a season is over: what they marked is gone with them.
      const isOver = state !== 'open' || now >= season.endsAt;
      if (isOver) verdict.atMost(address, 'claims marked', marked, claims);
      else verdict.equal(address, 'claims marked', marked, claims);
      unclaimed += liabilities;
    }
    verdict.figure('not claimed', unclaimed, 'io');
  },
};
