/**
 * What claiming rewards costs at depth 20, and how large its transactions are.
 *
 *   tsx --conditions=ionet-source bench/reward-claims.ts
 */
import { pathToFileURL } from 'node:url';
import { TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { createTokenAccountInstruction, emission, pda, type Call, type Client } from '@ionet/sdk';
import { createMarket, readPrograms, type Market } from '@ionet/sdk/testing';
import {
  advanceTo,
  deepTree,
  leafOf,
  ownerOf,
  postFinalRoot,
  sealEmission,
} from '../tests/harness/emission.js';

/** One way to claim. */
export interface ClaimCost {
  readonly what: string;
  readonly units: number;
  /** Of the transaction with its one signature, without a lookup table. */
  readonly bytes: number;
}

async function sizeOf(client: Client, call: Call): Promise<number> {
  const { blockhash: recentBlockhash } = await client.transport.getLatestBlockhash();
  const instructions = [...call.instructions];
  const message = new TransactionMessage({ payerKey: client.payer, recentBlockhash, instructions });
  return new VersionedTransaction(message.compileToV0Message()).serialize().length;
}

/** Measures each way to claim; each claims the rewards of a node of its own. */
export async function measureClaims(): Promise<ClaimCost[]> {
  const { market } = await createMarket({ programs: await readPrograms('artifacts') });
  await sealEmission(market);
  await advanceTo(market, 100n);
  const { anyone, deployment, network } = market;
  const pool = pda.emission.pool(deployment, 'gpu');
  const costs: ClaimCost[] = [];
  let epoch = 0n;

  /** Makes a claim of the node whose root is the next final one. */
  async function next(label: string, total: bigint, creates: boolean): Promise<Call> {
    epoch += 1n;
    const tree = deepTree(market, 'gpu', label, total);
    const version = await postFinalRoot(market, { kind: 'gpu', epoch, root: tree.root, total: 10n ** 9n });
    const { node, destination, cumulative } = tree.leaf;
    const to = creates ? { destinationOwner: ownerOf(label) } : { destination };
    const args = { kind: 'gpu', version, node, cumulative, proof: tree.proof(0) } as const;
    return emission.claimReward.call(anyone, { ...args, ...to });
  }

  async function measure(what: string, call: Call): Promise<void> {
    const bytes = await sizeOf(anyone, call);
    const { unitsConsumed } = await anyone.send(call);
    costs.push({ what, units: Number(unitsConsumed ?? 0n), bytes });
  }

  // The ring of final roots is full from the fourth on.
  for (const label of ['w', 'x', 'y']) await next(label, 1_000n, false);
  await measure('the first, which creates account and destination', await next('a', 1_000n, true));
  await measure('a later one', await next('a', 3_000n, false));
  await openDestination(market, 'b');
  await measure('the first, which creates the account', await next('b', 1_000n, false));
  await openDestination(market, 'c');
  const call = await next('c', 1_000n, false);
  const funded = pda.emission.rewardAccount(deployment, pool, leafOf(market, 'c', 1_000n).node);
  network.airdrop(funded, 900_000n);
  await measure('the first, at an address that a stranger has sent lamports to', call);
  await openDestination(market, 'd');
  const { node } = leafOf(market, 'd', 1_000n);
  await anyone.emission.openRewardAccount({ kind: 'gpu', node });
  await measure('the first, after open_reward_account', await next('d', 1_000n, false));
  return costs;
}

async function openDestination(market: Market, label: string): Promise<void> {
  await market.anyone.send({
    instructions: [
      createTokenAccountInstruction(market.anyone.payer, market.deployment.ioMint, ownerOf(label)),
    ],
    signers: [],
    accounts: {},
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await measureClaims());
