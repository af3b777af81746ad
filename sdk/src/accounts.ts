import { SystemProgram, type PublicKey } from '@solana/web3.js';
import { decodeAccount, encodeAccount, encodeValue, fieldOf } from './codec.js';
import type { Deployment } from './deployment.js';
import { AccountError } from './errors.js';
import { idls } from './idl/index.js';
import type { Idl } from './idl-types.js';
import { programNames, type AccountData, type AccountName, type ProgramName } from './programs.js';
import type { MemcmpFilter, RawAccount, Transport } from './transport.js';

/**
 * Where accounts are read from; a client is one.
 *
 * @see {@link fetchManyAccounts}
 */
export interface AccountSource {
  readonly transport: Pick<Transport, 'getAccounts' | 'getProgramAccounts'>;
  readonly deployment: Deployment;
}

/**
 * What an account holds, with its address.
 *
 * @see {@link fetchManyAccounts}
 */
export type Fetched<P extends ProgramName, N extends AccountName<P>> = AccountData<P, N> & {
  readonly address: PublicKey;
};

/**
 * Values that fields of an account must have. Only fields at a fixed place in the account can be searched.
 *
 * @see {@link findAccounts}
 */
export type AccountFilter<P extends ProgramName, N extends AccountName<P>> = Partial<AccountData<P, N>>;

function decode<P extends ProgramName, N extends AccountName<P>>(
  source: AccountSource,
  program: P,
  name: N,
  account: RawAccount,
): Fetched<P, N> {
  const address = account.address.toBase58();
  const what = `${program}.${name as string}`;
  if (!account.owner.equals(source.deployment.programs[program])) {
    throw new AccountError(
      'AccountMismatch',
      address,
      `${address} does not belong to ${program}, so it is no ${what}`,
    );
  }
  let data: object | null;
  try {
    data = decodeAccount(idls[program], name, account.data);
  } catch (cause) {
    throw new AccountError('AccountUndecodable', address, `${address} cannot be read as ${what}`, { cause });
  }
  if (data === null) {
    throw new AccountError(
      'AccountMismatch',
      address,
      `${address} is an account of ${program}, but no ${what}`,
    );
  }
  return { ...data, address: account.address } as Fetched<P, N>;
}

/** Whether nothing is there but SOL, which anybody can send to any address. */
function isOnlyFunded({ owner, data }: RawAccount): boolean {
  return owner.equals(SystemProgram.programId) && data.length === 0;
}

/**
 * Reads accounts of one type, `null` where there is none. Throws an {@link AccountError} for what is there but
 * is something else.
 *
 * @example
 * ```ts
 * import { fetchManyAccounts } from '@ionet/sdk';
 *
 * const jobs = await fetchManyAccounts(client, 'escrow', 'job', [job, client.payer]);
 * jobs.map((one) => one?.state ?? null); // ['running', null]
 * ```
 */
export async function fetchManyAccounts<P extends ProgramName, N extends AccountName<P>>(
  source: AccountSource,
  program: P,
  name: N,
  addresses: readonly PublicKey[],
): Promise<(Fetched<P, N> | null)[]> {
  const accounts = await source.transport.getAccounts(addresses);
  return accounts.map((account) =>
    account === null || isOnlyFunded(account) ? null : decode(source, program, name, account),
  );
}

/**
 * Reads an account, `null` where there is none.
 *
 * @example
 * ```ts
 * import { fetchMaybeAccount, pda } from '@ionet/sdk';
 *
 * const address = pda.staking.delegation(deployment, node, owner);
 * await fetchMaybeAccount(client, 'staking', 'delegation', address); // null: this owner delegates nothing to it
 * ```
 */
export async function fetchMaybeAccount<P extends ProgramName, N extends AccountName<P>>(
  source: AccountSource,
  program: P,
  name: N,
  address: PublicKey,
): Promise<Fetched<P, N> | null> {
  const [account] = await fetchManyAccounts(source, program, name, [address]);
  return account ?? null;
}

/**
 * Reads an account; throws an {@link AccountError} named `AccountNotFound` where there is none.
 *
 * @example
 * ```ts
 * import { fetchAccount } from '@ionet/sdk';
 *
 * const { state, hours } = await fetchAccount(client, 'escrow', 'job', job);
 * console.log(state, hours); // running 10
 * ```
 */
export async function fetchAccount<P extends ProgramName, N extends AccountName<P>>(
  source: AccountSource,
  program: P,
  name: N,
  address: PublicKey,
): Promise<Fetched<P, N>> {
  const account = await fetchMaybeAccount(source, program, name, address);
  if (account === null) {
    const text = address.toBase58();
    throw new AccountError('AccountNotFound', text, `there is no ${program}.${name as string} at ${text}`);
  }
  return account;
}

/**
 * Finds all accounts of a type whose fields have the given values.
 *
 * @example
 * ```ts
 * import { findAccounts } from '@ionet/sdk';
 *
 * const running = await findAccounts(client, 'escrow', 'job', { buyer: client.payer, state: 'running' });
 * running.length; // 3
 * ```
 */
export async function findAccounts<P extends ProgramName, N extends AccountName<P>>(
  source: AccountSource,
  program: P,
  name: N,
  filter?: AccountFilter<P, N>,
): Promise<Fetched<P, N>[]> {
  const filters = accountFilters(idls[program], name, filter ?? {});
  const accounts = await source.transport.getProgramAccounts(source.deployment.programs[program], filters);
  return accounts.map((account) => decode(source, program, name, account));
}

/** The byte filters for an account type and values of its fields. */
export function accountFilters(idl: Idl, name: string, filter: object): MemcmpFilter[] {
  const discriminator = idl.accounts.find((account) => account.name === name)?.discriminator ?? [];
  const fields = Object.entries(filter).filter(([, value]) => value !== undefined);
  return [
    { offset: 0, bytes: Uint8Array.from(discriminator) },
    ...fields.map(([field, value]) => {
      const { offset, type } = fieldOf(idl, name, field);
      return { offset, bytes: encodeValue(idl, type, value, `${name}.${field}`) };
    }),
  ];
}

/**
 * An account of a program with the name of its type.
 *
 * @see {@link decodeProgramAccount}
 */
export type NamedAccount<P extends ProgramName> = {
  [N in AccountName<P>]: { readonly name: N; readonly data: AccountData<P, N> };
}[AccountName<P>];

/**
 * What the bytes of an account of a program hold, whichever of its types it is; `null` where it is of none.
 *
 * @throws {@link AccountError} when the bytes begin like a type and do not go on like it
 * @example
 * ```ts
 * import { decodeProgramAccount } from '@ionet/sdk';
 *
 * const [account] = await client.transport.getAccounts([job]);
 * const decoded = account && decodeProgramAccount('escrow', account);
 * if (decoded?.name === 'job') console.log(decoded.data.state); // running
 * ```
 */
export function decodeProgramAccount<P extends ProgramName>(
  program: P,
  account: Pick<RawAccount, 'address' | 'data'>,
): NamedAccount<P> | null {
  const idl: Idl = idls[program];
  const type = idl.accounts.find(({ discriminator }) =>
    discriminator.every((byte, index) => account.data[index] === byte),
  );
  if (type === undefined) return null;
  try {
    const data = decodeAccount(idl, type.name, account.data);
    return { name: type.name, data } as NamedAccount<P>;
  } catch (cause) {
    const address = account.address.toBase58();
    const problem = `${address} cannot be read as ${program}.${type.name}`;
    throw new AccountError('AccountUndecodable', address, problem, { cause });
  }
}

/** The bytes of an account as its program would write them, for tests that need states hard to reach. */
export function encodeAccountData<P extends ProgramName, N extends AccountName<P>>(
  program: P,
  name: N,
  data: AccountData<P, N>,
): Uint8Array {
  return encodeAccount(idls[program], name, data);
}

/**
 * The reading faces of one account type.
 *
 * @example
 * ```ts
 * const { fetch, fetchMaybe, fetchMany, findAll } = client.accounts.escrow.job;
 * (await fetch(job)).state; // 'running'
 * await fetchMany([job]).then(([first]) => first?.hours); // 10
 * (await findAll({ node, state: 'booked' })).length; // 1
 * ```
 */
export interface AccountReader<P extends ProgramName, N extends AccountName<P>> {
  /** Reads an account; throws where there is none. */
  fetch(address: PublicKey): Promise<Fetched<P, N>>;
  /** Reads an account, `null` where there is none. */
  fetchMaybe(address: PublicKey): Promise<Fetched<P, N> | null>;
  /** Reads several accounts, `null` where there is none. */
  fetchMany(addresses: readonly PublicKey[]): Promise<(Fetched<P, N> | null)[]>;
  /** Finds all accounts whose fields have the given values. */
  findAll(filter?: AccountFilter<P, N>): Promise<Fetched<P, N>[]>;
}

/**
 * The readers of all account types, by program and name.
 *
 * @see {@link AccountReader}
 */
export type AccountReaders = {
  readonly [P in ProgramName]: { readonly [N in AccountName<P>]: AccountReader<P, N> };
};

function readerOf<P extends ProgramName, N extends AccountName<P>>(
  source: AccountSource,
  program: P,
  name: N,
): AccountReader<P, N> {
  return {
    fetch: (address) => fetchAccount(source, program, name, address),
    fetchMaybe: (address) => fetchMaybeAccount(source, program, name, address),
    fetchMany: (addresses) => fetchManyAccounts(source, program, name, addresses),
    findAll: (filter) => findAccounts(source, program, name, filter),
  };
}

/** The readers of all account types over a source. */
export function accountReaders(source: AccountSource): AccountReaders {
  const entries = programNames.map((program) => {
    const { accounts }: Idl = idls[program];
    const readers = accounts.map(({ name }) => [name, readerOf(source, program, name as never)] as const);
    return [program, Object.fromEntries(readers)] as const;
  });
  return Object.fromEntries(entries) as unknown as AccountReaders;
}
