import type { JSX } from 'preact';
import {
  useResource,
  type JobsBody,
  type NodeBody,
  type RewardsBody,
  type StakeBody,
  type UptimeBody,
} from './api.js';
import { count, day, exact, fixed, glance, IO, percent, words } from './format.js';
import { Address, AmountFigure, Events, Figure, Figures, Section, Show, Table, Time } from './parts.js';
import { Jobs } from './overview.js';

const EVERY_MS = 5_000;
const HOUR = 3_600;
const DAY = 86_400;
const HOURS_A_DAY = 24;
/** As the programs count: 55 of 60 heartbeats make an hour up. */
const UP = 55;

export function NodePage({ id }: { readonly id: string }): JSX.Element {
  const node = useResource<NodeBody>(`/nodes/${id}`, EVERY_MS);
  const uptime = useResource<UptimeBody>(`/nodes/${id}/uptime`, EVERY_MS);
  const rewards = useResource<RewardsBody>(`/nodes/${id}/rewards`, EVERY_MS);
  const stake = useResource<StakeBody>(`/nodes/${id}/stake`, EVERY_MS);
  const jobs = useResource<JobsBody>(`/jobs?node=${id}&limit=20`, EVERY_MS);
  return (
    <>
      <h1>Node</h1>
      <p class="subject">
        <code>{id}</code>
      </p>
      <Show resource={node}>
        {(data) => (
          <>
            <Figures>
              <Figure name="Hardware" note={`${data.region}, ${data.bandwidth} bandwidth`}>
                {data.devices} × {data.className}
              </Figure>
              <Figure name="For hire" note={`${data.freeDevices} of ${data.devices} devices free`}>
                {data.open ? 'open' : 'closed'}
              </Figure>
              <Figure
                name="Reliability"
                note={`${data.jobsEnded} jobs done, ${data.jobsFailed} failed, ${data.slashes} slashes`}
              >
                {percent(data.reliability)}
              </Figure>
              {stake.data === null ? null : (
                <AmountFigure
                  name="Stake that counts"
                  unit={IO}
                  amount={stake.data.counted}
                  note={`at least ${glance(stake.data.minimum, IO)} needed`}
                />
              )}
              {rewards.data === null ? null : (
                <AmountFigure
                  name="Idle rewards claimed"
                  unit={IO}
                  amount={rewards.data.claimed}
                  note={earned(rewards.data)}
                />
              )}
            </Figures>
            <dl class="facts">
              <dt>Owner</dt>
              <dd>
                <Address of={data.owner} />
              </dd>
              <dt>Operator</dt>
              <dd>
                <Address of={data.operator} />
              </dd>
              <dt>Scheduler</dt>
              <dd>{data.scheduler === null ? 'none' : <Address of={data.scheduler} />}</dd>
            </dl>
          </>
        )}
      </Show>
      {node.data === null ? null : (
        <>
          <Section
            title="Uptime"
            note="Minutes of each hour (UTC) in which enough oracles heard the node; with 55 of 60 it was up."
          >
            <Show resource={uptime}>{(data) => <Calendar uptime={data} />}</Show>
          </Section>
          <Section title="Rewards">
            <Show resource={rewards}>{(data) => <Rewards rewards={data} />}</Show>
          </Section>
          <Section title="Stake">
            <Show resource={stake}>{(data) => <Stake stake={data} />}</Show>
          </Section>
          <Section title="Jobs">
            <Show resource={jobs}>{(data) => <Jobs jobs={data.jobs} />}</Show>
          </Section>
          <Section title="Events">
            <Show resource={stake}>
              {(data) => <Events caption="Events of the node" events={data.events} />}
            </Show>
          </Section>
        </>
      )}
    </>
  );
}

function earned({ earned: all, claimed, rootVersion }: RewardsBody): string {
  if (rootVersion === null) return 'no root is final yet';
  return all === null ? 'not proved by an oracle' : `${glance(BigInt(all) - BigInt(claimed), IO)} to claim`;
}

/** What an hour was like, in words and as the style sheet calls it. */
function hourKind(minutes: number | null): { readonly level: string; readonly says: string } {
  if (minutes === null) return { level: 'unknown', says: 'not agreed on' };
  if (minutes >= UP) return { level: 'up', says: `up, ${minutes} of 60 minutes` };
  return minutes === 0
    ? { level: 'down', says: 'down' }
    : { level: 'partly', says: `${minutes} of 60 minutes` };
}

function Calendar({ uptime: { from, agreedUntil, hours } }: { readonly uptime: UptimeBody }): JSX.Element {
  if (agreedUntil === null) return <p class="empty">The oracles have not agreed on any hour yet.</p>;
  // Hours of reward epochs begin with the schedule: each is drawn in the hour of the day in which it begins.
  const offset = agreedUntil % HOUR;
  const known = new Map(hours.map((hour) => [hour.start, hour]));
  const firstHour = Math.floor((from - offset) / HOUR) * HOUR + offset;
  const minutesOf = (start: number): number | null => {
    if (start < firstHour || start >= agreedUntil) return null;
    return known.get(start)?.heartbeats ?? 0;
  };
  const days: number[] = [];
  const lastDay = agreedUntil - HOUR - ((agreedUntil - HOUR) % DAY);
  for (let one = lastDay; one >= firstHour - (firstHour % DAY); one -= DAY) days.push(one);
  const all = hours.filter(({ start }) => start >= firstHour);
  const upHours = all.filter(({ heartbeats }) => heartbeats >= UP).length;
  const agreed = Math.max(1, Math.round((agreedUntil - firstHour) / HOUR));
  const hired = all.reduce((sum, one) => sum + one.hiredSeconds, 0);
  return (
    <>
      <p>
        Up in <b>{count(upHours)}</b> of {count(agreed)} hours (
        {percent(Math.floor((upHours * 10_000) / agreed))}), on hire for <b>{(hired / HOUR).toFixed(1)}</b>{' '}
        device hours.
      </p>
      <div class="scroll" role="group" aria-label="Uptime calendar" tabIndex={0}>
        <table class="calendar">
          <caption class="hidden">Uptime by days and hours</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {Array.from({ length: HOURS_A_DAY }, (_, hour) => (
                <th key={hour} scope="col">
                  {hour % 6 === 0 ? String(hour).padStart(2, '0') : <span class="hidden">{hour}</span>}
                </th>
              ))}
              <th scope="col" class="number">
                Up
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map((start) => {
              const ofDay = Array.from({ length: HOURS_A_DAY }, (_, hour) =>
                minutesOf(start + hour * HOUR + offset),
              );
              const counted = ofDay.filter((minutes) => minutes !== null);
              return (
                <tr key={start}>
                  <th scope="row">{day(start)}</th>
                  {ofDay.map((minutes, hour) => {
                    const { level, says } = hourKind(minutes);
                    return (
                      <td
                        key={hour}
                        class={`hour hour-${level}`}
                        title={`${day(start)} ${String(hour).padStart(2, '0')}:00: ${says}`}
                      >
                        <span class="hidden">{says}</span>
                      </td>
                    );
                  })}
                  <td class="number">
                    {counted.filter((minutes) => minutes >= UP).length} / {counted.length}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="legend" aria-hidden="true">
        {(['up', 'partly', 'down', 'unknown'] as const).map((level) => (
          <span key={level}>
            <span class={`swatch hour-${level}`} /> {level === 'unknown' ? 'not agreed on' : level}
          </span>
        ))}
      </p>
    </>
  );
}

function Rewards({ rewards }: { readonly rewards: RewardsBody }): JSX.Element {
  const {
    pool,
    earned: all,
    rootVersion,
    claimed,
    harvestable,
    unpaidToOwner,
    unpaidToDelegators,
    claims,
  } = rewards;
  return (
    <>
      <dl class="facts amounts">
        <dt>Pool</dt>
        <dd>{pool.toUpperCase()}</dd>
        <dt>Earned{rootVersion === null ? '' : `, by final root ${rootVersion}`}</dt>
        <dd>{all === null ? '—' : `${exact(all, IO)} IO`}</dd>
        <dt>Claimed</dt>
        <dd>{exact(claimed, IO)} IO</dd>
        <dt>In the reward vault, to be divided</dt>
        <dd>{exact(harvestable, IO)} IO</dd>
        <dt>Divided, to the owner</dt>
        <dd>{exact(unpaidToOwner, IO)} IO</dd>
        <dt>Divided, to delegators</dt>
        <dd>{exact(unpaidToDelegators, IO)} IO</dd>
      </dl>
      <Table
        caption="Claims of rewards"
        rows={claims}
        empty="Nothing was claimed yet."
        columns={[
          { title: 'Time (UTC)', cell: ({ at }) => <Time at={at} /> },
          { title: 'Claimed (IO)', numeric: true, cell: ({ amount }) => fixed(amount, IO, 8) },
          { title: 'In all (IO)', numeric: true, cell: ({ claimed: sum }) => fixed(sum, IO, 8) },
          { title: 'Transaction', cell: ({ signature }) => <Address of={signature} /> },
        ]}
      />
    </>
  );
}

function Stake({ stake }: { readonly stake: StakeBody }): JSX.Element {
  const { own, delegated, counted, minimum, inCases, commissionBps, delegations, unbondings } = stake;
  return (
    <>
      <dl class="facts amounts">
        <dt>Own</dt>
        <dd>{exact(own, IO)} IO</dd>
        <dt>Delegated</dt>
        <dd>{exact(delegated, IO)} IO</dd>
        <dt>Counts</dt>
        <dd>{exact(counted, IO)} IO</dd>
        <dt>Minimum</dt>
        <dd>{exact(minimum, IO)} IO</dd>
        <dt>In slash cases</dt>
        <dd>{exact(inCases, IO)} IO</dd>
        <dt>Commission</dt>
        <dd>{percent(commissionBps)}</dd>
      </dl>
      <h3>Delegations</h3>
      <Table
        caption="Delegations"
        rows={delegations}
        empty="Nobody has delegated to it."
        columns={[
          { title: 'Delegator', cell: ({ delegator }) => <Address of={delegator} /> },
          { title: 'Stake (IO)', numeric: true, cell: ({ stake: amount }) => fixed(amount, IO, 8) },
        ]}
      />
      <h3>Unbonding</h3>
      <Table
        caption="Stake that is unbonding"
        rows={unbondings}
        empty="No stake is on its way out."
        columns={[
          { title: 'Staker', cell: ({ staker }) => <Address of={staker} /> },
          { title: 'Kind', cell: ({ kind }) => words(kind) },
          { title: 'Amount (IO)', numeric: true, cell: ({ amount }) => fixed(amount, IO, 8) },
          { title: 'Unlocks (UTC)', cell: ({ unlocksAt }) => <Time at={unlocksAt} /> },
        ]}
      />
    </>
  );
}
