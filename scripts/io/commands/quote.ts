import type * as Sdk from '@ionet/sdk';
import { Command, Option } from 'commander';
import { counted, fixed, spoken, unitOf, USD } from '../../lib/format.js';
import { renderTable } from '../../lib/table.js';
import type { Output } from '../program.js';
import { UsageError } from '../usage-error.js';

/** What was written on the command line. */
export interface QuoteOptions {
  readonly devices: string;
  readonly hours: string;
  readonly price: string;
  readonly pay: Sdk.Payment;
  readonly ioPrice?: string;
  readonly json?: true;
}

/** A quote as `--json` prints it: decimal strings of base units of the mint that is paid in. */
export interface QuoteJson {
  readonly compute: string;
  readonly bookingFee: string;
  readonly usdcFee: string;
  readonly total: string;
  readonly providerFee: string;
  readonly providerNet: string;
}

const EXAMPLES = `
Examples:
  io quote --devices 8 --hours 24 --price 2.49 --pay usdc
  io quote --devices 8 --hours 24 --price 2.49 --pay io --io-price 0.85 --json

With --json the amounts are whole base units of what is paid in: 10^-8 IO, 10^-6 USDC or credits.`;

/** `io quote`: what an order costs and brings, as the program charges it. */
export function quoteCommand(output: Output): Command {
  return new Command('quote')
    .summary('what an order of compute costs and brings')
    .description(
      'Says what an order of compute costs the buyer and brings the provider, equal to the unit to what the program charges.',
    )
    .requiredOption('--devices <number>', 'devices to hire, 1 to 8')
    .requiredOption('--hours <number>', 'whole hours, 1 to 8760')
    .requiredOption('--price <usd>', 'US dollars per device and hour, at most 1000, with at most 6 decimals')
    .addOption(
      new Option('--pay <money>', 'what the buyer pays in')
        .choices(['usdc', 'io', 'credits'])
        .makeOptionMandatory(),
    )
    .option('--io-price <usd>', 'US dollars per IO, with at most 12 decimals; needed to pay in io')
    .option('--json', 'print one object of base units instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async (options: QuoteOptions) => {
      const sdk = await import('@ionet/sdk');
      const order = parseOrder(sdk, options);
      const quote = computeQuote(sdk, order);
      const text =
        options.json === true ? JSON.stringify(toJson(quote)) : describeQuote(order, quote, output.width);
      output.write(`${text}\n`);
    });
}

/** Checks an order against the bounds of the programs. */
export function parseOrder(sdk: typeof Sdk, options: QuoteOptions): Sdk.QuoteJobArgs {
  const maxDevices = sdk.programConstant('staking', 'MAX_DEVICES');
  const maxHours = sdk.programConstant('escrow', 'MAX_HOURS');
  const maxPrice = sdk.programConstant('escrow', 'MAX_PRICE');
  const devices = parseCount('--devices', options.devices, maxDevices);
  const hours = parseCount('--hours', options.hours, maxHours);
  const price = parseWith(sdk, '--price', () => sdk.parseUsd(options.price));
  if (price === 0n || price > maxPrice) {
    throw new UsageError(
      `--price must be above 0 and at most ${sdk.formatUsd(maxPrice)} USD per device and hour`,
    );
  }
  return { devices, hours, price, payment: options.pay, ioPrice: parseIoPrice(sdk, options) };
}

function parseIoPrice(sdk: typeof Sdk, { pay, ioPrice }: QuoteOptions): Sdk.Price | undefined {
  if (pay !== 'io') {
    if (ioPrice === undefined) return undefined;
    throw new UsageError(`--io-price has no effect when paying in ${pay}: leave it out, or give --pay io`);
  }
  if (ioPrice === undefined) {
    throw new UsageError('--io-price is needed to pay in io: give the price of one IO in US dollars');
  }
  return parseWith(sdk, '--io-price', () => sdk.parsePrice(ioPrice));
}

function parseCount(option: string, text: string, most: number): number {
  // Longer digits than the bound's are out of range whatever they are.
  const count = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`${option} must be a whole number from 1 to ${most}`);
}

/** The SDK's complaint about a value, under the name of the option that gave it. */
function parseWith<T>(sdk: typeof Sdk, option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`${option} ${error.message.slice(`${error.path}: `.length)}`, { cause: error });
  }
}

function computeQuote(sdk: typeof Sdk, order: Sdk.QuoteJobArgs): Sdk.JobQuote {
  try {
    return sdk.quoteJob(order);
  } catch (error) {
    if (!(error instanceof sdk.MathError)) throw error;
    throw new UsageError('--io-price is so low that the order costs more IO than an account can hold', {
      cause: error,
    });
  }
}

function toJson(quote: Sdk.JobQuote): QuoteJson {
  return {
    compute: quote.compute.toString(),
    bookingFee: quote.bookingFee.toString(),
    usdcFee: quote.handlingFee.toString(),
    total: quote.total.toString(),
    providerFee: quote.providerFee.toString(),
    providerNet: quote.providerNet.toString(),
  };
}

function describeQuote(order: Sdk.QuoteJobArgs, quote: Sdk.JobQuote, width: number): string {
  const unit = unitOf(order.payment);
  const rows: (readonly [string, bigint])[] = [
    ['compute', quote.compute],
    ['booking fee of the buyer, 0.25 %', quote.bookingFee],
    ...(quote.handlingFee === 0n ? [] : [['handling fee of the buyer, 2 %', quote.handlingFee] as const]),
    ['the buyer pays', quote.total],
    ['booking fee of the provider, 0.25 %', quote.providerFee],
    ['the provider gets', quote.providerNet],
  ];
  const what = `${counted(order.devices, 'device')} for ${counted(order.hours, 'hour')}`;
  const title = `${what} at ${spoken(order.price, USD)} each per hour: ${spoken(quote.usd, USD)}`;
  const table = renderTable(
    [{ head: 'what' }, { head: unit.name, align: 'right' }],
    rows.map(([label, amount]) => [label, fixed(amount, unit)]),
    width,
  );
  return `${title}\n\n${table}`;
}
