import { expect } from 'chai';
import { airdrop, eventOf, tokenAddress, type Call } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { DAY, REFUND_WALLET, createSeason, inVault, leavesOf, type TestSeason } from '../harness/airdrop.js';
import { withAccounts } from '../harness/slots.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { handOver, transferTokens } from '../harness/token-accounts.js';

describe('airdrop: cancel_season', () => {
  const test = useMarket();
  const leaves = leavesOf(3);
  let season: TestSeason;
  let refundAccount: ReturnType<typeof tokenAddress>;

  beforeEach(async () => {
    const { market } = test;
    const startsAt = market.network.now() + BigInt(DAY);
    season = await createSeason(market, leaves, { startsAt, endsAt: startsAt + BigInt(DAY) });
    refundAccount = tokenAddress(market.deployment.ioMint, REFUND_WALLET.publicKey);
  });

  const fetch = () => test.market.anyone.accounts.airdrop.season.fetch(season.address);
  /** The call without the instruction that creates the refund account. */
  const cancelOnly = (ref: airdrop.SeasonRef): Call => {
    const call = airdrop.cancelSeason.call(test.market.admin, { season: ref });
    return { ...call, instructions: call.instructions.slice(-1) };
  };
  const cancel = () => test.market.admin.airdrop.cancelSeason({ season: season.address });

  it('gives all IO back to the refund wallet, whose token account it creates', async () => {
    const { market } = test;
    expect(market.network.getAccount(refundAccount)).to.equal(null);
    const { events } = await cancel();
    expect(tokenBalance(market.network, refundAccount)).to.equal(season.settings.amount);
    expect(inVault(market, season)).to.equal(0n);
    const { state, seq } = await fetch();
    expect(state).to.equal('cancelled');
    expect(eventOf(events, 'airdrop', 'seasonCancelled')).to.deep.equal({
      season: season.address,
      refunded: season.settings.amount,
      refundAccount,
      seq,
    });
  });

  it('gives back what others have put into the vault as well', async () => {
    const { market } = test;
    await transferTokens(market, market.deployment.ioMint, testKeypair('buyer'), season.vault, 9n);
    await cancel();
    expect(tokenBalance(market.network, refundAccount)).to.equal(season.settings.amount + 9n);
  });

  it('leaves nothing to claim, and lets anyone close shards and season at once', async () => {
    const { market } = test;
    await cancel();
    market.warpBy(DAY);
    const claim = () => market.anyone.airdrop.claim(season.claim(0));
    await expectRefused(market, claim, 'airdrop', 'SeasonCancelled');
    const open = () => market.anyone.airdrop.openShard({ season: season.address, index: 0 });
    await market.anyone.airdrop.closeShard({ season: season.address, index: 0 });
    await expectRefused(market, open, 'airdrop', 'SeasonCancelled');
    await market.anyone.airdrop.closeSeason({ season: season.address });
    expect(market.network.getAccount(season.address)).to.equal(null);
    expect(market.network.getAccount(season.vault)).to.equal(null);
  });

  it('is possible until the second before the start, and no later', async () => {
    const { market } = test;
    market.warpBy(DAY - 1);
    const before = market.snapshot();
    await cancel();
    market.restore(before);
    market.warpBy(1);
    await expectRefused(market, cancel, 'airdrop', 'SeasonStarted');
    await market.anyone.airdrop.claim(season.claim(0));
    await expectRefused(market, cancel, 'airdrop', 'SeasonStarted');
  });

  it('refuses a second time', async () => {
    await cancel();
    await expectRefused(test.market, cancel, 'airdrop', 'SeasonCancelled');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    for (const client of [market.anyone, market.pauser, market.owner]) {
      const act = () => client.airdrop.cancelSeason({ season: season.address });
      await expectRefused(market, act, 'airdrop', 'NotAdmin');
    }
  });

  it('refuses another season’s vault, another wallet and token accounts of others', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    const other = await createSeason(market, leaves, { refundWallet: market.buyer.payer });
    const call = airdrop.cancelSeason.call(market.admin, { season: await fetch() });
    const forged = (accounts: Parameters<typeof withAccounts<never, 'airdrop', 'cancelSeason'>>[3]) =>
      market.admin.send(withAccounts(call, 'airdrop', 'cancelSeason', accounts));
    const buyers = tokenAddress(ioMint, market.buyer.payer);
    const cases = [
      [{ seasonVault: other.vault }, 'WrongVault'],
      [{ refundWallet: market.buyer.payer }, 'WrongRefundWallet'],
      [{ refundWallet: market.buyer.payer, refundAccount: buyers }, 'WrongRefundWallet'],
      [{ refundAccount: buyers }, 'WrongTokenAccount'],
      [{ refundAccount: other.vault }, 'WrongTokenAccount'],
      [{ refundAccount: season.vault }, 'ConstraintDuplicateMutableAccount'],
    ] as const;
    for (const [accounts, error] of cases)
      await expectRefused(market, () => forged(accounts), 'airdrop', error);
  });

  it('pays another account of the refund wallet only if that wallet signs', async () => {
    const { market } = test;
    const { deployment, network } = market;
    // The refund wallet owns a second account, which once was somebody else's.
    await market.fund(market.anyone.payer, { io: 1n });
    const second = tokenAddress(deployment.ioMint, market.anyone.payer);
    await handOver(market, second, testKeypair('anyone'), REFUND_WALLET.publicKey);
    const call = airdrop.cancelSeason.call(market.admin, { season: await fetch() });
    const unsigned = withAccounts(call, 'airdrop', 'cancelSeason', { refundAccount: second });
    await expectRefused(market, () => market.admin.send(unsigned), 'airdrop', 'WalletMustSign');
    await market.admin.airdrop.cancelSeason({
      season: season.address,
      refundAccount: second,
      refundWallet: REFUND_WALLET,
    });
    expect(tokenBalance(network, second)).to.equal(season.settings.amount + 1n);
  });

  it('refuses an associated account that was handed to somebody else', async () => {
    const { market } = test;
    await market.fund(REFUND_WALLET.publicKey, {});
    await handOver(market, refundAccount, REFUND_WALLET, market.buyer.payer);
    await expectRefused(market, cancel, 'associatedToken', 'InvalidOwner');
    const call = cancelOnly(await fetch());
    await expectRefused(market, () => market.admin.send(call), 'airdrop', 'WrongTokenAccount');
  });

  describe('by an unsafe authority', () => {
    let call: Call;
    beforeEach(async () => {
      const { market } = test;
      await market.fund(REFUND_WALLET.publicKey, {});
      call = cancelOnly(await fetch());
    });
    refusesUnsafeAuthority('airdrop', () => ({ market: test.market, client: test.market.admin, call }));
  });
});
