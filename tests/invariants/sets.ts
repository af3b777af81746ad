import { escrowActions, type ActionSet } from './actions.js';
import { auctionActions } from './auction-actions.js';
import { marketActions } from './market-actions.js';
import { stakingSet } from './staking-actions.js';

/** All that the fuzzer does: a line for each set. */
export const actionSets: readonly ActionSet[] = [
  { name: 'escrow', actions: escrowActions },
  { name: 'market', actions: marketActions },
  stakingSet,
  { name: 'auction', actions: auctionActions },
];
