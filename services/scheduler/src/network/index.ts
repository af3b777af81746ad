export { tellJob, type JobStory, type StoredEvent } from './job-story.js';
export {
  bookedEndOf,
  moneyAt,
  type JobMoney,
  type MoneyFlow,
  type OrderTerms,
  type Payout,
  type UsageReport,
} from './money-flow.js';
export {
  emptyNetwork,
  foldNetwork,
  totalsOf,
  type Counters,
  type NetworkState,
  type Totals,
} from './totals.js';
