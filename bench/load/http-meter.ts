/** What became of requests of one kind to one oracle. */
export interface Answers {
  /** By the name of the refusal, or `taken`; `unanswered` where nothing came back. */
  readonly results: Map<string, number>;
  /** Milliseconds until each answer. */
  readonly latencies: number[];
}

/**
 * Watches the requests that this process makes by `fetch` to some servers: how long an answer takes, as who asked sees
 * it, and why something was refused.
 */
export class HttpMeter {
  readonly #names: ReadonlyMap<string, string>;
  /** By server, then by method and route. */
  #answers = new Map<string, Map<string, Answers>>();

  /** @param servers names by their origin */
  constructor(servers: ReadonlyMap<string, string>) {
    this.#names = servers;
  }

  /** What was seen since the last reset. */
  get answers(): ReadonlyMap<string, ReadonlyMap<string, Answers>> {
    return this.#answers;
  }

  /** Begins anew. */
  reset(): void {
    this.#answers = new Map();
  }

  /** Puts itself before the global `fetch`; gives it back. */
  install(): () => void {
    const original = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const server = this.#names.get(url.origin);
      if (server === undefined) return original(input, init);
      const kind = `${init?.method ?? 'GET'} ${/^(\/v1)?\/[^/]*/.exec(url.pathname)?.[0] ?? ''}`;
      const began = performance.now();
      try {
        const response = await original(input, init);
        const latency = performance.now() - began;
        this.#note(server, kind, response.ok ? 'taken' : await reasonOf(response.clone()), latency);
        return response;
      } catch (error) {
        this.#note(server, kind, 'unanswered', performance.now() - began);
        throw error;
      }
    };
    return () => {
      globalThis.fetch = original;
    };
  }

  #note(server: string, kind: string, result: string, latency: number): void {
    const kinds = this.#answers.get(server) ?? new Map<string, Answers>();
    this.#answers.set(server, kinds);
    const known = kinds.get(kind) ?? { results: new Map<string, number>(), latencies: [] };
    kinds.set(kind, known);
    known.results.set(result, (known.results.get(result) ?? 0) + 1);
    known.latencies.push(latency);
  }
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) {
      // An oracle calls a refusal's name so, the scheduler its error.
      if ('name' in body) return String(body.name);
      if ('error' in body) return String(body.error);
    }
  } catch {
    // It says nothing that can be read.
  }
  return `status ${response.status}`;
}
