/** Clients and sending: what must compile, and what must not; read by the compiler only. */
import type { Connection, Keypair, PublicKey, VersionedTransaction } from '@solana/web3.js';
import {
  connectionTransport,
  createClient,
  custom,
  escrow,
  fetchAccount,
  httpTransport,
  localnet,
  programInstruction,
  quoteJob,
  retryAdvice,
  type Call,
  type Client,
  type RetryAdvice,
  type SendProgress,
  type Wallet,
} from '@ionet/sdk';

declare const client: Client;
declare const connection: Connection;
declare const keypair: Keypair;
declare const key: PublicKey;
declare const signal: AbortSignal;
declare const calls: readonly Call[];

export function clients(): void {
  const transport = connectionTransport(connection);
  const deployment = localnet();
  createClient({ transport, deployment, payer: keypair });
  const wallet: Wallet = {
    publicKey: key,
    signTransaction: <T extends VersionedTransaction>(transaction: T) => Promise.resolve(transaction),
  };
  createClient({ transport, deployment, payer: wallet, signers: [keypair] });
  // @ts-expect-error an address cannot pay
  createClient({ transport, deployment, payer: key });
  // @ts-expect-error a connection is no transport
  createClient({ transport: connection, deployment, payer: keypair });
  // @ts-expect-error a deployment is a value, not a name
  createClient({ transport, deployment: 'localnet', payer: keypair });
  // @ts-expect-error a deployment names its mints
  custom({ clusterTag: new Uint8Array(32), priceAccount: key, priceFeedId: new Uint8Array(32) });
  // @ts-expect-error endpoints are addresses
  httpTransport([connection]);
}

export async function sending(): Promise<void> {
  const { accounts, signature } = await client.send(escrow.closeJob.call(client, { job: key }));
  const [job, text]: [PublicKey, string] = [accounts.job, signature];
  // @ts-expect-error the accounts of a call are named
  void accounts.nothing;
  await client.send(calls, { signal, attempts: 1, computeUnitPrice: 1n, priorityFee: {} });
  // @ts-expect-error a price is a bigint
  await client.send(calls, { computeUnitPrice: 1 });
  // @ts-expect-error there is no such option
  await client.send(calls, { retries: 3 });
  // @ts-expect-error instructions alone are no call
  await client.send({ instructions: [] });
  const signed: Client['payer'] = job;
  // @ts-expect-error a client keeps its payer
  client.payer = key;
  void [signed, text];
}

export function progress(told: SendProgress): void {
  if (told.kind === 'resent') {
    const sends: number = told.sends;
    void sends;
  }
  // @ts-expect-error only what was resent was sent more than once
  void told.sends;
  const advice: RetryAdvice = retryAdvice(null);
  // @ts-expect-error there is no such advice
  void (advice === 'perhaps');
}

export async function layers(): Promise<void> {
  // @ts-expect-error an instruction of another program
  programInstruction(client.deployment, 'oracle', 'bookJob', { args: {}, accounts: {} });
  // @ts-expect-error its accounts are named
  programInstruction(client.deployment, 'escrow', 'settleJob', { args: {}, accounts: {} });
  const { paidIn } = await fetchAccount(client, 'escrow', 'job', key);
  const amount: bigint = paidIn;
  // @ts-expect-error there is no such account type
  await fetchAccount(client, 'escrow', 'loan', key);
  // @ts-expect-error prices are bigints of millionths of a dollar
  quoteJob({ price: 2.5 });
  void amount;
}
