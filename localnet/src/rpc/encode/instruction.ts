import { ASSOCIATED_TOKEN_PROGRAM_ID } from '@ionet/sdk';
import { PublicKey, SystemInstruction, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import bs58 from 'bs58';
import type { Address } from '../../address.js';
import { tokenProgramName } from '../../tokens.js';
import type { Json } from '../json.js';
import { parseTokenInstruction, type ParsedInstruction } from './token-instruction.js';

/** An instruction with its accounts by address. */
export interface ResolvedInstruction {
  readonly programId: Address;
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
  /** 1 for an instruction of the transaction, more for one that a program called. */
  readonly stackHeight: number;
}

const MEMO_PROGRAMS = [
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
];

/** An instruction as `jsonParsed` shows it: in words where its program is known, else by its accounts and data. */
export function encodeParsedInstruction(instruction: ResolvedInstruction): Json {
  const { programId, accounts, data, stackHeight } = instruction;
  const known = parseInstruction(instruction);
  if (known === null) return { programId, accounts, data: bs58.encode(data), stackHeight };
  const { program, parsed } = known;
  return { program, programId, parsed, stackHeight };
}

function parseInstruction({
  programId,
  accounts,
  data,
}: ResolvedInstruction): { readonly program: string; readonly parsed: Json } | null {
  if (MEMO_PROGRAMS.includes(programId)) {
    return { program: 'spl-memo', parsed: Buffer.from(data).toString('utf8') };
  }
  const tokenProgram = tokenProgramName(programId);
  const [program, parsed] =
    tokenProgram !== null
      ? [tokenProgram, parseTokenInstruction(accounts, data)]
      : programId === SystemProgram.programId.toBase58()
        ? ['system', parseSystemInstruction(accounts, data)]
        : programId === ASSOCIATED_TOKEN_PROGRAM_ID.toBase58()
          ? ['spl-associated-token-account', parseAssociatedTokenInstruction(accounts, data)]
          : ['', null];
  return parsed === null ? null : { program, parsed: { type: parsed.type, info: parsed.info } };
}

const ASSOCIATED_TOKEN_TYPES = ['create', 'createIdempotent'];

function parseAssociatedTokenInstruction(
  accounts: readonly Address[],
  data: Uint8Array,
): ParsedInstruction | null {
  const type = ASSOCIATED_TOKEN_TYPES[data[0] ?? 0];
  const [source, account, wallet, mint, systemProgram, tokenProgram] = accounts;
  if (type === undefined || tokenProgram === undefined) return null;
  return { type, info: { source, account, wallet, mint, systemProgram, tokenProgram } };
}

function parseSystemInstruction(accounts: readonly Address[], data: Uint8Array): ParsedInstruction | null {
  const instruction = new TransactionInstruction({
    programId: SystemProgram.programId,
    keys: accounts.map((key) => ({ pubkey: new PublicKey(key), isSigner: false, isWritable: false })),
    data: Buffer.from(data),
  });
  try {
    return describeSystemInstruction(instruction, accounts);
  } catch {
    // What cannot be read is shown as it is.
    return null;
  }
}

function describeSystemInstruction(
  instruction: TransactionInstruction,
  accounts: readonly Address[],
): ParsedInstruction | null {
  const [first, second, third, fourth] = accounts;
  const type = SystemInstruction.decodeInstructionType(instruction);
  switch (type) {
    case 'Create': {
      const { lamports, space, programId } = SystemInstruction.decodeCreateAccount(instruction);
      const info = { source: first, newAccount: second, lamports, space, owner: programId.toBase58() };
      return { type: 'createAccount', info };
    }
    case 'Transfer': {
      const { lamports } = SystemInstruction.decodeTransfer(instruction);
      return { type: 'transfer', info: { source: first, destination: second, lamports } };
    }
    case 'Assign': {
      const { programId } = SystemInstruction.decodeAssign(instruction);
      return { type: 'assign', info: { account: first, owner: programId.toBase58() } };
    }
    case 'Allocate': {
      const { space } = SystemInstruction.decodeAllocate(instruction);
      return { type: 'allocate', info: { account: first, space } };
    }
    case 'CreateWithSeed': {
      const { basePubkey, seed, lamports, space, programId } =
        SystemInstruction.decodeCreateWithSeed(instruction);
      const info = {
        source: first,
        newAccount: second,
        base: basePubkey.toBase58(),
        seed,
        lamports,
        space,
        owner: programId.toBase58(),
      };
      return { type: 'createAccountWithSeed', info };
    }
    case 'AllocateWithSeed': {
      const { basePubkey, seed, space, programId } = SystemInstruction.decodeAllocateWithSeed(instruction);
      const info = { account: first, base: basePubkey.toBase58(), seed, space, owner: programId.toBase58() };
      return { type: 'allocateWithSeed', info };
    }
    case 'AssignWithSeed': {
      const { basePubkey, seed, programId } = SystemInstruction.decodeAssignWithSeed(instruction);
      const info = { account: first, base: basePubkey.toBase58(), seed, owner: programId.toBase58() };
      return { type: 'assignWithSeed', info };
    }
    case 'TransferWithSeed': {
      const { lamports, seed, programId } = SystemInstruction.decodeTransferWithSeed(instruction);
      const info = {
        source: first,
        sourceBase: second,
        destination: third,
        lamports,
        sourceSeed: seed,
        sourceOwner: programId.toBase58(),
      };
      return { type: 'transferWithSeed', info };
    }
    case 'AdvanceNonceAccount':
      return {
        type: 'advanceNonce',
        info: { nonceAccount: first, recentBlockhashesSysvar: second, nonceAuthority: third },
      };
    case 'InitializeNonceAccount': {
      const { authorizedPubkey } = SystemInstruction.decodeNonceInitialize(instruction);
      const info = {
        nonceAccount: first,
        recentBlockhashesSysvar: second,
        rentSysvar: third,
        nonceAuthority: authorizedPubkey.toBase58(),
      };
      return { type: 'initializeNonce', info };
    }
    case 'AuthorizeNonceAccount': {
      const { newAuthorizedPubkey } = SystemInstruction.decodeNonceAuthorize(instruction);
      const info = {
        nonceAccount: first,
        nonceAuthority: second,
        newAuthorized: newAuthorizedPubkey.toBase58(),
      };
      return { type: 'authorizeNonce', info };
    }
    case 'WithdrawNonceAccount': {
      const { lamports } = SystemInstruction.decodeNonceWithdraw(instruction);
      const info = {
        nonceAccount: first,
        destination: second,
        recentBlockhashesSysvar: third,
        rentSysvar: fourth,
        nonceAuthority: accounts[4],
        lamports,
      };
      return { type: 'withdrawFromNonce', info };
    }
    case 'UpgradeNonceAccount':
      return { type: 'upgradeNonce', info: { nonceAccount: first } };
  }
}
