import {
  ComputeBudgetProgram,
  Connection,
  SystemProgram,
  VersionedTransaction,
  PublicKey,
} from '@solana/web3.js';
import { expect } from 'chai';
import {
  SendError,
  computeUnitLimitFor,
  connectionTransport,
  createClient,
  eventOf,
  type Call,
  type Client,
  type SignedTransaction,
} from '@ionet/sdk';
import { expectError, testKeypair, type TestNetwork } from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';

/** How the double of a node misbehaves. */
interface Faults {
  /** Transactions that get lost on their way, the first so many. */
  drop: number;
  /** Answers to sending that get lost, while the transaction arrives. */
  loseAnswers: number;
  /** Questions about a transaction that get no answer. */
  silent: boolean;
  /** What recent transactions paid, in micro-lamports a compute unit. */
  fees: readonly number[];
  /** The block height; 100 is the last at which transactions are valid. */
  height: number;
}

interface Rpc {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

const fixed = { context: { slot: 1 } };

/** A node's JSON-RPC interface, with faults, in front of a test network. */
function nodeDouble(network: TestNetwork, faults: Faults): { connection: Connection; sent: string[] } {
  const landed = new Map<string, { err: unknown; logs: readonly string[]; units: number }>();
  const sent: string[] = [];
  const inner = network.transport;

  const toJson = (failure: Awaited<ReturnType<typeof inner.execute>>['failure']): unknown => {
    if (failure === null) return null;
    if (failure.instruction === null) return failure.reason;
    const { index, reason, code } = failure.instruction;
    return { InstructionError: [index, code === null ? reason : { Custom: code }] };
  };

  async function run(transaction: VersionedTransaction): Promise<void> {
    const lifetime = { blockhash: transaction.message.recentBlockhash, lastValidBlockHeight: 100 };
    const outcome = await inner.execute(transaction, lifetime);
    // What was sent twice is refused the second time.
    if (outcome.failure !== null) return;
    landed.set(outcome.signature, { err: null, logs: outcome.logs, units: Number(outcome.unitsConsumed) });
  }

  async function answer({ method, params }: Rpc): Promise<unknown> {
    const [first] = params;
    switch (method) {
      case 'getLatestBlockhash': {
        const { blockhash } = await inner.getLatestBlockhash();
        return { ...fixed, value: { blockhash, lastValidBlockHeight: 100 } };
      }
      case 'getEpochInfo':
        if (faults.silent) throw new Error('no answer');
        return {
          absoluteSlot: 1,
          blockHeight: faults.height,
          epoch: 0,
          slotIndex: 1,
          slotsInEpoch: 432_000,
        };
      case 'getRecentPrioritizationFees':
        return faults.fees.map((prioritizationFee, slot) => ({ slot, prioritizationFee }));
      case 'sendTransaction': {
        const transaction = VersionedTransaction.deserialize(Buffer.from(first as string, 'base64'));
        sent.push(first as string);
        if (faults.drop > 0) faults.drop -= 1;
        else await run(transaction);
        if (faults.loseAnswers > 0) {
          faults.loseAnswers -= 1;
          throw new Error('connection reset');
        }
        return 'signature';
      }
      case 'simulateTransaction': {
        const transaction = VersionedTransaction.deserialize(Buffer.from(first as string, 'base64'));
        const { failure, logs, unitsConsumed } = network.simulate(transaction);
        const value = { err: toJson(failure), logs, unitsConsumed: Number(unitsConsumed), accounts: null };
        return { ...fixed, value };
      }
      case 'getSignatureStatuses': {
        const value = (first as string[]).map((signature) => {
          const found = landed.get(signature);
          return found === undefined
            ? null
            : { slot: 1, confirmations: 1, err: found.err, confirmationStatus: 'confirmed' };
        });
        return { ...fixed, value };
      }
      case 'getTransaction': {
        const found = landed.get(first as string);
        if (found === undefined) return null;
        return {
          slot: 1,
          blockTime: 0,
          version: 0,
          transaction: {
            signatures: [first],
            message: {
              accountKeys: [],
              header: {
                numRequiredSignatures: 1,
                numReadonlySignedAccounts: 0,
                numReadonlyUnsignedAccounts: 0,
              },
              instructions: [],
              recentBlockhash: PublicKey.default.toBase58(),
            },
          },
          meta: {
            err: found.err,
            fee: 5000,
            logMessages: found.logs,
            computeUnitsConsumed: found.units,
            preBalances: [],
            postBalances: [],
          },
        };
      }
      case 'getMultipleAccounts': {
        const accounts = await inner.getAccounts((first as string[]).map((key) => new PublicKey(key)));
        const value = accounts.map((account) =>
          account === null
            ? null
            : {
                owner: account.owner.toBase58(),
                lamports: Number(account.lamports),
                data: [Buffer.from(account.data).toString('base64'), 'base64'],
                executable: account.executable,
                rentEpoch: 0,
              },
        );
        return { ...fixed, value };
      }
      default:
        throw new Error(`the double does not know ${method}`);
    }
  }

  const respond = async (_url: unknown, init?: { body?: unknown }): Promise<Response> => {
    const rpc = JSON.parse(init?.body as string) as Rpc;
    // As over a network, time goes on while an answer is awaited.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const result = await answer(rpc);
      return new Response(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result }));
    } catch (error) {
      const { message, code, data } = error as Error & { code?: number; data?: unknown };
      if (code === undefined) throw error;
      return new Response(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, error: { code, message, data } }));
    }
  };
  const connection = new Connection('http://double.invalid', {
    commitment: 'confirmed',
    fetch: respond,
    disableRetryOnRateLimit: true,
  });
  return { connection, sent };
}

describe('connection transport', () => {
  const test = useMarket();
  const buyer = testKeypair('buyer');
  const stranger = testKeypair('stranger').publicKey;
  let faults: Faults;
  let client: Client;
  let sent: string[];

  beforeEach(() => {
    faults = { drop: 0, loseAnswers: 0, silent: false, height: 50, fees: [] };
    const double = nodeDouble(test.market.network, faults);
    ({ sent } = double);
    client = createClient({
      transport: connectionTransport(double.connection, {
        pollIntervalMs: 1,
        resendIntervalMs: 1,
        backoffMs: 1,
        maxFailures: 3,
      }),
      payer: buyer,
      deployment: test.market.deployment,
    });
  });

  const transfer = (): Call => ({
    instructions: [
      SystemProgram.transfer({ fromPubkey: buyer.publicKey, toPubkey: stranger, lamports: 1_000_000 }),
    ],
    signers: [],
    accounts: {},
  });
  const received = (): bigint => test.market.network.getAccount(stranger)?.lamports ?? 0n;
  const failure = async (promise: Promise<unknown>): Promise<SendError> => {
    const error: unknown = await promise.then(
      () => expect.fail('it must fail'),
      (one: unknown) => one,
    );
    expect(error).to.be.instanceOf(SendError);
    return error as SendError;
  };

  it('sends, waits, and gives events, logs and compute units', async () => {
    const { offer } = test;
    const order = { offer, devices: 8, hours: 24, payment: 'usdc', maxTotal: 10n ** 9n } as const;
    const { accounts, events, unitsConsumed } = await client.escrow.bookJob(order);
    const booked = eventOf(events, 'escrow', 'jobBooked');
    expect(booked.job.equals(accounts.job)).to.equal(true);
    expect(unitsConsumed !== null && unitsConsumed > 0n).to.equal(true);
    expect((await client.accounts.escrow.job.fetch(accounts.job)).hours).to.equal(24);
    expect(sent).to.have.length(1);
  });

  it('gives the program’s error by name when the simulation refuses, and nothing is sent', async () => {
    const { offer } = test;
    const order = { offer, devices: 8, hours: 24, payment: 'usdc', maxTotal: 1n } as const;
    const error = await expectError(client.escrow.bookJob(order), 'escrow', 'PriceAboveMaximum');
    expect(error.signature).to.equal(null);
    expect(error.logs).to.not.be.empty;
    expect(sent).to.be.empty;
    expect(await client.accounts.escrow.job.fetchMany([stranger])).to.deep.equal([null]);
  });

  /** The limit and the price that the last transaction was sent with. */
  const budget = (): { limit: number | null; price: bigint | null } => {
    const { message } = VersionedTransaction.deserialize(Buffer.from(sent.at(-1) ?? '', 'base64'));
    const found: { limit: number | null; price: bigint | null } = { limit: null, price: null };
    for (const { programIdIndex, data } of message.compiledInstructions) {
      if (message.staticAccountKeys[programIdIndex]?.equals(ComputeBudgetProgram.programId) !== true)
        continue;
      if (data[0] === 2) found.limit = Buffer.from(data).readUInt32LE(1);
      if (data[0] === 3) found.price = Buffer.from(data).readBigUInt64LE(1);
    }
    return found;
  };

  it('limits the units to those of the simulation and a margin, and offers nothing where nobody does', async () => {
    const { offer } = test;
    const order = { offer, devices: 8, hours: 24, payment: 'usdc', maxTotal: 10n ** 9n } as const;
    const { unitsConsumed } = await client.escrow.bookJob(order);
    const { limit, price } = budget();
    expect(price).to.equal(null);
    // The simulation had a price in it, for its 150 units.
    expect(limit).to.equal(computeUnitLimitFor((unitsConsumed ?? 0n) + 150n));
  });

  it('offers what others pay, within its bound', async () => {
    faults.fees = [0, 1_000, 2_000, 40_000];
    await client.send(transfer());
    expect(budget().price).to.equal(2_000n);
    await client.send(transfer(), { priorityFee: { percentile: 100 } });
    expect(budget().price).to.equal(40_000n);
    const { limit } = budget();
    await client.send(transfer(), { priorityFee: { percentile: 100, maxLamports: 10n } });
    expect(budget().price).to.equal(10_000_000n / BigInt(limit ?? 0));
    await client.send(transfer(), { computeUnitLimit: 5_000, computeUnitPrice: 7n });
    expect(budget()).to.deep.equal({ limit: 5_000, price: 7n });
  });

  it('tells what it is about to send, and sends nothing when that is refused', async () => {
    const full = new Error('the disk is full');
    const refusing = client.send(transfer(), {
      beforeSend: () => Promise.reject(full),
    });
    expect(await refusing.catch((error: unknown) => error)).to.equal(full);
    expect(sent).to.be.empty;
    const kept: SignedTransaction[] = [];
    const { signature } = await client.send(transfer(), { beforeSend: (one) => void kept.push(one) });
    expect(kept.map((one) => one.signature)).to.deep.equal([signature]);
    expect(Buffer.from(kept[0]!.bytes).toString('base64')).to.equal(sent[0]);
  });

  it('sends the same transaction again until it lands', async () => {
    faults.drop = 3;
    await client.send(transfer());
    expect(received()).to.equal(1_000_000n);
    expect(sent).to.have.length(4);
    expect(new Set(sent).size).to.equal(1);
  });

  it('does not take a lost answer for a lost transaction', async () => {
    faults.loseAnswers = 1;
    await client.send(transfer());
    expect(received()).to.equal(1_000_000n);
  });

  it('fails only when the blockhash has expired, and says that it can be sent anew', async () => {
    faults.drop = Number.MAX_SAFE_INTEGER;
    faults.height = 101;
    const error = await failure(client.send(transfer(), { attempts: 1 }));
    expect(error).to.include({ name: 'TransactionExpired', fate: 'never' });
    expect(error.signature).to.be.a('string');
    expect(received()).to.equal(0n);
  });

  it('finds a transaction that landed just before its blockhash expired', async () => {
    faults.height = 101;
    await client.send(transfer());
    expect(received()).to.equal(1_000_000n);
  });

  it('does not guess when the network falls silent', async () => {
    faults.silent = true;
    const error = await failure(client.send(transfer()));
    expect(error).to.include({ name: 'TransactionUnknown', fate: 'open' });
    expect(error.signature).to.be.a('string');
    expect(error.cause).to.be.instanceOf(Error);
  });

  it('stops waiting when it is told to', async () => {
    faults.drop = Number.MAX_SAFE_INTEGER;
    const abort = new AbortController();
    const sending = client.send(transfer(), { signal: abort.signal });
    setTimeout(() => {
      abort.abort();
    }, 20);
    expect(await failure(sending)).to.include({ name: 'Aborted' });
  });
});
