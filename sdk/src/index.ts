export {
  decodeProgramAccount,
  fetchAccount,
  fetchManyAccounts,
  fetchMaybeAccount,
  findAccounts,
  type AccountFilter,
  type AccountReader,
  type AccountReaders,
  type AccountSource,
  type Fetched,
  type NamedAccount,
} from './accounts.js';
export { type Action, type BoundActions } from './action.js';
export * from './actions/index.js';
export * from './amounts.js';
export * from './auction.js';
export { mergeCalls, type Authority, type Call, type CallContext, type NamedAccounts } from './call.js';
export {
  createClient,
  type Client,
  type ClientCore,
  type ClientOptions,
  type ReadingClient,
  type SendOptions,
  type Sent,
  type SignedTransaction,
  type Wallet,
} from './client.js';
export { programConstant } from './constants.js';
export * from './emission.js';
export {
  deploymentJson,
  loadDeployment,
  loadDeploymentRoles,
  type DeploymentJson,
  type DeploymentRoles,
} from './deployment-file.js';
export { custom, localnet, type CustomDeployment, type Deployment } from './deployment.js';
export {
  AccountError,
  ArgumentError,
  EndpointError,
  IonetError,
  ProgramError,
  SendError,
  isProgramError,
  type FailingProgram,
  type FrameworkErrorName,
  type ProgramErrorDetails,
  type ProgramErrorName,
  type SendErrorName,
  type TransactionFate,
} from './errors.js';
export { eventOf, eventsOf, parseEvents, type IonetEvent, type ProgramEvent } from './events.js';
export { failureToError } from './failures.js';
export { idls } from './idl/index.js';
export { withProof } from './build-instruction.js';
export { programInstruction } from './instruction.js';
export { readLogs, type LogEntry } from './logs.js';
export * from './job-previews.js';
export * from './math/index.js';
export * from './merkle/index.js';
export { UPGRADEABLE_LOADER, programDataAddress } from './loader.js';
export { pda } from './pda.js';
export { type NativeErrors, type NativeProgramName } from './native-errors.js';
export {
  programNames,
  type AccountData,
  type AccountName,
  type ConstantName,
  type ConstantValue,
  type ErrorName,
  type EventData,
  type EventName,
  type InstructionInput,
  type InstructionName,
  type ProgramName,
  type ProgramType,
  type TypeName,
} from './programs.js';
export { packCalls } from './packing.js';
export * from './points/index.js';
export * from './previews.js';
export * from './price-account.js';
export * from './quotes.js';
export * from './rewards/index.js';
export { quorumInstruction, signMessage, type GivenSignatures, type MemberSignature } from './quorum.js';
export { rewardRootMessage, type RewardRoot, type RewardRootToSign } from './reward-roots.js';
export * from './seasons.js';
export { shardIndexOf } from './shards.js';
export { slashMessage, type SlashOrder } from './slash-orders.js';
export { jobUsageMessage, type JobUsageReport } from './usage.js';
export {
  ASSOCIATED_TOKEN_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
  MINT_LAYOUT,
  createTokenAccountInstruction,
  decodeMint,
  decodeTokenAccount,
  findTokenAddress,
  initializeMintInstruction,
  mintToInstruction,
  setMintAuthorityInstruction,
  tokenAddress,
  type Mint,
  type TokenAccount,
} from './tokens.js';
export {
  MAX_COMPUTE_UNITS,
  computeUnitLimitFor,
  computeUnitPriceFor,
  type PriorityFeeOptions,
} from './sending/budget.js';
export { systemClock, type Clock } from './sending/clock.js';
export { connectionTransport, type ConnectionTransportOptions } from './sending/connection-transport.js';
export { classifyFault, type Fault } from './sending/faults.js';
export { httpTransport, type HttpTransportOptions } from './sending/http.js';
export { type ProgressListener, type SendProgress } from './sending/progress.js';
export { retryAdvice, type RetryAdvice } from './sending/retry.js';
export {
  parseFailure,
  type ExecuteOptions,
  type MemcmpFilter,
  type RawAccount,
  type RecentBlockhash,
  type Simulation,
  type Transport,
  type TransactionFailure,
  type TransactionOutcome,
} from './transport.js';
export {
  WatchError,
  connectionFeed,
  watchEvents,
  type EventFeed,
  type EventGap,
  type SeenTransaction,
  type WatchOptions,
  type WatchedEvent,
} from './watch.js';
