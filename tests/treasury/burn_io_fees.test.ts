import { expect } from 'chai';
import { TOKEN_PROGRAM_ID, eventOf, mintToInstruction, pda, tokenAddress, treasury } from '@ionet/sdk';
import { changeTokenAccount, setMint, testKeypair, tokenBalance, tokenSupply } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { replaceAccount } from '../harness/calls.js';
import { seeded } from '../harness/escrow.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { installStub } from '../harness/stub-program.js';

const U64_MAX = 2n ** 64n - 1n;

describe('treasury: burn_io_fees', () => {
  const test = useMarket();
  const vault = () => pda.treasury.feeVault(test.market.deployment, test.market.deployment.ioMint);
  const inVault = () => tokenBalance(test.market.network, vault());
  const supply = () => tokenSupply(test.market.network, test.market.deployment.ioMint);
  const fetch = () =>
    test.market.anyone.accounts.treasury.treasury.fetch(pda.treasury.treasury(test.market.deployment));

  /** A stranger gives IO to the fee vault. */
  const donate = async (amount: bigint): Promise<void> => {
    const { admin, deployment, mintAuthority } = test.market;
    const mint = mintToInstruction(deployment.ioMint, vault(), mintAuthority.publicKey, amount);
    await admin.send({ instructions: [mint], signers: [mintAuthority], accounts: {} });
  };

  /** A job in IO, of which an hour is verified and paid. */
  const earnFees = async (): Promise<bigint> => {
    const { market, offer } = test;
    const before = inVault();
    const order = { offer, devices: 8, hours: 1, payment: 'io', maxTotal: 10n ** 10n } as const;
    const job = await market.bookAndStart(order);
    market.warpBy(3_600);
    await market.report(job, 3_600);
    await market.anyone.escrow.settleJob({ job });
    return inVault() - before;
  };

  it('burns the fees of orders in IO: 0.25 % of buyer and node each', async () => {
    const { market } = test;
    // 8 devices, an hour, 2.00 USD each at 2.50 USD an IO: 6.4 IO, of which 0.5 % is 0.032 IO.
    const amount = 3_200_000n;
    expect(await earnFees()).to.equal(amount);
    const before = { supply: supply(), treasury: await fetch() };
    const { events } = await market.anyone.treasury.burnIoFees();
    expect(inVault()).to.equal(0n);
    expect(supply()).to.equal(before.supply - amount);
    const after = await fetch();
    expect(after).to.deep.equal({
      ...before.treasury,
      ioBurned: before.treasury.ioBurned + amount,
      seq: before.treasury.seq + 1n,
    });
    expect(eventOf(events, 'treasury', 'ioFeesBurned')).to.deep.equal({
      amount,
      ioBurned: after.ioBurned,
      supplyAfter: before.supply - amount,
      seq: after.seq,
    });
  });

  it('leaves the USDC fees alone', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const usdcVault = pda.treasury.feeVault(deployment, deployment.usdcMint);
    changeTokenAccount(network, usdcVault, { amount: 1_000n });
    await donate(5n);
    await market.anyone.treasury.burnIoFees();
    expect(tokenBalance(network, usdcVault)).to.equal(1_000n);
  });

  it('refuses an empty vault, also right after a burn', async () => {
    const { market } = test;
    const act = () => market.anyone.treasury.burnIoFees();
    await expectRefused(market, act, 'treasury', 'NothingToBurn');
    await donate(1n);
    await act();
    await expectRefused(market, act, 'treasury', 'NothingToBurn');
  });

  it('burns once where two burns are sent in one transaction', async () => {
    const { market } = test;
    await donate(7n);
    const call = treasury.burnIoFees.call(market.anyone);
    await expectRefused(market, () => market.anyone.send([call, call]), 'treasury', 'NothingToBurn');
    await market.anyone.send(call);
    expect((await fetch()).ioBurned).to.equal(7n);
  });

  it('refuses another mint', async () => {
    const { market } = test;
    const { deployment, network } = market;
    await donate(7n);
    const mint = testKeypair('worthless mint').publicKey;
    setMint(network, { address: mint, decimals: 8, mintAuthority: market.anyone.payer });
    const call = treasury.burnIoFees.call(market.anyone);
    for (const other of [mint, deployment.usdcMint]) {
      const forged = replaceAccount(call, deployment.ioMint, other);
      await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'WrongIoMint');
    }
    // Not even with the genuine fee vault of USDC: those fees are for another use.
    const usdc = replaceAccount(
      replaceAccount(call, deployment.ioMint, deployment.usdcMint),
      vault(),
      pda.treasury.feeVault(deployment, deployment.usdcMint),
    );
    await expectRefused(market, () => market.anyone.send(usdc), 'treasury', 'WrongIoMint');
  });

  it('refuses every token account but the fee vault', async () => {
    const { market, node } = test;
    const { deployment } = market;
    const call = treasury.burnIoFees.call(market.anyone);
    const accounts = [
      tokenAddress(deployment.ioMint, market.buyer.payer),
      pda.staking.stakeVault(deployment, node),
      pda.treasury.feeVault(deployment, deployment.usdcMint),
    ];
    for (const account of accounts) {
      const forged = replaceAccount(call, vault(), account);
      await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'ConstraintSeeds');
    }
  });

  it('refuses a treasury that is none', async () => {
    const { market } = test;
    const { deployment } = market;
    await donate(7n);
    const call = treasury.burnIoFees.call(market.anyone);
    const forged = replaceAccount(call, pda.treasury.treasury(deployment), pda.staking.config(deployment));
    await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'AccountOwnedByWrongProgram');
  });

  it('refuses a token program of the caller’s', async () => {
    const { market } = test;
    await donate(7n);
    const own = testKeypair('his own program').publicKey;
    installStub(market.network, own);
    const forged = replaceAccount(treasury.burnIoFees.call(market.anyone), TOKEN_PROGRAM_ID, own);
    await expectRefused(market, () => market.anyone.send(forged), 'treasury', 'InvalidProgramId');
  });

  it('refuses to count a burn that did not happen', async () => {
    const { market } = test;
    await donate(7n);
    // A token program that says "done" and burns nothing.
    installStub(market.network, TOKEN_PROGRAM_ID);
    await expectRefused(market, () => market.anyone.treasury.burnIoFees(), 'treasury', 'BurnMismatch');
  });

  it('refuses a total, or a count of events, that has no room left', async () => {
    const { market } = test;
    const address = pda.treasury.treasury(market.deployment);
    await donate(7n);
    const burn = () => market.anyone.treasury.burnIoFees();
    await changeAccount(market, 'treasury', 'treasury', address, { ioBurned: U64_MAX - 6n });
    await expectRefused(market, burn, 'treasury', 'AmountOverflow');
    await changeAccount(market, 'treasury', 'treasury', address, { ioBurned: 0n, seq: U64_MAX });
    await expectRefused(market, burn, 'treasury', 'AmountOverflow');
    await changeAccount(market, 'treasury', 'treasury', address, { ioBurned: U64_MAX - 7n, seq: 0n });
    await burn();
  });

  it('lets supply fall by exactly what it burned, over random fees, donations and burns', async () => {
    const { market } = test;
    const random = seeded(0xb042n);
    let burned = 0n;
    let expectedSupply = supply();
    let pending = 0n;
    for (let step = 0; step < 200; step += 1) {
      const kind = random(0n, 19n);
      if (kind === 0n) {
        pending += await earnFees();
      } else if (kind < 10n) {
        const amount = random(0n, 3n) === 0n ? random(1n, 9n) : random(1n, 10n ** 12n);
        await donate(amount);
        expectedSupply += amount;
        pending += amount;
      } else if (pending === 0n) {
        await expectRefused(market, () => market.anyone.treasury.burnIoFees(), 'treasury', 'NothingToBurn');
      } else {
        await market.anyone.treasury.burnIoFees();
        burned += pending;
        expectedSupply -= pending;
        pending = 0n;
      }
      expect([supply(), inVault()], `step ${step}`).to.deep.equal([expectedSupply, pending]);
    }
    expect((await fetch()).ioBurned).to.equal(burned);
    expect(burned > 10n ** 12n).to.be.true;
  });
});
