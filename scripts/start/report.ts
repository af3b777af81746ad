import { fixed, spoken, tokenOf, unitOf, type Token } from '../lib/format.js';
import { renderTable } from '../lib/table.js';
import type { Economy, Names } from './economy.js';
import {
  holds,
  identitiesOf,
  measureFlows,
  totals,
  type Figures,
  type Flows,
  type Identity,
} from './identities.js';
import { readHoldings, type Entry, type Holdings } from './ledger.js';

const SIGNATURE_LENGTH = 10;

/** What the end of the run is judged by. */
export async function takeFigures(economy: Economy): Promise<Figures[]> {
  const { ledger, names, network, opening } = economy;
  const closing = await readHoldings(network.transport, network.deployment);
  const since = ledger.entries.filter(({ movements }) => movements.every(({ from }) => from !== null));
  return Promise.all(
    (['io', 'usdc'] as const).map(async (mint): Promise<Figures> => {
      const { flows, staked, burned } = measureFlows(since, mint, names.roleOf);
      return {
        mint,
        flows,
        staked,
        burned,
        recorded: await recordedFlows(economy, mint),
        opening: totals(opening, mint, names.roleOf),
        closing: totals(closing, mint, names.roleOf),
        supplyBefore: opening.supply[mint],
        supplyAfter: closing.supply[mint],
      };
    }),
  );
}

/** What the accounts of the jobs say of themselves. */
async function recordedFlows({ anyone }: Economy, token: Token): Promise<Flows> {
  const all = await anyone.accounts.escrow.job.findAll();
  const jobs = all.filter(({ payment }) => tokenOf(payment) === token);
  const sum = (of: (job: (typeof jobs)[number]) => bigint): bigint =>
    jobs.reduce((total, job) => total + of(job), 0n);
  return {
    paidIn: sum((job) => job.paidIn),
    paidOut: sum((job) => job.paidToNode),
    refunds: sum((job) => job.refunded),
    fees: sum((job) => job.paidToFees),
  };
}

/** Every movement of tokens, one line each. */
export function movementsTable(entries: readonly Entry[], names: Names, width: number): string {
  const rows = entries.flatMap(({ signature, movements }) =>
    movements.map(({ mint, from, to, amount, purpose }) => [
      from === null ? '(minted)' : names.nameOf(from),
      to === null ? '(burned)' : names.nameOf(to),
      purpose,
      fixed(amount, unitOf(mint)),
      unitOf(mint).name,
      signature.slice(0, SIGNATURE_LENGTH),
    ]),
  );
  return renderTable(
    [
      { head: 'from' },
      { head: 'to' },
      { head: 'for' },
      { head: 'amount', align: 'right' },
      { head: 'mint' },
      { head: 'signature' },
    ],
    rows,
    width,
  );
}

/** What everybody has at the end. Empty vaults of jobs are closed and do not appear. */
export function balancesTable(closing: Holdings, names: Names, width: number): string {
  const balances = new Map<string, Record<Token, bigint>>();
  for (const [address, { mint, amount }] of closing.accounts) {
    const name = names.nameOf(address);
    const had = balances.get(name) ?? { io: 0n, usdc: 0n };
    balances.set(name, { ...had, [mint]: had[mint] + amount });
  }
  const order = ['buyer', 'owner', 'stakeVault', 'feeVault', 'jobVault', 'reserve', 'unknown'];
  const places = new Map(
    [...closing.accounts.keys()].map((address) => [
      names.nameOf(address),
      order.indexOf(names.roleOf(address)),
    ]),
  );
  const rows = [...balances]
    .sort(([a], [b]) => (places.get(a) ?? 0) - (places.get(b) ?? 0) || a.localeCompare(b))
    .map(([name, { io, usdc }]) => [name, fixed(io, unitOf('io')), fixed(usdc, unitOf('usdc'))]);
  const { supply } = closing;
  rows.push(['supply', fixed(supply.io, unitOf('io')), fixed(supply.usdc, unitOf('usdc'))]);
  return renderTable(
    [{ head: 'who' }, { head: 'IO', align: 'right' }, { head: 'USDC', align: 'right' }],
    rows,
    width,
  );
}

/** The identities of all mints that say anything: those of nothing but zeros are left out. */
export function allIdentities(figures: readonly Figures[]): Identity[] {
  return figures
    .flatMap(identitiesOf)
    .filter(({ left, right }) => [...left, ...right].some(({ amount }) => amount !== 0n));
}

/** One identity in a line. */
export function describeIdentity(identity: Identity): string {
  const unit = unitOf(identity.mint);
  const side = (terms: Identity['left']): string =>
    terms
      .map(({ label, amount }) => `${label} ${spoken(amount, unit).replace(` ${unit.name}`, '')}`)
      .join(' + ');
  const verdict = holds(identity) ? 'holds' : 'DOES NOT HOLD';
  return `${unit.name.padEnd(4)}  ${side(identity.left)} = ${side(identity.right)}: ${verdict}`;
}
