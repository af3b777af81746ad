import { quoteJob, type Payment } from '@ionet/sdk';
import { tokenOf, type Token } from '../lib/format.js';
import type { Fleet } from './fleet.js';

/** What becomes of a job. */
export type Plot =
  'completed' | 'extended' | 'endedEarly' | 'endedAtOnce' | 'released' | 'silenced' | 'cancelled' | 'expired';

/** A job of the demo, before anything has happened. */
export interface PlannedJob {
  readonly plot: Plot;
  readonly title: string;
  readonly buyer: string;
  /** Its place in the fleet. */
  readonly node: number;
  readonly devices: number;
  readonly hours: number;
  /** Hours that are added on the way. */
  readonly addedHours: number;
  readonly payment: Payment;
}

interface Idea {
  readonly plot: Plot;
  readonly title: string;
  readonly payment: Payment;
  /** As many as the node has, at most. */
  readonly devices: number;
  readonly hours: number;
  readonly addedHours?: number;
}

export const BUYERS = ['Nour', 'Tomas', 'Wen'] as const;

const IDEAS: readonly Idea[] = [
  {
    plot: 'completed',
    title: 'runs to its end, with a minute of downtime',
    payment: 'usdc',
    devices: 8,
    hours: 4,
  },
  { plot: 'extended', title: 'is extended on the way', payment: 'io', devices: 3, hours: 2, addedHours: 2 },
  {
    plot: 'endedEarly',
    title: 'is paid in credits, and ended early by the buyer',
    payment: 'credits',
    devices: 2,
    hours: 6,
  },
  {
    plot: 'endedAtOnce',
    title: 'is ended within the first hour, which is billed in full',
    payment: 'io',
    devices: 1,
    hours: 3,
  },
  { plot: 'expired', title: 'is never started and expires', payment: 'io', devices: 2, hours: 5 },
  { plot: 'cancelled', title: 'is cancelled before its start', payment: 'usdc', devices: 4, hours: 3 },
  { plot: 'released', title: 'is released by the node', payment: 'usdc', devices: 4, hours: 5 },
  { plot: 'silenced', title: 'loses its oracles', payment: 'io', devices: 2, hours: 4 },
];

/** The jobs of the demo on a fleet: they go round among its nodes. */
export function planJobs(fleet: Fleet): PlannedJob[] {
  return IDEAS.map(({ plot, title, payment, devices, hours, addedHours = 0 }, index) => {
    const node = index % fleet.nodes.length;
    return {
      plot,
      title,
      buyer: BUYERS[index % BUYERS.length] ?? BUYERS[0],
      node,
      devices: Math.min(devices, fleet.nodes[node]?.devices ?? 1),
      hours,
      addedHours,
      payment,
    };
  });
}

/** What a buyer begins with: whole tokens, a quarter more than his orders cost at the first price of IO. */
export function openingBalance(
  fleet: Fleet,
  jobs: readonly PlannedJob[],
  buyer: string,
  token: Token,
): bigint {
  const needed = jobs
    .filter((job) => job.buyer === buyer && tokenOf(job.payment) === token)
    .map(({ devices, hours, addedHours, node, payment }) =>
      quoteJob({
        devices,
        hours: hours + addedHours,
        price: fleet.nodes[node]?.price ?? 0n,
        payment,
        ioPrice: fleet.ioPrice,
      }),
    )
    .reduce((sum, { total }) => sum + total, 0n);
  const unit = token === 'io' ? 10n ** 8n : 10n ** 6n;
  return ((needed * 5n) / 4n / unit + 1n) * unit;
}
