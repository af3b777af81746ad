import {
  publicKey,
  transactionBuilder,
  type Context,
  type TransactionBuilder,
  type Umi,
  type UmiPlugin,
} from '@metaplex-foundation/umi';
import { PublicKey } from '@solana/web3.js';
import { accountReaders, type AccountReaders, type AccountSource } from '../accounts.js';
import type { Action } from '../action.js';
import * as actions from '../actions/index.js';
import type { Call, CallContext, NamedAccounts } from '../call.js';
import { networkTime, type ReadingClient } from '../client.js';
import type { Deployment } from '../deployment.js';
import { programNames, type ProgramName } from '../programs.js';
import { fromUmi, toUmiInstruction, type FoundSigners, type UmiArgs } from './convert.js';
import { umiProgram } from './programs.js';

export { type UmiArgs } from './convert.js';
export { IonetUmiError, umiProgram, type UmiProgramName } from './programs.js';

type Actions = { readonly [P in ProgramName]: (typeof actions)[P] };

/** Arguments that may be left out where all of them may. */
type ArgumentsOf<Rest extends readonly unknown[]> = Rest extends readonly [infer Args]
  ? [args: UmiArgs<Args>]
  : Rest extends readonly [(infer Args)?]
    ? [args?: UmiArgs<Args>]
    : never;

type CallRest<F> = F extends (context: CallContext, ...rest: infer Rest) => Call ? Rest : never;
type PrepareRest<F> = F extends (client: ReadingClient, ...rest: infer Rest) => Promise<Call> ? Rest : never;

/**
 * An action as umi has it: a transaction builder, built at once from arguments that say all.
 *
 * @see {@link ionet}
 */
export interface UmiAction<CallArguments extends readonly unknown[], Arguments extends readonly unknown[]> {
  (...rest: CallArguments): TransactionBuilder;
  /** Reads from the network what the arguments leave out, such as a job of which only the address is given. */
  prepare(this: void, ...rest: Arguments): Promise<TransactionBuilder>;
}

/**
 * The actions of all programs as umi has them. The list is that of the SDK: none is written anew.
 *
 * @see {@link ionet}
 */
export type UmiActions = {
  readonly [P in ProgramName]: {
    readonly [N in keyof Actions[P]]: Actions[P][N] extends { call: infer C; prepare: infer R }
      ? UmiAction<ArgumentsOf<CallRest<C>>, ArgumentsOf<PrepareRest<R>>>
      : never;
  };
};

/**
 * What the plugin adds to umi.
 *
 * @see {@link ionet}
 */
export interface IonetUmi extends UmiActions {
  readonly deployment: Deployment;
  /** The readers of all accounts, as a client of the SDK has them. */
  readonly accounts: AccountReaders;
}

declare module '@metaplex-foundation/umi' {
  interface Umi {
    /** The marketplace, after `umi.use(ionet(deployment))`. */
    readonly ionet: IonetUmi;
  }
}

type UmiContext = Pick<Context, 'identity' | 'rpc'>;

/** Reads accounts through umi. */
function accountSource({ rpc }: UmiContext): AccountSource['transport'] {
  return {
    async getAccounts(addresses) {
      const found = await rpc.getAccounts(addresses.map((address) => publicKey(address.toBase58())));
      return found.map((account, index) => {
        const address = addresses[index];
        if (!account.exists || address === undefined) return null;
        const { owner, lamports, data, executable } = account;
        return {
          address,
          owner: new PublicKey(owner),
          lamports: lamports.basisPoints,
          data,
          executable,
        };
      });
    },
    async getProgramAccounts(program, filters) {
      const found = await rpc.getProgramAccounts(publicKey(program.toBase58()), {
        filters: filters.map(({ offset, bytes }) => ({ memcmp: { offset, bytes } })),
      });
      return found.map((account) => ({
        address: new PublicKey(account.publicKey),
        owner: program,
        lamports: account.lamports.basisPoints,
        data: account.data,
        executable: account.executable,
      }));
    },
  };
}

/** A call as a umi transaction builder. The identity signs where nobody else is named. */
function builderOf({ identity }: UmiContext, call: Call, found: FoundSigners): TransactionBuilder {
  const known: FoundSigners = new Map([...found, [identity.publicKey, identity]]);
  return transactionBuilder(
    call.instructions.map((one) => {
      const instruction = toUmiInstruction(one);
      const signing = instruction.keys.filter(({ isSigner }) => isSigner);
      const signers = signing.flatMap(({ pubkey }) => known.get(pubkey) ?? []);
      // How much rent an instruction pays only its program knows.
      return { instruction, signers, bytesCreatedOnChain: 0 };
    }),
  );
}

type AnyAction = Action<unknown, unknown, NamedAccounts>;

function bind(
  umi: UmiContext,
  client: () => ReadingClient,
  action: AnyAction,
): UmiAction<[unknown?], [unknown?]> {
  const build = (args?: unknown): TransactionBuilder => {
    const found: FoundSigners = new Map();
    return builderOf(umi, action.call(client(), fromUmi(args, found)), found);
  };
  const prepare = async (args?: unknown): Promise<TransactionBuilder> => {
    const found: FoundSigners = new Map();
    return builderOf(umi, await action.prepare(client(), fromUmi(args, found)), found);
  };
  return Object.assign(build, { prepare });
}

/**
 * The marketplace for umi: registers the programs with their errors, and puts all actions as transaction builders and
 * the readers of all accounts into `umi.ionet`. The identity stands for every authority that is not named.
 *
 * @example
 * ```ts
 * import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
 * import { generateSigner, signerIdentity } from '@metaplex-foundation/umi';
 * import { localnet } from '@ionet/sdk';
 * import { ionet } from '@ionet/sdk/umi';
 *
 * const umi = createUmi('http://127.0.0.1:8899').use(ionet(localnet()));
 * umi.use(signerIdentity(generateSigner(umi)));
 * const builder = umi.ionet.treasury.burnIoFees();
 * ```
 */
export function ionet(deployment: Deployment): UmiPlugin {
  return {
    install(umi: Umi) {
      for (const name of programNames) umi.programs.add(umiProgram(deployment, name), true);
      const transport = accountSource(umi);
      const accounts = accountReaders({ transport, deployment });
      // The identity may be set after the plugin, so it is asked for with every call.
      const client = (): ReadingClient => ({
        deployment,
        transport,
        accounts,
        payer: new PublicKey(umi.identity.publicKey),
        now: () => networkTime(transport),
      });
      const bound = programNames.map((name) => {
        const all = actions[name] as unknown as Readonly<Record<string, AnyAction>>;
        return [
          name,
          Object.fromEntries(Object.entries(all).map(([key, action]) => [key, bind(umi, client, action)])),
        ] as const;
      });
      const value = { ...Object.fromEntries(bound), deployment, accounts } as unknown as IonetUmi;
      Object.assign(umi, { ionet: value });
    },
  };
}
