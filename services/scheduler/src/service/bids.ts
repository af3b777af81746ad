import type { Deployment } from '@ionet/sdk';
import { PublicKey, type Signer } from '@solana/web3.js';
import type { Bid } from '../engine/index.js';
import { isSigned, sign } from './signatures.js';

/** The first bytes of what a node's operator signs to bid. */
export const BID_TAG = 'ionet:bid:v1::::';

/** The bytes of a bid: tag, cluster, request, node, price, time; integers are little endian. */
export function bidMessage(deployment: Deployment, request: string, bid: Bid): Uint8Array {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64LE(bid.price, 0);
  numbers.writeBigInt64LE(BigInt(bid.firmUntil), 8);
  return Buffer.concat([
    Buffer.from(BID_TAG),
    deployment.clusterTag,
    Buffer.from(request, 'hex'),
    new PublicKey(bid.node).toBytes(),
    numbers,
  ]);
}

/** Signs a bid; the signature is 128 hexadecimal digits. */
export function signBid(deployment: Deployment, request: string, bid: Bid, operator: Signer): string {
  return sign(bidMessage(deployment, request, bid), operator);
}

/** Whether an operator signed a bid. */
export function isSignedBid(
  deployment: Deployment,
  request: string,
  bid: Bid,
  signature: string,
  operator: PublicKey,
): boolean {
  return isSigned(bidMessage(deployment, request, bid), signature, operator);
}
