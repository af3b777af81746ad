/**
 * The local network over its own port: transactions a second, latency of getAccountInfo, memory.
 *
 *   tsx --conditions=ionet-source bench/localnet.ts          prints the table
 *   tsx --conditions=ionet-source bench/localnet.ts --write  writes bench/localnet.json and its part of docs/performance.md
 */
import { WALLETS } from '@ionet/localnet';
import {
  Connection,
  Keypair,
  SystemProgram,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { writeSections } from './lib/document.js';

const TRANSACTIONS = 10_000;
const IN_FLIGHT = 32;
const READS = 5_000;
/** As many as are signed beforehand and sent within the life of a blockhash. */
const PART = 200;
const FIGURES = 'bench/localnet.json';

interface Figures {
  readonly transactionsPerSecond: number;
  /** User and system time of the node's process for a transaction, in microseconds. */
  readonly cpuPerTransaction: number;
  readonly readP50: number;
  readonly readP99: number;
  /** Resident memory in MB: when it has started, and after the transactions. */
  readonly memoryAtStart: number;
  readonly memoryAfter: number;
}

/** What Linux says of a process: CPU seconds, and resident memory in MB. */
function usageOf(pid: number): { readonly cpu: number; readonly memory: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const status = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpu: ticks / 100, memory: Math.round(Number(status) / 1024) };
}

function transfer(blockhash: string, lamports: number, to: Keypair): string {
  const payer = WALLETS.anyone.keypair;
  const message = new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: blockhash,
    instructions: [SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to.publicKey, lamports })],
  }).compileToV0Message();
  const transaction = new VersionedTransaction(message);
  transaction.sign([payer]);
  return Buffer.from(transaction.serialize()).toString('base64');
}

/** Runs so many calls at a time. */
async function inParallel(count: number, call: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await call(index);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function post(url: string, method: string, params: readonly unknown[]): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { error } = (await response.json()) as { error?: { message: string } };
  if (error !== undefined) throw new Error(error.message);
}

async function measure(url: string, pid: number): Promise<Figures> {
  const connection = new Connection(url, 'confirmed');
  const to = Keypair.generate();
  const idle = usageOf(pid);
  let seconds = 0;
  let cpu = 0;
  for (let done = 0; done < TRANSACTIONS; done += PART) {
    const { blockhash } = await connection.getLatestBlockhash();
    const part = Array.from({ length: PART }, (_, index) =>
      transfer(blockhash, 1_000_000 + done + index, to),
    );
    const [before, began] = [usageOf(pid), performance.now()];
    await inParallel(PART, (index) =>
      post(url, 'sendTransaction', [part[index], { encoding: 'base64', preflightCommitment: 'confirmed' }]),
    );
    seconds += (performance.now() - began) / 1000;
    cpu += usageOf(pid).cpu - before.cpu;
  }
  const after = usageOf(pid);
  const times: number[] = [];
  const address = WALLETS.anyone.keypair.publicKey.toBase58();
  for (let count = 0; count < READS; count += 1) {
    const began = performance.now();
    await post(url, 'getAccountInfo', [address, { encoding: 'base64', commitment: 'confirmed' }]);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => Number((times[Math.floor(READS * share)] ?? 0).toFixed(2));
  return {
    transactionsPerSecond: Math.round(TRANSACTIONS / seconds),
    cpuPerTransaction: Math.round((cpu * 1_000_000) / TRANSACTIONS),
    readP50: at(0.5),
    readP99: at(0.99),
    memoryAtStart: idle.memory,
    memoryAfter: after.memory,
  };
}

function table(figures: Figures): string {
  const rows: readonly (readonly [string, string])[] = [
    ['transactions a second, with preflight', figures.transactionsPerSecond.toLocaleString('en-US')],
    ['CPU time of the node for one', `${figures.cpuPerTransaction} us`],
    ['getAccountInfo, p50', `${figures.readP50} ms`],
    ['getAccountInfo, p99', `${figures.readP99} ms`],
    ['memory when started', `${figures.memoryAtStart} MB`],
    [`memory after ${TRANSACTIONS.toLocaleString('en-US')} transactions`, `${figures.memoryAfter} MB`],
  ];
  return [
    '## The local network',
    '',
    'Written by `npm run bench:localnet -- --write`: transfers and reads over HTTP, client and node on one machine with',
    `two cores, ${IN_FLIGHT} requests at a time for the transfers, one for the reads. Other work ran on the machine, so`,
    'the times are upper bounds; the CPU time is not touched by it.',
    '',
    '| what | figure |',
    '| --- | ---: |',
    ...rows.map(([what, figure]) => `| ${what} | ${figure} |`),
    '',
  ].join('\n');
}

const node = spawn(
  process.execPath,
  ['--import=tsx', '--conditions=ionet-source', 'localnet/src/main.ts', '--port=0'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const lines = createInterface({ input: node.stdout });
  let url: string | undefined;
  for await (const line of lines) {
    url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) break;
  }
  if (url === undefined || node.pid === undefined) throw new Error('the network did not start');
  node.stdout.resume();
  const figures = await measure(url, node.pid);
  if (process.argv[2] === '--write') {
    writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
    writeSections(table(figures));
  } else console.log(table(figures));
} finally {
  node.kill();
}
