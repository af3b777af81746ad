import { connectionTransport, createClient, localnet, type Client } from '@ionet/sdk';
import { Connection, Keypair, type Signer } from '@solana/web3.js';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DevError, type DevState } from './state.js';

/** How often a client asks what became of its transaction. */
const POLL_MS = 50;

const answerSchema = z.union([
  z.object({ error: z.object({ message: z.string() }) }),
  z.object({ result: z.unknown() }),
]);
const clockSchema = z.object({ slot: z.int(), unixTimestamp: z.int() });

/** The chain's clock. */
export type ChainTime = z.output<typeof clockSchema>;

async function cheat(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = answerSchema.parse(await response.json());
  if ('error' in answer) throw new DevError(`the network refuses ${method}: ${answer.error.message}`);
  return answer.result;
}

/** Moves the clock of a local network; its services go by it. */
export async function warp(url: string, seconds: number): Promise<ChainTime> {
  return clockSchema.parse(await cheat(url, 'ionet_warp', [{ seconds }]));
}

/** Sets the scripted price of IO. */
export async function setPrice(
  url: string,
  { price, conf, exponent }: { readonly price: bigint; readonly conf: bigint; readonly exponent: number },
): Promise<void> {
  await cheat(url, 'ionet_setPrice', [{ price: price.toString(), conf: conf.toString(), exponent }]);
}

/** A connection to what was brought up. */
export function connectionTo({ rpcUrl, wsUrl }: Pick<DevState, 'rpcUrl' | 'wsUrl'>): Connection {
  return new Connection(rpcUrl, { commitment: 'confirmed', wsEndpoint: wsUrl });
}

/** A client of what was brought up. */
export function clientOf(state: Pick<DevState, 'rpcUrl' | 'wsUrl'>, payer: Signer): Client {
  const transport = connectionTransport(connectionTo(state), { pollIntervalMs: POLL_MS });
  return createClient({ transport, payer, deployment: localnet() });
}

/** The key of a keypair file that was written here. */
export function readKey(file: string): Keypair {
  return Keypair.fromSecretKey(
    Uint8Array.from(z.array(z.int()).parse(JSON.parse(readFileSync(file, 'utf8')))),
  );
}
