import { TOKEN_PROGRAM_ID, custom, decodeMint, type Client, type Deployment, type Mint } from '@ionet/sdk';
import { PublicKey, SYSVAR_RENT_PUBKEY, SystemProgram } from '@solana/web3.js';
import type { MigrationConfig } from './config.js';
import { MigrationError } from './step.js';

/** Makes the address of the mint follow from the deployer's: an interrupted migration finds it again. */
export const IO_MINT_SEED = 'ionet:io-mint';

/** The deployment that a migration makes. */
export async function deploymentOf(config: MigrationConfig): Promise<Deployment> {
  const { programs, usdcMint, genesisHash, price, deployer } = config;
  return custom({
    programs,
    ioMint: await PublicKey.createWithSeed(deployer, IO_MINT_SEED, TOKEN_PROGRAM_ID),
    usdcMint,
    clusterTag: genesisHash.toBytes(),
    priceAccount: price.account,
    priceFeedId: price.feedId,
  });
}

/** A mint as the chain has it, `null` where nothing is there but SOL, which anybody can send to any address. */
export async function fetchMint(client: Client, address: PublicKey): Promise<Mint | null> {
  const [raw] = await client.transport.getAccounts([address]);
  if (raw == null || (raw.data.length === 0 && raw.owner.equals(SystemProgram.programId))) return null;
  const mint = raw.owner.equals(TOKEN_PROGRAM_ID) ? decodeMint(raw.data) : null;
  if (mint === null) throw new MigrationError(`${address.toBase58()} is no mint of the SPL Token program`);
  return mint;
}

/** The lamports that make an account of so many bytes exempt from rent, by the network's rent account. */
export async function rentFor(client: Client, size: number): Promise<bigint> {
  const [rent] = await client.transport.getAccounts([SYSVAR_RENT_PUBKEY]);
  if (rent == null) throw new MigrationError('the network has no rent account');
  const view = new DataView(rent.data.buffer, rent.data.byteOffset, rent.data.byteLength);
  const ACCOUNT_OVERHEAD = 128n;
  const yearly = (ACCOUNT_OVERHEAD + BigInt(size)) * view.getBigUint64(0, true);
  // Years that have to be paid ahead: a small number that the network keeps as a float.
  return BigInt(Math.ceil(Number(yearly) * view.getFloat64(8, true)));
}
