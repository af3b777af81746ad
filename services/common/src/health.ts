/** Whether a service does its work: a loop must finish in time. */
export class Health {
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  #finishedAt: number;

  /** @param now milliseconds that only grow */
  constructor(maxAgeMs: number, now: () => number = () => performance.now()) {
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
    // A service that has just started gets the time of one loop.
    this.#finishedAt = now();
  }

  /** A loop has finished. */
  beat(): void {
    this.#finishedAt = this.#now();
  }

  /** Milliseconds since a loop finished, or since the start. */
  get ageMs(): number {
    return this.#now() - this.#finishedAt;
  }

  get healthy(): boolean {
    return this.ageMs <= this.#maxAgeMs;
  }
}
