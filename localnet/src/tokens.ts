import { addressOf, type Address } from './address.js';
import type { Account } from './chain/runtime.js';

const NAMES: ReadonlyMap<Address, string> = new Map([
  ['TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 'spl-token'],
  ['TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb', 'spl-token-2022'],
]);

/** The programs that keep tokens. */
export const TOKEN_PROGRAMS: readonly Address[] = [...NAMES.keys()];

/** The name of a token program, `null` where it is none. */
export function tokenProgramName(program: Address): string | null {
  return NAMES.get(program) ?? null;
}

/** A token account. */
export interface TokenAccount {
  readonly mint: Address;
  readonly owner: Address;
  readonly amount: bigint;
  readonly delegate: Address | null;
  readonly delegatedAmount: bigint;
  readonly frozen: boolean;
  /** For wrapped SOL: what keeps the account exempt from rent. */
  readonly rentExemptReserve: bigint | null;
  readonly closeAuthority: Address | null;
}

/** A mint. */
export interface Mint {
  readonly mintAuthority: Address | null;
  readonly supply: bigint;
  readonly decimals: number;
  readonly freezeAuthority: Address | null;
}

/** Keys of which some must sign together. */
export interface Multisig {
  readonly required: number;
  readonly signers: readonly Address[];
}

/** What a token program's account is. */
export type TokenState =
  | { readonly type: 'account'; readonly account: TokenAccount }
  | { readonly type: 'mint'; readonly mint: Mint }
  | { readonly type: 'multisig'; readonly multisig: Multisig };

const ACCOUNT_SIZE = 165;
const MINT_SIZE = 82;
const MULTISIG_SIZE = 355;
/** Where Token-2022 says what an account with extensions is; before it all accounts are as of the first program. */
const KIND_OFFSET = ACCOUNT_SIZE;
const KIND_MINT = 1;
const KIND_ACCOUNT = 2;
const FROZEN = 2;

/** Reads an account of a token program, `null` where it is not one, or not initialized. */
export function decodeToken({ owner, data }: Account): TokenState | null {
  if (!NAMES.has(owner)) return null;
  const kind = data.length > ACCOUNT_SIZE ? data[KIND_OFFSET] : undefined;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data.length === MULTISIG_SIZE) {
    if (data[2] !== 1) return null;
    const signers = Array.from({ length: bytes.readUInt8(1) }, (_, index) => keyAt(bytes, 3 + 32 * index));
    return { type: 'multisig', multisig: { required: bytes.readUInt8(0), signers } };
  }
  if (data.length === MINT_SIZE || kind === KIND_MINT) {
    if (data[45] !== 1) return null;
    const mint: Mint = {
      mintAuthority: optionalKeyAt(bytes, 0),
      supply: bytes.readBigUInt64LE(36),
      decimals: bytes.readUInt8(44),
      freezeAuthority: optionalKeyAt(bytes, 46),
    };
    return { type: 'mint', mint };
  }
  if (data.length !== ACCOUNT_SIZE && kind !== KIND_ACCOUNT) return null;
  const state = bytes.readUInt8(108);
  if (state === 0) return null;
  const account: TokenAccount = {
    mint: keyAt(bytes, 0),
    owner: keyAt(bytes, 32),
    amount: bytes.readBigUInt64LE(64),
    delegate: optionalKeyAt(bytes, 72),
    frozen: state === FROZEN,
    rentExemptReserve: bytes.readUInt32LE(109) === 0 ? null : bytes.readBigUInt64LE(113),
    delegatedAmount: bytes.readBigUInt64LE(121),
    closeAuthority: optionalKeyAt(bytes, 129),
  };
  return { type: 'account', account };
}

function keyAt(bytes: Buffer, offset: number): Address {
  return addressOf(bytes.subarray(offset, offset + 32));
}

function optionalKeyAt(bytes: Buffer, offset: number): Address | null {
  return bytes.readUInt32LE(offset) === 0 ? null : keyAt(bytes, offset + 4);
}

/** Reads a token account, `null` where it is none. */
export function decodeTokenAccount(account: Account): TokenAccount | null {
  const state = decodeToken(account);
  return state?.type === 'account' ? state.account : null;
}

/** Reads a mint, `null` where it is none. */
export function decodeMint(account: Account): Mint | null {
  const state = decodeToken(account);
  return state?.type === 'mint' ? state.mint : null;
}

/** An amount of tokens as the JSON-RPC interface shows it. */
export type TokenAmount = {
  readonly amount: string;
  readonly decimals: number;
  readonly uiAmount: number | null;
  readonly uiAmountString: string;
};

/** Writes an amount with its decimals, without zeros at the end. */
export function tokenAmount(amount: bigint, decimals: number): TokenAmount {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const uiAmountString = fraction === '' ? whole : `${whole}.${fraction}`;
  return { amount: amount.toString(), decimals, uiAmount: Number(uiAmountString), uiAmountString };
}
