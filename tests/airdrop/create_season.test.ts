import { PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  airdrop,
  createTokenAccountInstruction,
  decodeTokenAccount,
  eventOf,
  pda,
  tokenAddress,
  type ErrorName,
} from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { DAY, inVault, leavesOf, settingsOf, type SeasonSettings } from '../harness/airdrop.js';
import { changeData, replaceAccount } from '../harness/calls.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const YEAR = 365 * DAY;

describe('airdrop: create_season', () => {
  const test = useMarket();
  const leaves = leavesOf(5);
  const config = () => pda.airdrop.config(test.market.deployment);
  let settings: SeasonSettings;

  beforeEach(async () => {
    const { market } = test;
    settings = settingsOf(market, 1, leaves);
    await market.fund(market.admin.payer, { io: 10n ** 13n });
  });

  const create = (change: Partial<SeasonSettings> = {}, client = test.market.admin) =>
    client.airdrop.createSeason({ ...settings, ...change });
  const refused = (change: Partial<SeasonSettings>, name: ErrorName<'airdrop'>) =>
    expectRefused(test.market, () => create(change), 'airdrop', name);

  it('creates the season and moves all its IO into its vault at once', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const before = market.balances(market.admin.payer).io;
    const { accounts, events } = await create();
    const { season, seasonVault } = accounts;
    const { name, ...stored } = settings;
    expect(await market.anyone.accounts.airdrop.season.fetch(season)).to.deep.include({
      ...stored,
      name: Uint8Array.from([...Buffer.from(name), ...new Uint8Array(32 - name.length)]),
      version: 1,
      state: 'open',
      ioMint: deployment.ioMint,
      vault: seasonVault,
      rentPayer: market.admin.payer,
      claimed: 0n,
      claims: 0,
      openShards: 0,
      seq: 1n,
    });
    const { data } = network.getAccount(seasonVault)!;
    expect(decodeTokenAccount(data)).to.deep.equal({
      mint: deployment.ioMint,
      owner: season,
      amount: settings.amount,
      frozen: false,
      delegate: null,
      closeAuthority: null,
    });
    // No delegate (at 72), nor anyone who may close the account (at 129).
    expect([data[72], data[129]]).to.deep.equal([0, 0]);
    expect(market.balances(market.admin.payer).io).to.equal(before - settings.amount);
    const { usedIds, seq } = await market.anyone.accounts.airdrop.airdropConfig.fetch(config());
    expect(usedIds).to.deep.equal(Uint8Array.of(0b10, ...new Uint8Array(127)));
    expect(seq).to.equal(1n);
    const { name: _name, ...said } = settings;
    expect(eventOf(events, 'airdrop', 'seasonCreated')).to.deep.equal({
      season,
      ...said,
      fundingAccount: tokenAddress(deployment.ioMint, market.admin.payer),
      vaultBalance: settings.amount,
      seq: 1n,
    });
  });

  it('takes the IO from a named allocation account, whose owner signs', async () => {
    const { market } = test;
    const allocation = testKeypair('allocation');
    await market.fund(allocation.publicKey, { io: settings.amount });
    const { accounts } = await create({ funder: allocation });
    expect(market.balances(allocation.publicKey).io).to.equal(0n);
    expect(inVault(market, { vault: accounts.seasonVault })).to.equal(settings.amount);
    expect(market.balances(market.admin.payer).io).to.equal(10n ** 13n);
  });

  it('takes ids in any order, and none twice', async () => {
    const { market } = test;
    await create();
    await expectRefused(market, () => create(), 'system', 'AccountAlreadyInUse');
    for (const id of [1_023, 0, 7]) await create({ id });
    for (const id of [1_024, 2 ** 32 - 1]) await refused({ id }, 'SeasonIdOutOfRange');
    // Not even when the account of a season is gone.
    const { season } = airdrop.createSeason.call(market.admin, settings).accounts;
    const gone = { owner: SystemProgram.programId, data: new Uint8Array(0), lamports: 0n };
    market.network.setAccount({ address: season, ...gone });
    market.network.setAccount({ address: pda.airdrop.seasonVault(market.deployment, season), ...gone });
    await expectRefused(market, () => create(), 'airdrop', 'SeasonIdUsed');
  });

  it('refuses everyone but the admin, so that nobody takes the address of a season first', async () => {
    const { market } = test;
    const attacker = market.actor('attacker');
    await market.fund(attacker.payer, { io: settings.amount });
    await expectRefused(market, () => create({}, attacker), 'airdrop', 'NotAdmin');
    await create();
  });

  it('is not held up by lamports sent ahead, nor by token accounts that strangers create', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const clean = market.snapshot();
    const season = pda.airdrop.season(deployment, 1);
    const vault = pda.airdrop.seasonVault(deployment, season);
    for (const lamports of [1_000_000n, 5_000_000_000n]) {
      market.restore(clean);
      for (const address of [season, vault]) network.airdrop(address, lamports);
      // The associated token account of the season is nothing that the program uses.
      await market.anyone.send({
        instructions: [createTokenAccountInstruction(market.anyone.payer, deployment.ioMint, season)],
        signers: [],
        accounts: {},
      });
      await create();
      expect(inVault(market, { vault })).to.equal(settings.amount);
      expect(tokenBalance(network, tokenAddress(deployment.ioMint, season))).to.equal(0n);
      for (const address of [season, vault]) {
        const { data, lamports: held } = network.getAccount(address)!;
        expect(held >= network.rentFor(data.length)).to.be.true;
      }
    }
  });

  it('refuses a season of nothing', async () => {
    await refused({ amount: 0n }, 'EmptySeason');
    await refused({ totalPoints: 0n }, 'EmptySeason');
    await refused({ leaves: 0 }, 'EmptySeason');
    await refused({ root: new Uint8Array(32) }, 'EmptySeason');
  });

  it('takes up to 2^20 leaves', async () => {
    await refused({ leaves: 2 ** 20 + 1 }, 'TooManyLeaves');
    await refused({ leaves: 2 ** 32 - 1 }, 'TooManyLeaves');
    await create({ leaves: 2 ** 20, totalPoints: 2n ** 128n - 1n });
  });

  it('refuses names that are no text', async () => {
    const { market } = test;
    const call = airdrop.createSeason.call(market.admin, settings);
    const nameAt = 8 + 4 + 1;
    for (const bytes of [[], [0, 65], [65, 0, 66], [0xff, 0xfe], [0xc3]]) {
      const forged = changeData(call, (data) => {
        data.fill(0, nameAt, nameAt + 32);
        data.set(bytes, nameAt);
        return data;
      });
      await expectRefused(market, () => market.admin.send(forged), 'airdrop', 'InvalidSeasonName');
    }
    await create({ name: 'ä'.repeat(16) });
  });

  it('starts now or within a year, and stays open from a day to ten years', async () => {
    const now = test.market.network.now();
    const from = (lead: number, window: number) => ({
      startsAt: now + BigInt(lead),
      endsAt: now + BigInt(lead + window),
    });
    for (const [lead, window] of [
      [-1, YEAR],
      [YEAR + 1, YEAR],
      [0, DAY - 1],
      [0, 10 * YEAR + 1],
      [DAY, -DAY],
    ] as const) {
      await refused(from(lead, window), 'WindowOutOfRange');
    }
    await refused({ startsAt: -(2n ** 63n), endsAt: 2n ** 63n - 1n }, 'WindowOutOfRange');
    await create({ id: 1, ...from(0, DAY) });
    await create({ id: 2, ...from(YEAR, 10 * YEAR) });
  });

  it('refuses the default key as refund wallet', async () => {
    await refused({ refundWallet: PublicKey.default }, 'InvalidRefundWallet');
  });

  it('refuses a funding account of another mint or another owner', async () => {
    const { market } = test;
    const { deployment } = market;
    const usdc = tokenAddress(deployment.usdcMint, market.admin.payer);
    await market.fund(market.admin.payer, { usdc: 10n ** 12n });
    const buyers = tokenAddress(deployment.ioMint, market.buyer.payer);
    for (const fundingAccount of [usdc, buyers]) await refused({ fundingAccount }, 'WrongFundingAccount');
  });

  it('refuses another mint, and less IO than the season promises', async () => {
    const { market } = test;
    const { deployment } = market;
    const call = airdrop.createSeason.call(market.admin, settings);
    const forged = replaceAccount(call, deployment.ioMint, deployment.usdcMint);
    await expectRefused(market, () => market.admin.send(forged), 'airdrop', 'WrongIoMint');
    const amount = market.balances(market.admin.payer).io + 1n;
    await expectRefused(market, () => create({ amount }), 'token', 'InsufficientFunds');
  });

  refusesUnsafeAuthority('airdrop', () => {
    const { market } = test;
    // The funding account is somebody else's, so that the admin's signature has one meaning.
    const funder = testKeypair('owner');
    const call = airdrop.createSeason.call(market.admin, { ...settings, funder });
    return { market, client: market.admin, call };
  });
});
