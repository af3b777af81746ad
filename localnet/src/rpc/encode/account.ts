import {
  AddressLookupTableAccount,
  AddressLookupTableProgram,
  NonceAccount,
  SYSVAR_CLOCK_PUBKEY,
} from '@solana/web3.js';
import bs58 from 'bs58';
import type { Address } from '../../address.js';
import { isNonce } from '../../chain/nonce.js';
import type { Account } from '../../chain/runtime.js';
import {
  decodeMint,
  decodeToken,
  tokenAmount,
  tokenProgramName,
  type Mint,
  type TokenAccount,
} from '../../tokens.js';
import { RPC_CODES, RpcError } from '../errors.js';
import type { Json } from '../json.js';
import { zstdFrame } from './zstd.js';

export type AccountEncoding = 'base58' | 'base64' | 'base64+zstd' | 'binary' | 'jsonParsed';

/** How an account is shown. */
export interface AccountFormat {
  readonly encoding: AccountEncoding;
  readonly dataSlice?: { readonly offset: number; readonly length: number } | null | undefined;
}

/** Reads another account: a token account's mint has its decimals. */
export type ReadAccount = (address: Address) => Account | null;

/** The epoch in which no rent is due. */
const NO_RENT_EPOCH = 0xffff_ffff_ffff_ffffn;
const BASE58_LIMIT = 128;

/** An account as the JSON-RPC interface shows it. */
export function encodeAccount(
  address: Address,
  account: Account,
  { encoding, dataSlice }: AccountFormat,
  read: ReadAccount,
): Json {
  const { lamports, owner, data, executable } = account;
  const shown =
    dataSlice == null ? data : data.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length);
  return {
    lamports,
    data:
      encoding === 'jsonParsed'
        ? (parseAccount(address, account, read) ?? encodeBytes(shown, 'base64'))
        : encodeBytes(shown, encoding),
    owner,
    executable,
    rentEpoch: NO_RENT_EPOCH,
    space: data.length,
  };
}

function encodeBytes(data: Uint8Array, encoding: Exclude<AccountEncoding, 'jsonParsed'>): Json {
  switch (encoding) {
    case 'base64':
      return [Buffer.from(data).toString('base64'), encoding];
    case 'base64+zstd':
      return [zstdFrame(data).toString('base64'), encoding];
    case 'base58':
    case 'binary': {
      if (data.length > BASE58_LIMIT) {
        throw new RpcError(
          RPC_CODES.invalidRequest,
          `Encoded binary (base 58) data should be less than ${BASE58_LIMIT} bytes, please use Base64 encoding.`,
        );
      }
      const text = bs58.encode(data);
      return encoding === 'binary' ? text : [text, encoding];
    }
  }
}

/** What the data of an account of a known program says, `null` where nothing is known of it. */
function parseAccount(address: Address, account: Account, read: ReadAccount): Json {
  const space = account.data.length;
  const show = (program: string, type: string, info: Json): Json => ({
    program,
    parsed: { type, info },
    space,
  });
  const tokenProgram = tokenProgramName(account.owner);
  if (tokenProgram !== null) {
    const state = decodeToken(account);
    if (state === null) return null;
    switch (state.type) {
      case 'account': {
        const info = parseTokenAccount(state.account, read);
        return info === null ? null : show(tokenProgram, 'account', info);
      }
      case 'mint':
        return show(tokenProgram, 'mint', parseMint(state.mint));
      case 'multisig': {
        const { multisig } = state;
        return show(tokenProgram, 'multisig', {
          numRequiredSigners: multisig.required,
          numValidSigners: multisig.signers.length,
          isInitialized: true,
          signers: multisig.signers,
        });
      }
    }
  }
  if (isNonce(account)) {
    const { authorizedPubkey, nonce, feeCalculator } = NonceAccount.fromAccountData(account.data);
    return show('nonce', 'initialized', {
      authority: authorizedPubkey.toBase58(),
      blockhash: nonce,
      feeCalculator: { lamportsPerSignature: feeCalculator.lamportsPerSignature.toString() },
    });
  }
  if (account.owner === AddressLookupTableProgram.programId.toBase58()) {
    const table = AddressLookupTableAccount.deserialize(account.data);
    return show('address-lookup-table', 'lookupTable', {
      deactivationSlot: table.deactivationSlot.toString(),
      lastExtendedSlot: table.lastExtendedSlot.toString(),
      lastExtendedSlotStartIndex: table.lastExtendedSlotStartIndex,
      ...(table.authority === undefined ? {} : { authority: table.authority.toBase58() }),
      addresses: table.addresses.map((one) => one.toBase58()),
    });
  }
  if (address === SYSVAR_CLOCK_PUBKEY.toBase58()) {
    const view = new DataView(account.data.buffer, account.data.byteOffset, account.data.byteLength);
    return show('sysvar', 'clock', {
      slot: view.getBigUint64(0, true),
      epochStartTimestamp: view.getBigInt64(8, true),
      epoch: view.getBigUint64(16, true),
      leaderScheduleEpoch: view.getBigUint64(24, true),
      unixTimestamp: view.getBigInt64(32, true),
    });
  }
  return null;
}

function parseTokenAccount(account: TokenAccount, read: ReadAccount): Json {
  const mintAccount = read(account.mint);
  const decimals = mintAccount === null ? undefined : decodeMint(mintAccount)?.decimals;
  if (decimals === undefined) return null;
  const { delegate, rentExemptReserve, closeAuthority } = account;
  return {
    mint: account.mint,
    owner: account.owner,
    tokenAmount: tokenAmount(account.amount, decimals),
    ...(delegate === null
      ? {}
      : { delegate, delegatedAmount: tokenAmount(account.delegatedAmount, decimals) }),
    state: account.frozen ? 'frozen' : 'initialized',
    isNative: rentExemptReserve !== null,
    ...(rentExemptReserve === null ? {} : { rentExemptReserve: tokenAmount(rentExemptReserve, decimals) }),
    ...(closeAuthority === null ? {} : { closeAuthority }),
  };
}

function parseMint({ supply, ...mint }: Mint): Json {
  return { ...mint, supply: supply.toString(), isInitialized: true };
}
