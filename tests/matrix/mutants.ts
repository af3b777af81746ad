import { readFileSync } from 'node:fs';
import { PublicKey, SystemProgram, TransactionInstruction, type AccountMeta } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID, idls, tokenAddress, type ProgramName, type RawAccount } from '@ionet/sdk';
import { testKeypair, type AccountToSet } from '@ionet/sdk/testing';
import { STUB, tokenAccountOf, type World } from './world.js';

/** What a thief does to an account slot, or to the list of accounts. */
export const MUTANTS = {
  M1: 'same bytes, another owner program',
  M2: 'another account of the same type',
  M3: 'an account of another type of the same program',
  M4: 'the same bytes at an address of other seeds',
  M5: 'missing, closed, without discriminator, too short, too long',
  M6: 'signature missing',
  M7: 'not writable',
  M8: 'the account of another slot',
  M9: 'token account of another mint or authority, with delegate, with close authority, frozen, of Token-2022',
  M10: 'another program in the place of a program',
  M11: 'a user account with the bytes of a sysvar',
  M12: 'extra accounts at the end',
  M13: 'the last account left out',
  M14: 'a program in the place of an account',
  M15: 'a vault of the protocol in the place of a user account',
} as const;

export type MutantId = keyof typeof MUTANTS;

/** One altered call. */
export interface Mutant {
  readonly id: MutantId;
  /** The slot's name, or `*` for the list as a whole. */
  readonly slot: string;
  /** Which of the mutants of this kind. */
  readonly variant: string;
  readonly instruction: TransactionInstruction;
  /** Accounts to write before. */
  readonly accounts: readonly AccountToSet[];
  /** The key that stands where another stood. */
  readonly replaced?: { readonly from: PublicKey; readonly to: PublicKey };
}

/** A slot as the IDL describes it. */
export interface Slot {
  readonly name: string;
  readonly writable: boolean;
  readonly signer: boolean;
  readonly optional: boolean;
  /** The program derives its address from seeds. */
  readonly derived: boolean;
}

/** What handlers check against its seeds: the IDL does not show it. */
const DERIVED_IN_HANDLERS: ReadonlySet<string> = new Set(['staking.nodeLoad']);

const TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const NATIVE_MINT = new PublicKey('So11111111111111111111111111111111111111112');
const LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');
const SYSVARS = 'Sysvar1111111111111111111111111111111111111';
const attacker = testKeypair('attacker program').publicKey;
const fresh = testKeypair('fresh').publicKey;
const stranger = testKeypair('stranger').publicKey;

interface IdlSlot {
  readonly name: string;
  readonly writable?: boolean;
  readonly signer?: boolean;
  readonly optional?: boolean;
}

/** An instruction in a committed IDL: the SDK's own leaves the seeds out. */
interface SeededInstruction {
  readonly discriminator: readonly number[];
  readonly accounts: readonly { readonly pda?: unknown }[];
}

/** Which slots of an instruction have seeds, in their order. */
function seedsOf(program: ProgramName, discriminator: readonly number[]): boolean[] {
  const { instructions } = JSON.parse(readFileSync(`idls/${program}.json`, 'utf8')) as {
    readonly instructions: readonly SeededInstruction[];
  };
  const found = instructions.find((one) => one.discriminator.join() === discriminator.join());
  return found?.accounts.map(({ pda }) => pda !== undefined) ?? [];
}

/** The slots of an instruction, in their order. */
export function slotsOf(program: ProgramName, instruction: string): Slot[] {
  const found = idls[program].instructions.find(({ name }) => name === instruction);
  if (found === undefined) throw new Error(`${program} has no instruction ${instruction}`);
  const seeded = seedsOf(program, found.discriminator);
  return (found.accounts as readonly IdlSlot[]).map((slot, index) => ({
    name: slot.name,
    writable: slot.writable === true,
    signer: slot.signer === true,
    optional: slot.optional === true,
    derived: seeded[index] === true || DERIVED_IN_HANDLERS.has(`${program}.${slot.name}`),
  }));
}

/** Whether the account is one of the protocol's own vaults: its owner cannot sign, but for a program. */
const isToken = (account: RawAccount): boolean =>
  account.owner.equals(TOKEN_PROGRAM_ID) && account.data.length === 165;
const isMint = (account: RawAccount): boolean =>
  account.owner.equals(TOKEN_PROGRAM_ID) && account.data.length === 82;
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
const sameType = (a: RawAccount, b: RawAccount): boolean =>
  a.owner.equals(b.owner) && sameBytes(a.data.subarray(0, 8), b.data.subarray(0, 8));

/** Everything that a thief would try with a call. */
export function mutantsOf(
  world: World,
  program: ProgramName,
  name: string,
  valid: TransactionInstruction,
): Mutant[] {
  const slots = slotsOf(program, name);
  return [
    ...slots.flatMap((slot, index) => mutantsOfSlot(world, slots, slot, index, valid)),
    ...mutantsOfList(valid),
  ];
}

function mutantsOfSlot(
  world: World,
  slots: readonly Slot[],
  slot: Slot,
  index: number,
  valid: TransactionInstruction,
): Mutant[] {
  const { network, deployment } = world.market;
  const meta = valid.keys[index];
  if (meta === undefined) throw new Error(`the call lacks the slot ${slot.name}`);
  const { pubkey } = meta;
  const account = network.getAccount(pubkey);
  const mutants: Mutant[] = [];

  const withKey = (
    id: MutantId,
    variant: string,
    to: PublicKey,
    accounts: AccountToSet[] = [],
    signer = meta.isSigner,
  ): void => {
    if (to.equals(pubkey)) return;
    if (signer && !world.keys.has(to.toBase58())) return;
    const instruction = replaceMeta(valid, index, { ...meta, pubkey: to, isSigner: signer });
    mutants.push({ id, slot: slot.name, variant, instruction, accounts, replaced: { from: pubkey, to } });
  };
  const inPlace = (id: MutantId, variant: string, change: Partial<AccountToSet>): void => {
    if (account === null) return;
    const { address, owner, data, lamports, executable } = account;
    mutants.push({
      id,
      slot: slot.name,
      variant,
      instruction: valid,
      accounts: [{ address, owner, data, lamports, executable, ...change }],
    });
  };
  const flags = (id: MutantId, variant: string, change: Partial<AccountMeta>): void => {
    const instruction = replaceMeta(valid, index, { ...meta, ...change });
    mutants.push({ id, slot: slot.name, variant, instruction, accounts: [] });
  };
  const copyAt = (address: PublicKey, from: RawAccount, owner = from.owner): AccountToSet => ({
    address,
    owner,
    data: from.data,
    lamports: from.lamports,
  });

  if (meta.isSigner) flags('M6', 'unsigned', { isSigner: false });
  if (slot.writable && meta.isWritable) {
    flags('M7', account === null ? 'read only, not there yet' : 'read only', { isWritable: false });
  }
  slots.forEach((other, at) => {
    const key = valid.keys[at]?.pubkey;
    if (at !== index && key !== undefined) withKey('M8', other.name, key);
  });

  if (account?.executable === true) {
    // An optional account that is left out stands as the program's own address.
    if (slot.optional) return mutants;
    withKey('M10', 'a program that always says done', STUB);
    withKey('M10', 'one of ours', deployment.programs.treasury);
    withKey('M5', 'empty', fresh);
    return mutants;
  }
  withKey('M14', 'a program', deployment.programs.treasury);
  if (account?.owner.toBase58() === SYSVARS || pubkey.toBase58().startsWith('Sysvar')) {
    withKey('M11', 'same bytes', fresh, account === null ? [] : [copyAt(fresh, account, attacker)]);
    withKey('M2', 'another sysvar', new PublicKey('SysvarC1ock11111111111111111111111111111111'));
    return mutants;
  }
  if (account === null || (account.owner.equals(SystemProgram.programId) && account.data.length === 0)) {
    const others = [stranger, testKeypair('owner 2').publicKey, testKeypair('buyer 2').publicKey];
    const isWallet = world.keys.has(pubkey.toBase58());
    if (isWallet) for (const other of others) withKey('M2', 'another wallet', other);
    else withKey('M4', 'fresh address', fresh);
    const vault = world.catalog.find((candidate) => isToken(candidate) && isVault(world, candidate));
    if (vault !== undefined) withKey('M15', 'a vault', vault.address);
    return mutants;
  }

  withKey('M1', 'elsewhere', fresh, [copyAt(fresh, account, attacker)]);
  inPlace('M1', 'in place', { owner: attacker });
  if (slot.derived) withKey('M4', 'fresh address', fresh, [copyAt(fresh, account)]);
  withKey('M5', 'empty', fresh);
  inPlace('M5', 'closed', { owner: SystemProgram.programId, data: new Uint8Array(0), lamports: 0n });
  // A mint begins with an option that may be zero: it has no discriminator.
  if (!isMint(account)) {
    inPlace('M5', 'zero discriminator', {
      data: Uint8Array.from(account.data, (byte, i) => (i < 8 ? 0 : byte)),
    });
  }
  inPlace('M5', 'shorter', {
    data: account.data.subarray(0, Math.min(40, Math.floor(account.data.length / 3))),
  });
  const longer = new Uint8Array(account.data.length + 8);
  longer.set(account.data);
  inPlace('M5', 'longer', { data: longer, lamports: account.lamports });

  if (isToken(account)) {
    const before = tokenAccountOf(account);
    for (const other of world.catalog.filter((one) => isToken(one) && !one.address.equals(pubkey))) {
      const { mint, owner } = tokenAccountOf(other);
      const whose = isVault(world, other)
        ? 'vault'
        : owner.equals(before.owner)
          ? 'same owner'
          : 'other owner';
      if (!mint.equals(before.mint)) withKey('M9', `other mint, ${whose}`, other.address);
      else withKey(whose === 'vault' ? 'M15' : 'M2', whose, other.address);
    }
    inPlace('M9', 'with delegate', { data: withDelegate(account.data) });
    inPlace('M9', 'with close authority', { data: withCloseAuthority(account.data) });
    inPlace('M9', 'frozen', { data: Uint8Array.from(account.data, (b, i) => (i === 108 ? 2 : b)) });
    inPlace('M9', 'other authority in place', { data: patched(account.data, 32, stranger.toBytes()) });
    inPlace('M9', 'other mint in place', { data: patched(account.data, 0, NATIVE_MINT.toBytes()) });
    inPlace('M9', 'of Token-2022', { owner: TOKEN_2022 });
    return mutants;
  }
  if (isMint(account)) {
    for (const other of [deployment.ioMint, deployment.usdcMint]) withKey('M2', 'the other mint', other);
    // Whoever initializes chooses the mints; later no mint can change its decimals.
    if (world.catalog.length === 0)
      inPlace('M9', 'other decimals', { data: patched(account.data, 44, Uint8Array.of(5)) });
    withKey('M9', 'Token-2022 twin', fresh, [copyAt(fresh, account, TOKEN_2022)]);
    return mutants;
  }
  if (account.owner.equals(LOADER)) {
    // Whoever deploys a program of his own has such an account.
    for (const id of Object.values(deployment.programs)) {
      const [programData] = PublicKey.findProgramAddressSync([id.toBytes()], LOADER);
      withKey('M2', 'of another program', programData);
    }
  }
  const seen = new Set<string>();
  for (const other of world.catalog.filter((one) => one.owner.equals(account.owner))) {
    if (sameType(other, account)) withKey('M2', 'same type', other.address);
    else {
      const type = other.data.subarray(0, 8).join();
      if (!isToken(other) && !seen.has(type)) withKey('M3', 'other type', other.address);
      seen.add(type);
    }
  }
  return mutants;
}

function mutantsOfList(valid: TransactionInstruction): Mutant[] {
  const extended = (id: MutantId, variant: string, keys: AccountMeta[]): Mutant => ({
    id,
    slot: '*',
    variant,
    instruction: new TransactionInstruction({ programId: valid.programId, keys, data: valid.data }),
    accounts: [],
  });
  const foreign = (count: number): AccountMeta[] =>
    Array.from({ length: count }, (_, i) => ({
      pubkey: testKeypair(`foreign ${i}`).publicKey,
      isSigner: false,
      isWritable: true,
    }));
  const [first] = valid.keys;
  return [
    extended('M12', 'the first again', [...valid.keys, ...(first === undefined ? [] : [first])]),
    extended('M12', 'a foreign one', [...valid.keys, ...foreign(1)]),
    extended('M12', 'ten foreign ones', [...valid.keys, ...foreign(10)]),
    extended('M13', 'last left out', valid.keys.slice(0, -1)),
    extended('M13', 'all left out', []),
  ];
}

function replaceMeta(
  valid: TransactionInstruction,
  index: number,
  meta: AccountMeta,
): TransactionInstruction {
  const keys = valid.keys.map((key, at) => (at === index ? meta : key));
  return new TransactionInstruction({ programId: valid.programId, keys, data: valid.data });
}

/** A token account whose owner no person's key is. */
function isVault(world: World, account: RawAccount): boolean {
  const { owner, mint } = tokenAccountOf(account);
  return !tokenAddress(mint, owner).equals(account.address) && !world.keys.has(owner.toBase58());
}

function patched(data: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(data);
  changed.set(bytes, offset);
  return changed;
}

const withDelegate = (data: Uint8Array): Uint8Array =>
  patched(
    patched(data, 72, Uint8Array.of(1, 0, 0, 0, ...stranger.toBytes())),
    121,
    new Uint8Array(8).fill(1),
  );
const withCloseAuthority = (data: Uint8Array): Uint8Array =>
  patched(data, 129, Uint8Array.of(1, 0, 0, 0, ...stranger.toBytes()));
