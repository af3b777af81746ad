import { LATEST_HEARTBEAT_SECOND } from '@ionet/node-agent';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { samplesOf, total } from './metrics.js';
import { clientOf, readKey, warp, type ChainTime } from './network.js';
import { isRunning } from './process.js';
import { DevError, processesOf, urlOf, type DevState, type Place } from './state.js';

const MINUTE = 60;
const POLL_MS = 20;
/** How long a node may take to be heard, on a machine that does much else. */
const HEARD_MS = 30_000;

const heardSchema = z.object({ lastHeartbeatAt: z.int().nullable() });

/**
 * Moves the clock minute by minute; in each, every oracle that runs hears every node whose agent runs. In one jump the
 * heartbeats of the minutes between would be missing, and nodes earn nothing in hours in which they were not heard.
 */
export async function liveThrough(
  place: Place,
  state: DevState,
  minutes: number,
  options: { readonly signal?: AbortSignal; readonly onMinute?: (minute: number) => void } = {},
): Promise<void> {
  const oracles = processesOf(state, 'oracle').filter((one) => isRunning(place, one));
  const agents = processesOf(state, 'node-agent').filter((one) => isRunning(place, one));
  const nodes = state.nodes.filter(({ name }) => agents.some((agent) => agent.name === `agent-${name}`));
  const { rpcUrl } = state;
  const client = clientOf(state, readKey(place.keypair('anyone')));
  const goTo = async (time: number): Promise<void> => {
    const now = Number(await client.now());
    if (time > now) await warp(rpcUrl, time - now);
  };
  const begin = Number(await client.now());
  // In each minute nodes send at a second of their own: then all of them have.
  const first = begin + ((LATEST_HEARTBEAT_SECOND - (begin % MINUTE) + MINUTE) % MINUTE);
  for (let minute = 1; minute <= minutes; minute += 1) {
    const sentAt = first + (minute - 1) * MINUTE;
    await goTo(sentAt);
    const since = sentAt - (sentAt % MINUTE);
    for (const oracle of oracles) {
      for (const { name, address } of nodes) {
        await heard(
          `${urlOf(oracle)}/v1/nodes/${address}`,
          since,
          `${oracle.name} does not hear ${name}`,
          options,
        );
      }
    }
    options.onMinute?.(minute);
  }
  await goTo(begin + minutes * MINUTE);
}

async function heard(
  url: string,
  since: number,
  complaint: string,
  { signal }: { readonly signal?: AbortSignal },
): Promise<void> {
  const began = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const response = await fetch(url);
    const answer: unknown = await response.json();
    if (response.ok && (heardSchema.parse(answer).lastHeartbeatAt ?? 0) >= since) return;
    if (performance.now() - began > HEARD_MS) throw new DevError(`${complaint}: see its log and the agent's`);
    await sleep(POLL_MS);
  }
}

/** Moves the clock in one jump, and waits until every service has done a loop by the new time. */
export async function jump(place: Place, state: DevState, seconds: number): Promise<ChainTime> {
  const time = await warp(state.rpcUrl, seconds);
  const services = state.processes.filter((one) => one.kind !== 'network' && isRunning(place, one));
  const before = await Promise.all(services.map((one) => loopsDone(urlOf(one))));
  await Promise.all(
    services.map(async (one, index) => {
      // The loop that ran when the clock moved may have begun by the old time.
      const began = performance.now();
      while ((await loopsDone(urlOf(one))) < (before[index] ?? 0) + 2) {
        if (performance.now() - began > HEARD_MS)
          throw new DevError(`${one.name} does not follow: see its log`);
        await sleep(POLL_MS);
      }
    }),
  );
  return time;
}

/** How many loops a service has done well. */
async function loopsDone(url: string): Promise<number> {
  const samples = await samplesOf(url, 'ionet_loops_total');
  return total(samples.filter(({ labels }) => labels['result'] === 'done'));
}
