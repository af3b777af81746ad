import { expect } from 'chai';
import { SystemProgram, type PublicKey } from '@solana/web3.js';
import { escrow, eventOf, pda, treasury } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { installProxy, throughProxy } from '../harness/proxy-program.js';
import { expectRefused } from '../harness/refusals.js';
import { withAccounts } from '../harness/slots.js';

const BOUGHT = 10_000_000n;

describe('treasury: spend_credits', () => {
  const test = useMarket();
  const creditsOf = (owner = test.market.buyer.payer) => pda.treasury.credits(test.market.deployment, owner);
  const balance = (account: PublicKey) => tokenBalance(test.market.network, account);
  const order = () =>
    ({ offer: test.offer, devices: 1, hours: 2, payment: 'credits', maxTotal: BOUGHT }) as const;

  beforeEach(async () => {
    await test.market.buyer.treasury.buyCredits({ amount: BOUGHT });
  });

  it('moves what a job costs into its vault when escrow books it, and says so', async () => {
    const { market } = test;
    const { accounts, events } = await market.buyer.escrow.bookJob(order());
    // Two hours of a device at 2 USD: 4 USD, 0.25 % and 2 % of it.
    const total = 4_090_000n;
    expect(balance(accounts.jobVault)).to.equal(total);
    expect(balance(creditsOf())).to.equal(BOUGHT - total);
    expect(eventOf(events, 'treasury', 'creditsSpent')).to.deep.equal({
      owner: market.buyer.payer,
      job: accounts.job,
      amount: total,
      balance: BOUGHT - total,
    });
  });

  it('refuses an owner who has too few', async () => {
    const { market } = test;
    const act = () => market.buyer.escrow.bookJob({ ...order(), hours: 5 });
    await expectRefused(market, () => act(), 'escrow', 'PriceAboveMaximum');
    const poor = () => market.buyer.escrow.bookJob({ ...order(), hours: 5, maxTotal: BOUGHT * 2n });
    await expectRefused(market, poor, 'treasury', 'NotEnoughCredits');
  });

  /** A job in USDC, into whose vault credits could be moved. */
  const otherJob = async (): Promise<PublicKey> => {
    const { accounts } = await test.market.buyer.escrow.bookJob({ ...order(), payment: 'usdc' });
    return accounts.job;
  };

  it('refuses every caller but escrow: another signer, and escrow’s config without its signature', async () => {
    const { market } = test;
    const job = await otherJob();
    const asOwner = treasury.spendCredits.call(market.buyer, {
      amount: 1n,
      job,
      escrowConfig: testKeypair('buyer'),
    });
    await expectRefused(market, () => market.buyer.send(asOwner), 'treasury', 'NotEscrow');
    const [instruction] = treasury.spendCredits.call(market.buyer, { amount: 1n, job }).instructions;
    instruction!.keys[0]!.isSigner = false;
    const unsigned = { instructions: [instruction!], signers: [], accounts: {} };
    await expectRefused(market, () => market.buyer.send(unsigned), 'treasury', 'AccountNotSigner');
  });

  it('refuses a key whose account was assigned to escrow, and one that calls through a program', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const job = await otherJob();
    const assigned = testKeypair('assigned to escrow');
    network.airdrop(assigned.publicKey, 10n ** 9n);
    await market.anyone.send({
      instructions: [
        SystemProgram.assign({ accountPubkey: assigned.publicKey, programId: deployment.programs.escrow }),
      ],
      signers: [assigned],
      accounts: {},
    });
    expect(network.getAccount(assigned.publicKey)!.owner.equals(deployment.programs.escrow)).to.be.true;
    const call = treasury.spendCredits.call(market.buyer, { amount: 1n, job, escrowConfig: assigned });
    await expectRefused(market, () => market.buyer.send(call), 'treasury', 'NotEscrow');

    await installProxy(network);
    const [direct] = call.instructions;
    const proxied = { ...call, instructions: [throughProxy(direct!)] };
    await expectRefused(market, () => market.buyer.send(proxied), 'treasury', 'NotEscrow');
  });

  describe('as escrow calls it', () => {
    /** A key that can sign for escrow, by rewriting the treasury: the only way to give the other accounts freely. */
    const asEscrow = async (job: PublicKey, amount = 1n) => {
      const { market } = test;
      const escrowConfig = testKeypair('stands for escrow');
      await changeAccount(market, 'treasury', 'treasury', pda.treasury.treasury(market.deployment), {
        escrowConfig: escrowConfig.publicKey,
      });
      return treasury.spendCredits.call(market.buyer, { amount, job, escrowConfig });
    };

    it('moves credits to the vault of the job', async () => {
      const { market } = test;
      const job = await otherJob();
      const vault = pda.escrow.jobVault(market.deployment, job);
      const before = balance(vault);
      await market.buyer.send(await asEscrow(job, 5n));
      expect([balance(vault), balance(creditsOf())]).to.deep.equal([before + 5n, BOUGHT - 5n]);
    });

    it('refuses the credits of another owner', async () => {
      const { market } = test;
      const call = await asEscrow(await otherJob());
      const other = market.actor('other owner');
      await market.fund(other.payer, { usdc: 100n });
      await other.treasury.buyCredits({ amount: 100n });
      const forged = withAccounts(call, 'treasury', 'spendCredits', { credits: creditsOf(other.payer) });
      await expectRefused(market, () => market.buyer.send(forged), 'treasury', 'ConstraintSeeds');
    });

    it('refuses an account that is not the vault of a job of escrow', async () => {
      const { market, node } = test;
      const { deployment } = market;
      const call = await asEscrow(await otherJob());
      const { accounts: second } = await market.buyer.escrow.bookJob({ ...order(), payment: 'usdc' });
      for (const accounts of [
        { jobVault: second.jobVault },
        { jobVault: pda.treasury.feeVault(deployment, deployment.usdcMint) },
        { job: node, jobVault: pda.staking.stakeVault(deployment, node) },
      ]) {
        const forged = withAccounts(call, 'treasury', 'spendCredits', accounts);
        await expectRefused(market, () => market.buyer.send(forged), 'treasury', 'WrongJobVault');
      }
    });

    it('refuses the vault of a job that is paid in IO', async () => {
      const { market } = test;
      const { accounts } = await market.buyer.escrow.bookJob({
        ...order(),
        payment: 'io',
        maxTotal: 10n ** 12n,
      });
      const call = await asEscrow(accounts.job);
      await expectRefused(market, () => market.buyer.send(call), 'token', 'MintMismatch');
    });

    it('refuses where the owner has never had credits', async () => {
      const { market } = test;
      const call = await asEscrow(await otherJob());
      const forged = replaceAccount(
        replaceAccount(call, creditsOf(), creditsOf(market.anyone.payer)),
        market.buyer.payer,
        market.anyone.payer,
      );
      await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'AccountNotInitialized');
    });
  });

  it('is reached by escrow with the treasury’s program alone', async () => {
    const { market } = test;
    const { deployment } = market;
    const id = 9n;
    const call = escrow.bookJob.call(market.buyer, { ...order(), id, node: test.node });
    const forge = (accounts: Parameters<typeof withAccounts<typeof call.accounts, 'escrow', 'bookJob'>>[3]) =>
      market.buyer.send(withAccounts(call, 'escrow', 'bookJob', accounts));
    const none = deployment.programs.escrow;
    for (const [accounts, error] of [
      [{ treasuryProgram: deployment.programs.staking }, 'InvalidProgramId'],
      [{ treasuryProgram: none }, 'TreasuryMissing'],
      [{ treasury: none }, 'TreasuryMissing'],
      [{ treasury: pda.staking.config(deployment) }, 'WrongTreasury'],
    ] as const) {
      await expectRefused(market, () => forge(accounts), 'escrow', error);
    }
  });
});
