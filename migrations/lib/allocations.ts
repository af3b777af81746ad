import { readFileSync } from 'node:fs';
import { programConstant } from '@ionet/sdk';
import { z } from 'zod';

const schema = z.array(
  z.strictObject({
    name: z.string().regex(/^[a-z0-9-]+$/),
    /** Base units of IO. */
    amount: z
      .string()
      .regex(/^[1-9][0-9]*$/)
      .transform(BigInt),
    purpose: z.string().min(1),
  }),
);

/** An account that is funded when the token is born. */
export type Allocation = z.output<typeof schema>[number];

const FILE = new URL('../allocations.json', import.meta.url);

/** What exists of IO when the emission begins, by account: 500,000,000 IO in all. */
export function readAllocations(): readonly Allocation[] {
  const allocations = schema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
  const total = allocations.reduce((sum, { amount }) => sum + amount, 0n);
  if (total !== programConstant('emission', 'INITIAL_SUPPLY')) {
    throw new RangeError(`the allocations add up to ${total}, not to the initial supply`);
  }
  if (new Set(allocations.map(({ name }) => name)).size !== allocations.length) {
    throw new RangeError('two allocations have the same name');
  }
  return allocations;
}
