import { readFileSync } from 'node:fs';
import {
  TOKEN_PROGRAM_ID,
  createTokenAccountInstruction,
  tokenAddress,
  type Client,
  type Sent,
} from '@ionet/sdk';
import {
  mintTokens,
  setMint,
  testKeypair,
  tokenBalance,
  upgradeableProgram,
  type Market,
} from '@ionet/sdk/testing';
import { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { POOL_LAYOUT, tokenSwapMarket } from '../../scripts/lib/buyback/token-swap.js';

/** spl-token-swap 3.0.0, as published and compiled; see tests/markets. */
const PROGRAM = testKeypair('token swap').publicKey;
const POOL = testKeypair('pool');
const INITIALIZE = 0;
const CONSTANT_PRODUCT = 0;

/** A pool of USDC and IO on the real program. */
export interface TestPool {
  readonly address: PublicKey;
  /** What it holds now. */
  reserves(): { readonly usdc: bigint; readonly io: bigint };
  /** Somebody trades: gives USDC, and gets IO. */
  buyIo(trader: Client, usdc: bigint): Promise<Sent>;
}

/** Fees in the order of the program: of the pool's and of its owner's trades, numerator and denominator each. */
const FEES = [25n, 10_000n, 5n, 10_000n, 0n, 0n, 0n, 0n] as const;

/** Installs the program and opens a pool with these reserves, in base units; which token comes first may be chosen. */
export async function openPool(
  market: Market,
  reserves: { readonly usdc: bigint; readonly io: bigint },
  usdcFirst = true,
): Promise<TestPool> {
  const { network, deployment, admin, mintAuthority } = market;
  const { usdcMint, ioMint } = deployment;
  const elf = readFileSync('artifacts/test/token-swap.so');
  for (const account of upgradeableProgram(PROGRAM, elf, null)) network.setAccount(account);
  const [authority] = PublicKey.findProgramAddressSync([POOL.publicKey.toBytes()], PROGRAM);
  const poolMint = testKeypair('pool mint').publicKey;
  setMint(network, { address: poolMint, decimals: 2, mintAuthority: authority });
  network.setAccount({ address: POOL.publicKey, owner: PROGRAM, data: new Uint8Array(POOL_LAYOUT.size) });
  const usdcVault = await mintTokens(admin, {
    mint: usdcMint,
    mintAuthority,
    owner: authority,
    amount: reserves.usdc,
  });
  const ioVault = await mintTokens(admin, {
    mint: ioMint,
    mintAuthority,
    owner: authority,
    amount: reserves.io,
  });
  const [feeOwner, provider] = ['fee owner', 'provider'].map((label) => testKeypair(label).publicKey) as [
    PublicKey,
    PublicKey,
  ];

  const data = Buffer.alloc(1 + 64 + 33);
  data.writeUInt8(INITIALIZE, 0);
  FEES.forEach((part, index) => data.writeBigUInt64LE(part, 1 + 8 * index));
  data.writeUInt8(CONSTANT_PRODUCT, 65);
  const [first, second] = usdcFirst ? [usdcVault, ioVault] : [ioVault, usdcVault];
  const key = (pubkey: PublicKey, isWritable = false) => ({ pubkey, isSigner: false, isWritable });
  await admin.send({
    instructions: [
      createTokenAccountInstruction(admin.payer, poolMint, feeOwner),
      createTokenAccountInstruction(admin.payer, poolMint, provider),
      new TransactionInstruction({
        programId: PROGRAM,
        keys: [
          { pubkey: POOL.publicKey, isSigner: true, isWritable: true },
          key(authority),
          key(first),
          key(second),
          key(poolMint, true),
          key(tokenAddress(poolMint, feeOwner)),
          key(tokenAddress(poolMint, provider), true),
          key(TOKEN_PROGRAM_ID),
        ],
        data,
      }),
    ],
    signers: [POOL],
    accounts: {},
  });
  return {
    address: POOL.publicKey,
    reserves: () => ({ usdc: tokenBalance(network, usdcVault), io: tokenBalance(network, ioVault) }),
    async buyIo(trader, usdc) {
      const quote = await tokenSwapMarket(POOL.publicKey).quote(trader);
      const owner = trader.payer;
      const [usdcAccount, ioAccount] = [tokenAddress(usdcMint, owner), tokenAddress(ioMint, owner)];
      return trader.send(quote.swap({ owner, usdcAccount, ioAccount, usdc, leastIo: 0n }));
    },
  };
}
