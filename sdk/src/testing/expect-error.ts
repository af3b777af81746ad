import {
  IonetError,
  isProgramError,
  type FailingProgram,
  type ProgramError,
  type ProgramErrorName,
} from '../errors.js';

/**
 * Waits for a promise to fail with this error of this program, and gives the error.
 *
 * @example
 * ```ts
 * import { parseUsdc } from '@ionet/sdk';
 * import { expectError } from '@ionet/sdk/testing';
 *
 * const order = { offer, devices: 1, hours: 1, payment: 'usdc', maxTotal: parseUsdc('0.5') } as const;
 * await expectError(market.buyer.escrow.bookJob(order), 'escrow', 'PriceAboveMaximum');
 * ```
 */
export async function expectError<P extends FailingProgram, N extends ProgramErrorName<P>>(
  promise: Promise<unknown>,
  program: P,
  name: N,
): Promise<ProgramError<P, N & string>> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    if (isProgramError(error, program, name)) return error;
    const what = isProgramError(error) ? `${error.program}.${error.name}` : String(error);
    throw new IonetError(`${program}.${name} was expected, it failed with ${what}`, { cause: error });
  }
  const signature =
    typeof result === 'object' && result !== null && 'signature' in result ? String(result.signature) : '';
  throw new IonetError(`${program}.${name} was expected, but it succeeded ${signature}`);
}
