import {
  PACKET_DATA_SIZE,
  type PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  TransactionMessage,
  VersionedTransaction,
  type Signer,
  type TransactionInstruction,
} from '@solana/web3.js';
import { base58 } from '@scure/base';
import { accountReaders, type AccountReaders, type AccountSource } from './accounts.js';
import { bindActions, type BoundActions } from './action.js';
import * as actions from './actions/index.js';
import { mergeCalls, type Call, type CallContext, type NamedAccounts } from './call.js';
import type { Deployment } from './deployment.js';
import { AccountError, SendError } from './errors.js';
import { parseEvents, type IonetEvent } from './events.js';
import { failureToError } from './failures.js';
import {
  MAX_COMPUTE_UNITS,
  computeUnitLimitFor,
  computeUnitPriceFor,
  withBudget,
  type ComputeBudget,
  type PriorityFeeOptions,
} from './sending/budget.js';
import { tell, type ProgressListener } from './sending/progress.js';
import type { Transport } from './transport.js';

/**
 * A wallet that signs without giving its key away.
 *
 * @example
 * ```ts
 * import { Keypair } from '@solana/web3.js';
 * import { createClient, localnet, type Wallet } from '@ionet/sdk';
 *
 * const key = Keypair.generate(); // in a browser its wallet holds it
 * const wallet: Wallet = {
 *   publicKey: key.publicKey,
 *   signTransaction: (transaction) => {
 *     transaction.sign([key]);
 *     return Promise.resolve(transaction);
 *   },
 * };
 * const byWallet = createClient({ transport: client.transport, payer: wallet, deployment: localnet() });
 * ```
 */
export interface Wallet {
  readonly publicKey: PublicKey;
  signTransaction<T extends VersionedTransaction>(transaction: T): Promise<T>;
}

/**
 * How a client is made.
 *
 * @see {@link createClient}
 */
export interface ClientOptions {
  readonly transport: Transport;
  /** Pays fees and rent, and stands for every authority that a call does not name. */
  readonly payer: Signer | Wallet;
  readonly deployment: Deployment;
  /** Further keys that sign whenever an instruction asks for them. */
  readonly signers?: readonly Signer[];
}

/**
 * A transaction that is about to be sent: keep it, and what becomes of it can be found out after any crash.
 *
 * @example
 * ```ts
 * import type { SignedTransaction } from '@ionet/sdk';
 *
 * const kept: SignedTransaction[] = [];
 * await client.escrow.endJob({ job }, { beforeSend: (signed) => void kept.push(signed) });
 * kept.length; // 1
 * ```
 */
export interface SignedTransaction {
  readonly signature: string;
  readonly lastValidBlockHeight: number;
  /** The transaction as it is sent. Sending the same bytes again can never do more than once what they say. */
  readonly bytes: Uint8Array;
}

/**
 * How calls are sent.
 *
 * @example
 * ```ts
 * const { signature } = await client.escrow.endJob(
 *   { job },
 *   { priorityFee: { percentile: 50, maxLamports: 20_000n }, onProgress: ({ kind }) => console.log(kind), signal },
 * );
 * ```
 */
export interface SendOptions {
  /** The most compute units that the transaction may use. Default: as many as it takes when simulated, and a margin. */
  readonly computeUnitLimit?: number;
  /** The price of a compute unit in micro-lamports. Default: by what recent transactions paid, see `priorityFee`. */
  readonly computeUnitPrice?: bigint;
  /** How the price of a compute unit is chosen. Where nobody pays, as on a local network, it is zero. */
  readonly priorityFee?: PriorityFeeOptions;
  /** Further keys that sign this transaction. */
  readonly signers?: readonly Signer[];
  /** How often it is signed anew when it has expired for certain. Default: 3 times in all; once where a wallet signs. */
  readonly attempts?: number;
  /** Gives up waiting; the transaction may land nevertheless. */
  readonly signal?: AbortSignal;
  /** Is told how the transaction is doing. */
  readonly onProgress?: ProgressListener;
  /** Is waited for before the transaction is sent; what it throws stops it for certain. */
  readonly beforeSend?: (signed: SignedTransaction) => void | Promise<void>;
}

/**
 * What sending gives.
 *
 * @example
 * ```ts
 * const { signature, events, accounts, logs, unitsConsumed } = await client.escrow.endJob({ job });
 * accounts.job.equals(job); // true
 * events.map(({ name }) => name); // ['jobStopped']
 * ```
 */
export interface Sent<A extends NamedAccounts = NamedAccounts> {
  readonly signature: string;
  /** The events of the marketplace's programs, in their order. */
  readonly events: readonly IonetEvent[];
  /** The accounts that the calls were about. */
  readonly accounts: A;
  readonly logs: readonly string[];
  readonly unitsConsumed: bigint | null;
}

/**
 * What actions need to build calls from what the network says.
 *
 * @see {@link Action}
 */
export interface ReadingClient extends CallContext, AccountSource {
  /** The readers of all accounts. */
  readonly accounts: AccountReaders;
  /** The network's time in seconds, by its clock account. */
  now(): Promise<bigint>;
}

/**
 * What actions need to build, read and send.
 *
 * @see {@link createClient}
 */
export interface ClientCore extends ReadingClient {
  readonly transport: Transport;
  /** Sends calls in one transaction and waits until it is confirmed. */
  send<A extends NamedAccounts>(call: Call<A>, options?: SendOptions): Promise<Sent<A>>;
  send(calls: readonly Call[], options?: SendOptions): Promise<Sent>;
}

/**
 * All actions of all programs, bound to a client.
 *
 * @see {@link createClient}
 */
export interface Client extends ClientCore {
  readonly staking: BoundActions<typeof actions.staking>;
  readonly oracle: BoundActions<typeof actions.oracle>;
  readonly escrow: BoundActions<typeof actions.escrow>;
  readonly airdrop: BoundActions<typeof actions.airdrop>;
  readonly treasury: BoundActions<typeof actions.treasury>;
  readonly emission: BoundActions<typeof actions.emission>;
}

const CLOCK_UNIX_TIMESTAMP_OFFSET = 32;
const DEFAULT_ATTEMPTS = 3;
/** Any blockhash, for what is only simulated or measured: all are of the same length. */
export const SOME_BLOCKHASH = '11111111111111111111111111111111';

/**
 * A client: a payer on a network. Its namespaces hold the actions of each program.
 *
 * @example
 * ```ts
 * import { Connection, Keypair } from '@solana/web3.js';
 * import { connectionTransport, createClient, localnet } from '@ionet/sdk';
 *
 * const client = createClient({
 *   transport: connectionTransport(new Connection('http://127.0.0.1:8899', 'confirmed')),
 *   payer: Keypair.generate(),
 *   deployment: localnet(),
 * });
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const { transport, deployment } = options;
  const payer = options.payer.publicKey;

  /** Runs the instructions without sending them, and says what the transaction may use and offers. */
  async function plan(
    instructions: readonly TransactionInstruction[],
    sendOptions: SendOptions,
  ): Promise<ComputeBudget> {
    const { computeUnitLimit = null, computeUnitPrice = null, signal } = sendOptions;
    const given = { limit: computeUnitLimit, price: computeUnitPrice };
    if (transport.simulate === undefined) return given;
    // With both, so that it consumes what it will consume in the end.
    const most = { limit: computeUnitLimit ?? MAX_COMPUTE_UNITS, price: computeUnitPrice ?? 0n };
    const rehearsal = fitting(instructions, most, payer, SOME_BLOCKHASH);
    const [simulation, fees] = await Promise.all([
      transport.simulate(rehearsal.transaction, signal),
      computeUnitPrice === null ? transport.getRecentFees?.(writtenBy(rehearsal.transaction), signal) : null,
    ]);
    if (simulation.failure !== null) {
      const programIds = rehearsal.instructions.map(({ programId }) => programId);
      throw failureToError({ ...simulation, signature: '' }, programIds, deployment);
    }
    const units = simulation.unitsConsumed ?? 0n;
    const limit = computeUnitLimit ?? (units === 0n ? MAX_COMPUTE_UNITS : computeUnitLimitFor(units));
    const price = computeUnitPrice ?? computeUnitPriceFor(fees ?? [], limit, sendOptions.priorityFee);
    tell(sendOptions.onProgress, {
      kind: 'simulated',
      unitsConsumed: units,
      computeUnitLimit: limit,
      computeUnitPrice: price,
    });
    return { limit, price: price === 0n ? computeUnitPrice : price };
  }

  async function sendOnce(call: Call, sendOptions: SendOptions): Promise<Sent> {
    const { onProgress, signal } = sendOptions;
    if (signal?.aborted === true) throw new SendError('Aborted', 'cancelled before it was sent');
    const budget = await plan(call.instructions, sendOptions);
    const lifetime = await transport.getLatestBlockhash(signal);
    const fitted = fitting(call.instructions, budget, payer, lifetime.blockhash, sendOptions);
    const transaction = await sign(fitted.transaction, options.payer, [
      ...call.signers,
      ...(sendOptions.signers ?? []),
      ...(options.signers ?? []),
    ]);
    const { lastValidBlockHeight } = lifetime;
    const signature = base58.encode(transaction.signatures[0] ?? new Uint8Array());
    tell(onProgress, { kind: 'signed', signature, lastValidBlockHeight });
    await sendOptions.beforeSend?.({ signature, lastValidBlockHeight, bytes: transaction.serialize() });
    const outcome = await transport.execute(transaction, lifetime, { signal, onProgress });
    if (outcome.failure !== null) {
      const programIds = fitted.instructions.map((instruction) => instruction.programId);
      throw failureToError(outcome, programIds, deployment);
    }
    return {
      signature: outcome.signature,
      events: parseEvents(outcome.logs, deployment),
      accounts: call.accounts,
      logs: outcome.logs,
      unitsConsumed: outcome.unitsConsumed,
    };
  }

  async function send(calls: Call | readonly Call[], sendOptions: SendOptions = {}): Promise<Sent> {
    const call = 'instructions' in calls ? calls : mergeCalls(calls);
    // Nobody likes to be asked three times for his signature.
    const attempts = sendOptions.attempts ?? ('secretKey' in options.payer ? DEFAULT_ATTEMPTS : 1);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(call, sendOptions);
      } catch (error) {
        const expired = error instanceof SendError && error.name === 'TransactionExpired';
        if (!expired || attempt >= attempts) throw error;
      }
    }
  }

  const core: ClientCore = {
    transport,
    deployment,
    payer,
    accounts: accountReaders({ transport, deployment }),
    now: () => networkTime(transport),
    send,
  };
  return {
    ...core,
    staking: bindActions(core, actions.staking),
    oracle: bindActions(core, actions.oracle),
    escrow: bindActions(core, actions.escrow),
    airdrop: bindActions(core, actions.airdrop),
    treasury: bindActions(core, actions.treasury),
    emission: bindActions(core, actions.emission),
  };
}

/** The network's time in seconds, by its clock account. */
export async function networkTime(source: AccountSource['transport']): Promise<bigint> {
  const [clock] = await source.getAccounts([SYSVAR_CLOCK_PUBKEY]);
  if (clock == null) {
    const address = SYSVAR_CLOCK_PUBKEY.toBase58();
    throw new AccountError('AccountNotFound', address, 'the network has no clock account');
  }
  const view = new DataView(clock.data.buffer, clock.data.byteOffset, clock.data.byteLength);
  return view.getBigInt64(CLOCK_UNIX_TIMESTAMP_OFFSET, true);
}

/** Signs with every key that the message asks for; says which one is missing. */
async function sign(
  transaction: VersionedTransaction,
  payer: Signer | Wallet,
  signers: readonly Signer[],
): Promise<VersionedTransaction> {
  const { header, staticAccountKeys } = transaction.message;
  const required = staticAccountKeys.slice(0, header.numRequiredSignatures);
  const keys = 'secretKey' in payer ? [payer, ...signers] : signers;
  const used: Signer[] = [];
  for (const address of required) {
    const key = keys.find((candidate) => candidate.publicKey.equals(address));
    if (key !== undefined) used.push(key);
    else if (!address.equals(payer.publicKey)) {
      throw new SendError('MissingSigner', `the transaction needs the signature of ${address.toBase58()}`);
    }
  }
  transaction.sign(used);
  return 'secretKey' in payer ? transaction : payer.signTransaction(transaction);
}

interface Fitted {
  readonly transaction: VersionedTransaction;
  readonly instructions: readonly TransactionInstruction[];
}

/** A transaction with its budget. What was not asked for is left out where it does not fit any more. */
function fitting(
  instructions: readonly TransactionInstruction[],
  budget: ComputeBudget,
  payer: PublicKey,
  blockhash: string,
  asked: Pick<SendOptions, 'computeUnitLimit' | 'computeUnitPrice'> = {},
): Fitted {
  const build = (one: ComputeBudget): Fitted => {
    const all = withBudget(instructions, one);
    return { instructions: all, transaction: compile(all, payer, blockhash) };
  };
  try {
    return build(budget);
  } catch (error) {
    if (!(error instanceof SendError) || error.name !== 'TransactionTooLarge') throw error;
    return build({ limit: asked.computeUnitLimit ?? null, price: asked.computeUnitPrice ?? null });
  }
}

/** The accounts that a transaction writes, beside lookup tables, which the SDK does not use. */
function writtenBy({ message }: VersionedTransaction): PublicKey[] {
  return message.staticAccountKeys.filter((_, index) => message.isAccountWritable(index));
}

/** Compiles instructions to a transaction that can be sent; says so where they are too many. */
export function compile(
  instructions: TransactionInstruction[],
  payerKey: PublicKey,
  recentBlockhash: string,
): VersionedTransaction {
  try {
    const message = new TransactionMessage({ payerKey, recentBlockhash, instructions }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    if (transaction.serialize().length <= PACKET_DATA_SIZE) return transaction;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  throw new SendError('TransactionTooLarge', 'the calls do not fit into one transaction: send them apart');
}
