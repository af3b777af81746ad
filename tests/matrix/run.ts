import { SystemProgram, type PublicKey, type Signer, type TransactionInstruction } from '@solana/web3.js';
import {
  isProgramError,
  SendError,
  TOKEN_PROGRAM_ID,
  decodeTokenAccount,
  type ProgramName,
  type RawAccount,
} from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import type { Mutant } from './mutants.js';
import { tokenAccountOf, type World } from './world.js';

/** What a call did: to each account that it changed, what. */
export type Effect = ReadonlyMap<string, string>;

/** An account before and after a call. */
export interface Change {
  readonly address: PublicKey;
  readonly before: RawAccount | null;
  readonly after: RawAccount | null;
}

export type Outcome =
  { readonly refused: string } | { readonly refused: null; readonly changes: readonly Change[] };

const relayer = testKeypair('relayer');

/** Runs a call, paid by a relayer whom it does not name, and says what it did. */
export async function run(
  world: World,
  program: ProgramName,
  before: readonly TransactionInstruction[],
  call: TransactionInstruction,
): Promise<Outcome> {
  const { network } = world.market;
  const touched = [...new Map(call.keys.map(({ pubkey }) => [pubkey.toBase58(), pubkey])).values()];
  const state = (): (RawAccount | null)[] => touched.map((address) => network.getAccount(address));
  const earlier = state();
  const signers: Signer[] = call.keys
    .filter(({ isSigner }) => isSigner)
    .map(({ pubkey }) => world.keys.get(pubkey.toBase58()))
    .filter((key) => key !== undefined);
  try {
    await network
      .client(relayer, signers)
      .send({ instructions: [...before, call], signers: [], accounts: {} });
  } catch (error) {
    const later = state();
    const moved = touched.filter((_, i) => fingerprint(earlier[i]) !== fingerprint(later[i]));
    if (moved.length > 0) throw new Error(`a refused call changed ${moved.map(String).join(', ')}`);
    return { refused: nameOf(error, program) };
  }
  const later = state();
  const changes = touched.map((address, i) => ({
    address,
    before: earlier[i] ?? null,
    after: later[i] ?? null,
  }));
  return {
    refused: null,
    changes: changes.filter(({ before, after }) => fingerprint(before) !== fingerprint(after)),
  };
}

/** What calls did, with one key for both of two that stand for each other. */
export function effectOf(changes: readonly Change[], replaced?: Mutant['replaced']): Effect {
  const effect = new Map<string, string>();
  for (const { address, before, after } of changes) {
    const change = changeOf(before, after, replaced);
    if (change !== null) effect.set(rename(address, replaced).toBase58(), change);
  }
  return effect;
}

/** Puts accounts back as they were. */
export function undo(world: World, before: readonly (RawAccount | { readonly address: PublicKey })[]): void {
  for (const account of before) {
    if ('data' in account) world.market.network.setAccount(account);
    else {
      const gone = { owner: SystemProgram.programId, data: new Uint8Array(0), lamports: 0n };
      world.market.network.setAccount({ address: account.address, ...gone });
    }
  }
}

/** By how much the tokens in an account changed. */
export function tokensOf({ before, after }: Change): bigint {
  const amount = (account: RawAccount | null): bigint =>
    account !== null && isTokenAccount(account) ? (decodeTokenAccount(account.data)?.amount ?? 0n) : 0n;
  return amount(after) - amount(before);
}

export const sameEffect = (a: Effect, b: Effect): boolean =>
  a.size === b.size && [...a].every(([address, change]) => b.get(address) === change);

function nameOf(error: unknown, program: ProgramName): string {
  if (isProgramError(error)) return error.program === program ? error.name : `${error.program}.${error.name}`;
  if (error instanceof SendError) return error.reason ?? error.name;
  throw error;
}

function rename(address: PublicKey, replaced: Mutant['replaced']): PublicKey {
  return replaced !== undefined && address.equals(replaced.to) ? replaced.from : address;
}

const fingerprint = (account: RawAccount | null | undefined): string =>
  account == null
    ? ''
    : `${account.lamports}:${account.owner.toBase58()}:${Buffer.from(account.data).toString('base64')}`;

/** What changed of an account, in a form that is the same whichever of two keys stands in a slot. */
function changeOf(
  before: RawAccount | null,
  after: RawAccount | null,
  replaced: Mutant['replaced'],
): string | null {
  if (fingerprint(before) === fingerprint(after)) return null;
  const lamports = (after?.lamports ?? 0n) - (before?.lamports ?? 0n);
  if (before !== null && after !== null && isTokenAccount(before) && isTokenAccount(after)) {
    const amounts = [before, after].map((one) => tokenAccountOf(one).amount);
    return `lamports ${lamports}, tokens ${(amounts[1] ?? 0n) - (amounts[0] ?? 0n)}`;
  }
  let data = Buffer.from(after?.data ?? []).toString('hex');
  if (replaced !== undefined) {
    data = data.replaceAll(
      Buffer.from(replaced.to.toBytes()).toString('hex'),
      Buffer.from(replaced.from.toBytes()).toString('hex'),
    );
  }
  // An account that was longer than it needs to be stays so; the rest of it says nothing.
  return `lamports ${lamports}, data ${data.replace(/(00)+$/, '')}`;
}

const isTokenAccount = (account: RawAccount): boolean =>
  account.owner.equals(TOKEN_PROGRAM_ID) && account.data.length >= 165;
