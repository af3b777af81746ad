import {
  heartbeatReplySchema,
  rewardClaimSchema,
  signNodeMessage,
  type HeartbeatReply,
  type MemoryProof,
  type NodeMessageKind,
  type NodeMessages,
} from '@ionet/oracle';
import type { Deployment, RewardPoolKind } from '@ionet/sdk';
import type { Logger } from '@ionet/service-kit';
import type { Signer } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import { z } from 'zod';

const TIMEOUT_MS = 10_000;
const SPEED_TIMEOUT_MS = 120_000;
const speedSchema = z.object({ down: z.int(), up: z.int() });

/** What an oracle measured of a line, in MB/s. */
export type Speed = z.output<typeof speedSchema>;

/** What an oracle refuses, in its words. */
export class OracleRefusal extends Error {
  override readonly name = 'OracleRefusal';
}

/** Speaks to one oracle in the name of a node. */
export class OracleClient {
  readonly url: string;
  readonly #deployment: Deployment;
  readonly #node: string;
  readonly #operator: Signer;
  /**
   * Grows with every message, also over restarts: by the clock of the chain. By that of the machine, whoever has corrected
   * one that was a day ahead would be refused for a day.
   */
  #sequence = 0;
  /** The answer that is on its way: one that overtook another would be refused, as its sequence is the higher. */
  #answering: Promise<unknown> = Promise.resolve();

  constructor(url: string, deployment: Deployment, node: string, operator: Signer) {
    this.url = url;
    this.#deployment = deployment;
    this.#node = node;
    this.#operator = operator;
  }

  #sign<K extends NodeMessageKind>(kind: K, sentAt: number, said: NodeMessages[K]): object {
    this.#sequence = Math.max(this.#sequence + 1, sentAt * 1_000);
    const stamp = { node: this.#node, sequence: this.#sequence, sentAt };
    return signNodeMessage<K>(this.#deployment, kind, { ...stamp, ...said }, this.#operator);
  }

  async #call<S extends z.ZodType>(path: string, body: object | undefined, schema: S): Promise<z.output<S>> {
    const request =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, {
      ...request,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return schema.parse(await contentOf(response));
  }

  heartbeat(now: number, jobs: readonly string[]): Promise<HeartbeatReply> {
    return this.#call('/v1/heartbeats', this.#sign('heartbeat', now, { jobs }), heartbeatReplySchema);
  }

  async answer(now: number, challenge: string, { root, openings }: MemoryProof): Promise<boolean> {
    const send = async (): Promise<boolean> => {
      const message = { ...this.#sign('answer', now, { challenge, root }), openings };
      const { passed } = await this.#call('/v1/answers', message, z.object({ passed: z.boolean() }));
      return passed;
    };
    const answering = this.#answering.then(send, send);
    this.#answering = answering.catch(() => undefined);
    return answering;
  }

  async hours(now: number, job: string, from: number, to: number): Promise<void> {
    await this.#call('/v1/job-hours', this.#sign('hours', now, { job, from, to }), z.unknown());
  }

  /** What a claim of the newest final root needs; undefined where there is nothing to claim. */
  async claim(kind: RewardPoolKind): Promise<z.output<typeof rewardClaimSchema> | undefined> {
    try {
      return await this.#call(`/v1/rewards/${kind}/${this.#node}`, undefined, rewardClaimSchema);
    } catch (error) {
      if (error instanceof OracleRefusal) return undefined;
      throw error;
    }
  }

  /** Lets the oracle measure the line: bytes there, as many back, and their hash as receipt. */
  async speedTest(now: number, log: Logger): Promise<Speed> {
    const { bytes } = await this.#call('/v1/speed-tests', undefined, z.object({ bytes: z.int() }));
    const message = Buffer.from(JSON.stringify(this.#sign('speed', now, {}))).toString('base64url');
    const response = await fetch(`${this.url}/v1/speed-tests`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-ionet-message': message },
      body: Buffer.alloc(bytes),
      signal: AbortSignal.timeout(SPEED_TIMEOUT_MS),
    });
    if (!response.ok) throw new OracleRefusal(JSON.stringify(await response.json()));
    const hash = createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex');
    const id = response.headers.get('x-ionet-speed-test') ?? '';
    const speed = await this.#call(`/v1/speed-tests/${id}`, { hash }, speedSchema);
    log.info({ oracle: this.url, ...speed }, 'speed test');
    return speed;
  }
}

async function contentOf(response: Response): Promise<unknown> {
  const content: unknown = await response.json();
  if (response.ok) return content;
  const refusal = z.object({ error: z.string() }).safeParse(content);
  throw new OracleRefusal(refusal.success ? refusal.data.error : `status ${response.status}`);
}
