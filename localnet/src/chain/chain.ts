import type { TransactionErrorJson } from '@ionet/sdk/testing';
import type { Address } from '../address.js';
import { decodeMint, decodeTokenAccount, tokenAmount } from '../tokens.js';
import type { Block, BlockHeader, Commitment, TokenBalance, TransactionRecord } from './block.js';
import { History } from './history.js';
import { advancedNonce, isNonce, usableNonce } from './nonce.js';
import { Runtime, type Account, type Execution, type Simulation } from './runtime.js';
import { BLOCK_SYSVARS, clockAt, writeSlotHashes } from './sysvars.js';
import { accountKeys, loadAddresses, type LoadedAddresses, type ParsedTransaction } from './transaction.js';

/** How many blocks a blockhash stays valid. */
export const BLOCKHASH_WINDOW = 150;
/** How many blocks must follow until a block is confirmed, and until it is final. */
const CONFIRMED_DEPTH = 1;
export const FINALIZED_DEPTH = 32;
const SLOT_HASHES = 512;

/** A transaction of a block, with what a restart needs of it. */
export interface StoredTransaction {
  readonly record: TransactionRecord;
  readonly keys: readonly Address[];
  readonly messageHash: string;
  readonly recentBlockhash: string;
}

/** All that a block changed. */
export interface BlockRecord {
  readonly block: Block;
  readonly transactions: readonly StoredTransaction[];
  /** The accounts that it wrote, as it left them; `null` where it closed one. */
  readonly writes: readonly (readonly [Address, Account | null])[];
  readonly clockOffsetMs: number;
}

/** The chain after a block. */
export interface ChainSnapshot {
  readonly runtime: Uint8Array;
  readonly tip: Block;
  readonly recent: readonly RecentBlockhash[];
  readonly transactionCount: number;
  readonly clockOffsetMs: number;
}

/** A blockhash that transactions may still name, and the messages that were processed with it. */
export interface RecentBlockhash {
  readonly blockhash: string;
  readonly height: number;
  readonly messages: Set<string>;
}

/** Where blocks are kept. */
export interface BlockStore {
  /** Keeps a block; when it returns, the block survives the end of this process. */
  append(record: BlockRecord): void;
}

/** What happens on the chain. */
export interface ChainListener {
  /** A transaction was processed. */
  transaction?(record: TransactionRecord): void;
  /** An account was written in the open block. */
  account?(address: Address): void;
  /** A block was closed and the next one opened. */
  slot?(slots: { readonly slot: number; readonly parent: number; readonly root: number }): void;
  /** A block reached a commitment; with the accounts that it wrote. */
  committed?(commitment: 'confirmed' | 'finalized', block: Block, addresses: readonly Address[]): void;
}

/** How a chain is made. */
export interface ChainOptions {
  readonly start: ChainSnapshot;
  /** The blocks up to the start, and after it. */
  readonly records?: Iterable<BlockRecord>;
  /** How long a slot takes; a warp moves the slots by it. */
  readonly slotMs: number;
  /** How many blocks are remembered. */
  readonly historyBlocks: number;
  readonly store?: BlockStore | null;
  /** Unix milliseconds. Default: the machine's clock. */
  readonly now?: () => number;
}

/** What became of a transaction that was sent. */
export type Submission =
  | { readonly record: TransactionRecord }
  /** It is in no block, and paid no fee. */
  | { readonly refused: TransactionErrorJson };

/** A block as transactions are added to it. */
interface OpenBlock {
  readonly slot: number;
  readonly height: number;
  readonly parentSlot: number;
  readonly previousBlockhash: string;
  readonly blockTime: number;
  readonly transactions: StoredTransaction[];
}

/** What a fork that drops a block takes back. */
interface Undo {
  readonly height: number;
  /** What the accounts that it wrote were before it. */
  readonly before: Map<Address, Account | null>;
  /** The messages that it processed, by their blockhash. */
  readonly messages: (readonly [blockhash: string, messageHash: string])[];
}

/**
 * A chain of blocks over the embedded runtime. It is moved by {@link Chain.tick}; a transaction is processed when it
 * is submitted, confirmed when its block is closed, and final 32 blocks later. What the accounts were at each
 * commitment can be read until then.
 */
export class Chain {
  readonly history: History;
  readonly slotMs: number;

  readonly #runtime: Runtime;
  readonly #now: () => number;
  readonly #store: BlockStore | null;
  readonly #listeners = new Set<ChainListener>();
  readonly #recent = new Map<string, RecentBlockhash>();
  readonly #undo: Undo[] = [];
  /** Final whatever comes: what was there at the start, and what was final when a fork made the chain shorter. */
  #finalHeight: number;
  /** By how much the chain's clock is ahead of the machine's. */
  #clockOffsetMs: number;
  #open: OpenBlock;

  constructor(options: ChainOptions) {
    const { start, records = [], slotMs, historyBlocks, store = null, now = Date.now } = options;
    this.slotMs = slotMs;
    this.#now = now;
    this.#store = store;
    this.#runtime = Runtime.fromBytes(start.runtime);
    this.#clockOffsetMs = start.clockOffsetMs;
    this.history = new History(Math.max(historyBlocks, SLOT_HASHES));
    for (const { messages, ...recent } of start.recent) {
      this.#recent.set(recent.blockhash, { ...recent, messages: new Set(messages) });
    }
    let tip = start.tip;
    let counted = start.transactionCount;
    for (const record of records) {
      for (const { record: transaction, keys } of record.transactions) {
        this.history.addTransaction(transaction, keys);
      }
      this.history.addBlock(record.block);
      if (record.block.height <= start.tip.height) continue;
      this.#replay(record);
      tip = record.block;
      counted += record.transactions.length;
    }
    if (this.history.latest(1)[0]?.height !== tip.height) this.history.addBlock(tip);
    this.history.countFrom(counted);
    this.#finalHeight = tip.height;
    this.#open = this.#openBlock(tip, tip.slot + 1);
  }

  subscribe(listener: ChainListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The height of the newest block of a commitment. */
  height(commitment: Commitment): number {
    const { height } = this.#open;
    if (commitment === 'processed') return height;
    const depth = commitment === 'confirmed' ? CONFIRMED_DEPTH : FINALIZED_DEPTH;
    return Math.max(height - depth, this.#finalHeight);
  }

  /** The slot of the newest block of a commitment. */
  slot(commitment: Commitment): number {
    if (commitment === 'processed') return this.#open.slot;
    return this.#closed(commitment).slot;
  }

  /** How sure it is that what happened in a slot stays. */
  commitmentOf(slot: number): Commitment {
    if (slot <= this.slot('finalized')) return 'finalized';
    return slot <= this.slot('confirmed') ? 'confirmed' : 'processed';
  }

  /** How many blocks follow a slot's block. */
  confirmations(slot: number): number {
    const block = this.history.block(slot);
    return block === null ? 0 : this.#open.height - block.height;
  }

  /** The newest blockhash of a commitment, and the last height at which transactions with it are taken. */
  latestBlockhash(commitment: Commitment): {
    readonly blockhash: string;
    readonly lastValidBlockHeight: number;
  } {
    const { blockhash, height } = this.#closed(commitment);
    return { blockhash, lastValidBlockHeight: height + BLOCKHASH_WINDOW };
  }

  isBlockhashValid(blockhash: string): boolean {
    const recent = this.#recent.get(blockhash);
    return recent !== undefined && this.#open.height <= recent.height + BLOCKHASH_WINDOW;
  }

  /** Unix seconds, as programs read them now. */
  get unixTimestamp(): number {
    return this.#open.blockTime;
  }

  /** What an account holds at a commitment. */
  account(address: Address, commitment: Commitment): Account | null {
    const height = this.height(commitment);
    for (const { height: written, before } of this.#undo) {
      if (written <= height) continue;
      const account = before.get(address);
      if (account !== undefined) return account;
    }
    return this.#runtime.account(address);
  }

  /** All accounts that a program owns at a commitment. */
  programAccounts(program: Address, commitment: Commitment): Map<Address, Account> {
    const accounts = new Map(this.#runtime.programAccounts(program));
    const height = this.height(commitment);
    // Backwards, so that the oldest value of an address is the one that stays.
    for (const { height: written, before } of [...this.#undo].reverse()) {
      if (written <= height) break;
      for (const [address, account] of before) {
        if (account?.owner === program) accounts.set(address, account);
        else accounts.delete(address);
      }
    }
    return accounts;
  }

  minimumBalance(size: number): bigint {
    return this.#runtime.minimumBalance(size);
  }

  /** Runs a transaction without keeping what it did. */
  simulate(
    transaction: ParsedTransaction,
    checks: { readonly signatures: boolean; readonly age: boolean },
  ): Simulation {
    const nothing = { accounts: new Map<Address, Account>(), paid: false, logs: [], innerInstructions: [] };
    const refuse = (error: TransactionErrorJson): Simulation => ({
      ...nothing,
      error,
      unitsConsumed: 0n,
      returnData: null,
    });
    if (checks.age) {
      const age = this.#age(transaction);
      if ('error' in age) return refuse(age.error);
    }
    const loaded = this.loadedAddresses(transaction);
    return 'error' in loaded ? refuse(loaded.error) : this.#runtime.simulate(transaction, checks.signatures);
  }

  /** Processes a transaction in the open block. `verified`: its signatures were checked before. */
  submit(transaction: ParsedTransaction, verified = false): Submission {
    const age = this.#age(transaction);
    if ('error' in age) return { refused: age.error };
    const loaded = this.loadedAddresses(transaction);
    if ('error' in loaded) return { refused: loaded.error };

    const keys = accountKeys(transaction.staticKeys, loaded);
    const writable = keys.filter((_, index) => transaction.message.isAccountWritable(index));
    const before = writable.map((key) => [key, this.#runtime.account(key)] as const);
    const programs = new Set(transaction.instructions.map(({ programIdIndex }) => programIdIndex));
    const preBalances = keys.map((key) => this.#runtime.balance(key));
    const preTokenBalances = this.#tokenBalances(keys, programs);

    const execution = this.#runtime.execute(transaction, writable, !verified);
    if (!execution.paid) return { refused: execution.error ?? 'SanitizeFailure' };
    for (const [key, account] of before) this.#remember(key, account);
    if (age.nonce !== null) this.#advanceNonce(age.nonce);

    const postBalances = keys.map((key) => this.#runtime.balance(key));
    const record: TransactionRecord = {
      signature: transaction.signature,
      slot: this.#open.slot,
      index: this.#open.transactions.length,
      blockTime: this.#open.blockTime,
      bytes: transaction.bytes,
      meta: {
        err: execution.error,
        // Lamports are neither made nor lost in a transaction, but for its fee.
        fee: total(preBalances) - total(postBalances),
        preBalances,
        postBalances,
        preTokenBalances,
        postTokenBalances: this.#tokenBalances(keys, programs),
        loadedAddresses: loaded,
        ...metaOf(execution),
      },
    };
    const { messageHash } = transaction;
    const { recentBlockhash } = transaction.message;
    this.#recent.get(recentBlockhash)?.messages.add(messageHash);
    this.#undo.at(-1)?.messages.push([recentBlockhash, messageHash]);
    this.#open.transactions.push({ record, keys, messageHash, recentBlockhash });
    this.history.addTransaction(record, keys);
    for (const listener of this.#listeners) {
      listener.transaction?.(record);
      for (const key of writable) listener.account?.(key);
    }
    return { record };
  }

  /** Writes an account in the open block, past all rules; `null` removes it. */
  setAccount(address: Address, account: Account | null): void {
    this.#remember(address, this.#runtime.account(address));
    this.#runtime.setAccount(address, account);
    for (const listener of this.#listeners) listener.account?.(address);
  }

  /** Closes the open block and opens the next. */
  tick(): void {
    this.#advance(this.#open.slot + 1);
  }

  /** Moves the clock forward, and the slots with it. What was valid before stays valid: no blocks are made between. */
  warp(milliseconds: number): void {
    this.#clockOffsetMs += milliseconds;
    this.#advance(this.#open.slot + 1 + Math.floor(milliseconds / this.slotMs));
    // Closed at once: who reads confirmed state must not find the old time after a warp.
    this.tick();
  }

  /**
   * Drops the newest blocks, the open one among them, as if the network had chosen another fork: what they wrote is
   * taken back, their transactions and blockhashes were never there. Gives the signatures, the newest first. Time goes on.
   */
  fork(blocks: number): string[] {
    const { height, slot } = this.#open;
    const most = this.#store === null ? height - this.height('finalized') : 1;
    if (!Number.isInteger(blocks) || blocks < 1 || blocks > most) {
      const why = this.#store === null ? 'blocks that are final stay' : 'closed blocks are in the ledger';
      throw new RangeError(`a fork now drops from 1 to ${most} blocks: ${why}`);
    }
    this.#finalHeight = this.height('finalized');
    const dropped = this.#undo.splice(-blocks).reverse();
    const restored = new Set<Address>();
    for (const { before, messages } of dropped) {
      for (const [address, account] of before) {
        this.#runtime.setAccount(address, account);
        restored.add(address);
      }
      for (const [blockhash, messageHash] of messages)
        this.#recent.get(blockhash)?.messages.delete(messageHash);
    }
    for (const [blockhash, recent] of this.#recent) {
      if (recent.height > height - blocks) this.#recent.delete(blockhash);
    }
    const signatures = [
      ...this.#open.transactions.map(({ record }) => record.signature).reverse(),
      ...this.history.dropNewest(blocks - 1),
    ];
    this.history.removeTransactions(signatures);
    const [parent] = this.history.latest(1);
    if (parent === undefined) throw new Error('there is no block to fork from');
    this.#open = this.#openBlock(parent, slot + 1);
    for (const listener of this.#listeners) for (const address of restored) listener.account?.(address);
    return signatures;
  }

  /** The addresses that a transaction takes from lookup tables, or why it cannot. */
  loadedAddresses({
    message,
  }: ParsedTransaction): LoadedAddresses | { readonly error: TransactionErrorJson } {
    return loadAddresses(message, BigInt(this.#open.slot), (address) => this.#runtime.account(address));
  }

  /** The whole state after the newest closed block; only between two blocks, when the open one is untouched. */
  snapshot(): ChainSnapshot {
    const [tip] = this.history.latest(1);
    if (tip === undefined || this.#open.transactions.length > 0) {
      throw new Error('a snapshot is made when a block was just closed');
    }
    return {
      runtime: this.#runtime.toBytes(),
      tip,
      recent: [...this.#recent.values()],
      transactionCount: this.history.transactionCount,
      clockOffsetMs: this.#clockOffsetMs,
    };
  }

  /** The newest closed block of a commitment. For `processed`: the one that the open block follows. */
  #closed(commitment: Commitment): BlockHeader {
    const newest = this.#open.height - 1;
    const height = Math.min(this.height(commitment), newest);
    const block = this.history.latest(newest - height + 1)[0];
    if (block === undefined) throw new Error(`the block at height ${height} is not remembered`);
    return block;
  }

  /** Whether a transaction comes in time and for the first time; the nonce account that stands in for its blockhash. */
  #age(
    transaction: ParsedTransaction,
  ): { readonly nonce: Address | null } | { readonly error: TransactionErrorJson } {
    const { recentBlockhash } = transaction.message;
    const recent = this.#recent.get(recentBlockhash);
    if (recent !== undefined && this.isBlockhashValid(recentBlockhash)) {
      return recent.messages.has(transaction.messageHash) ? { error: 'AlreadyProcessed' } : { nonce: null };
    }
    const nonce = usableNonce(transaction, this.#runtime.blockhash(), (address) =>
      this.#runtime.account(address),
    );
    return nonce === null ? { error: 'BlockhashNotFound' } : { nonce };
  }

  #advanceNonce(address: Address): void {
    const account = this.#runtime.account(address);
    // A withdrawal in the same transaction may have closed it.
    if (account === null || !isNonce(account)) return;
    this.#runtime.setAccount(address, advancedNonce(account, this.#runtime.blockhash()));
  }

  #tokenBalances(keys: readonly Address[], programs: ReadonlySet<number>): TokenBalance[] {
    return keys.flatMap((key, accountIndex) => {
      const account = programs.has(accountIndex) ? null : this.#runtime.account(key);
      const state = account === null ? null : decodeTokenAccount(account);
      if (account === null || state === null) return [];
      const { mint, owner } = state;
      const mintAccount = this.#runtime.account(mint);
      const decimals = mintAccount === null ? undefined : decodeMint(mintAccount)?.decimals;
      if (decimals === undefined) return [];
      const uiTokenAmount = tokenAmount(state.amount, decimals);
      return [{ accountIndex, mint, owner, programId: account.owner, uiTokenAmount }];
    });
  }

  #remember(address: Address, account: Account | null): void {
    const before = this.#undo.at(-1)?.before;
    if (before?.has(address) === false) before.set(address, account);
  }

  #advance(nextSlot: number): void {
    const { transactions, ...open } = this.#open;
    const block: Block = {
      ...open,
      blockhash: this.#runtime.advanceBlockhash(),
      signatures: transactions.map(({ record }) => record.signature),
    };
    const wrote = [...(this.#undo.at(-1)?.before.keys() ?? [])];
    this.#store?.append({
      block,
      transactions,
      writes: wrote.map((address) => [address, plain(this.#runtime.account(address))] as const),
      clockOffsetMs: this.#clockOffsetMs,
    });
    this.history.addBlock(block);
    this.#addRecent(block.blockhash, block.height);
    this.#open = this.#openBlock(block, nextSlot);
    this.#announce(block, wrote);
  }

  /** Tells what is now confirmed and final. */
  #announce(block: Block, wrote: readonly Address[]): void {
    const slots = { slot: this.#open.slot, parent: block.slot, root: this.slot('finalized') };
    for (const listener of this.#listeners) {
      listener.slot?.(slots);
      listener.committed?.('confirmed', block, wrote);
    }
    const final = this.height('finalized');
    while (this.#undo[0] !== undefined && this.#undo[0].height <= final) {
      const { height, before } = this.#undo[0];
      // Its values are dropped first: from here on the block is what final accounts are read from.
      this.#undo.shift();
      const finalized = this.history.latest(this.#open.height - height)[0];
      if (finalized === undefined) continue;
      for (const listener of this.#listeners)
        listener.committed?.('finalized', finalized, [...before.keys()]);
    }
  }

  #openBlock(parent: Block, slot: number): OpenBlock {
    const wall = Math.floor((this.#now() + this.#clockOffsetMs) / 1000);
    // The machine's clock may be set back; the chain's never is.
    const blockTime = Math.max(wall, parent.blockTime);
    const height = parent.height + 1;
    this.#undo.push({ height, before: new Map(), messages: [] });
    for (const sysvar of BLOCK_SYSVARS) this.#remember(sysvar, this.#runtime.account(sysvar));
    this.#runtime.setClock(clockAt(this.#runtime.clock(), slot, blockTime));
    writeSlotHashes(this.#runtime, this.history.latest(SLOT_HASHES));
    return {
      slot,
      height,
      parentSlot: parent.slot,
      previousBlockhash: parent.blockhash,
      blockTime,
      transactions: [],
    };
  }

  #replay({ block, transactions, writes, clockOffsetMs }: BlockRecord): void {
    for (const [address, account] of writes) this.#runtime.setAccount(address, account);
    if (this.#runtime.advanceBlockhash() !== block.blockhash) {
      throw new Error(`the ledger's block in slot ${block.slot} does not follow from the one before`);
    }
    this.#addRecent(block.blockhash, block.height);
    for (const { messageHash, recentBlockhash } of transactions) {
      this.#recent.get(recentBlockhash)?.messages.add(messageHash);
    }
    this.#clockOffsetMs = clockOffsetMs;
  }

  #addRecent(blockhash: string, height: number): void {
    this.#recent.set(blockhash, { blockhash, height, messages: new Set() });
    for (const [old, { height: made }] of this.#recent) {
      if (made + BLOCKHASH_WINDOW >= height) break;
      this.#recent.delete(old);
    }
  }
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

function metaOf(
  execution: Execution,
): Pick<
  TransactionRecord['meta'],
  'computeUnitsConsumed' | 'innerInstructions' | 'logMessages' | 'returnData'
> {
  return {
    innerInstructions: execution.innerInstructions,
    logMessages: execution.logs,
    computeUnitsConsumed: execution.unitsConsumed,
    returnData: execution.returnData,
  };
}

/** The account with its data in hand, so that it can be written to a file. */
function plain(account: Account | null): Account | null {
  if (account === null) return null;
  const { lamports, owner, data, executable } = account;
  return { lamports, owner, data, executable };
}
