import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useResource, type HistoryBody, type JobsBody, type NetworkBody, type NodesBody } from './api.js';
import { Chart, type Series } from './chart.js';
import {
  count,
  exact,
  fixed,
  glance,
  hours,
  IO,
  percent,
  toNumber,
  unitOf,
  USD,
  words,
  type Unit,
} from './format.js';
import { AmountFigure, Figure, Figures, Link, Section, Show, Table, Time } from './parts.js';

const EVERY_MS = 5_000;
const COLOURS = 6;

/** Spans of time to look at: the buckets and how many of them. */
const SPANS = [
  { name: 'Day', bucket: 'hour', limit: 24 },
  { name: 'Week', bucket: 'hour', limit: 168 },
  { name: 'Month', bucket: 'hour', limit: 744 },
  { name: 'All', bucket: 'day', limit: 1_000 },
] as const;

export function OverviewPage(): JSX.Element {
  const network = useResource<NetworkBody>('/network', EVERY_MS);
  const nodes = useResource<NodesBody>('/nodes?limit=100', EVERY_MS);
  const jobs = useResource<JobsBody>('/jobs?limit=20', EVERY_MS);
  return (
    <>
      <h1>The network</h1>
      <Show resource={network}>{(data) => <Now network={data} />}</Show>
      <History {...(network.data === null ? {} : { network: network.data })} />
      <Section title="Prices" note="Of active offers, in USD per device and hour.">
        <Show resource={network}>{(data) => <Prices network={data} />}</Show>
      </Section>
      <Section title="Nodes">
        <Show resource={nodes}>{(data) => <Nodes nodes={data.nodes} />}</Show>
      </Section>
      <Section title="Jobs" note="Those that were booked last.">
        <Show resource={jobs}>{(data) => <Jobs jobs={data.jobs} />}</Show>
      </Section>
    </>
  );
}

function Now({ network }: { readonly network: NetworkBody }): JSX.Element {
  const { burned, staked, ioPrice, emitted } = network;
  const burnedInAll = BigInt(burned.fees) + BigInt(burned.buyback) + BigInt(burned.slashes);
  const parts = [
    [burned.fees, 'fees'],
    [burned.buyback, 'buyback'],
    [burned.slashes, 'slashes'],
  ] as const;
  const burnNote = parts
    .filter(([amount]) => amount !== '0')
    .map(([amount, of]) => `${glance(amount, IO)} by ${of}`);
  return (
    <Figures>
      <Figure name="Nodes" note={`${count(network.openNodes)} open for hire`}>
        {count(network.nodes)}
      </Figure>
      <Figure name="Devices" note={`${count(network.hiredDevices)} on hire`}>
        {count(network.devices)}
      </Figure>
      <Figure name="Jobs running" note={`${count(network.bookedJobs)} booked to start`}>
        {count(network.runningJobs)}
      </Figure>
      <Figure name="Compute billed" unit="device hours">
        {hours(network.deviceSeconds)}
      </Figure>
      <Figure
        name="Price of IO"
        unit={ioPrice === null ? '' : 'USD'}
        note={
          ioPrice === null
            ? 'no price that the programs take'
            : `± ${decimal(ioPrice.conf, ioPrice.exponent)}`
        }
      >
        {ioPrice === null ? '—' : decimal(ioPrice.price, ioPrice.exponent)}
      </Figure>
      <AmountFigure
        name="Staked"
        unit={IO}
        amount={BigInt(staked.own) + BigInt(staked.delegated)}
        note={`${glance(staked.delegated, IO)} delegated`}
      />
      {emitted === null ? (
        <Figure name="Emitted" note="the schedule is not sealed">
          —
        </Figure>
      ) : (
        <AmountFigure
          name="Emitted"
          unit={IO}
          amount={emitted}
          note={`${glance(network.rewardsClaimed, IO)} claimed, by epoch ${count(network.emittedBy ?? 0)}`}
        />
      )}
      <AmountFigure
        name="Burned"
        unit={IO}
        amount={burnedInAll}
        note={burnNote.length === 0 ? 'nothing yet' : burnNote.join(', ')}
      />
      <AmountFigure name="Supply" unit={IO} amount={network.supply} />
    </Figures>
  );
}

/** A price with its exponent, which is negative. */
function decimal(digits: string, exponent: number): string {
  return exact(digits, { name: '', decimals: -exponent });
}

function History({ network }: { readonly network?: NetworkBody }): JSX.Element {
  const [span, setSpan] = useState<(typeof SPANS)[number]>(SPANS[1]);
  const path = `/network/history?bucket=${span.bucket}&limit=${span.limit}`;
  const history = useResource<HistoryBody>(path, EVERY_MS);
  return (
    <Section title="Over time">
      <div class="choices" role="group" aria-label="Span of time">
        {SPANS.map((one) => (
          <button
            key={one.name}
            type="button"
            aria-pressed={one === span}
            onClick={() => {
              setSpan(one);
            }}
          >
            {one.name}
          </button>
        ))}
      </div>
      <Show resource={history}>
        {({ points }) =>
          points.length === 0 ? (
            <p class="empty">Nothing has happened yet.</p>
          ) : (
            <Charts points={points} {...(network === undefined ? {} : { network })} />
          )
        }
      </Show>
    </Section>
  );
}

type Point = HistoryBody['points'][number];

function Charts({
  points: given,
  network,
}: {
  readonly points: readonly Point[];
  readonly network?: NetworkBody;
}): JSX.Element {
  // So it stood until now.
  const last = given.at(-1);
  const now = network?.now ?? 0;
  const points = last === undefined || now <= last.at ? given : [...given, { ...last, at: now }];
  const times = points.map(({ at }) => at);
  const amounts = (name: string, colour: number, unit: Unit, of: (point: Point) => bigint): Series => ({
    name,
    colour,
    values: points.map((point) => toNumber(of(point), unit)),
    say: (index) => {
      const point = points[index];
      return point === undefined ? '' : `${glance(of(point), unit)} ${unit.name}`;
    },
  });
  const counts = (name: string, colour: number, of: (point: Point) => number): Series => ({
    name,
    colour,
    values: points.map(of),
    say: (index) => {
      const point = points[index];
      return point === undefined ? '' : count(of(point));
    },
  });
  const hardware = [...new Set(points.flatMap(({ prices }) => prices.map((one) => one.hardwareClass)))];
  const className = (address: string): string =>
    network?.classes.find((one) => one.hardwareClass === address)?.className ?? address.slice(0, 6);
  const priceOf = (point: Point | undefined, address: string): string | undefined =>
    point?.prices.find((one) => one.hardwareClass === address)?.price;
  const prices = hardware.slice(0, COLOURS).map((address, index): Series => ({
    name: className(address),
    colour: index + 1,
    values: points.map((point) => {
      const price = priceOf(point, address);
      return price === undefined ? null : toNumber(price, USD);
    }),
    say: (place) => {
      const price = priceOf(points[place], address);
      return price === undefined ? 'none' : `${exact(price, USD)} USD`;
    },
  }));
  const burnedOf = (point: Point): bigint =>
    BigInt(point.burnedFees) + BigInt(point.burnedByBuyback) + BigInt(point.burnedBySlashes);
  const hoursBilled: Series = {
    name: 'Billed',
    colour: 2,
    values: points.map(({ deviceSeconds }) => Number(deviceSeconds) / 3_600),
    say: (index) => `${hours(points[index]?.deviceSeconds ?? '0')} h`,
  };
  return (
    <div class="charts">
      <Chart
        title="Emitted"
        unit="IO, since the beginning"
        times={times}
        series={[amounts('Emitted', 1, IO, ({ emitted }) => BigInt(emitted))]}
      />
      <Chart
        title="Burned"
        unit="IO, since the beginning"
        times={times}
        series={[amounts('Burned', 4, IO, burnedOf)]}
      />
      <Chart
        title="Staked"
        unit="IO, own and delegated"
        times={times}
        series={[amounts('Staked', 3, IO, ({ staked }) => BigInt(staked))]}
      />
      <Chart
        title="Compute billed"
        unit="device hours, since the beginning"
        times={times}
        series={[hoursBilled]}
      />
      <Chart
        title="Devices"
        unit="devices of registered nodes"
        times={times}
        series={[
          counts('All', 1, ({ devices }) => devices),
          counts('On hire', 4, ({ hiredDevices }) => hiredDevices),
        ]}
      />
      <Chart title="Lowest prices" unit="USD per device and hour" times={times} series={prices} />
    </div>
  );
}

function Prices({ network }: { readonly network: NetworkBody }): JSX.Element {
  const price = (amount: string | null): string => (amount === null ? '—' : fixed(amount, USD, 4));
  return (
    <Table
      caption="Prices by hardware"
      rows={network.classes}
      empty="There is no hardware yet."
      columns={[
        { title: 'Hardware', cell: ({ className }) => className },
        { title: 'Devices', numeric: true, cell: ({ devices }) => count(devices) },
        { title: 'On hire', numeric: true, cell: ({ hiredDevices }) => count(hiredDevices) },
        { title: 'Offers', numeric: true, cell: ({ offers }) => count(offers) },
        { title: 'Lowest', numeric: true, cell: ({ lowestPrice }) => price(lowestPrice) },
        { title: 'Median', numeric: true, cell: ({ medianPrice }) => price(medianPrice) },
        { title: 'Reference', numeric: true, cell: ({ referencePrice }) => price(referencePrice) },
      ]}
    />
  );
}

function Nodes({ nodes }: { readonly nodes: NodesBody['nodes'] }): JSX.Element {
  return (
    <Table
      caption="Nodes"
      rows={nodes}
      empty="No node is registered yet."
      columns={[
        { title: 'Node', cell: ({ node }) => <Link kind="nodes" address={node} /> },
        { title: 'Hardware', cell: ({ className }) => className },
        { title: 'Region', cell: ({ region }) => region },
        { title: 'Bandwidth', cell: ({ bandwidth }) => words(bandwidth) },
        { title: 'Free', numeric: true, cell: ({ freeDevices, devices }) => `${freeDevices} of ${devices}` },
        { title: 'Reliability', numeric: true, cell: ({ reliability }) => percent(reliability) },
        { title: 'Stake (IO)', numeric: true, cell: ({ stake }) => fixed(stake, IO, 2) },
        { title: 'For hire', cell: ({ open }) => (open ? 'open' : 'closed') },
      ]}
    />
  );
}

export function Jobs({ jobs }: { readonly jobs: JobsBody['jobs'] }): JSX.Element {
  return (
    <Table
      caption="Jobs"
      rows={jobs}
      empty="No job was booked yet."
      columns={[
        { title: 'Job', cell: ({ job }) => <Link kind="jobs" address={job} /> },
        { title: 'Node', cell: ({ node }) => <Link kind="nodes" address={node} /> },
        { title: 'Booked (UTC)', cell: ({ bookedAt }) => <Time at={bookedAt} /> },
        { title: 'Devices', numeric: true, cell: ({ devices }) => count(devices) },
        { title: 'Hours', numeric: true, cell: ({ hours: booked }) => count(booked) },
        { title: 'Paid in', numeric: true, cell: ({ paidIn, payment }) => exact(paidIn, unitOf(payment)) },
        { title: 'Unit', cell: ({ payment }) => unitOf(payment).name },
        { title: 'State', cell: ({ state }) => <span class={`state state-${state}`}>{state}</span> },
      ]}
    />
  );
}
