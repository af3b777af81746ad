import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What the files of a build are called in its directory. */
export const AIRDROP_FILES = { manifest: 'airdrop.json', leaves: 'leaves.csv', report: 'report.md' } as const;

const amount = z.string().regex(/^(?:0|[1-9][0-9]{0,19})$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.object({
  format: z.literal('ionet:airdrop-build:v1'),
  /** The program that pays, and the account of the season that the leaves are for, in base58. */
  program: z.string(),
  season: z.object({ id: z.int().min(0).max(0xffffffff), address: z.string() }),
  /** Base units of IO; what the leaves come to, and what stays. */
  pool: amount,
  total: amount,
  remainder: amount,
  points: amount,
  /** Points per IO, for people. */
  ratio: z.number(),
  formula: z.object({ id: z.string(), hash }),
  inputsHash: hash,
  root: hash,
  leaves: z.int().min(1),
  /** Hashes of the longest proof. */
  depth: z.int().min(0).max(20),
  shards: z.array(z.object({ index: z.int(), firstLeaf: z.int(), leaves: z.int().min(1), total: amount })),
});

/** What `io airdrop build` says of a directory: everything but the leaves. */
export type AirdropManifest = z.infer<typeof schema>;

/** A line of the leaves' file. */
export interface AirdropLeaf {
  readonly index: number;
  readonly wallet: string;
  /** Base units of IO. */
  readonly amount: bigint;
}

/** What the first line of the leaves' file says. */
export const LEAVES_HEADER = 'index,wallet,amount';

/** Reads what a build wrote about itself, last of all: without it a directory is not complete. */
export function readManifest(directory: string): AirdropManifest {
  const file = join(directory, AIRDROP_FILES.manifest);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${directory} holds no complete build: run io airdrop build`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** Reads the leaves of a build, one after the other. */
export async function* readLeaves(directory: string): AsyncGenerator<AirdropLeaf, void, undefined> {
  const file = join(directory, AIRDROP_FILES.leaves);
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    line += 1;
    if (line === 1 && text === LEAVES_HEADER) continue;
    const [index = '', wallet = '', value = '', ...more] = text.split(',');
    if (line === 1 || more.length > 0 || !/^[0-9]{1,7}$/.test(index) || !/^[0-9]{1,20}$/.test(value)) {
      throw new Error(`${file}:${line}: the line is not ${LEAVES_HEADER}`);
    }
    yield { index: Number(index), wallet, amount: BigInt(value) };
  }
}
