import type { ChainJob } from '../service/market-view.js';
import { START_WINDOW_SECONDS } from '../engine/index.js';

/** A job of a cluster as the chain has it. */
export interface MemberSituation {
  /** `null` where the chain has no such job: it was not booked yet, or is over and closed. */
  readonly state: ChainJob['state'] | null;
  readonly startAt: number;
  /** Whether its node has the devices free. */
  readonly hasDevices: boolean;
}

/** What decides what is due for a cluster. */
export interface ClusterSituation {
  readonly members: readonly MemberSituation[];
  readonly now: number;
  readonly heldUntil: number;
  /** Whether all of its jobs have run at a time. */
  readonly whole: boolean;
}

/** What is due for a cluster; numbers are places among its members. */
export type ClusterStep =
  | { readonly do: 'complete' | 'forget' | 'wait' }
  | { readonly do: 'release' | 'start'; readonly members: readonly number[] };

const places = (members: readonly MemberSituation[], state: ChainJob['state']): number[] =>
  members.flatMap((member, place) => (member.state === state ? [place] : []));

/**
 * What is due for a cluster: all of its jobs start together, when all are booked, their time has come and all devices
 * are free. Where one of them cannot start any more, none is started: those that are booked expire after their window,
 * which gives all of their money back, and one that its operator has started alone is released. After all have run each
 * goes its own way: the buyer decides whether he goes on with fewer.
 */
export function clusterStep({ members, now, heldUntil, whole }: ClusterSituation): ClusterStep {
  const running = places(members, 'running');
  const booked = places(members, 'booked');
  const live = members.some(({ state }) => state === 'booked' || state === 'running' || state === 'ending');
  if (whole) return { do: live ? 'wait' : 'forget' };
  if (running.length === members.length) return { do: 'complete' };
  const cannotStart = members.some(({ state, startAt }) => {
    // The last blockhash of its transaction may be as young as the end of the hold.
    if (state === null) return now > heldUntil + START_WINDOW_SECONDS;
    return state === 'booked' ? now > startAt + START_WINDOW_SECONDS : state !== 'running';
  });
  if (cannotStart) {
    if (running.length > 0) return { do: 'release', members: running };
    return { do: live ? 'wait' : 'forget' };
  }
  if (booked.length + running.length < members.length) return { do: 'wait' };
  const isReady = booked.every((place) => {
    const member = members[place];
    return member !== undefined && member.startAt <= now && member.hasDevices;
  });
  return isReady ? { do: 'start', members: booked } : { do: 'wait' };
}
