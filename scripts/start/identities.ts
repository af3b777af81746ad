import type { Token } from '../lib/format.js';
import { type Entry, type Holdings } from './ledger.js';

const ROLES = ['buyer', 'owner', 'stakeVault', 'jobVault', 'feeVault', 'reserve', 'unknown'] as const;

/** Whose token account it is. A buyer's credits are his; what is set aside for rewards and airdrops is the reserve's. */
export type Role = (typeof ROLES)[number];

/** What flowed in one mint. */
export interface Flows {
  /** From buyers into the vaults of jobs. */
  readonly paidIn: bigint;
  /** From the vaults of jobs to the owners of nodes. */
  readonly paidOut: bigint;
  /** From the vaults of jobs back to buyers. */
  readonly refunds: bigint;
  /** From the vaults of jobs into the fee vault. */
  readonly fees: bigint;
}

/** All that the identities of one mint are made of. */
export interface Figures {
  readonly mint: Token;
  /** By the balances. */
  readonly flows: Flows;
  /** By the accounts of the jobs. */
  readonly recorded: Flows;
  readonly staked: bigint;
  readonly opening: Readonly<Record<Role, bigint>>;
  readonly closing: Readonly<Record<Role, bigint>>;
  readonly supplyBefore: bigint;
  readonly supplyAfter: bigint;
  readonly burned: bigint;
}

/** A part of a sum. */
export interface Term {
  readonly label: string;
  readonly amount: bigint;
}

/** Two sums that must be equal. */
export interface Identity {
  readonly mint: Token;
  readonly left: readonly Term[];
  readonly right: readonly Term[];
}

/** What each role holds in a mint. */
export function totals(
  holdings: Holdings,
  mint: Token,
  roleOf: (address: string) => Role,
): Record<Role, bigint> {
  const sums = { buyer: 0n, owner: 0n, stakeVault: 0n, jobVault: 0n, feeVault: 0n, reserve: 0n, unknown: 0n };
  for (const [address, holding] of holdings.accounts) {
    if (holding.mint === mint) sums[roleOf(address)] += holding.amount;
  }
  return sums;
}

/**
 * What each transaction added to and took from the accounts of each role, by their balances alone. What goes from one
 * account of a role to another, such as what a buyer pays for credits, is no flow.
 */
export function measureFlows(
  entries: readonly Entry[],
  mint: Token,
  roleOf: (address: string) => Role,
): { readonly flows: Flows; readonly staked: bigint; readonly burned: bigint } {
  const gained = totals({ accounts: new Map(), supply: { io: 0n, usdc: 0n } }, mint, roleOf);
  const lost = { ...gained };
  for (const entry of entries) {
    const before = totals(entry.before, mint, roleOf);
    const after = totals(entry.after, mint, roleOf);
    for (const role of ROLES) {
      const change = after[role] - before[role];
      if (change > 0n) gained[role] += change;
      else lost[role] -= change;
    }
  }
  return {
    flows: {
      paidIn: lost.buyer,
      paidOut: gained.owner,
      refunds: gained.buyer,
      fees: gained.feeVault,
    },
    staked: lost.owner,
    burned: lost.feeVault,
  };
}

/** The identities of a mint. Every sum has its parts from another source than the other side where there is one. */
export function identitiesOf(figures: Figures): Identity[] {
  const { mint, flows, recorded, staked, opening, closing, supplyBefore, supplyAfter, burned } = figures;
  const paidIn = { label: 'paid in', amount: flows.paidIn };
  const paidOut = { label: 'paid out', amount: flows.paidOut };
  const refunds = { label: 'refunds', amount: flows.refunds };
  const fees = { label: 'fees', amount: flows.fees };
  const burnedTerm = { label: 'burned', amount: burned };
  const equation = (left: Term[], right: Term[]): Identity => ({ mint, left, right });
  return [
    equation([paidIn], [paidOut, refunds, fees]),
    equation([fees], [burnedTerm, { label: 'in the fee vault', amount: closing.feeVault }]),
    equation(
      [{ label: 'buyers before', amount: opening.buyer }, refunds],
      [{ label: 'buyers after', amount: closing.buyer }, paidIn],
    ),
    equation(
      [{ label: 'owners before', amount: opening.owner }, paidOut],
      [
        { label: 'owners after', amount: closing.owner },
        { label: 'staked', amount: staked },
      ],
    ),
    equation(
      [{ label: 'staked', amount: staked }],
      [{ label: 'in the stake vaults', amount: closing.stakeVault }],
    ),
    equation(
      [{ label: 'supply before', amount: supplyBefore }],
      [{ label: 'supply after', amount: supplyAfter }, burnedTerm],
    ),
    equation(
      [{ label: 'supply after', amount: supplyAfter }],
      [
        { label: 'buyers', amount: closing.buyer },
        { label: 'owners', amount: closing.owner },
        { label: 'stake vaults', amount: closing.stakeVault },
        { label: 'fee vault', amount: closing.feeVault },
        { label: 'job vaults', amount: closing.jobVault },
        { label: 'reserve', amount: closing.reserve },
      ],
    ),
    equation([paidIn], [{ label: "paid in by the jobs' records", amount: recorded.paidIn }]),
    equation([paidOut], [{ label: "paid out by the jobs' records", amount: recorded.paidOut }]),
    equation([refunds], [{ label: "refunds by the jobs' records", amount: recorded.refunds }]),
    equation([fees], [{ label: "fees by the jobs' records", amount: recorded.fees }]),
  ];
}

/** Whether both sums are equal. */
export function holds({ left, right }: Identity): boolean {
  return sumOf(left) === sumOf(right);
}

function sumOf(terms: readonly Term[]): bigint {
  return terms.reduce((sum, { amount }) => sum + amount, 0n);
}
