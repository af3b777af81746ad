import { expect } from 'chai';
import type { Keypair, PublicKey } from '@solana/web3.js';
import {
  BASE_STAKE_PER_DEVICE,
  escrow,
  minimumStake as minimumStakeOf,
  pda,
  tokenAddress,
  type Call,
  type Client,
  type Fetched,
  type Payment,
  type Price,
  type RawAccount,
  type Sent,
} from '@ionet/sdk';
import { TEST_PRICE, testKeypair, type Market } from '@ionet/sdk/testing';
import { DAY, buyerAccount, mintOf, tokenOf, type JobAccount, type Token } from '../harness/jobs.js';
import { thaw } from '../harness/token-accounts.js';
import { AccountCache } from './account-cache.js';
import type { Random } from './random.js';
import { Offices } from './roles.js';
import {
  NO_USAGE,
  bookedEnd,
  checkBooked,
  checkStep,
  isOver,
  type Circumstances,
  type KnownUsage,
} from './rules.js';

/** How often everything is read anew, also what no transaction could have written. */
const CHECKS_BETWEEN_FULL_ONES = 50;
const TOKENS = ['io', 'usdc'] as const;

/** A wallet of the world and who acts for it. */
export interface Actor {
  readonly label: string;
  readonly key: Keypair;
  readonly client: Client;
}

export interface NodeInPlay {
  readonly address: PublicKey;
  readonly load: PublicKey;
  /** Those that there are. */
  readonly offers: PublicKey[];
  /** Whether the account of its load exists. */
  hasLoad: boolean;
}

/** A job from its booking to its closing. */
export interface JobInPlay {
  readonly address: PublicKey;
  readonly vault: PublicKey;
  /** As of the last check. */
  account: JobAccount;
  bytes: Uint8Array;
  /** What its vault holds, as of the last check. */
  balance: bigint;
  /** Nothing but the program can make a vault, and it makes none for a job that has had one. */
  vaultGone: boolean;
  /** Tokens that strangers have sent to its vault. */
  given: bigint;
  usage: KnownUsage;
  closed: boolean;
}

/** The members whom a program listens to, and who may follow them. */
export interface OracleSet {
  version: number;
  members: readonly Keypair[];
  pending: readonly Keypair[];
  /** When the pending ones may take over; zero: none are. */
  pendingAt: bigint;
}

/** A token account that cannot receive for the time being. */
export interface Block {
  readonly account: PublicKey;
  unblock(): Promise<void>;
}

type State = JobAccount['state'];

/** Where a job may be a step later; a step is one instruction on it. */
const ARROWS: Readonly<Record<State, readonly State[]>> = {
  booked: ['booked', 'running', 'cancelled', 'expired'],
  running: ['running', 'ending', 'ended'],
  ending: ['ending', 'ended'],
  ended: ['ended'],
  cancelled: ['cancelled'],
  expired: ['expired'],
};

/** What of a job only grows. */
const GROWING = [
  'seq',
  'hours',
  'compute',
  'usdValue',
  'billedSeconds',
  'baseEarned',
  'baseSeconds',
  'paidIn',
  'donated',
  'paidToNode',
  'paidToFees',
  'refunded',
  'chargedBookingFee',
  'chargedHandlingFee',
] as const satisfies readonly (keyof JobAccount)[];

/** What of a job never changes. The payout is the node's as of the start. */
const FIXED = [
  'id',
  'buyer',
  'node',
  'offer',
  'rentPayer',
  'payment',
  'devices',
  'startAt',
  'bookedAt',
] as const;

export function owedOf({ owedToNode, owedToFees, owedToBuyer }: JobAccount): bigint {
  return owedToNode + owedToFees + owedToBuyer;
}

/** What came in less what went out. */
function liabilities({ paidIn, donated, paidToNode, paidToFees, refunded }: JobAccount): bigint {
  return paidIn + donated - paidToNode - paidToFees - refunded;
}

/**
 * Everything that a random driver acts on, with a model of what must be true of it. {@link World.check} reads the
 * chain and throws where it is not.
 */
export class World {
  readonly random: Random;
  readonly buyers: Actor[] = [];
  readonly nodes: NodeInPlay[] = [];
  readonly jobs: JobInPlay[] = [];
  readonly blocks: Block[] = [];
  /** Holds what is taken out of accounts that are closed, and gives to vaults. Never blocked. */
  readonly keeper: Actor;
  /** Ids of closed jobs, to use again. */
  readonly freeIds: { readonly buyer: Actor; readonly id: bigint }[] = [];
  /** What has been seen, such as states and reasons. */
  readonly seen = new Set<string>();
  /** Who holds the roles of the programs. */
  readonly offices: Offices;
  nextId = 0n;
  /** Stake that a device needs at least, where its multiplier is one. */
  baseStake = BASE_STAKE_PER_DEVICE;
  /** What one IO is worth at least, in units of 1e-8 US dollars. */
  ioPrice: bigint = TEST_PRICE.price;
  /** The job that the last step settled: all that there was to bill must be billed. */
  settled: PublicKey | undefined;
  /** The oracle set in office, and the one that may follow. */
  readonly oracles: OracleSet;

  readonly #accounts: AccountCache;
  #checks = 0;
  readonly #calls = new Map<string, Call>();
  readonly #wallets: Actor[] = [];
  readonly #bought = new Map<string, bigint>();
  /** What the auction sold, and burned for it. */
  readonly #sold = { io: 0n, usdc: 0n };
  #open: readonly JobInPlay[] = [];
  readonly #stakes = new Map<string, bigint>();
  /** The minimum stake of each node, as of its last change of hardware. */
  readonly #minimums = new Map<string, bigint>();
  /** What strangers have sent to vaults that are not of a job. */
  readonly #gifts = new Map<string, bigint>();
  readonly #loads = new Map<string, { bytes: Uint8Array; account: Fetched<'escrow', 'nodeLoad'> }>();
  /** Of each mint what no job touches: supply less all that the world holds. */
  #elsewhere: Readonly<Record<Token, bigint>> = { io: 0n, usdc: 0n };
  #feesBefore: Readonly<Record<Token, bigint>> = { io: 0n, usdc: 0n };
  #supplyBefore: Readonly<Record<Token, bigint>> = { io: 0n, usdc: 0n };

  private constructor(
    readonly market: Market,
    random: Random,
  ) {
    this.random = random;
    this.#accounts = new AccountCache(market.network);
    this.offices = new Offices(market);
    this.oracles = { version: 1, members: market.oracles, pending: [], pendingAt: 0n };
    this.keeper = this.#enter('keeper', market.actor('keeper'));
  }

  /** Three buyers, of whom one is a payout wallet too, and three nodes with two offers each. */
  static async make(market: Market, random: Random): Promise<World> {
    const world = new World(market, random);
    world.buyers.push(
      world.#enter('buyer', market.buyer),
      world.#enter('second buyer', market.actor('second buyer')),
      world.#enter('buyer and payout', market.actor('buyer and payout')),
    );
    world.#enter('owner', market.owner);
    const payouts = [market.owner.payer, world.#enter('payout', market.actor('payout')).client.payer];
    payouts.push(world.buyers[2]!.client.payer);
    for (const { client } of world.#wallets) {
      await market.fund(client.payer, { io: 10n ** 13n, usdc: 10n ** 11n });
    }
    for (const [index, payout] of payouts.entries()) {
      const scheduler = index === 1 ? { scheduler: market.pauser.payer } : {};
      const address = await market.registerNode({ id: 10 + index, payout, ...scheduler });
      const prices = [1_234_567n + BigInt(index), 77_777_777n];
      const offers: PublicKey[] = [];
      for (const [id, price] of prices.entries()) {
        offers.push(await market.createOffer(address, id, { price, maxHours: 60 }));
      }
      const load = pda.escrow.nodeLoad(market.deployment, address);
      world.nodes.push({ address, offers, load, hasLoad: true });
    }
    for (const { address } of world.nodes) {
      const { ownStake, deviceCount } = await market.anyone.accounts.staking.node.fetch(address);
      world.#stakes.set(address.toBase58(), ownStake);
      world.onHardware(address, deviceCount);
    }
    world.#elsewhere = { io: world.#outside('io'), usdc: world.#outside('usdc') };
    world.#feesBefore = { io: world.#feeVault('io'), usdc: world.#feeVault('usdc') };
    world.#supplyBefore = { io: world.#supply('io'), usdc: world.#supply('usdc') };
    await world.check();
    return world;
  }

  /** The price of the moment; the driver never lets it become stale. */
  get price(): Price {
    return { price: this.ioPrice, conf: 0n, exponent: -8 };
  }

  get now(): bigint {
    return this.market.network.now();
  }

  get openJobs(): readonly JobInPlay[] {
    return this.#open;
  }

  /** The wallets that money can come from or go to, but the keeper. */
  get wallets(): readonly Actor[] {
    return this.#wallets.filter((actor) => actor !== this.keeper);
  }

  actorOf(wallet: PublicKey): Actor {
    const actor = this.#wallets.find(({ client }) => client.payer.equals(wallet));
    if (actor === undefined) throw new RangeError(`${wallet.toBase58()} is nobody of this world`);
    return actor;
  }

  /** An open job for which an action makes sense, or, now and then, any. */
  pickJob(fits: (job: JobInPlay) => boolean): JobInPlay | undefined {
    const open = this.openJobs;
    return this.random.pick(this.random.chance(8) ? open : open.filter(fits));
  }

  /** Like {@link World.pickJob}, by state. */
  pickIn(...states: State[]): JobInPlay | undefined {
    return this.pickJob(({ account }) => states.includes(account.state));
  }

  /** Sends an action that needs nothing but the job; built once, since deriving addresses takes most of the time. */
  async act(
    client: Client,
    action: 'cancelJob' | 'endJob' | 'expireJob' | 'payOwed' | 'release' | 'settleJob' | 'startJob',
    { account }: JobInPlay,
  ): Promise<Sent> {
    const { address, payout, buyer, payment, offer } = account;
    const parts = [action, client.payer, address, payout, buyer, payment, offer].map(String);
    const key = parts.join(' ');
    const call = this.#calls.get(key) ?? escrow[action].call(client, { job: account });
    this.#calls.set(key, call);
    return client.send(call);
  }

  /** Takes a booked job into the model. */
  async enterJob(address: PublicKey): Promise<void> {
    const { network, deployment, anyone } = this.market;
    const account = await anyone.accounts.escrow.job.fetch(address);
    checkBooked(account, this.#circumstances(NO_USAGE, address));
    const job: JobInPlay = {
      address,
      vault: pda.escrow.jobVault(deployment, address),
      account,
      bytes: network.getAccount(address)!.data,
      balance: 0n,
      vaultGone: false,
      given: 0n,
      usage: NO_USAGE,
      closed: false,
    };
    this.jobs.push(job);
    this.#open = [...this.#open, job];
  }

  #circumstances(usage: KnownUsage, job: PublicKey): Circumstances {
    const { now, ioPrice } = this;
    const { pausedUntil } = this.offices.of('escrow');
    return { now, usage, pausedUntil, ioPrice, settled: this.settled?.equals(job) === true };
  }

  /** An account as it is now. */
  read(address: PublicKey): RawAccount | null {
    return this.#accounts.read(address);
  }

  /** What a token account holds now. */
  tokens(address: PublicKey): bigint {
    return this.#accounts.tokens(address);
  }

  /** Ends the watching of the market, which another world may then have. */
  close(): void {
    this.#accounts.close();
  }

  /** Notes that a node has so many devices, with the base stake of now. */
  onHardware(node: PublicKey, devices: number): void {
    // All nodes that are for hire are of the class of multiplier ten.
    this.#minimums.set(node.toBase58(), minimumStakeOf(this.baseStake, 1_000n, BigInt(devices)));
  }

  /** Notes that a stranger sent tokens to a vault that is not of a job. */
  onGift(vault: PublicKey, token: Token, amount: bigint): void {
    const key = vault.toBase58();
    this.#gifts.set(key, (this.#gifts.get(key) ?? 0n) + amount);
    if (vault.equals(this.#place(token, 'fees'))) {
      this.#feesBefore = { ...this.#feesBefore, [token]: this.#feesBefore[token] + amount };
    } else this.#elsewhere = { ...this.#elsewhere, [token]: this.#elsewhere[token] + amount };
  }

  /** Notes that a node got stake: tokens that no wallet of the world holds any more. */
  async onStaked(node: PublicKey, amount: bigint): Promise<void> {
    this.#elsewhere = { ...this.#elsewhere, io: this.#elsewhere.io + amount };
    const key = node.toBase58();
    this.#stakes.set(key, (this.#stakes.get(key) ?? 0n) + amount);
    await this.checkStake(node);
  }

  /** Notes that so much IO went from wallets of the world to where no job is. */
  onMovedOut(amount: bigint): void {
    this.#elsewhere = { ...this.#elsewhere, io: this.#elsewhere.io + amount };
  }

  /** Notes that so much IO was burned which neither wallets nor jobs held: stake that was slashed. */
  onBurnedElsewhere(amount: bigint): void {
    this.onMovedOut(-amount);
    this.#supplyBefore = { ...this.#supplyBefore, io: this.#supplyBefore.io - amount };
  }

  /** Notes that so much IO was minted to where no job is. */
  onMintedElsewhere(amount: bigint): void {
    this.onBurnedElsewhere(-amount);
  }

  /** Compares a node's stake with what was staked, and with what its vault holds. */
  async checkStake(node: PublicKey): Promise<void> {
    const { anyone, deployment } = this.market;
    const { ownStake, minimumStake } = await anyone.accounts.staking.node.fetch(node);
    const known = this.#stakes.get(node.toBase58()) ?? 0n;
    expect(ownStake, 'the stake of a node').to.equal(known);
    const vault = pda.staking.stakeVault(deployment, node);
    expect(this.tokens(vault), 'the stake vault').to.equal(known + (this.#gifts.get(vault.toBase58()) ?? 0n));
    expect(minimumStake, 'the minimum stake').to.equal(this.#minimums.get(node.toBase58()));
  }

  /** Compares what the treasury says that it burned with what is gone. */
  async checkBurned(): Promise<void> {
    const { anyone, deployment } = this.market;
    const { ioBurned } = await anyone.accounts.treasury.treasury.fetch(pda.treasury.treasury(deployment));
    expect(ioBurned, 'burned').to.equal(this.#supplyBefore.io - this.#supply('io'));
  }

  /** Notes what the auction sold and burned, and compares it with its own totals. */
  async onFeesSold(usdc: bigint, io: bigint): Promise<void> {
    this.#sold.usdc += usdc;
    this.#sold.io += io;
    const { anyone, deployment } = this.market;
    const auction = await anyone.accounts.treasury.auction.fetch(pda.treasury.auction(deployment));
    expect({ usdc: auction.usdcSold, io: auction.ioBurned }, 'sold so far').to.deep.equal(this.#sold);
    await this.checkBurned();
  }

  /** Compares what the oracle program holds on a job with what was reported. */
  async checkUsage({ address, usage }: JobInPlay): Promise<void> {
    const { anyone, deployment } = this.market;
    const held = await anyone.accounts.oracle.jobUsage.fetch(pda.oracle.jobUsage(deployment, address));
    expect({
      sequence: held.sequence,
      verified: held.verifiedSeconds,
      asOf: held.asOf,
      reportedAt: held.lastReportAt,
    }).to.deep.equal(usage);
  }

  /** Compares the chain with the model. */
  async check(): Promise<void> {
    this.#checks += 1;
    if (this.#checks % CHECKS_BETWEEN_FULL_ONES === 0) this.#accounts.forgetAll();
    for (const job of this.openJobs) await this.#checkJob(job);
    for (const node of this.nodes) await this.#checkLoad(node);
    for (const payment of TOKENS) {
      expect(this.#outside(payment), `${payment} that is nowhere`).to.equal(this.#elsewhere[payment]);
    }
    for (const buyer of this.buyers) this.#checkCredits(buyer);
    expect(this.#supply('usdc'), 'the supply of usdc').to.equal(this.#supplyBefore.usdc);
    expect(this.#supply('io') <= this.#supplyBefore.io, 'the supply of io grew').to.equal(true);
  }

  /** Notes credits that were bought. */
  onCreditsBought({ label }: Actor, amount: bigint): void {
    this.#bought.set(label, (this.#bought.get(label) ?? 0n) + amount);
  }

  /** The token account of a buyer's credits. */
  creditsOf({ label }: Actor): PublicKey {
    return this.#place('credits', label);
  }

  /** Credits are what was bought, less what jobs took, and what they gave back: they go nowhere else. */
  #checkCredits(buyer: Actor): void {
    const inJobs = this.jobs
      .filter(({ account }) => account.payment === 'credits' && account.buyer.equals(buyer.client.payer))
      .reduce((sum, { account }) => sum + account.paidIn - account.refunded, 0n);
    expect(this.tokens(this.creditsOf(buyer)), `the credits of ${buyer.label}`).to.equal(
      (this.#bought.get(buyer.label) ?? 0n) - inJobs,
    );
  }

  /**
   * Brings every job to its end and pays it out, by waiting and with the powers of the parties alone; throws where
   * one is stuck. With `keepBlocks` the wallets' accounts stay blocked, and the wallets withdraw.
   */
  async windDown({ keepBlocks }: { readonly keepBlocks: boolean }): Promise<void> {
    const { market } = this;
    const fees = pda.treasury.feeVault(market.deployment, market.deployment.usdcMint);
    for (const block of [...this.blocks]) {
      // Fees and credits have nowhere else to go.
      const isCredits = this.buyers.some((buyer) => this.creditsOf(buyer).equals(block.account));
      if (keepBlocks && !isCredits && !block.account.equals(fees)) continue;
      await block.unblock();
      this.blocks.splice(this.blocks.indexOf(block), 1);
    }
    for (const job of this.openJobs) {
      for (let turn = 0; !job.closed; turn += 1) {
        if (turn > 8) throw new Error(`the job ${job.address.toBase58()} is stuck: ${job.account.state}`);
        await this.#finish(job);
        await this.check();
      }
    }
    for (const { load, hasLoad } of this.nodes) {
      if (!hasLoad) continue;
      const { devicesBusy, jobs } = await market.anyone.accounts.escrow.nodeLoad.fetch(load);
      expect({ devicesBusy, jobs }).to.deep.equal({ devicesBusy: 0, jobs: 0 });
    }
    this.#checkIdentity();
  }

  async #finish(job: JobInPlay): Promise<void> {
    const { anyone } = this.market;
    const { account } = job;
    switch (account.state) {
      case 'booked':
        this.#warpTo(account.startAt + 901n);
        await this.act(anyone, 'expireJob', job);
        return;
      case 'running':
        this.#warpTo(bookedEnd(account) + BigInt(DAY));
        await this.act(anyone, 'settleJob', job);
        return;
      case 'ending':
        this.#warpTo(account.endedAt + BigInt(DAY));
        await this.act(anyone, 'settleJob', job);
        return;
      case 'ended':
      case 'cancelled':
      case 'expired':
        if (owedOf(account) > 0n) return this.#payOut(job);
        if (job.usage.sequence > 0n) {
          await anyone.oracle.closeJobUsage({ job: job.address });
          job.usage = NO_USAGE;
        }
        await this.actorOf(account.rentPayer).client.escrow.closeJob({ job: job.address });
    }
  }

  async #payOut(job: JobInPlay): Promise<void> {
    const { account } = job;
    const destination = tokenAddress(mintOf(this.market, account.payment), this.keeper.client.payer);
    if (account.owedToFees > 0n) await this.act(this.market.anyone, 'payOwed', job);
    const { owedToNode, owedToBuyer } = await this.market.anyone.accounts.escrow.job.fetch(job.address);
    if (owedToNode > 0n) {
      await this.actorOf(account.payout).client.escrow.withdrawOwed({ job: account, destination });
    }
    if (owedToBuyer > 0n && account.payment === 'credits') {
      const buyer = this.actorOf(account.buyer);
      // Whoever has closed the account opens it again by buying.
      if (this.market.network.getAccount(this.creditsOf(buyer)) === null) {
        await this.keeper.client.treasury.buyCredits({ amount: 1n, owner: account.buyer });
        this.onCreditsBought(buyer, 1n);
      }
      await this.act(this.market.anyone, 'payOwed', job);
    } else if (owedToBuyer > 0n && !(owedToNode > 0n && account.payout.equals(account.buyer))) {
      await this.actorOf(account.buyer).client.escrow.withdrawOwed({ job: account, destination });
    }
  }

  /** After everything: what came in is what went out, and the fee vaults have what the jobs say. */
  #checkIdentity(): void {
    for (const payment of TOKENS) {
      const sum = (field: 'donated' | 'paidIn' | 'paidToFees' | 'paidToNode' | 'refunded'): bigint =>
        this.jobs
          .filter(({ account }) => tokenOf(account.payment) === payment)
          .reduce((total, { account }) => total + account[field], 0n);
      expect(sum('paidIn') + sum('donated'), `identity of ${payment}`).to.equal(
        sum('paidToNode') + sum('paidToFees') + sum('refunded'),
      );
      // Of the fees in IO what was burned without the auction is gone, of those in USDC what it sold.
      const burned = this.#supplyBefore[payment] - this.#supply(payment) - this.#sold.io;
      const gone = payment === 'io' ? burned : this.#sold.usdc;
      expect(this.#feeVault(payment) + gone, `fees in ${payment}`).to.equal(
        this.#feesBefore[payment] + sum('paidToFees'),
      );
    }
  }

  async #checkJob(job: JobInPlay): Promise<void> {
    const { anyone } = this.market;
    const raw = this.read(job.address);
    const before = job.account;
    if (raw === null) {
      expect(isOver(before), 'a job was closed that was not over').to.equal(true);
      expect(liabilities(before), 'a job was closed that was not paid out').to.equal(0n);
      expect(this.read(job.vault), 'the vault of a closed job').to.equal(null);
      expect(job.usage, 'the usage of a closed job').to.equal(NO_USAGE);
      job.closed = true;
      this.#open = this.#open.filter((one) => one !== job);
      this.seen.add('closed');
      this.freeIds.push({ buyer: this.actorOf(before.buyer), id: before.id });
      return;
    }
    if (raw.data !== job.bytes && Buffer.compare(raw.data, job.bytes) !== 0) {
      job.bytes = raw.data;
      job.account = await anyone.accounts.escrow.job.fetch(job.address);
      this.#checkChange(before, job);
    }
    const { account } = job;
    const pending = job.given - account.donated;
    expect(pending >= 0n, 'more was given than strangers gave').to.equal(true);
    const due = liabilities(account) + pending;
    if (!(job.vaultGone && due === 0n)) {
      job.balance = this.tokens(job.vault);
      job.vaultGone = this.read(job.vault) === null;
      expect(job.balance, 'the vault').to.equal(due);
      expect(job.vaultGone, 'the vault is gone').to.equal(isOver(account) && due === 0n);
    }
    const owed = owedOf(account);
    if (isOver(account)) expect(owed, 'what is owed').to.equal(liabilities(account));
    else expect(owed <= liabilities(account), 'more is owed than there is').to.equal(true);
  }

  #checkChange(before: JobAccount, job: JobInPlay): void {
    const { account } = job;
    this.seen.add(account.state).add(account.reason);
    expect(account.state, `from ${before.state}`).to.be.oneOf(ARROWS[before.state]);
    expect(account.seq > before.seq, 'no event was counted').to.equal(true);
    for (const field of GROWING) {
      expect(account[field] >= before[field], `${field} shrank`).to.equal(true);
    }
    for (const field of FIXED) expect(String(account[field]), field).to.equal(String(before[field]));
    if (before.startedAt !== 0n) {
      expect(account.startedAt).to.equal(before.startedAt);
      expect(account.payout.equals(before.payout), 'payout').to.equal(true);
    }
    if (before.endedAt !== 0n) expect(account.endedAt).to.equal(before.endedAt);
    checkStep(before, account, this.#circumstances(job.usage, job.address));
  }

  async #checkLoad({ address, load, offers, hasLoad }: NodeInPlay): Promise<void> {
    const here = this.openJobs.filter(({ account }) => account.node.equals(address));
    const running = here.filter(({ account }) => account.state === 'running');
    const ending = here.filter(({ account }) => account.state === 'ending');
    const raw = this.read(load);
    expect(raw !== null, 'whether a node has an account for its load').to.equal(hasLoad);
    if (raw === null) {
      expect(running.length + ending.length + offers.length, 'jobs and offers without a load').to.equal(0);
      return;
    }
    const key = load.toBase58();
    let known = this.#loads.get(key);
    if (known?.bytes !== raw.data) {
      known = { bytes: raw.data, account: await this.market.anyone.accounts.escrow.nodeLoad.fetch(load) };
      this.#loads.set(key, known);
    }
    const { devicesBusy, jobs } = known.account;
    expect(devicesBusy, 'busy devices').to.equal(
      running.reduce((sum, { account }) => sum + account.devices, 0),
    );
    expect(devicesBusy).to.be.at.most(8);
    expect(jobs, 'jobs of the load').to.equal(running.length + ending.length);
    expect(known.account.offers, 'offers of the load').to.equal(offers.length);
  }

  #enter(label: string, client: Client): Actor {
    const key = testKeypair(label);
    if (!key.publicKey.equals(client.payer)) throw new RangeError(`${label} is not the label of this key`);
    const actor = { label, key, client };
    this.#wallets.push(actor);
    return actor;
  }

  #warpTo(time: bigint): void {
    if (time > this.now) this.market.warpBy(time - this.now);
  }

  #feeVault(payment: Token): bigint {
    return this.tokens(this.#place(payment, 'fees'));
  }

  #supply(payment: Token): bigint {
    return this.#accounts.supply(mintOf(this.market, payment));
  }

  /** The supply less all that is in wallets, vaults of jobs and the fee vault. */
  #outside(payment: Token): bigint {
    let inside = this.#feeVault(payment);
    for (const { label } of this.#wallets) inside += this.tokens(this.#place(payment, label));
    for (const { label } of payment === 'usdc' ? this.buyers : []) {
      inside += this.tokens(this.#place('credits', label));
    }
    for (const { balance, account } of this.openJobs) {
      if (tokenOf(account.payment) === payment) inside += balance;
    }
    return this.#supply(payment) - inside;
  }

  readonly #places = new Map<string, PublicKey>();

  /** The token account of a wallet, its credits, or the account of the fees; derived once. */
  #place(payment: Payment, label: string): PublicKey {
    const key = `${payment} ${label}`;
    const mint = mintOf(this.market, payment);
    const place =
      this.#places.get(key) ??
      (label === 'fees'
        ? pda.treasury.feeVault(this.market.deployment, mint)
        : buyerAccount(this.market, payment, testKeypair(label).publicKey));
    this.#places.set(key, place);
    return place;
  }

  /** A freeze by the issuer, and how it is undone. */
  thawing(account: PublicKey): Block {
    return { account, unblock: () => thaw(this.market, account) };
  }
}
