import { EMISSION_TOTAL, emittedAt, epochAt, pda, programConstant, releasedBy } from '@ionet/sdk';
import type { Books } from '../books.js';
import type { Identity } from '../findings.js';

/** `supply = 500M + emitted - burned`; what others burned shows as the difference. */
export const supply: Identity = {
  name: 'supply',
  statement: 'IO that exists = 500,000,000 + emitted - burned by the treasury - burned by others',
  check({ deployment, mints, accounts }, verdict) {
    verdict.looked();
    const { ioMint } = deployment;
    if (mints.io === null) {
      verdict.refute(ioMint, 'the mint of IO', 'a mint', 'none');
      return;
    }
    const initial = programConstant('emission', 'INITIAL_SUPPLY');
    const emitted = accounts.emission.schedule[0]?.totalMinted ?? 0n;
    const burned = accounts.treasury.treasury[0]?.ioBurned ?? 0n;
    const most = initial + emitted - burned;
    verdict.atMost(ioMint, '500,000,000 IO + emitted - burned', mints.io.supply, most);
    verdict.figure('at the beginning', initial, 'io');
    verdict.figure('emitted', emitted, 'io');
    verdict.figure('burned by the treasury', burned, 'io');
    const slashed = accounts.staking.slashCase.reduce((sum, one) => sum + one.burned, 0n);
    verdict.figure('burned of slash cases that are not closed', slashed, 'io');
    verdict.figure('burned by others, slashed stake included, or never minted', most - mints.io.supply, 'io');
    verdict.figure('exists', mints.io.supply, 'io');
    const auctioned = accounts.treasury.auction[0];
    if (auctioned !== undefined) {
      verdict.atMost(auctioned.address, 'burned in the auction', auctioned.ioBurned, burned);
    }
  },
};

/** Nothing is minted but what the schedule says. */
export const emission: Identity = {
  name: 'emission',
  statement: 'minted = what both pools got, never above the schedule; released = what the schedule says',
  check({ deployment, accounts, now }, verdict) {
    verdict.looked();
    const { schedule: schedules, pool: pools } = accounts.emission;
    const [schedule] = schedules;
    if (schedule === undefined) {
      verdict.refute(pda.emission.schedule(deployment), 'the schedule', 'an account', 'none');
      return;
    }
    const { address, totalMinted } = schedule;
    const inPools = pools.reduce((sum, pool) => sum + pool.minted, 0n);
    verdict.equal(address, 'total minted, by the pools', totalMinted, inPools);
    verdict.atMost(address, 'total minted, by the schedule', totalMinted, emittedAt(schedule, now));
    verdict.atMost(address, 'total minted, ever', totalMinted, EMISSION_TOTAL);
    verdict.atMost(address, 'epoch', schedule.epoch, epochAt(schedule, now));
    verdict.figure('minted', totalMinted, 'io');
  },
};

/** A pool pays no more than the last final root says, which is no more than was released and minted. */
export const rewardPools: Identity = {
  name: 'reward pools',
  statement:
    'vault >= minted - claimed; claimed <= final total <= released <= minted; claimed = sum of accounts',
  check(books, verdict) {
    const { deployment, accounts } = books;
    const [schedule] = accounts.emission.schedule;
    for (const pool of accounts.emission.pool) {
      const { address, kind, minted, released, claimed, finalRoots, pendingRoot, lastVersion } = pool;
      const held = verdict.vault(
        books,
        pda.emission.poolVault(deployment, address),
        deployment.ioMint,
        address,
      );
      verdict.atLeast(pool.vault, `vault of the ${kind} pool`, held, minted - claimed);
      const [newest] = finalRoots;
      const due = newest?.total ?? 0n;
      verdict.atMost(address, 'claimed, by the final root', claimed, due);
      verdict.atMost(address, 'total of the final root', due, released);
      verdict.atMost(address, 'total of the pending root', pendingRoot?.total ?? 0n, released);
      verdict.atLeast(address, 'total of the pending root, by the final one', pendingRoot?.total ?? due, due);
      verdict.atMost(address, 'released', released, minted);
      verdict.atMost(address, 'version of the final root', newest?.version ?? 0n, lastVersion);
      if (schedule !== undefined) {
        verdict.equal(address, 'released, by the schedule', released, releasedOf(schedule, kind));
      }
      const paid = accounts.emission.rewardAccount.filter((account) => account.kind === kind);
      verdict.looked(paid.length);
      const sum = paid.reduce((total, account) => total + account.claimed, 0n);
      verdict.equal(address, 'claimed, by the accounts of nodes', claimed, sum);
      verdict.figure(`in the ${kind} pool`, held, 'io');
    }
  },
};

type Schedule = Books['accounts']['emission']['schedule'][number];

function releasedOf(schedule: Schedule, kind: 'gpu' | 'cpu'): bigint {
  return schedule.sealedAt === 0n ? 0n : releasedBy(schedule, kind, schedule.epoch);
}
