import { transactionErrorOf, type TransactionErrorJson } from '@ionet/sdk/testing';
import {
  Account as NativeAccount,
  FailedTransactionMetadata,
  LiteSvm,
  type TransactionMetadata,
} from 'litesvm/dist/internal.js';
import { addressOf, bytesOf, type Address } from '../address.js';

/** An account as the runtime holds it. */
export interface Account {
  readonly lamports: bigint;
  readonly owner: Address;
  readonly data: Uint8Array;
  readonly executable: boolean;
}

/** The clock that programs read. */
export interface Clock {
  readonly slot: bigint;
  readonly epochStartTimestamp: bigint;
  readonly epoch: bigint;
  readonly unixTimestamp: bigint;
}

/** An instruction that a program called. */
export interface InnerInstruction {
  readonly programIdIndex: number;
  readonly accounts: readonly number[];
  readonly data: Uint8Array;
  readonly stackHeight: number;
}

/** What a program gave back to its caller. */
export interface ReturnData {
  readonly programId: Address;
  readonly data: Uint8Array;
}

/** What running a transaction did. */
export interface Execution {
  readonly error: TransactionErrorJson | null;
  /** Whether it paid its fee: only then it belongs into a block. */
  readonly paid: boolean;
  readonly logs: readonly string[];
  /** By the index of the instruction that called. */
  readonly innerInstructions: readonly (readonly InnerInstruction[])[];
  readonly unitsConsumed: bigint;
  readonly returnData: ReturnData | null;
}

/** What running a transaction would do. */
export interface Simulation extends Execution {
  /** The transaction's accounts afterwards; empty where it failed. */
  readonly accounts: ReadonlyMap<Address, Account>;
}

/** A transaction as it came over the wire. */
export interface WireTransaction {
  readonly bytes: Uint8Array;
  readonly versioned: boolean;
}

const SYSVARS = 'Sysvar1111111111111111111111111111111111111';
const NO_EPOCH = 0xffff_ffff_ffff_ffffn;

/**
 * The embedded runtime behind an interface of bytes and addresses. litesvm's own wrapper checks each address that
 * passes it, which takes a thousand times as long as reading an account: this goes to its native class.
 */
export class Runtime {
  readonly #svm: LiteSvm;
  /** The accounts of programs of which all were asked for, kept as they are: reading them anew takes far longer. */
  readonly #byProgram = new Map<Address, Map<Address, Account>>();

  private constructor(svm: LiteSvm) {
    this.#svm = svm;
    // What the chain knows better: which blockhashes are recent, and which transactions were processed.
    svm.setBlockhashCheck(false);
    svm.setTransactionHistory(0n);
  }

  static fromBytes(bytes: Uint8Array): Runtime {
    return new Runtime(LiteSvm.fromBytes(bytes));
  }

  toBytes(): Uint8Array {
    return this.#svm.toBytes();
  }

  /** Runs a transaction and keeps what it did to the accounts that it may write. */
  execute(
    { bytes, versioned }: WireTransaction,
    writable: readonly Address[],
    checkSignatures: boolean,
  ): Execution {
    this.#svm.setSigverify(checkSignatures);
    const result = versioned
      ? this.#svm.sendVersionedTransaction(bytes)
      : this.#svm.sendLegacyTransaction(bytes);
    for (const address of writable) this.#noteWritten(address);
    return describe(result);
  }

  /** Runs a transaction and forgets what it did. */
  simulate({ bytes, versioned }: WireTransaction, checkSignatures: boolean): Simulation {
    this.#svm.setSigverify(checkSignatures);
    const result = versioned
      ? this.#svm.simulateVersionedTransaction(bytes)
      : this.#svm.simulateLegacyTransaction(bytes);
    if (result instanceof FailedTransactionMetadata) return { ...describe(result), accounts: new Map() };
    const accounts = result
      .postAccounts()
      .map((one) => [addressOf(one.address), read(one.account())] as const);
    return { ...describe(result.meta()), accounts: new Map(accounts) };
  }

  /** What an account holds, `null` where there is none. */
  account(address: Address): Account | null {
    const account = this.#svm.getAccount(bytesOf(address));
    return account === null || account.lamports() === 0n ? null : read(account);
  }

  /** The lamports of an account, zero where there is none. */
  balance(address: Address): bigint {
    return this.#svm.getBalance(bytesOf(address)) ?? 0n;
  }

  /** Writes an account past all rules; `null` removes it. */
  setAccount(address: Address, account: Account | null): void {
    const { lamports, data, owner, executable } = account ?? NO_ACCOUNT;
    this.#svm.setAccount(
      bytesOf(address),
      new NativeAccount(lamports, data, bytesOf(owner), executable, NO_EPOCH),
    );
    this.#noteWritten(address);
  }

  /** All accounts that a program owns. */
  programAccounts(program: Address): ReadonlyMap<Address, Account> {
    const known = this.#byProgram.get(program);
    if (known !== undefined) return known;
    const accounts = this.#svm
      .getProgramAccounts(bytesOf(program))
      .map((one): [Address, Account] => [addressOf(one.address), read(one.account())])
      .filter(([, { lamports }]) => lamports > 0n);
    const found = new Map(accounts);
    // The runtime writes sysvars by itself.
    if (program !== SYSVARS) this.#byProgram.set(program, found);
    return found;
  }

  #noteWritten(address: Address): void {
    if (this.#byProgram.size === 0) return;
    const account = this.account(address);
    for (const [program, accounts] of this.#byProgram) {
      if (account?.owner === program) accounts.set(address, account);
      else accounts.delete(address);
    }
  }

  /** The newest blockhash. */
  blockhash(): string {
    return this.#svm.latestBlockhash();
  }

  /** Makes the next blockhash, which follows from the one before. */
  advanceBlockhash(): string {
    this.#svm.expireBlockhash();
    return this.#svm.latestBlockhash();
  }

  clock(): Clock {
    const { slot, epochStartTimestamp, epoch, unixTimestamp } = this.#svm.getClock();
    return { slot, epochStartTimestamp, epoch, unixTimestamp };
  }

  setClock({ slot, epochStartTimestamp, epoch, unixTimestamp }: Clock): void {
    const clock = this.#svm.getClock();
    clock.slot = slot;
    clock.epochStartTimestamp = epochStartTimestamp;
    clock.epoch = epoch;
    clock.leaderScheduleEpoch = epoch + 1n;
    clock.unixTimestamp = unixTimestamp;
    this.#svm.setClock(clock);
  }

  /** The lamports that make an account of this size exempt from rent. */
  minimumBalance(size: number): bigint {
    return this.#svm.minimumBalanceForRentExemption(BigInt(size));
  }

  /** Writes the mints of wrapped SOL. */
  addNativeMints(): void {
    this.#svm.withNativeMints();
    this.#byProgram.clear();
  }
}

const NO_ACCOUNT: Account = {
  lamports: 0n,
  owner: '11111111111111111111111111111111',
  data: new Uint8Array(),
  executable: false,
};

/** Reads an account; its data, which may be a whole program, only when it is asked for. */
function read(account: NativeAccount): Account {
  let data: Uint8Array | undefined;
  return {
    lamports: account.lamports(),
    owner: addressOf(account.owner()),
    get data() {
      return (data ??= account.data());
    },
    executable: account.executable(),
  };
}

function describe(result: TransactionMetadata | FailedTransactionMetadata): Execution {
  const failed = result instanceof FailedTransactionMetadata;
  const meta = failed ? result.meta() : result;
  const returned = meta.returnData();
  return {
    error: failed ? transactionErrorOf(result) : null,
    // What is refused before it runs has no signature.
    paid: meta.signature().some((byte) => byte !== 0),
    logs: meta.logs(),
    innerInstructions: meta.innerInstructions().map((calls) =>
      calls.map((call) => {
        const instruction = call.instruction();
        return {
          programIdIndex: instruction.programIdIndex(),
          accounts: [...instruction.accounts()],
          data: instruction.data(),
          stackHeight: call.stackHeight(),
        };
      }),
    ),
    unitsConsumed: meta.computeUnitsConsumed(),
    returnData:
      returned.data().length === 0
        ? null
        : { programId: addressOf(returned.programId()), data: returned.data() },
  };
}
