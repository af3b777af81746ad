import type { Logger } from '@ionet/service-kit';

/** The other oracles, as far as they answer. */
export interface Peers {
  /** Asks all at once: the answers of those that took it. Without a body it is a GET. */
  ask(path: string, body?: object): Promise<readonly unknown[]>;
}

/** What {@link HttpPeers} allow themselves and others. */
export interface PeerLimits {
  /** After how long a peer counts as not answering. */
  readonly timeoutMs: number;
  /** How long a peer that did not answer in time is left alone, so that it does not slow down every loop. */
  readonly restMs: number;
  /** The longest answer that is read. */
  readonly answerBytes: number;
}

const LIMITS: PeerLimits = { timeoutMs: 5_000, restMs: 15_000, answerBytes: 64 * 1024 * 1024 };

/** Peers over HTTP. */
export class HttpPeers implements Peers {
  readonly #urls: readonly string[];
  readonly #logger: Logger;
  readonly #limits: PeerLimits;
  /** Until when a peer is left alone, in milliseconds of this process. */
  readonly #resting = new Map<string, number>();

  constructor(urls: readonly string[], logger: Logger, limits: Partial<PeerLimits> = {}) {
    this.#urls = urls;
    this.#logger = logger;
    this.#limits = { ...LIMITS, ...limits };
  }

  async ask(path: string, body?: object): Promise<readonly unknown[]> {
    const now = performance.now();
    const awake = this.#urls.filter((url) => (this.#resting.get(url) ?? 0) <= now);
    const answers = await Promise.all(awake.map((url) => this.#askOne(url, path, body)));
    return answers.flat();
  }

  async #askOne(url: string, path: string, body: object | undefined): Promise<readonly unknown[]> {
    const signal = AbortSignal.timeout(this.#limits.timeoutMs);
    const request =
      body === undefined
        ? { method: 'GET', signal }
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
            signal,
          };
    try {
      const response = await fetch(`${url}${path}`, request);
      const answer = await this.#read(response);
      if (response.ok) return [answer];
      this.#logger.debug({ url, path, answer }, 'a peer refuses');
    } catch (error) {
      // One that is not there says so at once; one that is silent would hold up every question.
      if (signal.aborted) this.#resting.set(url, performance.now() + this.#limits.restMs);
      this.#logger.debug({ url, path, err: error }, 'a peer does not answer');
    }
    return [];
  }

  /** Reads an answer up to its longest, and not a byte more. */
  async #read(response: Response): Promise<unknown> {
    const parts: Uint8Array[] = [];
    let length = 0;
    const body: AsyncIterable<Uint8Array> | null = response.body;
    for await (const part of body ?? []) {
      length += part.length;
      if (length > this.#limits.answerBytes)
        throw new RangeError(`the answer is longer than ${length} bytes`);
      parts.push(part);
    }
    return JSON.parse(Buffer.concat(parts).toString());
  }
}
