import { type PublicKey, type VersionedTransaction } from '@solana/web3.js';
import { decodeTokenAccount, type RawAccount } from '@ionet/sdk';
import type { TestNetwork } from '@ionet/sdk/testing';

const MINT_SUPPLY_OFFSET = 36;

/**
 * Accounts as the last transaction that could write them left them. A model that looks at many accounts after each
 * step reads only the few that the step touched. What is written past all transactions is seen only after
 * {@link AccountCache.forgetAll}.
 */
export class AccountCache {
  readonly #network: TestNetwork;
  readonly #known = new Map<string, RawAccount | null>();
  readonly #amounts = new WeakMap<RawAccount, bigint>();
  readonly #names = new WeakMap<PublicKey, string>();
  /** Ends the watching of transactions. */
  readonly close: () => void;

  constructor(network: TestNetwork) {
    this.#network = network;
    this.close = network.observe((transaction) => {
      this.#forgetWritable(transaction);
    });
  }

  /** The same object until a transaction could write the account. */
  read(address: PublicKey): RawAccount | null {
    const name = this.#nameOf(address);
    let account = this.#known.get(name);
    if (account === undefined) {
      account = this.#network.getAccount(address);
      this.#known.set(name, account);
    }
    return account;
  }

  /** What a token account holds, zero where there is none. */
  tokens(address: PublicKey): bigint {
    const account = this.read(address);
    if (account === null) return 0n;
    let amount = this.#amounts.get(account);
    if (amount === undefined) {
      amount = decodeTokenAccount(account.data)?.amount ?? 0n;
      this.#amounts.set(account, amount);
    }
    return amount;
  }

  /** How many tokens of a mint there are. */
  supply(mint: PublicKey): bigint {
    const account = this.read(mint);
    if (account === null) throw new RangeError(`there is no mint ${mint.toBase58()}`);
    return Buffer.from(account.data).readBigUInt64LE(MINT_SUPPLY_OFFSET);
  }

  forgetAll(): void {
    this.#known.clear();
  }

  #forgetWritable({ message }: VersionedTransaction): void {
    for (const [index, key] of message.staticAccountKeys.entries()) {
      if (message.isAccountWritable(index)) this.#known.delete(key.toBase58());
    }
  }

  /** Writing an address out takes longer than looking it up. */
  #nameOf(address: PublicKey): string {
    let name = this.#names.get(address);
    if (name === undefined) {
      name = address.toBase58();
      this.#names.set(address, name);
    }
    return name;
  }
}
