import { z } from 'zod';
import { SLOTS_PER_EPOCH } from '../../chain/sysvars.js';
import { invalidParams } from '../errors.js';
import { VERSION, contextSlot, inContext, method, type Method } from '../method.js';
import { address, contextConfig, optional, slot, unsigned, commitment } from '../params.js';

const FEATURE_SET = 287;
const MAX_LEADERS = 5_000;
const SAMPLE_SECONDS = 60;
const MAX_SAMPLES = 720;
const SOL = 1_000_000_000;

/** What there is no stake, inflation or gossip for is answered as a network without them would answer. */
export const clusterMethods: Readonly<Record<string, Method>> = {
  getHealth: method([], () => 'ok'),
  getVersion: method([], () => ({ 'solana-core': VERSION, 'feature-set': FEATURE_SET })),
  getGenesisHash: method([], ({ genesisHash }) => genesisHash),
  getIdentity: method([], ({ identity }) => ({ identity })),

  getSlot: method([contextConfig], ({ chain }, config) => contextSlot(chain, config)),
  getBlockHeight: method([contextConfig], ({ chain }, config) => {
    contextSlot(chain, config);
    return chain.height(config.commitment);
  }),
  getTransactionCount: method([contextConfig], ({ chain }, config) => {
    contextSlot(chain, config);
    return chain.history.transactionCount;
  }),

  getLatestBlockhash: method([contextConfig], (context, config) =>
    inContext(context, config, { ...context.chain.latestBlockhash(config.commitment) }),
  ),
  isBlockhashValid: method([address, contextConfig], (context, blockhash, config) =>
    inContext(context, config, context.chain.isBlockhashValid(blockhash)),
  ),

  getEpochInfo: method([contextConfig], ({ chain }, config) => {
    const absoluteSlot = contextSlot(chain, config);
    return {
      absoluteSlot,
      blockHeight: chain.height(config.commitment),
      epoch: Math.floor(absoluteSlot / SLOTS_PER_EPOCH),
      slotIndex: absoluteSlot % SLOTS_PER_EPOCH,
      slotsInEpoch: SLOTS_PER_EPOCH,
      transactionCount: chain.history.transactionCount,
    };
  }),
  getEpochSchedule: method([], () => ({
    slotsPerEpoch: SLOTS_PER_EPOCH,
    leaderScheduleSlotOffset: SLOTS_PER_EPOCH,
    warmup: false,
    firstNormalEpoch: 0,
    firstNormalSlot: 0,
  })),

  getSlotLeader: method([contextConfig], ({ identity }) => identity),
  getSlotLeaders: method([slot, unsigned], ({ identity }, _start, limit) => {
    if (limit < 1 || limit > MAX_LEADERS) throw invalidParams(`Invalid limit; max ${MAX_LEADERS}`);
    return Array.from({ length: limit }, () => identity);
  }),
  getClusterNodes: method([], ({ identity }) => [
    {
      pubkey: identity,
      gossip: null,
      tpu: null,
      rpc: null,
      version: VERSION,
      featureSet: FEATURE_SET,
      shredVersion: 0,
    },
  ]),
  getVoteAccounts: method([optional({})], () => ({ current: [], delinquent: [] })),
  getStakeMinimumDelegation: method([contextConfig], (context, config) => inContext(context, config, SOL)),
  getMaxRetransmitSlot: method([], ({ chain }) => chain.slot('processed')),
  getMaxShredInsertSlot: method([], ({ chain }) => chain.slot('processed')),

  getInflationGovernor: method([optional({ commitment })], () => ({
    foundation: 0,
    foundationTerm: 0,
    initial: 0,
    taper: 0,
    terminal: 0,
  })),
  getInflationRate: method([], ({ chain }) => ({
    epoch: Math.floor(chain.slot('processed') / SLOTS_PER_EPOCH),
    foundation: 0,
    total: 0,
    validator: 0,
  })),
  getInflationReward: method([z.array(address), optional({})], (_context, addresses) =>
    addresses.map(() => null),
  ),

  getRecentPerformanceSamples: method([unsigned.nullish()], ({ chain }, limit) => {
    if (limit != null && limit > MAX_SAMPLES) throw invalidParams(`Invalid limit; max ${MAX_SAMPLES}`);
    const blocks = chain.history.latest(Math.ceil((SAMPLE_SECONDS * 1000) / chain.slotMs));
    const [first] = blocks;
    const last = blocks.at(-1);
    if (first === undefined || last === undefined || limit === 0) return [];
    const numTransactions = blocks.reduce((sum, { signatures }) => sum + signatures.length, 0);
    return [
      {
        slot: last.slot,
        numSlots: last.slot - first.slot + 1,
        numTransactions,
        numNonVoteTransactions: numTransactions,
        samplePeriodSecs: SAMPLE_SECONDS,
      },
    ];
  }),
};
