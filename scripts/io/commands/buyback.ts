import { setTimeout as sleep } from 'node:timers/promises';
import type * as Sdk from '@ionet/sdk';
import { Command, Option } from 'commander';
import type { Bounds, FillPlan, WaitPlan } from '../../lib/buyback/plan.js';
import type { Round, Supply, Survey } from '../../lib/buyback/round.js';
import { IO, USDC, spoken } from '../../lib/format.js';
import { CONNECT_HELP, connect, parseAddress, withConnectOptions, type ConnectOptions } from '../connect.js';
import type { Output } from '../program.js';
import { UsageError } from '../usage-error.js';

/** What was written on the command line. */
interface BuybackOptions extends ConnectOptions {
  readonly from: 'inventory' | 'market';
  readonly pool?: string;
  readonly ioPrice?: string;
  readonly minProfit: string;
  readonly maxUsdc?: string;
  readonly slippageBps: string;
  readonly interval: string;
  readonly dryRun?: true;
  readonly watch?: true;
  readonly json?: true;
}

/** A round as `--json` prints it: decimal strings of base units. */
export interface RoundJson {
  readonly plan:
    | {
        readonly kind: 'fill';
        readonly usdc: string;
        readonly io: string;
        readonly maxIo: string;
        readonly spend: string;
        readonly profit: string;
        readonly askBps: string;
      }
    | { readonly kind: 'wait'; readonly reason: string; readonly askBps: string };
  readonly priceProblem: string | null;
  readonly ioFees: string;
  readonly filled: {
    readonly signature: string;
    readonly usdc: string;
    readonly ioBurned: string;
    readonly spent: string;
  } | null;
  readonly feesBurned: { readonly signature: string; readonly amount: string } | null;
  readonly observed: { readonly signature: string } | null;
}

const EXAMPLES = `
Examples:
  io buyback --from inventory --dry-run
  io buyback --from market --pool <address> --min-profit 0.5 --watch --json

The treasury sells its USDC for IO that is burned, at 105 % of the market at the beginning of each hour and 95 % at its
end. From an inventory the signer's IO is burned. From a market the signer's USDC buys IO of a constant-product pool
(spl-token-swap) in the same transaction that fills the auction: it lands whole or not at all, and gains at least
--min-profit. Of the slippage one half is for a price that falls, the other for a pool that moves; what is bought of it
and not burned stays with the signer.

A round also burns the fees in IO that wait, and shows the auction a price where it has seen none for 12 hours. With
--json each round is one object; amounts are decimal strings of base units.
`;

/** `io buyback`: fills the auction of the fees. */
export function buybackCommand(output: Output): Command {
  const command = new Command('buyback')
    .summary('fill the auction that buys back and burns IO')
    .description('Fills the auction of the fees in USDC where that is worth it, and burns the fees in IO.')
    .addOption(
      new Option('--from <source>', 'where the IO comes from')
        .choices(['inventory', 'market'])
        .makeOptionMandatory(),
    )
    .option('--pool <address>', 'the pool to buy of; needed from a market')
    .option('--io-price <usd>', 'what one IO of the inventory is worth to you; by default the price account')
    .option('--min-profit <usdc>', 'the least that a fill must gain', '0.01')
    .option('--max-usdc <usdc>', 'the most that a fill takes; by default all that is left of the lot')
    .option('--slippage-bps <bps>', 'by how much price and pool may move, 0 to 1000', '20')
    .option('--interval <seconds>', 'from one round to the next, 1 to 3600', '15')
    .option('--dry-run', 'sign nothing: print what would be done')
    .option('--watch', 'go on until interrupted')
    .option('--json', 'print one object a round')
    .addHelpText('after', `${EXAMPLES}${CONNECT_HELP}`);
  return withConnectOptions(command).action(async (options: BuybackOptions) => {
    const sdk = await import('@ionet/sdk');
    const { playRound, survey } = await import('../../lib/buyback/round.js');
    const bounds = boundsOf(sdk, options);
    const supply = await supplyOf(sdk, options);
    const seconds = wholeNumber('--interval', options.interval, 1, 3_600);
    const client = await connect(output, options);
    const play = async (): Promise<void> => {
      const round =
        options.dryRun === true
          ? { survey: await survey(client, supply, bounds), filled: null, feesBurned: null, observed: null }
          : await playRound(client, supply, bounds);
      output.write(options.json === true ? `${JSON.stringify(toJson(round))}\n` : describe(round));
    };
    if (options.watch === true) await watch(output, play, seconds);
    else await play();
  });
}

/** Plays rounds until it is told to stop. A round that fails is told, and the next one looks anew. */
async function watch(output: Output, play: () => Promise<void>, seconds: number): Promise<void> {
  const stop = new AbortController();
  const end = (): void => {
    stop.abort();
  };
  output.signal?.addEventListener('abort', end, { once: true });
  if (output.signal?.aborted === true) end();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    while (!stop.signal.aborted) {
      try {
        await play();
      } catch (error) {
        output.warn?.(`io buyback: ${error instanceof Error ? error.message : String(error)}\n`);
      }
      await sleep(seconds * 1_000, undefined, { signal: stop.signal }).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function boundsOf(sdk: typeof Sdk, options: BuybackOptions): Bounds {
  const { minProfit, maxUsdc, slippageBps } = options;
  return {
    minProfit: usdc(sdk, '--min-profit', minProfit),
    maxUsdc: maxUsdc === undefined ? sdk.U64_MAX : usdc(sdk, '--max-usdc', maxUsdc),
    slippageBps: BigInt(wholeNumber('--slippage-bps', slippageBps, 0, 1_000)),
  };
}

async function supplyOf(sdk: typeof Sdk, { from, pool, ioPrice }: BuybackOptions): Promise<Supply> {
  if (from === 'inventory') {
    if (pool !== undefined) throw new UsageError('--pool has no effect from an inventory: leave it out');
    const worth =
      ioPrice === undefined ? undefined : parsed(sdk, '--io-price', () => sdk.parsePrice(ioPrice));
    return { kind: 'inventory', worth };
  }
  if (ioPrice !== undefined) throw new UsageError('--io-price has no effect from a market: leave it out');
  if (pool === undefined)
    throw new UsageError('--pool is needed from a market: name the pool of USDC and IO');
  const address = parseAddress('--pool', pool);
  const { tokenSwapMarket } = await import('../../lib/buyback/token-swap.js');
  return { kind: 'market', market: tokenSwapMarket(address) };
}

function usdc(sdk: typeof Sdk, option: string, text: string): bigint {
  return parsed(sdk, option, () => sdk.parseUsdc(text));
}

/** The SDK's complaint about a value, under the name of the option that gave it. */
function parsed<T>(sdk: typeof Sdk, option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof sdk.ArgumentError)) throw error;
    throw new UsageError(`${option} ${error.message.slice(`${error.path}: `.length)}`, { cause: error });
  }
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`${option} must be a whole number from ${low} to ${high}`);
}

function toJson({ survey, filled, feesBurned, observed }: Round): RoundJson {
  return {
    plan: planJson(survey.plan),
    priceProblem: survey.priceProblem,
    ioFees: survey.ioFees.toString(),
    filled:
      filled === null
        ? null
        : {
            signature: filled.signature,
            usdc: filled.usdc.toString(),
            ioBurned: filled.ioBurned.toString(),
            spent: filled.spent.toString(),
          },
    feesBurned:
      feesBurned === null ? null : { signature: feesBurned.signature, amount: feesBurned.amount.toString() },
    observed,
  };
}

function planJson(plan: FillPlan | WaitPlan): RoundJson['plan'] {
  const askBps = plan.askBps.toString();
  if (plan.kind === 'wait') return { kind: 'wait', reason: plan.reason, askBps };
  const { usdc: taken, io, maxIo, spend, profit } = plan;
  return {
    kind: 'fill',
    usdc: taken.toString(),
    io: io.toString(),
    maxIo: maxIo.toString(),
    spend: spend.toString(),
    profit: profit.toString(),
    askBps,
  };
}

function describe({ survey, filled, feesBurned, observed }: Round): string {
  const lines = [
    ...(feesBurned === null
      ? []
      : [`burned ${spoken(feesBurned.amount, IO)} of fees: ${feesBurned.signature}`]),
    filled === null
      ? describePlan(survey)
      : `took ${spoken(filled.usdc, USDC)} for ${spoken(filled.ioBurned, IO)}, burned; bought for ${spoken(filled.spent, USDC)}: ${filled.signature}`,
    ...(observed === null ? [] : [`showed the auction the price: ${observed.signature}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function describePlan({ plan, priceProblem }: Survey): string {
  const ask = `the ask is ${(Number(plan.askBps) / 100).toFixed(2)} % of the market`;
  if (plan.kind === 'wait') {
    const why = plan.reason === 'no price' && priceProblem !== null ? ` (${priceProblem})` : '';
    return `nothing to fill: ${plan.reason}${why}; ${ask}`;
  }
  const bought = plan.spend === 0n ? '' : `, bought for ${spoken(plan.spend, USDC)}`;
  return `would take ${spoken(plan.usdc, USDC)} for ${spoken(plan.io, IO)}${bought}: ${spoken(plan.profit, USDC)} gained; ${ask}`;
}
