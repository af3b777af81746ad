/** Attacks twins of instructions with the cases of the account-substitution matrix. */
import { TransactionInstruction } from '@solana/web3.js';
import type { ProgramName } from '@ionet/sdk';
import { testKeypair, upgradeableProgram } from '@ionet/sdk/testing';
import { attack, complaint, prepare, type Prepared, type Worlds } from '../../tests/matrix/attack.js';
import { calls, type Variant } from '../../tests/matrix/fixtures.js';
import { discriminatorOf, type Twin } from './twins.js';

/** The first case of each twin that is not as declared; `null` where all are. */
export type Verdicts = ReadonlyMap<Twin, string | null>;

/** The call with a twin in the place of the original. */
function withTwin(prepared: Prepared, twin: Twin): Prepared {
  const { programId, keys, data } = prepared.valid;
  const renamed = Buffer.concat([discriminatorOf(twin), data.subarray(8)]);
  return { ...prepared, valid: new TransactionInstruction({ programId, keys, data: renamed }) };
}

async function firstRed(call: Variant, prepared: Prepared, twin: Twin): Promise<string | null> {
  try {
    for await (const { mutant, found } of attack(call, withTwin(prepared, twin), twin.constraint?.account)) {
      if ('problem' in found) return complaint(mutant, found.problem);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What leads to a call is done with the program as it is; then the one with the twins stands in its place. */
export async function tryTwins(
  worlds: Worlds,
  program: ProgramName,
  elf: Uint8Array,
  twins: readonly Twin[],
): Promise<Verdicts> {
  const verdicts = new Map<Twin, string | null>(twins.map((twin) => [twin, null]));
  for (const call of calls.filter((one) => one.program === program)) {
    const left = twins.filter((twin) => twin.instruction === call.name && verdicts.get(twin) === null);
    if (left.length === 0) continue;
    const prepared = await prepare(worlds, call);
    const { network } = prepared.world.market;
    const id = network.deployment.programs[program];
    for (const account of upgradeableProgram(id, elf, testKeypair('admin').publicKey)) {
      network.setAccount(account);
    }
    for (const twin of left) verdicts.set(twin, await firstRed(call, prepared, twin));
  }
  return verdicts;
}
