import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.array(
  z.strictObject({
    id: z.int().min(1).max(0xffff),
    name: z.string().min(1).max(32),
    kind: z.enum(['gpu', 'cpu']),
    multiplierX100: z.int().min(1).max(10_000),
    /** Micro-USD per device and hour: our own default, which the admin changes. */
    referencePrice: z
      .string()
      .regex(/^[0-9]+$/)
      .transform(BigInt),
  }),
);

/** A model of hardware as the migration creates it. */
export type HardwareModel = z.infer<typeof schema>[number];

const FILE = new URL('../../migrations/hardware-classes.json', import.meta.url);

/** All models of hardware, with the multipliers of the economy. */
export function readHardwareModels(): HardwareModel[] {
  return schema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

/** A name without case, spaces and punctuation, so that `RTX-4090` is `RTX 4090`. */
const key = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The model of a name, `undefined` where there is none. */
export function findModel<T extends { readonly name: string }>(
  models: readonly T[],
  name: string,
): T | undefined {
  return models.find((model) => key(model.name) === key(name));
}
