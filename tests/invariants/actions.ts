import type { PublicKey } from '@solana/web3.js';
import {
  U64_MAX,
  createTokenAccountInstruction,
  decodeTokenAccount,
  eventOf,
  isProgramError,
  oracle,
  pda,
  tokenAddress,
  quoteOffer,
  type Client,
  type ErrorName,
  type Payment,
  type ProgramName,
} from '@ionet/sdk';
import { tokenBalance } from '@ionet/sdk/testing';
import { DAY, mintOf } from '../harness/jobs.js';
import { closeTokenAccount, freeze, handOver, thaw, transferTokens } from '../harness/token-accounts.js';
import { owedOf, type Actor, type Block, type JobInPlay, type NodeInPlay, type World } from './model.js';
import { NO_USAGE, bookedEnd, isOver } from './rules.js';

/** An error that the state of the moment can justify. */
export type Refusal =
  | { [P in ProgramName]: `${P}.${ErrorName<P> & string}` }[ProgramName]
  | 'airdrop.AccountNotInitialized'
  | 'escrow.AccountNotInitialized'
  | 'staking.AccountNotInitialized'
  | 'system.AccountAlreadyInUse'
  | 'treasury.AccountNotInitialized'
  | 'token.AccountFrozen'
  | 'token.InsufficientFunds';

/** One kind of thing that the driver does. */
export interface Action {
  readonly name: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** Set where it changes no account that the model knows, so that there is nothing to check after it. */
  readonly outside?: true;
  /** All that it may be refused with. */
  readonly refusals: readonly Refusal[];
  /** Does it with arguments of its choice; `null` where there is nothing to do it with. */
  run(this: void, world: World): Promise<unknown> | null;
}

/** Actions that belong together, and what is checked because of them. */
export interface ActionSet {
  readonly name: string;
  readonly actions: readonly Action[];
  /** Sets up in a new world what the actions need. What it keeps of a world belongs in a `WeakMap`. */
  readonly begin?: (world: World) => Promise<void>;
  /** What must hold after every step that may have changed something; throws where it does not. */
  readonly check?: (world: World) => Promise<void>;
  /** Gets everybody out what is his, after all jobs are over; throws where somebody cannot. */
  readonly windDown?: (world: World) => Promise<void>;
}

/** How a step went. */
export type Outcome = 'done' | 'idle' | Refusal;

const MOST_OPEN_JOBS = 11;
const STATES: readonly Refusal[] = [
  'escrow.JobNotStarted',
  'escrow.JobAlreadyStarted',
  'escrow.JobEnding',
  'escrow.JobEnded',
];
/** Where the node has closed its load, which it can while none of its jobs runs or ends. */
const STATES_WITH_LOAD: readonly Refusal[] = [...STATES, 'escrow.AccountNotInitialized'];
const payments = ['io', 'usdc', 'credits'] as const satisfies readonly Payment[];

/** An action on a job that is there: `null` where there is none. */
function onJob(
  choose: (world: World) => JobInPlay | undefined,
  run: (world: World, job: JobInPlay) => Promise<unknown> | null,
): Action['run'] {
  return (world) => {
    const job = choose(world);
    return job === undefined ? null : run(world, job);
  };
}

/** Throws where the chain did what it has to refuse. */
export function mustHold(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Does what is right by the rules or not: the chain has to see it the same way. */
export async function asRuled(
  isRight: boolean,
  act: () => Promise<unknown>,
  otherwise: string,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isRight || !isProgramError(error)) throw error;
    throw new Error(`${otherwise}: refused with ${error.program}.${error.name}`, { cause: error });
  }
  mustHold(isRight, `${otherwise}: it went through`);
}

/** Does what only these may do, as somebody who may be another. */
export async function actAs(
  by: Client,
  allowed: readonly PublicKey[],
  act: (by: Client) => Promise<unknown>,
): Promise<void> {
  await act(by);
  mustHold(
    allowed.some((one) => one.equals(by.payer)),
    'somebody did what is not his to do',
  );
}

/** Who changes offers: mostly the operator, sometimes the owner, now and then a stranger. */
export function nodeAuthority({ random, market }: World): Client {
  if (random.chance(10)) return market.anyone;
  return random.chance(70) ? market.operator : market.owner;
}

/** Stops intake, as the pauser or as somebody who is not. */
export async function pause({ random, offices, now }: World, program: 'escrow' | 'staking'): Promise<void> {
  const { pauser, pausedUntil } = offices.of(program);
  const by = random.chance(85) ? pauser : random.pick([...offices.pausers, ...offices.admins])!;
  await actAs(by.client, [pauser.client.payer], (client) => client[program].pause());
  mustHold(now >= pausedUntil, 'a pause was renewed while it ran');
  offices.onPaused(program);
}

/** Opens intake before the pause ends, as pauser, admin or neither. */
export function unpause(world: World, program: 'escrow' | 'staking'): Promise<void> | null {
  const { random, offices, now } = world;
  const roles = offices.of(program);
  if (roles.pausedUntil === 0n) return null;
  const by = random.chance(85) ? roles.pauser : random.pick([...offices.pausers, ...offices.admins])!;
  const allowed = [roles.pauser.client.payer, roles.admin.client.payer];
  return actAs(by.client, allowed, (client) => client[program].unpause()).then(() => {
    mustHold(now < roles.pausedUntil, 'a pause that was over was ended');
    roles.pausedUntil = 0n;
  });
}

/** Buys the credits that a buyer lacks for an order, so that he often has none left after it. */
async function topUp(
  world: World,
  buyer: Actor,
  order: { readonly offer: PublicKey; readonly devices: number; readonly hours: number },
): Promise<void> {
  const { market } = world;
  const { terms } = await market.anyone.accounts.escrow.offer.fetch(order.offer);
  const { total } = quoteOffer({ ...order, offer: terms, now: market.network.now(), payment: 'credits' });
  const amount = total - tokenBalance(market.network, world.creditsOf(buyer));
  if (amount <= 0n) return;
  await buyer.client.treasury.buyCredits({ amount });
  world.onCreditsBought(buyer, amount);
}

async function book(world: World, node: NodeInPlay): Promise<void> {
  const { random, market } = world;
  const again = random.chance(30) ? random.pick(world.freeIds) : undefined;
  const buyer = again?.buyer ?? random.pick(world.buyers)!;
  const order = {
    offer: random.pick(node.offers)!,
    devices: random.int(1, 4),
    hours: random.pick([1, 1, 2, 3, 7, 26, 49])!,
    payment: random.pick(payments)!,
  };
  if (order.payment === 'credits' && random.chance(60)) await topUp(world, buyer, order);
  const { accounts } = await buyer.client.escrow.bookJob({
    ...order,
    id: again?.id ?? world.nextId,
    node: node.address,
    maxTotal: U64_MAX,
    ...(random.chance(25) ? { startAt: market.network.now() + random.big(0n, 1_200n) } : {}),
  });
  if (again === undefined) world.nextId += 1n;
  else world.freeIds.splice(world.freeIds.indexOf(again), 1);
  await world.enterJob(accounts.job);
}

/** A report that the rules allow, or, now and then, one just beyond them. */
async function report(world: World, job: JobInPlay): Promise<void> {
  const { random, market, now, oracles } = world;
  const { account, usage } = job;
  const end = account.state === 'ending' ? account.endedAt : bookedEnd(account);
  const latest = now < end ? now : end;
  const earliest = usage.asOf >= account.startedAt ? usage.asOf + 1n : account.startedAt;
  let asOf = random.chance(45) ? latest : random.big(earliest, latest);
  const elapsed = asOf - account.startedAt;
  const most = [elapsed, usage.verified + BigInt(DAY)].reduce((a, b) => (a < b ? a : b));
  // Mostly nearly everything, so that jobs are done; sometimes at the edge of nine tenths.
  let verified = random.chance(60)
    ? most
    : random.chance(30)
      ? (elapsed * 9n) / 10n
      : random.big(usage.verified, most);
  if (verified < usage.verified || verified > most) verified = most;
  if (random.chance(8)) asOf = latest + 1n;
  if (random.chance(8)) verified = most + 1n;
  if (random.chance(5) && usage.verified > 0n) verified = usage.verified - 1n;
  const signers = random.chance(4) ? 1 : 2;
  const sequence = random.chance(5) ? usage.sequence : usage.sequence + 1n;
  const call = oracle.reportJob.call(market.anyone, {
    job: job.address,
    members: oracles.members.map(({ publicKey }) => publicKey),
    setVersion: oracles.version,
    sequence,
    verifiedSeconds: verified,
    asOf,
    expiresAt: now + 300n,
    signers: oracles.members.slice(0, signers),
  });
  await market.anyone.send(call);
  mustHold(signers === 2, 'a report of too few signers was taken');
  mustHold(sequence > usage.sequence, 'a report was taken twice');
  mustHold(
    asOf > usage.asOf && asOf <= latest && asOf >= account.startedAt,
    'a report of a wrong time was taken',
  );
  mustHold(
    verified >= usage.verified && verified <= most,
    'a report of too many or too few seconds was taken',
  );
  mustHold(verified <= bookedEnd(account) - account.startedAt, 'more was verified than booked');
  job.usage = { sequence, verified, asOf, reportedAt: now };
  await world.checkUsage(job);
}

/** Moves the clock: a little, or to a second at which something changes, or beside it. */
function warp({ random, market, now, openJobs }: World): void {
  const job = random.chance(20) ? random.pick(openJobs) : undefined;
  if (job !== undefined) {
    const { account } = job;
    const edge = random.pick([
      account.startAt,
      account.startAt + 900n,
      account.startedAt + 3_600n,
      bookedEnd(account),
      account.endedAt + BigInt(DAY),
    ])!;
    const target = edge + random.big(-1n, 1n);
    if (target > now && target < now + 2n * BigInt(DAY)) {
      market.warpBy(target - now);
      return;
    }
  }
  const long = random.pick([3_600, 3_600, 9_001, DAY / 2, DAY])!;
  market.warpBy(random.chance(20) ? long : random.pick([1, 20, 60, 60, 200, 400])!);
}

/** The issuer freezes a buyer's credits. */
async function freezeCredits(world: World): Promise<void> {
  const { market, random } = world;
  const account = world.creditsOf(random.pick(world.buyers)!);
  const frozen = (): boolean | undefined =>
    decodeTokenAccount(market.network.getAccount(account)?.data ?? new Uint8Array(0))?.frozen;
  if (frozen() !== false || world.blocks.some((one) => one.account.equals(account))) return;
  await freeze(market, account);
  // An account that was closed and opened again is not frozen.
  const unblock = (): Promise<void> => (frozen() === true ? thaw(market, account) : Promise.resolve());
  world.blocks.push({ account, unblock });
}

/** Makes a token account unable to receive. */
async function block(world: World): Promise<void> {
  const { random, market, keeper } = world;
  const payment = random.pick(payments)!;
  if (payment === 'credits') return freezeCredits(world);
  const mint = mintOf(market, payment);
  // Mostly of somebody whom a job is going to pay.
  const { account: job } =
    world.pickJob(({ account }) => account.payment === payment && !isOver(account)) ?? {};
  const wallet =
    job === undefined
      ? random.pick(world.wallets)!
      : world.actorOf(random.chance(70) ? job.payout : job.buyer);
  const ofFees = payment === 'usdc' && random.chance(15);
  const account = ofFees
    ? pda.treasury.feeVault(market.deployment, mint)
    : tokenAddress(mint, wallet.client.payer);
  if (world.blocks.some((one) => one.account.equals(account))) return;
  const kind = ofFees ? 'freeze' : random.pick(['freeze', 'handOver', 'close'] as const)!;
  let made: Block;
  if (kind === 'freeze') {
    if (payment === 'io') return;
    await freeze(market, account);
    made = world.thawing(account);
  } else if (kind === 'handOver') {
    await handOver(market, account, wallet.key, keeper.client.payer);
    made = { account, unblock: () => handOver(market, account, keeper.key, wallet.client.payer) };
  } else {
    const kept = tokenBalance(market.network, account);
    await closeTokenAccount(market, mint, wallet.key, tokenAddress(mint, keeper.client.payer));
    const create = createTokenAccountInstruction(market.anyone.payer, mint, wallet.client.payer);
    made = {
      account,
      unblock: async () => {
        await market.anyone.send({ instructions: [create], signers: [], accounts: {} });
        await transferTokens(market, mint, keeper.key, account, kept);
      },
    };
  }
  world.blocks.push(made);
  world.seen.add(kind);
}

async function unblock({ random, blocks }: World): Promise<void> {
  const index = random.int(0, blocks.length - 1);
  await blocks[index]?.unblock();
  blocks.splice(index, 1);
}

async function donate({ random, market, keeper }: World, job: JobInPlay): Promise<void> {
  const amount = random.big(1n, 99_999n);
  await transferTokens(market, mintOf(market, job.account.payment), keeper.key, job.vault, amount);
  job.given += amount;
}

async function withdraw(world: World, job: JobInPlay): Promise<void> {
  const { random, market, keeper } = world;
  const { buyer, payout, payment } = job.account;
  const wallet = random.pick([buyer, payout, keeper.client.payer])!;
  const destination = random.chance(10)
    ? job.vault
    : tokenAddress(mintOf(market, payment), keeper.client.payer);
  // What was paid in credits does not return to the buyer in USDC.
  const allowed = payment === 'credits' ? [payout] : [buyer, payout];
  await actAs(world.actorOf(wallet).client, allowed, (by) =>
    by.escrow.withdrawOwed({ job: job.account, destination }),
  );
}

async function closeUsage({ market }: World, job: JobInPlay): Promise<void> {
  await market.anyone.oracle.closeJobUsage({ job: job.address, rentPayer: market.anyone.payer });
}

/** Whether a job is booked and its node may start it now. */
function canStart({ now }: World): (job: JobInPlay) => boolean {
  return ({ account: { state, startAt } }) => state === 'booked' && now >= startAt && now <= startAt + 900n;
}

function owing(world: World): JobInPlay | undefined {
  return world.pickJob(({ account }) => owedOf(account) > 0n);
}

function vaultOpen({ random, openJobs }: World): JobInPlay | undefined {
  return random.pick(openJobs.filter(({ account }) => !isOver(account) || owedOf(account) > 0n));
}

/** All that the driver does. Another program's actions go beside these. */
export const escrowActions: readonly Action[] = [
  {
    name: 'book',
    weight: 32,
    refusals: [
      'escrow.Paused',
      'escrow.OfferInactive',
      'escrow.NodeNotActive',
      'escrow.NodeUnderstaked',
      'escrow.WrongBuyerTokenAccount',
      'escrow.AccountNotInitialized',
      'treasury.WrongBuyerTokenAccount',
      'treasury.AccountNotInitialized',
      'treasury.NotEnoughCredits',
      'token.AccountFrozen',
      'token.InsufficientFunds',
    ],
    run: (world) => {
      const node = world.random.pick(world.nodes.filter(({ offers }) => offers.length > 0));
      return node === undefined || world.openJobs.length >= MOST_OPEN_JOBS ? null : book(world, node);
    },
  },
  {
    name: 'start',
    weight: 32,
    refusals: [
      ...STATES_WITH_LOAD,
      'escrow.NodeUnderstaked',
      'escrow.NotOperator',
      'escrow.TooEarlyToStart',
      'escrow.StartWindowPassed',
      'escrow.NotEnoughFreeDevices',
    ],
    run: onJob(
      (world) => world.pickJob(canStart(world)),
      (world, job) => {
        const { operator, pauser, anyone } = world.market;
        // The pauser is the scheduler of one of the nodes.
        const by = world.random.chance(85) ? operator : world.random.chance(50) ? pauser : anyone;
        const scheduled = world.nodes[1]!.address.equals(job.account.node);
        const allowed = [operator.payer, ...(scheduled ? [pauser.payer] : [])];
        return actAs(by, allowed, () => world.act(by, 'startJob', job));
      },
    ),
  },
  {
    name: 'cancel',
    weight: 3,
    refusals: [...STATES, 'escrow.NotBuyer', 'escrow.StartWindowPassed'],
    run: onJob(
      (world) => world.pickJob(canStart(world)),
      (world, job) => {
        const by = world.random.chance(80) ? world.actorOf(job.account.buyer).client : world.market.anyone;
        return actAs(by, [job.account.buyer], () => world.act(by, 'cancelJob', job));
      },
    ),
  },
  {
    name: 'expire',
    weight: 5,
    refusals: [...STATES, 'escrow.StartWindowOpen'],
    run: onJob(
      (world) =>
        world.pickJob(({ account: { state, startAt } }) => state === 'booked' && world.now > startAt + 900n),
      (world, job) => world.act(world.market.anyone, 'expireJob', job),
    ),
  },
  {
    name: 'extend',
    weight: 8,
    refusals: [
      ...STATES,
      'escrow.NotBuyer',
      'escrow.Paused',
      'escrow.BookedTimeOver',
      'escrow.OfferInactive',
      'escrow.NodeNotActive',
      'escrow.NodeUnderstaked',
      'escrow.HoursAboveMaximum',
      'escrow.WrongBuyerTokenAccount',
      'escrow.AccountNotInitialized',
      'treasury.NotEnoughCredits',
      'token.AccountFrozen',
      'token.InsufficientFunds',
    ],
    run: onJob(
      (world) => world.pickIn('running'),
      (world, job) => {
        const by = world.random.chance(80) ? world.actorOf(job.account.buyer).client : world.market.anyone;
        const hours = world.random.int(1, 12);
        return actAs(by, [job.account.buyer], () =>
          by.escrow.extendJob({ job: job.account, hours, maxTotal: U64_MAX }),
        );
      },
    ),
  },
  {
    name: 'end',
    weight: 6,
    refusals: [...STATES_WITH_LOAD, 'escrow.NotBuyer'],
    run: onJob(
      (world) => world.pickIn('running'),
      (world, job) => {
        const by = world.random.chance(80) ? world.actorOf(job.account.buyer).client : world.market.anyone;
        return actAs(by, [job.account.buyer], () => world.act(by, 'endJob', job));
      },
    ),
  },
  {
    name: 'release',
    weight: 3,
    refusals: [...STATES_WITH_LOAD, 'escrow.NotOperator'],
    run: onJob(
      (world) => world.pickIn('running'),
      (world, job) => {
        const by = world.random.chance(80) ? world.market.operator : world.market.anyone;
        return actAs(by, [world.market.operator.payer], () => world.act(by, 'release', job));
      },
    ),
  },
  {
    name: 'report',
    weight: 36,
    refusals: [
      'oracle.JobNotRunning',
      'oracle.TooFewSigners',
      'oracle.SequenceNotIncreasing',
      'oracle.VerifiedSecondsDecreased',
      'oracle.TooManySecondsAtOnce',
      'oracle.AsOfNotIncreasing',
      'oracle.AsOfInFuture',
      'oracle.AsOfAfterEnd',
      'oracle.VerifiedAboveElapsed',
      'oracle.VerifiedAboveBooked',
    ],
    run: onJob((world) => world.pickIn('running', 'ending'), report),
  },
  {
    name: 'settle',
    weight: 32,
    refusals: STATES_WITH_LOAD,
    run: onJob(
      (world) => world.pickIn('running', 'ending'),
      async (world, job) => {
        await world.act(world.market.anyone, 'settleJob', job);
        world.settled = job.address;
      },
    ),
  },
  {
    name: 'payOwed',
    weight: 6,
    refusals: ['escrow.NothingOwed', 'escrow.StillNotReceivable'],
    run: onJob(owing, (world, job) => world.act(world.market.anyone, 'payOwed', job)),
  },
  {
    name: 'withdrawOwed',
    weight: 4,
    refusals: [
      'escrow.NotPayee',
      'escrow.NothingOwed',
      'escrow.RefundIsInCredits',
      'escrow.DestinationIsVault',
      // The vault of a job that is paid out is no token account any more.
      'escrow.AccountNotInitialized',
    ],
    run: onJob(owing, withdraw),
  },
  {
    name: 'buyCredits',
    weight: 5,
    refusals: [
      'treasury.WrongBuyerTokenAccount',
      'treasury.AccountNotInitialized',
      'token.AccountFrozen',
      'token.InsufficientFunds',
    ],
    run: async (world) => {
      const { random } = world;
      const [buyer, owner] = [random.pick(world.wallets)!, random.pick(world.buyers)!];
      const amount = random.big(1n, random.chance(50) ? 99n : 9_999_999_999n);
      await buyer.client.treasury.buyCredits({ amount, owner: owner.client.payer });
      world.onCreditsBought(owner, amount);
    },
  },
  {
    name: 'closeCredits',
    weight: 2,
    refusals: ['treasury.CreditsNotEmpty', 'treasury.AccountNotInitialized'],
    run: ({ random, buyers }) => random.pick(buyers)!.client.treasury.closeCredits(),
  },
  {
    name: 'closeUsage',
    weight: 6,
    refusals: ['oracle.JobNotOver'],
    run: onJob(
      ({ random, openJobs }) => {
        const reported = openJobs.filter(({ usage }) => usage.sequence > 0n);
        const over = reported.filter(({ account }) => isOver(account));
        return random.pick(random.chance(85) ? over : reported);
      },
      async (world, job) => {
        await closeUsage(world, job);
        job.usage = NO_USAGE;
      },
    ),
  },
  {
    name: 'closeJob',
    weight: 14,
    refusals: ['escrow.JobNotEnded', 'escrow.MoneyOwed', 'escrow.JobUsageOpen', 'escrow.NotRentPayer'],
    run: onJob(
      (world) => world.pickIn('ended', 'cancelled', 'expired'),
      (world, job) => {
        const { random, market } = world;
        const by = random.chance(90) ? world.actorOf(job.account.rentPayer).client : market.anyone;
        return actAs(by, [job.account.rentPayer], () => by.escrow.closeJob({ job: job.address }));
      },
    ),
  },
  {
    name: 'donate',
    weight: 4,
    refusals: ['token.InsufficientFunds'],
    run: onJob(vaultOpen, donate),
  },
  { name: 'block', weight: 3, refusals: [], run: block },
  {
    name: 'unblock',
    weight: 3,
    refusals: [],
    run: (world) => (world.blocks.length > 0 ? unblock(world) : null),
  },
  {
    name: 'warp',
    outside: true,
    weight: 16,
    refusals: [],
    run: (world) => {
      warp(world);
      return Promise.resolve();
    },
  },
  {
    name: 'changePrice',
    outside: true,
    weight: 2,
    refusals: [],
    run: (world) => {
      const { random, market } = world;
      const [price, conf] = [random.big(100_000_000n, 900_000_000n), random.big(0n, 9_999n)];
      market.setPrice({ price, conf });
      world.ioPrice = price - conf;
      return Promise.resolve();
    },
  },
  {
    name: 'changeOffer',
    weight: 3,
    refusals: ['escrow.NotNodeAuthority', 'escrow.PriceOutOfRange'],
    run: (world) => {
      const { random, market, nodes } = world;
      const offer = random.pick(nodes.flatMap(({ offers }) => offers));
      if (offer === undefined) return null;
      const active = random.chance(90);
      const price = random.chance(4) ? 0n : random.big(1n, 99_999_999n);
      return actAs(nodeAuthority(world), [market.owner.payer, market.operator.payer], async (by) => {
        await by.escrow.updateOffer({ offer, active, terms: { price, maxHours: 60 } });
        mustHold(price > 0n, 'an offer without a price was taken');
      });
    },
  },
  {
    name: 'changePayout',
    weight: 2,
    refusals: [],
    run: ({ random, market, nodes, wallets }) => {
      const payout = random.pick(wallets)!.client.payer;
      return market.owner.staking.updateNode({ node: random.pick(nodes)!.address, payout });
    },
  },
  {
    name: 'changeStatus',
    weight: 1,
    refusals: [],
    run: ({ random, market, nodes }) => {
      const status = random.chance(85) ? 'active' : 'paused';
      return market.owner.staking.updateNode({ node: random.pick(nodes)!.address, status });
    },
  },
  {
    name: 'burnFees',
    weight: 2,
    refusals: ['treasury.NothingToBurn'],
    run: async (world) => {
      const { events } = await world.market.anyone.treasury.burnIoFees();
      mustHold(eventOf(events, 'treasury', 'ioFeesBurned').amount > 0n, 'nothing was burned');
      await world.checkBurned();
    },
  },
  {
    name: 'pause',
    weight: 1,
    refusals: ['escrow.AlreadyPaused', 'escrow.NotPauser'],
    run: (world) => pause(world, 'escrow'),
  },
  {
    name: 'unpause',
    weight: 6,
    // A pause ends by itself, too.
    refusals: ['escrow.NotPaused', 'escrow.NotPauser'],
    run: (world) => unpause(world, 'escrow'),
  },
];

/** Does one action; throws where it fails with an error that its table does not allow. */
export async function perform(world: World, action: Action): Promise<Outcome> {
  try {
    const running = action.run(world);
    if (running === null) return 'idle';
    await running;
    return 'done';
  } catch (error) {
    if (!isProgramError(error)) throw error;
    const refusal = `${error.program}.${error.name}`;
    const allowed = action.refusals.find((one) => one === refusal);
    if (allowed === undefined) throw error;
    return allowed;
  }
}
