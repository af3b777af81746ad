import { ReverseAuction, type Bid, type Eligibility, type Order } from '@ionet/scheduler';
import { quoteJob } from '@ionet/sdk';
import { expect } from 'chai';
import fc from 'fast-check';

const ORDER: Order = { hardwareClass: 'h100', devices: 2, hours: 10, payment: 'usdc' };
const CLOSES = 1_000;
const FIRM = CLOSES + 300;
const TERMS = { order: ORDER, closesAt: CLOSES, firmSeconds: 120 };

/** Nodes by their reliability; others cannot serve. */
const among =
  (nodes: Readonly<Record<string, number>>): Eligibility =>
  (node) =>
    nodes[node] ?? null;
const anybody: Eligibility = () => 5_000;

const bid = (node: string, price: bigint, firmUntil = FIRM): Bid => ({ node, price, firmUntil });

function auctionOf(...bids: readonly Bid[]): ReverseAuction {
  const auction = new ReverseAuction(TERMS);
  bids.forEach((one, index) => expect(auction.place(one, index)).to.equal(null));
  return auction;
}

describe('scheduler: reverse auction', () => {
  it('awards the lowest bid at its price, after the window', () => {
    const auction = auctionOf(bid('a', 2_000_000n), bid('b', 1_900_000n), bid('c', 2_100_000n));
    expect(auction.award(CLOSES - 1, anybody)).to.equal(null);
    const award = auction.award(CLOSES, anybody);
    expect(award?.bid).to.include({ node: 'b', price: 1_900_000n, placedAt: 1 });
    expect(award?.quote).to.deep.equal(
      quoteJob({ devices: 2, hours: 10, price: 1_900_000n, payment: 'usdc' }),
    );
  });

  it('prefers the more reliable node among equal bids, then the earlier', () => {
    const auction = auctionOf(bid('a', 5n), bid('b', 5n), bid('c', 5n));
    expect(auction.award(CLOSES, among({ a: 1, b: 2, c: 2 }))?.bid.node).to.equal('b');
    expect(auction.award(CLOSES, among({ a: 1, b: 1, c: 1 }))?.bid.node).to.equal('a');
  });

  it('counts a bid from when it was last lowered', () => {
    const auction = auctionOf(bid('a', 6n), bid('b', 5n));
    expect(auction.place(bid('a', 5n), 3)).to.equal(null);
    expect(auction.bids.map(({ node, price }) => [node, price])).to.deep.equal([
      ['b', 5n],
      ['a', 5n],
    ]);
    expect(auction.award(CLOSES, anybody)?.bid.node).to.equal('b');
  });

  it('passes over nodes that cannot serve, and those that did not deliver', () => {
    const auction = auctionOf(bid('a', 5n), bid('b', 6n), bid('c', 7n));
    const nodes = among({ b: 0, c: 9_000 });
    expect(auction.award(CLOSES, nodes)?.bid.node).to.equal('b');
    expect(auction.award(CLOSES, nodes, new Set(['b']))?.bid.node).to.equal('c');
    expect(auction.award(CLOSES, nodes, new Set(['b', 'c']))).to.equal(null);
  });

  it('refuses a bid that is late, not lower, not positive, or not firm for long enough', () => {
    const auction = auctionOf(bid('a', 5n));
    expect(auction.place(bid('b', 4n), CLOSES)).to.equal('closed');
    expect(auction.place(bid('a', 5n), 2)).to.equal('notLower');
    expect(auction.place(bid('a', 6n), 2)).to.equal('notLower');
    expect(auction.place(bid('b', 0n), 2)).to.equal('zeroPrice');
    expect(auction.place(bid('b', 4n, CLOSES + 119), 2)).to.equal('notFirmEnough');
    expect(auction.place(bid('b', 4n, CLOSES + 120), 2)).to.equal(null);
  });

  it('lets no node out of a bid before its time, and takes none that has lapsed', () => {
    const auction = auctionOf(bid('a', 5n), bid('b', 6n, CLOSES + 500));
    expect(auction.place(bid('a', 4n, CLOSES + 120), 3)).to.equal(null);
    expect(auction.bids.find(({ node }) => node === 'a')?.firmUntil).to.equal(FIRM);
    expect(auction.award(FIRM - 1, anybody)?.bid.node).to.equal('a');
    expect(auction.award(FIRM, anybody)?.bid.node).to.equal('b');
    expect(auction.award(CLOSES + 500, anybody)).to.equal(null);
  });

  it('awards nothing above the limit', () => {
    const { total } = quoteJob({ devices: 2, hours: 10, price: 5n, payment: 'usdc' });
    for (const [maxTotal, winner] of [
      [total, 'a'],
      [total - 1n, undefined],
    ] as const) {
      const auction = new ReverseAuction({ ...TERMS, order: { ...ORDER, maxTotal } });
      auction.place(bid('a', 5n), 0);
      expect(auction.award(CLOSES, anybody)?.bid.node).to.equal(winner);
    }
  });

  it('gives to the least of all bids, whatever came in whatever order', () => {
    const bids = fc.array(
      fc.record({
        node: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        price: fc.bigInt({ min: 1n, max: 6n }),
        reliability: fc.constantFrom(1, 2),
      }),
      { maxLength: 30 },
    );
    const reliabilities = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom(1, 2));
    fc.assert(
      fc.property(bids, reliabilities, (placed, nodes) => {
        const auction = new ReverseAuction(TERMS);
        placed.forEach(({ node, price }, at) => auction.place(bid(node, price), at));
        const winner = auction.award(CLOSES, among(nodes))?.bid;
        const able = placed
          .map((one, at) => ({ ...one, at }))
          .filter(({ node }) => nodes[node] !== undefined);
        if (winner === undefined) {
          expect(able).to.have.length(0);
          return;
        }
        const lowest = able.map(({ price }) => price).reduce((a, b) => (a < b ? a : b));
        expect(winner.price).to.equal(lowest);
        const rivals = able.filter(({ price }) => price === lowest);
        const most = Math.max(...rivals.map(({ node }) => nodes[node]!));
        const first = rivals.find(({ node }) => nodes[node] === most)!;
        expect([winner.node, winner.placedAt]).to.deep.equal([first.node, first.at]);
      }),
    );
  });
});
