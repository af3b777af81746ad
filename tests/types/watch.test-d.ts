/** Events: what must compile, and what must not; read by the compiler only. */
import {
  eventOf,
  eventsOf,
  watchEvents,
  type Deployment,
  type EventFeed,
  type IonetEvent,
  type ProgramEvent,
} from '@ionet/sdk';

declare const feed: EventFeed;
declare const deployment: Deployment;
declare const events: readonly IonetEvent[];
declare const signal: AbortSignal;

export async function watching(): Promise<void> {
  for await (const event of watchEvents(feed, deployment, 'escrow', { signal })) {
    const program: 'escrow' = event.program;
    const [signature, slot, index]: [string, number, number] = [event.signature, event.slot, event.index];
    if (event.name === 'jobSettled') {
      const paid: bigint = event.data.toNode;
      // @ts-expect-error another event's field
      void event.data.maxTotal;
      void paid;
    }
    // @ts-expect-error escrow tells of no stake
    void (event.name === 'staked');
    void [program, signature, slot, index];
  }
  // @ts-expect-error there is no such program
  watchEvents(feed, deployment, 'lending');
  // @ts-expect-error it begins behind a transaction, not behind a slot
  watchEvents(feed, deployment, 'escrow', { after: 1 });
  // @ts-expect-error the deployment says where the program is
  watchEvents(feed, 'escrow');
}

export function told(event: ProgramEvent<'treasury'>): void {
  const booked = eventOf(events, 'escrow', 'jobBooked');
  const balance: bigint = booked.vaultBalance;
  const all: readonly (typeof booked)[] = eventsOf(events, 'escrow', 'jobBooked');
  // @ts-expect-error there is no such event
  eventOf(events, 'escrow', 'jobLost');
  // @ts-expect-error staking has no such event
  eventOf(events, 'staking', 'jobBooked');
  // @ts-expect-error an amount is a bigint
  const amount: number = booked.vaultBalance;
  if (event.name === 'feesSold') {
    // @ts-expect-error what was told is read only by its name
    void event.data.nothing;
  }
  void [balance, all, amount];
}
