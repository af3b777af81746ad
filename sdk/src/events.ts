import { Buffer } from 'buffer';
import { decodeEvent } from './codec.js';
import type { Deployment } from './deployment.js';
import { IonetError } from './errors.js';
import { idls } from './idl/index.js';
import type { Idl } from './idl-types.js';
import { readLogs } from './logs.js';
import { programNames, type EventData, type EventName, type ProgramName } from './programs.js';

/**
 * An event of one program.
 *
 * @see {@link watchEvents}
 */
export type ProgramEvent<P extends ProgramName> = {
  [N in EventName<P>]: { readonly program: P; readonly name: N; readonly data: EventData<P, N> };
}[EventName<P>];

/**
 * An event of the marketplace, told apart by `program` and `name`.
 *
 * @see {@link parseEvents}
 */
export type IonetEvent = { [P in ProgramName]: ProgramEvent<P> }[ProgramName];

/**
 * The events that the marketplace's programs wrote into a transaction's logs, in their order. A line counts
 * only for the program that was running when it was written, so that others cannot forge events.
 *
 * @example
 * ```ts
 * import { parseEvents } from '@ionet/sdk';
 *
 * const { logs } = await client.escrow.endJob({ job });
 * parseEvents(logs, deployment).map(({ program, name }) => `${program}.${name}`); // ['escrow.jobStopped']
 * ```
 */
export function parseEvents(logs: readonly string[], deployment: Deployment): IonetEvent[] {
  const events: IonetEvent[] = [];
  for (const { kind, program: address, text } of readLogs(logs)) {
    if (kind !== 'data') continue;
    const program = programNames.find((name) => deployment.programs[name].toBase58() === address);
    if (program === undefined) continue;
    const idl: Idl = idls[program];
    const event = decodeEvent(idl, Buffer.from(text, 'base64'));
    // The names and contents come from the IDL that the type is derived from.
    if (event !== null) events.push({ program, ...event } as unknown as IonetEvent);
  }
  return events;
}

/**
 * All events of this program and name, typed.
 *
 * @example
 * ```ts
 * import { escrow, eventsOf, parseUsdc } from '@ionet/sdk';
 *
 * const order = { offer, node, devices: 1, hours: 1, payment: 'usdc', maxTotal: parseUsdc('3') } as const;
 * const { events } = await client.send([7n, 8n].map((id) => escrow.bookJob.call(client, { ...order, id })));
 * eventsOf(events, 'escrow', 'jobBooked').length; // 2
 * ```
 */
export function eventsOf<P extends ProgramName, N extends EventName<P>>(
  events: readonly IonetEvent[],
  program: P,
  name: N,
): EventData<P, N>[] {
  const all: readonly { program: string; name: PropertyKey; data: unknown }[] = events;
  return all
    .filter((event) => event.program === program && event.name === name)
    .map((event) => event.data as EventData<P, N>);
}

/**
 * The one event of this program and name; throws where there is none or more than one.
 *
 * @example
 * ```ts
 * import { eventOf } from '@ionet/sdk';
 *
 * const { events } = await client.escrow.settleJob({ job });
 * const { toNode, vaultBalance } = eventOf(events, 'escrow', 'jobSettled');
 * ```
 */
export function eventOf<P extends ProgramName, N extends EventName<P>>(
  events: readonly IonetEvent[],
  program: P,
  name: N,
): EventData<P, N> {
  const found: readonly unknown[] = eventsOf(events, program, name);
  if (found.length !== 1) {
    throw new IonetError(`one event ${program}.${name as string} was expected, there are ${found.length}`);
  }
  return found[0] as EventData<P, N>;
}
