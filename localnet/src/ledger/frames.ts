import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';

const HEADER_SIZE = 8;

/** A value with its length and checksum before it. */
export function frame(value: unknown): Buffer {
  const body = serialize(value);
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([header, body]);
}

/** What {@link readFrames} found. */
export interface Frames {
  readonly values: readonly unknown[];
  /** How many bytes the whole frames take. */
  readonly length: number;
  /**
   * What comes after them: nothing; the beginning of a frame, as a process leaves it that was killed while it
   * wrote; or bytes that nobody wrote so.
   */
  readonly rest: 'none' | 'torn' | 'damaged';
}

/** Reads frames until the bytes end or are no frame. */
export function readFrames(bytes: Buffer): Frames {
  const values: unknown[] = [];
  let at = 0;
  while (at < bytes.length) {
    const bodyAt = at + HEADER_SIZE;
    if (bodyAt > bytes.length) return { values, length: at, rest: 'torn' };
    const end = bodyAt + bytes.readUInt32LE(at);
    if (end > bytes.length) return { values, length: at, rest: 'torn' };
    const body = bytes.subarray(bodyAt, end);
    if (crc32(body) !== bytes.readUInt32LE(at + 4)) return { values, length: at, rest: 'damaged' };
    values.push(deserialize(body));
    at = end;
  }
  return { values, length: at, rest: 'none' };
}
