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

function order(devices: string, hours: string, price: string, pay: string, ...rest: string[]): string[] {
  return ['quote', '--devices', devices, '--hours', hours, '--price', price, '--pay', pay, ...rest];
}

const KEYS = ['compute', 'bookingFee', 'usdcFee', 'total', 'providerFee', 'providerNet'];

/** Cases by hand: the order, then compute, bookingFee, usdcFee, total, providerFee, providerNet. */
const GOLDEN: readonly (readonly [string, string[], string[]])[] = [
  [
    'USDC',
    order('2', '24', '2.50', 'usdc'),
    ['120000000', '300000', '2400000', '122700000', '300000', '119700000'],
  ],
  [
    'IO',
    order('2', '24', '2.50', 'io', '--io-price', '2'),
    ['6000000000', '15000000', '0', '6015000000', '15000000', '5985000000'],
  ],
  [
    'IO at a price that does not divide',
    order('1', '1', '1', 'io', '--io-price', '3'),
    ['33333334', '83334', '0', '33416668', '83334', '33250000'],
  ],
  [
    'credits, which cost what USDC costs',
    order('2', '24', '2.50', 'credits'),
    ['120000000', '300000', '2400000', '122700000', '300000', '119700000'],
  ],
  ['the smallest price in USDC', order('1', '1', '0.000001', 'usdc'), ['1', '1', '1', '3', '1', '0']],
  [
    'the smallest price in IO',
    order('1', '1', '0.000001', 'io', '--io-price', '1000'),
    ['1', '1', '0', '2', '1', '0'],
  ],
  [
    'the largest order in USDC',
    order('8', '8760', '1000', 'usdc'),
    ['70080000000000', '175200000000', '1401600000000', '71656800000000', '175200000000', '69904800000000'],
  ],
  [
    'the largest order at the lowest price of IO that fits',
    order('8', '8760', '1000', 'io', '--io-price', '0.0004'),
    [
      '17520000000000000000',
      '43800000000000000',
      '0',
      '17563800000000000000',
      '43800000000000000',
      '17476200000000000000',
    ],
  ],
  [
    'a price of IO of 12 decimals',
    order('1', '1', '0.000001', 'io', '--io-price', '0.000000000001'),
    ['100000000000000', '250000000000', '0', '100250000000000', '250000000000', '99750000000000'],
  ],
];

/** Orders that are refused, and a word of the sentence that says why. */
const WRONG: readonly (readonly [string, string[], RegExp])[] = [
  ['no devices', order('0', '1', '1', 'usdc'), /--devices must be a whole number from 1 to 8/],
  ['more devices than a node has', order('9', '1', '1', 'usdc'), /--devices must be .* 8/],
  ['half a device', order('1.5', '1', '1', 'usdc'), /--devices must be/],
  ['a negative number of devices', order('-1', '1', '1', 'usdc'), /--devices must be/],
  ['devices in hexadecimal', order('0x2', '1', '1', 'usdc'), /--devices must be/],
  ['no hours', order('1', '0', '1', 'usdc'), /--hours must be a whole number from 1 to 8760/],
  ['more hours than a year', order('1', '8761', '1', 'usdc'), /--hours must be/],
  ['hours beyond all numbers', order('1', '9'.repeat(400), '1', 'usdc'), /--hours must be/],
  ['no price', order('1', '1', '0', 'usdc'), /--price must be above 0 and at most 1000 USD/],
  ['a price above the limit', order('1', '1', '1000.000001', 'usdc'), /--price must be above 0/],
  ['a price of 7 decimals', order('1', '1', '1.0000001', 'usdc'), /--price .* 7 decimals, .* at most 6/],
  ['a negative price', order('1', '1', '-1', 'usdc'), /--price '-1' is not a number/],
  ['a price with an exponent', order('1', '1', '1e3', 'usdc'), /--price '1e3' is not a number/],
  ['an empty price', order('1', '1', '', 'usdc'), /--price '' is not a number/],
  ['a mint that nobody takes', order('1', '1', '1', 'eur'), /--pay .* usdc, io/],
  ['IO without its price', order('1', '1', '1', 'io'), /--io-price is needed/],
  ['USDC with a price of IO', order('1', '1', '1', 'usdc', '--io-price', '2'), /--io-price has no effect/],
  ['IO for nothing', order('1', '1', '1', 'io', '--io-price', '0'), /--io-price is zero/],
  ['13 decimals', order('1', '1', '1', 'io', '--io-price', '0.1234567890123'), /--io-price .* at most 12/],
  [
    'more IO than fits',
    order('8', '8760', '1000', 'io', '--io-price', '0.0003'),
    /--io-price is so low that the order costs more IO than an account can hold/,
  ],
  ['an unknown option', order('1', '1', '1', 'usdc', '--discount', '1'), /unknown option '--discount'/],
  ['a word too many', [...order('1', '1', '1', 'usdc'), 'now'], /too many arguments/],
  ['a missing option', ['quote', '--hours', '1', '--price', '1', '--pay', 'usdc'], /--devices/],
  ['an option without its value', ['quote', '--devices'], /--devices .* argument missing/],
  ['a command that does not exist', ['qoute'], /there is no command 'qoute'/],
  ['no command', [], /name a command/],
];

describe('io quote', () => {
  for (const [name, args, amounts] of GOLDEN) {
    it(`prices an order: ${name}`, async () => {
      const written = await call(...args, '--json');
      const object = Object.fromEntries(KEYS.map((key, index) => [key, amounts[index]]));
      expect(written).to.equal(`${JSON.stringify(object)}\n`);
    });
  }

  it('shows amounts in tokens to people, with the fees that apply', async () => {
    const usdc = await call(...order('2', '24', '2.50', 'usdc'));
    expect(usdc).to.match(/^2 devices for 24 hours at 2\.5 USD each per hour: 120 USD\n/);
    expect(usdc).to.match(/^the buyer pays +122\.700000$/m);
    expect(usdc).to.match(/^handling fee of the buyer, 2 % +2\.400000$/m);
    const inIo = await call(...order('2', '24', '2.50', 'io', '--io-price', '2'));
    expect(inIo)
      .to.match(/^the provider gets +59\.85000000$/m)
      .and.not.contain('handling');
  });

  for (const [name, args, sentence] of WRONG) {
    it(`refuses ${name}`, async () => {
      let problem: unknown;
      let written = '';
      try {
        written = await call(...args);
      } catch (error) {
        problem = error;
      }
      expect(written).to.equal('');
      expect(problem).to.be.instanceOf(Error);
      expect((problem as Error).message).to.match(sentence);
      // Both kinds of error are wrong usage to the process, as the tests below show.
      expect(problem instanceof UsageError || 'exitCode' in (problem as Error)).to.be.true;
    });
  }

  describe('as a process', () => {
    it('prints one object and nothing else', () => {
      const { code, stdout, stderr } = io(...order('8', '24', '2.49', 'usdc', '--json'));
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(Object.keys(JSON.parse(stdout) as object)).to.deep.equal(KEYS);
      expect(stdout.trimEnd()).to.not.contain('\n');
    });

    for (const [name, args] of [
      ['by the command', order('9', '1', '1', 'usdc', '--json')],
      ['by the options', ['quote', '--jsno', ...order('1', '1', '1', 'usdc').slice(1)]],
      ['by the name', ['qoute']],
    ] as const) {
      it(`exits with 2 and one sentence when used wrongly, as seen ${name}`, () => {
        const { code, stdout, stderr } = io(...args);
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
        expect(stderr).to.match(/^io: [^\n]+\n$/);
      });
    }

    it('explains itself when asked', () => {
      const all = io('--help');
      expect(all).to.include({ code: 0, stderr: '' });
      expect(all.stdout).to.contain('quote');
      const quote = io('quote', '--help');
      expect(quote).to.include({ code: 0, stderr: '' });
      expect(quote.stdout).to.contain('--io-price').and.contain('Examples:');
    });
  });
});
