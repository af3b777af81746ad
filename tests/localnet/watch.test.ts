import { WALLETS } from '@ionet/localnet';
import { expect } from 'chai';
import { connectionFeed, watchEvents, type EventFeed } from '@ionet/sdk';
import { useNode } from '../harness/rpc-node.js';

describe('local network: watching events', () => {
  const node = useNode();
  const id = Number(BigInt(Date.now()) % 1_000_000_000n);

  it('streams typed events over a websocket that loses some, each once and in order', async () => {
    const feed = connectionFeed(node.connection);
    let told = 0;
    const losing: EventFeed = {
      ...feed,
      onLogs: (program, listener) =>
        feed.onLogs(program, (signature, logs) => {
          told += 1;
          if (told % 2 === 1) listener(signature, logs);
        }),
    };
    const abort = new AbortController();
    const names: string[] = [];
    let isPlaced: () => void = () => undefined;
    const placing = new Promise<void>((resolve) => {
      isPlaced = resolve;
    });
    const placed: EventFeed = {
      ...losing,
      getSignatures: async (...args) => {
        const found = await losing.getSignatures(...args);
        isPlaced();
        return found;
      },
    };
    const listening = (async () => {
      const options = { signal: abort.signal, pollIntervalMs: 200 };
      for await (const event of watchEvents(placed, node.deployment, 'staking', options)) {
        names.push(event.name);
        if (event.name === 'commissionSet' && event.data.commissionBps === 0) abort.abort();
      }
    })();
    await placing;

    const owner = node.client(WALLETS.owner.keypair);
    const { accounts } = await owner.staking.registerNode({
      id,
      classId: 1,
      deviceCount: 1,
      bandwidth: 'low',
      region: 'eu-west',
      operator: WALLETS.operator.keypair.publicKey,
    });
    await owner.staking.stake({ node: accounts.node, amount: 1_000n });
    await owner.staking.stake({ node: accounts.node, amount: 2_000n });
    await owner.staking.setCommission({ node: accounts.node, commissionBps: 0 });
    await listening;
    expect(names).to.deep.equal(['nodeRegistered', 'staked', 'staked', 'commissionSet']);
  }).timeout(60_000);
});
