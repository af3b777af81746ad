import { PublicKey } from '@solana/web3.js';
import { Random } from '../invariants/random.js';

/** One choice: a number, or what names the item that was picked. */
export type Draw = bigint | string;

/** An item that is to be picked again is not among those that there are now. */
export class MissingItem extends Error {
  override readonly name = 'MissingItem';
}

/** Names an item so that it is found again in another list; a bare number only by its place. */
function nameOf(item: unknown, index: number): string {
  if (typeof item === 'string') return item;
  if (item instanceof PublicKey) return item.toBase58();
  if (typeof item === 'object' && item !== null) {
    if ('address' in item && item.address instanceof PublicKey) return item.address.toBase58();
    if ('label' in item && typeof item.label === 'string') return item.label;
    if ('buyer' in item && 'id' in item) return `${nameOf(item.buyer, 0)} ${String(item.id)}`;
  }
  return `#${index}`;
}

/**
 * Choices that are written down, and can be made again where other choices were left out: a number stays the same
 * as far as the range allows, and an item is the same item; where that is missing, picking throws {@link MissingItem}.
 */
export class Tape extends Random {
  #played: readonly Draw[] = [];
  #position = 0;
  #written: Draw[] = [];

  /** Begins a step; `draws` are to be made again. What they do not cover comes from the seed. */
  begin(seed: bigint, draws: readonly Draw[] = []): void {
    this.reseed(seed);
    this.#played = draws;
    this.#position = 0;
    this.#written = [];
  }

  /** What was chosen since {@link Tape.begin}. */
  get written(): readonly Draw[] {
    return this.#written;
  }

  override big(from: bigint, to: bigint): bigint {
    const known = this.#next();
    const value = typeof known === 'bigint' ? clamp(known, from, to) : super.big(from, to);
    this.#written.push(value);
    return value;
  }

  override pick<T>(items: readonly T[]): T | undefined {
    const known = this.#next();
    if (typeof known === 'string') {
      this.#written.push(known);
      if (known === '') return undefined;
      const index = items.findIndex((item, place) => nameOf(item, place) === known);
      if (index === -1) throw new MissingItem(known);
      return items[index];
    }
    const index = items.length === 0 ? 0 : Number(super.big(0n, BigInt(items.length - 1)));
    const item = items[index];
    this.#written.push(item === undefined ? '' : nameOf(item, index));
    return item;
  }

  #next(): Draw | undefined {
    const draw = this.#played[this.#position];
    this.#position += 1;
    return draw;
  }
}

function clamp(value: bigint, from: bigint, to: bigint): bigint {
  if (value < from || to < from) return from;
  return value > to ? to : value;
}
