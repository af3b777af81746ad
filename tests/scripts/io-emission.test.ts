import { expect } from 'chai';
import { createProgram } from '../../scripts/io/program.js';
import { UsageError } from '../../scripts/io/usage-error.js';
import { io } from './spawn.js';

/** Runs a command in this process; gives what it wrote. */
async function call(...args: string[]): Promise<string> {
  let written = '';
  const program = createProgram({
    width: 80,
    write: (text) => {
      written += text;
    },
  });
  await program.parseAsync(args, { from: 'user' });
  return written;
}

async function failure(...args: string[]): Promise<unknown> {
  try {
    await call(...args);
  } catch (error) {
    return error;
  }
  throw new Error('it succeeded');
}

type Row = Readonly<Record<'minted' | 'cumulative', string>> & { readonly month: number };

const TOTAL = '30000000000000000';
/** By month: minted in it, minted by its end. */
const GOLDEN: readonly (readonly [number, string, string])[] = [
  [1, '334567456067137', '334567456067137'],
  [2, '331154868015252', '665722324082389'],
  [12, '298886045050169', '3797063595733317'],
  [240, '28861846905575', TOTAL],
];

describe('io emission', () => {
  it('lists 240 months as one JSON array, an object a line', async () => {
    const text = await call('emission', 'schedule', '--json');
    const rows = JSON.parse(text) as Row[];
    expect(rows.map(({ month }) => month)).to.deep.equal(Array.from({ length: 240 }, (_, i) => i + 1));
    expect(text.trim().split('\n')).to.have.length(242);
    for (const row of rows) expect(Object.keys(row)).to.deep.equal(['month', 'minted', 'cumulative']);
    for (const [month, minted, cumulative] of GOLDEN) {
      expect(rows[month - 1]).to.deep.equal({ month, minted, cumulative });
    }
    let sum = 0n;
    for (const { minted, cumulative } of rows) {
      sum += BigInt(minted);
      expect(sum.toString()).to.equal(cumulative);
    }
  });

  it('lists the published schedule, which ends at the same total', async () => {
    const rows = JSON.parse(await call('emission', 'schedule', '--preset', 'published', '--json')) as Row[];
    expect(rows).to.have.length(240);
    expect(rows[0]).to.deep.equal({ month: 1, minted: '333333333000000', cumulative: '333333333000000' });
    expect(rows[239]?.cumulative).to.equal(TOTAL);
  });

  it('lists the months as a table for people', async () => {
    const lines = (await call('emission', 'schedule')).trimEnd().split('\n');
    expect(lines).to.have.length(242);
    expect(lines[0]).to.match(/month .*IO minted in it .*IO minted by its end/);
    expect(lines.at(-1)).to.match(/240 +288,618\.46905575 +300,000,000\.00000000$/);
  });

  it('says what is emitted at a time', async () => {
    for (const [seconds, emitted] of [
      ['0', '0'],
      ['1', '127221635'],
      ['2629800', '334567456067137'],
      ['631151999', '29999999989025079'],
      ['631152000', TOTAL],
      ['18446744073709551615', TOTAL],
    ] as const) {
      const text = await call('emission', 'at', '--seconds', seconds, '--json');
      expect(JSON.parse(text)).to.deep.equal({ emitted });
    }
    expect(await call('emission', 'at', '--seconds', '2629800')).to.equal(
      '3,345,674.56067137 IO of 300,000,000 IO\n',
    );
    const published = await call('emission', 'at', '--seconds', '2629800', '--preset', 'published', '--json');
    expect(JSON.parse(published)).to.deep.equal({ emitted: '333333333000000' });
  });

  it('refuses what is no number of seconds', async () => {
    for (const seconds of ['-1', '1.5', 'x', '', '18446744073709551616', '99999999999999999999999']) {
      const error = await failure('emission', 'at', `--seconds=${seconds}`);
      expect(error, seconds).to.be.instanceOf(UsageError);
    }
  });

  it('refuses another preset, a missing time, and a verb that there is not', () => {
    for (const args of [
      ['emission', 'schedule', '--preset', 'other'],
      ['emission', 'at'],
      ['emission', 'mint'],
      ['emission'],
    ]) {
      const { code, stdout, stderr } = io(...args);
      expect([code, stdout], args.join(' ')).to.deep.equal([2, '']);
      expect(stderr).to.match(/^io: /);
    }
  }).timeout(20_000);

  it('writes nothing but the result to standard output', () => {
    const { code, stdout, stderr } = io('emission', 'at', '--seconds', '3600', '--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(JSON.parse(stdout)).to.have.keys('emitted');
  });
});
