import { SYSVAR_CLOCK_PUBKEY, SYSVAR_SLOT_HASHES_PUBKEY } from '@solana/web3.js';
import { bytesOf } from '../address.js';
import type { BlockHeader } from './block.js';
import type { Account, Clock, Runtime } from './runtime.js';

/** Slots of an epoch, as on mainnet. */
export const SLOTS_PER_EPOCH = 432_000;

const SYSVAR_PROGRAM = 'Sysvar1111111111111111111111111111111111111';
const SLOT_HASHES = 512;
const ENTRY_SIZE = 40;

/** The accounts that change with every block. */
export const BLOCK_SYSVARS = [SYSVAR_CLOCK_PUBKEY.toBase58(), SYSVAR_SLOT_HASHES_PUBKEY.toBase58()] as const;

/** The clock of a block, made from the one of the block before. */
export function clockAt(before: Clock, slot: number, unixTimestamp: number): Clock {
  const epoch = BigInt(Math.floor(slot / SLOTS_PER_EPOCH));
  const time = BigInt(unixTimestamp);
  return {
    slot: BigInt(slot),
    epoch,
    epochStartTimestamp: epoch === before.epoch ? before.epochStartTimestamp : time,
    unixTimestamp: time,
  };
}

/** Writes the hashes of the newest blocks, which lookup tables and proofs of work are seeded by. */
export function writeSlotHashes(runtime: Runtime, newestLast: readonly BlockHeader[]): void {
  const blocks = newestLast.slice(-SLOT_HASHES).reverse();
  // Programs read the sysvar at its full size.
  const data = new Uint8Array(8 + SLOT_HASHES * ENTRY_SIZE);
  const view = new DataView(data.buffer);
  view.setBigUint64(0, BigInt(blocks.length), true);
  blocks.forEach(({ slot, blockhash }, index) => {
    const at = 8 + index * ENTRY_SIZE;
    view.setBigUint64(at, BigInt(slot), true);
    data.set(bytesOf(blockhash), at + 8);
  });
  const account: Account = {
    lamports: runtime.minimumBalance(data.length),
    owner: SYSVAR_PROGRAM,
    data,
    executable: false,
  };
  runtime.setAccount(SYSVAR_SLOT_HASHES_PUBKEY.toBase58(), account);
}
