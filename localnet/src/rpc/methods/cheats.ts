import { programNames } from '@ionet/sdk';
import { z } from 'zod';
import { WALLETS } from '../../wallets.js';
import { invalidParams } from '../errors.js';
import { method, type Method, type RpcContext } from '../method.js';
import { address, unsigned } from '../params.js';

/** 100 years: further than any rule of the marketplace looks. */
const MAX_WARP_SECONDS = 100 * 365 * 86_400;

const warp = z.union([
  z.strictObject({ seconds: z.number().positive().max(MAX_WARP_SECONDS) }),
  z.strictObject({ to: unsigned }),
  z.strictObject({ slots: z.number().int().positive() }),
]);

const fork = z.strictObject({ blocks: z.number().int().positive() });

/** A number, or a string of digits where a number would lose some. */
const integer = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform((value) => BigInt(value));

const price = z.strictObject({
  price: integer.optional(),
  conf: integer.optional(),
  exponent: z.number().int().min(-12).max(-1).optional(),
  publishTime: unsigned.optional(),
  hold: z.boolean().optional(),
});

const account = z
  .strictObject({
    lamports: integer.optional(),
    data: z.base64().optional(),
    owner: address,
    executable: z.boolean().optional(),
  })
  .nullable();

function clockOf({ chain }: RpcContext): { slot: number; unixTimestamp: number } {
  return { slot: chain.slot('processed'), unixTimestamp: chain.unixTimestamp };
}

/** What no real network has: they move its clock and write its accounts. */
export const cheatMethods: Readonly<Record<string, Method>> = {
  ionet_warp: method([warp], (context, by) => {
    const { chain } = context;
    const milliseconds =
      'seconds' in by
        ? by.seconds * 1000
        : 'slots' in by
          ? by.slots * chain.slotMs
          : (by.to - chain.unixTimestamp) * 1000;
    if (milliseconds <= 0) {
      throw invalidParams(`time moves forward only: it is ${chain.unixTimestamp} already`);
    }
    if (milliseconds > MAX_WARP_SECONDS * 1000) throw invalidParams('a warp takes at most 100 years');
    chain.warp(milliseconds);
    return clockOf(context);
  }),

  ionet_fork: method([fork], (context, { blocks }) => {
    try {
      const dropped = context.chain.fork(blocks);
      const { slot, unixTimestamp } = clockOf(context);
      return { dropped, slot, unixTimestamp };
    } catch (error) {
      if (error instanceof RangeError) throw invalidParams(error.message);
      throw error;
    }
  }),

  ionet_setPrice: method([price], (context, { publishTime, hold, ...change }) => {
    const { price: value, conf, exponent } = change;
    context.prices.set(
      {
        ...(value === undefined ? {} : { price: value }),
        ...(conf === undefined ? {} : { conf }),
        ...(exponent === undefined ? {} : { exponent }),
      },
      { ...(hold === undefined ? {} : { hold }), ...(publishTime === undefined ? {} : { publishTime }) },
    );
    return { ...context.prices.price };
  }),

  ionet_setAccount: method([address, account], (context, key, state) => {
    const { chain } = context;
    if (state === null) {
      chain.setAccount(key, null);
      return null;
    }
    const data = Buffer.from(state.data ?? '', 'base64');
    const lamports = state.lamports ?? chain.minimumBalance(data.length);
    chain.setAccount(key, { lamports, data, owner: state.owner, executable: state.executable ?? false });
    return { lamports, space: data.length };
  }),

  ionet_deployment: method([], ({ deployment, genesisHash }) => ({
    programs: Object.fromEntries(programNames.map((name) => [name, deployment.programs[name].toBase58()])),
    ioMint: deployment.ioMint.toBase58(),
    usdcMint: deployment.usdcMint.toBase58(),
    priceAccount: deployment.priceAccount.toBase58(),
    genesisHash,
    wallets: Object.fromEntries(
      Object.values(WALLETS).map(({ name, keypair }) => [name, keypair.publicKey.toBase58()]),
    ),
  })),
};
