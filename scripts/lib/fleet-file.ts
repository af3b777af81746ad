import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseFleet, type Fleet } from '../start/fleet.js';

/** The fleet that comes with the repository. */
export const DEFAULT_FLEET = fileURLToPath(new URL('../../examples/fleet.json', import.meta.url));

/** Reads a fleet file; what is wrong with it is said by name. */
export function readFleet(file: string, name = file): Fleet {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: name a fleet file, see examples/README.md`, { cause });
  }
  return parseFleet(text, name);
}
