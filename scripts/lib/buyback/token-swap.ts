import { AccountError, TOKEN_PROGRAM_ID, U64_MAX, decodeTokenAccount, type ClientCore } from '@ionet/sdk';
import { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { least, type Market, type MarketQuote, type SwapOrder } from './market.js';

/** Where a pool keeps what, and what it takes: the layout of a pool of spl-token-swap 3.0.0. */
export const POOL_LAYOUT = {
  size: 324,
  version: 0,
  bump: 2,
  tokenA: 35,
  tokenB: 67,
  poolMint: 99,
  mintA: 131,
  mintB: 163,
  feeAccount: 195,
  fees: 227,
  curve: 291,
} as const;

const VERSION = 1;
const CONSTANT_PRODUCT = 0;
const SWAP = 1;

/** A part of what is swapped. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A pool of USDC and IO whose product stays constant. */
interface Pool {
  readonly address: PublicKey;
  readonly program: PublicKey;
  readonly authority: PublicKey;
  readonly usdcVault: PublicKey;
  readonly ioVault: PublicKey;
  readonly poolMint: PublicKey;
  readonly feeAccount: PublicKey;
  readonly tradeFee: Fraction;
  readonly ownerFee: Fraction;
  readonly usdc: bigint;
  readonly io: bigint;
}

/** A pool of spl-token-swap: constant product, at its address. */
export function tokenSwapMarket(address: PublicKey): Market {
  return {
    async quote(client) {
      const pool = await readPool(client, address);
      return quoteOf(pool);
    },
  };
}

/** What a pool gives and takes, to the unit as its program computes it. */
function quoteOf(pool: Pool): MarketQuote {
  const bought = (usdc: bigint): bigint => {
    const fees = feeOf(usdc, pool.tradeFee) + feeOf(usdc, pool.ownerFee);
    const swapped = usdc - fees;
    if (swapped <= 0n) return 0n;
    const left = (pool.usdc * pool.io + pool.usdc + swapped - 1n) / (pool.usdc + swapped);
    return pool.io - left;
  };
  return {
    bought,
    cost: (io) => least(U64_MAX - pool.usdc, (usdc) => bought(usdc) >= io),
    swap: (order) => ({ instructions: [swapInstruction(pool, order)], signers: [], accounts: {} }),
  };
}

/** At least one base unit, where there is a fee at all. */
function feeOf(amount: bigint, { numerator, denominator }: Fraction): bigint {
  if (numerator === 0n || amount === 0n) return 0n;
  const fee = (amount * numerator) / denominator;
  return fee === 0n ? 1n : fee;
}

function swapInstruction(pool: Pool, order: SwapOrder): TransactionInstruction {
  const data = Buffer.alloc(17);
  data.writeUInt8(SWAP, 0);
  data.writeBigUInt64LE(order.usdc, 1);
  data.writeBigUInt64LE(order.leastIo, 9);
  const readable = (pubkey: PublicKey) => ({ pubkey, isSigner: false, isWritable: false });
  const writable = (pubkey: PublicKey) => ({ pubkey, isSigner: false, isWritable: true });
  return new TransactionInstruction({
    programId: pool.program,
    keys: [
      readable(pool.address),
      readable(pool.authority),
      { pubkey: order.owner, isSigner: true, isWritable: false },
      writable(order.usdcAccount),
      writable(pool.usdcVault),
      writable(pool.ioVault),
      writable(order.ioAccount),
      writable(pool.poolMint),
      writable(pool.feeAccount),
      readable(TOKEN_PROGRAM_ID),
    ],
    data,
  });
}

async function readPool(client: ClientCore, address: PublicKey): Promise<Pool> {
  const [account] = await client.transport.getAccounts([address]);
  const text = address.toBase58();
  if (account == null) throw new AccountError('AccountNotFound', text, `there is no pool at ${text}`);
  const { size, version, bump, mintA, mintB, tokenA, tokenB, poolMint, feeAccount, fees, curve } =
    POOL_LAYOUT;
  const { data, owner: program } = account;
  if (data.length !== size || data[version] !== VERSION || data[curve] !== CONSTANT_PRODUCT) {
    throw new AccountError('AccountMismatch', text, `${text} is no constant-product pool of spl-token-swap`);
  }
  const keyAt = (offset: number): PublicKey => new PublicKey(data.subarray(offset, offset + 32));
  const { usdcMint, ioMint } = client.deployment;
  const [first, second] = [keyAt(mintA), keyAt(mintB)];
  const isUsdcFirst = first.equals(usdcMint) && second.equals(ioMint);
  if (!isUsdcFirst && !(first.equals(ioMint) && second.equals(usdcMint))) {
    throw new AccountError('AccountMismatch', text, `${text} is no pool of USDC and IO`);
  }
  const [usdcVault, ioVault] = isUsdcFirst ? [keyAt(tokenA), keyAt(tokenB)] : [keyAt(tokenB), keyAt(tokenA)];
  const [usdc, io] = (await client.transport.getAccounts([usdcVault, ioVault])).map((vault) =>
    vault === null ? null : decodeTokenAccount(vault.data),
  );
  if (usdc == null || io == null) {
    throw new AccountError('AccountMismatch', text, `${text} has no token accounts`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const fraction = (offset: number): Fraction => ({
    numerator: view.getBigUint64(offset, true),
    denominator: view.getBigUint64(offset + 8, true),
  });
  return {
    address,
    program,
    authority: PublicKey.createProgramAddressSync(
      [address.toBytes(), Uint8Array.of(data[bump] ?? 0)],
      program,
    ),
    usdcVault,
    ioVault,
    poolMint: keyAt(poolMint),
    feeAccount: keyAt(feeAccount),
    tradeFee: fraction(fees),
    ownerFee: fraction(fees + 16),
    usdc: usdc.amount,
    io: io.amount,
  };
}
