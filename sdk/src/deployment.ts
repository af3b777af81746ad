import { PublicKey } from '@solana/web3.js';
import { programIds } from './idl/ids.js';
import { forEachProgram, type ProgramName } from './programs.js';

/**
 * Where the marketplace stands: its programs, mints and price. A value that is passed on, never ambient.
 *
 * @see {@link custom}
 */
export interface Deployment {
  /** The addresses of the programs. */
  readonly programs: Readonly<Record<ProgramName, PublicKey>>;
  /** The mint of IO. */
  readonly ioMint: PublicKey;
  /** The mint of USDC. */
  readonly usdcMint: PublicKey;
  /** What ties oracle signatures to one network: its genesis hash (32 bytes). */
  readonly clusterTag: Uint8Array;
  /** The account that holds the price of IO in US dollars. */
  readonly priceAccount: PublicKey;
  /** The feed that the price account must be of (32 bytes). */
  readonly priceFeedId: Uint8Array;
}

/**
 * What {@link custom} takes: programs that are left out keep their ids, which are the same everywhere.
 *
 * @see {@link custom}
 */
export interface CustomDeployment extends Omit<Deployment, 'programs'> {
  readonly programs?: Partial<Deployment['programs']>;
}

/**
 * A deployment of your own.
 *
 * @example
 * ```ts
 * import { Keypair } from '@solana/web3.js';
 * import { custom } from '@ionet/sdk';
 *
 * const deployment = custom({
 *   ioMint: Keypair.generate().publicKey,
 *   usdcMint: Keypair.generate().publicKey,
 *   clusterTag: new Uint8Array(32),
 *   priceAccount: Keypair.generate().publicKey,
 *   priceFeedId: new Uint8Array(32),
 * });
 * ```
 */
export function custom(settings: CustomDeployment): Deployment {
  const defaults = forEachProgram((name) => new PublicKey(programIds[name]));
  return { ...settings, programs: { ...defaults, ...settings.programs } };
}

/** `text` as bytes, filled up with zeros to 32. */
function padded(text: string): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
}

/**
 * The local network of `npm start` and of the test harness, whose mints and price account stand at addresses
 * that are the same in every run.
 *
 * @example
 * ```ts
 * import { localnet } from '@ionet/sdk';
 *
 * const { ioMint } = localnet();
 * ```
 */
export function localnet(): Deployment {
  return custom({
    ioMint: new PublicKey(padded('ionet:localnet:io')),
    usdcMint: new PublicKey(padded('ionet:localnet:usdc')),
    clusterTag: padded('ionet:localnet'),
    priceAccount: new PublicKey(padded('ionet:localnet:io-usd')),
    priceFeedId: padded('ionet:localnet:IO/USD'),
  });
}
