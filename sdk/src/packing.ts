import type { PublicKey } from '@solana/web3.js';
import { mergeCalls, type Call } from './call.js';
import { SOME_BLOCKHASH, compile } from './client.js';
import { SendError } from './errors.js';
import { MAX_COMPUTE_UNITS, withBudget, type ComputeBudget } from './sending/budget.js';

/** Sending adds a limit and a price: there must be room for them. */
const BUDGET: ComputeBudget = { limit: MAX_COMPUTE_UNITS, price: 1n };

function fit(payer: PublicKey, calls: readonly Call[]): boolean {
  try {
    compile(withBudget(mergeCalls(calls).instructions, BUDGET), payer, SOME_BLOCKHASH);
    return true;
  } catch (error) {
    if (error instanceof SendError && error.name === 'TransactionTooLarge') return false;
    throw error;
  }
}

/**
 * Calls in their order, as many together as fit into one transaction. A call that does not fit alone stands alone.
 *
 * @example
 * ```ts
 * import { airdrop, airdropLeafAt, packCalls } from '@ionet/sdk';
 * import { PublicKey } from '@solana/web3.js';
 *
 * const calls = [0, 1, 2].map((index) => {
 *   const { wallet, amount } = airdropLeafAt(leaves, index);
 *   return airdrop.claim.call(client, { season, index, amount, wallet: new PublicKey(wallet), proof: tree.proof(index) });
 * });
 * for (const together of packCalls(client.payer, calls)) await client.send(together);
 * ```
 */
export function packCalls(payer: PublicKey, calls: Iterable<Call>): Call[][] {
  const packed: Call[][] = [];
  for (const call of calls) {
    const last = packed.at(-1);
    if (last !== undefined && fit(payer, [...last, call])) last.push(call);
    else packed.push([call]);
  }
  return packed;
}
