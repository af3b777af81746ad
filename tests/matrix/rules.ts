import type { ProgramName } from '@ionet/sdk';
import type { Mutant, MutantId } from './mutants.js';

/**
 * What must become of an altered call.
 *
 * - refused: with one of these errors, and nothing moved.
 * - harmless: the same effect as the valid call, and nothing else changed.
 * - credited: the account cannot receive; what is due to it stays in the job's vault as owed, everybody else gets
 *   what the valid call gives him.
 * - means zero: an account that does not exist yet means zero (nothing reported, nothing in use).
 * - another target: a valid call on another account, which the same signer may act on.
 */
export type Verdict =
  | { readonly kind: 'refused'; readonly errors: readonly string[] }
  | { readonly kind: 'harmless' | 'credited' | 'means zero' | 'another target' };

/** Refusals that are right wherever such a mutant stands: what the runtime and the framework say. */
const BY_MUTANT: Readonly<Record<MutantId, readonly string[]>> = {
  M1: ['AccountOwnedByWrongProgram', 'ConstraintSeeds', 'token.ExternalAccountDataModified'],
  M2: ['ConstraintSeeds', 'ConstraintDuplicateMutableAccount'],
  M3: ['AccountDiscriminatorMismatch', 'ConstraintSeeds'],
  M4: ['ConstraintSeeds'],
  M5: [
    'AccountNotInitialized',
    'AccountDiscriminatorMismatch',
    'AccountDidNotDeserialize',
    'AccountNotProgramData',
    'AccountOwnedByWrongProgram',
    'ConstraintSeeds',
    'ConstraintSpace',
    'InvalidAccountData',
    'InvalidProgramId',
    'token.InvalidAccountData',
    'token.MintMismatch',
  ],
  M6: ['AccountNotSigner'],
  M7: ['ConstraintMut'],
  M8: [
    'AccountDiscriminatorMismatch',
    'AccountNotInitialized',
    'AccountNotProgramData',
    'AccountOwnedByWrongProgram',
    'ConstraintDuplicateMutableAccount',
    'ConstraintMut',
    'ConstraintSeeds',
    'InvalidAccountData',
    'InvalidProgramId',
  ],
  M9: [
    'AccountOwnedByWrongProgram',
    // The account put in stands elsewhere in the call already.
    'ConstraintDuplicateMutableAccount',
    'ConstraintSeeds',
  ],
  M10: ['InvalidProgramId'],
  M11: [],
  // What does not fit into a transaction cannot be sent.
  M12: ['TransactionTooLarge'],
  M13: ['AccountNotEnoughKeys'],
  M14: ['AccountNotProgramData', 'AccountOwnedByWrongProgram', 'ConstraintSeeds'],
  M15: ['ConstraintSeeds', 'ConstraintDuplicateMutableAccount'],
};

/** What the token program says of the right account with other contents. A wrong account is refused by ours. */
const CHANGED_IN_PLACE = [
  'token.AccountFrozen',
  'token.ExternalAccountDataModified',
  'token.MintMismatch',
  'token.OwnerMismatch',
];

/** What the framework says of an account that is not what it should be. */
const ACCOUNT_ERRORS = [
  'AccountOwnedByWrongProgram',
  'AccountNotInitialized',
  'AccountDiscriminatorMismatch',
  'AccountDidNotDeserialize',
];

/** Refusals of the treasury, when escrow calls it. */
const asTreasury = (errors: readonly string[]): string[] => errors.map((error) => `treasury.${error}`);

/** Whoever pays for a new account, and that account: the runtime refuses them when the system program is called. */
const CREATING = /\.payer M7 read only$|\.initialize\.authority M7 read only$| M7 read only, not there yet$/;

/** The programs' own refusals of what stands wrongly in a slot. */
const BY_SLOT: Readonly<Record<ProgramName, Readonly<Record<string, readonly string[]>>>> = {
  staking: {
    admin: ['NotAdmin'],
    appealAuthority: ['NotAppealAuthority'],
    authority: ['NotUpgradeAuthority', 'NotPauser'],
    delegation: [
      'WrongNode',
      'NotDelegator',
      'WrongDelegation',
      'WrongDestination',
      'DelegationNotEmpty',
      'ConstraintMut',
    ],
    delegator: ['NotDelegator', 'WrongTokenAccount'],
    delegatorTokenAccount: ['WrongTokenAccount'],
    destination: ['WrongDestination'],
    instructionsSysvar: ['NotInstructionsSysvar'],
    ioMint: ['WrongMint', 'InvalidIoMint'],
    newAdmin: ['NotPendingAdmin'],
    node: ['NotOwner', 'WrongNode', 'WrongVault', 'ConstraintSeeds'],
    nodeLoad: ['WrongNodeLoad'],
    oracleSet: ['NotOracleSet'],
    owner: ['NotOwner'],
    ownerTokenAccount: ['WrongTokenAccount'],
    pauser: ['NotPauser'],
    programData: ['NotUpgradeAuthority'],
    rentPayer: ['WrongRentPayer', 'ConstraintClose'],
    rewardVault: ['WrongVault', 'WrongDestination'],
    slashCase: ['WrongNode', 'CaseStillOpen'],
    stakeVault: ['WrongVault', 'WrongMint', 'WrongDestination'],
    unbonding: ['WrongNode', 'NotStaker'],
  },
  emission: {
    admin: ['NotAdmin'],
    authority: ['NotUpgradeAuthority'],
    cpuVault: ['WrongVault'],
    destination: ['InvalidProof'],
    gpuVault: ['WrongVault'],
    guardian: ['NotGuardian'],
    instructionsSysvar: ['NotInstructionsSysvar'],
    ioMint: ['WrongIoMint', 'InvalidIoMint'],
    newAdmin: ['NotPendingAdmin'],
    pool: ['WrongVault', 'NoRootPending', 'WrongMessage', 'ConstraintSeeds'],
    programData: ['NotUpgradeAuthority'],
    rewardAccount: ['PoolOverspent', 'system.AccountAlreadyInUse'],
    vault: ['WrongVault'],
  },
  oracle: {
    admin: ['NotAdmin'],
    authority: ['NotUpgradeAuthority'],
    instructionsSysvar: ['NotInstructionsSysvar'],
    job: ['WrongJob', 'NotAJob', 'ConstraintSeeds'],
    jobUsage: ['WrongJob', 'ConstraintSeeds', 'system.AccountAlreadyInUse'],
    newAdmin: ['NotPendingAdmin'],
    programData: ['NotUpgradeAuthority'],
    rentPayer: ['WrongRentPayer'],
  },
  escrow: {
    admin: ['NotAdmin'],
    authority: ['NotUpgradeAuthority', 'NotPauser', 'NotNodeAuthority', 'NotOperator'],
    buyer: ['NotBuyer', 'ConstraintSeeds'],
    buyerTokenAccount: ['WrongBuyerTokenAccount', 'treasury.ConstraintSeeds'],
    destination: ['WrongMint', 'DestinationIsVault', 'StillNotReceivable'],
    feeVault: ['WrongFeeVault'],
    instructionsSysvar: ['NotInstructionsSysvar'],
    ioMint: ['InvalidMint'],
    job: [
      'ConstraintSeeds',
      'NotBuyer',
      'WrongNode',
      'WrongNodeLoad',
      'NotRentPayer',
      'JobAlreadyStarted',
      'WrongJobUsage',
    ],
    jobUsage: ['WrongJobUsage', 'JobUsageOpen'],
    jobVault: asTreasury([...ACCOUNT_ERRORS, 'InvalidAccountData', 'WrongJobVault']),
    mint: ['WrongMint'],
    newAdmin: ['NotPendingAdmin'],
    node: ['WrongNode', 'NotNodeAuthority', 'NotOperator', 'ConstraintSeeds'],
    nodeLoad: ['WrongNodeLoad', 'WrongNode'],
    offer: ['WrongOffer', 'WrongNode', 'ConstraintSeeds'],
    pauser: ['NotPauser'],
    payoutTokenAccount: ['WrongPayoutTokenAccount'],
    priceUpdate: ['NotAPriceUpdate', 'PriceAccountMissing'],
    programData: ['NotUpgradeAuthority'],
    rentPayer: ['WrongRentPayer', 'NotRentPayer', 'ConstraintClose'],
    treasury: ['WrongTreasury', 'TreasuryMissing', ...asTreasury(ACCOUNT_ERRORS)],
    treasuryProgram: ['TreasuryMissing'],
    usdcMint: ['InvalidMint'],
    wallet: ['NotPayee'],
  },
  airdrop: {
    admin: ['NotAdmin'],
    authority: ['NotUpgradeAuthority'],
    funder: ['WrongFundingAccount'],
    fundingAccount: ['WrongFundingAccount'],
    instructionsSysvar: ['NotInstructionsSysvar'],
    ioMint: ['WrongIoMint', 'InvalidIoMint'],
    newAdmin: ['NotPendingAdmin'],
    programData: ['NotUpgradeAuthority'],
    refundAccount: ['WrongTokenAccount', 'WalletMustSign'],
    refundWallet: ['WrongRefundWallet'],
    rentPayer: ['WrongRentPayer'],
    season: ['WrongVault', 'WrongRefundWallet', 'WrongShard', 'ConstraintSeeds'],
    seasonVault: ['WrongVault'],
    shard: ['ShardNotOpen', 'WrongShard'],
    tokenAccount: ['WrongTokenAccount', 'TokenAccountMissing', 'WalletMustSign'],
    wallet: ['WrongTokenAccount'],
  },
  treasury: {
    admin: ['NotAdmin'],
    authority: ['NotUpgradeAuthority'],
    instructionsSysvar: ['NotInstructionsSysvar'],
    ioMint: ['WrongIoMint', 'InvalidIoMint', 'ConstraintSeeds'],
    newAdmin: ['NotPendingAdmin'],
    priceAccount: ['WrongPriceAccount'],
    programData: ['NotUpgradeAuthority'],
    buyer: ['WrongBuyerTokenAccount'],
    buyerTokenAccount: ['WrongBuyerTokenAccount'],
    destination: ['WrongFillerTokenAccount'],
    escrowConfig: ['NotEscrow'],
    filler: ['token.OwnerMismatch'],
    fillerIoAccount: ['WrongFillerTokenAccount', 'token.InsufficientFunds', 'token.OwnerMismatch'],
    job: ['WrongJobVault'],
    jobVault: ['WrongJobVault'],
    usdcMint: ['InvalidUsdcMint', 'ConstraintSeeds', 'WrongUsdcMint'],
  },
};

/** Refusals of the right account with other contents. */
const BY_CONTENTS: Readonly<Record<string, readonly string[]>> = {
  'treasury.priceAccount': ['NotAPriceUpdate'],
};

/** A case, in the words of the table below: `program.instruction.slot` and the mutant with its variant. */
type Pattern = readonly [where: RegExp, mutant: RegExp, kind: Exclude<Verdict['kind'], 'refused'>];

/** The cases that are not refused. */
const NOT_REFUSED: readonly Pattern[] = [
  // Anchor reads what it needs and ignores what follows.
  [/\.\*$/, /^M12/, 'harmless'],
  [/./, /^M5 longer/, 'harmless'],
  // Rent is paid by whoever signs for it.
  [/\.payer$/, /^(M2 another wallet|M8 (authority|buyer|owner|admin|funder|delegator))/, 'harmless'],
  // A token account may have a delegate or a close authority of its owner's choice. Nobody but the owner program
  // signs for a vault, which therefore has neither.
  [
    /([tT]oken|Io)Account$|\.(fundingAccount|refundAccount)$|[vV]ault$|\.(destination|credits)$/,
    /^M9 with (delegate|close authority)/,
    'harmless',
  ],
  // The signer names where his own money goes.
  [
    /(escrow\.withdrawOwed|treasury\.fillAuction)\.destination$/,
    /^(M2|M15|M9 other authority in place)/,
    'harmless',
  ],
  [
    /staking\.(claimRewards|claimOwnerRewards|withdraw|deregisterNode)\.destination$/,
    /^(M2|M15|M9 other authority in place)/,
    'harmless',
  ],
  // Where the vaults are empty, nothing is paid.
  [/staking\.deregisterNode\.destination$/, /^M9 frozen/, 'harmless'],
  // Anyone may have a payment go to the associated account of who is entitled.
  [/staking\.(claimRewards|claimOwnerRewards|withdraw)\.authority$/, /^M2 another wallet/, 'harmless'],
  // Of the vaults at their addresses only the amount is read here: nobody but the program can change them.
  [
    /staking\..*\.(rewardVault|stakeVault)$/,
    /^(M5 zero discriminator|M9 (frozen|other (authority|mint) in place))/,
    'harmless',
  ],
  // Fees go to the vault at its address, whatever authority its bytes name.
  [/\.(feeVault|stakeVault|gpuVault|cpuVault)$/, /^M9 other authority in place/, 'harmless'],
  // The leaf names a token account: whose it is, is its owner's business.
  [/emission\.claimReward\.destination$/, /^M9 other authority in place/, 'harmless'],
  // Accounts that may be unable to receive: the call goes on without them.
  [
    /escrow\.(extendJob|cancelJob|settleJob|expireJob|payOwed)\.(payoutTokenAccount|buyerTokenAccount|feeVault)$/,
    /^(M1 in place|M5 (closed|zero discriminator|shorter|longer)|M9 (frozen|other authority in place|other mint in place|of Token-2022))/,
    'credited',
  ],
  // Closing an account asks nothing but that it is empty, at its address, and the treasury's.
  [
    /treasury\.closeCredits\.credits$/,
    /^(M5 zero discriminator|M9 (frozen|other mint in place))/,
    'harmless',
  ],
  // Which job it is escrow answers for: while it is booked it is still empty.
  [/treasury\.spendCredits\.job$/, /^M5 (zero discriminator|shorter)/, 'harmless'],
  // What does not exist yet means zero. Only the sibling can close these, and only when they are no longer needed.
  [/escrow\.(endJob|release|extendJob|settleJob)\.jobUsage$/, /^M5 closed/, 'means zero'],
  [/escrow\.createOffer\.nodeLoad$/, /^M5 closed/, 'means zero'],
  [/staking\.(updateNode|requestUnstake|deregisterNode)\.nodeLoad$/, /^M5 closed/, 'means zero'],
  [/oracle\.reportJob\.jobUsage$/, /^M5 closed/, 'means zero'],
  [/oracle\.closeJobUsage\.job$/, /^M5 closed/, 'harmless'],
  // The signer's own choice of what to act on.
  [/escrow\.(updateOffer|closeOffer|bookJob)\.offer$/, /^M2 same type/, 'another target'],
  [/staking\.(updateClass|registerNode|updateNode)\.class$/, /^M2 same type/, 'another target'],
  // Anyone may let any delegation earn.
  [/staking\.activateDelegation\.delegation$/, /^M2 same type/, 'another target'],
];

/** What is declared of a case: the verdicts that are right. */
export function declared(program: ProgramName, instruction: string, mutant: Mutant): Verdict[] {
  const where = `${program}.${instruction}.${mutant.slot}`;
  const what = `${mutant.id} ${mutant.variant}`;
  const errors = [
    ...BY_MUTANT[mutant.id],
    ...(mutant.replaced === undefined ? (BY_CONTENTS[`${program}.${mutant.slot}`] ?? []) : []),
    ...(mutant.id === 'M9' && mutant.replaced === undefined ? CHANGED_IN_PLACE : []),
    ...(CREATING.test(`${where} ${what}`) ? ['PrivilegeEscalation'] : []),
    ...(BY_SLOT[program][mutant.slot] ?? []),
  ];
  const allowed = NOT_REFUSED.filter(([slot, kind]) => slot.test(where) && kind.test(what));
  return [
    ...allowed.map(([, , kind]) => ({ kind })),
    ...(errors.length > 0 ? [{ kind: 'refused', errors } as const] : []),
  ];
}
