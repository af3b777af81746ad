import { readFile } from 'node:fs/promises';
import { TransactionInstruction } from '@solana/web3.js';
import { testKeypair, upgradeableProgram, type TestNetwork } from '@ionet/sdk/testing';

const PROXY = testKeypair('proxy program').publicKey;

/** Installs a thief's program that calls others as it is told to. */
export async function installProxy(network: TestNetwork): Promise<void> {
  const elf = await readFile('artifacts/test/proxy.so');
  for (const account of upgradeableProgram(PROXY, elf, null)) network.setAccount(account);
}

/** The same instruction, called by the thief's program in place of the transaction. */
export function throughProxy(instruction: TransactionInstruction): TransactionInstruction {
  const target = { pubkey: instruction.programId, isSigner: false, isWritable: false };
  return new TransactionInstruction({
    programId: PROXY,
    keys: [...instruction.keys, target],
    data: instruction.data,
  });
}
