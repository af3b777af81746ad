import {
  isPublicKey,
  isSigner,
  publicKey,
  type Instruction,
  type KeypairSigner,
  type PublicKey as UmiPublicKey,
  type Signer as UmiSigner,
} from '@metaplex-foundation/umi';
import { PublicKey, type Signer, type TransactionInstruction } from '@solana/web3.js';

/**
 * Arguments as umi has them: addresses are umi's (web3.js's go too, as fetched accounts have them), an authority is an
 * address or a umi signer, and a key that must sign bytes is a umi keypair signer.
 *
 * @example
 * ```ts
 * import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
 * import { generateSigner, signerIdentity } from '@metaplex-foundation/umi';
 * import { localnet } from '@ionet/sdk';
 * import { ionet } from '@ionet/sdk/umi';
 *
 * const umi = createUmi('http://127.0.0.1:8899').use(ionet(localnet()));
 * umi.use(signerIdentity(generateSigner(umi)));
 * const builder = umi.ionet.staking.harvest({ node: generateSigner(umi).publicKey });
 * builder.getInstructions().length; // 1
 * ```
 */
export type UmiArgs<T> = T extends PublicKey
  ? UmiPublicKey | PublicKey | UmiSigner
  : T extends Signer
    ? KeypairSigner | Signer
    : T extends bigint | number | string | boolean | null | undefined | Uint8Array
      ? T
      : T extends readonly (infer Item)[]
        ? readonly UmiArgs<Item>[]
        : T extends (...args: never[]) => unknown
          ? T
          : T extends object
            ? { readonly [K in keyof T]: UmiArgs<T[K]> }
            : T;

/** Signers by their addresses, as they were found among arguments. */
export type FoundSigners = Map<UmiPublicKey, UmiSigner>;

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isUmiSigner(value: unknown): value is UmiSigner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'publicKey' in value &&
    typeof value.publicKey === 'string' &&
    'signTransaction' in value &&
    isSigner(value as UmiSigner)
  );
}

/**
 * Arguments with web3.js's keys in place of umi's. A text of 32 bytes in base58 is an address: no other argument of an
 * action is as long.
 */
export function fromUmi(value: unknown, found: FoundSigners): unknown {
  if (typeof value === 'string') return isPublicKey(value) ? new PublicKey(value) : value;
  if (isUmiSigner(value)) {
    found.set(value.publicKey, value);
    const address = new PublicKey(value.publicKey);
    return 'secretKey' in value && value.secretKey instanceof Uint8Array
      ? { publicKey: address, secretKey: value.secretKey }
      : address;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => fromUmi(item, found));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromUmi(one, found)]));
}

/** An instruction as umi has it. */
export function toUmiInstruction({ programId, keys, data }: TransactionInstruction): Instruction {
  return {
    programId: publicKey(programId.toBase58()),
    keys: keys.map(({ pubkey, isSigner: signs, isWritable }) => ({
      pubkey: publicKey(pubkey.toBase58()),
      isSigner: signs,
      isWritable,
    })),
    data: Uint8Array.from(data),
  };
}
