import { stringify, type Json } from './json.js';

/** The codes of JSON-RPC and of Solana's interface. */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  preflightFailure: -32002,
  signatureVerificationFailure: -32003,
  blockNotAvailable: -32004,
  slotSkipped: -32007,
  transactionVersionUnsupported: -32015,
  minContextSlotNotReached: -32016,
} as const;

/** An error that a client gets. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: number,
    message: string,
    readonly data?: Json,
  ) {
    super(message);
  }
}

/** The arguments are wrong. */
export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_CODES.invalidParams, message);
}

/** The body of an error's answer. */
export function errorBody(id: Json, error: unknown): string {
  const known =
    error instanceof RpcError
      ? error
      : new RpcError(RPC_CODES.internalError, error instanceof Error ? error.message : String(error));
  const { code, message, data } = known;
  return stringify({ jsonrpc: '2.0', error: { code, message, data }, id });
}
