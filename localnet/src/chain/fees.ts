import {
  ComputeBudgetInstruction,
  ComputeBudgetProgram,
  Ed25519Program,
  Secp256k1Program,
  SystemProgram,
  TransactionInstruction,
  VoteProgram,
  type VersionedMessage,
} from '@solana/web3.js';
import { Buffer } from 'node:buffer';

const LAMPORTS_PER_SIGNATURE = 5_000n;
const MICRO_LAMPORTS = 1_000_000n;
const MAX_UNITS = 1_400_000;
const UNITS_PER_INSTRUCTION = 200_000;
const UNITS_PER_BUILTIN = 3_000;

const COMPUTE_BUDGET = ComputeBudgetProgram.programId.toBase58();
const PRECOMPILES = [
  Ed25519Program.programId.toBase58(),
  Secp256k1Program.programId.toBase58(),
  'Secp256r1SigVerify1111111111111111111111111',
];
/** Programs that are part of the runtime, whose work costs little. */
const BUILTINS = [
  COMPUTE_BUDGET,
  SystemProgram.programId.toBase58(),
  VoteProgram.programId.toBase58(),
  'BPFLoaderUpgradeab1e11111111111111111111111',
  'BPFLoader1111111111111111111111111111111111',
  'BPFLoader2111111111111111111111111111111111',
  ...PRECOMPILES.slice(0, 2),
];

/** The price of a compute unit that a message offers, in micro-lamports, and how many units it asks for. */
export function computeBudgetOf(message: VersionedMessage): {
  readonly price: bigint;
  readonly limit: number;
} {
  let price = 0n;
  let limit: number | null = null;
  let byInstruction = 0;
  for (const { programIdIndex, data } of message.compiledInstructions) {
    const programId = message.staticAccountKeys[programIdIndex];
    if (programId === undefined) continue;
    const name = programId.toBase58();
    byInstruction += BUILTINS.includes(name) ? UNITS_PER_BUILTIN : UNITS_PER_INSTRUCTION;
    if (name !== COMPUTE_BUDGET) continue;
    const instruction = new TransactionInstruction({ programId, keys: [], data: Buffer.from(data) });
    if (data[0] === 2) limit = ComputeBudgetInstruction.decodeSetComputeUnitLimit(instruction).units;
    if (data[0] === 3)
      price = BigInt(ComputeBudgetInstruction.decodeSetComputeUnitPrice(instruction).microLamports);
  }
  return { price, limit: Math.min(limit ?? byInstruction, MAX_UNITS) };
}

/** What a message costs: its signatures, those that the precompiles check, and what it offers on top. */
export function feeOf(message: VersionedMessage): bigint {
  const checked = message.compiledInstructions
    .filter(({ programIdIndex }) =>
      PRECOMPILES.includes(message.staticAccountKeys[programIdIndex]?.toBase58() ?? ''),
    )
    .reduce((sum, { data }) => sum + (data[0] ?? 0), 0);
  const signatures = BigInt(message.header.numRequiredSignatures + checked);
  const { price, limit } = computeBudgetOf(message);
  const priority = (price * BigInt(limit) + MICRO_LAMPORTS - 1n) / MICRO_LAMPORTS;
  return signatures * LAMPORTS_PER_SIGNATURE + priority;
}
