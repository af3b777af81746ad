import { unpauseTests } from '../harness/governance.js';

describe('escrow: unpause', () => {
  unpauseTests('escrow', async (market, attempt) => {
    const [node] = await market.anyone.accounts.staking.node.findAll();
    return market.createOffer(node!.address, attempt, { price: 2_000_000n });
  });
});
