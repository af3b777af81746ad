import type { PublicKey } from '@solana/web3.js';
import type { Books, Holding } from './books.js';

/** What refutes an identity. */
export interface Finding {
  /** The culprit, in base58. */
  readonly account: string;
  /** What does not hold there. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** A figure that an identity is made of, for people. */
export interface Figure {
  readonly label: string;
  /** Base units of IO or of USDC, or a plain number of things. */
  readonly amount: bigint;
  readonly unit: 'io' | 'usdc' | 'count';
}

/** Something that must always hold. */
export interface Identity {
  readonly name: string;
  /** In words. */
  readonly statement: string;
  /** Pure: looks at the books alone. */
  check(this: void, books: Books, verdict: Verdict): void;
}

/** What a check finds, gathered while it looks. */
export class Verdict {
  readonly findings: Finding[] = [];
  readonly figures: Figure[] = [];
  /** Accounts that were looked at. */
  examined = 0;

  /** Says that an account was looked at. */
  looked(count = 1): void {
    this.examined += count;
  }

  figure(label: string, amount: bigint, unit: Figure['unit']): void {
    this.figures.push({ label, amount, unit });
  }

  equal(account: PublicKey, what: string, found: bigint | number, expected: bigint | number): void {
    if (BigInt(found) !== BigInt(expected)) this.refute(account, what, String(expected), String(found));
  }

  atLeast(account: PublicKey, what: string, found: bigint | number, least: bigint | number): void {
    if (BigInt(found) < BigInt(least)) {
      this.refute(account, what, `${String(least)} or more`, String(found));
    }
  }

  atMost(account: PublicKey, what: string, found: bigint | number, most: bigint | number): void {
    if (BigInt(found) > BigInt(most)) this.refute(account, what, `${String(most)} or less`, String(found));
  }

  /** A key, `null` for nobody, is the one that it must be. */
  key(
    account: PublicKey,
    what: string,
    found: PublicKey | null | undefined,
    expected: PublicKey | null,
  ): void {
    const text = (key: PublicKey | null | undefined): string => key?.toBase58() ?? 'nobody';
    if (text(found) !== text(expected)) this.refute(account, what, text(expected), text(found));
  }

  bytes(account: PublicKey, what: string, found: Uint8Array, expected: Uint8Array): void {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    if (hex(found) !== hex(expected)) this.refute(account, what, hex(expected), hex(found));
  }

  refute(account: PublicKey, what: string, expected: string, found: string): void {
    this.findings.push({ account: account.toBase58(), what, expected, found });
  }

  /**
   * A vault is there, is of this mint, belongs to its authority and nobody else can move or close it. Gives what it
   * holds; nothing where it is missing.
   */
  vault(books: Books, address: PublicKey, mint: PublicKey, authority: PublicKey): bigint {
    this.looked();
    const holding = books.vaults.get(address.toBase58());
    if (holding === undefined) {
      this.refute(address, 'the vault', 'a token account', 'none');
      return 0n;
    }
    this.key(address, 'mint of the vault', holding.mint, mint);
    this.key(address, 'authority of the vault', holding.owner, authority);
    this.untouchable(holding);
    return holding.amount;
  }

  /** Nobody but its authority can move or close what a token account holds. */
  untouchable({ address, delegate, closeAuthority }: Holding): void {
    this.key(address, 'delegate', delegate, null);
    this.key(address, 'close authority', closeAuthority, null);
  }
}
