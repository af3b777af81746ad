import type { Client } from '@ionet/sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { warp } from '../../scripts/dev/network.js';

const STEP_MS = 1_000;
const READ_MS = 250;

/** Lets the network's clock run faster than the machine's: everybody in the economy goes by it. */
export class EconomyClock {
  /** Unix seconds by the chain's clock, as they were read a moment ago. */
  now = 0;
  /** How often the network did not answer. */
  failures = 0;
  readonly #rpcUrl: string;
  readonly #client: Client;
  readonly #speed: number;
  readonly #stopping = new AbortController();
  #loops: Promise<void>[] = [];

  constructor(rpcUrl: string, client: Client, speed: number) {
    this.#rpcUrl = rpcUrl;
    this.#client = client;
    this.#speed = speed;
  }

  async start(): Promise<void> {
    this.now = Number(await this.#client.now());
    this.#loops = [this.#move(), this.#read()];
  }

  /** Steps are small against a minute, and make up for those that came late. */
  async #move(): Promise<void> {
    if (this.#speed === 1) return;
    let moved = performance.now();
    while (await this.#pause(STEP_MS)) {
      const now = performance.now();
      const isMoved = await this.#try(() => warp(this.#rpcUrl, ((this.#speed - 1) * (now - moved)) / 1_000));
      if (isMoved) moved = now;
    }
  }

  async #read(): Promise<void> {
    while (await this.#pause(READ_MS)) {
      await this.#try(async () => {
        this.now = Number(await this.#client.now());
      });
    }
  }

  /** A network that does not answer in time is asked again. Gives whether it did. */
  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch {
      this.failures += 1;
      return false;
    }
  }

  async #pause(milliseconds: number): Promise<boolean> {
    const { signal } = this.#stopping;
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
  }
}
