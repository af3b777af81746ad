import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublicKey } from '@solana/web3.js';
import { UPGRADEABLE_LOADER, programDataAddress } from '../loader.js';
import { programNames, type ProgramName } from '../programs.js';
import type { AccountToSet } from './network.js';

const PROGRAM_VARIANT = 2;
const PROGRAM_DATA_VARIANT = 3;
const PROGRAM_DATA_HEADER = 45;

/**
 * A program as the upgradeable loader keeps it: an account that points to another with the upgrade authority
 * and the code. The code comes first, so that it is there when the program is written.
 *
 * @example
 * ```ts
 * import { readPrograms, testKeypair, upgradeableProgram } from '@ionet/sdk/testing';
 *
 * const { escrow } = await readPrograms('artifacts');
 * const copy = testKeypair('a second escrow').publicKey;
 * for (const account of upgradeableProgram(copy, escrow, null)) network.setAccount(account);
 * network.getAccount(copy)?.executable; // true
 * ```
 */
export function upgradeableProgram(
  programId: PublicKey,
  elf: Uint8Array,
  upgradeAuthority: PublicKey | null,
): [programData: AccountToSet, program: AccountToSet] {
  const programData = new Uint8Array(PROGRAM_DATA_HEADER + elf.length);
  programData[0] = PROGRAM_DATA_VARIANT;
  if (upgradeAuthority !== null) {
    programData[12] = 1;
    programData.set(upgradeAuthority.toBytes(), 13);
  }
  programData.set(elf, PROGRAM_DATA_HEADER);
  const address = programDataAddress(programId);
  const program = new Uint8Array(36);
  program[0] = PROGRAM_VARIANT;
  program.set(address.toBytes(), 4);
  return [
    { address, owner: UPGRADEABLE_LOADER, data: programData },
    { address: programId, owner: UPGRADEABLE_LOADER, data: program, executable: true },
  ];
}

/**
 * Reads the built programs, `<name>.so` each, from a directory.
 *
 * @example
 * ```ts
 * import { readPrograms } from '@ionet/sdk/testing';
 *
 * const programs = await readPrograms('artifacts');
 * ```
 */
export async function readPrograms(directory: string): Promise<Record<ProgramName, Uint8Array>> {
  const read = async (name: ProgramName): Promise<[ProgramName, Uint8Array]> => [
    name,
    await readFile(join(directory, `${name}.so`)),
  ];
  return Object.fromEntries(await Promise.all(programNames.map(read))) as Record<ProgramName, Uint8Array>;
}
