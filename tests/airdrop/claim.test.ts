import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  TOKEN_PROGRAM_ID,
  airdrop,
  createTokenAccountInstruction,
  decodeTokenAccount,
  eventOf,
  findTokenAddress,
  pda,
  tokenAddress,
} from '@ionet/sdk';
import { changeTokenAccount, testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import {
  DAY,
  WINDOW,
  claimant,
  createSeason,
  createSparseSeason,
  inVault,
  leavesOf,
  paidClaims,
  type TestSeason,
} from '../harness/airdrop.js';
import { changeData, changeLast } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { installProxy, throughProxy } from '../harness/proxy-program.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';
import { handOver } from '../harness/token-accounts.js';

const U64_MAX = 2n ** 64n - 1n;

describe('airdrop: claim', () => {
  const test = useMarket();
  const leaves = leavesOf(11);
  let season: TestSeason;

  beforeEach(async () => {
    season = await createSeason(test.market, leaves);
  });

  const accountOf = (index: number) => tokenAddress(test.market.deployment.ioMint, claimant(index).publicKey);
  const received = (index: number) => tokenBalance(test.market.network, accountOf(index));
  const claim = (index: number, client = test.market.anyone) => client.airdrop.claim(season.claim(index));

  it('pays the wallet of the leaf, whoever calls, and creates its token account', async () => {
    const { market } = test;
    const { amount, wallet } = leaves[4]!;
    const before = await market.anyone.accounts.airdrop.season.fetch(season.address);
    expect(market.network.getAccount(accountOf(4))).to.equal(null);
    const { accounts, events } = await claim(4);
    expect(accounts.tokenAccount).to.deep.equal(accountOf(4));
    expect(received(4)).to.equal(amount);
    expect(inVault(market, season)).to.equal(season.settings.amount - amount);
    expect(paidClaims(market, season.address)).to.deep.equal([4]);
    const after = await market.anyone.accounts.airdrop.season.fetch(season.address);
    expect(after).to.deep.equal({ ...before, claimed: amount, claims: 1, seq: before.seq + 1n });
    expect(eventOf(events, 'airdrop', 'claimed')).to.deep.equal({
      season: season.address,
      index: 4,
      wallet,
      tokenAccount: accountOf(4),
      amount,
      claimed: amount,
      vaultBalance: season.settings.amount - amount,
      seq: after.seq,
    });
  });

  it('pays every leaf in any order, and each once', async () => {
    const { market } = test;
    const order = [10, 0, 7, 3, 9, 1, 8, 2, 5, 6, 4];
    for (const index of order) await claim(index);
    for (const { index, amount } of leaves) {
      expect(received(index)).to.equal(amount);
      await expectRefused(market, () => claim(index), 'airdrop', 'AlreadyClaimed');
    }
    expect(paidClaims(market, season.address)).to.deep.equal(leaves.map(({ index }) => index));
    // What the conversion left over stays in the season.
    expect(inVault(market, season)).to.equal(7n);
  });

  it('does not create a token account that exists', async () => {
    const { market } = test;
    await market.fund(claimant(2).publicKey, { io: 5n });
    await claim(2);
    const { instructions } = airdrop.claim.call(market.anyone, {
      ...season.claim(2),
      createTokenAccount: false,
    });
    expect(instructions).to.have.length(1);
    expect(received(2)).to.equal(5n + leaves[2]!.amount);
  });

  it('pays the wallet of the leaf, wherever the caller would like it', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    const call = airdrop.claim.call(market.anyone, season.claim(1));
    await market.fund(market.buyer.payer, {});
    await market.fund(claimant(3).publicKey, {});
    for (const tokenAccount of [
      tokenAddress(ioMint, market.buyer.payer),
      tokenAddress(ioMint, claimant(3).publicKey),
      season.vault,
    ]) {
      const forged = withAccounts(call, 'airdrop', 'claim', { tokenAccount });
      await expectRefused(market, () => market.anyone.send(forged), 'airdrop', 'WrongTokenAccount');
    }
    // With a wallet of his own beside it, the leaf is another one.
    const own = withAccounts(call, 'airdrop', 'claim', {
      wallet: market.anyone.payer,
      tokenAccount: tokenAddress(ioMint, market.anyone.payer),
    });
    await market.fund(market.anyone.payer, {});
    await expectRefused(market, () => market.anyone.send(own), 'airdrop', 'InvalidProof');
  });

  it('says that the token account is missing, and refuses what is none', async () => {
    const { market } = test;
    const call = airdrop.claim.call(market.anyone, { ...season.claim(1), createTokenAccount: false });
    const { message } = await expectRefused(
      market,
      () => market.anyone.send(call),
      'airdrop',
      'TokenAccountMissing',
    );
    expect(message).to.contain('create');
    // Whatever the token program owns there: too short, a mint, or a multisig that names the wallet.
    const wallet = claimant(1).publicKey.toBytes();
    for (const size of [0, 10, 82, 164, 166, 355]) {
      const data = Buffer.alloc(size, 1);
      if (size >= 64) data.set(wallet, 32);
      market.network.setAccount({ address: accountOf(1), owner: TOKEN_PROGRAM_ID, data });
      await expectRefused(market, () => market.anyone.send(call), 'airdrop', 'WrongTokenAccount');
    }
    const data = Buffer.alloc(165);
    data.set(wallet, 32);
    market.network.setAccount({ address: accountOf(1), owner: TOKEN_PROGRAM_ID, data });
    market.network.setAccount({ address: accountOf(1), owner: market.deployment.programs.staking, data });
    await expectRefused(market, () => market.anyone.send(call), 'airdrop', 'WrongTokenAccount');
  });

  it('pays another account of the wallet’s own only if the wallet signs', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    const wallet = claimant(1);
    await market.fund(market.buyer.payer, {});
    const second = tokenAddress(ioMint, market.buyer.payer);
    await handOver(market, second, testKeypair('buyer'), wallet.publicKey);
    const before = tokenBalance(market.network, second);
    const unsigned = withAccounts(airdrop.claim.call(market.anyone, season.claim(1)), 'airdrop', 'claim', {
      tokenAccount: second,
    });
    await expectRefused(market, () => market.anyone.send(unsigned), 'airdrop', 'WalletMustSign');
    await market.anyone.airdrop.claim({ ...season.claim(1), wallet, tokenAccount: second });
    expect(tokenBalance(market.network, second)).to.equal(before + leaves[1]!.amount);
    expect(received(1)).to.equal(0n);
  });

  it('refuses an associated account that was handed to somebody else, and lets the wallet name another', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    const wallet = claimant(1);
    await market.fund(wallet.publicKey, {});
    await market.fund(market.anyone.payer, {});
    await handOver(market, accountOf(1), wallet, market.buyer.payer);
    await expectRefused(market, () => claim(1), 'airdrop', 'WrongTokenAccount');
    // Signing does not help to be paid into what is no longer his.
    const signed = { ...season.claim(1), wallet, createTokenAccount: false };
    const call = airdrop.claim.call(market.network.client(wallet), signed);
    await expectRefused(market, () => market.anyone.send(call), 'airdrop', 'WrongTokenAccount');
    const second = tokenAddress(ioMint, market.anyone.payer);
    await handOver(market, second, testKeypair('anyone'), wallet.publicKey);
    await market.anyone.airdrop.claim({ ...signed, tokenAccount: second });
    expect(tokenBalance(market.network, second)).to.equal(leaves[1]!.amount);
  });

  it('takes no other bump than that of the associated address', async () => {
    const { market } = test;
    const [, right] = findTokenAddress(market.deployment.ioMint, claimant(1).publicKey);
    const call = airdrop.claim.call(market.anyone, season.claim(1));
    const bumpAt = 8 + 4 + 8;
    for (let bump = 255; bump >= 240; bump -= 1) {
      if (bump === right) continue;
      const forged = changeData(call, (data) => {
        expect(data[bumpAt]).to.equal(right);
        data[bumpAt] = bump;
        return data;
      });
      await expectRefused(market, () => market.anyone.send(forged), 'airdrop', 'WalletMustSign');
    }
  });

  it('pays a wallet that is an address of a program, which cannot sign', async () => {
    const { market } = test;
    const [wallet] = PublicKey.findProgramAddressSync(
      [Buffer.from('multisig')],
      market.deployment.programs.escrow,
    );
    season = await createSeason(market, [{ index: 0, wallet, amount: 5n }]);
    await claim(0);
    expect(tokenBalance(market.network, tokenAddress(market.deployment.ioMint, wallet))).to.equal(5n);
  });

  it('pays from the first second of the window to the last', async () => {
    const { market } = test;
    const startsAt = market.network.now() + BigInt(DAY);
    season = await createSeason(market, leaves, { startsAt, endsAt: startsAt + BigInt(WINDOW) });
    await expectRefused(market, () => claim(0), 'airdrop', 'SeasonNotStarted');
    market.warpBy(DAY - 1);
    await expectRefused(market, () => claim(0), 'airdrop', 'SeasonNotStarted');
    market.warpBy(1);
    await claim(0);
    market.warpBy(WINDOW - 1);
    await claim(1);
    market.warpBy(1);
    await expectRefused(market, () => claim(2), 'airdrop', 'SeasonOver');
  });

  it('says which shard to open where it is missing', async () => {
    const { market } = test;
    season = await createSeason(market, leaves, { openShards: false });
    for (const lamports of [0n, 5_000_000_000n]) {
      if (lamports > 0n) {
        market.network.airdrop(pda.airdrop.shard(market.deployment, season.address, 0), lamports);
      }
      const { message } = await expectRefused(market, () => claim(0), 'airdrop', 'ShardNotOpen');
      expect(message).to.contain('open_shard');
    }
    await market.anyone.airdrop.openShard({ season: season.address, index: 0 });
    await claim(0);
  });

  it('keeps to the shard of the leaf', async () => {
    const { market } = test;
    const leaf = { index: 65_536 + 5, wallet: claimant(0).publicKey, amount: 3n };
    const sparse = await createSparseSeason(market, 2 ** 20, leaf);
    const first = await market.anyone.airdrop.openShard({ season: sparse.address, index: 0 });
    const call = airdrop.claim.call(market.anyone, sparse.claim);
    const others = [
      first.accounts.shard,
      pda.airdrop.shard(market.deployment, season.address, 0),
      season.address,
      test.offer,
    ];
    for (const shard of others) {
      const forged = withAccounts(call, 'airdrop', 'claim', { shard });
      await expectRefused(market, () => market.anyone.send(forged), 'airdrop', 'WrongShard');
    }
    await market.anyone.send(call);
    expect(paidClaims(market, sparse.address, 0)).to.be.empty;
    expect(paidClaims(market, sparse.address, 1)).to.deep.equal([leaf.index]);
  });

  it('writes one bit, at every place of a byte and at both ends of a shard', async () => {
    const { market } = test;
    for (const index of [0, 1, 6, 7, 8, 65_534, 65_535, 65_536, 2 ** 20 - 1]) {
      const leaf = { index, wallet: claimant(index).publicKey, amount: 3n };
      const sparse = await createSparseSeason(market, 2 ** 20, leaf);
      await market.anyone.airdrop.claim(sparse.claim);
      expect(paidClaims(market, sparse.address, index >>> 16)).to.deep.equal([index]);
      const again = () => market.anyone.airdrop.claim(sparse.claim);
      await expectRefused(market, again, 'airdrop', 'AlreadyClaimed');
    }
  });

  it('refuses another season’s vault, however full', async () => {
    const { market } = test;
    const other = await createSeason(market, leaves);
    const call = airdrop.claim.call(market.anyone, season.claim(0));
    const forged = withAccounts(call, 'airdrop', 'claim', { seasonVault: other.vault });
    await expectRefused(market, () => market.anyone.send(forged), 'airdrop', 'WrongVault');
  });

  it('never pays more than the season was funded with, donations left aside', async () => {
    const { market } = test;
    // The admin promised more than he put in: the tree adds up to more than the amount.
    const amount = leaves[0]!.amount + leaves[1]!.amount;
    season = await createSeason(market, leaves, { amount });
    await market.fund(season.address, {});
    changeTokenAccount(market.network, season.vault, { amount: amount + 10n ** 12n });
    await claim(1);
    await claim(0);
    await expectRefused(market, () => claim(2), 'airdrop', 'SeasonExhausted');
    // Not by a sum that wraps around, either.
    await changeAccount(market, 'airdrop', 'season', season.address, { claimed: U64_MAX, amount: U64_MAX });
    await expectRefused(market, () => claim(2), 'airdrop', 'SeasonExhausted');
  });

  it('refuses to go on where the vault does not cover what is left', async () => {
    const { market } = test;
    changeTokenAccount(market.network, season.vault, { amount: season.settings.amount - 1n });
    await expectRefused(market, () => claim(0), 'airdrop', 'InvariantViolated');
  });

  it('refuses counts that have no room left', async () => {
    const { market } = test;
    await changeAccount(market, 'airdrop', 'season', season.address, { seq: U64_MAX });
    await expectRefused(market, () => claim(0), 'airdrop', 'AmountOverflow');
    await changeAccount(market, 'airdrop', 'season', season.address, { seq: 1n, claims: 2 ** 32 - 1 });
    await expectRefused(market, () => claim(0), 'airdrop', 'AmountOverflow');
    await changeAccount(market, 'airdrop', 'season', season.address, { claims: leaves.length });
    await expectRefused(market, () => claim(0), 'airdrop', 'InvariantViolated');
  });

  it('pays the same through another program, and not twice', async () => {
    const { market } = test;
    await installProxy(market.network);
    await market.fund(claimant(0).publicKey, {});
    const call = airdrop.claim.call(market.anyone, { ...season.claim(0), createTokenAccount: false });
    const proxied = changeLast(call, throughProxy);
    await expectRefused(market, () => market.anyone.send([proxied, call]), 'airdrop', 'AlreadyClaimed');
    await market.anyone.send(proxied);
    expect(received(0)).to.equal(leaves[0]!.amount);
    await expectRefused(market, () => market.anyone.send(proxied), 'airdrop', 'AlreadyClaimed');
  });

  it('packs several claims of different wallets into a transaction, all or none', async () => {
    const { market } = test;
    const calls = [0, 1].map((index) => airdrop.claim.call(market.anyone, season.claim(index)));
    const [first, second] = calls as [(typeof calls)[0], (typeof calls)[0]];
    await expectRefused(market, () => market.anyone.send([first, first]), 'airdrop', 'AlreadyClaimed');
    await market.anyone.send([first, second]);
    expect([received(0), received(1)]).to.deep.equal([leaves[0]!.amount, leaves[1]!.amount]);
  });

  it('leaves the token account as it was, but for its amount', async () => {
    const { market } = test;
    await market.anyone.send({
      instructions: [
        createTokenAccountInstruction(market.anyone.payer, market.deployment.ioMint, claimant(0).publicKey),
      ],
      signers: [],
      accounts: {},
    });
    const before = decodeTokenAccount(market.network.getAccount(accountOf(0))!.data)!;
    await claim(0);
    const after = decodeTokenAccount(market.network.getAccount(accountOf(0))!.data)!;
    expect(after).to.deep.equal({ ...before, amount: leaves[0]!.amount });
  });
});
