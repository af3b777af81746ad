import bs58 from 'bs58';
import { tokenAmount } from '../../tokens.js';
import type { Json } from '../json.js';

type Info = Record<string, Json>;

/** An instruction as a name and what it says. */
export interface ParsedInstruction {
  readonly type: string;
  readonly info: Json;
}

/** The accounts of an instruction by their names in order; `authority` may be a multisig, whose signers follow. */
interface Shape {
  readonly type: string;
  readonly accounts: readonly string[];
  /** The name of the last account where it signs, or its signers do. */
  readonly authority?: string;
  readonly data?: (data: Buffer) => Info;
}

const amount = (data: Buffer): Info => ({ amount: data.readBigUInt64LE(1).toString() });
const checkedAmount = (data: Buffer): Info => ({
  tokenAmount: tokenAmount(data.readBigUInt64LE(1), data.readUInt8(9)),
});
const keyAt = (data: Buffer, at: number): string => bs58.encode(data.subarray(at, at + 32));
const owner = (data: Buffer): Info => ({ owner: keyAt(data, 1) });
const signersNeeded = (data: Buffer): Info => ({ m: data.readUInt8(1) });
const mintTerms = (data: Buffer): Info => ({
  decimals: data.readUInt8(1),
  mintAuthority: keyAt(data, 2),
  ...(data.readUInt8(34) === 1 ? { freezeAuthority: keyAt(data, 35) } : {}),
});
const AUTHORITY_TYPES = ['mintTokens', 'freezeAccount', 'accountOwner', 'closeAccount'];
const newAuthority = (data: Buffer): Info => ({
  authorityType: AUTHORITY_TYPES[data.readUInt8(1)] ?? 'unknown',
  newAuthority: data.readUInt8(2) === 1 ? keyAt(data, 3) : null,
});

/** The instructions of the token programs by their first byte. */
const SHAPES: Readonly<Record<number, Shape>> = {
  0: { type: 'initializeMint', accounts: ['mint', 'rentSysvar'], data: mintTerms },
  1: { type: 'initializeAccount', accounts: ['account', 'mint', 'owner', 'rentSysvar'] },
  2: { type: 'initializeMultisig', accounts: ['multisig', 'rentSysvar'], data: signersNeeded },
  3: { type: 'transfer', accounts: ['source', 'destination'], authority: 'authority', data: amount },
  4: { type: 'approve', accounts: ['source', 'delegate'], authority: 'owner', data: amount },
  5: { type: 'revoke', accounts: ['source'], authority: 'owner' },
  6: { type: 'setAuthority', accounts: ['account'], authority: 'authority', data: newAuthority },
  7: { type: 'mintTo', accounts: ['mint', 'account'], authority: 'mintAuthority', data: amount },
  8: { type: 'burn', accounts: ['account', 'mint'], authority: 'authority', data: amount },
  9: { type: 'closeAccount', accounts: ['account', 'destination'], authority: 'owner' },
  10: { type: 'freezeAccount', accounts: ['account', 'mint'], authority: 'freezeAuthority' },
  11: { type: 'thawAccount', accounts: ['account', 'mint'], authority: 'freezeAuthority' },
  12: {
    type: 'transferChecked',
    accounts: ['source', 'mint', 'destination'],
    authority: 'authority',
    data: checkedAmount,
  },
  13: {
    type: 'approveChecked',
    accounts: ['source', 'mint', 'delegate'],
    authority: 'owner',
    data: checkedAmount,
  },
  14: {
    type: 'mintToChecked',
    accounts: ['mint', 'account'],
    authority: 'mintAuthority',
    data: checkedAmount,
  },
  15: { type: 'burnChecked', accounts: ['account', 'mint'], authority: 'authority', data: checkedAmount },
  16: { type: 'initializeAccount2', accounts: ['account', 'mint', 'rentSysvar'], data: owner },
  17: { type: 'syncNative', accounts: ['account'] },
  18: { type: 'initializeAccount3', accounts: ['account', 'mint'], data: owner },
  19: { type: 'initializeMultisig2', accounts: ['multisig'], data: signersNeeded },
  20: { type: 'initializeMint2', accounts: ['mint'], data: mintTerms },
  21: { type: 'getAccountDataSize', accounts: ['mint'] },
  22: { type: 'initializeImmutableOwner', accounts: ['account'] },
};

/** Reads an instruction of a token program, `null` where it is not one of those that both programs have. */
export function parseTokenInstruction(
  accounts: readonly string[],
  bytes: Uint8Array,
): ParsedInstruction | null {
  const data = Buffer.from(bytes);
  const shape = SHAPES[data[0] ?? -1];
  if (shape === undefined || accounts.length < shape.accounts.length) return null;
  const info: Info = Object.fromEntries(shape.accounts.map((name, index) => [name, accounts[index]]));
  const others = accounts.slice(shape.accounts.length);
  if (shape.authority !== undefined) {
    const [authority, ...signers] = others;
    if (authority === undefined) return null;
    if (signers.length === 0) info[shape.authority] = authority;
    else {
      const { authority: name } = shape;
      info[`multisig${name.charAt(0).toUpperCase()}${name.slice(1)}`] = authority;
      info['signers'] = signers;
    }
  } else if (shape.accounts[0] === 'multisig') info['signers'] = others;
  try {
    return { type: shape.type, info: { ...info, ...shape.data?.(data) } };
  } catch {
    // Too short for what its first byte says: shown as it is.
    return null;
  }
}
