import { failureToError, type Call, type Deployment } from '@ionet/sdk';
import { type PublicKey, TransactionMessage, VersionedTransaction, type Signer } from '@solana/web3.js';
import bs58 from 'bs58';
import type { Logger } from 'pino';
import type { Counter, Gauge } from 'prom-client';
import type { EndpointView, OutboxChain } from '../chain.js';
import type { Database, Queries } from '../database.js';
import type { Metrics } from '../metrics.js';
import { decide, type IntentState, type Step } from './decide.js';
import { IntentStore, type Intent, type IntentKey } from './store.js';

/** Builds the call of an intent of one kind: each time that it is signed, also after a restart. */
export type IntentBuilder = (intent: Intent) => Promise<Call> | Call;

/** Intents of one sort. */
export interface IntentKind {
  readonly build: IntentBuilder;
  /**
   * What stands against a second one with the same key. `chain`: its programs refuse it or pay nothing for it, whatever
   * its state has become since; the row may go in time. `outbox`: nothing but the row, which is kept for ever.
   */
  readonly onceBy: 'chain' | 'outbox';
}

/** What an outbox is made of. */
export interface OutboxOptions {
  readonly database: Database;
  readonly chain: OutboxChain;
  readonly deployment: Deployment;
  readonly payer: Signer;
  /** The kinds of intents that there are. */
  readonly kinds: Readonly<Record<string, IntentKind>>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Simulates what would be signed, and neither signs nor sends. */
  readonly dryRun?: boolean;
  /** For how many blocks the chain's kinds are remembered after their end. Default: those of 7 days. */
  readonly rememberedBlocks?: number;
}

/** How many intents one step looks at. */
const AT_ONCE = 64;
/**
 * Of 7 days. Nothing that services decide is due for that long: an endpoint that lags or a fork cannot have them plan
 * again what is done. The chain's heights are the clock: that of a machine may be wrong.
 */
const REMEMBERED_BLOCKS = 1_512_000;
/** How often it is looked for what is old, and how much of it goes in a step. */
const FORGET_EVERY_BLOCKS = 150;
const FORGOTTEN_AT_ONCE = 500;
/** What a network may still take later, though it refuses now. */
const PASSING = ['BlockhashNotFound', 'AccountNotFound', 'InsufficientFundsForFee', 'AccountInUse'];

/**
 * Transactions that land exactly once, whenever the process dies. An intent is written down before anything is signed;
 * the signature, the bytes and how long they are valid before anything is sent; and nothing is signed anew until what
 * was signed before can provably never land. It is bounded: what is at its end gives up its bytes, and after a while its
 * row, where the chain itself stands against a repetition.
 *
 * @example
 * ```ts
 * const pay: IntentKind = { build: ({ payload }) => transferTo(payload), onceBy: 'outbox' };
 * const outbox = await Outbox.open({ ...options, kinds: { pay } });
 * await outbox.plan({ kind: 'pay', subject: wallet, period: '2024-07' }, payload);
 * await outbox.step();
 * ```
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #store: IntentStore;
  readonly #transitions: Counter<'kind' | 'state'>;
  readonly #gauge: Gauge<'state'>;
  /** The last valid height that the chain named, and that at which what is old is looked for again. */
  #height = 0;
  #forgetAt = 0;

  private constructor(options: OutboxOptions, store: IntentStore) {
    this.#options = options;
    this.#store = store;
    const { metrics } = options;
    this.#transitions = metrics.counter('ionet_outbox_transitions_total', 'Intents that came to a state', [
      'kind',
      'state',
    ]);
    this.#gauge = metrics.gauge('ionet_outbox_intents', 'Intents that are not at their end, by state', [
      'state',
    ]);
  }

  static async open(options: OutboxOptions): Promise<Outbox> {
    return new Outbox(options, await IntentStore.open(options.database));
  }

  /**
   * Writes an intent down, once for its key; false where there is one already. `again` begins one anew that failed.
   * With the `queries` of a transaction it is written together with what the caller writes there.
   */
  async plan(
    key: IntentKey,
    payload = '',
    options: { again?: boolean; queries?: Queries } = {},
  ): Promise<boolean> {
    if (!(key.kind in this.#options.kinds))
      throw new RangeError(`there are no intents of kind '${key.kind}'`);
    const planned = await this.#store.plan(key, payload, options);
    if (planned) this.#transitions.inc({ kind: key.kind, state: 'planned' });
    return planned;
  }

  find(key: IntentKey): Promise<Intent | undefined> {
    return this.#store.find(key);
  }

  /** Brings every open intent as far as it comes now. Gives how many are open still. */
  async step(): Promise<number> {
    const open = await this.#store.open(AT_ONCE);
    const watched = open.filter(({ state }) => state !== 'planned' && state !== 'expired');
    const views = await this.#observe(watched);
    for (const intent of open) {
      try {
        await this.#advance(intent, views.get(intent) ?? []);
      } catch (error) {
        this.#options.logger.warn({ ...nameOf(intent), err: error }, 'an intent did not come further');
        await this.#store.move(intent, intent.state, sentenceOf(error));
      }
    }
    await this.#forget();
    const counts = await this.#store.countOpen();
    this.#gauge.reset();
    for (const [state, count] of counts) this.#gauge.set({ state }, count);
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Removes what is long over and what the chain stands against. */
  async #forget(): Promise<void> {
    if (this.#height < this.#forgetAt) return;
    const { kinds, rememberedBlocks = REMEMBERED_BLOCKS } = this.#options;
    const chains = Object.keys(kinds).filter((kind) => kinds[kind]?.onceBy === 'chain');
    let isAll = true;
    for (const kind of chains) {
      const gone = await this.#store.forget(kind, this.#height - rememberedBlocks, FORGOTTEN_AT_ONCE);
      if (gone === FORGOTTEN_AT_ONCE) isAll = false;
    }
    if (isAll) this.#forgetAt = this.#height + FORGET_EVERY_BLOCKS;
  }

  async #observe(intents: readonly Intent[]): Promise<Map<Intent, readonly EndpointView[]>> {
    if (intents.length === 0) return new Map();
    const signatures = intents.map(({ signature }) => signature ?? '');
    const views = await this.#options.chain.observe(signatures);
    return new Map(intents.map((intent, index) => [intent, views[index] ?? []]));
  }

  async #advance(intent: Intent, views: readonly EndpointView[]): Promise<void> {
    const step: Step = decide(intent.state, intent.lastValidBlockHeight ?? 0, views);
    switch (step.do) {
      case 'wait':
        return;
      case 'sign':
        return this.#sign(intent);
      case 'send':
        return this.#send(intent);
      case 'record':
        if (step.state === 'failed') {
          const { deployment, chain } = this.#options;
          const signature = intent.signature ?? '';
          const outcome = {
            signature,
            logs: await chain.logs(signature),
            unitsConsumed: null,
            failure: step.failure,
          };
          const error = failureToError(outcome, programsOf(intent), deployment);
          return this.#move(intent, 'failed', `${error.name}: ${error.message}`);
        }
        await this.#move(intent, step.state);
        // What has expired is signed anew at once.
        if (step.state === 'expired') await this.#sign({ ...intent, state: 'expired' });
    }
  }

  async #sign(intent: Intent): Promise<void> {
    const { chain, payer, kinds, deployment, logger, dryRun } = this.#options;
    const kind = kinds[intent.kind];
    if (kind === undefined) throw new RangeError(`there are no intents of kind '${intent.kind}'`);
    const { instructions, signers } = await kind.build(intent);
    const { blockhash, lastValidBlockHeight } = await chain.latestBlockhash();
    this.#height = Math.max(this.#height, lastValidBlockHeight);
    const transaction = new VersionedTransaction(
      new TransactionMessage({
        payerKey: payer.publicKey,
        recentBlockhash: blockhash,
        instructions: [...instructions],
      }).compileToV0Message(),
    );
    const { failure, logs } = await chain.simulate(transaction);
    if (failure !== null) {
      const programIds = instructions.map(({ programId }) => programId);
      const outcome = { signature: '', logs, unitsConsumed: null, failure };
      const error = failureToError(outcome, programIds, deployment);
      if (PASSING.includes(failure.reason)) throw error;
      // Nothing of it is signed, so nothing of it can land.
      await this.#move({ ...intent, lastValidBlockHeight }, 'failed', `${error.name}: ${error.message}`);
      return;
    }
    if (dryRun === true) {
      logger.info({ ...nameOf(intent) }, 'dry run: would sign and send');
      return;
    }
    transaction.sign([payer, ...signers]);
    const signature = bs58.encode(transaction.signatures[0] ?? new Uint8Array());
    const signed = { signature, transaction: transaction.serialize(), lastValidBlockHeight };
    if (!(await this.#store.sign(intent, signed))) return;
    const next: Intent = { ...intent, ...signed, state: 'signed', attempt: intent.attempt + 1 };
    this.#told(next, 'signed');
    await this.#send(next);
  }

  /** The same bytes, as often as needed: the network takes them once. */
  async #send(intent: Intent): Promise<void> {
    if (this.#options.dryRun === true || intent.transaction === null) return;
    const sent = intent.state === 'signed' ? { ...intent, state: 'sent' as const } : intent;
    if (intent.state === 'signed') await this.#move(intent, 'sent');
    try {
      await this.#options.chain.send(intent.transaction);
    } catch (error) {
      // It may have arrived: what became of it is asked for in the next step.
      await this.#store.move(sent, sent.state, sentenceOf(error));
    }
  }

  async #move(intent: Intent, state: IntentState, error: string | null = null): Promise<void> {
    if (await this.#store.move(intent, state, error)) this.#told(intent, state, error);
  }

  #told(intent: Intent, state: IntentState, error: string | null = null): void {
    this.#transitions.inc({ kind: intent.kind, state });
    const { logger } = this.#options;
    const facts = { ...nameOf(intent), state, signature: intent.signature, attempt: intent.attempt };
    if (state === 'failed') logger.warn({ ...facts, error }, 'an intent failed');
    else logger.debug(facts, 'an intent moved on');
  }
}

/** The programs of a signed transaction's instructions. */
function programsOf({ transaction }: Intent): PublicKey[] {
  const { message } = VersionedTransaction.deserialize(transaction ?? new Uint8Array());
  return message.compiledInstructions.flatMap(
    ({ programIdIndex }) => message.staticAccountKeys[programIdIndex] ?? [],
  );
}

function nameOf({ kind, subject, period }: IntentKey): IntentKey {
  return { kind, subject, period };
}

function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(sentenceOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
