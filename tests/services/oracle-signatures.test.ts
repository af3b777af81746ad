import { isSignedBy } from '@ionet/oracle';
import { isProgramError, quorumInstruction, signMessage } from '@ionet/sdk';
import { createMarket, readPrograms, testKeypair } from '@ionet/sdk/testing';
import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';

const ORDER = ed25519.Point.Fn.ORDER;
const HALF = 32;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const littleEndian = (value: bigint): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * HALF, '0'), 'hex').reverse();
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${hexOf(Buffer.from(bytes).reverse())}`);

describe('services: signatures as oracles check them', () => {
  const signer = testKeypair('signer');
  const message = Buffer.from('a message');
  const { signature } = signMessage(message, signer);

  it('take what the key signed, and nothing in which a bit is another', () => {
    expect(isSignedBy(message, hexOf(signature), signer.publicKey)).to.equal(true);
    expect(isSignedBy(message, hexOf(signature), testKeypair('other').publicKey)).to.equal(false);
    fc.assert(
      fc.property(fc.nat({ max: 511 }), fc.nat({ max: 8 * message.length - 1 }), (ofSignature, ofMessage) => {
        const flipped = (bytes: Uint8Array, bit: number): Buffer => {
          const copy = Buffer.from(bytes);
          copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
          return copy;
        };
        const key = signer.publicKey;
        expect(isSignedBy(message, hexOf(flipped(signature, ofSignature)), key)).to.equal(false);
        expect(isSignedBy(flipped(message, ofMessage), hexOf(signature), key)).to.equal(false);
      }),
      { numRuns: 50 },
    );
  });

  it('take no second encoding of a signature, and none of another length', () => {
    const scalar = numberOf(signature.subarray(HALF));
    const other = Buffer.concat([signature.subarray(0, HALF), littleEndian(scalar + ORDER)]);
    expect(isSignedBy(message, hexOf(other), signer.publicKey)).to.equal(false);
    for (const text of ['', hexOf(signature).slice(2), `${hexOf(signature)}00`, 'no hexadecimal digits']) {
      expect(isSignedBy(message, text, signer.publicKey), text).to.equal(false);
    }
  });

  it('take nothing by a key for which anybody can sign, or that is no point', () => {
    // The neutral element: with it the equation holds whatever was said.
    const neutral = new Uint8Array(HALF);
    neutral[0] = 1;
    const forged = Buffer.concat([ed25519.Point.BASE.toBytes(), littleEndian(1n)]);
    expect(ed25519.verify(forged, message, neutral, { zip215: true })).to.equal(true);
    expect(isSignedBy(message, hexOf(forged), new PublicKey(neutral))).to.equal(false);
    // The same point with its coordinate not reduced, and one whose coordinate is on no point.
    const unreduced = littleEndian(ed25519.Point.Fp.ORDER + 1n);
    expect(isSignedBy(message, hexOf(forged), new PublicKey(unreduced))).to.equal(false);
    expect(isSignedBy(message, hexOf(forged), new PublicKey(littleEndian(2n)))).to.equal(false);
  });

  it('take nothing that the chain refuses: with it a lying oracle could keep the others from posting', async () => {
    // The signer can sign around a point of small order, and the equation of the signature holds.
    const { scalar } = ed25519.utils.getExtendedPublicKey(signer.secretKey.subarray(0, HALF));
    const forge = (point: Uint8Array): Buffer => {
      const hash = createHash('sha512').update(point).update(signer.publicKey.toBytes()).update(message);
      return Buffer.concat([point, littleEndian((numberOf(hash.digest()) * scalar) % ORDER)]);
    };
    const forged = forge(Buffer.from(ED25519_TORSION_SUBGROUP[0]!, 'hex'));
    expect(ed25519.verify(forged, message, signer.publicKey.toBytes(), { zip215: false })).to.equal(true);
    expect(isSignedBy(message, hexOf(forged), signer.publicKey)).to.equal(false);
    expect(isSignedBy(message, hexOf(forged).toUpperCase(), signer.publicKey)).to.equal(false);

    const { market } = await createMarket({ programs: await readPrograms('artifacts') });
    const verify = (bytes: Uint8Array): Promise<unknown> => {
      const instruction = quorumInstruction(message, [{ member: signer.publicKey, signature: bytes }]);
      return market.anyone.send({ instructions: [instruction], signers: [], accounts: {} });
    };
    await verify(signature);
    const refusal: unknown = await verify(forged).catch((error: unknown) => error);
    expect(isProgramError(refusal, 'ed25519', 'InvalidSignature')).to.equal(true);
  });
});
