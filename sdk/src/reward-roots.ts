import type { PublicKey } from '@solana/web3.js';
import { sha256 } from '@noble/hashes/sha2';
import { Buffer } from 'buffer';
import { programConstant } from './constants.js';
import type { Deployment } from './deployment.js';
import { ArgumentError } from './errors.js';

/**
 * A root of rewards as oracle members post it.
 *
 * @see {@link rewardRootMessage}
 */
export interface RewardRoot {
  /** The last version posted to the pool plus one. */
  readonly version: bigint;
  /** The last epoch whose rewards the root holds. */
  readonly epoch: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The sum of all leaves, in base units of IO. */
  readonly total: bigint;
  /** Of the raw data that the leaves were computed from: 32 bytes. */
  readonly inputHash: Uint8Array;
  /** Of the formula that computed them: 32 bytes. */
  readonly formulaId: Uint8Array;
  /** Until when the signatures hold, in unix seconds. */
  readonly expiresAt: bigint;
}

/**
 * What members sign: a root, for a pool and by a set of members.
 *
 * @see {@link rewardRootMessage}
 */
export interface RewardRootToSign extends RewardRoot {
  readonly pool: PublicKey;
  /** Of the schedule's oracles. */
  readonly setVersion: number;
}

/**
 * The bytes that oracle members sign to post a root: a tag and the SHA-256 of all fields at fixed widths. They are good
 * for this program, cluster, set of members, pool and version only.
 *
 * @throws {@link ArgumentError} where a hash has not 32 bytes
 * @example
 * ```ts
 * import { pda, rewardRootMessage, signMessage } from '@ionet/sdk';
 *
 * const pool = pda.emission.pool(deployment, 'gpu');
 * const expiresAt = (await client.now()) + 300n;
 * const toSign = { root, total: 1_000n, version, epoch: 1n, inputHash, formulaId: formulaHash, expiresAt };
 * const message = rewardRootMessage(deployment, { ...toSign, pool, setVersion: 1 });
 * const signatures = oracles.map((member) => signMessage(message, member));
 * ```
 */
export function rewardRootMessage(deployment: Deployment, root: RewardRootToSign): Uint8Array {
  const u64 = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    return bytes;
  };
  const setVersion = Buffer.alloc(4);
  setVersion.writeUInt32LE(root.setVersion);
  const fields = sha256(
    Buffer.concat([
      deployment.programs.emission.toBytes(),
      deployment.clusterTag,
      setVersion,
      root.pool.toBytes(),
      u64(root.version),
      u64(root.epoch),
      hashOf(root.root, 'root'),
      u64(root.total),
      hashOf(root.inputHash, 'inputHash'),
      hashOf(root.formulaId, 'formulaId'),
      u64(root.expiresAt),
    ]),
  );
  return Uint8Array.from(Buffer.concat([programConstant('emission', 'POST_ROOT_TAG'), fields]));
}

function hashOf(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes.length !== 32) throw new ArgumentError(path, 'must have 32 bytes');
  return bytes;
}
