import {
  fetchAccount,
  IonetError,
  isProgramError,
  type Client,
  type MerkleTree,
  pda,
  type RewardPoolKind,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { inParallel } from '../in-parallel.js';
import type { Progress } from '../progress.js';

/** A leaf of a reward pool, and its place in the tree. */
export interface ClaimableLeaf {
  readonly index: number;
  readonly node: PublicKey;
  readonly destination: PublicKey;
  readonly cumulative: bigint;
}

/** What came of claims. */
export interface RewardClaims {
  /** Nodes that were paid now. */
  readonly paid: number;
  /** Base units of IO. */
  readonly amount: bigint;
  /** Nodes that had been paid all of it before. */
  readonly paidBefore: number;
  readonly failed: readonly { readonly node: string; readonly reason: string }[];
}

/** The pool that has a root among its final ones. */
export interface FinalRoot {
  readonly kind: RewardPoolKind;
  readonly version: bigint;
}

const KINDS = ['gpu', 'cpu'] as const;
/** Accounts that one request can ask for. */
const BATCH = 100;

/** Finds a root among the final ones of a pool; fails where it is not final yet, or no longer kept. */
export async function findFinalRoot(client: Client, pool: string, root: Uint8Array): Promise<FinalRoot> {
  const kind = KINDS.find((each) => pda.emission.pool(client.deployment, each).toBase58() === pool);
  if (kind === undefined) throw new Error(`${pool} is no reward pool of this deployment`);
  const { finalRoots } = await fetchAccount(
    client,
    'emission',
    'pool',
    pda.emission.pool(client.deployment, kind),
  );
  const found = finalRoots.find((final) => Buffer.from(final.root).equals(root));
  if (found !== undefined) return { kind, version: found.version };
  throw new Error(
    `the ${kind.toUpperCase()} pool has no final root ${Buffer.from(root).toString('hex')}: wait until it is final, or take the leaves of a newer one`,
  );
}

/**
 * Claims the rewards of nodes that were not paid all of them, one transaction each. What is paid already is passed over,
 * so that claims that were stopped can be begun again. A claim that is refused holds up no other.
 */
export async function claimRewards(
  client: Client,
  { kind, version }: FinalRoot,
  options: {
    readonly leaves: readonly ClaimableLeaf[];
    readonly tree: MerkleTree;
    /** Transactions under way at once. */
    readonly parallel: number;
    readonly progress: Progress;
  },
): Promise<RewardClaims> {
  const { leaves, tree, parallel, progress } = options;
  const pool = pda.emission.pool(client.deployment, kind);
  let [paid, amount, paidBefore, done] = [0, 0n, 0, 0];
  const failed: { node: string; reason: string }[] = [];
  for (let from = 0; from < leaves.length; from += BATCH) {
    const batch = leaves.slice(from, from + BATCH);
    const accounts = await client.accounts.emission.rewardAccount.fetchMany(
      batch.map(({ node }) => pda.emission.rewardAccount(client.deployment, pool, node)),
    );
    const claims = batch.map((leaf, at) => ({ ...leaf, claimed: accounts[at]?.claimed ?? 0n }));
    const unpaid = claims.filter(({ cumulative, claimed }) => claimed < cumulative);
    paidBefore += claims.length - unpaid.length;
    await inParallel(parallel, unpaid, async ({ index, node, destination, cumulative, claimed }) => {
      const proof = tree.proof(index);
      try {
        await client.emission.claimReward({ kind, version, node, destination, cumulative, proof });
        paid += 1;
        amount += cumulative - claimed;
      } catch (problem) {
        // Only what a program refuses is the claim's own fault: a network that is gone stops everything.
        if (!(problem instanceof IonetError && isProgramError(problem))) throw problem;
        if (isProgramError(problem, 'emission', 'NothingToClaim')) paidBefore += 1;
        else failed.push({ node: node.toBase58(), reason: problem.message });
      }
    });
    done += batch.length;
    progress.update(done / leaves.length);
  }
  return { paid, amount, paidBefore, failed };
}
