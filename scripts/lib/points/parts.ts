import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { PointsFold } from '@ionet/sdk';

/** A stretch of whole lines of a file. */
export interface FilePart {
  /** Its place among all parts of all files. */
  readonly part: number;
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** Large enough to cost nothing to start, small enough that the threads end together and a bar moves. */
export const PART_BYTES = 8 * 1024 * 1024;

const PROBE_BYTES = 64 * 1024;
const LONGEST_LINE = 16 * 1024 * 1024;
const NEWLINE = 10;

/** Divides files into parts that end at line breaks. */
export function divideFiles(files: readonly string[], partBytes = PART_BYTES): FilePart[] {
  const parts: FilePart[] = [];
  const probe = Buffer.alloc(PROBE_BYTES);
  for (const file of files) {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      for (let offset = 0; offset < size;) {
        const end = lineEnd(descriptor, file, Math.min(offset + partBytes, size), size, probe);
        parts.push({ part: parts.length, file, offset, length: end - offset });
        offset = end;
      }
    } finally {
      closeSync(descriptor);
    }
  }
  return parts;
}

/** Just after the first line break from the byte before `offset` on, or the end of the file. */
function lineEnd(descriptor: number, file: string, offset: number, size: number, probe: Buffer): number {
  for (let at = offset - 1; at < size; at += PROBE_BYTES) {
    const read = readSync(descriptor, probe, 0, PROBE_BYTES, at);
    const newline = probe.subarray(0, read).indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
    if (at - offset > LONGEST_LINE) {
      throw new Error(`${file} has a line of more than ${LONGEST_LINE} bytes: it is not a file of events`);
    }
  }
  return size;
}

let buffer = Buffer.alloc(0);

/** Folds the lines of a part; gives their number. */
export function foldPart(fold: PointsFold, { part, file, offset, length }: FilePart): number {
  if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
  const descriptor = openSync(file, 'r');
  try {
    let read = 0;
    while (read < length) {
      const more = readSync(descriptor, buffer, read, length - read, offset + read);
      if (more === 0)
        throw new Error(`${file} became shorter while it was read: score it when it is complete`);
      read += more;
    }
  } finally {
    closeSync(descriptor);
  }
  return fold.addLines(part, buffer.subarray(0, length));
}
