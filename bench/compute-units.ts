/**
 * Compute units of one valid call of each instruction, on litesvm with today's feature set.
 *
 *   tsx --conditions=ionet-source bench/compute-units.ts          prints the table
 *   tsx --conditions=ionet-source bench/compute-units.ts --write  writes bench/compute-units.json and docs/performance.md
 *   tsx --conditions=ionet-source bench/compute-units.ts --check  fails where a figure grew by over 2 %
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { programNames } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { calls, type Variant } from '../tests/matrix/fixtures.js';
import { slotsOf } from '../tests/matrix/mutants.js';
import { bareWorld, mainWorld } from '../tests/matrix/world.js';
import { measureClaims, type ClaimCost } from './reward-claims.js';
import { writeSections } from './lib/document.js';

const FIGURES = 'bench/compute-units.json';
const GROWTH_PERCENT = 2n;

interface Figure {
  /** The call of the fixture, as it is sent ordinarily. */
  readonly ordinary: number;
  /** The same when a stranger has sent lamports to every address that is created or does not exist. */
  readonly prefunded: number;
}

type Figures = Record<string, Figure>;

async function measure(): Promise<Figures> {
  const worlds = { main: await mainWorld(), bare: await bareWorld() };
  const relayer = testKeypair('relayer');

  async function unitsOf({ program, name, fixture }: Variant, prefund: boolean): Promise<number> {
    const world = worlds[fixture.world];
    const { network } = world.market;
    world.market.restore(world.snapshot);
    const call = fixture.world === 'main' ? await fixture.call(worlds.main) : await fixture.call(worlds.bare);
    if (prefund) {
      const keys = call.instructions.at(-1)?.keys ?? [];
      slotsOf(program, name).forEach((slot, index) => {
        const address = keys[index]?.pubkey;
        if (!slot.writable || address === undefined) return;
        if (network.getAccount(address) === null) network.airdrop(address, 900_000n);
      });
    }
    const signers = [...world.keys.values()];
    const sent = await network.client(relayer, signers).send(call);
    return Number(sent.unitsConsumed ?? 0n);
  }

  const figures: Figures = {};
  for (const call of calls) {
    figures[`${call.program}.${call.title}`] = {
      ordinary: await unitsOf(call, false),
      prefunded: await unitsOf(call, true),
    };
  }
  return figures;
}

/** What others publish of comparable instructions; sources in the table. */
const PEERS: readonly (readonly [ours: string, peer: string, units: string])[] = [
  [
    'oracle.reportJob',
    'Helium lazy-distributor set_current_rewards_v1 (ed25519), median on mainnet',
    '12,343',
  ],
  ['escrow.settleJob', 'Helium distribute_rewards_v0, median on mainnet', '29,457'],
  ['escrow.bookJob', 'Squads v4 VaultTransactionCreate', '24,260'],
  ['staking.stake', 'SPL stake-pool DepositSol', '11,464'],
  ['staking.stake', 'Helium voter-stake-registry deposit', '10,735'],
  ['treasury.burnIoFees', 'Helium circuit-breaker burn', '9,509'],
];

const grouped = (units: number): string => units.toLocaleString('en-US');

function document(figures: Figures, claims: readonly ClaimCost[]): string {
  const rows = Object.entries(figures).map(
    ([name, { ordinary, prefunded }]) => `| ${name} | ${grouped(ordinary)} | ${grouped(prefunded)} |`,
  );
  const sizes = programNames.map((name) => `| ${name} | ${grouped(statSync(`artifacts/${name}.so`).size)} |`);
  const peers = PEERS.map(
    ([ours, peer, units]) => `| ${ours} | ${grouped(figures[ours]?.ordinary ?? 0)} | ${peer} | ${units} |`,
  );
  return [
    '## Compute units',
    '',
    'Written by `npm run bench:compute-units -- --write`; CI fails when a figure grows by over 2 %.',
    '',
    'One valid call of each instruction on litesvm 1.5.0 with the feature set of mainnet, as the whole transaction',
    'consumes them; signatures of the ed25519 program included. *Ordinary*: the addresses that the call creates are',
    'untouched. *Pre-funded*: a stranger has sent lamports to them before, which makes creating them dearer.',
    '',
    '| instruction | ordinary | pre-funded |',
    '| --- | ---: | ---: |',
    ...rows,
    '',
    '## Beside published figures',
    '',
    'Peers publish few figures, and none of the same instruction: these are the nearest.',
    '',
    '| ours | units | theirs | units |',
    '| --- | ---: | --- | ---: |',
    ...peers,
    '',
    '## Claims of rewards',
    '',
    'At depth 20, a tree of 2^20 leaves, against a pool with four final roots. The transaction has one signature and no',
    'lookup table; a compute unit limit and a price would add 52 bytes. `npm run bench:reward-claims` prints this alone.',
    '',
    '| a claim | units | bytes of its transaction |',
    '| --- | ---: | ---: |',
    ...claims.map(({ what, units, bytes }) => `| ${what} | ${grouped(units)} | ${grouped(bytes)} |`),
    '',
    '## Program sizes',
    '',
    '| program | bytes |',
    '| --- | ---: |',
    ...sizes,
    '',
  ].join('\n');
}

/** The figures that grew beyond what is allowed, or that nobody committed. */
function regressions(committed: Figures, measured: Figures): string[] {
  return Object.entries(measured).flatMap(([name, figure]) =>
    (['ordinary', 'prefunded'] as const).flatMap((kind) => {
      const before = committed[name]?.[kind];
      if (before === undefined) return [`${name} (${kind}) has no committed figure`];
      const limit = (BigInt(before) * (100n + GROWTH_PERCENT)) / 100n;
      if (BigInt(figure[kind]) <= limit) return [];
      return [`${name} (${kind}) grew from ${before} to ${figure[kind]} compute units`];
    }),
  );
}

const mode = process.argv[2];
const figures = await measure();
if (mode === '--write') {
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  writeSections(document(figures, await measureClaims()));
} else if (mode === '--check') {
  const grown = regressions(JSON.parse(readFileSync(FIGURES, 'utf8')) as Figures, figures);
  for (const line of grown) console.error(line);
  if (grown.length > 0) {
    console.error('If the growth is meant: npm run bench:compute-units -- --write');
    process.exitCode = 1;
  }
} else {
  console.log(document(figures, await measureClaims()));
}
