import type { Deployment } from '@ionet/sdk';
import { PYTH_RECEIVER, TEST_PRICE, encodePriceUpdate } from '@ionet/sdk/testing';
import type { Chain } from './chain/chain.js';

/** A price of IO in US dollars: `price * 10^exponent`, and how far it may be off. */
export interface FeedPrice {
  readonly price: bigint;
  readonly conf: bigint;
  readonly exponent: number;
}

const PRICE_OFFSET = 8 + 32 + 1 + 32;

/** The scripted price: the same until it is set, published anew as the clock moves, unless it is held. */
export class PriceFeed {
  readonly #chain: Chain;
  readonly #deployment: Deployment;
  #price: FeedPrice;
  #publishedAt = -1;
  #held = false;

  constructor(chain: Chain, deployment: Deployment) {
    this.#chain = chain;
    this.#deployment = deployment;
    this.#price = this.#published() ?? TEST_PRICE;
    this.publish();
    chain.subscribe({
      slot: () => {
        if (!this.#held && chain.unixTimestamp !== this.#publishedAt) this.publish();
      },
    });
  }

  /** The price as it stands. */
  get price(): FeedPrice {
    return this.#price;
  }

  /** Sets the price, as of now or of another time. A held price is not published anew: it grows stale. */
  set(
    price: Partial<FeedPrice>,
    options: { readonly hold?: boolean; readonly publishTime?: number } = {},
  ): void {
    this.#price = { ...this.#price, ...price };
    this.#held = options.hold ?? false;
    this.publish(options.publishTime);
  }

  /** Writes the price account. */
  publish(publishTime = this.#chain.unixTimestamp): void {
    this.#publishedAt = publishTime;
    const { priceAccount, priceFeedId } = this.#deployment;
    const data = encodePriceUpdate({
      ...this.#price,
      feedId: priceFeedId,
      publishTime: BigInt(publishTime),
      postedSlot: BigInt(this.#chain.slot('processed')),
    });
    this.#chain.setAccount(priceAccount.toBase58(), {
      lamports: this.#chain.minimumBalance(data.length),
      owner: PYTH_RECEIVER.toBase58(),
      data,
      executable: false,
    });
  }

  /** What the price account of a ledger holds. */
  #published(): FeedPrice | null {
    const account = this.#chain.account(this.#deployment.priceAccount.toBase58(), 'processed');
    if (account === null) return null;
    const { buffer, byteOffset, byteLength } = account.data;
    const view = new DataView(buffer, byteOffset, byteLength);
    return {
      price: view.getBigInt64(PRICE_OFFSET, true),
      conf: view.getBigUint64(PRICE_OFFSET + 8, true),
      exponent: view.getInt32(PRICE_OFFSET + 16, true),
    };
  }
}
