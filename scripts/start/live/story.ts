import { formatPrice, pda, U64_MAX, type Client } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { scriptedPrice } from '../../dev/market.js';
import { CLAIM_SECONDS } from '../../dev/plan.js';
import { clientOf, connectionTo, readKey } from '../../dev/network.js';
import { processesOf, urlOf, type DevNode, type DevState, type Place } from '../../dev/state.js';
import { jump, liveThrough } from '../../dev/time.js';
import { playRound } from '../../lib/buyback/round.js';
import { IO, spoken } from '../../lib/format.js';
import type { Fleet } from '../fleet.js';
import { describeSeason, openPastSeason } from '../past-season.js';
import type { Tell } from '../story.js';
import { Chronicle } from './chronicle.js';
import { priceOf, SchedulerClient, type Order } from './scheduler.js';

const MINUTE = 60;
const HOUR = 3_600;
/** In these minutes devices are asked for work, and answer. */
const MINUTES_OF_WORK = 3;
/** Three of the last four proofs of work must have passed: the hour that earns brings the third. */
const HOURS_OF_WORK = 2;
/** From a posted root to the moment when it can become final. */
const FINALIZATION_SECONDS = 6 * HOUR;
/** After the end of a job or an epoch, until the oracles have heard what was late. */
const SETTLE_MINUTES = 3;
/** When the buyer of the second job ends it. */
const ENDED_AFTER_MINUTES = 40;
/** In the last minutes of its hour the auction asks for less than the market. */
const AUCTION_MINUTE = 50;
const WAIT_MS = 60_000;
const POLL_MS = 50;
const POOLS = ['gpu', 'cpu'] as const;

const claimSchema = z.object({ cumulative: z.string().transform(BigInt) });
const challengesSchema = z.object({ openChallenges: z.int() });

/** Plays a day on the market that was brought up, and tells it. */
export class LiveStory {
  readonly #place: Place;
  readonly #state: DevState;
  readonly #fleet: Fleet;
  readonly #tell: Tell;
  readonly #chronicle: Chronicle;
  readonly #signal: AbortSignal | undefined;
  readonly #anyone: Client;

  constructor(place: Place, state: DevState, fleet: Fleet, tell: Tell, signal?: AbortSignal) {
    this.#place = place;
    this.#state = state;
    this.#fleet = fleet;
    this.#tell = tell;
    this.#signal = signal;
    this.#chronicle = new Chronicle(connectionTo(state), tell);
    this.#anyone = this.#client('anyone');
    for (const name of ['admin', 'anyone', 'reserve', 'scheduler', 'oracle-0', 'oracle-1', 'oracle-2']) {
      this.#chronicle.name(readKey(place.keypair(name)).publicKey, name);
    }
    this.#chronicle.name(readKey(place.keypair('buyer')).publicKey, 'the buyer');
    this.#chronicle.name(readKey(place.keypair('owner')).publicKey, 'the filler');
    for (const { name, owner, address, ownerKeypair, operatorKeypair } of state.nodes) {
      this.#chronicle.name(address, name);
      this.#chronicle.name(readKey(ownerKeypair).publicKey, owner);
      this.#chronicle.name(readKey(operatorKeypair).publicKey, `the agent of ${name}`);
    }
  }

  /** All of it. */
  async play(): Promise<void> {
    this.#tell('\nThe market opens');
    await this.#chronicle.follow();
    await this.#proveWork();
    await this.#hire();
    await this.#reward();
    await this.#buyBack();
    await this.#airdrop();
  }

  #client(name: string): Client {
    return clientOf(this.#state, readKey(this.#place.keypair(name)));
  }

  get #oracleUrls(): string[] {
    return processesOf(this.#state, 'oracle').map(urlOf);
  }

  async #live(minutes: number): Promise<void> {
    const options = this.#signal === undefined ? {} : { signal: this.#signal };
    await liveThrough(this.#place, this.#state, minutes, options);
    await this.#chronicle.follow();
  }

  async #toNextHour(): Promise<void> {
    const now = Number(await this.#anyone.now());
    await jump(this.#place, this.#state, HOUR - (now % HOUR));
  }

  /** Asks until there is an answer; the story ends where there is none in time. */
  async #until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const began = performance.now();
    for (;;) {
      this.#signal?.throwIfAborted();
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() - began > WAIT_MS) {
        throw new Error(`${what} did not happen: see the logs in ${this.#place.logs}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Hours in which every device answers what each oracle asks it: idle nodes earn from the third on. */
  async #proveWork(): Promise<void> {
    this.#tell('\nEvery device proves to every oracle that it is there, an hour after the other');
    for (let hour = 1; hour <= HOURS_OF_WORK; hour += 1) {
      await this.#toNextHour();
      await this.#live(MINUTES_OF_WORK);
      await this.#answered();
    }
  }

  /** Waits until no challenge is open. */
  async #answered(): Promise<void> {
    for (const url of this.#oracleUrls) {
      for (const { address, name } of this.#state.nodes) {
        await this.#until(`the proof of work of ${name}`, async () => {
          const answer: unknown = await (await fetch(`${url}/v1/nodes/${address}`)).json();
          return challengesSchema.parse(answer).openChallenges === 0 ? true : undefined;
        });
      }
    }
  }

  /** Two hires through the scheduler: one runs to its end, one is ended by the buyer. */
  async #hire(): Promise<void> {
    this.#tell('\nA buyer hires through the scheduler; its node works, and the oracles count the seconds');
    const buyer = readKey(this.#place.keypair('buyer'));
    const client = clientOf(this.#state, buyer);
    const [first] = this.#state.nodes;
    const second = this.#state.nodes[1] ?? first;
    if (first === undefined || second === undefined) throw new Error('the fleet has no node');
    await this.#toNextHour();
    await this.#live(1);
    const long = await this.#book('job 1', { ...this.#orderOn(second), hours: 1, payment: 'usdc' });
    const price = scriptedPrice(this.#fleet);
    const short = await this.#book('job 2', {
      ...this.#orderOn(first),
      hours: 2,
      payment: 'io',
      // Orders in IO are charged by the price less its confidence.
      ioPrice: formatPrice({ ...price, price: price.price - price.conf }),
    });
    for (const job of [long, short]) {
      await this.#chronicle.until(
        (event) => event.name === 'jobStarted' && event.data.job.toBase58() === job,
      );
    }
    await this.#live(ENDED_AFTER_MINUTES);
    await client.escrow.endJob({ job: new PublicKey(short) });
    await this.#live(HOUR / MINUTE - ENDED_AFTER_MINUTES + SETTLE_MINUTES);
    for (const job of [long, short]) {
      await this.#chronicle.until(
        (event) =>
          event.name === 'jobSettled' && event.data.job.toBase58() === job && event.data.state === 'ended',
      );
    }
  }

  /** Half of the devices of a node, one at least. */
  #orderOn({ name, hardwareClass }: DevNode): Pick<Order, 'devices' | 'hardwareClass'> {
    const devices = this.#fleet.nodes.find((node) => node.name === name)?.devices ?? 1;
    return { hardwareClass, devices: Math.ceil(devices / 2) };
  }

  async #book(name: string, order: Order): Promise<string> {
    const buyer = readKey(this.#place.keypair('buyer'));
    const [process] = processesOf(this.#state, 'scheduler');
    if (process === undefined) throw new Error('there is no scheduler');
    const scheduler = new SchedulerClient(urlOf(process));
    const quotes = await this.#until('a quote', async () => {
      const found = await scheduler.quote(order);
      return found.length === 0 ? undefined : found;
    });
    const nameOf = (address: string): string =>
      this.#state.nodes.find((node) => node.address === address)?.name ?? address;
    const offered = quotes.map(({ node, total }) => `${nameOf(node)} ${priceOf(order, total)}`);
    this.#tell(`          the scheduler quotes ${name}: ${offered.join(', ')}, fees included`);
    const booking = await scheduler.request(buyer, order);
    this.#chronicle.name(booking.job, name);
    booking.transaction.sign([buyer]);
    const connection = connectionTo(this.#state);
    await connection.sendRawTransaction(booking.transaction.serialize());
    const { job } = booking;
    await this.#chronicle.until((event) => event.name === 'jobBooked' && event.data.job.toBase58() === job);
    return job;
  }

  /** The oracles agree on the hour; its root is posted, final after six hours, and claimed by the agents. */
  async #reward(): Promise<void> {
    this.#tell('\nThe oracles agree on what idle nodes have earned');
    const { deployment } = this.#anyone;
    const paid = POOLS.filter((kind) =>
      this.#fleet.nodes.some(
        ({ hardware }) => this.#fleet.hardware.find(({ name }) => name === hardware)?.kind === kind,
      ),
    );
    for (const kind of paid) {
      await this.#chronicle.until((event) => event.name === 'rootPosted' && event.data.kind === kind);
    }
    await jump(this.#place, this.#state, FINALIZATION_SECONDS);
    for (const kind of paid) {
      await this.#chronicle.until((event) => event.name === 'rootFinalized' && event.data.kind === kind);
    }
    for (const { name, address } of this.#state.nodes) {
      const node = new PublicKey(address);
      for (const kind of paid) {
        const due = await this.#due(kind, address);
        if (due === 0n) continue;
        const pool = pda.emission.pool(deployment, kind);
        const account = pda.emission.rewardAccount(deployment, pool, node);
        await this.#until(`the claim of ${name}`, async () => {
          const found = await this.#anyone.accounts.emission.rewardAccount.fetchMaybe(account);
          if ((found?.claimed ?? 0n) >= due) return true;
          // Until its agent looks for rewards again.
          await jump(this.#place, this.#state, CLAIM_SECONDS);
          return undefined;
        });
      }
    }
    await this.#chronicle.follow();
    for (const { name, address, ownerKeypair } of this.#state.nodes) {
      if (
        !this.#chronicle.events.some(
          (event) => event.name === 'rewardClaimed' && event.data.node.toBase58() === address,
        )
      ) {
        this.#tell(`          ${name} was on hire in that hour, or was not heard: it earned nothing`);
        continue;
      }
      const node = new PublicKey(address);
      await this.#anyone.staking.harvest({ node });
      await clientOf(this.#state, readKey(ownerKeypair)).staking.claimOwnerRewards({ node });
    }
    await this.#chronicle.follow();
  }

  /** What the newest final root names for a node. */
  async #due(kind: (typeof POOLS)[number], node: string): Promise<bigint> {
    const [url = ''] = this.#oracleUrls;
    const response = await fetch(`${url}/v1/rewards/${kind}/${node}`);
    const answer: unknown = await response.json();
    return response.ok ? claimSchema.parse(answer).cumulative : 0n;
  }

  /** The auction of the fees, as `io buyback` fills it. */
  async #buyBack(): Promise<void> {
    this.#tell('\nThe fees buy back IO and burn it');
    const filler = this.#client('owner');
    const now = Number(await filler.now());
    const target = AUCTION_MINUTE * MINUTE;
    const wait = (target - (now % HOUR) + HOUR) % HOUR;
    if (wait > 0) await jump(this.#place, this.#state, wait);
    const { filled, survey } = await playRound(
      filler,
      { kind: 'inventory' },
      { minProfit: 1n, maxUsdc: U64_MAX, slippageBps: 20n },
    );
    await this.#chronicle.follow();
    if (filled === null) {
      throw new Error(`the auction was not filled: ${survey.plan.kind === 'wait' ? survey.plan.reason : ''}`);
    }
  }

  /** A past season becomes IO. */
  async #airdrop(): Promise<void> {
    this.#tell('\nThe points of a past season become IO');
    const admin = this.#client('admin');
    const owners = new Map(
      this.#state.nodes.map(({ owner, ownerKeypair }) => [owner, readKey(ownerKeypair).publicKey]),
    );
    const reserve = readKey(this.#place.keypair('reserve'));
    // It can be cancelled until it begins.
    const startsAt = (await admin.now()) + BigInt(MINUTE);
    const season = await openPastSeason({
      ...{ admin, anyone: this.#anyone, reserve, owners, startsAt },
      fleet: this.#fleet,
    });
    this.#tell(`          ${describeSeason(season)}`);
    await jump(this.#place, this.#state, MINUTE);
    // The last one leaves his where it is: what nobody claims returns to the reserve after the window.
    const open = season.claims.slice(0, -1);
    for (const { claim } of open) await this.#anyone.airdrop.claim(claim);
    await this.#chronicle.follow();
    const left = season.claims.at(-1);
    if (left !== undefined)
      this.#tell(`          ${left.owner} leaves ${spoken(left.claim.amount, IO)} for later`);
  }
}
