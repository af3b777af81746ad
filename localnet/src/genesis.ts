import { localnet, type Deployment } from '@ionet/sdk';
import { Market, initializeMarket, readPrograms } from '@ionet/sdk/testing';
import { SystemProgram } from '@solana/web3.js';
import { fileURLToPath } from 'node:url';
import { addressOf } from './address.js';
import type { Block } from './chain/block.js';
import type { ChainSnapshot } from './chain/chain.js';
import { Runtime } from './chain/runtime.js';
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
export async function makeGenesis(unixTimestamp: number): Promise<ChainSnapshot> {
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
