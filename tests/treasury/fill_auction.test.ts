import { expect } from 'chai';
import { SystemProgram, type PublicKey } from '@solana/web3.js';
import {
  TOKEN_PROGRAM_ID,
  ArgumentError,
  MathError,
  eventOf,
  parsePrice,
  parseUsdc,
  pda,
  quoteFill,
  tokenAddress,
  treasury,
  type Client,
} from '@ionet/sdk';
import { TEST_PRICE, setMint, testKeypair, tokenBalance, tokenSupply } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import {
  ANY_IO,
  DAY,
  HOUR,
  WEEK,
  auctionOf,
  fillAsQuoted,
  quoteNow,
  setVault,
  toNextHour,
  usdcVault,
} from '../harness/auction.js';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { seeded } from '../harness/escrow.js';
import { useMarket } from '../harness/market.js';
import { REFUSED_PRICES } from '../harness/prices.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';
import { installStub } from '../harness/stub-program.js';
import { freeze } from '../harness/token-accounts.js';

/** 24 lots of 100 USDC. */
const VAULT = parseUsdc('2400');
const LOT = parseUsdc('100');

describe('treasury: fill_auction', () => {
  const test = useMarket();
  const filler = (): Client => test.market.buyer;
  const fill = (usdc: bigint, maxIo = ANY_IO, by = filler()) => by.treasury.fillAuction({ usdc, maxIo });
  const vault = () => tokenBalance(test.market.network, usdcVault(test.market));
  const receiptsOf = () =>
    test.market.anyone.accounts.treasury.receipts.fetch(pda.treasury.receipts(test.market.deployment));

  beforeEach(() => {
    setVault(test.market, VAULT);
    toNextHour(test.market);
  });

  it('burns IO and pays USDC, as quoted, with a receipt and running totals', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const before = await auctionOf(market);
    // 100 USDC at 2.50 for an IO are 40 IO; 105 % of it at the beginning of the hour.
    const supply = tokenSupply(network, deployment.ioMint);
    const event = await fillAsQuoted(market, filler(), LOT, TEST_PRICE);
    const io = 4_200_000_000n;
    expect(event).to.deep.equal({
      filler: filler().payer,
      usdc: LOT,
      ioBurned: io,
      askBps: 10_500n,
      price: 2_500_000n,
      reference: 2_500_000n,
      left: 0n,
      usdcSold: LOT,
      totalIoBurned: io,
      vaultBalance: VAULT - LOT,
      supplyAfter: supply - io,
      seq: 1n,
    });
    const now = network.now();
    expect(await auctionOf(market)).to.deep.equal({
      ...before,
      hour: now / BigInt(HOUR),
      lot: LOT,
      left: 0n,
      hourIo: io,
      reference: 2_500_000n,
      lastPrice: 2_500_000n,
      lastGoodAt: now,
      usdcSold: LOT,
      ioBurned: io,
      fills: 1n,
      seq: 1n,
    });
    const { count, receipts } = await receiptsOf();
    expect(count).to.equal(1n);
    expect(receipts[0]).to.deep.equal({
      filler: filler().payer,
      filledAt: now,
      usdc: LOT,
      ioBurned: io,
      askBps: 10_500n,
      price: 2_500_000n,
      reference: 2_500_000n,
      usdcSold: LOT,
      totalIoBurned: io,
    });
    const { ioBurned } = await market.anyone.accounts.treasury.treasury.fetch(
      pda.treasury.treasury(deployment),
    );
    expect(ioBurned, 'all that the treasury has burned').to.equal(io);
  });

  it('asks for less as the hour goes on, at every second what the quote says', async () => {
    const { market } = test;
    let asked = 2n ** 64n;
    for (const second of [0, 3, 4, 1_799, 1_800, 3_599]) {
      market.warpBy(BigInt(second) - (market.network.now() % BigInt(HOUR)) || 1n);
      const { ioBurned } = await fillAsQuoted(market, filler(), 1_000_003n, TEST_PRICE);
      expect(ioBurned <= asked).to.be.true;
      asked = ioBurned;
    }
  });

  it('counts from the low end of the confidence interval', async () => {
    const { market } = test;
    const price = { price: 234_567_891n, conf: 1_234_567n, exponent: -8 };
    market.setPrice(price);
    const { ioBurned, price: seen } = await fillAsQuoted(market, filler(), LOT, price);
    const low = price.price - price.conf;
    expect(ioBurned).to.equal((LOT * 10n ** 10n * 10_500n + low * 10_000n - 1n) / (low * 10_000n));
    expect(seen).to.equal(low / 100n);
  });

  it('sells the lot in parts, to anybody, and not a unit more', async () => {
    const { market } = test;
    const other = market.actor('another filler');
    await market.fund(other.payer, { io: 10n ** 12n });
    await fillAsQuoted(market, filler(), 30_000_001n, TEST_PRICE);
    await fillAsQuoted(market, other, 69_999_998n, TEST_PRICE);
    expect((await auctionOf(market)).left).to.equal(1n);
    await expectRefused(market, () => fill(2n), 'treasury', 'LotExceeded');
    await fillAsQuoted(market, filler(), 1n, TEST_PRICE);
    await expectRefused(market, () => fill(1n), 'treasury', 'LotExceeded');
    const { usdcSold, fills } = await auctionOf(market);
    expect({ usdcSold, fills }).to.deep.equal({ usdcSold: LOT, fills: 3n });
  });

  it('burns for a single unit of USDC what rounds up', async () => {
    // 42 units at 2.50 USD and 105 %.
    expect((await fillAsQuoted(test.market, filler(), 1n, TEST_PRICE)).ioBurned).to.equal(42n);
  });

  it('sells all of a vault that holds less than a dollar', async () => {
    const { market } = test;
    setVault(market, 999_999n);
    await expectRefused(market, () => fill(1_000_000n), 'treasury', 'LotExceeded');
    await fillAsQuoted(market, filler(), 999_999n, TEST_PRICE);
    expect(vault()).to.equal(0n);
    toNextHour(market);
    await expectRefused(market, () => fill(1n), 'treasury', 'LotExceeded');
  });

  it('opens a lot at the first touch of an hour; what comes in later is for the next', async () => {
    const { market } = test;
    await fill(1n);
    setVault(market, 10n * VAULT);
    await expectRefused(market, () => fill(LOT), 'treasury', 'LotExceeded');
    toNextHour(market);
    await fillAsQuoted(market, filler(), 10n * LOT, TEST_PRICE);
  });

  it('returns what is not sold to the vault: missed hours do not add up', async () => {
    const { market } = test;
    await fill(LOT / 4n);
    market.warpBy(72 * HOUR);
    const rest = (VAULT - LOT / 4n) / 24n;
    await expectRefused(market, () => fill(rest + 1n), 'treasury', 'LotExceeded');
    await fillAsQuoted(market, filler(), rest, TEST_PRICE);
  });

  it('at the border of an hour sells by the hour in which it lands', async () => {
    const { market } = test;
    market.warpBy(HOUR - 1);
    const { io, askBps } = await quoteNow(market, LOT, TEST_PRICE);
    expect(askBps).to.equal(9_501n);
    // The last second of the hour, and the first of the next, where more is asked than this filler gives.
    market.warpBy(1);
    await expectRefused(market, () => fill(LOT, io), 'treasury', 'IoAboveMaximum');
    await fillAsQuoted(market, filler(), LOT, TEST_PRICE);
  });

  it('takes two of one transaction from one lot', async () => {
    const { market } = test;
    const call = (usdc: bigint) => treasury.fillAuction.call(filler(), { usdc, maxIo: ANY_IO });
    const both = () => filler().send([call(LOT / 2n), call(LOT / 2n + 1n)]);
    await expectRefused(market, both, 'treasury', 'LotExceeded');
    await filler().send([call(LOT / 2n), call(LOT / 2n)]);
    expect((await auctionOf(market)).left).to.equal(0n);
  });

  it('burns at most what the filler named', async () => {
    const { market } = test;
    const { io } = await quoteNow(market, LOT, TEST_PRICE);
    await expectRefused(market, () => fill(LOT, io - 1n), 'treasury', 'IoAboveMaximum');
    await fill(LOT, io);
  });

  it('refuses to sell nothing', async () => {
    await expectRefused(test.market, () => fill(0n), 'treasury', 'ZeroAmount');
  });

  it('keeps the latest 64 receipts, each with the totals up to it', async () => {
    const { market } = test;
    for (let index = 0; index < 66; index += 1) await fill(BigInt(index + 1));
    const { count, receipts } = await receiptsOf();
    expect(count).to.equal(66n);
    expect(receipts.slice(0, 3).map(({ usdc }) => usdc)).to.deep.equal([65n, 66n, 3n]);
    for (const [place, receipt] of receipts.entries()) {
      const number = BigInt(place < 2 ? place + 64 : place);
      expect(receipt.usdcSold, `fill ${number}`).to.equal(((number + 1n) * (number + 2n)) / 2n);
    }
    expect((await auctionOf(market)).ioBurned).to.equal(receipts[1]!.totalIoBurned);
  }).timeout(20_000);

  it('never pays out what orders have in their vaults, whatever strangers give', async () => {
    const { market, offer } = test;
    const order = { offer, devices: 1, hours: 1, payment: 'usdc', maxTotal: parseUsdc('10') } as const;
    const { accounts } = await market.buyer.escrow.bookJob(order);
    const held = tokenBalance(market.network, accounts.jobVault);
    setVault(market, VAULT + 5n * LOT);
    await fillAsQuoted(market, filler(), (VAULT + 5n * LOT) / 24n, TEST_PRICE);
    expect(tokenBalance(market.network, accounts.jobVault)).to.equal(held);
  });

  describe('with a price that is not valid', () => {
    for (const { title, error, set } of REFUSED_PRICES) {
      it(`${title}: fails closed for a day after the last good one`, async () => {
        const { market } = test;
        await fill(1n);
        set(market);
        await expectRefused(market, () => fill(1n), 'treasury', error);
        // A second before the day is over.
        market.network.warpBy(DAY - 1);
        set(market);
        await expectRefused(market, () => fill(1n), 'treasury', error);
        market.network.warpBy(1);
        set(market);
        await fill(1n);
      });
    }

    it('fails for ever where none was ever seen', async () => {
      const { market } = test;
      market.setPrice({ price: -1n });
      for (const seconds of [1, DAY, 100 * WEEK]) {
        market.network.warpBy(seconds);
        market.setPrice({ price: -1n });
        await expectRefused(market, () => fill(1n), 'treasury', 'PriceNotPositive');
      }
    });

    it('cannot be put in the place of a good one by whoever fills', async () => {
      const { market } = test;
      const { deployment, network } = market;
      await fill(1n);
      network.warpBy(2 * DAY);
      // The treasury's account holds a good price again; the filler would rather have the reference.
      market.setPrice({ price: 125_000_000n });
      const call = treasury.fillAuction.call(filler(), { usdc: LOT, maxIo: ANY_IO });
      const stale = testKeypair('a stale update').publicKey;
      network.setAccount({ address: stale, owner: SystemProgram.programId, data: new Uint8Array(134) });
      for (const other of [stale, deployment.programs.treasury, market.anyone.payer]) {
        const forged = replaceAccount(call, deployment.priceAccount, other);
        await expectRefused(market, () => filler().send(forged), 'treasury', 'WrongPriceAccount');
      }
      await fillAsQuoted(market, filler(), LOT / 2n, { ...TEST_PRICE, price: 125_000_000n });
    });

    it('is put off by anyone who lets the auction see a good one', async () => {
      const { market } = test;
      await fill(1n);
      market.warpBy(DAY - 10);
      await market.anyone.treasury.observePrice();
      market.network.warpBy(DAY - 1);
      await expectRefused(market, () => fill(1n), 'treasury', 'PriceStale');
      market.network.warpBy(1);
      await fill(1n);
    });
  });

  describe('with a price account that is dead', () => {
    /** Sells at 2.50 for the last time, and lets so many seconds pass. */
    const dieFor = async (seconds: number): Promise<void> => {
      await fill(1n);
      test.market.network.warpBy(seconds);
    };

    for (const [title, seconds, least, most] of [
      ['24 hours', DAY, 2_500_000n, 2_500_000n],
      ['25 hours', DAY + HOUR, 2_525_000n, 2_525_000n],
      ['4 days and an hour', 4 * DAY + HOUR, 5_000_000n, 5_000_000n],
      ['8 days', 8 * DAY, 6_348_000n, 6_413_000n],
      ['3 months', 13 * WEEK - HOUR, 2_500_000n << 13n, 2_500_000n << 13n],
      ['2 years', 104 * WEEK, 10n ** 15n, 10n ** 15n],
    ] as const) {
      it(`for ${title} takes the carried reference, within its bounds, in bounded compute units`, async () => {
        const { market } = test;
        await dieFor(seconds);
        const event = await fillAsQuoted(market, filler(), LOT / 2n);
        expect(event.price, 'no price was seen').to.equal(0n);
        expect(event.reference >= least && event.reference <= most, String(event.reference)).to.be.true;
        const { lastPrice } = await auctionOf(market);
        expect(lastPrice).to.equal(2_500_000n);
        expect(market.network.lastUnitsConsumed < 60_000n, String(market.network.lastUnitsConsumed)).to.be
          .true;
        const { receipts } = await receiptsOf();
        expect(receipts[1]).to.deep.include({ price: 0n, reference: event.reference });
      });
    }

    it('walks the longest way in bounded compute units: from the lowest reference to the highest', async () => {
      const { market } = test;
      await dieFor(DAY);
      await fill(1n);
      // An auction whose fills have pushed the reference down as far as it goes.
      const address = pda.treasury.auction(market.deployment);
      await changeAccount(market, 'treasury', 'auction', address, { reference: 1n, lastPrice: 10n ** 14n });
      market.network.warpBy(4_000 * HOUR);
      await fill(1n);
      expect((await auctionOf(market)).reference).to.equal(10n ** 15n);
      expect(market.network.lastUnitsConsumed < 200_000n, String(market.network.lastUnitsConsumed)).to.be
        .true;
    });

    it('follows what fillers pay once they take half of a lot', async () => {
      const { market } = test;
      await dieFor(DAY);
      toNextHour(market, 1_800, market.network);
      const first = await fillAsQuoted(market, filler(), (VAULT - 1n) / 48n + 1n);
      expect(first.reference).to.equal(2_525_000n);
      toNextHour(market, 900, market.network);
      // Sold at 100 % of the reference: there it stays, rounded down.
      const second = await fillAsQuoted(market, filler(), 1n);
      expect(second.reference).to.equal(2_524_999n);
      toNextHour(market, 0, market.network);
      // Less than half: it rises.
      expect((await fillAsQuoted(market, filler(), 1n)).reference).to.equal(2_550_249n);
    });

    it('takes the price again as soon as it is good', async () => {
      const { market } = test;
      await dieFor(9 * DAY);
      await fill(1n);
      expect((await auctionOf(market)).reference > 5_000_000n).to.be.true;
      market.setPrice({ price: 200_000_000n });
      await fillAsQuoted(market, filler(), LOT / 2n, { ...TEST_PRICE, price: 200_000_000n });
      const { reference, lastPrice } = await auctionOf(market);
      expect({ reference, lastPrice }).to.deep.equal({ reference: 2_000_000n, lastPrice: 2_000_000n });
    });

    it('has the same reference whoever touched it, and when', async () => {
      const { market } = test;
      const random = seeded(0xa0c7n);
      await dieFor(DAY);
      const start = market.snapshot();
      const span = 400n * BigInt(HOUR);
      const end = market.network.now() + span;
      const references = new Set<bigint>();
      for (let run = 0; run < 4; run += 1) {
        market.restore(start);
        for (let visit = 0; visit < 3 * run; visit += 1) {
          const now = market.network.now();
          market.network.warpTo(now + random(1n, (end - now) / 8n));
          await fill(1n);
        }
        market.network.warpTo(end);
        references.add((await fillAsQuoted(market, filler(), 5n)).reference);
      }
      expect(references.size).to.equal(1);
    });
  });

  describe('refuses', () => {
    const call = (usdc = LOT) => treasury.fillAuction.call(filler(), { usdc, maxIo: ANY_IO });
    const sendWith = (accounts: Parameters<typeof withAccounts<never, 'treasury', 'fillAuction'>>[3]) =>
      filler().send(withAccounts(call(), 'treasury', 'fillAuction', accounts));

    it('to burn the IO of another, or of nobody who signs', async () => {
      const { market } = test;
      const { deployment } = market;
      const fillerIoAccount = tokenAddress(deployment.ioMint, market.owner.payer);
      await expectRefused(market, () => sendWith({ fillerIoAccount }), 'token', 'OwnerMismatch');
      const unsigned = withoutSignature(call(), filler().payer);
      await expectRefused(market, () => market.anyone.send(unsigned), 'treasury', 'AccountNotSigner');
    });

    it('IO of another mint, and USDC of another', async () => {
      const { market } = test;
      const { deployment, network } = market;
      const ioMint = testKeypair('worthless mint').publicKey;
      setMint(network, { address: ioMint, decimals: 8, mintAuthority: market.anyone.payer });
      await expectRefused(market, () => sendWith({ ioMint }), 'treasury', 'WrongIoMint');
      const usdc = tokenAddress(deployment.usdcMint, filler().payer);
      const io = tokenAddress(deployment.ioMint, filler().payer);
      for (const accounts of [{ fillerIoAccount: usdc }, { destination: io }] as const) {
        const swapped =
          'destination' in accounts
            ? { destination: tokenAddress(deployment.ioMint, market.owner.payer) }
            : accounts;
        await market.fund(market.owner.payer, {});
        const act = () =>
          sendWith(
            'fillerIoAccount' in swapped
              ? { ...swapped, destination: tokenAddress(deployment.usdcMint, market.owner.payer) }
              : swapped,
          );
        await expectRefused(market, act, 'treasury', 'WrongFillerTokenAccount');
      }
      expect(tokenBalance(network, io) > 0n).to.be.true;
    });

    it('to pay into the vault that it pays from', async () => {
      const { market } = test;
      const act = () => sendWith({ destination: usdcVault(market) });
      await expectRefused(market, act, 'treasury', 'ConstraintDuplicateMutableAccount');
    });

    it('to pay from anything but the fee vault of USDC', async () => {
      const { market, node } = test;
      const { deployment } = market;
      await market.buyer.treasury.buyCredits({ amount: LOT });
      const others: PublicKey[] = [
        pda.treasury.credits(deployment, market.buyer.payer),
        pda.treasury.feeVault(deployment, deployment.ioMint),
        pda.staking.stakeVault(deployment, node),
      ];
      for (const usdcFeeVault of others) {
        await expectRefused(market, () => sendWith({ usdcFeeVault }), 'treasury', 'ConstraintSeeds');
      }
    });

    it('a token program of the caller’s', async () => {
      const { market } = test;
      const own = testKeypair('his own program').publicKey;
      installStub(market.network, own);
      await expectRefused(market, () => sendWith({ tokenProgram: own }), 'treasury', 'InvalidProgramId');
    });

    it('to count a burn and a payment that did not happen', async () => {
      const { market } = test;
      installStub(market.network, TOKEN_PROGRAM_ID);
      await expectRefused(market, () => fill(LOT), 'treasury', 'BurnMismatch');
    });

    it('a filler with too little IO, and a destination that is frozen', async () => {
      const { market } = test;
      const poor = market.actor('poor filler');
      await market.fund(poor.payer, { io: 5n });
      await expectRefused(market, () => fill(LOT, ANY_IO, poor), 'token', 'InsufficientFunds');
      await freeze(market, tokenAddress(market.deployment.usdcMint, filler().payer));
      await expectRefused(market, () => fill(LOT), 'token', 'AccountFrozen');
    });

    it('a fill whose IO leaves 64 bits', async () => {
      const { market } = test;
      market.setPrice({ price: 1n, exponent: -12 });
      await expectRefused(market, () => fill(LOT), 'treasury', 'AmountOverflow');
    });
  });

  describe('quoted by the SDK', () => {
    it('needs a price, until none was seen for a day', async () => {
      const { market } = test;
      await fill(1n);
      const auction = await auctionOf(market);
      const now = market.network.now();
      const args = { auction, vault: VAULT, usdc: 1n };
      expect(() => quoteFill({ ...args, now })).to.throw(ArgumentError, /price/);
      expect(() => quoteFill({ ...args, now: 1.5 })).to.throw(ArgumentError, /whole/);
      expect(quoteFill({ ...args, now: now + BigInt(DAY) }).io > 0n).to.be.true;
    });

    it('says how much is left where that is less', async () => {
      const { market } = test;
      const auction = await auctionOf(market);
      const args = { auction, vault: VAULT, now: Number(market.network.now()), price: parsePrice('2.5') };
      expect(() => quoteFill({ ...args, usdc: LOT + 1n })).to.throw(MathError, /only 100000000 is left/);
      expect(quoteFill({ ...args, usdc: LOT }).io).to.equal(4_200_000_000n);
    });
  });

  it('conserves everything over random hours, prices, silences and fills', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const random = seeded(0xf111n);
    const before = { supply: tokenSupply(network, deployment.ioMint), vault: vault() };
    let [sold, burned, price] = [0n, 0n, 250_000_000n];
    for (let step = 0; step < 150; step += 1) {
      const kind = random(0n, 9n);
      if (kind < 2n) network.warpBy(random(1n, 5n) * BigInt(HOUR));
      else if (kind < 3n) network.warpBy(random(1n, 20n) * BigInt(DAY));
      else network.warpBy(random(1n, 900n));
      const good = random(0n, 2n) > 0n;
      if (good) {
        price = (price * random(90n, 110n)) / 100n;
        market.setPrice({ price });
      } else {
        market.setPrice({ price, publishTime: network.now() - 61n });
      }
      const auction = await auctionOf(market);
      const args = {
        auction,
        vault: vault(),
        now: network.now(),
        ...(good ? { price: { ...TEST_PRICE, price } } : {}),
      };
      const usdc = random(1n, LOT / 20n);
      let quoted: bigint | undefined;
      try {
        quoted = quoteFill({ ...args, usdc }).io;
      } catch (error) {
        if (!(error instanceof ArgumentError || error instanceof MathError)) throw error;
      }
      if (quoted === undefined) {
        const refusal = await fill(usdc).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(refusal, `step ${step}: what cannot be quoted cannot be filled`).to.be.instanceOf(Error);
        continue;
      }
      const { events } = await fill(usdc, quoted);
      expect(eventOf(events, 'treasury', 'feesSold').ioBurned, `step ${step}`).to.equal(quoted);
      sold += usdc;
      burned += quoted;
    }
    const { usdcSold, ioBurned } = await auctionOf(market);
    expect({ usdcSold, ioBurned }).to.deep.equal({ usdcSold: sold, ioBurned: burned });
    expect(vault()).to.equal(before.vault - sold);
    expect(tokenSupply(network, deployment.ioMint)).to.equal(before.supply - burned);
    expect(sold > LOT).to.be.true;
  }).timeout(20_000);
});
