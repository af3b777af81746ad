import {
  signNodeMessage,
  solve,
  type HeartbeatReply,
  type NodeMessageKind,
  type NodeMessages,
} from '@ionet/oracle';
import { testKeypair } from '@ionet/sdk/testing';
import type { PublicKey, Signer } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import type { Oracles, TestOracle } from './oracles.js';

/** Speaks for a node to all oracles that run: what an agent would say. */
export class NodeVoice {
  readonly #oracles: Oracles;
  readonly #node: PublicKey;
  readonly #operator: Signer;
  /** Above those of what logs have from before. */
  #sequence = 1_000;

  constructor(oracles: Oracles, node: PublicKey, operator: Signer = testKeypair('operator')) {
    this.#oracles = oracles;
    this.#node = node;
    this.#operator = operator;
  }

  sign<K extends NodeMessageKind>(kind: K, said: NodeMessages[K]): object {
    const { deployment, network } = this.#oracles.market;
    this.#sequence += 1;
    const stamp = {
      node: this.#node.toBase58(),
      sequence: this.#sequence,
      sentAt: Number(network.now()),
    };
    return signNodeMessage<K>(deployment, kind, { ...stamp, ...said }, this.#operator);
  }

  async #post<T>({ http }: TestOracle, url: string, payload: object): Promise<T> {
    const response = await http.inject({ method: 'POST', url, payload });
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.body}`);
    return response.json<T>();
  }

  /** A heartbeat to each oracle; what they ask for is answered. */
  async beat(jobs: readonly string[] = []): Promise<void> {
    for (const oracle of this.#oracles.running.values()) {
      const message = this.sign('heartbeat', { jobs });
      const { challenges } = await this.#post<HeartbeatReply>(oracle, '/v1/heartbeats', message);
      for (const { id, levels } of challenges) {
        const { root, openings } = await solve(id, levels);
        const answer = { ...this.sign('answer', { challenge: id, root }), openings };
        await this.#post(oracle, '/v1/answers', answer);
      }
    }
  }

  /** Work on a job, said to each oracle. */
  async work(job: PublicKey, from: number, to: number): Promise<void> {
    for (const oracle of this.#oracles.running.values()) {
      await this.#post(oracle, '/v1/job-hours', this.sign('hours', { job: job.toBase58(), from, to }));
    }
  }

  /** Has its line measured by each oracle. */
  async measureLine(): Promise<void> {
    for (const oracle of this.#oracles.running.values()) {
      const { bytes } = (await oracle.http.inject({ url: '/v1/speed-tests' })).json<{ bytes: number }>();
      const message = Buffer.from(JSON.stringify(this.sign('speed', {}))).toString('base64url');
      const sent = await oracle.http.inject({
        method: 'POST',
        url: '/v1/speed-tests',
        payload: Buffer.alloc(bytes),
        headers: { 'content-type': 'application/octet-stream', 'x-ionet-message': message },
      });
      const hash = createHash('sha256').update(sent.rawPayload).digest('hex');
      await this.#post(oracle, `/v1/speed-tests/${String(sent.headers['x-ionet-speed-test'])}`, { hash });
    }
  }
}
