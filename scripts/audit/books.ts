import {
  AccountError,
  TOKEN_PROGRAM_ID,
  decodeMint,
  decodeProgramAccount,
  decodeTokenAccount,
  idls,
  pda,
  programDataAddress,
  programConstant,
  programNames,
  type AccountName,
  type ClientCore,
  type Deployment,
  type DeploymentRoles,
  type Fetched,
  type Mint,
  type ProgramName,
  type RawAccount,
  type TokenAccount,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { upgradeAuthorityOf } from '../lib/upgrade-authority.js';

/** A token account with its address. */
export interface Holding extends TokenAccount {
  readonly address: PublicKey;
}

/** All accounts of all programs, by program and type. */
export type AccountsByType = {
  readonly [P in ProgramName]: { readonly [N in AccountName<P>]: readonly Fetched<P, N>[] };
};

/** All that an audit looks at, as it was read from the chain. */
export interface Books {
  readonly deployment: Deployment;
  /** As the deployment file names them, `null` where it names none. */
  readonly roles: DeploymentRoles | null;
  /** By the clock of the chain. */
  readonly now: bigint;
  readonly accounts: AccountsByType;
  /** Accounts of the programs that are of no known type. */
  readonly unknown: readonly { readonly program: ProgramName; readonly address: PublicKey }[];
  /** The claims that a shard marks as paid, by its address. */
  readonly claimsMarked: ReadonlyMap<string, number>;
  readonly mints: { readonly io: Mint | null; readonly usdc: Mint | null };
  /** The vaults that accounts name, by address; those that are no token accounts are left out. */
  readonly vaults: ReadonlyMap<string, Holding>;
  /** All token accounts whose authority is the treasury: fee vaults and credits. */
  readonly treasuryHoldings: readonly Holding[];
  /** Who may upgrade each program: `null` nobody, `undefined` where there is no such program. */
  readonly upgradeAuthorities: Readonly<Record<ProgramName, PublicKey | null | undefined>>;
}

const OWNER_OFFSET = 32;

/** Reads all accounts of a deployment. */
export async function readBooks(client: ClientCore, roles: DeploymentRoles | null): Promise<Books> {
  const { deployment, transport } = client;
  const raw = await Promise.all(
    programNames.map((name) => transport.getProgramAccounts(deployment.programs[name], [])),
  );
  const byProgram = new Map(programNames.map((name, index) => [name, raw[index] ?? []]));
  const unknown: { program: ProgramName; address: PublicKey }[] = [];
  const accounts = Object.fromEntries(
    programNames.map((name) => [name, sort(name, byProgram.get(name) ?? [], unknown)]),
  ) as unknown as AccountsByType;

  const treasury = pda.treasury.treasury(deployment);
  const programData = programNames.map((name) => programDataAddress(deployment.programs[name]));
  const [now, tokens, [io, usdc], code, held] = await Promise.all([
    client.now(),
    transport.getAccounts(vaultAddresses(deployment, accounts)),
    transport.getAccounts([deployment.ioMint, deployment.usdcMint]),
    transport.getAccounts(programData),
    transport.getProgramAccounts(TOKEN_PROGRAM_ID, [{ offset: OWNER_OFFSET, bytes: treasury.toBytes() }]),
  ]);
  const shards = (byProgram.get('airdrop') ?? []).filter(
    (account) => decodeProgramAccount('airdrop', account)?.name === 'claimShard',
  );
  return {
    deployment,
    roles,
    now,
    accounts,
    unknown,
    claimsMarked: new Map(shards.map(({ address, data }) => [address.toBase58(), bitsIn(data)])),
    mints: { io: mintOf(io), usdc: mintOf(usdc) },
    vaults: new Map(tokens.flatMap(holdingOf).map((one) => [one.address.toBase58(), one])),
    treasuryHoldings: held.flatMap(holdingOf),
    upgradeAuthorities: Object.fromEntries(
      programNames.map((name, index) => [name, upgradeAuthorityOf(code[index])]),
    ) as Books['upgradeAuthorities'],
  };
}

/** The accounts of a program by their types. */
function sort(
  program: ProgramName,
  raw: readonly RawAccount[],
  unknown: { program: ProgramName; address: PublicKey }[],
): Record<string, object[]> {
  const sorted: Record<string, object[]> = Object.fromEntries(
    idls[program].accounts.map(({ name }) => [name, []]),
  );
  for (const account of raw) {
    const decoded = decode(program, account);
    if (decoded === null) unknown.push({ program, address: account.address });
    else sorted[decoded.name]?.push({ ...decoded.data, address: account.address });
  }
  return sorted;
}

/** What cannot be read is of no known type. */
function decode(program: ProgramName, account: RawAccount): { name: string; data: object } | null {
  try {
    return decodeProgramAccount(program, account);
  } catch (error) {
    if (error instanceof AccountError) return null;
    throw error;
  }
}

/** The token accounts that hold what the programs owe. */
function vaultAddresses(deployment: Deployment, { escrow, staking, emission, airdrop }: AccountsByType) {
  const { ioMint, usdcMint } = deployment;
  return [
    pda.treasury.feeVault(deployment, ioMint),
    pda.treasury.feeVault(deployment, usdcMint),
    ...escrow.job.map(({ address }) => pda.escrow.jobVault(deployment, address)),
    ...staking.node.flatMap(({ address }) => [
      pda.staking.stakeVault(deployment, address),
      pda.staking.rewardVault(deployment, address),
    ]),
    ...emission.pool.map(({ address }) => pda.emission.poolVault(deployment, address)),
    ...airdrop.season.map(({ address }) => pda.airdrop.seasonVault(deployment, address)),
  ];
}

function holdingOf(account: RawAccount | null): Holding[] {
  if (account?.owner.equals(TOKEN_PROGRAM_ID) !== true) return [];
  const token = decodeTokenAccount(account.data);
  return token === null ? [] : [{ ...token, address: account.address }];
}

function mintOf(account: RawAccount | null | undefined): Mint | null {
  return account?.owner.equals(TOKEN_PROGRAM_ID) === true ? decodeMint(account.data) : null;
}

function bitsIn(data: Uint8Array): number {
  let bits = 0;
  for (let byte of data.subarray(programConstant('airdrop', 'SHARD_HEADER_BYTES'))) {
    for (; byte !== 0; byte &= byte - 1) bits += 1;
  }
  return bits;
}
