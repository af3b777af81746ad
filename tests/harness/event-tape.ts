import type { ChainEvent, Cursor, EventBatch } from '@ionet/scheduler';
import { localnet, parseEvents } from '@ionet/sdk';
import { createMarket, readPrograms, type MarketSnapshot, type MarketWithNode } from '@ionet/sdk/testing';

/** All events of a market that runs in this process, as the reader of a network gives them. */
export class EventTape {
  #events: ChainEvent[] = [];
  #begun: readonly ChainEvent[] = [];
  #place: MarketWithNode | undefined;
  #snapshot: MarketSnapshot | undefined;
  #transactions = 0;

  static async create(): Promise<EventTape> {
    const tape = new EventTape();
    const place = await createMarket({
      programs: await readPrograms('artifacts'),
      observer: (_transaction, { logs, failure }) => {
        if (failure !== null) return;
        tape.#transactions += 1;
        const at = tape.#place === undefined ? 0 : Number(tape.#place.market.network.now());
        for (const event of parseEvents(logs, localnet())) {
          tape.#events.push({ event, at, signature: String(tape.#transactions) });
        }
      },
    });
    // What happened while it was made happened at its beginning.
    const at = Number(place.market.network.now());
    tape.#events = tape.#events.map((event) => ({ ...event, at }));
    tape.#begun = [...tape.#events];
    tape.#place = place;
    tape.#snapshot = place.market.snapshot();
    return tape;
  }

  get place(): MarketWithNode {
    if (this.#place === undefined) throw new Error('the market is not made');
    return this.#place;
  }

  get events(): readonly ChainEvent[] {
    return this.#events;
  }

  /** Begins anew. */
  restore(): void {
    if (this.#snapshot !== undefined) this.place.market.restore(this.#snapshot);
    this.#events = [...this.#begun];
  }

  /** In batches of `size`; the slot of the cursor is the number of events. */
  async *since(cursors: ReadonlyMap<string, Cursor>, size = 3): AsyncGenerator<EventBatch, void, undefined> {
    for (let from = cursors.get('tape')?.slot ?? 0; from < this.#events.length; from += size) {
      const events = this.#events.slice(from, from + size);
      await Promise.resolve();
      const signature = events.at(-1)?.signature ?? '';
      yield { events, cursors: new Map([['tape', { signature, slot: from + events.length }]]) };
    }
  }
}
