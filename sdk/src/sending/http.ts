import { Connection, type Commitment } from '@solana/web3.js';
import { EndpointError } from '../errors.js';
import type { Transport } from '../transport.js';
import { systemClock } from './clock.js';
import { connectionTransport, type ConnectionTransportOptions } from './connection-transport.js';
import { parseRetryAfter } from './faults.js';

/**
 * How {@link httpTransport} reaches its endpoints.
 *
 * @see {@link httpTransport}
 */
export interface HttpTransportOptions extends ConnectionTransportOptions {
  /** Default: that of the platform. */
  readonly fetch?: typeof globalThis.fetch;
}

const SHOWN_TEXT = 200;

/** A connection whose faults say all that HTTP says of them. web3.js waits by itself and forgets `Retry-After`. */
function connect(
  url: string,
  commitment: Commitment,
  { fetch = globalThis.fetch, clock = systemClock }: HttpTransportOptions,
): Connection {
  const asking: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init).catch((cause: unknown): never => {
      throw new EndpointError('NoAnswer', `${url} cannot be reached`, { cause });
    });
    if (response.ok) return response;
    const text = (await response.text().catch(() => '')).slice(0, SHOWN_TEXT);
    throw new EndpointError(
      response.status === 429 ? 'RateLimited' : 'NoAnswer',
      `${url} answered ${response.status} ${response.statusText}: ${text}`,
      {
        status: response.status,
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), clock.now()),
      },
    );
  };
  return new Connection(url, { commitment, fetch: asking, disableRetryOnRateLimit: true });
}

/**
 * The transport over one or more JSON-RPC addresses of the same network. Busy endpoints (429, 5xx) are left alone as
 * long as they ask for, with a pause that grows, and the next one is asked.
 *
 * @example
 * ```ts
 * import { httpTransport } from '@ionet/sdk';
 *
 * const transport = httpTransport(['http://127.0.0.1:8899', 'http://127.0.0.1:9899']);
 * ```
 */
export function httpTransport(
  urls: string | readonly string[],
  options: HttpTransportOptions = {},
): Transport {
  const addresses = typeof urls === 'string' ? [urls] : urls;
  const { commitment = 'confirmed' } = options;
  return connectionTransport(
    addresses.map((url) => connect(url, commitment, options)),
    options,
  );
}
