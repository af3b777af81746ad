import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { moneyAt, type JobMoney, type MoneyFlow } from '../network/money-flow.js';
import { useResource, type JobBody } from './api.js';
import { Chart, type Series } from './chart.js';
import { count, duration, exact, time, toNumber, unitOf, type Unit } from './format.js';
import { Address, Events, Figure, Figures, Link, Section, Show, Table, Time } from './parts.js';

const EVERY_MS = 3_000;
const SECOND_MS = 1_000;
/** Places of the chart, beside those where something happened. */
const SAMPLES = 300;

const REASONS: Readonly<Record<string, string>> = {
  none: '',
  completed: 'the booked time was served',
  endedByBuyer: 'ended by the buyer',
  released: 'released by the node',
  oracleSilence: 'the oracles were silent',
  cancelled: 'cancelled by the buyer',
  notStarted: 'never started',
};

/** The parts of what was paid in, in the order in which they are stacked. */
const PARTS = [
  { field: 'paidToNode', name: 'Paid to the node', colour: 2 },
  { field: 'dueToNode', name: 'Due to the node', colour: 1 },
  { field: 'fees', name: 'Fees', colour: 4 },
  { field: 'backToBuyer', name: 'Back to the buyer', colour: 3 },
] as const satisfies readonly { field: keyof MoneyFlow; name: string; colour: number }[];

export function JobPage({ id }: { readonly id: string }): JSX.Element {
  const job = useResource<JobBody>(`/jobs/${id}`, EVERY_MS);
  return (
    <>
      <h1>Job</h1>
      <p class="subject">
        <code>{id}</code>
      </p>
      <Show resource={job}>{(data) => <Job job={data} />}</Show>
    </>
  );
}

/** What the API says of a job, with its amounts as numbers. */
function moneyOf(job: JobBody): JobMoney {
  return {
    ...job,
    rates: { booking: BigInt(job.rates.booking), handling: BigInt(job.rates.handling) },
    orders: job.orders.map((order) => ({
      ...order,
      compute: BigInt(order.compute),
      bookingFee: BigInt(order.bookingFee),
      handlingFee: BigInt(order.handlingFee),
      baseEarned: BigInt(order.baseEarned),
      baseSeconds: BigInt(order.baseSeconds),
    })),
    reports: job.reports.map(({ asOf, verifiedSeconds }) => ({
      asOf,
      verifiedSeconds: BigInt(verifiedSeconds),
    })),
    payouts: job.payouts.map(({ at, toNode, toFees, toBuyer, billedSeconds }) => ({
      at,
      toNode: BigInt(toNode),
      toFees: BigInt(toFees),
      toBuyer: BigInt(toBuyer),
      billedSeconds: BigInt(billedSeconds),
    })),
  };
}

/** The chain's time, second by second, from when it was last heard. */
function useNow(heard: number, runs: boolean): number {
  const [now, setNow] = useState(heard);
  const since = useRef(performance.now());
  useEffect(() => {
    since.current = performance.now();
    setNow(heard);
    if (!runs) return undefined;
    const timer = setInterval(() => {
      setNow(heard + Math.floor((performance.now() - since.current) / SECOND_MS));
    }, SECOND_MS);
    return () => {
      clearInterval(timer);
    };
  }, [heard, runs]);
  return Math.max(now, heard);
}

function Job({ job }: { readonly job: JobBody }): JSX.Element {
  const unit = unitOf(job.payment);
  const money = useMemo(() => moneyOf(job), [job]);
  const isOver = job.closedAt !== null;
  const now = useNow(job.now, !isOver);
  const flow = moneyAt(money, now);
  const { startedAt, endedAt, bookedEnd, closedAt } = job;
  return (
    <>
      <p>
        <span class={`state state-${job.state}`}>{job.state}</span> {REASONS[job.reason]}
      </p>
      <Figures>
        <Figure name="Order" note={`on node ${job.node.slice(0, 6)}…`}>
          {job.devices} × {job.className === '' ? 'devices' : job.className}, {count(job.hours)} h
        </Figure>
        <Figure name="Ran" note={ranNote(job, now)}>
          {startedAt === null ? '—' : duration(Math.min(now, endedAt ?? now, bookedEnd ?? now) - startedAt)}
        </Figure>
        <Figure name="Verified" note={flow.reported ? 'by the oracles' : 'partly still to be reported'}>
          {duration(Number(flow.verifiedSeconds))}
        </Figure>
      </Figures>
      <Section
        title="Money now"
        note={isOver ? `It was closed at ${time(closedAt ?? 0)}.` : `At ${time(now)}, by the second.`}
      >
        <dl class="flow" id="money-now">
          <div class="whole">
            <dt>Paid in</dt>
            <dd>
              {exact(flow.paidIn, unit)} <span class="unit">{unit.name}</span>
            </dd>
          </div>
          {PARTS.map(({ field, name, colour }) => (
            <div key={field}>
              <dt>
                <span class={`swatch colour-${colour}`} aria-hidden="true" /> {name}
              </dt>
              <dd>
                {exact(flow[field], unit)} <span class="unit">{unit.name}</span>
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Money over time">
        <FlowChart money={money} now={now} unit={unit} bookedEnd={bookedEnd} />
        <AtASecond money={money} now={isOver ? Math.max(now, closedAt ?? now) : now} unit={unit} />
      </Section>
      <Section title="Payouts" note={`In ${unit.name}.`}>
        <Table
          caption="Payouts"
          rows={[...job.payouts].reverse()}
          empty="Nothing was paid out yet."
          columns={[
            { title: 'Time (UTC)', cell: ({ at }) => <Time at={at} /> },
            { title: 'Billed', numeric: true, cell: ({ billedSeconds }) => `${count(billedSeconds)} s` },
            { title: 'To the node', numeric: true, cell: ({ toNode }) => exact(toNode, unit) },
            { title: 'To fees', numeric: true, cell: ({ toFees }) => exact(toFees, unit) },
            { title: 'To the buyer', numeric: true, cell: ({ toBuyer }) => exact(toBuyer, unit) },
          ]}
        />
      </Section>
      <Section title="Particulars">
        <dl class="facts">
          <dt>Node</dt>
          <dd>
            <Link kind="nodes" address={job.node} />
          </dd>
          <dt>Buyer</dt>
          <dd>
            <Address of={job.buyer} />
          </dd>
          <dt>Booked</dt>
          <dd>
            <Time at={job.bookedAt} />
          </dd>
          <dt>Started</dt>
          <dd>{startedAt === null ? '—' : <Time at={startedAt} />}</dd>
          <dt>Stopped</dt>
          <dd>{endedAt === null ? '—' : <Time at={endedAt} />}</dd>
          <dt>Closed</dt>
          <dd>{closedAt === null ? '—' : <Time at={closedAt} />}</dd>
          <dt>Booking fee</dt>
          <dd>
            {exact(job.orders.at(-1)?.bookingFee ?? '0', unit)} {unit.name}
          </dd>
          <dt>Handling fee</dt>
          <dd>
            {exact(job.orders.at(-1)?.handlingFee ?? '0', unit)} {unit.name}
          </dd>
        </dl>
        <Events caption="Events of the job" events={job.events} />
      </Section>
    </>
  );
}

function ranNote({ startedAt, endedAt, bookedEnd, startAt }: JobBody, now: number): string {
  if (startedAt === null) return `to start at ${time(startAt)}`;
  if (endedAt !== null || bookedEnd === null) return `until ${time(endedAt ?? startedAt)}`;
  return bookedEnd > now ? `${duration(bookedEnd - now)} are left` : 'the booked time is over';
}

/** The times to draw: evenly, and before and at each moment at which something happened. */
function timesOf(
  { bookedAt, startedAt, endedAt, closedAt, orders, reports, payouts }: JobMoney,
  until: number,
): number[] {
  const stride = Math.max(1, Math.ceil((until - bookedAt) / SAMPLES));
  const times = new Set([bookedAt, until]);
  for (let at = bookedAt; at < until; at += stride) times.add(at);
  const moments = [
    startedAt,
    endedAt,
    closedAt,
    ...orders.map(({ at }) => at),
    ...reports.map(({ asOf }) => asOf),
    ...payouts.map(({ at }) => at),
  ];
  for (const at of moments) if (at !== null) times.add(at - 1).add(at);
  return [...times].filter((at) => at >= bookedAt && at <= until).sort((a, b) => a - b);
}

function FlowChart({
  money,
  now,
  unit,
  bookedEnd,
}: {
  readonly money: JobMoney;
  readonly now: number;
  readonly unit: Unit;
  readonly bookedEnd: number | null;
}): JSX.Element {
  const { closedAt } = money;
  const until = closedAt === null ? now : Math.min(now, closedAt + 60);
  const times = timesOf(money, until);
  const flows = times.map((at) => moneyAt(money, at));
  const series = PARTS.map(({ field, name, colour }): Series => ({
    name,
    colour,
    values: flows.map((flow) => toNumber(flow[field], unit)),
    say: (index) => `${exact(flows[index]?.[field] ?? 0n, unit)} ${unit.name}`,
  }));
  const isOpen = closedAt === null && bookedEnd !== null && bookedEnd > now;
  return (
    <Chart
      title="Where the money is"
      unit={`${unit.name}, of what was paid in`}
      times={times}
      series={series}
      stacked
      height={240}
      {...(isOpen ? { until: bookedEnd, mark: { at: now, name: 'now' } } : {})}
    />
  );
}

/** The parts at a second that is picked. */
function AtASecond({
  money,
  now,
  unit,
}: {
  readonly money: JobMoney;
  readonly now: number;
  readonly unit: Unit;
}): JSX.Element {
  const [picked, setPicked] = useState<number | null>(null);
  const at = Math.min(picked ?? now, now);
  const flow = moneyAt(money, at);
  const rows = PARTS.map(({ field, name }) => ({ name, amount: flow[field] }));
  return (
    <div class="second">
      <label for="second">
        At second <b>{count(at - money.bookedAt)}</b> after the booking, {time(at)} UTC
        {flow.reported ? '' : ' (not reported by the oracles yet)'}
      </label>
      <input
        id="second"
        type="range"
        min={money.bookedAt}
        max={now}
        step={1}
        value={at}
        aria-valuetext={`${time(at)} UTC`}
        onInput={(event) => {
          setPicked(Number(event.currentTarget.value));
        }}
      />
      <Table
        caption="Money at this second"
        rows={[...rows, { name: 'Paid in', amount: flow.paidIn }]}
        empty=""
        columns={[
          { title: 'Part', cell: ({ name }) => name },
          { title: unit.name, numeric: true, cell: ({ amount }) => exact(amount, unit) },
        ]}
      />
    </div>
  );
}
