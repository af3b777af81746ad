import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { findTokenAddress, tokenAddress, TOKEN_PROGRAM_ID, withProof, type Deployment } from '@ionet/sdk';
import { testKeypair, upgradeableProgram, type TestNetwork } from '@ionet/sdk/testing';

/** The program of tests/programs/per_claim. */
export const PER_CLAIM = testKeypair('per-claim program').publicKey;

/** Installs the airdrop's twin that keeps an account for each claim. */
export async function installPerClaim(network: TestNetwork): Promise<void> {
  const elf = await readFile('artifacts/test/per_claim.so');
  for (const account of upgradeableProgram(PER_CLAIM, elf, null)) network.setAccount(account);
}

const discriminator = (name: string): Buffer =>
  createHash('sha256').update(`global:${name}`).digest().subarray(0, 8);

function integer(value: number | bigint, bytes: 4 | 8): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 4) buffer.writeUInt32LE(Number(value));
  else buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function instruction(
  data: readonly Uint8Array[],
  keys: readonly (readonly [PublicKey, 'signer' | 'writable' | 'readonly'])[],
): TransactionInstruction {
  return new TransactionInstruction({
    programId: PER_CLAIM,
    data: Buffer.concat(data),
    keys: keys.map(([pubkey, use]) => ({
      pubkey,
      isSigner: use === 'signer',
      isWritable: use !== 'readonly',
    })),
  });
}

/** The distributor of an id. */
export function distributorOf(id: number): PublicKey {
  return PublicKey.findProgramAddressSync([Buffer.from('distributor'), integer(id, 4)], PER_CLAIM)[0];
}

/** What says that a leaf was paid. */
export function receiptOf(distributor: PublicKey, index: number): PublicKey {
  const seeds = [Buffer.from('receipt'), distributor.toBytes(), integer(index, 4)];
  return PublicKey.findProgramAddressSync(seeds, PER_CLAIM)[0];
}

/** Creates a distributor; its vault is its associated token account. */
export function openDistributor(
  { ioMint }: Deployment,
  payer: PublicKey,
  args: { readonly id: number; readonly root: Uint8Array; readonly amount: bigint },
): TransactionInstruction {
  const distributor = distributorOf(args.id);
  const vault = tokenAddress(ioMint, distributor);
  return instruction(
    [discriminator('open'), integer(args.id, 4), args.root, integer(args.amount, 8)],
    [
      [payer, 'signer'],
      [distributor, 'writable'],
      [ioMint, 'readonly'],
      [vault, 'readonly'],
      [SystemProgram.programId, 'readonly'],
    ],
  );
}

/** Pays a leaf to its wallet's associated token account. */
export function claimFromDistributor(
  { ioMint }: Deployment,
  payer: PublicKey,
  args: {
    readonly id: number;
    readonly index: number;
    readonly wallet: PublicKey;
    readonly amount: bigint;
    readonly proof: Uint8Array;
  },
): TransactionInstruction {
  const distributor = distributorOf(args.id);
  const [tokenAccount, bump] = findTokenAddress(ioMint, args.wallet);
  const claim = instruction(
    [discriminator('claim'), integer(args.index, 4), integer(args.amount, 8), Uint8Array.of(bump)],
    [
      [payer, 'signer'],
      [distributor, 'writable'],
      [tokenAddress(ioMint, distributor), 'writable'],
      [receiptOf(distributor, args.index), 'writable'],
      [args.wallet, 'readonly'],
      [tokenAccount, 'writable'],
      [TOKEN_PROGRAM_ID, 'readonly'],
      [SystemProgram.programId, 'readonly'],
    ],
  );
  return withProof(claim, args.proof);
}
