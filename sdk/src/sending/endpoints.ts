import type { Connection } from '@solana/web3.js';
import { EndpointError, SendError } from '../errors.js';
import type { Clock } from './clock.js';
import { classifyFault } from './faults.js';
import { HEALTHY, afterFault, type BackoffOptions, type Health } from './health.js';

/** How endpoints are asked. */
export interface AskOptions extends BackoffOptions {
  /** After how long a question counts as not answered. */
  readonly requestTimeoutMs: number;
}

/**
 * Several endpoints of one network. A question goes to the one that answered last; where it fails, to the next that
 * is not left alone for a while.
 */
export class Endpoints {
  readonly #connections: readonly Connection[];
  readonly #health: Health[];
  readonly #clock: Clock;
  readonly #options: AskOptions;
  /** The slot of the newest transaction of ours that landed: what is read next must be as new. */
  #seenSlot = 0;

  /** The endpoint that is used. */
  current = 0;

  constructor(connections: readonly Connection[], clock: Clock, options: AskOptions) {
    if (connections.length === 0) throw new EndpointError('NoAnswer', 'at least one endpoint must be given');
    this.#connections = connections;
    this.#health = connections.map(() => HEALTHY);
    this.#clock = clock;
    this.#options = options;
  }

  get health(): readonly Health[] {
    return this.#health;
  }

  /** Asks nodes only for what they know after this slot. */
  sawSlot(slot: number): void {
    this.#seenSlot = Math.max(this.#seenSlot, slot);
  }

  /** What a question carries so that a node that is behind says so. */
  get freshness(): { readonly minContextSlot?: number } {
    return this.#seenSlot === 0 ? {} : { minContextSlot: this.#seenSlot };
  }

  /** An endpoint by its number, as its address says it. */
  name(endpoint: number): string {
    return this.#connections[endpoint]?.rpcEndpoint ?? '';
  }

  /** Puts a question to one endpoint, once; a late answer counts as none. */
  async askOne<T>(
    endpoint: number,
    question: (connection: Connection) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const connection = this.#connections[endpoint];
    if (connection === undefined) throw new EndpointError('NoAnswer', `there is no endpoint ${endpoint}`);
    const answered = new AbortController();
    const stop = signal === undefined ? answered.signal : AbortSignal.any([answered.signal, signal]);
    const late = this.#clock.sleep(this.#options.requestTimeoutMs, stop).then((): never => {
      throw new EndpointError('NoAnswer', `${connection.rpcEndpoint} did not answer in time`);
    });
    // Whoever loses the race is heard no more.
    late.catch(() => undefined);
    try {
      const answer = await Promise.race([question(connection), late]);
      this.#health[endpoint] = HEALTHY;
      return answer;
    } catch (error) {
      const fault = classifyFault(error);
      if (fault.kind !== 'rejected') {
        const health = this.#health[endpoint] ?? HEALTHY;
        const { now, random } = { now: this.#clock.now(), random: this.#clock.random() };
        this.#health[endpoint] = afterFault(health, fault, now, random, this.#options);
      }
      throw error;
    } finally {
      answered.abort();
    }
  }

  /** Puts a question to the endpoints until one answers it, or none has for too long. */
  async ask<T>(question: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const most = this.#options.maxFailures * this.#connections.length;
    for (let faults = 1; ; faults += 1) {
      await this.#turnToUsable(signal);
      if (signal?.aborted === true) {
        throw new SendError('Aborted', 'the question was cancelled', { fate: 'never' });
      }
      try {
        return await this.askOne(this.current, question, signal);
      } catch (cause) {
        if (classifyFault(cause).kind === 'rejected') throw cause;
        if (faults >= most) {
          throw new EndpointError('NoAnswer', 'no endpoint gives an answer', { cause });
        }
      }
    }
  }

  /** Turns to an endpoint that may be asked now, and waits where there is none. */
  async #turnToUsable(signal?: AbortSignal): Promise<void> {
    const count = this.#connections.length;
    const now = this.#clock.now();
    const order = this.#connections.map((_, step) => (this.current + step) % count);
    const free = order.find((index) => (this.#health[index]?.coolUntil ?? 0) <= now);
    if (free !== undefined) {
      this.current = free;
      return;
    }
    const soonest = Math.min(...this.#health.map(({ coolUntil }) => coolUntil));
    this.current = this.#health.findIndex(({ coolUntil }) => coolUntil === soonest);
    await this.#clock.sleep(soonest - now, signal);
  }
}
