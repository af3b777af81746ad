import { type Address, getBase58Decoder, getTransactionDecoder, lamports as toLamports } from '@solana/kit';
import { PublicKey, SystemProgram, type Signer, type VersionedTransaction } from '@solana/web3.js';
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';
import { createClient, type Client, type Wallet } from '../client.js';
import type { Deployment } from '../deployment.js';
import { IonetError } from '../errors.js';
import { programNames, type ProgramName } from '../programs.js';
import {
  parseFailure,
  type RawAccount,
  type Simulation,
  type TransactionOutcome,
  type Transport,
} from '../transport.js';
import { transactionErrorOf } from './litesvm-failures.js';
import { upgradeableProgram } from './programs.js';

/**
 * An account to write: what is left out gets a sensible value.
 *
 * @see {@link TestNetwork}
 */
export interface AccountToSet {
  readonly address: PublicKey;
  readonly owner: PublicKey;
  readonly data: Uint8Array;
  /** Default: what makes it exempt from rent. */
  readonly lamports?: bigint;
  readonly executable?: boolean;
}

/**
 * How a network is made.
 *
 * @see {@link TestNetwork}
 */
export interface TestNetworkOptions {
  readonly deployment: Deployment;
  /** The programs' binaries, installed as upgradeable programs. */
  readonly programs: Partial<Readonly<Record<ProgramName, Uint8Array>>>;
  /** The upgrade authority of these programs; `null` seals them. */
  readonly upgradeAuthority: PublicKey | null;
  /** The time at which the clock begins. Default: 1 July 2024, 00:00 UTC. */
  readonly startsAt?: bigint;
  /** As if given to {@link TestNetwork.observe} at once. */
  readonly observer?: TransactionObserver;
}

/**
 * Is told of each transaction that was executed, and of what became of it.
 *
 * @see {@link TestNetwork}
 */
export type TransactionObserver = (transaction: VersionedTransaction, outcome: TransactionOutcome) => void;

const DEFAULT_START = 1_719_792_000n;
const SLOTS_PER_EPOCH = 432_000n;
const MILLISECONDS_PER_SLOT = 400n;
const ADVANCE_NONCE_ACCOUNT = 4;

/**
 * A Solana network inside this process, on litesvm. Time moves only when a test moves it.
 *
 * @example
 * ```ts
 * import { localnet } from '@ionet/sdk';
 * import { TestNetwork, readPrograms, testKeypair } from '@ionet/sdk/testing';
 *
 * const network = new TestNetwork({
 *   deployment: localnet(),
 *   programs: await readPrograms('artifacts'),
 *   upgradeAuthority: testKeypair('upgrade authority').publicKey,
 * });
 * ```
 */
export class TestNetwork {
  readonly deployment: Deployment;
  /** What a client talks to. */
  readonly transport: Transport;
  /** The compute units of the last transaction. */
  lastUnitsConsumed = 0n;

  #svm: LiteSVM;
  /** Every blockhash that was given out stays valid, so that transactions can be prepared side by side. */
  readonly #blockhashes = new Set<string>();
  readonly #observers = new Set<TransactionObserver>();

  constructor(options: TestNetworkOptions) {
    this.deployment = options.deployment;
    if (options.observer !== undefined) this.observe(options.observer);
    // This class checks blockhashes itself: litesvm knows only the newest.
    this.#svm = new LiteSVM().withBlockhashCheck(false);
    this.transport = {
      getLatestBlockhash: () => Promise.resolve(this.#latestBlockhash()),
      getAccounts: (addresses) => Promise.resolve(addresses.map((address) => this.getAccount(address))),
      getProgramAccounts: (program, filters) =>
        Promise.resolve(
          this.#programAccounts(program).filter(({ data }) =>
            filters.every(({ offset, bytes }) => bytes.every((byte, index) => data[offset + index] === byte)),
          ),
        ),
      execute: (transaction) => Promise.resolve(this.#execute(transaction)),
    };
    this.#setTime(options.startsAt ?? DEFAULT_START);
    for (const name of programNames) {
      const elf = options.programs[name];
      if (elf === undefined) continue;
      const programId = this.deployment.programs[name];
      for (const account of upgradeableProgram(programId, elf, options.upgradeAuthority))
        this.setAccount(account);
    }
  }

  /** A client of this network. */
  client(payer: Signer | Wallet, signers: readonly Signer[] = []): Client {
    return createClient({ transport: this.transport, deployment: this.deployment, payer, signers });
  }

  /** The network's time in seconds. */
  now(): bigint {
    return this.#svm.getClock().unixTimestamp;
  }

  /** The network's slot. */
  slot(): bigint {
    return this.#svm.getClock().slot;
  }

  /** Writes the slot of the last restart of the cluster; zero: it never was. */
  setLastRestartSlot(slot: bigint): void {
    this.#svm.setLastRestartSlot(slot);
  }

  /** Moves the clock, and the slots with it; throws if it did not move. */
  warpTo(unixTimestamp: bigint): void {
    const before = this.now();
    if (unixTimestamp <= before) {
      throw new IonetError(
        `time moves forward only: it is ${before.toString()}, not before ${unixTimestamp.toString()}`,
      );
    }
    this.#setTime(unixTimestamp);
  }

  /** Moves the clock by so many seconds. */
  warpBy(seconds: bigint | number): void {
    this.warpTo(this.now() + BigInt(seconds));
  }

  /** Has an observer told of every transaction from now on; what it returns ends that. */
  observe(observer: TransactionObserver): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }

  /** Gives SOL to an address. */
  airdrop(to: PublicKey, amount: bigint): void {
    const result = this.#svm.airdrop(addressOf(to), toLamports(amount));
    if (result === null || result instanceof FailedTransactionMetadata) {
      throw new IonetError(`the airdrop to ${to.toBase58()} failed`);
    }
  }

  /** What an account holds, `null` where there is none. */
  getAccount(address: PublicKey): RawAccount | null {
    const account = this.#svm.getAccount(addressOf(address));
    if (!account.exists) return null;
    return {
      address,
      owner: new PublicKey(account.programAddress),
      lamports: account.lamports,
      data: Uint8Array.from(account.data),
      executable: account.executable,
    };
  }

  /** Writes an account past all rules, to reach states that transactions cannot reach. */
  setAccount({ address, owner, data, lamports, executable }: AccountToSet): void {
    this.#svm.setAccount({
      address: addressOf(address),
      programAddress: addressOf(owner),
      data,
      lamports: toLamports(lamports ?? this.rentFor(data.length)),
      executable: executable ?? false,
      space: BigInt(data.length),
    });
  }

  /** The lamports that make an account of this size exempt from rent. */
  rentFor(size: number): bigint {
    return this.#svm.minimumBalanceForRentExemption(BigInt(size));
  }

  /** What a transaction would do, signed or not, with any blockhash. */
  simulate(transaction: VersionedTransaction): Simulation {
    this.#svm.withSigverify(false);
    const result = this.#svm.simulateTransaction(getTransactionDecoder().decode(transaction.serialize()));
    this.#svm.withSigverify(true);
    const failed = result instanceof FailedTransactionMetadata;
    const metadata = result.meta();
    return {
      logs: metadata.logs(),
      unitsConsumed: metadata.computeUnitsConsumed(),
      failure: failed ? parseFailure(transactionErrorOf(result)) : null,
    };
  }

  /** The whole state, for {@link TestNetwork.restore}. */
  snapshot(): Uint8Array {
    return this.#svm.toBytes();
  }

  /** Goes back to a state, its time included. */
  restore(snapshot: Uint8Array): void {
    this.#svm = LiteSVM.fromBytes(snapshot).withBlockhashCheck(false);
  }

  #setTime(unixTimestamp: bigint): void {
    const clock = this.#svm.getClock();
    const milliseconds = (unixTimestamp - clock.unixTimestamp) * 1000n;
    const slots = milliseconds / MILLISECONDS_PER_SLOT;
    clock.slot += slots > 0n ? slots : 1n;
    clock.epoch = clock.slot / SLOTS_PER_EPOCH;
    clock.leaderScheduleEpoch = clock.epoch + 1n;
    clock.unixTimestamp = unixTimestamp;
    this.#svm.setClock(clock);
    const moved = this.#svm.getClock();
    if (moved.unixTimestamp !== unixTimestamp || moved.slot !== clock.slot) {
      throw new IonetError(`the clock did not move to ${unixTimestamp.toString()}`);
    }
  }

  #latestBlockhash(): { blockhash: string; lastValidBlockHeight: number } {
    this.#svm.expireBlockhash();
    const blockhash = this.#svm.latestBlockhash();
    this.#blockhashes.add(blockhash);
    return { blockhash, lastValidBlockHeight: Number.MAX_SAFE_INTEGER };
  }

  #programAccounts(program: PublicKey): RawAccount[] {
    return this.#svm.getProgramAccounts(addressOf(program)).map((account) => ({
      address: new PublicKey(account.address),
      owner: program,
      lamports: account.lamports,
      data: Uint8Array.from(account.data),
      executable: account.executable,
    }));
  }

  #execute(transaction: VersionedTransaction): TransactionOutcome {
    const { recentBlockhash } = transaction.message;
    if (!this.#blockhashes.has(recentBlockhash) && !usesDurableNonce(transaction)) {
      const failure = { reason: 'BlockhashNotFound', instruction: null };
      return { signature: '', logs: [], unitsConsumed: null, failure };
    }
    const result = this.#svm.sendTransaction(getTransactionDecoder().decode(transaction.serialize()));
    const failed = result instanceof FailedTransactionMetadata;
    const metadata = failed ? result.meta() : result;
    this.lastUnitsConsumed = metadata.computeUnitsConsumed();
    const outcome = {
      signature: getBase58Decoder().decode(metadata.signature()),
      logs: metadata.logs(),
      unitsConsumed: this.lastUnitsConsumed,
      failure: failed ? parseFailure(transactionErrorOf(result)) : null,
    };
    for (const observer of this.#observers) observer(transaction, outcome);
    return outcome;
  }
}

/** The same address as litesvm has it. Checking that it is one would take longer than all that is done with it. */
function addressOf(key: PublicKey): Address {
  return key.toBase58() as Address;
}

function usesDurableNonce(transaction: VersionedTransaction): boolean {
  const [first] = transaction.message.compiledInstructions;
  if (first === undefined) return false;
  const program = transaction.message.staticAccountKeys[first.programIdIndex];
  return program?.equals(SystemProgram.programId) === true && first.data[0] === ADVANCE_NONCE_ACCOUNT;
}
