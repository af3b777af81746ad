import { escrowActions, type ActionSet } from './actions.js';
import { airdropSet } from './airdrop-actions.js';
import { auctionActions } from './auction-actions.js';
import { emissionSet } from './emission-actions.js';
import { governanceActions } from './governance-actions.js';
import { marketActions } from './market-actions.js';
import { closeNodes, offerActions } from './offer-actions.js';
import { registryActions } from './registry-actions.js';
import { stakingSet } from './staking-actions.js';

/** All that the fuzzer does: a line for each set. */
export const actionSets: readonly ActionSet[] = [
  { name: 'escrow', actions: escrowActions },
  { name: 'market', actions: marketActions },
  { name: 'auction', actions: auctionActions },
  { name: 'governance', actions: governanceActions },
  { name: 'offers', actions: offerActions, windDown: closeNodes },
  { name: 'registry', actions: registryActions },
  airdropSet,
  stakingSet,
  // Last, since from its beginning on nothing else mints IO.
  emissionSet,
];
