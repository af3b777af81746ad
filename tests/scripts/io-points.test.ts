import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Keypair } from '@solana/web3.js';
import { findComputeSeason, POINTS_FORMULA_HASH } from '@ionet/sdk';
import { createProgram } from '../../scripts/io/program.js';
import { useDirectory, walletOf } from '../harness/points.js';
import { io } from './spawn.js';

const { startsAt, endsAt } = findComputeSeason(2);
const LINES = [
  `registered,a,${walletOf(1)},gpu,1000,${startsAt}`,
  `speed,a,${startsAt},400000000,300000000`,
  `work,a,${startsAt},pass`,
  `heartbeat,a,${startsAt},${endsAt}`,
];

async function call(...args: string[]): Promise<{ written: string; warned: string }> {
  let written = '';
  let warned = '';
  const program = createProgram({
    width: 120,
    write: (text) => {
      written += text;
    },
    warn: (text) => {
      warned += text;
    },
  });
  await program.parseAsync(args, { from: 'user' });
  return { written, warned };
}

describe('io points', () => {
  const files = useDirectory();
  const read = (name: string): string => readFileSync(files.path(name), 'utf8');

  it('score writes devices, wallets by pool, problems and hashes', async () => {
    const events = files.write('events.csv', [...LINES, 'oops, "x"']);
    const out = files.path('season-2.csv');
    const { written, warned } = await call(
      'points',
      'score',
      '--season',
      '2',
      '--events',
      events,
      '--out',
      out,
      '--json',
    );
    const json = JSON.parse(written) as Record<string, unknown>;
    expect(json).to.deep.include({
      season: 2,
      formula: 'ionet:points:v1',
      formulaHash: POINTS_FORMULA_HASH,
      lines: 5,
      problems: 1,
      devices: 1,
      pools: {
        gpu: { file: files.path('season-2.gpu.csv'), wallets: 1, points: '818400' },
        cpu: { file: files.path('season-2.cpu.csv'), wallets: 0, points: '0' },
      },
    });
    expect(json['eventsHash']).to.match(/^[0-9a-f]{64}$/);
    expect(JSON.parse(read('season-2.json'))).to.deep.equal(json);
    expect(read('season-2.gpu.csv')).to.equal(`wallet,points\n${walletOf(1)},818400\n`);
    expect(read('season-2.cpu.csv')).to.equal('wallet,points\n');
    expect(read('season-2.csv').split('\n')[1]).to.equal(
      `a,${walletOf(1)},gpu,1000,medium,2678400,0,2678400,counts,818400`,
    );
    expect(read('season-2.problems.csv')).to.match(/^file,line,reason\n[^,]+events.csv,5,"the event must be/);
    expect(warned).to.match(
      /events\.csv:5: the event must be .*\nio: 1 problem, all in .*season-2\.problems\.csv\n$/,
    );
  });

  it('score shows people what became of the devices', async () => {
    const events = files.write('events.csv', [...LINES, `registered,b,${walletOf(2)},cpu,100,1`]);
    const { written } = await call(
      'points',
      'score',
      '--season',
      '2',
      '--events',
      events,
      '--out',
      files.path('s.csv'),
    );
    expect(written)
      .to.match(/^counts +1$/m)
      .and.match(/^work +1$/m)
      .and.match(/^gpu +1 +818400 /m);
  });

  it('submissions checks wallets and writes points', async () => {
    const wallet = Keypair.fromSeed(new Uint8Array(32).fill(5)).publicKey.toBase58();
    const file = files.write('discord.csv', ['wallet,tier', `${wallet},silver`, 'me,gold']);
    const out = files.path('points.csv');
    const args = ['points', 'submissions', '--pool', 'season-3-discord', '--file', file, '--out', out];
    const { written, warned } = await call(...args, '--json');
    expect(JSON.parse(written)).to.deep.equal({
      pool: 'season-3-discord',
      wallets: 1,
      points: '250',
      problems: 1,
    });
    expect(read('points.csv')).to.equal(`wallet,points\n${wallet},250\n`);
    expect(warned).to.match(/discord\.csv:3: the wallet is not an address/);
    const strict: unknown = await call(...args, '--strict').catch((error: unknown) => error);
    expect((strict as Error).message).to.match(/discord\.csv:3: /);
  });

  for (const [name, args, sentence] of [
    [
      'a season that is none',
      ['score', '--season', '4', '--events', 'x', '--out', 'y.csv'],
      /--season must be 1, 2, 3/,
    ],
    [
      'another file name',
      ['score', '--season', '1', '--events', 'x', '--out', 'y'],
      /--out must end with \.csv/,
    ],
    [
      'no threads',
      ['score', '--season', '1', '--events', 'x', '--out', 'y.csv', '--workers', '0'],
      /--workers must be/,
    ],
    ['no events', ['score', '--season', '1', '--out', 'y.csv'], /--events/],
    [
      'a pool of devices',
      ['submissions', '--pool', 'season-2-gpu', '--file', 'x', '--out', 'y'],
      /--pool must be community-1/,
    ],
    ['no verb', [], /say what to do with points/],
    ['a verb that is none', ['count'], /points has no command 'count'/],
    [
      'a word too many',
      ['submissions', 'now', '--pool', 'season-3-galxe', '--file', 'x', '--out', 'y'],
      /too many arguments/,
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const error: unknown = await call('points', ...args).catch((reason: unknown) => reason);
      expect((error as Error).message).to.match(sentence);
    });
  }

  it('exits with 1 at the first problem when strict, and with 2 when used wrongly', () => {
    const events = files.write('events.csv', ['oops']);
    const strict = io(
      'points',
      'score',
      '--season',
      '2',
      '--strict',
      '--events',
      events,
      '--out',
      files.path('s.csv'),
    );
    expect(strict).to.include({ code: 1, stdout: '' });
    expect(strict.stderr).to.match(/^io: [^\n]+events\.csv:1: the event must be [^\n]+\n$/);
    expect(io('points')).to.include({ code: 2, stdout: '' });
  });
});
