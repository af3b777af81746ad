import {
  localnet,
  parseEvents,
  programNames,
  type IonetEvent,
  type Payment,
  type ProgramEvent,
} from '@ionet/sdk';
import type { ConfirmedSignatureInfo, Connection, PublicKey } from '@solana/web3.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { counted, CREDITS, IO, spoken, USDC, unitOf, type Unit } from '../../lib/format.js';
import type { Tell } from '../story.js';

const SIGNATURE_LENGTH = 10;
const SIGNATURES_A_REQUEST = 1_000;
const TRANSACTIONS_A_REQUEST = 50;
const POLL_MS = 50;

/** Tells from the chain's history what happened, whoever sent it: when, what, by whom, and in which transaction. */
export class Chronicle {
  readonly #connection: Connection;
  readonly #tell: Tell;
  readonly #names = new Map<string, string>();
  readonly #payments = new Map<string, Payment>();
  readonly #cursors = new Map<string, string>();
  readonly #events: IonetEvent[] = [];

  constructor(connection: Connection, tell: Tell) {
    this.#connection = connection;
    this.#tell = tell;
  }

  /** What an address is called. */
  name(address: PublicKey | string, name: string): void {
    this.#names.set(typeof address === 'string' ? address : address.toBase58(), name);
  }

  /** All events so far. */
  get events(): readonly IonetEvent[] {
    return this.#events;
  }

  /** Tells what came since the last time. */
  async follow(): Promise<void> {
    const found = new Map<string, ConfirmedSignatureInfo>();
    for (const program of programNames) {
      for (const one of await this.#signaturesSince(localnet().programs[program]))
        found.set(one.signature, one);
    }
    // A stable order: of a slot as each program lists it.
    const ordered = [...found.values()].filter(({ err }) => err === null).sort((a, b) => a.slot - b.slot);
    for (let start = 0; start < ordered.length; start += TRANSACTIONS_A_REQUEST) {
      const part = ordered.slice(start, start + TRANSACTIONS_A_REQUEST);
      const transactions = await this.#connection.getTransactions(
        part.map(({ signature }) => signature),
        { commitment: 'confirmed', maxSupportedTransactionVersion: 0 },
      );
      for (const transaction of transactions) {
        const signature = transaction?.transaction.signatures[0];
        if (transaction?.meta == null || signature === undefined) {
          throw new Error('the history of the local network has a gap');
        }
        const [signer] = transaction.transaction.message.staticAccountKeys;
        const at = new Date((transaction.blockTime ?? 0) * 1_000).toISOString().slice(11, 19);
        for (const event of parseEvents(transaction.meta.logMessages ?? [], localnet())) {
          this.#events.push(event);
          const sentence = this.#sentence(event, signer === undefined ? 'somebody' : this.#who(signer));
          if (sentence !== null) this.#tell(`${at}  ${sentence} (${signature.slice(0, SIGNATURE_LENGTH)})`);
        }
      }
    }
  }

  /** Follows until there is an event for which `test` holds. */
  async until(test: (event: IonetEvent) => boolean): Promise<void> {
    for (;;) {
      await this.follow();
      if (this.#events.some(test)) return;
      await sleep(POLL_MS);
    }
  }

  /** The oldest first. */
  async #signaturesSince(program: PublicKey): Promise<ConfirmedSignatureInfo[]> {
    const cursor = this.#cursors.get(program.toBase58());
    const all: ConfirmedSignatureInfo[] = [];
    for (let before: string | undefined; ; before = all.at(-1)?.signature) {
      const page = await this.#connection.getSignaturesForAddress(
        program,
        {
          limit: SIGNATURES_A_REQUEST,
          ...(before === undefined ? {} : { before }),
          ...(cursor === undefined ? {} : { until: cursor }),
        },
        'confirmed',
      );
      all.push(...page);
      if (page.length < SIGNATURES_A_REQUEST) break;
    }
    const newest = all[0];
    if (newest !== undefined) this.#cursors.set(program.toBase58(), newest.signature);
    return all.reverse();
  }

  #who(address: PublicKey): string {
    const text = address.toBase58();
    return this.#names.get(text) ?? text;
  }

  #unit(job: PublicKey): Unit {
    return unitOf(this.#payments.get(job.toBase58()) ?? 'usdc');
  }

  /** What an event says; null where it is no news. */
  #sentence(event: IonetEvent, by: string): string | null {
    switch (event.program) {
      case 'staking':
        return this.#ofStaking(event, by);
      case 'escrow':
        return this.#ofEscrow(event, by);
      case 'oracle': {
        if (event.name !== 'jobUsageReported') return null;
        const { job, verifiedSeconds } = event.data;
        return `${by} posts for two of three oracles: ${counted(verifiedSeconds, 'second')} of ${this.#who(job)} verified`;
      }
      case 'emission':
        return this.#ofEmission(event, by);
      case 'treasury':
        return ofTreasury(event, by);
      case 'airdrop': {
        if (event.name !== 'claimed') return null;
        const { wallet, amount } = event.data;
        return `${by} claims the airdrop of ${this.#who(wallet)}: ${spoken(amount, IO)}`;
      }
    }
  }

  #ofStaking(event: ProgramEvent<'staking'>, by: string): string | null {
    if (event.name === 'nodeRegistered') {
      return `${by} registers ${this.#who(event.data.node)}: ${counted(event.data.deviceCount, 'device')}`;
    }
    if (event.name === 'staked') {
      return `${this.#who(event.data.owner)} stakes ${spoken(event.data.amount, IO)} on ${this.#who(event.data.node)}`;
    }
    if (event.name === 'rewardsClaimed') {
      return `${this.#who(event.data.payee)} takes ${spoken(event.data.amount, IO)} of rewards home`;
    }
    return null;
  }

  #ofEscrow(event: ProgramEvent<'escrow'>, by: string): string | null {
    if (event.name === 'jobBooked') {
      const { job, node, payment, devices, hours, compute, bookingFee, handlingFee } = event.data;
      this.#payments.set(job.toBase58(), payment);
      const unit = this.#unit(job);
      const fees = `${spoken(bookingFee, unit)} booking fee${handlingFee === 0n ? '' : `, ${spoken(handlingFee, unit)} handling fee`}`;
      return `${by} books ${this.#who(job)}: ${counted(devices, 'device')} of ${this.#who(node)} for ${counted(hours, 'hour')}, ${spoken(compute, unit)}, ${fees}`;
    }
    if (event.name === 'jobStarted') {
      return `${by} starts ${this.#who(event.data.job)}`;
    }
    if (event.name === 'jobStopped') {
      return `${by} stops ${this.#who(event.data.job)}: ${STOPS[event.data.reason]}`;
    }
    if (event.name === 'jobSettled') {
      const { job, billedSeconds, toNode, toFees, toBuyer, state } = event.data;
      const unit = this.#unit(job);
      const sums = [
        [toNode, 'to the node'],
        [toFees, 'to the fee vault'],
        [toBuyer, 'back to the buyer'],
      ] as const;
      const paid = sums
        .filter(([amount]) => amount > 0n)
        .map(([amount, whom]) => `${spoken(amount, unit)} ${whom}`);
      const over = state === 'ended' ? '; it is over' : '';
      return `${by} settles ${this.#who(job)}: ${counted(billedSeconds, 'second')} billed, ${paid.join(', ') || 'nothing to pay'}${over}`;
    }
    return null;
  }

  #ofEmission(event: ProgramEvent<'emission'>, by: string): string | null {
    if (event.name === 'scheduleSealed') {
      return `${by} seals the emission: from here on only its schedule mints`;
    }
    if (event.name === 'epochAdvanced') {
      return `${by} advances the emission to epoch ${event.data.epoch.toString()}: ${spoken(event.data.minted, IO)} minted`;
    }
    if (event.name === 'rootPosted') {
      return `${by} posts the ${event.data.kind.toUpperCase()} rewards up to epoch ${event.data.epoch.toString()} for the oracles: ${spoken(event.data.total, IO)}`;
    }
    if (event.name === 'rootFinalized') {
      return `${by} makes the ${event.data.kind.toUpperCase()} rewards final`;
    }
    if (event.name === 'rewardClaimed') {
      return `${by} claims ${spoken(event.data.amount, IO)} for ${this.#who(event.data.node)}`;
    }
    return null;
  }
}

function ofTreasury(event: ProgramEvent<'treasury'>, by: string): string | null {
  if (event.name === 'feesSold') {
    const { usdc, ioBurned, askBps } = event.data;
    return `${by} takes ${spoken(usdc, USDC)} of fees and burns ${spoken(ioBurned, IO)} for it, at ${(Number(askBps) / 100).toFixed(2)} % of the market`;
  }
  if (event.name === 'ioFeesBurned') {
    return `${by} burns the fees in IO: ${spoken(event.data.amount, IO)}`;
  }
  if (event.name === 'creditsBought') {
    return `${by} buys ${spoken(event.data.amount, CREDITS)} of credits`;
  }
  return null;
}

const STOPS = {
  none: 'not stopped',
  completed: 'the booked time is over',
  endedByBuyer: 'the buyer needs no more',
  released: 'the node releases it',
  oracleSilence: 'the oracles were silent',
  cancelled: 'cancelled',
  notStarted: 'never started',
} as const;
