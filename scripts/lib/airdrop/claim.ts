import {
  airdrop,
  fetchClaimStatuses,
  IonetError,
  isProgramError,
  packCalls,
  tokenAddress,
  type airdrop as Airdrop,
  type Call,
  type ClaimStatus,
  type Client,
  shardIndexOf,
} from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import type { AirdropLeaf } from './manifest.js';
import type { AirdropProof } from './proofs.js';
import { inParallel } from '../in-parallel.js';
import type { Progress } from '../progress.js';

/** A claim that could not be paid, and why. */
export interface FailedClaim {
  readonly index: number;
  readonly wallet: string;
  readonly reason: string;
}

/** What came of claims. */
export interface ClaimedSummary {
  /** Claims that were paid now. */
  readonly paid: number;
  /** Base units of IO. */
  readonly amount: bigint;
  /** Claims that had been paid before. */
  readonly paidBefore: number;
  readonly failed: readonly FailedClaim[];
}

/** How claims are sent. */
export interface ClaimOptions {
  /** The leaves to claim. */
  readonly leaves: readonly AirdropLeaf[];
  /** Makes the proof of a leaf. */
  proofOf(index: number): AirdropProof;
  /** Transactions under way at once. */
  readonly parallel: number;
  readonly progress: Progress;
}

/** Leaves that are looked at together: what one request for accounts can ask for. */
const BATCH = 100;

/**
 * Claims leaves that are not paid, several to a transaction where they fit. What is paid already is passed over, so that
 * claims that were stopped, or that somebody else goes on with, are none the worse. A claim that cannot be paid holds
 * up no other.
 */
export async function claimAll(
  client: Client,
  season: PublicKey,
  options: ClaimOptions,
): Promise<ClaimedSummary> {
  const { leaves, progress } = options;
  let [paid, amount, paidBefore, done] = [0, 0n, 0, 0];
  const failed: FailedClaim[] = [];
  await openShardsOf(client, season, leaves);
  for (let from = 0; from < leaves.length; from += BATCH) {
    const batch = leaves.slice(from, from + BATCH);
    const claims = await unpaidOf(client, season, batch, options);
    paidBefore += batch.length - claims.length;
    const calls = claims.map((claim) => ({ ...airdrop.claim.call(client, claim), claim }));
    await inParallel(
      options.parallel,
      packCalls(client.payer, calls) as (typeof calls)[],
      async (together) => {
        for (const { claim, problem } of await sendOrSplit(client, together)) {
          if (problem === null) {
            paid += 1;
            amount += claim.amount;
          } else if (isProgramError(problem, 'airdrop', 'AlreadyClaimed')) {
            paidBefore += 1;
          } else {
            const reason = problem.message;
            failed.push({ index: claim.index, wallet: walletOf(claim).toBase58(), reason });
          }
        }
      },
    );
    done += batch.length;
    progress.update(done / leaves.length);
  }
  progress.end();
  return { paid, amount, paidBefore, failed };
}

const walletOf = ({ wallet }: Airdrop.ClaimArgs): PublicKey =>
  wallet instanceof PublicKey ? wallet : wallet.publicKey;

/** Opens the shards that the leaves need: without them nothing can be claimed, and whoever pays gets the rent back. */
async function openShardsOf(
  client: Client,
  season: PublicKey,
  leaves: readonly AirdropLeaf[],
): Promise<void> {
  const needed = new Set(leaves.map(({ index }) => shardIndexOf(index)));
  const shards = [...needed].sort((a, b) => a - b);
  const statuses = await fetchClaimStatuses(
    client,
    season,
    shards.map((shard) => shard << 16),
  );
  const missing = shards.filter((_, at) => statuses[at] === 'shardNotOpen');
  const calls = missing.map((index) => airdrop.openShard.call(client, { season, index }));
  for (const together of packCalls(client.payer, calls)) await client.send(together);
}

/** The claims of a batch that are not paid, each knowing whether its token account is missing. */
async function unpaidOf(
  client: Client,
  season: PublicKey,
  batch: readonly AirdropLeaf[],
  options: ClaimOptions,
): Promise<Airdrop.ClaimArgs[]> {
  const statuses: ClaimStatus[] = await fetchClaimStatuses(
    client,
    season,
    batch.map(({ index }) => index),
  );
  const unpaid = batch
    .filter((_, at) => statuses[at] !== 'paid')
    .map(({ index, wallet, amount }) => ({ index, wallet: new PublicKey(wallet), amount }));
  const accounts = await client.transport.getAccounts(
    unpaid.map(({ wallet }) => tokenAddress(client.deployment.ioMint, wallet)),
  );
  return unpaid.map((leaf, at) => ({
    season,
    ...leaf,
    proof: options.proofOf(leaf.index).proof,
    createTokenAccount: (accounts[at]?.data.length ?? 0) === 0,
  }));
}

interface Attempt {
  readonly claim: Airdrop.ClaimArgs;
  readonly problem: Error | null;
}

/** Sends calls together; where that is refused, apart, so that it shows whose fault it is. */
async function sendOrSplit(
  client: Client,
  together: readonly (Call & { readonly claim: Airdrop.ClaimArgs })[],
): Promise<Attempt[]> {
  try {
    await client.send(together);
    return together.map(({ claim }) => ({ claim, problem: null }));
  } catch (problem) {
    // Only what a program refuses is the claim's own fault: a network that is gone stops everything.
    if (!(problem instanceof IonetError && isProgramError(problem))) throw problem;
    if (together.length === 1) return together.map(({ claim }) => ({ claim, problem }));
    const attempts: Attempt[] = [];
    for (const one of together) attempts.push(...(await sendOrSplit(client, [one])));
    return attempts;
  }
}
