import { escrowActions, type ActionSet } from './actions.js';
import { governanceActions } from './governance-actions.js';
import { marketActions } from './market-actions.js';
import { closeNodes, offerActions } from './offer-actions.js';
import { registryActions } from './registry-actions.js';

/** All that the fuzzer does: a line for each set. */
export const actionSets: readonly ActionSet[] = [
  { name: 'escrow', programs: ['escrow', 'treasury'], actions: escrowActions },
  { name: 'market', programs: ['oracle'], actions: marketActions },
  { name: 'governance', programs: [], actions: governanceActions },
  { name: 'offers', programs: ['escrow'], actions: offerActions, windDown: closeNodes },
  { name: 'registry', programs: [], actions: registryActions },
];
