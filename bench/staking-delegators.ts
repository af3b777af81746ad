/**
 * What staking costs at a node with one delegator and with ten thousand, who all delegate in earnest.
 *
 *   tsx --conditions=ionet-source bench/staking-delegators.ts          prints the table
 *   tsx --conditions=ionet-source bench/staking-delegators.ts --write  writes it into docs/performance.md
 */
import {
  createTokenAccountInstruction,
  mintToInstruction,
  staking,
  tokenAddress,
  type Call,
} from '@ionet/sdk';
import { createMarket, readPrograms, testKeypair, type Market } from '@ionet/sdk/testing';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { DAY, offence, sendRewards } from '../tests/harness/staking.js';
import { writeSections } from './lib/document.js';

const MANY = 10_000;
/** Delegated by all together, whether one or many, so that all sums are the same: base units of IO. */
const DELEGATED = 10n ** 12n;
/** Accounts of one transaction bound it. */
const ACTIVATIONS_OF_A_TRANSACTION = 8;

/** The compute units of each instruction, by its name. */
type Costs = ReadonlyMap<string, number>;

/** Gives a delegator IO of his own, and delegates half of it. Another pays the fees: so much SOL there is not for all. */
async function delegateAs(
  market: Market,
  node: PublicKey,
  delegator: Keypair,
  amount: bigint,
): Promise<void> {
  const { ioMint } = market.deployment;
  const { anyone, mintAuthority } = market;
  const account = tokenAddress(ioMint, delegator.publicKey);
  const funding: Call = {
    instructions: [
      createTokenAccountInstruction(anyone.payer, ioMint, delegator.publicKey),
      mintToInstruction(ioMint, account, mintAuthority.publicKey, 2n * amount),
    ],
    signers: [mintAuthority],
    accounts: {},
  };
  await anyone.send([funding, staking.delegate.call(anyone, { node, amount, delegator })]);
}

async function delegateBy(count: number, market: Market, node: PublicKey): Promise<void> {
  const { anyone } = market;
  const delegators: PublicKey[] = [];
  for (let index = 0; index < count; index += 1) {
    const delegator = testKeypair(`delegator ${index}`);
    await delegateAs(market, node, delegator, DELEGATED / BigInt(count));
    delegators.push(delegator.publicKey);
  }
  market.warpBy(DAY);
  for (let index = 0; index < count; index += ACTIVATIONS_OF_A_TRANSACTION) {
    const some = delegators.slice(index, index + ACTIVATIONS_OF_A_TRANSACTION);
    await anyone.send(some.map((delegator) => staking.activateDelegation.call(anyone, { node, delegator })));
  }
}

async function costsAt(count: number): Promise<Costs> {
  const { market, node } = await createMarket({ programs: await readPrograms('artifacts') });
  await delegateBy(count, market, node);
  const { delegations, delegatedEarningShares } = await market.anyone.accounts.staking.node.fetch(node);
  if (delegations !== count || delegatedEarningShares !== DELEGATED)
    throw new Error('not all delegations earn');

  const costs = new Map<string, number>();
  async function measure(name: string, act: () => Promise<{ readonly unitsConsumed: bigint | null }>) {
    costs.set(name, Number((await act()).unitsConsumed ?? 0n));
  }
  const first = market.actor('delegator 0');
  await sendRewards(market, node, 10n ** 9n);
  await measure('harvest', () => market.anyone.staking.harvest({ node }));
  await measure('claim_rewards', () => first.staking.claimRewards({ node }));
  await measure('stake', () => market.owner.staking.stake({ node, amount: 10n ** 9n }));
  await measure('delegate', () => first.staking.delegate({ node, amount: 10n ** 6n }));
  await measure('undelegate', () => first.staking.undelegate({ node, shares: 10n ** 6n, id: 0 }));
  await measure('slash', () => market.admin.staking.slash({ ...offence(market, 10n ** 9n), node }));
  return costs;
}

const grouped = (units: number): string => units.toLocaleString('en-US');

function section(one: Costs, many: Costs): string {
  const rows = [...one].map(
    ([name, units]) => `| ${name} | ${grouped(units)} | ${grouped(many.get(name) ?? 0)} |`,
  );
  return [
    '## Staking by the number of delegators',
    '',
    `Compute units at a node that one delegator has delegated ${grouped(Number(DELEGATED / 10n ** 8n))} IO to, and at one that ${grouped(MANY)} delegators`,
    'have delegated the same to together, each by a transaction of his own; all of it earns. Written by',
    '`npm run bench:delegators -- --write`.',
    '',
    `| instruction | 1 delegator | ${grouped(MANY)} delegators |`,
    '| --- | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
}

const text = section(await costsAt(1), await costsAt(MANY));
process.stdout.write(text);
if (process.argv.includes('--write')) writeSections(text);
