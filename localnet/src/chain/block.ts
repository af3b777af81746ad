import type { TransactionErrorJson } from '@ionet/sdk/testing';
import type { Address } from '../address.js';
import type { TokenAmount } from '../tokens.js';
import type { InnerInstruction, ReturnData } from './runtime.js';
import type { LoadedAddresses } from './transaction.js';

/** How sure it is that a block stays. */
export type Commitment = 'processed' | 'confirmed' | 'finalized';

/** A block's head; the open block has no hash yet. */
export interface BlockHeader {
  readonly slot: number;
  readonly height: number;
  readonly parentSlot: number;
  readonly previousBlockhash: string;
  readonly blockhash: string;
  /** Unix seconds. */
  readonly blockTime: number;
}

/** A block with its transactions, by their signatures in their order. */
export interface Block extends BlockHeader {
  readonly signatures: readonly string[];
}

/** What a token account held before or after a transaction. */
export interface TokenBalance {
  readonly accountIndex: number;
  readonly mint: Address;
  readonly owner: Address;
  readonly programId: Address;
  readonly uiTokenAmount: TokenAmount;
}

/** What became of a transaction. */
export interface TransactionMeta {
  readonly err: TransactionErrorJson | null;
  readonly fee: bigint;
  readonly preBalances: readonly bigint[];
  readonly postBalances: readonly bigint[];
  readonly preTokenBalances: readonly TokenBalance[];
  readonly postTokenBalances: readonly TokenBalance[];
  readonly innerInstructions: readonly (readonly InnerInstruction[])[];
  readonly logMessages: readonly string[];
  readonly computeUnitsConsumed: bigint;
  readonly loadedAddresses: LoadedAddresses;
  readonly returnData: ReturnData | null;
}

/** A transaction in a block. */
export interface TransactionRecord {
  readonly signature: string;
  readonly slot: number;
  /** Its place in the block. */
  readonly index: number;
  readonly blockTime: number;
  /** As it came over the wire. */
  readonly bytes: Uint8Array;
  readonly meta: TransactionMeta;
}
