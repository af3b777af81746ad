import { VersionedTransaction, type Keypair } from '@solana/web3.js';
import { z } from 'zod';
import { spoken, unitOf } from '../../lib/format.js';

const amount = z.string().transform(BigInt);
const quoteSchema = z.object({ total: amount });
const quotesSchema = z.object({ quotes: z.array(z.object({ node: z.string(), quote: quoteSchema })) });
const requestSchema = z.object({
  id: z.string(),
  booking: z.object({ job: z.string(), node: z.string(), quote: quoteSchema, transaction: z.string() }),
});
const errorSchema = z.object({ error: z.string(), message: z.string() });

/** What a buyer asks the scheduler for. */
export interface Order {
  readonly hardwareClass: string;
  readonly devices: number;
  readonly hours: number;
  readonly payment: 'io' | 'usdc';
  /** US dollars for one IO; needed to pay in it. */
  readonly ioPrice?: string;
}

/** What the scheduler holds for the buyer until he has signed. */
export interface Booking {
  readonly job: string;
  readonly node: string;
  /** Base units of the payment's mint, fees included. */
  readonly total: bigint;
  /** What he has to sign. */
  readonly transaction: VersionedTransaction;
}

/** The scheduler's HTTP interface, as a buyer uses it. */
export class SchedulerClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The cheapest offers for an order, with what they cost in all. */
  async quote(order: Order): Promise<{ readonly node: string; readonly total: bigint }[]> {
    const { quotes } = await this.#post('/quotes', order, quotesSchema);
    return quotes.map(({ node, quote }) => ({ node, total: quote.total }));
  }

  /** Has the cheapest offer held, and gives what the buyer signs. */
  async request(buyer: Keypair, order: Order): Promise<Booking> {
    const body = { buyer: buyer.publicKey.toBase58(), order };
    const { booking } = await this.#post('/requests', body, requestSchema);
    const { job, node, quote, transaction } = booking;
    const bytes = Buffer.from(transaction, 'base64');
    return { job, node, total: quote.total, transaction: VersionedTransaction.deserialize(bytes) };
  }

  async #post<S extends z.ZodType>(path: string, body: object, schema: S): Promise<z.output<S>> {
    const response = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (response.ok) return schema.parse(answer);
    const { error, message } = errorSchema.parse(answer);
    throw new Error(`the scheduler refuses: ${error}, ${message}`);
  }
}

/** An amount of an order in words. */
export function priceOf({ payment }: Order, total: bigint): string {
  return spoken(total, unitOf(payment));
}
