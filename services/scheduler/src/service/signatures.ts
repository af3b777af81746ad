import { ed25519 } from '@noble/curves/ed25519';
import type { PublicKey, Signer } from '@solana/web3.js';

/** A signature by a key, as 128 hexadecimal digits. */
export function sign(message: Uint8Array, signer: Signer): string {
  return Buffer.from(ed25519.sign(message, signer.secretKey.slice(0, 32))).toString('hex');
}

/** Whether a key signed a message. */
export function isSigned(message: Uint8Array, signature: string, key: PublicKey): boolean {
  try {
    return ed25519.verify(Buffer.from(signature, 'hex'), message, key.toBytes(), { zip215: false });
  } catch {
    // Of the wrong length, or no point of the curve.
    return false;
  }
}
