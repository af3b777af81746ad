import { decodeTokenAccount, pda, tokenAddress, type Client, type Payment } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { DeskError } from './desk-error.js';

/** Devices are held only for those who could pay: else anybody could hold them all for nothing. */
export async function requireFunds(
  client: Client,
  buyer: PublicKey,
  payment: Payment,
  total: bigint,
): Promise<void> {
  const { deployment } = client;
  const address =
    payment === 'credits'
      ? pda.treasury.credits(deployment, buyer)
      : tokenAddress(payment === 'io' ? deployment.ioMint : deployment.usdcMint, buyer);
  const [account] = await client.transport.getAccounts([address]);
  const amount = account == null ? 0n : (decodeTokenAccount(account.data)?.amount ?? 0n);
  if (amount < total) {
    throw new DeskError(
      'InsufficientFunds',
      `the order costs ${total} base units, ${address.toBase58()} holds ${amount}`,
    );
  }
}
