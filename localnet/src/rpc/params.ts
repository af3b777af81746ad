import { z } from 'zod';
import { isAddress } from '../address.js';
import bs58 from 'bs58';

const SIGNATURE_BYTES = 64;

export const address = z.string().refine(isAddress, 'Invalid param: WrongSize');

export const signature = z
  .string()
  .refine((text) => bs58.decodeUnsafe(text)?.length === SIGNATURE_BYTES, 'Invalid param: WrongSize');

/** A commitment, also by the names that it had once. */
export const commitment = z
  .enum(['processed', 'confirmed', 'finalized', 'recent', 'single', 'singleGossip', 'root', 'max'])
  .transform((name) => {
    if (name === 'recent') return 'processed';
    if (name === 'single' || name === 'singleGossip') return 'confirmed';
    if (name === 'root' || name === 'max') return 'finalized';
    return name;
  })
  .nullish()
  .transform((name) => name ?? 'finalized');

export const unsigned = z.number().int().nonnegative();
export const slot = unsigned;

const minContextSlot = slot.nullish();

/** A configuration that may be left out. */
export function optional<S extends z.ZodRawShape>(shape: S): z.ZodType<z.output<z.ZodObject<S>>> {
  return z.preprocess((value) => value ?? {}, z.object(shape));
}

export const contextConfig = optional({ commitment, minContextSlot });

export const accountEncoding = z
  .enum(['binary', 'base58', 'base64', 'base64+zstd', 'jsonParsed'])
  .nullish()
  .transform((encoding) => encoding ?? 'binary');

export const dataSlice = z.object({ offset: unsigned, length: unsigned }).nullish();

export const accountShape = { commitment, minContextSlot, encoding: accountEncoding, dataSlice };
export const accountConfig = optional(accountShape);

const memcmp = z
  .object({
    offset: unsigned,
    bytes: z.union([z.string(), z.array(z.number().int().min(0).max(255))]),
    encoding: z.enum(['base58', 'base64', 'bytes']).nullish(),
  })
  .transform(({ offset, bytes, encoding }, context) => {
    const decoded =
      typeof bytes !== 'string'
        ? Uint8Array.from(bytes)
        : encoding === 'base64'
          ? Buffer.from(bytes, 'base64')
          : bs58.decodeUnsafe(bytes);
    if (decoded === undefined || decoded.length > 128) {
      context.addIssue({
        code: 'custom',
        message: 'Invalid param: memcmp takes at most 128 bytes, base58 or base64',
      });
      return z.NEVER;
    }
    return { offset, bytes: decoded };
  });

/** Filters of accounts by their data. */
export const filters = z
  .array(
    z.union([
      z.object({ memcmp }),
      z.object({ dataSize: unsigned }),
      z.object({ tokenAccountState: z.literal(true) }),
      z.literal('tokenAccountState').transform(() => ({ tokenAccountState: true as const })),
    ]),
  )
  .max(4, 'Too many filters provided; max 4')
  .nullish()
  .transform((list) => list ?? []);

export type Filter = z.output<typeof filters>[number];

export const transactionEncoding = z
  .enum(['binary', 'base58', 'base64', 'json', 'jsonParsed'])
  .nullish()
  .transform((encoding) => (encoding == null ? 'json' : encoding === 'binary' ? 'base58' : encoding));
