import { pda } from '@ionet/sdk';
import type { Books } from '../books.js';
import type { Identity } from '../findings.js';

/** The fee vaults are the treasury's alone, and the auction sells no more than there is. */
export const feeVaults: Identity = {
  name: 'fee vaults',
  statement: "left of the hour's lot <= lot, and <= the vault of fees in USDC",
  check(books, verdict) {
    const { deployment, accounts } = books;
    const treasury = pda.treasury.treasury(deployment);
    const { ioMint, usdcMint } = deployment;
    const io = pda.treasury.feeVault(deployment, ioMint);
    const usdc = pda.treasury.feeVault(deployment, usdcMint);
    verdict.figure('fees in IO', verdict.vault(books, io, ioMint, treasury), 'io');
    const held = verdict.vault(books, usdc, usdcMint, treasury);
    verdict.figure('fees in USDC', held, 'usdc');
    const [auction] = accounts.treasury.auction;
    if (auction === undefined) return;
    verdict.looked();
    verdict.atMost(auction.address, "left of the hour's lot", auction.left, auction.lot);
    verdict.atLeast(usdc, "fee vault, by the hour's lot", held, auction.left);
  },
};

/** The receipts of the auction lead from total to total. */
export const receipts: Identity = {
  name: 'receipts',
  statement:
    'each receipt adds its fill to the totals of the one before; the last has the totals of the auction',
  check({ accounts }, verdict) {
    const [auction] = accounts.treasury.auction;
    const [ring] = accounts.treasury.receipts;
    if (auction === undefined || ring === undefined) return;
    const { address } = ring;
    verdict.equal(address, 'fills', ring.count, auction.fills);
    const kept = inOrder(ring);
    verdict.looked(kept.length);
    kept.forEach((receipt, index) => {
      const before = kept[index - 1] ?? (ring.count <= BigInt(kept.length) ? NOTHING : null);
      if (before === null) return;
      const what = `receipt ${(ring.count - BigInt(kept.length - index)).toString()}`;
      verdict.equal(address, `${what}: USDC sold`, receipt.usdcSold, before.usdcSold + receipt.usdc);
      verdict.equal(
        address,
        `${what}: IO burned`,
        receipt.totalIoBurned,
        before.totalIoBurned + receipt.ioBurned,
      );
    });
    const last = kept.at(-1) ?? NOTHING;
    verdict.equal(auction.address, 'USDC sold, by the last receipt', auction.usdcSold, last.usdcSold);
    verdict.equal(auction.address, 'IO burned, by the last receipt', auction.ioBurned, last.totalIoBurned);
    verdict.figure('sold', auction.usdcSold, 'usdc');
    verdict.figure('burned for it', auction.ioBurned, 'io');
  },
};

const NOTHING = { usdcSold: 0n, totalIoBurned: 0n } as const;

type Ring = Books['accounts']['treasury']['receipts'][number];

/** The receipts that are there, the oldest first. */
function inOrder({ count, receipts: places }: Ring): Ring['receipts'] {
  const size = BigInt(places.length);
  if (count <= size) return places.slice(0, Number(count));
  const next = Number(count % size);
  return [...places.slice(next), ...places.slice(0, next)];
}

/** A credit is the USDC behind it: an account that only the treasury moves, and only into the vaults of jobs. */
export const credits: Identity = {
  name: 'credits',
  statement: 'every account of credits holds USDC of which only the treasury can move any',
  check({ deployment, treasuryHoldings }, verdict) {
    const { ioMint, usdcMint } = deployment;
    const vaults = [ioMint, usdcMint].map((mint) => pda.treasury.feeVault(deployment, mint).toBase58());
    let backing = 0n;
    for (const holding of treasuryHoldings) {
      if (vaults.includes(holding.address.toBase58())) continue;
      verdict.looked();
      // Anybody may give the treasury tokens of any other mint: they are no credits.
      if (!holding.mint.equals(usdcMint)) continue;
      verdict.untouchable(holding);
      if (holding.frozen)
        verdict.refute(holding.address, 'credits', 'not frozen', 'frozen by the issuer of USDC');
      backing += holding.amount;
    }
    verdict.figure('credits, and the USDC behind them', backing, 'usdc');
  },
};
