import { countedStake } from '@ionet/sdk';
import { z } from 'zod';
import type { MatchingEngine } from '../engine/index.js';
import type { JobStory } from '../network/job-story.js';
import { bookedEndOf, moneyAt } from '../network/money-flow.js';
import type { TypedServer } from './api.js';
import type { ChainReadings } from './chain-readings.js';
import type { ChainNode, MarketView } from './market-view.js';
import type { NetworkRecorder, RecordedEvent } from './network-recorder.js';
import * as schemas from './network-schemas.js';
import { errorSchema } from './schemas.js';
import { bits } from './bits.js';
import { UPTIME_HOURS, type UptimeFollower } from './uptime-follower.js';
import type { WorkStore } from './work.js';

/** What the pages are answered from. */
export interface NetworkApiOptions {
  readonly engine: MatchingEngine;
  readonly view: MarketView;
  readonly recorder: NetworkRecorder;
  readonly uptimes: UptimeFollower;
  readonly readings: ChainReadings;
  readonly work: WorkStore;
  /** The chain's time, as of the last loop. */
  readonly now: () => number;
}

const HOUR = 3_600;
const MOST_EVENTS = 50;
const MOST_LISTED = 500;

/** A value with all its amounts in digits, as JSON needs them. */
type InDigits<T> = T extends bigint
  ? string
  : T extends readonly (infer E)[]
    ? InDigits<E>[]
    : T extends object
      ? { [K in keyof T]: InDigits<T[K]> }
      : T;

function inDigits<T>(value: T): InDigits<T> {
  const convert = (part: unknown): unknown => {
    if (typeof part === 'bigint') return `${part}`;
    if (Array.isArray(part)) return part.map(convert);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, convert(one)]));
  };
  return convert(value) as InDigits<T>;
}

const eventsOf = (events: readonly RecordedEvent[]): z.input<typeof schemas.stakeSchema>['events'] =>
  events.map(({ at, signature, name, data }) => ({
    at,
    signature,
    name,
    data: data as Record<string, unknown>,
  }));

function headOf(id: string, story: JobStory): z.input<typeof schemas.jobsSchema>['jobs'][number] {
  const { buyer, node, devices, payment, state, bookedAt, orders } = story;
  const { paidIn } = moneyAt(story, orders.at(-1)?.at ?? bookedAt);
  const hours = orders.at(-1)?.hours ?? 0;
  return { job: id, buyer, node, devices, hours, payment, state, bookedAt, paidIn: `${paidIn}` };
}

/** Puts the routes on a server that the pages ask. */
export function addNetworkRoutes(http: TypedServer, options: NetworkApiOptions): void {
  addNetwork(http, options);
  addNodes(http, options);
  addJobs(http, options);
}

/** The price that half of the devices are at or below. */
function median(prices: readonly bigint[]): bigint | null {
  const sorted = [...prices].sort((a, b) => (a < b ? -1 : 1));
  return sorted[(sorted.length - 1) >> 1] ?? null;
}

function addNetwork(http: TypedServer, { engine, view, recorder, readings, now }: NetworkApiOptions): void {
  http.get(
    '/network',
    {
      schema: {
        summary: 'The network at the moment, by the accounts of the chain',
        response: { 200: schemas.networkSchema },
      },
    },
    async () => {
      const { schedule, supply, price, ioFeesBurned, ioBoughtBack } = await readings.network();
      const listings = engine.nodes();
      const sum = (each: readonly number[]): number => each.reduce((all, one) => all + one, 0);
      const busyOf = new Map<string, number>();
      for (const { state, node, devices } of view.jobs.values()) {
        const id = node.toBase58();
        if (state === 'running') busyOf.set(id, (busyOf.get(id) ?? 0) + devices);
      }
      const jobsIn = (state: string): number =>
        [...view.jobs.values()].filter((job) => job.state === state).length;
      const stakeOf = (field: 'delegatedStake' | 'ownStake'): bigint =>
        [...view.nodes.values()].reduce((all, node) => all + node[field], 0n);
      const totals = recorder.totals;
      const classes = [...view.classes].map(([id, { name, referencePrice }]) => {
        const nodes = listings.filter(({ hardwareClass }) => hardwareClass === id);
        const offers = nodes
          .filter(({ open }) => open)
          .flatMap((node) => engine.offersOf(node.id))
          .filter(({ active }) => active);
        const prices = offers.map(({ terms }) => terms.price);
        return {
          hardwareClass: id,
          className: name,
          nodes: nodes.length,
          devices: sum(nodes.map(({ devices }) => devices)),
          hiredDevices: sum(nodes.map((node) => busyOf.get(node.id) ?? 0)),
          offers: offers.length,
          lowestPrice: prices.reduce<bigint | null>(
            (least, one) => (least === null || one < least ? one : least),
            null,
          ),
          medianPrice: median(prices),
          referencePrice,
        };
      });
      const isSealed = schedule !== null && schedule.sealedAt !== 0n;
      return inDigits({
        now: now(),
        nodes: listings.length,
        openNodes: listings.filter(({ open }) => open).length,
        devices: sum(listings.map(({ devices }) => devices)),
        hiredDevices: sum([...busyOf.values()]),
        runningJobs: jobsIn('running'),
        bookedJobs: jobsIn('booked'),
        deviceSeconds: totals.deviceSeconds,
        staked: { own: stakeOf('ownStake'), delegated: stakeOf('delegatedStake') },
        supply,
        emitted: isSealed ? schedule.totalMinted : null,
        emittedBy: isSealed ? Number(schedule.epoch) : null,
        burned: { fees: ioFeesBurned, buyback: ioBoughtBack, slashes: totals.burnedBySlashes },
        rewardsClaimed: totals.rewardsClaimed,
        ioPrice: 'price' in price ? price.price : null,
        classes: classes.filter(({ nodes }) => nodes > 0),
      });
    },
  );

  http.get(
    '/network/history',
    {
      schema: {
        summary: 'How the network came to be what it is, by the events of final transactions',
        querystring: schemas.historyQuerySchema,
        response: { 200: schemas.historySchema, 400: errorSchema },
      },
    },
    async ({ query: { bucket, limit } }) => {
      return { bucket, points: inDigits(await recorder.history(bucket, limit)) };
    },
  );
}

function addNodes(http: TypedServer, options: NetworkApiOptions): void {
  const { engine, view, recorder, uptimes, readings, now } = options;

  http.get(
    '/nodes',
    {
      schema: {
        summary: 'Registered nodes, in the order of their addresses',
        querystring: schemas.nodesQuerySchema,
        response: { 200: schemas.nodesSchema, 400: errorSchema },
      },
    },
    ({ query: { after, limit } }) => ({
      nodes: engine
        .nodes()
        .filter(({ id }) => after === undefined || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .flatMap(({ id, hardwareClass, region, bandwidth, open, devices, reliability }) => {
          const node = view.nodes.get(id);
          if (node === undefined) return [];
          return {
            node: id,
            className: view.classes.get(hardwareClass)?.name ?? '',
            region,
            bandwidth,
            open,
            devices,
            freeDevices: engine.freeDevices(id),
            reliability,
            stake: `${node.ownStake + node.delegatedStake}`,
          };
        }),
    }),
  );

  const unknown = { error: 'UnknownNode', message: 'there is no node of this address' };
  const find = (id: string): ChainNode | undefined => view.nodes.get(id);

  http.get(
    '/nodes/:id/stake',
    {
      schema: {
        summary: 'The stake of a node, its delegations, and what happened to it',
        params: schemas.nodeParamsSchema,
        response: { 200: schemas.stakeSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const node = find(id);
      if (node === undefined) return reply.code(404).send(unknown);
      const { delegations, unbondings } = await readings.stake(node);
      return inDigits({
        own: node.ownStake,
        delegated: node.delegatedStake,
        counted: countedStake(node.ownStake, node.delegatedStake),
        minimum: node.minimumStake,
        inCases: node.inCases,
        commissionBps: node.commissionBps,
        delegations: delegations
          .slice(0, MOST_LISTED)
          .map(({ delegator, stake }) => ({ delegator: delegator.toBase58(), stake })),
        unbondings: unbondings
          .slice(0, MOST_LISTED)
          .map(({ staker, ...rest }) => ({ ...rest, staker: staker.toBase58() })),
        events: eventsOf(await recorder.nodeEvents(id, MOST_EVENTS)),
      });
    },
  );

  http.get(
    '/nodes/:id/uptime',
    {
      schema: {
        summary: 'The hours of a node that the oracles have agreed on, of the last 720',
        params: schemas.nodeParamsSchema,
        response: { 200: schemas.uptimeSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const node = find(id);
      if (node === undefined) return reply.code(404).send(unknown);
      const from = Math.max(now() - UPTIME_HOURS * HOUR, Number(node.registeredAt));
      const { agreedUntil, hours } = await uptimes.uptime(id);
      return {
        from,
        agreedUntil,
        hours: hours.filter(({ start }) => start + HOUR > from).map((hour) => ({ ...hour })),
      };
    },
  );

  http.get(
    '/nodes/:id/rewards',
    {
      schema: {
        summary: 'The idle rewards of a node: earned by the newest final root, claimed, and not paid out',
        params: schemas.nodeParamsSchema,
        response: { 200: schemas.rewardsSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const node = find(id);
      if (node === undefined) return reply.code(404).send(unknown);
      const claims = await recorder.nodeEventsNamed(id, 'rewardClaimed', MOST_EVENTS);
      const claim = z.object({ amount: z.string(), claimed: z.string() });
      return {
        ...inDigits(await readings.rewards(node)),
        claims: claims.map(({ at, signature, data }) => ({ at, signature, ...claim.parse(data) })),
      };
    },
  );
}

function addJobs(http: TypedServer, { engine, view, recorder, work, now }: NetworkApiOptions): void {
  http.get(
    '/jobs',
    {
      schema: {
        summary: 'The jobs that were booked last, the newest first',
        querystring: schemas.jobsQuerySchema,
        response: { 200: schemas.jobsSchema, 400: errorSchema },
      },
    },
    async ({ query: { limit, node } }) => {
      const jobs = await recorder.newestJobs(limit, node);
      return { jobs: jobs.map(({ id, story }) => headOf(id, story)) };
    },
  );

  const unknown = {
    error: 'UnknownJob',
    message: 'there is no job of this address whose booking is final, or it is long over',
  };

  http.get(
    '/jobs/:id',
    {
      schema: {
        summary: 'A job, where its money is now, and all that it follows from',
        params: schemas.jobParamsSchema,
        response: { 200: schemas.jobSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const story = await recorder.job(id);
      if (story === null) return reply.code(404).send(unknown);
      const { offer, reason, startAt, startedAt, endedAt, closedAt, rates } = story;
      const { orders, reports, payouts } = inDigits({
        orders: story.orders,
        reports: story.reports,
        payouts: story.payouts,
      });
      const events = await recorder.jobEvents(id);
      const hardwareClass = view.nodes.get(story.node)?.class.toBase58() ?? '';
      // The last loop may have read the clock before the newest event was.
      const at = Math.max(now(), story.bookedAt, closedAt ?? 0, orders.at(-1)?.at ?? 0);
      return {
        ...headOf(id, story),
        now: at,
        offer,
        className: view.classes.get(hardwareClass)?.name ?? '',
        reason,
        startAt,
        startedAt,
        endedAt,
        closedAt,
        bookedEnd: bookedEndOf(story),
        rates: { booking: Number(rates.booking), handling: Number(rates.handling) },
        orders,
        reports,
        payouts,
        flow: inDigits(moneyAt(story, at)),
        deviceIds: bits(engine.reservation(id)?.mask ?? 0),
        work: (await work.get(id)) ?? null,
        events: eventsOf(events.slice(-MOST_EVENTS).reverse()),
      };
    },
  );

  http.get(
    '/jobs/:id/flow',
    {
      schema: {
        summary: 'Where the money of a job was at each second, or as many seconds apart as wanted',
        params: schemas.jobParamsSchema,
        querystring: schemas.flowQuerySchema,
        response: { 200: schemas.flowsSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params: { id }, query: { from, until, step } }, reply) => {
      const story = await recorder.job(id);
      if (story === null) return reply.code(404).send(unknown);
      const rows: z.input<typeof schemas.flowsSchema>['rows'] = [];
      for (let at = Math.max(from, story.bookedAt); at <= Math.min(until, now()); at += step) {
        rows.push({ at, ...inDigits(moneyAt(story, at)) });
      }
      return { rows };
    },
  );
}
