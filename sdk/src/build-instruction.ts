import { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { Buffer } from 'buffer';
import { encodeInstruction } from './codec.js';
import type { Deployment } from './deployment.js';
import { ArgumentError } from './errors.js';
import { programIds } from './idl/ids.js';
import type { IdlInstructions } from './idl-types.js';
import { programNames, type InstructionInput, type InstructionName, type ProgramName } from './programs.js';

/** What building instructions of a program takes, with the name of the program. */
export type InstructionsOf<P extends ProgramName> = Omit<IdlInstructions, 'metadata'> & {
  readonly metadata: IdlInstructions['metadata'] & { readonly name: P };
};

/** An address that an IDL fixes; that of a sibling program is where the deployment has it. */
function fixedAddress(deployment: Deployment, address: string): PublicKey {
  const sibling = programNames.find((name) => programIds[name] === address);
  return sibling === undefined ? new PublicKey(address) : deployment.programs[sibling];
}

/** Builds an instruction from the part of a program's interface that says how. */
export function buildInstruction<P extends ProgramName, N extends InstructionName<P>>(
  deployment: Deployment,
  idl: InstructionsOf<P>,
  name: N,
  input: InstructionInput<P, N>,
): TransactionInstruction {
  const instruction = idl.instructions.find((candidate) => candidate.name === name);
  if (instruction === undefined) {
    throw new ArgumentError(idl.metadata.name, `has no instruction named ${name}`);
  }
  const programId = deployment.programs[idl.metadata.name];
  // What the type says is derived from this same IDL.
  const { args, accounts } = input as {
    args: unknown;
    accounts: Readonly<Record<string, PublicKey | null | undefined>>;
  };
  const keys = instruction.accounts.map(({ name: account, address, optional, signer, writable }) => {
    const given = accounts[account];
    if (given === undefined || given === null) {
      // Anchor reads the program's own address as "none".
      if (optional === true) return { pubkey: programId, isSigner: false, isWritable: false };
      if (address === undefined) throw new ArgumentError(`${name}.${account}`, 'is missing');
    }
    const pubkey = given ?? fixedAddress(deployment, address ?? '');
    return { pubkey, isSigner: signer === true, isWritable: writable === true };
  });
  return new TransactionInstruction({ programId, keys, data: encodeInstruction(idl, name, args) });
}

/**
 * An instruction whose last argument is a Merkle proof, which the programs read as the rest of the data: the hashes
 * beside the path from the leaf to the root, 32 bytes each, the leaf's sibling first.
 *
 * @example
 * ```ts
 * import { airdrop, withProof } from '@ionet/sdk';
 *
 * const claim = { season, index: 0, amount: 1_000n, wallet, createTokenAccount: false } as const;
 * const [instruction] = airdrop.claim.call(client, { ...claim, proof: new Uint8Array(0) }).instructions;
 * if (instruction !== undefined) withProof(instruction, tree.proof(0));
 * ```
 */
export function withProof(instruction: TransactionInstruction, proof: Uint8Array): TransactionInstruction {
  const { programId, keys, data } = instruction;
  return new TransactionInstruction({ programId, keys, data: Buffer.concat([data, proof]) });
}
