import type { Deployment } from '@ionet/sdk';
import { type z } from 'zod';
import type { Commitment } from '../chain/block.js';
import type { Chain } from '../chain/chain.js';
import type { PriceFeed } from '../price-feed.js';
import { RPC_CODES, RpcError, invalidParams } from './errors.js';
import type { Json } from './json.js';

/** What methods work on. */
export interface RpcContext {
  readonly chain: Chain;
  readonly prices: PriceFeed;
  readonly deployment: Deployment;
  readonly genesisHash: string;
  /** The address that the node goes by. */
  readonly identity: string;
  /** How often each method was called. */
  readonly calls: Map<string, number>;
}

/** A method of the interface. */
export type Method = (context: RpcContext, params: readonly unknown[]) => Json;

type Values<S extends readonly z.ZodType[]> = { readonly [K in keyof S]: z.output<S[K]> };

/** A method whose arguments are checked by the schemas of their places. */
export function method<const S extends readonly z.ZodType[]>(
  schemas: S,
  run: (context: RpcContext, ...args: Values<S>) => Json,
): Method {
  return (context, params) => {
    if (params.length > schemas.length) {
      throw invalidParams(`Invalid params: at most ${schemas.length} are taken, ${params.length} were given`);
    }
    // Each value has just been made by the schema of its place.
    const args = schemas.map((schema, index) => check(schema, params[index], index)) as unknown as Values<S>;
    return run(context, ...args);
  };
}

function check(schema: z.ZodType, value: unknown, index: number): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw invalidParams('Invalid params');
  // As a node says it: clients know these words.
  if (issue.message.startsWith('Invalid param:') || issue.message.startsWith('Too many'))
    throw invalidParams(issue.message);
  const where = [`argument ${index + 1}`, ...issue.path.map(String)].join('.');
  throw invalidParams(`Invalid params: ${where}: ${issue.message}`);
}

/** A value with the slot that it is of; refuses where the client asks for a later one. */
export function inContext(
  { chain }: RpcContext,
  config: { readonly commitment: Commitment; readonly minContextSlot?: number | null | undefined },
  value: Json,
): Json {
  return { context: { apiVersion: VERSION, slot: contextSlot(chain, config) }, value };
}

/** The slot that an answer is of. */
export function contextSlot(
  chain: Chain,
  config: { readonly commitment: Commitment; readonly minContextSlot?: number | null | undefined },
): number {
  const slot = chain.slot(config.commitment);
  if (config.minContextSlot != null && slot < config.minContextSlot) {
    throw new RpcError(RPC_CODES.minContextSlotNotReached, 'Minimum context slot has not been reached', {
      contextSlot: slot,
    });
  }
  return slot;
}

/** The version of the runtime that litesvm embeds. */
export const VERSION = '4.3.0';
