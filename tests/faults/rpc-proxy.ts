import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Random } from '../invariants/random.js';

/** In how many of a hundred calls what goes wrong. */
export interface FaultRates {
  /** The call never arrives. */
  readonly lostCall: number;
  /** The call arrives and its answer does not. */
  readonly lostAnswer: number;
  /** The call arrives twice; the second answer is given. */
  readonly doubled: number;
  /** The call waits before it arrives. */
  readonly delayed: number;
  /** The endpoint says that it is asked too often, or that it is overloaded. */
  readonly refused: number;
  /** The newest blockhash of an endpoint that lags is given: no transaction with it lands any more. */
  readonly staleBlockhash: number;
}

export const CALM: FaultRates = {
  lostCall: 0,
  lostAnswer: 0,
  doubled: 0,
  delayed: 0,
  refused: 0,
  staleBlockhash: 0,
};

const MOST_DELAY_MS = 150;
const REFUSALS = [429, 503] as const;
/** So many answers ago a blockhash was the newest: far beyond those that are still taken, once there are so many. */
const BLOCKHASHES_KEPT = 400;

const callSchema = z.object({ id: z.unknown(), method: z.string() });
const blockhashSchema = z.object({
  result: z.object({ value: z.object({ lastValidBlockHeight: z.int() }) }),
});

/** An endpoint of a network between a service and the real one, which does to calls what real ones do. */
export class RpcProxy {
  rates: FaultRates = CALM;
  /** How often each of them happened. */
  readonly counts: Record<keyof FaultRates | 'calls', number> = { ...CALM, calls: 0 };
  readonly #upstream: string;
  readonly #random: Random;
  readonly #server: Server;
  readonly #blockhashes: string[] = [];

  private constructor(upstream: string, random: Random) {
    this.#upstream = upstream;
    this.#random = random;
    this.#server = createServer((request, response) => {
      // Whoever hung up does not wait for an answer.
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async open(upstream: string, seed: bigint): Promise<RpcProxy> {
    const proxy = new RpcProxy(upstream, new Random(seed));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    // What listens on TCP has such an address.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    this.counts.calls += 1;
    if (this.#happens('lostCall')) return void response.destroy();
    if (this.#happens('refused')) {
      response.writeHead(this.#random.pick(REFUSALS) ?? 503, { 'retry-after': '0' }).end();
      return;
    }
    if (this.#happens('delayed')) await sleep(this.#random.int(1, MOST_DELAY_MS));
    if (this.#happens('doubled')) await this.#forward(body);
    const answer = await this.#forward(body);
    if (this.#happens('lostAnswer')) return void response.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(this.#aged(body, answer));
  }

  #happens(what: keyof FaultRates): boolean {
    const happens = this.#random.chance(this.rates[what]);
    if (happens) this.counts[what] += 1;
    return happens;
  }

  async #forward(body: string): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(this.#upstream, { method: 'POST', headers, body })).text();
  }

  /** The answer, or that to the same question of long ago where it is the newest blockhash that was asked for. */
  #aged(body: string, answer: string): string {
    const call = callSchema.safeParse(JSON.parse(body));
    if (call.data?.method !== 'getLatestBlockhash') return answer;
    if (blockhashSchema.safeParse(JSON.parse(answer)).success) this.#blockhashes.push(answer);
    if (this.#blockhashes.length > BLOCKHASHES_KEPT) this.#blockhashes.shift();
    const [oldest] = this.#blockhashes;
    if (oldest === undefined || !this.#happens('staleBlockhash')) return answer;
    return JSON.stringify({ ...(JSON.parse(oldest) as object), id: call.data.id });
  }
}
