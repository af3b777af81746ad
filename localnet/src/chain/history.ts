import type { Address } from '../address.js';
import type { Block, TransactionRecord } from './block.js';

/** The closed blocks and all transactions, the open block's included. Old ones are forgotten. */
export class History {
  readonly #limit: number;
  /** By height, from {@link History.firstHeight} on. */
  readonly #blocks: Block[] = [];
  readonly #bySlot = new Map<number, Block>();
  readonly #bySignature = new Map<string, TransactionRecord>();
  readonly #byAddress = new Map<Address, string[]>();
  readonly #keysOf = new Map<string, readonly Address[]>();
  #count = 0;

  /** Keeps so many blocks. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many transactions there ever were. */
  get transactionCount(): number {
    return this.#count;
  }

  /** The slots of the blocks that are kept, in their order. */
  get slots(): readonly number[] {
    return this.#blocks.map(({ slot }) => slot);
  }

  get firstBlock(): Block | null {
    return this.#blocks[0] ?? null;
  }

  block(slot: number): Block | null {
    return this.#bySlot.get(slot) ?? null;
  }

  /** The newest blocks, the newest last. */
  latest(count: number): readonly Block[] {
    return this.#blocks.slice(-count);
  }

  transaction(signature: string): TransactionRecord | null {
    return this.#bySignature.get(signature) ?? null;
  }

  /** The signatures of the transactions that name an address, the oldest first. */
  signaturesFor(address: Address): readonly string[] {
    return this.#byAddress.get(address) ?? [];
  }

  addTransaction(record: TransactionRecord, keys: readonly Address[]): void {
    this.#bySignature.set(record.signature, record);
    this.#keysOf.set(record.signature, keys);
    for (const key of keys) {
      const signatures = this.#byAddress.get(key);
      if (signatures === undefined) this.#byAddress.set(key, [record.signature]);
      else signatures.push(record.signature);
    }
    this.#count += 1;
  }

  addBlock(block: Block): void {
    this.#blocks.push(block);
    this.#bySlot.set(block.slot, block);
    // In heaps: taking one from the front of a long list moves all the others.
    if (this.#blocks.length > this.#limit + Math.ceil(this.#limit / 10)) this.#forget();
  }

  /** Drops the newest blocks; gives their transactions' signatures, the newest first. */
  dropNewest(count: number): string[] {
    const dropped = count === 0 ? [] : this.#blocks.splice(-count);
    for (const { slot } of dropped) this.#bySlot.delete(slot);
    return dropped.flatMap(({ signatures }) => signatures).reverse();
  }

  /** Forgets transactions that are in no block any more, as if they had never been. */
  removeTransactions(signatures: readonly string[]): void {
    this.#drop(signatures);
    this.#count -= signatures.length;
  }

  /** Goes on counting where an earlier run stopped. */
  countFrom(count: number): void {
    this.#count = count;
  }

  #forget(): void {
    const old = this.#blocks.splice(0, this.#blocks.length - this.#limit);
    for (const { slot } of old) this.#bySlot.delete(slot);
    this.#drop(old.flatMap(({ signatures }) => signatures));
  }

  #drop(signatures: readonly string[]): void {
    const touched = new Set<Address>();
    for (const signature of signatures) {
      for (const key of this.#keysOf.get(signature) ?? []) touched.add(key);
      this.#keysOf.delete(signature);
      this.#bySignature.delete(signature);
    }
    for (const key of touched) {
      const left = (this.#byAddress.get(key) ?? []).filter((signature) => this.#bySignature.has(signature));
      if (left.length === 0) this.#byAddress.delete(key);
      else this.#byAddress.set(key, left);
    }
  }
}
