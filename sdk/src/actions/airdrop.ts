import { PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Fetched } from '../accounts.js';
import { defineAction } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import { ArgumentError } from '../errors.js';
import { buildInstruction, withProof } from '../build-instruction.js';
import { airdropInstructions } from '../idl/airdrop.js';
import { programDataAddress } from '../loader.js';
import { airdropPda } from '../pda/airdrop.js';
import { shardIndexOf } from '../shards.js';
import type { ProgramType } from '../programs.js';
import { createTokenAccountInstruction, findTokenAddress, tokenAddress } from '../tokens.js';
import { acceptAdminOf, proposeAdminOf, type AdminArgs } from './governance.js';
import { makeCall, paddedText } from './shared.js';

export type { AdminArgs } from './governance.js';

/**
 * What a season rewards.
 *
 * @see {@link readSubmissions}
 */
export type SeasonKind = ProgramType<'airdrop', 'seasonKind'>;
/**
 * Whether a season stands or was cancelled before its start.
 *
 * @example
 * ```ts
 * import type { airdrop } from '@ionet/sdk';
 *
 * const state: airdrop.SeasonState = (await client.accounts.airdrop.season.fetch(season)).state;
 * console.log(state); // open
 * ```
 */
export type SeasonState = ProgramType<'airdrop', 'seasonState'>;

const NAME_LENGTH = 32;
const HASH_LENGTH = 32;

/**
 * Creates the config of the airdrop. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.airdrop.initialize();
 * ```
 */
export const initialize = defineAction(
  (
    context,
    args: {
      /** The program's upgrade authority. Default: the payer. */
      readonly authority?: Authority;
      /** Becomes the admin. Default: the authority. */
      readonly admin?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const authority = addressOf(args.authority ?? context.payer);
    const config = airdropPda.config(deployment);
    const instruction = buildInstruction(deployment, airdropInstructions, 'initialize', {
      args: { args: { admin: args.admin ?? authority } },
      accounts: {
        authority,
        config,
        ioMint: deployment.ioMint,
        programData: programDataAddress(deployment.programs.airdrop),
      },
    });
    return makeCall([instruction], [args.authority], { config });
  },
);

/**
 * First step of handing the admin role over. Naming the admin itself withdraws a proposal.
 *
 * @example
 * ```ts
 * await client.airdrop.proposeAdmin({ newAdmin });
 * ```
 */
export const proposeAdmin = proposeAdminOf(airdropInstructions, airdropPda.config);

/**
 * Second step of handing the admin role over, by the new admin (default: the payer).
 *
 * @example
 * ```ts
 * // The client of the new admin.
 * await client.airdrop.acceptAdmin({});
 * ```
 */
export const acceptAdmin = acceptAdminOf(airdropInstructions, airdropPda.config);

/**
 * What a season is. Nothing of it can be changed later.
 *
 * @see {@link createSeason}
 */
export interface CreateSeasonArgs extends AdminArgs {
  /** Below 1,024, and one that no season had before; every leaf holds it, through the season's address. */
  readonly id: number;
  readonly kind: SeasonKind;
  /** 1 to 32 bytes of UTF-8. */
  readonly name: string;
  /** Base units of IO. */
  readonly amount: bigint;
  /** The points that the amount was divided among. */
  readonly totalPoints: bigint;
  /** Root of the season's tree, 32 bytes. */
  readonly root: Uint8Array;
  /** 1 to 1,048,576. */
  readonly leaves: number;
  /** Hash of the formula that made points of events, 32 bytes. */
  readonly formulaHash: Uint8Array;
  /** Hash of the inputs that the leaves were computed from, 32 bytes. */
  readonly inputsHash: Uint8Array;
  /** Unix time from which claims are paid: now, or within a year. */
  readonly startsAt: bigint;
  /** Unix time from which they no longer are: a day to ten years later. */
  readonly endsAt: bigint;
  /** Gets what nobody claims. Default: the funder. */
  readonly refundWallet?: PublicKey;
  /** Owns the funding account. Default: the admin. */
  readonly funder?: Authority;
  /** Where the IO comes from. Default: the funder's associated token account. */
  readonly fundingAccount?: PublicKey;
}

/**
 * Creates a season and moves all its IO into its vault. By the admin.
 *
 * @example
 * ```ts
 * import { parseIo } from '@ionet/sdk';
 *
 * const startsAt = await client.now();
 * const { accounts } = await client.airdrop.createSeason({
 *   id: 4,
 *   kind: 'gpu',
 *   name: 'Season 1 GPU',
 *   amount: parseIo('16625000'),
 *   totalPoints: 1_000_000n,
 *   root: tree.root,
 *   leaves: tree.leafCount,
 *   formulaHash,
 *   inputsHash: inputHash,
 *   startsAt,
 *   endsAt: startsAt + 90n * 86_400n,
 *   refundWallet: wallet,
 * });
 * ```
 */
export const createSeason = defineAction((context, args: CreateSeasonArgs) => {
  const { deployment, payer } = context;
  const { id, kind, amount, totalPoints, root, leaves, formulaHash, inputsHash, startsAt, endsAt } = args;
  const admin = addressOf(args.admin ?? payer);
  const funder = args.funder === undefined ? admin : addressOf(args.funder);
  const season = airdropPda.season(deployment, id);
  const seasonVault = airdropPda.seasonVault(deployment, season);
  const instruction = buildInstruction(deployment, airdropInstructions, 'createSeason', {
    args: {
      args: {
        id,
        kind,
        name: paddedText(args.name, NAME_LENGTH, 'createSeason.name'),
        amount,
        totalPoints,
        root,
        leaves,
        formulaHash,
        inputsHash,
        startsAt,
        endsAt,
        refundWallet: args.refundWallet ?? funder,
      },
    },
    accounts: {
      admin,
      payer,
      config: airdropPda.config(deployment),
      season,
      seasonVault,
      ioMint: deployment.ioMint,
      funder,
      fundingAccount: args.fundingAccount ?? tokenAddress(deployment.ioMint, funder),
    },
  });
  return makeCall([instruction], [args.admin, args.funder], { season, seasonVault });
});

/**
 * A season with the wallets that its money and its rent go back to.
 *
 * @see {@link cancelSeason}
 */
export type SeasonRef = Pick<Fetched<'airdrop', 'season'>, 'address' | 'refundWallet' | 'rentPayer'>;

/**
 * Where what a season holds goes back to.
 *
 * @see {@link cancelSeason}
 */
export interface RefundArgs {
  /**
   * A token account of IO that the refund wallet owns. Default: its associated one, which is created where it is
   * missing. For any other the refund wallet has to sign.
   */
  readonly refundAccount?: PublicKey;
  /** The refund wallet's signature, to name another account than its associated one. */
  readonly refundWallet?: Authority;
}

/** The account that a refund goes to, the instruction that makes sure that it exists, and who signs. */
function refundOf(
  context: { readonly payer: PublicKey },
  ioMint: PublicKey,
  season: SeasonRef,
  args: RefundArgs,
): { account: PublicKey; before: TransactionInstruction[]; signs: boolean } {
  const associated = tokenAddress(ioMint, season.refundWallet);
  const account = args.refundAccount ?? associated;
  if (!account.equals(associated)) return { account, before: [], signs: true };
  const create = createTokenAccountInstruction(context.payer, ioMint, season.refundWallet);
  return { account, before: [create], signs: false };
}

/** The instruction with the signature of one of its accounts, which it takes with and without. */
function signedBy(instruction: TransactionInstruction, signer: PublicKey): TransactionInstruction {
  const { programId, data } = instruction;
  const keys = instruction.keys.map((key) => (key.pubkey.equals(signer) ? { ...key, isSigner: true } : key));
  return new TransactionInstruction({ programId, keys, data });
}

/** The season as its account says, unless it is given. */
async function resolveSeason<Args extends { readonly season: PublicKey | SeasonRef }>(
  client: { readonly accounts: { readonly airdrop: { readonly season: SeasonReader } } },
  args: Args,
): Promise<Omit<Args, 'season'> & { readonly season: SeasonRef }> {
  const season =
    args.season instanceof PublicKey ? await client.accounts.airdrop.season.fetch(args.season) : args.season;
  return { ...args, season };
}

interface SeasonReader {
  fetch(address: PublicKey): Promise<SeasonRef>;
}

/**
 * Takes a season back before its start: all its IO goes to the refund wallet. By the admin.
 *
 * @example
 * ```ts
 * await client.airdrop.cancelSeason({ season });
 * ```
 */
export const cancelSeason = defineAction(
  (context, args: AdminArgs & RefundArgs & { readonly season: SeasonRef }) => {
    const { deployment } = context;
    const { address: season, refundWallet } = args.season;
    const refund = refundOf(context, deployment.ioMint, args.season, args);
    const instruction = buildInstruction(deployment, airdropInstructions, 'cancelSeason', {
      args: {},
      accounts: {
        admin: addressOf(args.admin ?? context.payer),
        config: airdropPda.config(deployment),
        season,
        seasonVault: airdropPda.seasonVault(deployment, season),
        refundWallet,
        refundAccount: refund.account,
      },
    });
    const cancel = refund.signs ? signedBy(instruction, refundWallet) : instruction;
    return makeCall([...refund.before, cancel], [args.admin, args.refundWallet], { season });
  },
  (client, args: AdminArgs & RefundArgs & { readonly season: PublicKey | SeasonRef }) =>
    resolveSeason(client, args),
);

/**
 * One leaf of a season with its proof.
 *
 * @see {@link claim}
 */
export interface ClaimArgs {
  readonly season: PublicKey;
  /** Position of the leaf among the season's leaves. */
  readonly index: number;
  /** Base units of IO, as the leaf says. */
  readonly amount: bigint;
  /** The wallet of the leaf. It need not sign, unless it wants the IO in another account than its associated one. */
  readonly wallet: Authority;
  /** The siblings from the leaf up, 32 bytes each. */
  readonly proof: Uint8Array;
  /** A token account of IO that the wallet owns. Default: its associated one. */
  readonly tokenAccount?: PublicKey;
  /**
   * Whether to create the associated token account, which the payer pays for and which does nothing where it exists.
   * Default: where it is missing; where no network is asked, yes.
   */
  readonly createTokenAccount?: boolean;
}

/**
 * Pays the claim of a leaf to its wallet, once. By anyone.
 *
 * @example
 * ```ts
 * await client.airdrop.claim({ season, index: 1, amount: 1_001n, wallet, proof: tree.proof(1) });
 * ```
 */
export const claim = defineAction(
  (context, args: ClaimArgs) => {
    const { deployment, payer } = context;
    const { season, index, amount, proof } = args;
    if (proof.length % HASH_LENGTH !== 0) {
      throw new ArgumentError('claim.proof', `must be whole hashes of ${HASH_LENGTH} bytes`);
    }
    const wallet = addressOf(args.wallet);
    const [associated, tokenAccountBump] = findTokenAddress(deployment.ioMint, wallet);
    const tokenAccount = args.tokenAccount ?? associated;
    const isAssociated = tokenAccount.equals(associated);
    const shard = airdropPda.shard(deployment, season, shardIndexOf(index));
    const instruction = buildInstruction(deployment, airdropInstructions, 'claim', {
      args: { args: { index, amount, tokenAccountBump }, proof: {} },
      accounts: {
        season,
        seasonVault: airdropPda.seasonVault(deployment, season),
        shard,
        wallet,
        tokenAccount,
      },
    });
    const create =
      isAssociated && (args.createTokenAccount ?? true)
        ? [createTokenAccountInstruction(payer, deployment.ioMint, wallet)]
        : [];
    const pay = withProof(isAssociated ? instruction : signedBy(instruction, wallet), proof);
    return makeCall([...create, pay], [args.wallet], { season, shard, tokenAccount });
  },
  async (client, args: ClaimArgs) => {
    if (args.createTokenAccount !== undefined || args.tokenAccount !== undefined) return args;
    const associated = tokenAddress(client.deployment.ioMint, addressOf(args.wallet));
    const [account] = await client.transport.getAccounts([associated]);
    return { ...args, createTokenAccount: account == null || account.data.length === 0 };
  },
);

/**
 * Opens a shard of a season: 65,536 claims, index from 0. By anyone; the payer gets the rent back when it closes.
 *
 * @example
 * ```ts
 * await client.airdrop.openShard({ season, index: 0 });
 * ```
 */
export const openShard = defineAction(
  (context, args: { readonly season: PublicKey; readonly index: number }) => {
    const { deployment, payer } = context;
    const { season, index } = args;
    const shard = airdropPda.shard(deployment, season, index);
    const instruction = buildInstruction(deployment, airdropInstructions, 'openShard', {
      args: { index },
      accounts: { payer, season, shard },
    });
    return makeCall([instruction], [], { season, shard });
  },
);

/**
 * Closes a shard of a season that is over or cancelled; the rent goes back to who paid it. By anyone.
 *
 * @example
 * ```ts
 * await client.airdrop.closeShard({ season, index: 0 });
 * ```
 */
export const closeShard = defineAction(
  (context, args: { readonly season: PublicKey; readonly index: number; readonly rentPayer: PublicKey }) => {
    const { deployment } = context;
    const { season, index, rentPayer } = args;
    const shard = airdropPda.shard(deployment, season, index);
    const instruction = buildInstruction(deployment, airdropInstructions, 'closeShard', {
      args: {},
      accounts: { season, shard, rentPayer },
    });
    return makeCall([instruction], [], { season, shard });
  },
  async (
    client,
    args: { readonly season: PublicKey; readonly index: number; readonly rentPayer?: PublicKey },
  ) => {
    const shard = airdropPda.shard(client.deployment, args.season, args.index);
    const rentPayer = args.rentPayer ?? (await client.accounts.airdrop.claimShard.fetch(shard)).rentPayer;
    return { ...args, rentPayer };
  },
);

/**
 * Closes a season that is over or cancelled, after its shards: what nobody claimed goes to the refund wallet. By
 * anyone.
 *
 * @example
 * ```ts
 * await client.airdrop.closeSeason({ season });
 * ```
 */
export const closeSeason = defineAction(
  (context, args: RefundArgs & { readonly season: SeasonRef }) => {
    const { deployment } = context;
    const { address: season, refundWallet, rentPayer } = args.season;
    const refund = refundOf(context, deployment.ioMint, args.season, args);
    const instruction = buildInstruction(deployment, airdropInstructions, 'closeSeason', {
      args: {},
      accounts: {
        season,
        seasonVault: airdropPda.seasonVault(deployment, season),
        refundWallet,
        refundAccount: refund.account,
        rentPayer,
      },
    });
    const close = refund.signs ? signedBy(instruction, refundWallet) : instruction;
    return makeCall([...refund.before, close], [args.refundWallet], { season });
  },
  (client, args: RefundArgs & { readonly season: PublicKey | SeasonRef }) => resolveSeason(client, args),
);
