import { RPC_CODES, RpcError, errorBody } from './errors.js';
import { stringify, type Json } from './json.js';
import type { Method, RpcContext } from './method.js';
import { accountMethods } from './methods/accounts.js';
import { cheatMethods } from './methods/cheats.js';
import { clusterMethods } from './methods/cluster.js';
import { historyMethods } from './methods/history.js';
import { tokenMethods } from './methods/tokens.js';
import { transactionMethods } from './methods/transactions.js';

const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...accountMethods,
    ...tokenMethods,
    ...transactionMethods,
    ...historyMethods,
    ...clusterMethods,
    ...cheatMethods,
  }),
);

/** A request as it was read; a notification has no id. */
export interface Request {
  readonly id: Json;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Reads one request of JSON-RPC 2.0. */
export function readRequest(value: unknown): Request {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidRequest();
  const { jsonrpc, id, method, params } = value as Readonly<Record<string, unknown>>;
  const idIsValid = id === undefined || id === null || typeof id === 'string' || typeof id === 'number';
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !idIsValid) throw invalidRequest();
  if (params !== undefined && params !== null && !Array.isArray(params)) {
    throw new RpcError(RPC_CODES.invalidParams, 'Invalid params: an array is expected');
  }
  return { id: id, method, params: (params ?? []) as readonly unknown[] };
}

function invalidRequest(): RpcError {
  return new RpcError(RPC_CODES.invalidRequest, 'Invalid request');
}

/** Answers one request, `null` where it wants no answer. */
function answerOne(context: RpcContext, value: unknown): string | null {
  let id: Json = null;
  try {
    const request = readRequest(value);
    id = request.id;
    const run = METHODS.get(request.method);
    if (run === undefined) throw new RpcError(RPC_CODES.methodNotFound, 'Method not found');
    context.calls.set(request.method, (context.calls.get(request.method) ?? 0) + 1);
    const result = run(context, request.params);
    return id === undefined ? null : stringify({ jsonrpc: '2.0', result: result ?? null, id });
  } catch (error) {
    return id === undefined ? null : errorBody(id, error);
  }
}

/** Answers what came in a body: a request or a batch of them. `null` where nothing is to be answered. */
export function answer(context: RpcContext, body: string): string | null {
  const value = parseBody(body);
  if (value instanceof RpcError) return errorBody(null, value);
  if (!Array.isArray(value)) return answerOne(context, value);
  if (value.length === 0) return errorBody(null, invalidRequest());
  const answers = value.flatMap((one: unknown) => answerOne(context, one) ?? []);
  return answers.length === 0 ? null : `[${answers.join(',')}]`;
}

/** The value of a body, or the error that says why there is none. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return new RpcError(RPC_CODES.parseError, 'Parse error');
  }
}
