import {
  ComputeBudgetProgram,
  PACKET_DATA_SIZE,
  type PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  TransactionMessage,
  VersionedTransaction,
  type Signer,
  type TransactionInstruction,
} from '@solana/web3.js';
import { accountReaders, type AccountReaders, type AccountSource } from './accounts.js';
import { bindActions, type BoundActions } from './action.js';
import * as actions from './actions/index.js';
import { mergeCalls, type Call, type CallContext, type NamedAccounts } from './call.js';
import type { Deployment } from './deployment.js';
import { AccountError, SendError } from './errors.js';
import { parseEvents, type IonetEvent } from './events.js';
import { failureToError } from './failures.js';
import type { Transport } from './transport.js';

/** A wallet that signs without giving its key away. */
export interface Wallet {
  readonly publicKey: PublicKey;
  signTransaction<T extends VersionedTransaction>(transaction: T): Promise<T>;
}

/** How a client is made. */
export interface ClientOptions {
  readonly transport: Transport;
  /** Pays fees and rent, and stands for every authority that a call does not name. */
  readonly payer: Signer | Wallet;
  readonly deployment: Deployment;
  /** Further keys that sign whenever an instruction asks for them. */
  readonly signers?: readonly Signer[];
}

/** How calls are sent. */
export interface SendOptions {
  /** The most compute units that the transaction may use. Default: the network's. */
  readonly computeUnitLimit?: number;
  /** The price of a compute unit in micro-lamports. Default: none. */
  readonly computeUnitPrice?: bigint;
  /** Further keys that sign this transaction. */
  readonly signers?: readonly Signer[];
  /** Gives up waiting; the transaction may land nevertheless. */
  readonly signal?: AbortSignal;
}

/** What sending gives. */
export interface Sent<A extends NamedAccounts = NamedAccounts> {
  readonly signature: string;
  /** The events of the marketplace's programs, in their order. */
  readonly events: readonly IonetEvent[];
  /** The accounts that the calls were about. */
  readonly accounts: A;
  readonly logs: readonly string[];
  readonly unitsConsumed: bigint | null;
}

/** What actions need to build, read and send. */
export interface ClientCore extends CallContext, AccountSource {
  /** The readers of all accounts. */
  readonly accounts: AccountReaders;
  /** Sends calls in one transaction and waits until it is confirmed. */
  send<A extends NamedAccounts>(call: Call<A>, options?: SendOptions): Promise<Sent<A>>;
  send(calls: readonly Call[], options?: SendOptions): Promise<Sent>;
  /** The network's time in seconds, by its clock account. */
  now(): Promise<bigint>;
}

/** All actions of all programs, bound to a client. */
export interface Client extends ClientCore {
  readonly staking: BoundActions<typeof actions.staking>;
  readonly oracle: BoundActions<typeof actions.oracle>;
  readonly escrow: BoundActions<typeof actions.escrow>;
  readonly airdrop: BoundActions<typeof actions.airdrop>;
  readonly treasury: BoundActions<typeof actions.treasury>;
  readonly emission: BoundActions<typeof actions.emission>;
}

const CLOCK_UNIX_TIMESTAMP_OFFSET = 32;

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

  async function send(calls: Call | readonly Call[], sendOptions: SendOptions = {}): Promise<Sent> {
    const call = 'instructions' in calls ? calls : mergeCalls(calls);
    const { computeUnitLimit, computeUnitPrice, signal } = sendOptions;
    const instructions = [...call.instructions];
    if (computeUnitPrice !== undefined) {
      instructions.unshift(ComputeBudgetProgram.setComputeUnitPrice({ microLamports: computeUnitPrice }));
    }
    if (computeUnitLimit !== undefined) {
      instructions.unshift(ComputeBudgetProgram.setComputeUnitLimit({ units: computeUnitLimit }));
    }
    const lifetime = await transport.getLatestBlockhash();
    const transaction = await sign(compile(instructions, payer, lifetime.blockhash), options.payer, [
      ...call.signers,
      ...(sendOptions.signers ?? []),
      ...(options.signers ?? []),
    ]);
    const outcome = await transport.execute(transaction, lifetime, signal);
    if (outcome.failure !== null) {
      const programIds = instructions.map((instruction) => instruction.programId);
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

  async function now(): Promise<bigint> {
    const [clock] = await transport.getAccounts([SYSVAR_CLOCK_PUBKEY]);
    if (clock == null) {
      const address = SYSVAR_CLOCK_PUBKEY.toBase58();
      throw new AccountError('AccountNotFound', address, 'the network has no clock account');
    }
    const view = new DataView(clock.data.buffer, clock.data.byteOffset, clock.data.byteLength);
    return view.getBigInt64(CLOCK_UNIX_TIMESTAMP_OFFSET, true);
  }

  const core: ClientCore = {
    transport,
    deployment,
    payer,
    accounts: accountReaders({ transport, deployment }),
    now,
    send: send,
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
