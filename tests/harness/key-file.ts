import type { Keypair } from '@solana/web3.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a keypair as services and commands read it, and gives the file. */
export function keyFile(directory: string, name: string, { secretKey }: Pick<Keypair, 'secretKey'>): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify([...secretKey]));
  return path;
}
