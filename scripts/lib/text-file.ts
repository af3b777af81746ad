import { closeSync, openSync, writeSync } from 'node:fs';

const BLOCK = 1024 * 1024;

/** Writes a file from pieces of text, a block at a time. */
export function writeTextFile(file: string, pieces: Iterable<string>): void {
  const descriptor = openSync(file, 'w');
  try {
    let block = '';
    for (const piece of pieces) {
      block += piece;
      if (block.length < BLOCK) continue;
      writeSync(descriptor, block);
      block = '';
    }
    writeSync(descriptor, block);
  } finally {
    closeSync(descriptor);
  }
}

/** A field of a CSV file, quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
