import type { JobQuote, Payment, Price, ProgramType } from '@ionet/sdk';

/** How fast a node's line is, slowest first: an order asks for at least one of these. */
export const BANDWIDTHS = ['belowLow', 'low', 'medium', 'high'] as const satisfies readonly Bandwidth[];

/** How fast a node's line is. */
export type Bandwidth = ProgramType<'staking', 'bandwidth'>;

/** What a node asks for its devices, as the offer's account holds it. */
export type OfferTerms = ProgramType<'escrow', 'offerTerms'>;

/** The highest reliability and reputation, in basis points. */
export const MAX_SCORE = 10_000;

/** A machine whose devices are for hire. Times are unix seconds of the chain's clock, everywhere in the engine. */
export interface NodeListing {
  /** Its address. */
  readonly id: string;
  /** The address of its hardware class. */
  readonly hardwareClass: string;
  readonly region: string;
  readonly bandwidth: Bandwidth;
  /** Devices that it has, 1 to 8. */
  readonly devices: number;
  /** 0 to 10,000: see the reputation of nodes. */
  readonly reliability: number;
  /** Whether it takes jobs. */
  readonly open: boolean;
}

/** An offer of a node. All offers of a node share its devices. */
export interface OfferListing {
  /** Its address. */
  readonly id: string;
  readonly node: string;
  readonly terms: OfferTerms;
  /** Whether it can be booked. */
  readonly active: boolean;
}

/** What must be true of the node that an order goes to. */
export interface NodeConstraints {
  /** The address of a hardware class. */
  readonly hardwareClass: string;
  /** Devices, all on one node. */
  readonly devices: number;
  /** One of these. Default: any. */
  readonly regions?: readonly string[] | undefined;
  /** At least. Default: any. */
  readonly bandwidth?: Bandwidth | undefined;
  /** At least, in basis points. Default: any. */
  readonly minReliability?: number | undefined;
}

/** What a buyer wants. */
export interface Order extends NodeConstraints {
  /** Whole hours. */
  readonly hours: number;
  readonly payment: Payment;
  /** The price of one IO: needed when paying in IO. */
  readonly ioPrice?: Price | undefined;
  /** When it shall start. Default: at once. */
  readonly startAt?: number | undefined;
  /** The most that the buyer pays, fees included, in base units of the payment's mint. Default: anything. */
  readonly maxTotal?: bigint | undefined;
}

/** The best offer for an order, and what it costs there. */
export interface Match {
  readonly offer: OfferListing;
  readonly node: NodeListing;
  readonly quote: JobQuote;
}

/** Devices of a node that are kept for somebody. */
export interface Claim {
  /** The address of the job that it is for. */
  readonly id: string;
  readonly node: string;
  readonly devices: number;
  readonly from: number;
  readonly until: number;
  /** From when on the devices are free again, unless the job was started. */
  readonly lapsesAt: number;
}
