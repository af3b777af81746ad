import type { Keypair, PublicKey } from '@solana/web3.js';
import type { BookJobArgs } from '../actions/escrow/user.js';
import type { OfferTerms } from '../actions/escrow/terms.js';
import type { HardwareKind } from '../actions/staking/index.js';
import type { Client, Sent } from '../client.js';
import { localnet, type Deployment } from '../deployment.js';
import type { ProgramName } from '../programs.js';
import { testKeypair } from './keys.js';
import { TestNetwork, type TransactionObserver } from './network.js';
import { setPrice, type PriceUpdate } from './price.js';
import { tokenAddress } from '../tokens.js';
import { mintTokens, setMint, tokenBalance } from './tokens.js';

/**
 * A hardware class of the test market.
 *
 * @see {@link TEST_CLASSES}
 */
export interface TestHardwareClass {
  readonly id: number;
  readonly kind: HardwareKind;
  readonly multiplierX100: number;
  readonly referencePrice: bigint;
  readonly name: string;
}

/**
 * How a market is made.
 *
 * @see {@link Market}
 */
export interface MarketOptions {
  /** The built programs, see {@link readPrograms}. */
  readonly programs: Readonly<Record<ProgramName, Uint8Array>>;
  /** Default: {@link localnet}. */
  readonly deployment?: Deployment;
  /** The time at which the clock begins. */
  readonly startsAt?: bigint;
  /** Is told of every transaction, those that make the market included. */
  readonly observer?: TransactionObserver;
}

/**
 * A state of a market.
 *
 * @see {@link Market}
 */
export interface MarketSnapshot {
  readonly network: Uint8Array;
  readonly price: Omit<PriceUpdate, 'publishTime'>;
}

/**
 * A node as the market registers it.
 *
 * @see {@link Market}
 */
export interface NodeToRegister {
  /** Default: the node owner of the market. */
  readonly owner?: Client;
  readonly id: number;
  /** Default: 1, the class of eight H100. */
  readonly classId?: number;
  /** Default: 8. */
  readonly deviceCount?: number;
  /** Base units of IO. Default: its minimum stake. */
  readonly stake?: bigint;
  /** Default: the operator of the market. */
  readonly operator?: PublicKey;
  readonly scheduler?: PublicKey;
  /** Default: the owner. */
  readonly payout?: PublicKey;
}

/**
 * The hardware classes that a market begins with.
 *
 * @example
 * ```ts
 * import { pda } from '@ionet/sdk';
 * import { TEST_CLASSES } from '@ionet/sdk/testing';
 *
 * const [h100] = TEST_CLASSES;
 * const { multiplierX100 } = await client.accounts.staking.hardwareClass.fetch(pda.staking.class(deployment, 1));
 * multiplierX100 === h100?.multiplierX100; // true
 * ```
 */
export const TEST_CLASSES: readonly TestHardwareClass[] = [
  { id: 1, kind: 'gpu', multiplierX100: 1_000, referencePrice: 2_500_000n, name: 'H100' },
  { id: 2, kind: 'gpu', multiplierX100: 125, referencePrice: 400_000n, name: 'RTX 4090' },
  { id: 3, kind: 'cpu', multiplierX100: 100, referencePrice: 50_000n, name: 'High-performance CPU' },
];

/**
 * The price of IO that a market begins with: 2.50 US dollars, with no doubt about it.
 *
 * @example
 * ```ts
 * import { formatPrice } from '@ionet/sdk';
 * import { TEST_PRICE } from '@ionet/sdk/testing';
 *
 * formatPrice(TEST_PRICE); // '2.5'
 * ```
 */
export const TEST_PRICE = { price: 250_000_000n, conf: 0n, exponent: -8 } as const;

const SOL = 1_000_000_000n;
const FUNDING = { sol: 1_000n * SOL, io: 10n ** 14n, usdc: 10n ** 12n } as const;

/**
 * A whole marketplace in this process: the programs initialized, hardware classes, three oracles, a staked node
 * with an offer, and a buyer with IO and USDC. Make it with {@link createMarket}.
 *
 * @example
 * ```ts
 * const before = market.snapshot();
 * market.warpBy(3_600);
 * await market.report(job, 3_600);
 * await market.anyone.escrow.settleJob({ job });
 * market.restore(before);
 * ```
 */
export class Market {
  readonly network: TestNetwork;
  readonly deployment: Deployment;
  /** The upgrade authority and admin of all programs. */
  readonly admin: Client;
  /** May stop intake, and cancel reward roots. */
  readonly pauser: Client;
  /** Decides appeals against slashes. */
  readonly appealAuthority: Client;
  /** Owns the node and receives its income. */
  readonly owner: Client;
  /** The hot key of the node. */
  readonly operator: Client;
  /** Hires. */
  readonly buyer: Client;
  /** Has nothing to do with anything, and may crank. */
  readonly anyone: Client;
  /** The members of the oracle set, who also post reward roots; two of three attest. */
  readonly oracles: readonly Keypair[];
  /** May mint IO and USDC. */
  readonly mintAuthority: Keypair;
  /** May freeze USDC accounts. IO has no such key. */
  readonly freezeAuthority: Keypair;

  #price: Omit<PriceUpdate, 'publishTime'> = TEST_PRICE;

  constructor(options: MarketOptions) {
    const admin = testKeypair('admin');
    this.deployment = options.deployment ?? localnet();
    this.network = new TestNetwork({
      deployment: this.deployment,
      programs: options.programs,
      upgradeAuthority: admin.publicKey,
      ...(options.startsAt === undefined ? {} : { startsAt: options.startsAt }),
      ...(options.observer === undefined ? {} : { observer: options.observer }),
    });
    this.admin = this.#actor(admin);
    this.pauser = this.#actor(testKeypair('pauser'));
    this.appealAuthority = this.#actor(testKeypair('appeal authority'));
    this.owner = this.#actor(testKeypair('owner'));
    this.operator = this.#actor(testKeypair('operator'));
    this.buyer = this.#actor(testKeypair('buyer'));
    this.anyone = this.#actor(testKeypair('anyone'));
    this.oracles = [0, 1, 2].map((index) => testKeypair(`oracle ${index}`));
    this.mintAuthority = testKeypair('mint authority');
    this.freezeAuthority = testKeypair('freeze authority');
  }

  /** A client of a new actor, with SOL. */
  actor(label: string): Client {
    return this.#actor(testKeypair(label));
  }

  /** Gives IO and USDC to a wallet; its token accounts exist afterwards, also where the amounts are zero. */
  async fund(wallet: PublicKey, amounts: { readonly io?: bigint; readonly usdc?: bigint }): Promise<void> {
    const { ioMint, usdcMint } = this.deployment;
    const { mintAuthority } = this;
    for (const [mint, amount] of [
      [ioMint, amounts.io],
      [usdcMint, amounts.usdc],
    ] as const) {
      await mintTokens(this.admin, { mint, mintAuthority, owner: wallet, amount: amount ?? 0n });
    }
  }

  /** What a wallet has of IO and USDC in its associated token accounts. */
  balances(wallet: PublicKey): { readonly io: bigint; readonly usdc: bigint } {
    const balance = (mint: PublicKey): bigint => tokenBalance(this.network, tokenAddress(mint, wallet));
    return { io: balance(this.deployment.ioMint), usdc: balance(this.deployment.usdcMint) };
  }

  /** Publishes a price of IO, now unless another time is given. */
  setPrice(price: Partial<PriceUpdate> = {}): void {
    const { publishTime = this.network.now(), postedSlot = this.network.slot(), ...rest } = price;
    this.#price = { ...this.#price, ...rest };
    setPrice(this.network, { ...this.#price, publishTime, postedSlot });
  }

  /** Moves the clock and publishes the last price anew, so that it is not stale. */
  warpBy(seconds: bigint | number): void {
    this.network.warpBy(seconds);
    this.setPrice();
  }

  /** The whole state, for {@link Market.restore}. */
  snapshot(): MarketSnapshot {
    return { network: this.network.snapshot(), price: this.#price };
  }

  /** Goes back to a state. All clients go on working. */
  restore(snapshot: MarketSnapshot): void {
    this.network.restore(snapshot.network);
    this.#price = snapshot.price;
  }

  /** Registers a node and stakes for it. */
  async registerNode(node: NodeToRegister): Promise<PublicKey> {
    const owner = node.owner ?? this.owner;
    const { accounts } = await owner.staking.registerNode({
      id: node.id,
      classId: node.classId ?? 1,
      deviceCount: node.deviceCount ?? 8,
      bandwidth: 'high',
      region: 'eu-west',
      operator: node.operator ?? this.operator.payer,
      scheduler: node.scheduler ?? null,
      payout: node.payout ?? owner.payer,
    });
    const { minimumStake } = await owner.accounts.staking.node.fetch(accounts.node);
    const amount = node.stake ?? minimumStake;
    if (amount > 0n) await owner.staking.stake({ node: accounts.node, amount });
    return accounts.node;
  }

  /** Offers a node's devices. */
  async createOffer(node: PublicKey, id: number, terms: OfferTerms): Promise<PublicKey> {
    const { accounts } = await this.operator.escrow.createOffer({ node, id, terms });
    return accounts.offer;
  }

  /** Books a job and has the operator start it. */
  async bookAndStart(order: BookJobArgs): Promise<PublicKey> {
    const { accounts } = await this.buyer.escrow.bookJob(order);
    await this.operator.escrow.startJob({ job: accounts.job });
    return accounts.job;
  }

  /** Reports verified seconds of a job, signed by as many oracles as are needed, as of now or `asOf`. */
  async report(job: PublicKey, verifiedSeconds: bigint | number, asOf?: bigint): Promise<Sent> {
    return this.anyone.oracle.reportJob({
      job,
      verifiedSeconds: BigInt(verifiedSeconds),
      signers: this.oracles.slice(0, 2),
      ...(asOf === undefined ? {} : { asOf }),
    });
  }

  #actor(keypair: Keypair): Client {
    this.network.airdrop(keypair.publicKey, FUNDING.sol);
    return this.network.client(keypair);
  }
}

/**
 * What {@link createMarket} gives: the market with its first node and offer.
 *
 * @see {@link createMarket}
 */
export interface MarketWithNode {
  readonly market: Market;
  /** Eight H100, staked, of `market.owner`, operated by `market.operator`. */
  readonly node: PublicKey;
  /** Two US dollars an hour and device, 1 to 720 hours. */
  readonly offer: PublicKey;
}

/**
 * Writes the mints and initializes the programs of a market, with classes, oracles and a price.
 *
 * @example
 * ```ts
 * import { initializeMarket, Market, readPrograms } from '@ionet/sdk/testing';
 *
 * const empty = new Market({ programs: await readPrograms('artifacts') });
 * await initializeMarket(empty);
 * (await empty.buyer.accounts.staking.hardwareClass.findAll()).length; // 3
 * ```
 */
export async function initializeMarket(market: Market): Promise<void> {
  const { admin, deployment, network, pauser } = market;
  const mintAuthority = market.mintAuthority.publicKey;
  setMint(network, { address: deployment.ioMint, decimals: 8, mintAuthority });
  setMint(network, {
    address: deployment.usdcMint,
    decimals: 6,
    mintAuthority,
    freezeAuthority: market.freezeAuthority.publicKey,
  });
  market.setPrice();
  await admin.treasury.initialize();
  await admin.staking.initialize({ pauser: pauser.payer, appealAuthority: market.appealAuthority.payer });
  await admin.oracle.initialize({ members: market.oracles.map((oracle) => oracle.publicKey) });
  await admin.escrow.initialize({ pauser: pauser.payer });
  await admin.emission.initialize({
    guardian: pauser.payer,
    members: market.oracles.map((oracle) => oracle.publicKey),
  });
  await admin.airdrop.initialize();
  for (const hardwareClass of TEST_CLASSES) await admin.staking.createClass(hardwareClass);
}

/**
 * A marketplace ready to hire on.
 *
 * @example
 * ```ts
 * import { parseUsdc } from '@ionet/sdk';
 * import { createMarket, readPrograms } from '@ionet/sdk/testing';
 *
 * const { market, offer } = await createMarket({ programs: await readPrograms('artifacts') });
 * const { accounts } = await market.buyer.escrow.bookJob({
 *   offer,
 *   devices: 8,
 *   hours: 24,
 *   payment: 'usdc',
 *   maxTotal: parseUsdc('400'),
 * });
 * ```
 */
export async function createMarket(options: MarketOptions): Promise<MarketWithNode> {
  const market = new Market(options);
  await initializeMarket(market);
  await market.fund(market.owner.payer, { io: FUNDING.io });
  await market.fund(market.buyer.payer, { io: FUNDING.io, usdc: FUNDING.usdc });
  const node = await market.registerNode({ id: 0 });
  const offer = await market.createOffer(node, 0, { price: 2_000_000n, maxHours: 720 });
  return { market, node, offer };
}
