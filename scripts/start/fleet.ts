import { formatUsd, parsePrice, parseUsd, programConstant, type Price } from '@ionet/sdk';
import { z } from 'zod';

/** A fleet file that cannot be used; the message has a line for each field that is wrong. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
}

const MAX_ENTRIES = 50;
const MAX_DEVICES = programConstant('staking', 'MAX_DEVICES');
const MAX_MULTIPLIER_X100 = programConstant('staking', 'MAX_MULTIPLIER_X100');
const MAX_REFERENCE_PRICE = programConstant('staking', 'MAX_REFERENCE_PRICE');
const MAX_OFFER_PRICE = programConstant('escrow', 'MAX_PRICE');
/** The decimals of the demo's price account. */
const PRICE_DECIMALS = 8;
const LEAST_IO_PRICE = 10_000n;
const MOST_IO_PRICE = 1_000_000_000_000n;

/** How every field says what it must be. */
function must(rule: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? `is missing: it must ${rule}` : `must ${rule}`) };
}

function text(pattern: RegExp, rule: string): z.ZodString {
  return z.string(must(rule)).regex(pattern, must(rule));
}

function whole(least: number, most: number): z.ZodNumber {
  const rule = must(`be a whole number from ${least} to ${most}, without quotation marks`);
  return z.number(rule).int(rule).min(least, rule).max(most, rule);
}

function oneOf<const T extends readonly string[]>(...values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, must(`be one of ${values.map((value) => `"${value}"`).join(', ')}`));
}

function usd(most: bigint): z.ZodType<bigint, string> {
  const rule = must(
    `be US dollars in quotation marks, "0.000001" to "${formatUsd(most)}", with at most 6 decimals`,
  );
  return z
    .string(rule)
    .regex(/^[0-9]{1,9}(\.[0-9]{1,6})?$/, rule)
    .transform(parseUsd)
    .refine((amount) => amount > 0n && amount <= most, rule);
}

const ioPrice = ((): z.ZodType<Price, string> => {
  const rule = must('be US dollars per IO in quotation marks, "0.0001" to "10000", with at most 8 decimals');
  return z
    .string(rule)
    .regex(/^(?=.*[1-9])[0-9]{1,5}(\.[0-9]{1,8})?$/, rule)
    .transform((written) => {
      const { price, exponent } = parsePrice(written);
      return { price: price * 10n ** BigInt(PRICE_DECIMALS + exponent), conf: 0n, exponent: -PRICE_DECIMALS };
    })
    .refine(({ price }) => price >= LEAST_IO_PRICE && price <= MOST_IO_PRICE, rule);
})();

function list<T extends z.ZodType>(entry: T, things: string): z.ZodArray<T> {
  const rule = must(`be a list of 1 to ${MAX_ENTRIES} ${things}`);
  return z.array(entry, rule).min(1, rule).max(MAX_ENTRIES, rule);
}

const hardwareSchema = z.strictObject(
  {
    name: text(/^[A-Za-z0-9][A-Za-z0-9 .-]{0,31}$/, 'be letters, digits, spaces, "." and "-", at most 32'),
    kind: oneOf('gpu', 'cpu'),
    multiplierX100: whole(1, MAX_MULTIPLIER_X100),
    referencePrice: usd(MAX_REFERENCE_PRICE),
  },
  must('be a model of hardware in braces'),
);

const nodeSchema = z.strictObject(
  {
    name: text(/^[a-z0-9][a-z0-9-]{0,19}$/, 'be small letters, digits and "-", at most 20'),
    owner: text(/^[A-Za-z0-9][A-Za-z0-9 -]{0,19}$/, 'be letters, digits, spaces and "-", at most 20'),
    hardware: z.string(must('be the name of a model under "hardware"')),
    devices: whole(1, MAX_DEVICES),
    bandwidth: oneOf('belowLow', 'low', 'medium', 'high'),
    region: text(/^[a-z0-9-]{1,16}$/, 'be small letters, digits and "-", at most 16'),
    price: usd(MAX_OFFER_PRICE),
  },
  must('be a node in braces'),
);

const fleetSchema = z
  .strictObject(
    { ioPrice, hardware: list(hardwareSchema, 'models of hardware'), nodes: list(nodeSchema, 'nodes') },
    must('be an object with "ioPrice", "hardware" and "nodes"'),
  )
  .superRefine(({ hardware, nodes }, context) => {
    const complain = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    for (const [list, entries] of Object.entries({ hardware, nodes })) {
      entries.forEach(({ name }, index) => {
        const first = entries.findIndex((other) => other.name === name);
        if (first < index) {
          complain([list, index, 'name'], `is taken by ${list}[${first}]: choose another`);
        }
      });
    }
    const models = hardware.map(({ name }) => name);
    nodes.forEach((node, index) => {
      if (models.includes(node.hardware)) return;
      const known = models.map((model) => `"${model}"`).join(', ');
      complain([`nodes`, index, 'hardware'], `is "${node.hardware}": name one of the models ${known}`);
    });
  });

/** A model of hardware. */
export type FleetHardware = z.output<typeof hardwareSchema>;
/** A machine. */
export type FleetNode = z.output<typeof nodeSchema>;
/** What the demo is played with. */
export type Fleet = z.output<typeof fleetSchema>;

/** Reads the text of a fleet file; `file` is what errors call it. */
export function parseFleet(json: string, file: string): Fleet {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FleetError(`${file} is not JSON: ${reason}`, { cause });
  }
  const result = fleetSchema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(
          (key) => `${fieldAt([...issue.path, key])} is not a field: remove it, or correct its name`,
        )
      : [`${fieldAt(issue.path)} ${issue.message}`],
  );
  // A value can break a rule in several ways at once.
  throw new FleetError([...new Set(lines)].map((line) => `${file}: ${line}`).join('\n'));
}

function fieldAt(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the whole';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
