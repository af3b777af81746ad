import { escrowActions, type ActionSet } from './actions.js';
import { auctionActions } from './auction-actions.js';
import { governanceActions } from './governance-actions.js';
import { marketActions } from './market-actions.js';
import { closeNodes, offerActions } from './offer-actions.js';
import { registryActions } from './registry-actions.js';
import { stakingSet } from './staking-actions.js';

/** All that the fuzzer does: a line for each set. */
export const actionSets: readonly ActionSet[] = [
  { name: 'escrow', programs: ['escrow'], actions: escrowActions },
  { name: 'market', programs: ['oracle'], actions: marketActions },
  { name: 'auction', programs: ['treasury'], actions: auctionActions },
  { name: 'governance', programs: [], actions: governanceActions },
  { name: 'offers', programs: [], actions: offerActions, windDown: closeNodes },
  { name: 'registry', programs: [], actions: registryActions },
  stakingSet,
];
