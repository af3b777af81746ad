import type { RewardPoolKind } from './actions/emission.js';
import { cumulativeEmission, epochsEnded, poolBudget, poolRelease } from './math/emission.js';
import type { AccountData } from './programs.js';

type Schedule = Pick<AccountData<'emission', 'schedule'>, 'sealedAt' | 'preset' | 'gpuShareBps' | 'startsAt'>;
type Pool = Pick<AccountData<'emission', 'pool'>, 'kind' | 'finalRoots'>;

/** Seconds of a schedule that have passed; none before it begins or is sealed. */
function elapsed(schedule: Schedule, at: bigint): bigint {
  return schedule.sealedAt === 0n || at < schedule.startsAt ? 0n : at - schedule.startsAt;
}

/**
 * What a schedule has emitted by a time in unix seconds, in base units of IO: what `advanceEpoch` makes the total
 * minted then.
 *
 * @example
 * ```ts
 * import { emittedAt, pda } from '@ionet/sdk';
 *
 * const schedule = await client.accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
 * const due = emittedAt(schedule, await client.now()) - schedule.totalMinted;
 * ```
 */
export function emittedAt(schedule: Schedule, at: bigint): bigint {
  return cumulativeEmission(schedule.preset, elapsed(schedule, at));
}

/**
 * The last reward epoch that has ended by a time in unix seconds.
 *
 * @example
 * ```ts
 * import { epochAt, pda } from '@ionet/sdk';
 *
 * const schedule = await client.accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
 * epochAt(schedule, schedule.startsAt + 7_200n); // 2n: so many epochs have ended
 * ```
 */
export function epochAt(schedule: Schedule, at: bigint): bigint {
  return epochsEnded(elapsed(schedule, at));
}

/**
 * What a pool has released by the end of an epoch, in base units of IO.
 *
 * @example
 * ```ts
 * import { formatIo, pda, releasedBy } from '@ionet/sdk';
 *
 * const schedule = await client.accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
 * formatIo(releasedBy(schedule, 'gpu', 24n)); // '104423.5181154': after the first day
 * ```
 */
export function releasedBy(schedule: Schedule, kind: RewardPoolKind, epoch: bigint): bigint {
  return poolRelease(schedule.preset, epoch, BigInt(schedule.gpuShareBps))[kind];
}

/**
 * The most that the total of a pool's next root may be when it holds the rewards up to an epoch: the total of the last
 * final root, and the budgets of the epochs since.
 *
 * @example
 * ```ts
 * import { highestRootTotal, pda } from '@ionet/sdk';
 *
 * const schedule = await client.accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
 * const pool = await client.accounts.emission.pool.fetch(pda.emission.pool(deployment, 'gpu'));
 * const most = highestRootTotal(schedule, pool, schedule.epoch);
 * ```
 */
export function highestRootTotal(schedule: Schedule, pool: Pool, epoch: bigint): bigint {
  const [last] = pool.finalRoots;
  const [from, paid] = last === undefined ? [0n, 0n] : [last.epoch, last.total];
  const before = releasedBy(schedule, pool.kind, from);
  const released = releasedBy(schedule, pool.kind, epoch) - before;
  return paid + poolBudget(released, before - paid, epoch - from);
}
