import {
  ComputeBudgetProgram,
  PACKET_DATA_SIZE,
  PublicKey,
  SystemProgram,
  TransactionMessage,
  VersionedMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import bs58 from 'bs58';
import { z } from 'zod';
import { errorText } from '../../chain/error-text.js';
import { computeBudgetOf, feeOf } from '../../chain/fees.js';
import type { Simulation } from '../../chain/runtime.js';
import {
  TransactionFormatError,
  accountKeys,
  parseTransaction,
  type ParsedTransaction,
} from '../../chain/transaction.js';
import { WALLETS } from '../../wallets.js';
import { encodeAccount } from '../encode/account.js';
import { encodeInnerInstructions, encodeReturnData } from '../encode/transaction.js';
import { RPC_CODES, RpcError, invalidParams } from '../errors.js';
import type { Json } from '../json.js';
import { contextSlot, inContext, method, type Method, type RpcContext } from '../method.js';
import { accountEncoding, address, commitment, contextConfig, optional, slot, unsigned } from '../params.js';
import { reader } from './accounts.js';

const FEE_SLOTS = 150;
const FEE_ADDRESSES = 128;
/** What an airdrop needs at most. The limit says which airdrop it is, so that two of a kind differ. */
const AIRDROP_UNITS = 1_000;

const wireEncoding = z
  .enum(['base58', 'base64'])
  .nullish()
  .transform((encoding) => encoding ?? 'base58');

const sendConfig = optional({
  skipPreflight: z.boolean().nullish(),
  preflightCommitment: commitment,
  encoding: wireEncoding,
  maxRetries: unsigned.nullish(),
  minContextSlot: slot.nullish(),
});

const simulateConfig = optional({
  sigVerify: z.boolean().nullish(),
  replaceRecentBlockhash: z.boolean().nullish(),
  commitment,
  encoding: wireEncoding,
  accounts: z.object({ encoding: accountEncoding, addresses: z.array(address) }).nullish(),
  minContextSlot: slot.nullish(),
  innerInstructions: z.boolean().nullish(),
});

function decodeWire(text: string, encoding: 'base58' | 'base64'): Uint8Array {
  const bytes = encoding === 'base58' ? bs58.decodeUnsafe(text) : Buffer.from(text, 'base64');
  if (bytes === undefined) throw invalidParams(`invalid ${encoding} encoding`);
  if (bytes.length > PACKET_DATA_SIZE) {
    throw invalidParams(
      `decoded transaction too large: ${bytes.length} bytes (max: ${PACKET_DATA_SIZE} bytes)`,
    );
  }
  return bytes;
}

function parse(text: string, encoding: 'base58' | 'base64'): ParsedTransaction {
  try {
    return parseTransaction(decodeWire(text, encoding));
  } catch (cause) {
    if (cause instanceof TransactionFormatError) throw invalidParams(cause.message);
    throw cause;
  }
}

/** What a simulation says, but for the accounts. */
function encodeSimulation(simulation: Simulation): Record<string, Json> {
  const { error, logs, unitsConsumed, returnData } = simulation;
  return {
    err: error as Json,
    logs,
    accounts: null,
    unitsConsumed,
    returnData: returnData === null ? null : encodeReturnData(returnData),
    innerInstructions: null,
  };
}

/** Refuses what would fail, as a node's preflight does. */
function preflight({ chain }: RpcContext, transaction: ParsedTransaction): void {
  const simulation = chain.simulate(transaction, { signatures: true, age: true });
  if (simulation.error === null) return;
  if (simulation.error === 'SignatureFailure') {
    throw new RpcError(RPC_CODES.signatureVerificationFailure, 'Transaction signature verification failure');
  }
  throw new RpcError(
    RPC_CODES.preflightFailure,
    `Transaction simulation failed: ${errorText(simulation.error)}`,
    encodeSimulation(simulation),
  );
}

let airdrops = 0;

/** A transfer from the faucet that is like no other. */
function airdropTransaction(
  { chain }: RpcContext,
  to: string,
  lamports: number,
): { readonly transaction: ParsedTransaction; readonly signature: string } {
  const { keypair } = WALLETS.faucet;
  airdrops += 1;
  const message = new TransactionMessage({
    payerKey: keypair.publicKey,
    recentBlockhash: chain.latestBlockhash('processed').blockhash,
    instructions: [
      ComputeBudgetProgram.setComputeUnitLimit({ units: AIRDROP_UNITS + (airdrops % 1_000_000) }),
      SystemProgram.transfer({ fromPubkey: keypair.publicKey, toPubkey: new PublicKey(to), lamports }),
    ],
  }).compileToLegacyMessage();
  const signed = new VersionedTransaction(message);
  signed.sign([keypair]);
  const transaction = parseTransaction(signed.serialize());
  return { transaction, signature: transaction.signature };
}

export const transactionMethods: Readonly<Record<string, Method>> = {
  sendTransaction: method([z.string(), sendConfig], (context, text, config) => {
    const transaction = parse(text, config.encoding);
    contextSlot(context.chain, { ...config, commitment: config.preflightCommitment });
    const skip = config.skipPreflight === true;
    if (!skip) preflight(context, transaction);
    // Without preflight the client hears nothing of a refusal: it would not from a node either.
    context.chain.submit(transaction, !skip);
    return transaction.signature;
  }),

  simulateTransaction: method([z.string(), simulateConfig], (context, text, config) => {
    const { chain } = context;
    const signatures = config.sigVerify === true;
    const replace = config.replaceRecentBlockhash === true;
    if (signatures && replace) {
      throw invalidParams('sigVerify may not be used with replaceRecentBlockhash');
    }
    const transaction = parse(text, config.encoding);
    const asked = config.accounts?.addresses ?? [];
    const encoding = config.accounts?.encoding === 'binary' ? 'base64' : config.accounts?.encoding;
    if (encoding === 'base58') throw invalidParams('base58 encoding not supported');
    const simulation = chain.simulate(transaction, { signatures, age: !replace });
    const loaded = chain.loadedAddresses(transaction);
    const keys = 'error' in loaded ? transaction.staticKeys : accountKeys(transaction.staticKeys, loaded);
    if (asked.length > keys.length) {
      throw invalidParams(`Too many accounts provided; max ${keys.length}`);
    }
    const read = reader(context, 'processed');
    const accounts = asked.map((key) => {
      const account = simulation.error === null ? (simulation.accounts.get(key) ?? read(key)) : null;
      if (account === null || account.lamports === 0n) return null;
      const after = (other: string): ReturnType<typeof read> => simulation.accounts.get(other) ?? read(other);
      return encodeAccount(key, account, { encoding: encoding ?? 'base64' }, after);
    });
    return inContext(context, config, {
      ...encodeSimulation(simulation),
      accounts: config.accounts == null ? null : accounts,
      innerInstructions:
        config.innerInstructions === true
          ? encodeInnerInstructions(simulation.innerInstructions, keys)
          : null,
      replacementBlockhash: replace ? { ...chain.latestBlockhash(config.commitment) } : null,
    });
  }),

  requestAirdrop: method([address, unsigned, contextConfig], (context, to, lamports) => {
    const { transaction, signature } = airdropTransaction(context, to, lamports);
    const submission = context.chain.submit(transaction);
    const error = 'refused' in submission ? submission.refused : submission.record.meta.err;
    if (error !== null) {
      throw new RpcError(RPC_CODES.internalError, `the faucet cannot pay: ${errorText(error)}`);
    }
    return signature;
  }),

  getFeeForMessage: method([z.string(), contextConfig], (context, text, config) => {
    let message: VersionedMessage;
    try {
      message = VersionedMessage.deserialize(Buffer.from(text, 'base64'));
    } catch {
      throw invalidParams('failed to deserialize the message');
    }
    const known = context.chain.isBlockhashValid(message.recentBlockhash);
    return inContext(context, config, known ? feeOf(message) : null);
  }),

  getRecentPrioritizationFees: method(
    [z.array(address).max(FEE_ADDRESSES).nullish()],
    ({ chain }, addresses) =>
      chain.history.latest(FEE_SLOTS).map((block) => {
        const prices = block.signatures.flatMap((signature) => {
          const record = chain.history.transaction(signature);
          if (record === null) return [];
          const transaction = parseTransaction(record.bytes);
          const keys = accountKeys(transaction.staticKeys, record.meta.loadedAddresses);
          const written = keys.filter((_, index) => transaction.message.isAccountWritable(index));
          const counts = (addresses ?? []).every((key) => written.includes(key));
          return counts ? [computeBudgetOf(transaction.message).price] : [];
        });
        const least = prices.reduce<bigint | null>(
          (min, price) => (min === null || price < min ? price : min),
          null,
        );
        return { slot: block.slot, prioritizationFee: least ?? 0n };
      }),
  ),
};
