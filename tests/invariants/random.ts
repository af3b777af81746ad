import { seeded } from '../harness/escrow.js';

/** Choices that look random and are the same for the same seed. */
export class Random {
  #draw: (from: bigint, to: bigint) => bigint;

  constructor(seed: bigint) {
    this.#draw = seeded(seed);
  }

  /** Begins anew with another seed. */
  reseed(seed: bigint): void {
    this.#draw = seeded(seed);
  }

  /** A whole number of the range, both ends included. */
  big(from: bigint, to: bigint): bigint {
    return to <= from ? from : this.#draw(from, to);
  }

  int(from: number, to: number): number {
    return Number(this.big(BigInt(from), BigInt(to)));
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }

  /** One of the items, `undefined` where there is none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.int(0, items.length - 1)];
  }

  /** One of the items, those of greater weight more often. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T {
    let left = this.int(
      1,
      items.reduce((sum, { weight }) => sum + weight, 0),
    );
    const found = items.find(({ weight }) => (left -= weight) <= 0);
    if (found === undefined) throw new RangeError('there is nothing to choose from');
    return found;
  }
}
