import { Buffer } from 'buffer';
import type { PublicKey } from '@solana/web3.js';
import { upgradeableProgram, type TestNetwork } from '@ionet/sdk/testing';

const FILE_HEADER = 64;
const SECTION_HEADER = 64;
const BPF_MACHINE = 247;
const SHARED_OBJECT = 3;
const PROGRAM_BITS = 1;
const STRING_TABLE = 3;
const ALLOCATED_AND_EXECUTABLE = 6n;

/** `r0 = 0; exit`. */
const CODE = Buffer.from('b7000000000000009500000000000000', 'hex');
const NAMES = Buffer.from('\0.text\0.shstrtab\0');

/** A program that answers "done" to everything and does nothing. */
export function stubProgram(): Uint8Array {
  const namesAt = FILE_HEADER + CODE.length;
  const sectionsAt = Math.ceil((namesAt + NAMES.length) / 8) * 8;
  const file = Buffer.alloc(sectionsAt + 3 * SECTION_HEADER);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0); // ELF, 64 bits, little endian, version 1
  file.writeUInt16LE(SHARED_OBJECT, 16);
  file.writeUInt16LE(BPF_MACHINE, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(FILE_HEADER), 24); // the entry point: the code comes first
  file.writeBigUInt64LE(BigInt(sectionsAt), 40);
  file.writeUInt16LE(FILE_HEADER, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(SECTION_HEADER, 58);
  file.writeUInt16LE(3, 60);
  file.writeUInt16LE(2, 62);
  file.set(CODE, FILE_HEADER);
  file.set(NAMES, namesAt);
  const section = (
    index: number,
    name: number,
    type: number,
    flags: bigint,
    at: number,
    size: number,
    address: number,
  ): void => {
    const header = sectionsAt + index * SECTION_HEADER;
    file.writeUInt32LE(name, header);
    file.writeUInt32LE(type, header + 4);
    file.writeBigUInt64LE(flags, header + 8);
    file.writeBigUInt64LE(BigInt(address), header + 16);
    file.writeBigUInt64LE(BigInt(at), header + 24);
    file.writeBigUInt64LE(BigInt(size), header + 32);
    file.writeBigUInt64LE(1n, header + 48);
  };
  section(1, 1, PROGRAM_BITS, ALLOCATED_AND_EXECUTABLE, FILE_HEADER, CODE.length, FILE_HEADER);
  section(2, 7, STRING_TABLE, 0n, namesAt, NAMES.length, 0);
  return Uint8Array.from(file);
}

/** Puts the stub at an address, also at that of another program. */
export function installStub(network: TestNetwork, address: PublicKey): void {
  for (const account of upgradeableProgram(address, stubProgram(), null)) network.setAccount(account);
}
