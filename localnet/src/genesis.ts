import { TOKEN_PROGRAM_ID, UPGRADEABLE_LOADER, localnet, type Deployment } from '@ionet/sdk';
import { Market, PYTH_RECEIVER, initializeMarket, readPrograms } from '@ionet/sdk/testing';
import { SystemProgram } from '@solana/web3.js';
import { fileURLToPath } from 'node:url';
import { addressOf, type Address } from './address.js';
import type { Block } from './chain/block.js';
import type { ChainSnapshot } from './chain/chain.js';
import { Runtime, type Account } from './chain/runtime.js';
import { WALLETS } from './wallets.js';

const ARTIFACTS = fileURLToPath(new URL('../../artifacts', import.meta.url));
const SOL = 1_000_000_000n;
const FAUCET_SOL = 500_000_000n;
/** What the wallets that trade begin with: a million IO, a million USDC. */
const IO = 100_000_000_000_000n;
const USDC = 1_000_000_000_000n;

/** The network's deployment: the one that the SDK calls `localnet()`. */
export const DEPLOYMENT: Deployment = localnet();

/** What clients take for the identity of the network; oracle signatures are bound to it. */
export const GENESIS_HASH = addressOf(DEPLOYMENT.clusterTag);

/**
 * The chain before its first block: the programs initialized by the same code that tests use, mints, a price,
 * hardware classes and funded wallets.
 */
async function makeGenesis(unixTimestamp: number): Promise<ChainSnapshot> {
  const programs = await readPrograms(ARTIFACTS);
  const market = new Market({ programs, deployment: DEPLOYMENT, startsAt: BigInt(unixTimestamp) });
  await initializeMarket(market);
  const { network } = market;
  for (const { keypair } of Object.values(WALLETS)) {
    if (network.getAccount(keypair.publicKey) === null) network.airdrop(keypair.publicKey, 1_000n * SOL);
  }
  await market.fund(WALLETS.owner.keypair.publicKey, { io: IO, usdc: USDC });
  await market.fund(WALLETS.buyer.keypair.publicKey, { io: IO, usdc: USDC });

  const runtime = Runtime.fromBytes(network.snapshot());
  runtime.addNativeMints();
  runtime.setAccount(WALLETS.faucet.keypair.publicKey.toBase58(), {
    lamports: FAUCET_SOL * SOL,
    owner: SystemProgram.programId.toBase58(),
    data: new Uint8Array(),
    executable: false,
  });
  const time = BigInt(unixTimestamp);
  runtime.setClock({ slot: 0n, epoch: 0n, epochStartTimestamp: time, unixTimestamp: time });
  const tip: Block = {
    slot: 0,
    height: 0,
    parentSlot: 0,
    previousBlockhash: SystemProgram.programId.toBase58(),
    blockhash: runtime.blockhash(),
    blockTime: unixTimestamp,
    signatures: [],
  };
  return {
    runtime: runtime.toBytes(),
    tip,
    recent: [{ blockhash: tip.blockhash, height: 0, messages: new Set() }],
    transactionCount: 0,
    clockOffsetMs: 0,
  };
}

let made: Promise<ChainSnapshot> | undefined;

/** The state before the first block, made once a process: what is in it depends on the programs alone. */
export function genesis(): Promise<ChainSnapshot> {
  return (made ??= makeGenesis(Math.floor(Date.now() / 1000)));
}

/** An account of the genesis. */
export interface GenesisAccount {
  readonly address: Address;
  readonly account: Account;
}

/** All accounts that the marketplace consists of at its beginning, to write them into another node. */
export async function genesisAccounts(): Promise<GenesisAccount[]> {
  const { runtime: bytes } = await genesis();
  const runtime = Runtime.fromBytes(bytes);
  const owners = [
    ...Object.values(DEPLOYMENT.programs),
    UPGRADEABLE_LOADER,
    TOKEN_PROGRAM_ID,
    PYTH_RECEIVER,
  ].map((key) => key.toBase58());
  const wallets = Object.values(WALLETS).map(({ keypair }) => keypair.publicKey.toBase58());
  return [
    ...wallets.flatMap((address) => {
      const account = runtime.account(address);
      return account === null ? [] : [{ address, account }];
    }),
    ...owners.flatMap((owner) =>
      [...runtime.programAccounts(owner)].map(([address, account]) => ({ address, account })),
    ),
  ];
}
