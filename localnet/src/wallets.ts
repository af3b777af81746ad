import { testKeypair } from '@ionet/sdk/testing';
import type { Keypair } from '@solana/web3.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A funded wallet of the local network. Its key follows from its label: everybody has it. */
export interface LocalWallet {
  readonly name: string;
  readonly purpose: string;
  readonly keypair: Keypair;
}

function wallet(label: string, purpose: string): LocalWallet {
  return { name: label.replaceAll(' ', '-'), purpose, keypair: testKeypair(label) };
}

/** All wallets, by name. The keys are for this network alone. */
export const WALLETS = {
  admin: wallet('admin', 'upgrade authority and admin of the programs'),
  pauser: wallet('pauser', 'may stop intake'),
  owner: wallet('owner', 'owns nodes: has IO to stake'),
  operator: wallet('operator', 'hot key of nodes'),
  buyer: wallet('buyer', 'hires: has IO and USDC'),
  anyone: wallet('anyone', 'has nothing to do with anything, and may crank'),
  oracle0: wallet('oracle 0', 'member of the oracle set'),
  oracle1: wallet('oracle 1', 'member of the oracle set'),
  oracle2: wallet('oracle 2', 'member of the oracle set'),
  mintAuthority: wallet('mint authority', 'mints IO and USDC'),
  freezeAuthority: wallet('freeze authority', 'freezes USDC accounts'),
  faucet: wallet('faucet', 'pays airdrops of SOL'),
} as const satisfies Record<string, LocalWallet>;

/** Writes the wallets as keypair files, in the form that wallets and Solana's tools read. */
export async function writeWallets(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await Promise.all([
    ...Object.values(WALLETS).map(({ name, keypair }) =>
      writeFile(join(directory, `${name}.json`), `${JSON.stringify([...keypair.secretKey])}\n`, {
        mode: 0o600,
      }),
    ),
    writeFile(
      join(directory, 'README.txt'),
      'Test keys of the ionet local network. They are the same on every machine, so everybody has them:\n' +
        'whatever is sent to them on another network is lost.\n',
    ),
  ]);
}
