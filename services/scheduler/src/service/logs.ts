import type { Deployment } from '@ionet/sdk';
import { migrate, type Database } from '@ionet/service-kit';
import { PublicKey, type Signer } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import { isSigned, sign } from './signatures.js';

/** The first bytes of what a node's operator signs to hand on a part of a log. */
export const LOG_TAG = 'ionet:log:v1::::';
/** The first bytes of what a buyer signs to read the log of his job. */
export const LOG_WISH_TAG = 'ionet:logwish:v1';
/** The most bytes of a part: escaped as JSON, it still fits into a request. */
export const LOG_PART_BYTES = 32_768;
/** How much of a log is kept: the newest. */
export const LOG_BYTES = 262_144;
/** How long the log of a job is kept that is over. */
const KEPT_SECONDS = 7 * 86_400;

/** A part of what a job has printed, from a byte on. */
export interface LogPart {
  readonly job: string;
  /** Where it begins, in bytes; 0 where the log was begun anew. */
  readonly from: number;
  readonly text: string;
  /** When it was so, in unix seconds. */
  readonly asOf: number;
}

/** What a buyer reads of a log. */
export interface LogReading {
  /** Where the text begins, in bytes: later than asked for where the older part is not kept. */
  readonly from: number;
  readonly text: string;
  /** Where to go on. */
  readonly next: number;
  /** Whether there is more already. */
  readonly more: boolean;
}

/** The bytes of a part: tag, cluster, node, job, from, time, SHA-256 of the text; integers are little endian. */
export function logMessage(
  deployment: Deployment,
  node: string,
  { job, from, text, asOf }: LogPart,
): Uint8Array {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64LE(BigInt(from), 0);
  numbers.writeBigInt64LE(BigInt(asOf), 8);
  const addresses = [node, job].map((address) => new PublicKey(address).toBytes());
  const hash = createHash('sha256').update(text).digest();
  return Buffer.concat([Buffer.from(LOG_TAG), deployment.clusterTag, ...addresses, numbers, hash]);
}

/** Signs a part; the signature is 128 hexadecimal digits. */
export function signLog(deployment: Deployment, node: string, part: LogPart, operator: Signer): string {
  return sign(logMessage(deployment, node, part), operator);
}

/** Whether an operator signed a part. */
export function isSignedLog(
  deployment: Deployment,
  node: string,
  part: LogPart,
  signature: string,
  operator: PublicKey,
): boolean {
  return isSigned(logMessage(deployment, node, part), signature, operator);
}

/** The bytes of a buyer's wish to read a log: tag, cluster, job, time; integers are little endian. */
export function logWishMessage(deployment: Deployment, job: string, sentAt: number): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(BigInt(sentAt));
  return Buffer.concat([
    Buffer.from(LOG_WISH_TAG),
    deployment.clusterTag,
    new PublicKey(job).toBytes(),
    time,
  ]);
}

/** Signs it; the signature is 128 hexadecimal digits. */
export function signLogWish(deployment: Deployment, job: string, sentAt: number, buyer: Signer): string {
  return sign(logWishMessage(deployment, job, sentAt), buyer);
}

/** Whether a buyer signed it. */
export function isSignedLogWish(
  deployment: Deployment,
  job: string,
  sentAt: number,
  signature: string,
  buyer: PublicKey,
): boolean {
  return isSigned(logWishMessage(deployment, job, sentAt), signature, buyer);
}

/** What jobs have printed: of each the newest {@link LOG_BYTES}. */
export class LogStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(database: Database): Promise<LogStore> {
    await migrate(database, 'logs', [
      {
        id: 1,
        name: 'logs of jobs',
        statements: [
          'CREATE TABLE job_logs (job text PRIMARY KEY, next_byte bigint NOT NULL, as_of bigint NOT NULL)',
          'CREATE INDEX job_logs_age ON job_logs (as_of)',
          `CREATE TABLE job_log_pages (
             job text NOT NULL,
             first_byte bigint NOT NULL,
             content bytea NOT NULL,
             PRIMARY KEY (job, first_byte)
           )`,
        ],
      },
    ]);
    return new LogStore(database);
  }

  /**
   * Takes a part that follows on what is there, or, later than that, one that begins anew. An empty one takes nothing.
   *
   * @returns where the next part has to begin
   */
  append({ job, from, text, asOf }: LogPart): Promise<number> {
    const content = Buffer.from(text);
    return this.#database.transaction(async ({ query }) => {
      const [log] = await query<{ next_byte: bigint; as_of: bigint }>(
        'SELECT next_byte, as_of FROM job_logs WHERE job = $1',
        [job],
      );
      const known = Number(log?.next_byte ?? 0n);
      const isAnew = from === 0 && known > 0 && BigInt(asOf) > (log?.as_of ?? 0n);
      if (content.length === 0 || (from !== known && !isAnew)) return known;
      if (isAnew) await query('DELETE FROM job_log_pages WHERE job = $1', [job]);
      const next = from + content.length;
      const [last] = await query<{ first_byte: bigint; content: Uint8Array }>(
        'SELECT first_byte, content FROM job_log_pages WHERE job = $1 ORDER BY first_byte DESC LIMIT 1',
        [job],
      );
      // Short parts share a page, so that there are few of them.
      if (last !== undefined && last.content.length + content.length <= LOG_PART_BYTES) {
        const both = Buffer.concat([last.content, content]);
        const place = [job, last.first_byte] as const;
        await query('UPDATE job_log_pages SET content = $3 WHERE job = $1 AND first_byte = $2', [
          ...place,
          both,
        ]);
      } else {
        await query('INSERT INTO job_log_pages (job, first_byte, content) VALUES ($1, $2, $3)', [
          job,
          BigInt(from),
          content,
        ]);
      }
      await query('DELETE FROM job_log_pages WHERE job = $1 AND first_byte < $2', [
        job,
        BigInt(next - LOG_BYTES),
      ]);
      await query(
        `INSERT INTO job_logs (job, next_byte, as_of) VALUES ($1, $2, $3)
         ON CONFLICT (job) DO UPDATE SET next_byte = excluded.next_byte, as_of = excluded.as_of`,
        [job, BigInt(next), BigInt(asOf)],
      );
      return next;
    });
  }

  /** A page of a log, from a byte on or from the oldest that is kept. */
  async read(job: string, from: number): Promise<LogReading> {
    const pages = await this.#database.query<{ first_byte: bigint; content: Uint8Array }>(
      'SELECT first_byte, content FROM job_log_pages WHERE job = $1 ORDER BY first_byte',
      [job],
    );
    const last = pages.at(-1);
    const end = last === undefined ? 0 : Number(last.first_byte) + last.content.length;
    const page = pages.find(({ first_byte: first, content }) => Number(first) + content.length > from);
    if (page === undefined) return { from: end, text: '', next: end, more: false };
    const first = Number(page.first_byte);
    const begin = Math.max(from, first);
    const next = first + page.content.length;
    const text = Buffer.from(page.content.subarray(begin - first)).toString();
    return { from: begin, text, next, more: next < end };
  }

  /** Forgets logs of jobs that are over for long. */
  async prune(now: number, isKnown: (job: string) => boolean): Promise<void> {
    const old = await this.#database.query<{ job: string }>('SELECT job FROM job_logs WHERE as_of < $1', [
      BigInt(now - KEPT_SECONDS),
    ]);
    for (const { job } of old) {
      if (isKnown(job)) continue;
      await this.#database.transaction(async ({ query }) => {
        await query('DELETE FROM job_log_pages WHERE job = $1', [job]);
        await query('DELETE FROM job_logs WHERE job = $1', [job]);
      });
    }
  }
}
