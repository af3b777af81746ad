import { expect } from 'chai';
import { parseFleet } from '../../scripts/start/fleet.js';
import {
  holds,
  identitiesOf,
  measureFlows,
  type Figures,
  type Role,
} from '../../scripts/start/identities.js';
import { LedgerError, reconcile, type Holdings, type Movement } from '../../scripts/start/ledger.js';
import { openingBalance, planJobs } from '../../scripts/start/plan.js';
import { judge } from '../../scripts/start/run.js';
import { renderTable } from '../../scripts/lib/table.js';
import { runScript } from './spawn.js';

const NOBODY = { buyer: 0n, owner: 0n, stakeVault: 0n, jobVault: 0n, feeVault: 0n, reserve: 0n, unknown: 0n };

/** A sum that adds up: 100 paid in, 70 paid out, 20 refunded, 10 in fees of which 4 are burned. */
const FIGURES: Figures = {
  mint: 'io',
  flows: { paidIn: 100n, paidOut: 70n, refunds: 20n, fees: 10n },
  recorded: { paidIn: 100n, paidOut: 70n, refunds: 20n, fees: 10n },
  staked: 50n,
  burned: 4n,
  opening: { ...NOBODY, buyer: 500n, owner: 60n },
  closing: { ...NOBODY, buyer: 420n, owner: 80n, stakeVault: 50n, feeVault: 6n },
  supplyBefore: 560n,
  supplyAfter: 556n,
};

function holding(amounts: Record<string, bigint>, supply = 100n): Holdings {
  const accounts = Object.entries(amounts).map(
    ([address, amount]) => [address, { mint: 'io', amount }] as const,
  );
  return { accounts: new Map(accounts), supply: { io: supply, usdc: 0n } };
}

function moved(from: string | null, to: string | null, amount: bigint): Movement {
  return { mint: 'io', from, to, amount, purpose: '' };
}

describe('identities', () => {
  it('hold where everything adds up', () => {
    expect(identitiesOf(FIGURES).every(holds)).to.be.true;
    expect(judge(identitiesOf(FIGURES), () => undefined)).to.equal(0);
  });

  const wrong: readonly (readonly [string, Partial<Figures>])[] = [
    ['a unit of what was paid in is lost', { flows: { ...FIGURES.flows, paidIn: 101n } }],
    ['fees left the vault unburned', { closing: { ...FIGURES.closing, feeVault: 5n } }],
    ['a vault of a job kept something', { closing: { ...FIGURES.closing, jobVault: 1n } }],
    ['a stranger has tokens', { closing: { ...FIGURES.closing, buyer: 419n, unknown: 1n } }],
    ['stake is missing', { closing: { ...FIGURES.closing, stakeVault: 49n } }],
    ['the supply fell by more than was burned', { supplyAfter: 555n }],
    ['the records of the jobs say otherwise', { recorded: { ...FIGURES.recorded, refunds: 19n } }],
  ];
  for (const [name, change] of wrong) {
    it(`fail, and the run with them, when ${name}`, () => {
      const lines: string[] = [];
      expect(judge(identitiesOf({ ...FIGURES, ...change }), (line) => lines.push(line))).to.equal(1);
      expect(lines.join('\n')).to.contain('DOES NOT HOLD');
    });
  }
});

describe('ledger', () => {
  const before = holding({ buyer: 60n, vault: 40n });

  it('takes movements that explain every balance', () => {
    const movements = [moved('buyer', 'vault', 10n), moved('vault', 'node', 5n), moved('vault', null, 45n)];
    expect(() => {
      reconcile(before, holding({ buyer: 50n, node: 5n }, 55n), movements);
    }).to.not.throw();
  });

  for (const [name, after, movements] of [
    ['more than happened', holding({ buyer: 60n, vault: 40n }), [moved('buyer', 'vault', 1n)]],
    ['less than happened', holding({ buyer: 50n, vault: 40n, thief: 10n }), []],
    ['another amount', holding({ buyer: 50n, vault: 50n }), [moved('buyer', 'vault', 11n)]],
    ['another receiver', holding({ buyer: 50n, vault: 50n }), [moved('buyer', 'node', 10n)]],
    ['no burn where the supply fell', holding({ buyer: 60n, vault: 40n }, 99n), []],
  ] as const) {
    it(`refuses movements that say ${name}`, () => {
      expect(() => {
        reconcile(before, after, movements);
      }).to.throw(LedgerError);
    });
  }

  it('measures flows by balances alone', () => {
    const roles: Record<string, Role> = {
      buyer: 'buyer',
      vault: 'jobVault',
      node: 'owner',
      fees: 'feeVault',
    };
    const roleOf = (address: string): Role => roles[address] ?? 'unknown';
    const entry = (before: Holdings, after: Holdings) => ({ signature: '', movements: [], before, after });
    const booked = holding({ buyer: 50n, vault: 50n });
    const settled = holding({ buyer: 53n, node: 40n, fees: 7n });
    const { flows } = measureFlows(
      [entry(holding({ buyer: 100n }), booked), entry(booked, settled)],
      'io',
      roleOf,
    );
    expect(flows).to.deep.equal({ paidIn: 50n, paidOut: 40n, refunds: 3n, fees: 7n });
  });
});

describe('plan', () => {
  const fleet = parseFleet(
    JSON.stringify({
      ioPrice: '2',
      hardware: [{ name: 'V100', kind: 'gpu', multiplierX100: 75, referencePrice: '0.2' }],
      nodes: [
        {
          name: 'only',
          owner: 'Ana',
          hardware: 'V100',
          devices: 1,
          bandwidth: 'low',
          region: 'sa',
          price: '0.2',
        },
      ],
    }),
    'fleet.json',
  );

  it('never asks for more devices than a node has', () => {
    expect(planJobs(fleet).map(({ devices, node }) => [devices, node])).to.deep.equal(
      Array<number[]>(8).fill([1, 0]),
    );
  });

  it('gives buyers whole tokens, more than their orders cost', () => {
    expect(openingBalance(fleet, planJobs(fleet), 'Nour', 'usdc')).to.equal(3_000_000n);
    expect(openingBalance(fleet, [], 'Nour', 'io')).to.equal(100_000_000n);
  });
});

describe('table', () => {
  const columns = [{ head: 'who' }, { head: 'IO', align: 'right' }] as const;
  const rows = [
    ['Nour', '1.5'],
    ['the fee vault', '12.0'],
  ];

  it('lines up where there is room', () => {
    expect(renderTable(columns, rows, 40)).to.equal(
      ['who              IO', '-------------------', 'Nour            1.5', 'the fee vault  12.0'].join('\n'),
    );
  });

  it('stacks its rows where there is none', () => {
    expect(renderTable(columns, rows, 18)).to.equal(
      ['who  Nour', 'IO   1.5', '', 'who  the fee vault', 'IO   12.0'].join('\n'),
    );
  });
});

describe('npm start', function () {
  this.timeout(60_000);

  // The processes are played by .ci/run, and tested one by one in tests/services and by io-dev.test.ts.
  it('plays every way in which a job can end, and everything adds up', () => {
    const { code, stdout, stderr } = runScript('scripts/start/main.ts', '--part', 'endings');
    expect({ code, stderr }, stdout).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.trim());

    expect(lines.filter((line) => line.startsWith('Job '))).to.have.length(8);
    for (const words of [
      'the booked time is served',
      'ended by the buyer',
      'released by the node',
      'the oracles were silent for a day',
      'anyone expires it: everything returns',
      'cancels it: the fees are kept',
      'adds 2 hours',
    ]) {
      expect(stdout).to.contain(words);
    }

    const identities = lines.filter((line) => /: (holds|DOES NOT HOLD)$/.test(line));
    expect(identities.every((line) => line.endsWith(': holds'))).to.be.true;
    // A fixed fleet gives fixed sums.
    expect(identities).to.include.members([
      'IO    paid in 7.59811251 = paid out 6.21679843 + refunds 1.34979008 + fees 0.031524: holds',
      'IO    fees 0.031524 = burned 0.031524 + in the fee vault 0: holds',
      'IO    staked 21,200 = in the stake vaults 21,200: holds',
      'IO    supply before 500,000,000 = supply after 499,999,999.968476 + burned 0.031524: holds',
      'USDC  paid in 139.632596 = paid out 86.547753 + refunds 50.183456 + fees 2.901387: holds',
      'USDC  fees 2.901387 = burned 0 + in the fee vault 2.901387: holds',
      'IO    emitted 181,367.16304255 = rewards claimed 178,619.1757237 + in the reward pools 2,747.98731885: holds',
      'IO    airdrop funded 86,959.4 = claimed 70,139.4 + in the season 16,820: holds',
    ]);
    // Five nodes are paid for their idle hours, four owners had a past season, one of whom claims later.
    expect(lines.filter((line) => /anyone claims .* takes them home \(\w{10}\)$/.test(line))).to.have.length(
      5,
    );
    expect(lines.filter((line) => /anyone claims [\d,.]+ IO for \w+ \(\w{10}\)$/.test(line))).to.have.length(
      3,
    );
    expect(stdout).to.match(/\nEverything adds up\.\n$/);

    // Every movement has its line: who, whom, what for, how much, of what, in which transaction.
    const movement = / {2}\d[\d,]*\.\d+ {2}(IO {2}|USDC) {2}[1-9A-HJ-NP-Za-km-z]{10}$/;
    expect(lines.filter((line) => movement.test(line))).to.have.length(82);
    // eslint-disable-next-line no-control-regex -- plain text is the point
    expect(stdout).to.not.match(/[^\x0a\x20-\x7e]/);
  });

  it('says what is wrong with a fleet file, and exits with 1', () => {
    const missing = runScript('scripts/start/main.ts', '--fleet', 'no-such-file.json');
    expect(missing).to.include({ code: 1, stdout: '' });
    expect(missing.stderr).to.match(/^no-such-file\.json cannot be read/);
    const wrong = runScript('scripts/start/main.ts', '--fleet', 'package.json');
    expect(wrong).to.include({ code: 1, stdout: '' });
    expect(wrong.stderr).to.contain('package.json: nodes is missing');
  });

  it('exits with 2 when used wrongly', () => {
    const { code, stdout, stderr } = runScript('scripts/start/main.ts', '--flet', 'x');
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.contain("unknown option '--flet'");
    const part = runScript('scripts/start/main.ts', '--part', 'beginnings');
    expect(part).to.include({ code: 2, stdout: '' });
    expect(part.stderr).to.contain('Allowed choices are processes, endings');
  });
});
