/** Errors: what must compile, and what must not; read by the compiler only. */
import {
  IonetError,
  ProgramError,
  SendError,
  isProgramError,
  type ErrorName,
  type ProgramErrorName,
  type TransactionFate,
} from '@ionet/sdk';

declare const error: unknown;

export function narrowing(): void {
  if (isProgramError(error, 'escrow')) {
    const program: 'escrow' = error.program;
    const [remedy, logs]: [string, readonly string[]] = [error.remedy, error.logs];
    void [program, remedy, logs];
  }
  if (isProgramError(error, 'staking', 'ConstraintSeeds')) {
    const name: 'ConstraintSeeds' = error.name;
    const program: 'staking' = error.program;
    void [name, program];
  }
  if (isProgramError(error, 'token', 'InsufficientFunds')) void error.code;
  // @ts-expect-error the oracle knows no offers
  isProgramError(error, 'oracle', 'OfferInactive');
  // @ts-expect-error there is no such program
  isProgramError(error, 'lending');
  // @ts-expect-error the token program has other errors
  isProgramError(error, 'token', 'ConstraintSeeds');
  if (isProgramError(error)) {
    // @ts-expect-error the name is one that the compiler does not know here
    const name: 'OfferInactive' = error.name;
    void name;
  }
}

export function tree(): void {
  if (error instanceof SendError) {
    const fate: TransactionFate = error.fate;
    const root: IonetError = error;
    // @ts-expect-error there is no such fate
    void (fate === 'perhaps');
    // @ts-expect-error there is no such error of sending
    void (error.name === 'OfferInactive');
    void root;
  }
  if (error instanceof IonetError) {
    const program = error.find((one) => one instanceof ProgramError);
    const account: string | null | undefined = program?.account;
    // @ts-expect-error not every error is a program's
    void error.program;
    void account;
  }
}

export function names(): void {
  const own: ErrorName<'escrow'> = 'OfferInactive';
  // @ts-expect-error Anchor's errors are not the program's own
  const anchors: ErrorName<'escrow'> = 'ConstraintSeeds';
  const any: ProgramErrorName<'escrow'> = 'ConstraintSeeds';
  // @ts-expect-error no program has this error
  const none: ProgramErrorName<'escrow'> = 'NoSuchError';
  void [own, anchors, any, none];
}
