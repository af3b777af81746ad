import type { Deployment } from '@ionet/sdk';
import { genesisAccounts } from '@ionet/localnet';
import { PYTH_RECEIVER, TEST_PRICE, encodePriceUpdate } from '@ionet/sdk/testing';
import { Connection, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { rpcCall, type RpcNode } from './rpc-node.js';

/**
 * A Surfpool node with our marketplace written into it by its own cheat calls. It must be a fresh one or one that a
 * suite before has prepared: the accounts are written as they are at our genesis.
 */
export async function externalNode(rpcUrl: string, deployment: Deployment): Promise<RpcNode> {
  const wsUrl = process.env['WS_URL'] ?? webSocketUrl(rpcUrl);
  const connection = new Connection(rpcUrl, 'processed');

  const clock = async (): Promise<bigint> => {
    const account = await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY);
    if (account === null) throw new Error('the node has no clock account');
    return account.data.readBigInt64LE(32);
  };
  const publishPrice = async (): Promise<void> => {
    const [publishTime, slot] = await Promise.all([clock(), connection.getSlot()]);
    const update = { ...TEST_PRICE, publishTime, postedSlot: BigInt(slot), feedId: deployment.priceFeedId };
    const data = Buffer.from(encodePriceUpdate(update)).toString('hex');
    const state = { data, owner: PYTH_RECEIVER.toBase58(), lamports: 10_000_000 };
    await rpcCall(rpcUrl, 'surfnet_setAccount', [deployment.priceAccount.toBase58(), state]);
  };

  // The code of a program first: with the program's own account the node looks for it.
  const accounts = await genesisAccounts();
  accounts.sort((a, b) => Number(a.account.executable) - Number(b.account.executable));
  for (const { address, account } of accounts) {
    const { lamports, owner, executable, data } = account;
    const state = { lamports: Number(lamports), owner, executable };
    const hex = Buffer.from(data).toString('hex');
    await rpcCall(rpcUrl, 'surfnet_setAccount', [address, { ...state, data: hex }]);
  }
  await publishPrice();
  return {
    rpcUrl,
    wsUrl,
    deployment,
    slotMs: Number(process.env['SLOT_MS'] ?? 400),
    warpBy: async (seconds) => {
      const absoluteTimestamp = Number((await clock()) + BigInt(seconds)) * 1000;
      await rpcCall(rpcUrl, 'surfnet_timeTravel', [{ absoluteTimestamp }]);
      await publishPrice();
    },
    stop: () => Promise.resolve(),
  };
}

/** Subscriptions are at the next port. */
function webSocketUrl(rpcUrl: string): string {
  const url = new URL(rpcUrl);
  return `ws://${url.hostname}:${Number(url.port) + 1}`;
}
