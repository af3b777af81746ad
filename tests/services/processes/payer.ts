/** Pays every wallet of a list its amount through the outbox, and ends when all payments are final. To be killed. */
import { createInterface } from 'node:readline';
import { openChain, openDatabase, Outbox, pause, createLogger, Metrics } from '@ionet/service-kit';
import { localnet } from '@ionet/sdk';
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js';

interface Task {
  readonly urls: readonly string[];
  readonly secretKey: readonly number[];
  readonly directory: string;
  readonly databaseUrl?: string;
  /** Lamports by wallet. */
  readonly payments: Readonly<Record<string, number>>;
}

async function readTask(): Promise<Task> {
  for await (const line of createInterface({ input: process.stdin })) return JSON.parse(line) as Task;
  throw new Error('no task was given on standard input');
}

const { urls, secretKey, directory, databaseUrl, payments } = await readTask();
const payer = Keypair.fromSecretKey(Uint8Array.from(secretKey));
const chain = openChain({ urls, deployment: localnet(), payer });
const database = await openDatabase({ directory, url: databaseUrl });
const outbox = await Outbox.open({
  database,
  chain: chain.outbox,
  deployment: localnet(),
  payer,
  metrics: new Metrics('payer'),
  logger: createLogger('payer', 'debug'),
  kinds: {
    pay: {
      build: ({ subject, payload }) => ({
        instructions: [
          SystemProgram.transfer({
            fromPubkey: payer.publicKey,
            toPubkey: new PublicKey(subject),
            lamports: Number(payload),
          }),
        ],
        signers: [],
        accounts: {},
      }),
      onceBy: 'outbox',
    },
  },
});
await database.transaction(async (queries) => {
  for (const [subject, lamports] of Object.entries(payments)) {
    await outbox.plan({ kind: 'pay', subject, period: '1' }, String(lamports), { queries });
  }
});
while ((await outbox.step()) > 0) await pause(50, AbortSignal.timeout(60_000));
await database.close();
