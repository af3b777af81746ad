/** The sentence in a message that says what to do: what stands behind its colon, or all of it. */
export function remedyIn(message: string): string {
  const colon = message.indexOf(': ');
  const advice = colon === -1 ? message : message.slice(colon + 2);
  return advice.charAt(0).toUpperCase() + advice.slice(1);
}

const OTHER_VERSION = 'Use the version of the SDK that was built with the deployed programs';
const DERIVED = 'Leave the account named in `account` to the SDK, which derives it';

/** What to do about errors of Anchor that say less than these sentences. */
const FRAMEWORK: Readonly<Record<number, string>> = {
  2000: 'Pass the account named in `account` as writable',
  2002: 'Have the account named in `account` sign',
  2005: 'Give the account named in `account` enough SOL to be exempt from rent',
  2040: 'Pass two different accounts where one stands twice',
  3005: 'Pass all accounts of the instruction, as the SDK builds it',
  3006: 'Pass the account named in `account` as writable',
  3007: 'Pass the account of the program that owns this type, as the helpers in `pda` derive it',
  3010: 'Have the account named in `account` sign',
  3012: 'Create the account named in `account` first, or check its address and the network',
  4100: 'Send to the address that the deployment names for this program',
};

/** What to do about an error of Anchor, by its number. */
export function frameworkRemedy(code: number): string {
  const own = FRAMEWORK[code];
  if (own !== undefined) return own;
  return code >= 2000 && code < 3000 ? DERIVED : OTHER_VERSION;
}

/** What to do about errors of the runtime, which have no sentence of their own. */
const RUNTIME: Readonly<Record<string, string>> = {
  AccountAlreadyInitialized: 'Use the account as it is, or another address',
  ComputationalBudgetExceeded: 'Raise `computeUnitLimit`, or leave it to the simulation',
  ExternalAccountLamportSpend: DERIVED,
  IllegalOwner: DERIVED,
  IncorrectProgramId: DERIVED,
  InsufficientFunds: 'Fund the payer with SOL',
  InvalidAccountData: DERIVED,
  InvalidAccountOwner: DERIVED,
  InvalidSeeds: DERIVED,
  MissingAccount: 'Pass all accounts of the instruction, as the SDK builds it',
  MissingRequiredSignature: 'Have every account sign that the instruction marks as a signer',
  NotEnoughAccountKeys: 'Pass all accounts of the instruction, as the SDK builds it',
  PrivilegeEscalation: 'Pass all accounts as signers and writable as the SDK builds them',
  ProgramFailedToComplete: 'Raise `computeUnitLimit`, and report it with its logs if that does not help',
  UnsupportedProgramId: 'Check that the program is deployed on this network',
};

/** What to do about an error of the runtime, by its word. */
export function runtimeRemedy(reason: string): string {
  return RUNTIME[reason] ?? 'Read the logs, and report it with them where they do not explain it';
}
