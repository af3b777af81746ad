import {
  TOKEN_PROGRAM_ID,
  decodeTokenAccount,
  parseEvents,
  pda,
  tokenAddress,
  type Deployment,
  type IonetEvent,
  type Payment,
  type ProgramEvent,
  type Transport,
} from '@ionet/sdk';
import { Buffer } from 'node:buffer';
import type { PublicKey } from '@solana/web3.js';
import { tokenOf, type Token } from '../lib/format.js';

/** All tokens of the network at one moment. Addresses are base58. */
export interface Holdings {
  readonly accounts: ReadonlyMap<string, Holding>;
  readonly supply: Readonly<Record<Token, bigint>>;
}

/** What one token account holds. */
export interface Holding {
  readonly mint: Token;
  readonly amount: bigint;
}

/** Tokens that went from one token account to another; `null` is the mint itself, which gives by minting and takes by burning. */
export interface Movement {
  readonly mint: Token;
  readonly from: string | null;
  readonly to: string | null;
  readonly amount: bigint;
  readonly purpose: string;
}

/** A transaction that moved tokens. */
export interface Entry {
  readonly signature: string;
  readonly movements: readonly Movement[];
  readonly before: Holdings;
  readonly after: Holdings;
}

/** Balances that changed otherwise than the programs' events say. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/** What the movements of a job need to know of it. */
interface Parties {
  readonly payment: Payment;
  readonly buyer: PublicKey;
  readonly payout: PublicKey | null;
}

/**
 * Records every movement of tokens: what the events of each transaction say, compared with every token account of the
 * network before and after. A movement that no event explains, and an event that no balance confirms, are errors.
 */
export class Ledger {
  readonly entries: Entry[] = [];
  /** What clients talk to, so that no transaction is left out. */
  readonly transport: Transport;

  readonly #deployment: Deployment;
  readonly #jobs = new Map<string, Parties>();

  constructor(deployment: Deployment, network: Transport) {
    this.#deployment = deployment;
    this.transport = {
      ...network,
      execute: async (transaction, lifetime, options) => {
        const before = await readHoldings(network, deployment);
        const outcome = await network.execute(transaction, lifetime, options);
        const after = await readHoldings(network, deployment);
        const events = outcome.failure === null ? parseEvents(outcome.logs, deployment) : [];
        const emitted = events.some(({ name }) => name === 'epochAdvanced');
        const minted = mintedBetween(before, after, emitted ? 'emission' : 'opening balance');
        const movements = [...this.#explain(events), ...minted];
        reconcile(before, after, movements);
        if (movements.length > 0) {
          this.entries.push({ signature: outcome.signature, movements, before, after });
        }
        return outcome;
      },
    };
  }

  #explain(events: readonly IonetEvent[]): Movement[] {
    for (const event of events) this.#remember(event);
    return events.flatMap((event) => this.#movementsOf(event)).filter(({ amount }) => amount > 0n);
  }

  #remember(event: IonetEvent): void {
    if (event.program !== 'escrow') return;
    if (event.name === 'jobBooked') {
      const { job, payment, buyer } = event.data;
      this.#jobs.set(job.toBase58(), { payment, buyer, payout: null });
    } else if (event.name === 'jobStarted') {
      const { job, payout } = event.data;
      this.#jobs.set(job.toBase58(), { ...this.#parties(job), payout });
    }
  }

  #parties(job: PublicKey): Parties {
    const parties = this.#jobs.get(job.toBase58());
    if (parties === undefined) throw new LedgerError(`nobody booked the job ${job.toBase58()}`);
    return parties;
  }

  #movementsOf(event: IonetEvent): Movement[] {
    const deployment = this.#deployment;
    switch (event.program) {
      case 'staking': {
        if (event.name === 'rewardsClaimed') {
          const { node, destination, amount } = event.data;
          const from = pda.staking.rewardVault(deployment, node).toBase58();
          return [{ mint: 'io', from, to: destination.toBase58(), amount, purpose: 'rewards taken home' }];
        }
        if (event.name !== 'staked') return [];
        const { owner, node, amount } = event.data;
        const from = tokenAddress(deployment.ioMint, owner).toBase58();
        const to = pda.staking.stakeVault(deployment, node).toBase58();
        return [{ mint: 'io', from, to, amount, purpose: 'stake' }];
      }
      case 'treasury': {
        if (event.name === 'creditsBought') {
          const { buyer, owner, amount } = event.data;
          const from = tokenAddress(deployment.usdcMint, buyer).toBase58();
          const to = pda.treasury.credits(deployment, owner).toBase58();
          return [{ mint: 'usdc', from, to, amount, purpose: 'credits' }];
        }
        if (event.name !== 'ioFeesBurned') return [];
        const from = pda.treasury.feeVault(deployment, deployment.ioMint).toBase58();
        return [{ mint: 'io', from, to: null, amount: event.data.amount, purpose: 'fees burned' }];
      }
      case 'escrow':
        return this.#movementsOfJob(event);
      case 'emission': {
        if (event.name !== 'rewardClaimed') return [];
        const { pool, destination, amount } = event.data;
        const from = pda.emission.poolVault(deployment, pool).toBase58();
        return [{ mint: 'io', from, to: destination.toBase58(), amount, purpose: 'rewards' }];
      }
      case 'airdrop':
        return movementsOfSeason(deployment, event);
      case 'oracle':
        return [];
    }
  }

  #movementsOfJob(event: ProgramEvent<'escrow'>): Movement[] {
    if (event.name === 'jobBooked') {
      const { job, compute, bookingFee, handlingFee } = event.data;
      return [this.#paidIn(job, compute + bookingFee + handlingFee, 'order: compute and fees')];
    }
    if (event.name === 'jobExtended') {
      const { job, charged, toNode, toFees } = event.data;
      return [
        this.#paidIn(job, charged, 'hours added: compute and fees'),
        ...this.#paidOut(job, { toNode, toFees, toBuyer: 0n }, "provider's fee"),
      ];
    }
    if (event.name === 'jobSettled') {
      const fees = event.data.state === 'ended' ? "buyer's and provider's fees" : "provider's fee";
      return this.#paidOut(event.data.job, event.data, fees);
    }
    if (event.name === 'jobCancelled') {
      const { job, toFees, toBuyer } = event.data;
      return this.#paidOut(job, { toNode: 0n, toFees, toBuyer }, "buyer's fees, kept");
    }
    if (event.name === 'jobExpired') {
      const { job, toBuyer } = event.data;
      return this.#paidOut(job, { toNode: 0n, toFees: 0n, toBuyer }, '');
    }
    return [];
  }

  #paidIn(job: PublicKey, amount: bigint, purpose: string): Movement {
    const { payment, buyer } = this.#parties(job);
    const from = this.#accountOf(payment, buyer).toBase58();
    const to = pda.escrow.jobVault(this.#deployment, job).toBase58();
    return { mint: tokenOf(payment), from, to, amount, purpose };
  }

  #paidOut(
    job: PublicKey,
    sent: { readonly toNode: bigint; readonly toFees: bigint; readonly toBuyer: bigint },
    fees: string,
  ): Movement[] {
    const { payment, buyer, payout } = this.#parties(job);
    const mint = this.#mint(payment);
    const from = pda.escrow.jobVault(this.#deployment, job).toBase58();
    const toFees = pda.treasury.feeVault(this.#deployment, mint);
    const movement = (to: PublicKey, amount: bigint, purpose: string): Movement => ({
      mint: tokenOf(payment),
      from,
      to: to.toBase58(),
      amount,
      purpose,
    });
    return [
      ...(payout === null ? [] : [movement(tokenAddress(mint, payout), sent.toNode, 'verified hours')]),
      movement(toFees, sent.toFees, fees),
      movement(this.#accountOf(payment, buyer), sent.toBuyer, 'refund'),
    ];
  }

  #mint(payment: Payment): PublicKey {
    return payment === 'io' ? this.#deployment.ioMint : this.#deployment.usdcMint;
  }

  /** Where a buyer pays from and is refunded to. */
  #accountOf(payment: Payment, buyer: PublicKey): PublicKey {
    return payment === 'credits'
      ? pda.treasury.credits(this.#deployment, buyer)
      : tokenAddress(this.#mint(payment), buyer);
  }
}

const MINT_SIZE = 82;
const SUPPLY_OFFSET = 36;

/** Reads every token account of the network, and both supplies. */
export async function readHoldings(network: Transport, deployment: Deployment): Promise<Holdings> {
  const accounts = new Map<string, Holding>();
  const supply = { io: 0n, usdc: 0n };
  for (const { address, data } of await network.getProgramAccounts(TOKEN_PROGRAM_ID, [])) {
    const mint = tokenOfMint(
      deployment,
      data.length === MINT_SIZE ? address : decodeTokenAccount(data)?.mint,
    );
    if (mint === null) continue;
    if (data.length === MINT_SIZE) supply[mint] = Buffer.from(data).readBigUInt64LE(SUPPLY_OFFSET);
    else accounts.set(address.toBase58(), { mint, amount: decodeTokenAccount(data)?.amount ?? 0n });
  }
  return { accounts, supply };
}

function tokenOfMint({ ioMint, usdcMint }: Deployment, mint: PublicKey | undefined): Token | null {
  if (mint?.equals(ioMint) === true) return 'io';
  return mint?.equals(usdcMint) === true ? 'usdc' : null;
}

/** The amount in an account, zero where there is none. */
export function amountAt(holdings: Holdings, address: string): bigint {
  return holdings.accounts.get(address)?.amount ?? 0n;
}

/** What an event of the airdrop moved: all its IO goes through the vault of a season. */
function movementsOfSeason(deployment: Deployment, event: ProgramEvent<'airdrop'>): Movement[] {
  const vaultOf = (season: PublicKey): string => pda.airdrop.seasonVault(deployment, season).toBase58();
  switch (event.name) {
    case 'seasonCreated': {
      const { season, fundingAccount, amount } = event.data;
      const to = vaultOf(season);
      return [{ mint: 'io', from: fundingAccount.toBase58(), to, amount, purpose: 'airdrop season' }];
    }
    case 'claimed': {
      const { season, tokenAccount, amount } = event.data;
      const to = tokenAccount.toBase58();
      return [{ mint: 'io', from: vaultOf(season), to, amount, purpose: 'airdrop claim' }];
    }
    case 'seasonCancelled':
    case 'seasonClosed': {
      const { season, refundAccount, refunded: amount } = event.data;
      const to = refundAccount.toBase58();
      return [{ mint: 'io', from: vaultOf(season), to, amount, purpose: 'airdrop refund' }];
    }
    case 'airdropInitialized':
    case 'adminProposed':
    case 'adminChanged':
    case 'shardOpened':
    case 'shardClosed':
      return [];
  }
}

/** Minting has no event of ours: where a supply grew, it went to whose balance grew. */
function mintedBetween(before: Holdings, after: Holdings, purpose: string): Movement[] {
  return [...after.accounts].flatMap(([address, { mint, amount }]) => {
    const grown = amount - amountAt(before, address);
    if (after.supply[mint] <= before.supply[mint] || grown <= 0n) return [];
    return [{ mint, from: null, to: address, amount: grown, purpose }];
  });
}

/** Every balance after must be the balance before with the movements; throws where one is not. */
export function reconcile(before: Holdings, after: Holdings, movements: readonly Movement[]): void {
  const expected = new Map([...before.accounts].map(([address, { amount }]) => [address, amount]));
  const supply = { ...before.supply };
  for (const { mint, from, to, amount } of movements) {
    if (from === null) supply[mint] += amount;
    else expected.set(from, (expected.get(from) ?? 0n) - amount);
    if (to === null) supply[mint] -= amount;
    else expected.set(to, (expected.get(to) ?? 0n) + amount);
  }
  for (const address of new Set([...expected.keys(), ...after.accounts.keys()])) {
    const [should, is] = [expected.get(address) ?? 0n, amountAt(after, address)];
    if (should !== is) {
      throw new LedgerError(
        `the token account ${address} holds ${is.toString()}, but by the events it should hold ${should.toString()}`,
      );
    }
  }
  for (const mint of ['io', 'usdc'] as const) {
    if (supply[mint] !== after.supply[mint]) {
      throw new LedgerError(
        `the supply of ${mint} is ${after.supply[mint].toString()}, but by the events it should be ${supply[mint].toString()}`,
      );
    }
  }
}
