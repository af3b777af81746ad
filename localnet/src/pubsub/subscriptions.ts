import { z } from 'zod';
import type { Block, Commitment, TransactionRecord } from '../chain/block.js';
import type { ChainListener } from '../chain/chain.js';
import { RPC_CODES, RpcError, invalidParams } from '../rpc/errors.js';
import type { Json } from '../rpc/json.js';
import { method, type RpcContext } from '../rpc/method.js';
import { encodeAccount } from '../rpc/encode/account.js';
import { passes, reader } from '../rpc/methods/accounts.js';
import {
  accountShape,
  address,
  commitment,
  filters,
  optional,
  signature,
  type Filter,
} from '../rpc/params.js';
import type { AccountFormat } from '../rpc/encode/account.js';
import { accountKeys, parseTransaction } from '../chain/transaction.js';

type Level = { readonly commitment: Commitment };

/** What a client asked to hear of. */
type Subscription =
  | ({ readonly kind: 'account'; readonly address: string; readonly format: AccountFormat } & Level)
  | ({
      readonly kind: 'program';
      readonly program: string;
      readonly format: AccountFormat;
      readonly filters: readonly Filter[];
    } & Level)
  | ({ readonly kind: 'logs'; readonly mentions: string | null } & Level)
  | ({ readonly kind: 'signature'; readonly signature: string; readonly received: boolean } & Level)
  | { readonly kind: 'slot' }
  | { readonly kind: 'root' };

/** Sends a notification. */
export type Notify = (method: string, params: Json) => void;

const logsFilter = z.union([
  z.enum(['all', 'allWithVotes']).transform(() => null),
  z
    .object({ mentions: z.array(address).length(1, 'Invalid param: only one address can be mentioned') })
    .transform(({ mentions }) => mentions[0] ?? null),
]);

/** The subscriptions that a client can make, by the name of the method without `Subscribe`. */
const KINDS = {
  account: (params: readonly unknown[]): Subscription =>
    read([address, optional(accountShape)], params, (key, { commitment: level, ...format }) => ({
      kind: 'account',
      address: key,
      commitment: level,
      format,
    })),
  program: (params: readonly unknown[]): Subscription =>
    read([address, optional({ ...accountShape, filters })], params, (program, config) => ({
      kind: 'program',
      program,
      commitment: config.commitment,
      format: { encoding: config.encoding, dataSlice: config.dataSlice },
      filters: config.filters,
    })),
  logs: (params: readonly unknown[]): Subscription =>
    read([logsFilter, optional({ commitment })], params, (mentions, config) => ({
      kind: 'logs',
      mentions,
      commitment: config.commitment,
    })),
  signature: (params: readonly unknown[]): Subscription =>
    read(
      [signature, optional({ commitment, enableReceivedNotification: z.boolean().nullish() })],
      params,
      (wanted, config) => ({
        kind: 'signature',
        signature: wanted,
        commitment: config.commitment,
        received: config.enableReceivedNotification === true,
      }),
    ),
  slot: (params: readonly unknown[]): Subscription => read([], params, () => ({ kind: 'slot' })),
  root: (params: readonly unknown[]): Subscription => read([], params, () => ({ kind: 'root' })),
} as const;

type Values<S extends readonly z.ZodType[]> = { readonly [K in keyof S]: z.output<S[K]> };

/** Checks the arguments as those of any method. */
function read<const S extends readonly z.ZodType[]>(
  schemas: S,
  params: readonly unknown[],
  make: (...args: Values<S>) => Subscription,
): Subscription {
  const made: Subscription[] = [];
  const run = method(schemas, (_context, ...args) => {
    made.push(make(...args));
    return null;
  });
  run(NO_CONTEXT, params);
  const [subscription] = made;
  if (subscription === undefined) throw invalidParams('Invalid params');
  return subscription;
}

/** Reading arguments needs no chain. */
const NO_CONTEXT = {} as RpcContext;

/** The subscriptions of one client. */
export class Subscriptions implements ChainListener {
  readonly #context: RpcContext;
  readonly #notify: Notify;
  readonly #all = new Map<number, Subscription>();

  constructor(context: RpcContext, notify: Notify) {
    this.#context = context;
    this.#notify = notify;
  }

  /** Answers a request; what is to be told at once follows its answer by `afterwards`. */
  answer(
    name: string,
    params: readonly unknown[],
  ): { readonly result: Json; readonly afterwards: () => void } {
    const [, kind, verb] = /^([a-z]+)(Subscribe|Unsubscribe)$/.exec(name) ?? [];
    if (kind === undefined || !(kind in KINDS)) {
      throw new RpcError(RPC_CODES.methodNotFound, 'Method not found');
    }
    const nothing = (): void => undefined;
    if (verb === 'Unsubscribe') {
      const [id] = params;
      if (typeof id !== 'number' || !this.#all.delete(id)) {
        throw invalidParams('Invalid subscription id.');
      }
      return { result: true, afterwards: nothing };
    }
    const subscription = KINDS[kind as keyof typeof KINDS](params);
    const id = nextId();
    this.#all.set(id, subscription);
    return {
      result: id,
      afterwards:
        subscription.kind === 'signature'
          ? () => {
              this.#tellSignature(id, subscription);
            }
          : nothing,
    };
  }

  transaction(record: TransactionRecord): void {
    this.#tellTransaction(record, 'processed');
    for (const [id, subscription] of this.#all) {
      if (subscription.kind !== 'signature' || subscription.signature !== record.signature) continue;
      if (subscription.received) this.#send(id, 'signature', record.slot, 'receivedSignature');
    }
  }

  account(changed: string): void {
    this.#tellAccounts([changed], 'processed', this.#context.chain.slot('processed'));
  }

  slot({
    slot,
    parent,
    root,
  }: {
    readonly slot: number;
    readonly parent: number;
    readonly root: number;
  }): void {
    for (const [id, { kind }] of this.#all) {
      if (kind === 'slot')
        this.#notify('slotNotification', { result: { slot, parent, root }, subscription: id });
    }
  }

  committed(level: 'confirmed' | 'finalized', block: Block, addresses: readonly string[]): void {
    if (this.#all.size === 0) return;
    this.#tellAccounts(addresses, level, block.slot);
    for (const one of block.signatures) {
      const record = this.#context.chain.history.transaction(one);
      if (record !== null) this.#tellTransaction(record, level);
    }
    if (level !== 'finalized') return;
    for (const [id, { kind }] of this.#all) {
      if (kind === 'root') this.#notify('rootNotification', { result: block.slot, subscription: id });
    }
  }

  #tellAccounts(addresses: readonly string[], level: Commitment, slot: number): void {
    for (const [id, subscription] of this.#all) {
      if (subscription.kind === 'account') {
        if (subscription.commitment !== level || !addresses.includes(subscription.address)) continue;
        this.#send(id, 'account', slot, this.#encode(subscription.address, subscription) ?? CLOSED);
      } else if (subscription.kind === 'program' && subscription.commitment === level) {
        for (const changed of addresses) this.#tellProgram(id, subscription, changed, slot);
      }
    }
  }

  #tellProgram(
    id: number,
    subscription: Extract<Subscription, { kind: 'program' }>,
    changed: string,
    slot: number,
  ): void {
    const account = this.#context.chain.account(changed, subscription.commitment);
    if (account?.owner !== subscription.program || !passes(account, subscription.filters)) return;
    this.#send(id, 'program', slot, { pubkey: changed, account: this.#encode(changed, subscription) });
  }

  #encode(key: string, { commitment: level, format }: Level & { readonly format: AccountFormat }): Json {
    const account = this.#context.chain.account(key, level);
    return account === null ? null : encodeAccount(key, account, format, reader(this.#context, level));
  }

  #tellTransaction(record: TransactionRecord, level: Commitment): void {
    const { err, logMessages } = record.meta;
    let keys: readonly string[] | undefined;
    for (const [id, subscription] of this.#all) {
      if (subscription.kind === 'logs' && subscription.commitment === level) {
        if (subscription.mentions !== null) {
          keys ??= accountKeys(parseTransaction(record.bytes).staticKeys, record.meta.loadedAddresses);
          if (!keys.includes(subscription.mentions)) continue;
        }
        this.#send(id, 'logs', record.slot, {
          signature: record.signature,
          err: err as Json,
          logs: logMessages,
        });
      } else if (subscription.kind === 'signature' && subscription.signature === record.signature) {
        if (subscription.commitment === level) this.#tellSignature(id, subscription);
      }
    }
  }

  /** Tells of a signature where it has reached what the client waits for; then the subscription is over. */
  #tellSignature(
    id: number,
    { signature: wanted, commitment: level }: Extract<Subscription, { kind: 'signature' }>,
  ): void {
    const { chain } = this.#context;
    const record = chain.history.transaction(wanted);
    if (record === null || record.slot > chain.slot(level)) return;
    this.#send(id, 'signature', chain.slot(level), { err: record.meta.err as Json });
    this.#all.delete(id);
  }

  #send(id: number, kind: string, slot: number, value: Json): void {
    this.#notify(`${kind}Notification`, { result: { context: { slot }, value }, subscription: id });
  }
}

/** What is told of an account that was closed. */
const CLOSED: Json = {
  lamports: 0,
  data: ['', 'base64'],
  owner: '11111111111111111111111111111111',
  executable: false,
  rentEpoch: 0,
  space: 0,
};

let lastId = 0;

/** Ids are unique over all clients, as a node's are. */
function nextId(): number {
  lastId += 1;
  return lastId;
}
