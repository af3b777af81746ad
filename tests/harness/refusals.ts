import { expect } from 'chai';
import { TOKEN_PROGRAM_ID, type FailingProgram, type ProgramError, type ProgramErrorName } from '@ionet/sdk';
import { expectError, type Market } from '@ionet/sdk/testing';

/** All accounts of the marketplace's programs and all token accounts and mints, as text to compare. */
export async function stateOf(market: Market): Promise<ReadonlyMap<string, string>> {
  const { transport, deployment } = market.network;
  const owners = [...Object.values(deployment.programs), TOKEN_PROGRAM_ID];
  const accounts = await Promise.all(owners.map((owner) => transport.getProgramAccounts(owner, [])));
  return new Map(
    accounts
      .flat()
      .map(({ address, owner, lamports, data }) => [
        address.toBase58(),
        `${owner.toBase58()} ${lamports.toString()} ${Buffer.from(data).toString('base64')}`,
      ]),
  );
}

/** Expects an action to be refused by this error of this program, and to leave every account as it was. */
export async function expectRefused<P extends FailingProgram, N extends ProgramErrorName<P>>(
  market: Market,
  act: () => Promise<unknown>,
  program: P,
  name: N,
): Promise<ProgramError<P, N & string>> {
  const before = await stateOf(market);
  const error = await expectError(act(), program, name);
  expect(await stateOf(market), 'an account changed').to.deep.equal(before);
  return error;
}
