import type { FailedTransactionMetadata } from 'litesvm';

// litesvm gives these errors as numbers, by their place in the runtime's lists.
const INSTRUCTION_ERRORS = [
  'GenericError',
  'InvalidArgument',
  'InvalidInstructionData',
  'InvalidAccountData',
  'AccountDataTooSmall',
  'InsufficientFunds',
  'IncorrectProgramId',
  'MissingRequiredSignature',
  'AccountAlreadyInitialized',
  'UninitializedAccount',
  'UnbalancedInstruction',
  'ModifiedProgramId',
  'ExternalAccountLamportSpend',
  'ExternalAccountDataModified',
  'ReadonlyLamportChange',
  'ReadonlyDataModified',
  'DuplicateAccountIndex',
  'ExecutableModified',
  'RentEpochModified',
  'NotEnoughAccountKeys',
  'AccountDataSizeChanged',
  'AccountNotExecutable',
  'AccountBorrowFailed',
  'AccountBorrowOutstanding',
  'DuplicateAccountOutOfSync',
  'InvalidError',
  'ExecutableDataModified',
  'ExecutableLamportChange',
  'ExecutableAccountNotRentExempt',
  'UnsupportedProgramId',
  'CallDepth',
  'MissingAccount',
  'ReentrancyNotAllowed',
  'MaxSeedLengthExceeded',
  'InvalidSeeds',
  'InvalidRealloc',
  'ComputationalBudgetExceeded',
  'PrivilegeEscalation',
  'ProgramEnvironmentSetupFailure',
  'ProgramFailedToComplete',
  'ProgramFailedToCompile',
  'Immutable',
  'IncorrectAuthority',
  'AccountNotRentExempt',
  'InvalidAccountOwner',
  'ArithmeticOverflow',
  'UnsupportedSysvar',
  'IllegalOwner',
  'MaxAccountsDataAllocationsExceeded',
  'MaxAccountsExceeded',
  'MaxInstructionTraceLengthExceeded',
  'BuiltinProgramsMustConsumeComputeUnits',
  'BorshIoError',
] as const;

const TRANSACTION_ERRORS = [
  'AccountInUse',
  'AccountLoadedTwice',
  'AccountNotFound',
  'ProgramAccountNotFound',
  'InsufficientFundsForFee',
  'InvalidAccountForFee',
  'AlreadyProcessed',
  'BlockhashNotFound',
  'CallChainTooDeep',
  'MissingSignatureForFee',
  'InvalidAccountIndex',
  'SignatureFailure',
  'InvalidProgramForExecution',
  'SanitizeFailure',
  'ClusterMaintenance',
  'AccountBorrowOutstanding',
  'WouldExceedMaxBlockCostLimit',
  'UnsupportedVersion',
  'InvalidWritableAccount',
  'WouldExceedMaxAccountCostLimit',
  'WouldExceedAccountDataBlockLimit',
  'TooManyAccountLocks',
  'AddressLookupTableNotFound',
  'InvalidAddressLookupTableOwner',
  'InvalidAddressLookupTableData',
  'InvalidAddressLookupTableIndex',
  'InvalidRentPayingAccount',
  'WouldExceedMaxVoteCostLimit',
  'WouldExceedAccountDataTotalLimit',
  'MaxLoadedAccountsDataSizeExceeded',
  'ResanitizationNeeded',
  'InvalidLoadedAccountsDataSizeLimit',
  'UnbalancedTransaction',
  'ProgramCacheHitMaxLimit',
  'CommitCancelled',
] as const;

/**
 * A transaction's error as the JSON-RPC interface writes it: `'Name'` or `{ Name: details }`.
 *
 * @see {@link transactionErrorOf}
 */
export type TransactionErrorJson = string | Readonly<Record<string, unknown>>;

/**
 * The reason that litesvm gives for a failed transaction, as the JSON-RPC interface writes it.
 *
 * @example
 * ```ts
 * import { transactionErrorOf } from '@ionet/sdk/testing';
 * import { getTransactionDecoder } from '@solana/kit';
 * import { Keypair, SystemProgram, Transaction } from '@solana/web3.js';
 * import { FailedTransactionMetadata, LiteSVM } from 'litesvm';
 *
 * const svm = new LiteSVM();
 * const { publicKey, secretKey } = Keypair.generate(); // without SOL
 * const transaction = new Transaction({
 *   feePayer: publicKey,
 *   blockhash: svm.latestBlockhash(),
 *   lastValidBlockHeight: 0,
 * }).add(SystemProgram.transfer({ fromPubkey: publicKey, toPubkey: publicKey, lamports: 1 }));
 * transaction.sign({ publicKey, secretKey });
 * const outcome = svm.sendTransaction(getTransactionDecoder().decode(transaction.serialize()));
 * if (outcome instanceof FailedTransactionMetadata) console.log(transactionErrorOf(outcome)); // AccountNotFound
 * ```
 */
export function transactionErrorOf(metadata: FailedTransactionMetadata): TransactionErrorJson {
  const error = metadata.err();
  if (typeof error === 'number') return TRANSACTION_ERRORS[error];
  if ('err' in error) {
    const cause = error.err();
    const detail =
      typeof cause === 'number'
        ? INSTRUCTION_ERRORS[cause]
        : 'code' in cause
          ? { Custom: cause.code }
          : 'BorshIoError';
    return { InstructionError: [error.index, detail] };
  }
  const name = error.constructor.name.replace('TransactionError', '');
  return { [name]: 'index' in error ? error.index : { account_index: error.accountIndex } };
}
