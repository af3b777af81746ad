import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const TIMEOUT_MS = 30_000;

const LOG_PAGE_BYTES = 65_536;
const MOST_BYTES_A_CHARACTER = 4;

/** Where a job stands, in Ray's words. */
const state = z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']);
/** Ray's times are milliseconds of the head's clock. */
const milliseconds = z
  .int()
  .nullish()
  .transform((time) => time ?? null);

const jobSchema = z
  .object({
    status: state,
    message: z.string().nullish(),
    start_time: milliseconds,
    end_time: milliseconds,
    driver_node_id: z.string().nullish(),
    driver_exit_code: z.int().nullish(),
  })
  .transform(({ status, message, start_time, end_time, driver_node_id, driver_exit_code }) => ({
    state: status,
    message: message ?? '',
    startedAtMs: start_time,
    endedAtMs: end_time,
    /** Whether its driver was ever started. */
    begun: driver_node_id != null,
    exitCode: driver_exit_code ?? null,
  }));
const listedSchema = z.object({
  submission_id: z.string().nullish(),
  status: state,
  metadata: z.record(z.string(), z.string()).nullish(),
});
const logsSchema = z.object({ logs: z.string().nullish() });
const stoppedSchema = z.object({ stopped: z.boolean() });
const deletedSchema = z.object({ deleted: z.boolean() });

/** What is submitted to a Ray cluster. */
export interface RaySubmission {
  /** There is never a second one of the same. */
  readonly id: string;
  /** The command of the driver, which a shell of the cluster's head runs. */
  readonly entrypoint: string;
  /** What Ray sets up before: `working_dir`, `pip`, `env_vars`. */
  readonly runtimeEnv: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A job as the head knows it. */
export type RayJobState = z.output<typeof jobSchema> & {
  /** The head's clock when it answered, in milliseconds: its times mean something only beside it. */
  readonly headNowMs: number;
};

/** A job in the list of a cluster. */
export interface RayListedJob {
  readonly id: string;
  readonly state: RayJobState['state'];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A part of a log. */
export interface LogPage {
  readonly text: string;
  /** Where the next page begins, in bytes. */
  readonly next: number;
  /** Whether there was more when it was read. */
  readonly more: boolean;
}

/** What a Ray cluster was asked and did not do; the message says what to look at. */
export class RayError extends Error {
  override readonly name = 'RayError';

  /** @param status of HTTP; `null` where the head did not answer, or something else did */
  constructor(
    readonly status: number | null,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Ray answers an error with a traceback, of which the last line says what is wrong. */
function sentenceOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.length > 1).at(-1) ?? 'it does not say why';
}

interface Reply {
  readonly status: number;
  readonly date: string;
  readonly text: string;
}

/** By Node's own HTTP: what `fetch` sends has headers by which Ray takes it for a browser, and refuses it. */
async function exchange(
  url: string,
  options: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | undefined;
    readonly timeoutMs: number;
  },
): Promise<Reply> {
  const { method, headers, body, timeoutMs } = options;
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const request = send(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(timeoutMs),
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, date: response.headers.date ?? '', text: await text(response) };
}

/** How a cluster is spoken to. */
export interface RayJobApiOptions {
  /** Where it lets in only who has it. */
  readonly token?: string | undefined;
  readonly timeoutMs?: number;
}

/** Ray's API for jobs, at the port of a head's dashboard. */
export class RayJobApi {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;

  constructor(url: string, { token, timeoutMs = TIMEOUT_MS }: RayJobApiOptions = {}) {
    this.url = url;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#timeoutMs = timeoutMs;
  }

  async #ask<S extends z.ZodType>(
    method: 'DELETE' | 'GET' | 'POST',
    path: string,
    schema: S,
    body?: object,
  ): Promise<{ readonly content: z.output<S>; readonly date: number }> {
    let reply: Reply;
    try {
      reply = await exchange(`${this.url}${path}`, {
        method,
        headers: this.#headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        timeoutMs: this.#timeoutMs,
      });
    } catch (error) {
      const question = 'is RAY_ADDRESS right, and does it run?';
      throw new RayError(null, `the head of the Ray cluster does not answer at ${this.url}: ${question}`, {
        cause: error,
      });
    }
    const { status, text: said } = reply;
    if (status === 401) {
      const advice = 'set RAY_AUTH_TOKEN to its token';
      throw new RayError(status, `the Ray cluster at ${this.url} does not let us in: ${advice}`);
    }
    if (status !== 200) throw new RayError(status, `Ray refuses: ${sentenceOf(said)}`);
    try {
      return { content: schema.parse(JSON.parse(said)), date: Date.parse(reply.date) };
    } catch (error) {
      const message = `what answers at ${this.url} is no head of a Ray cluster: look at RAY_ADDRESS`;
      throw new RayError(null, message, { cause: error });
    }
  }

  /** As `ask`; `null` where the cluster knows no such job. */
  async #find<S extends z.ZodType>(
    method: 'DELETE' | 'GET' | 'POST',
    path: string,
    schema: S,
  ): Promise<{ readonly content: z.output<S>; readonly date: number } | null> {
    try {
      return await this.#ask(method, path, schema);
    } catch (error) {
      if (error instanceof RayError && error.status === 404) return null;
      throw error;
    }
  }

  /** Submits a job. `false` where the cluster has one of this id already: then that one is left as it is. */
  async submit({ id, entrypoint, runtimeEnv, metadata }: RaySubmission): Promise<boolean> {
    try {
      await this.#ask('POST', '/api/jobs/', z.object({ submission_id: z.literal(id) }), {
        submission_id: id,
        entrypoint,
        runtime_env: runtimeEnv,
        metadata,
      });
      return true;
    } catch (error) {
      // Ray has no code for an id that is taken, but it knows the job then, and knows none that it refused.
      if (!(error instanceof RayError) || (await this.state(id)) === null) throw error;
      return false;
    }
  }

  /** Where a job stands; `null` where the cluster knows none of this id. */
  async state(id: string): Promise<RayJobState | null> {
    const found = await this.#find('GET', pathOf(id), jobSchema);
    if (found === null) return null;
    const { content, date } = found;
    return { ...content, headNowMs: Number.isNaN(date) ? Date.now() : date };
  }

  /** All jobs that were submitted to the cluster, by anybody. */
  async list(): Promise<RayListedJob[]> {
    const { content } = await this.#ask('GET', '/api/jobs/', z.array(listedSchema));
    return content.flatMap(({ submission_id: id, status: state, metadata }) =>
      // Drivers that were not submitted have no such id.
      id == null ? [] : [{ id, state, metadata: metadata ?? {} }],
    );
  }

  /**
   * What a job has printed, from a byte on. Ray gives a log only as a whole; pages keep small what is handed on.
   *
   * @param limit the most bytes; a character is never cut in two
   */
  async logs(id: string, from = 0, limit = LOG_PAGE_BYTES): Promise<LogPage | null> {
    const found = await this.#find('GET', `${pathOf(id)}/logs`, logsSchema);
    return found === null ? null : pageOf(Buffer.from(found.content.logs ?? ''), from, limit);
  }

  /** Tells a job to stop. `false` where it was over, or is not known. */
  async stop(id: string): Promise<boolean> {
    return (await this.#find('POST', `${pathOf(id)}/stop`, stoppedSchema))?.content.stopped ?? false;
  }

  /** Removes what the cluster knows of a job that is over, its log included. `false` where it is not known. */
  async delete(id: string): Promise<boolean> {
    return (await this.#find('DELETE', pathOf(id), deletedSchema))?.content.deleted ?? false;
  }
}

const pathOf = (id: string): string => `/api/jobs/${encodeURIComponent(id)}`;

/** A page of a log, from a byte on; where the log is shorter, it was begun anew, and is read from its start. */
export function pageOf(log: Buffer, from: number, limit: number): LogPage {
  const begin = from > log.length ? 0 : from;
  let next = Math.min(log.length, begin + Math.max(limit, MOST_BYTES_A_CHARACTER));
  // Bytes 10xxxxxx go on with a character.
  while (next < log.length && ((log[next] ?? 0) & 0xc0) === 0x80) next -= 1;
  return { text: log.toString('utf8', begin, next), next, more: next < log.length };
}
