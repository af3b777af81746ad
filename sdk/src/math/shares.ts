import { MathError } from './error.js';
import { min, u128, u64, U128_MAX } from './range.js';
import { wideMulDivFloor } from './wide.js';

/** Lots that a position can hold before they earn. */
export const MAX_LOTS = 4;
/** From a deposit to the moment from which it may earn, in seconds: 24 hours. */
export const ACTIVATION_SECONDS = 86_400n;

/** A pool of stake in shares, as a node's `own` and `delegated` are. What is unbonding keeps its shares. */
export interface Tranche {
  /** Base units of IO that all shares are worth together. */
  readonly assets: bigint;
  /** All shares, those that are unbonding included. */
  readonly shares: bigint;
  readonly unbondingShares: bigint;
  /** All shares that were ever redeemed. */
  readonly withdrawnShares: bigint;
}

/**
 * A tranche after a step, and what came of it.
 *
 * @see {@link Tranche}
 */
export interface TrancheStep {
  readonly tranche: Tranche;
  readonly shares: bigint;
  readonly amount: bigint;
}

/**
 * What happens to a pool of stake. Each gives a new one.
 *
 * @example
 * ```ts
 * import { Tranche } from '@ionet/sdk';
 *
 * const { tranche, shares } = Tranche.deposit(Tranche.EMPTY, 1_000n);
 * Tranche.worth(Tranche.slash(tranche, 250n), shares); // 750n
 * ```
 */
export const Tranche = {
  /** Nobody's stake. */
  EMPTY: { assets: 0n, shares: 0n, unbondingShares: 0n, withdrawnShares: 0n } as const satisfies Tranche,

  /**
   * Adds `amount` and gives the shares for it: `floor(amount * shares / assets)`, one to one in an empty tranche.
   *
   * @throws {@link MathError} `ZeroShares`, `Worthless`, `Overflow`
   */
  deposit(tranche: Tranche, amount: bigint): TrancheStep {
    u64(amount, 'amount');
    if (tranche.shares > 0n && tranche.assets === 0n) throw new MathError('Worthless');
    const shares =
      tranche.shares === 0n ? amount : wideMulDivFloor(amount, tranche.shares, u64(tranche.assets, 'assets'));
    if (shares === 0n) throw new MathError('ZeroShares');
    const assets = u64(tranche.assets + amount);
    return { tranche: { ...tranche, assets, shares: u128(tranche.shares + shares) }, shares, amount };
  },

  /** Shares that are not unbonding. */
  activeShares(tranche: Tranche): bigint {
    return u128(tranche.shares - tranche.unbondingShares);
  },

  /** What shares are worth, rounded down; all of them together are worth all assets. */
  worth(tranche: Tranche, shares: bigint): bigint {
    if (shares === tranche.shares) return tranche.assets;
    return u64(wideMulDivFloor(shares, tranche.assets, tranche.shares));
  },

  /** What the shares that are not unbonding are worth, rounded down. */
  activeAssets(tranche: Tranche): bigint {
    return Tranche.worth(tranche, Tranche.activeShares(tranche));
  },

  /** The most shares that are worth no more than `amount`, rounded down. */
  sharesFor(tranche: Tranche, amount: bigint): bigint {
    if (u64(amount, 'amount') >= tranche.assets) return tranche.shares;
    return wideMulDivFloor(amount, tranche.shares, tranche.assets);
  },

  /** Begins to unbond shares. */
  unbond(tranche: Tranche, shares: bigint): Tranche {
    if (shares > Tranche.activeShares(tranche)) throw new MathError('InsufficientShares');
    return { ...tranche, unbondingShares: u128(tranche.unbondingShares + shares) };
  },

  /** Makes unbonding shares active again. */
  rebond(tranche: Tranche, shares: bigint): Tranche {
    if (shares > tranche.unbondingShares) throw new MathError('InsufficientShares');
    return { ...tranche, unbondingShares: tranche.unbondingShares - shares };
  },

  /** Takes unbonding shares out and gives what they are worth. The last shares take all assets. */
  redeem(tranche: Tranche, shares: bigint): TrancheStep {
    if (shares > tranche.unbondingShares) throw new MathError('InsufficientShares');
    const amount = Tranche.worth(tranche, shares);
    return {
      tranche: {
        assets: tranche.assets - amount,
        shares: tranche.shares - shares,
        unbondingShares: tranche.unbondingShares - shares,
        withdrawnShares: min(tranche.withdrawnShares + shares, U128_MAX),
      },
      shares,
      amount,
    };
  },

  /** Takes assets from all shares alike. */
  slash(tranche: Tranche, amount: bigint): Tranche {
    return { ...tranche, assets: u64(tranche.assets - amount) };
  },

  /** Gives assets to all shares alike. */
  restore(tranche: Tranche, amount: bigint): Tranche {
    if (amount > 0n && tranche.shares === 0n) throw new MathError('ZeroShares');
    return { ...tranche, assets: u64(tranche.assets + amount) };
  },

  /** Whether shares exist that a slash has left nothing. */
  isWorthless(tranche: Tranche): boolean {
    return tranche.shares > 0n && tranche.assets === 0n;
  },
} as const;

/**
 * Shares that were added together and do not earn yet.
 *
 * @see {@link Position}
 */
export interface Lot {
  /** None in a free place. */
  readonly shares: bigint;
  /** When they were added, in unix seconds. */
  readonly since: bigint;
}

/** The active shares of one holder: those that earn, and lots that will. */
export interface Position {
  readonly earningShares: bigint;
  /** The oldest first; free places at the end. */
  readonly lots: readonly Lot[];
}

const FREE: Lot = { shares: 0n, since: 0n };

const filledUp = (lots: readonly Lot[]): readonly Lot[] => [
  ...lots,
  ...Array.from({ length: MAX_LOTS - lots.length }, () => FREE),
];

/**
 * What happens to a holder's active shares. Each gives a new position.
 *
 * @example
 * ```ts
 * import { Position } from '@ionet/sdk';
 *
 * const position = Position.add(Position.EMPTY, 100n, 1_750_000_000n);
 * Position.activate(position, 1_750_086_400n).activated; // 100n: 24 hours later
 * ```
 */
export const Position = {
  /** No shares. */
  EMPTY: { earningShares: 0n, lots: filledUp([]) } satisfies Position,

  /** All active shares. */
  shares({ earningShares, lots }: Position): bigint {
    return u128(lots.reduce((sum, lot) => sum + lot.shares, earningShares));
  },

  /** Lets the lots earn that are old enough, and gives how many shares they were. */
  activate({ earningShares, lots }: Position, now: bigint): { position: Position; activated: bigint } {
    const held = lots.filter((lot) => lot.shares > 0n);
    const waiting = held.filter((lot) => lot.since + ACTIVATION_SECONDS > now);
    const activated = held
      .filter((lot) => lot.since + ACTIVATION_SECONDS <= now)
      .reduce((sum, lot) => sum + lot.shares, 0n);
    const position = { earningShares: u128(earningShares + activated), lots: filledUp(waiting) };
    return { position, activated };
  },

  /**
   * Adds shares that earn 24 hours later; none is reset by it.
   *
   * @throws {@link MathError} `TooManyLots`, `Overflow`
   */
  add({ earningShares, lots }: Position, shares: bigint, now: bigint): Position {
    const place = lots.findIndex((lot) => lot.shares === 0n || lot.since === now);
    if (place === -1) throw new MathError('TooManyLots');
    const changed = lots.map((lot, index) =>
      index === place ? { shares: u128(lot.shares + shares), since: now } : lot,
    );
    return { earningShares, lots: changed };
  },

  /**
   * Takes shares out, the youngest first, and gives how many of them were earning.
   *
   * @throws {@link MathError} `InsufficientShares`
   */
  remove(position: Position, shares: bigint): { position: Position; earning: bigint } {
    let left = u128(shares, 'shares');
    const lots = [...position.lots].reverse().map((lot) => {
      const taken = min(left, lot.shares);
      left -= taken;
      return taken === lot.shares ? FREE : { ...lot, shares: lot.shares - taken };
    });
    if (left > position.earningShares) throw new MathError('InsufficientShares');
    const after = { earningShares: position.earningShares - left, lots: lots.reverse() };
    return { position: after, earning: left };
  },
} as const;
