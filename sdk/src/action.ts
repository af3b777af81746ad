import type { Call, CallContext, NamedAccounts } from './call.js';
import type { ClientCore, ReadingClient, SendOptions, Sent } from './client.js';

/** The arguments of an action that takes none. */
export type NoArgs = Readonly<Record<string, never>>;

/** Whether arguments may be left out altogether, because none is required. */
type AllOptional<Args> = Args extends NoArgs ? true : Partial<Args> extends Args ? true : false;

type ArgumentsOf<Args> =
  AllOptional<Args> extends true ? [args?: Args, options?: SendOptions] : [args: Args, options?: SendOptions];

/**
 * One thing that can be done, with its faces: called with a client it is sent; `.call` builds it without any
 * connection; `.prepare` builds it from what the network says, and sends nothing. A client's namespaces hold the same actions, bound to it.
 *
 * @example
 * ```ts
 * import { escrow } from '@ionet/sdk';
 *
 * const account = await client.accounts.escrow.job.fetch(job);
 * const call = escrow.endJob.call(client, { job: account }); // at once, without a network
 * const prepared = await escrow.endJob.prepare(client, { job }); // reads the job, and sends nothing
 * const { events } = await escrow.endJob(client, { job }); // sends; client.escrow.endJob({ job }) is the same
 * ```
 */
export interface Action<Args, CallArgs, A extends NamedAccounts> {
  (client: ClientCore, ...rest: ArgumentsOf<Args>): Promise<Sent<A>>;
  /** Builds the call, synchronously and without a connection. */
  call(
    this: void,
    context: CallContext,
    ...rest: AllOptional<CallArgs> extends true ? [args?: CallArgs] : [args: CallArgs]
  ): Call<A>;
  /** Builds the call from the arguments of the sending face: reads from the network what they leave out. */
  prepare(
    this: void,
    client: ReadingClient,
    ...rest: AllOptional<Args> extends true ? [args?: Args] : [args: Args]
  ): Promise<Call<A>>;
}

/** How an action is made. */
export interface ActionDefinition<Args, CallArgs, A extends NamedAccounts> {
  /** Builds the call from arguments that say all. */
  build(this: void, context: CallContext, args: CallArgs): Call<A>;
  /** Reads from the network what the user of the sending face need not say. */
  resolve(this: void, client: ReadingClient, args: Args): Promise<CallArgs>;
}

/**
 * Gives an action its faces. `build` makes the call; where only the chain knows something that `build` needs,
 * `resolve` reads it for the sending face.
 */
export function defineAction<Args, A extends NamedAccounts>(
  build: ActionDefinition<Args, Args, A>['build'],
): Action<Args, Args, A>;
export function defineAction<Args, CallArgs, A extends NamedAccounts>(
  build: ActionDefinition<Args, CallArgs, A>['build'],
  resolve: ActionDefinition<Args, CallArgs, A>['resolve'],
): Action<Args, CallArgs, A>;
export function defineAction<Args, CallArgs, A extends NamedAccounts>(
  build: ActionDefinition<Args, CallArgs, A>['build'],
  resolve?: ActionDefinition<Args, CallArgs, A>['resolve'],
): Action<Args, CallArgs, A> {
  const prepare = async (client: ReadingClient, args?: Args): Promise<Call<A>> => {
    const given = args ?? ({} as Args);
    // Without `resolve` both faces take the same arguments, as the overloads say.
    const complete = resolve === undefined ? (given as unknown as CallArgs) : await resolve(client, given);
    return build(client, complete);
  };
  const run = async (client: ClientCore, args?: Args, options?: SendOptions): Promise<Sent<A>> =>
    client.send(await prepare(client, args), options);
  const call = (context: CallContext, args?: CallArgs): Call<A> => build(context, args ?? ({} as CallArgs));
  return Object.assign(run, { call, prepare });
}

/**
 * The actions of a namespace as a client has them.
 *
 * @example
 * ```ts
 * import type { BoundActions, treasury } from '@ionet/sdk';
 *
 * const cranks: BoundActions<typeof treasury> = client.treasury;
 * await cranks.observePrice();
 * ```
 */
export type BoundActions<T> = {
  readonly [K in keyof T]: T[K] extends (client: ClientCore, ...rest: infer R) => infer Result
    ? (...rest: R) => Result
    : never;
};

/** Binds the actions of a namespace to a client. */
export function bindActions<T extends object>(client: ClientCore, actions: T): BoundActions<T> {
  const bound = Object.entries(
    actions as Readonly<Record<string, Action<unknown, unknown, NamedAccounts>>>,
  ).map(
    ([name, action]) =>
      [name, (args: unknown, options?: SendOptions) => action(client, args, options)] as const,
  );
  return Object.fromEntries(bound) as BoundActions<T>;
}
