import type { IonetEvent } from '@ionet/sdk';
import { NEW_NODE, NEW_REQUESTER, type NodeRecord, type RequesterRecord } from './scores.js';

/** A node as its events tell of it. */
export interface NodeHistory extends NodeRecord {
  /** The keys whose own orders do not count: owner, operator, payout. */
  readonly insiders: readonly string[];
  readonly devices: number;
  /** Devices that running jobs have. */
  readonly busy: number;
  /** Devices of jobs that are booked and not started. */
  readonly promised: number;
}

/** A job that is not over, as its events tell of it. */
export interface JobHistory {
  readonly buyer: string;
  readonly node: string;
  readonly devices: number;
  /** Whether the node had the devices when the job was booked: else nobody can blame it for not starting. */
  readonly servable: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Everything that the events have told so far. Plain values: what is stored is what is here. */
export interface Histories {
  readonly nodes: Map<string, NodeHistory>;
  readonly requesters: Map<string, RequesterRecord>;
  readonly jobs: Map<string, JobHistory>;
}

/** What an event has changed, by its key. */
export interface HistoryChange {
  readonly kind: keyof Histories;
  readonly id: string;
}

const UNKNOWN_NODE: NodeHistory = { ...NEW_NODE, insiders: [], devices: 0, busy: 0, promised: 0 };

export function emptyHistories(): Histories {
  return { nodes: new Map(), requesters: new Map(), jobs: new Map() };
}

/**
 * Adds an event to the histories, in the order of the chain, and says what has changed. The same events give the same
 * histories, wherever and whenever they are folded.
 *
 * Not counted are jobs that a node's own keys ordered, jobs that ended because the oracles were silent, and jobs that
 * were booked when too few devices were free: whoever books those pays nothing, so they must cost the node nothing.
 */
export function foldEvent(histories: Histories, event: IonetEvent): HistoryChange[] {
  const { nodes, requesters, jobs } = histories;
  const changes: HistoryChange[] = [];
  const changeNode = (id: string, change: (node: NodeHistory) => Partial<NodeHistory>): void => {
    const node = nodes.get(id) ?? UNKNOWN_NODE;
    nodes.set(id, { ...node, ...change(node) });
    changes.push({ kind: 'nodes', id });
  };
  const changeRequester = (id: string, change: (record: RequesterRecord) => RequesterRecord): void => {
    requesters.set(id, change(requesters.get(id) ?? NEW_REQUESTER));
    changes.push({ kind: 'requesters', id });
  };
  const changeJob = (id: string, change: Partial<JobHistory>): void => {
    const job = jobs.get(id);
    if (job === undefined) return;
    jobs.set(id, { ...job, ...change });
    changes.push({ kind: 'jobs', id });
  };
  /** Takes a job that is over off the books. Gives it where it counts. */
  const finish = (id: string): JobHistory | undefined => {
    const job = jobs.get(id);
    if (job === undefined) return undefined;
    jobs.delete(id);
    changes.push({ kind: 'jobs', id });
    if (job.startedAt === 0) {
      changeNode(job.node, ({ promised }) => ({ promised: Math.max(0, promised - job.devices) }));
    }
    return nodes.get(job.node)?.insiders.includes(job.buyer) === true ? undefined : job;
  };

  if (event.program === 'staking') {
    if (event.name === 'nodeRegistered') {
      const { node, owner, operator, payout, deviceCount } = event.data;
      const insiders = [owner, operator, payout].map((key) => key.toBase58());
      changeNode(node.toBase58(), () => ({ insiders, devices: deviceCount }));
    }
    if (event.name === 'nodeUpdated') {
      const { node, operator, payout, deviceCount } = event.data;
      changeNode(node.toBase58(), ({ insiders: [owner = ''] }) => ({
        insiders: [owner, operator.toBase58(), payout.toBase58()],
        devices: deviceCount,
      }));
    }
    if (event.name === 'nodeSlashed') {
      changeNode(event.data.node.toBase58(), ({ slashes }) => ({ slashes: slashes + 1 }));
    }
    if (event.name === 'slashRestored') {
      changeNode(event.data.node.toBase58(), ({ slashes }) => ({ slashes: Math.max(0, slashes - 1) }));
    }
    return changes;
  }
  if (event.program !== 'escrow') return changes;

  if (event.name === 'jobBooked') {
    const { job, buyer, node, devices } = event.data;
    const id = node.toBase58();
    const { devices: all, busy, promised } = nodes.get(id) ?? UNKNOWN_NODE;
    jobs.set(job.toBase58(), {
      buyer: buyer.toBase58(),
      node: id,
      devices,
      servable: busy + promised + devices <= all,
      startedAt: 0,
      endedAt: 0,
    });
    changes.push({ kind: 'jobs', id: job.toBase58() });
    changeNode(id, () => ({ promised: promised + devices }));
  }
  if (event.name === 'jobStarted') {
    const { job, node, startedAt, devicesBusy } = event.data;
    const devices = jobs.get(job.toBase58())?.devices ?? 0;
    changeJob(job.toBase58(), { startedAt: Number(startedAt) });
    changeNode(node.toBase58(), ({ promised }) => ({
      busy: devicesBusy,
      promised: Math.max(0, promised - devices),
    }));
  }
  if (event.name === 'jobStopped') {
    const { job, endedAt, devicesBusy } = event.data;
    const known = jobs.get(job.toBase58());
    if (known === undefined) return changes;
    changeJob(job.toBase58(), { endedAt: Number(endedAt) });
    changeNode(known.node, () => ({ busy: devicesBusy }));
  }
  if (event.name === 'jobSettled') {
    const { job: address, state, reason, billedSeconds } = event.data;
    if (state !== 'ended') return changes;
    const job = finish(address.toBase58());
    if (job === undefined || reason === 'oracleSilence') return changes;
    const run = Math.max(0, job.endedAt - job.startedAt);
    const released = reason === 'released';
    changeNode(job.node, (node) => ({
      ended: node.ended + (released ? 0 : 1),
      failed: node.failed + (released ? 1 : 0),
      runSeconds: node.runSeconds + run,
      // A first hour that is billed in full may be longer than what ran.
      verifiedSeconds: node.verifiedSeconds + Math.min(Number(billedSeconds), run),
    }));
    if (!released) changeRequester(job.buyer, (record) => ({ ...record, ended: record.ended + 1 }));
  }
  if (event.name === 'jobCancelled') {
    const job = finish(event.data.job.toBase58());
    if (job === undefined) return changes;
    changeRequester(job.buyer, (record) => ({ ...record, cancelled: record.cancelled + 1 }));
  }
  if (event.name === 'jobExpired') {
    const job = finish(event.data.job.toBase58());
    if (job?.servable === true) changeNode(job.node, ({ failed }) => ({ failed: failed + 1 }));
  }
  return changes;
}
