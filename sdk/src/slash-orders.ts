import { Buffer } from 'buffer';
import type { Offence, SlashReason } from './actions/staking/slashing.js';
import { programConstant } from './constants.js';
import type { Deployment } from './deployment.js';
import { ArgumentError } from './errors.js';

/**
 * An order to slash, as oracle members sign it.
 *
 * @see {@link slashMessage}
 */
export interface SlashOrder extends Offence {
  /** Of the set of members that signs. */
  readonly setVersion: number;
  /** Until when it may be sent, in unix seconds. */
  readonly expiresAt: bigint;
}

const HASH_LENGTH = 32;
const REASONS = ['spoofing', 'dataCompromise', 'inadequateService'] as const satisfies readonly SlashReason[];

/**
 * The bytes that oracle members sign to slash a node: of fixed width, and good for this program, cluster, set of
 * members, node, reason and day only.
 *
 * @example
 * ```ts
 * import { signMessage, slashMessage } from '@ionet/sdk';
 *
 * const now = await client.now();
 * const offence = { node, reason: 'spoofing', day: Number(now / 86_400n), amount: 5_000n, evidenceHash } as const;
 * const message = slashMessage(deployment, { ...offence, setVersion: 1, expiresAt: now + 300n });
 * const signatures = oracles.map((member) => signMessage(message, member));
 * ```
 */
export function slashMessage(deployment: Deployment, order: SlashOrder): Uint8Array {
  if (order.evidenceHash.length !== HASH_LENGTH) {
    throw new ArgumentError('evidenceHash', `must have ${HASH_LENGTH} bytes`);
  }
  const setVersion = Buffer.alloc(4);
  setVersion.writeUInt32LE(order.setVersion);
  const offence = Buffer.alloc(13);
  offence.writeUInt8(REASONS.indexOf(order.reason), 0);
  offence.writeUInt32LE(order.day, 1);
  offence.writeBigUInt64LE(order.amount, 5);
  const expiresAt = Buffer.alloc(8);
  expiresAt.writeBigInt64LE(order.expiresAt);
  return Uint8Array.from(
    Buffer.concat([
      programConstant('staking', 'SLASH_TAG'),
      deployment.programs.staking.toBytes(),
      deployment.clusterTag,
      setVersion,
      order.node.toBytes(),
      offence,
      order.evidenceHash,
      expiresAt,
    ]),
  );
}
