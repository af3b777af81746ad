import { TransactionInstruction, type PublicKey } from '@solana/web3.js';
import {
  idls,
  type Call,
  type InstructionInput,
  type InstructionName,
  type NamedAccounts,
  type ProgramName,
} from '@ionet/sdk';
import { changeLast } from './calls.js';

/** Accounts to put into an instruction's slots, by the names that these have in the IDL. */
export type Substitution<P extends ProgramName, N extends InstructionName<P>> =
  InstructionInput<P, N> extends { readonly accounts: infer Accounts }
    ? { readonly [K in keyof Accounts]?: PublicKey }
    : never;

/**
 * A call whose last instruction gets other accounts in the named slots. To leave an optional account out, name the
 * program itself: Anchor reads that as "none".
 */
export function withAccounts<A extends NamedAccounts, P extends ProgramName, N extends InstructionName<P>>(
  call: Call<A>,
  program: P,
  name: N,
  accounts: Substitution<P, N>,
): Call<A> {
  const instructions: readonly { name: string; accounts: readonly { name: string }[] }[] =
    idls[program].instructions;
  const slots = instructions.find((candidate) => candidate.name === name)?.accounts ?? [];
  return changeLast(call, ({ programId, keys, data }) => {
    const changed = [...keys];
    for (const [slot, pubkey] of Object.entries<PublicKey>(accounts)) {
      const index = slots.findIndex((candidate) => candidate.name === slot);
      const key = changed[index];
      if (key === undefined) throw new RangeError(`${name} has no account ${slot}`);
      changed[index] = { ...key, pubkey };
    }
    return new TransactionInstruction({ programId, data, keys: changed });
  });
}
