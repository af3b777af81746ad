import { expect } from 'chai';
import { emission, eventOf, pda } from '@ionet/sdk';
import { mintTokens, setMint, testKeypair, tokenSupply } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import { fillSupply, handOverMint, INITIAL_SUPPLY, scheduleOf, sealEmission } from '../harness/emission.js';
import { refusesUnsafeAuthority } from '../harness/governance.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';

const DAY = 86_400n;

describe('emission: seal_schedule', () => {
  const test = useMarket();
  const seal = (args: Partial<Parameters<typeof emission.sealSchedule.call>[1]> = {}) => {
    const { admin, network } = test.market;
    return admin.emission.sealSchedule({ preset: 'default', startsAt: network.now(), ...args });
  };

  it('fixes preset, shares and start for good, and takes the mint in the same transaction', async () => {
    const { market } = test;
    const clean = market.snapshot();
    for (const [preset, gpuShareBps] of [
      ['default', 9_500],
      ['published', 10_000],
      ['default', 0],
    ] as const) {
      market.restore(clean);
      const before = await scheduleOf(market);
      const startsAt = market.network.now() + 5n * DAY;
      const { events } = await sealEmission(market, { preset, gpuShareBps, startsAt });
      const seq = before.seq + 1n;
      const sealedAt = market.network.now();
      expect(await scheduleOf(market)).to.deep.equal({
        ...before,
        sealedAt,
        preset,
        gpuShareBps,
        startsAt,
        seq,
      });
      const sealed = { preset, gpuShareBps, startsAt, seq };
      expect(eventOf(events, 'emission', 'scheduleSealed')).to.deep.equal(sealed);
    }
  });

  it('takes a share of 9,500 basis points for GPU nodes unless another is named', async () => {
    await sealEmission(test.market);
    expect((await scheduleOf(test.market)).gpuShareBps).to.equal(9_500);
  });

  it('cannot be changed afterwards by anybody', async () => {
    const { market } = test;
    await sealEmission(market);
    market.warpBy(1);
    await expectRefused(market, () => seal(), 'emission', 'AlreadySealed');
    await expectRefused(market, () => seal({ preset: 'published' }), 'emission', 'AlreadySealed');
    // Not even after IO was minted or burned, when the supply is another one.
    await market.anyone.emission.advanceEpoch();
    const sealed = await scheduleOf(market);
    for (const client of [market.pauser, market.anyone, market.actor('oracle 0'), market.actor('reserve')]) {
      const act = () => client.emission.sealSchedule({ preset: 'published', startsAt: market.network.now() });
      await expectRefused(market, act, 'emission', 'NotAdmin');
    }
    const newAdmin = market.actor('new admin');
    await market.admin.emission.proposeAdmin({ newAdmin: newAdmin.payer });
    await newAdmin.emission.acceptAdmin();
    await newAdmin.emission.updateConfig({ guardian: newAdmin.payer });
    const { preset, gpuShareBps, startsAt, sealedAt } = await scheduleOf(market);
    expect({ ...sealed, preset, gpuShareBps, startsAt, sealedAt }).to.deep.equal(sealed);
  });

  it('refuses while another key can mint IO', async () => {
    const { market } = test;
    await fillSupply(market);
    await expectRefused(market, () => seal(), 'emission', 'WrongMintAuthority');
    const { mintAuthority, deployment, network } = market;
    const { ioMint } = deployment;
    // A pool is not the schedule.
    const pool = pda.emission.pool(deployment, 'gpu');
    setMint(network, { address: ioMint, decimals: 8, mintAuthority: pool, supply: INITIAL_SUPPLY });
    await expectRefused(market, () => seal(), 'emission', 'WrongMintAuthority');
    expect(mintAuthority.publicKey.equals(pool)).to.be.false;
  });

  it('refuses a mint whose accounts can be frozen', async () => {
    const { market } = test;
    const { deployment, network, freezeAuthority } = market;
    setMint(network, {
      address: deployment.ioMint,
      decimals: 8,
      mintAuthority: pda.emission.schedule(deployment),
      freezeAuthority: freezeAuthority.publicKey,
      supply: INITIAL_SUPPLY,
    });
    await expectRefused(market, () => seal(), 'emission', 'FreezeAuthorityPresent');
  });

  it('refuses a unit more or less than 500,000,000 IO', async () => {
    const { market } = test;
    const { deployment, network } = market;
    for (const supply of [0n, INITIAL_SUPPLY - 1n, INITIAL_SUPPLY + 1n]) {
      const mintAuthority = pda.emission.schedule(deployment);
      setMint(network, { address: deployment.ioMint, decimals: 8, mintAuthority, supply });
      await expectRefused(market, () => seal(), 'emission', 'WrongInitialSupply');
    }
  });

  it('leaves the mint with its authority when the supply is another one', async () => {
    const { market } = test;
    const { admin, deployment, mintAuthority, network } = market;
    await fillSupply(market);
    const owner = market.buyer.payer;
    await mintTokens(admin, { mint: deployment.ioMint, mintAuthority, owner, amount: 1n });
    await expectRefused(market, () => seal({ mintAuthority }), 'emission', 'WrongInitialSupply');
    await mintTokens(admin, { mint: deployment.ioMint, mintAuthority, owner, amount: 1n });
    expect(tokenSupply(network, deployment.ioMint)).to.equal(INITIAL_SUPPLY + 2n);
  });

  it('works when the mint was handed over before', async () => {
    await fillSupply(test.market);
    await handOverMint(test.market);
    await seal();
    expect((await scheduleOf(test.market)).sealedAt).to.equal(test.market.network.now());
  });

  it('refuses a share above the whole', async () => {
    const { market } = test;
    await fillSupply(market);
    const { mintAuthority } = market;
    for (const gpuShareBps of [10_001, 65_535]) {
      const act = () => seal({ mintAuthority, gpuShareBps });
      await expectRefused(market, act, 'emission', 'ShareOutOfRange');
    }
  });

  it('refuses a start more than a day back or 90 days ahead', async () => {
    const { market } = test;
    const { mintAuthority, network } = market;
    await fillSupply(market);
    const clean = market.snapshot();
    const now = network.now();
    for (const startsAt of [0n, now - DAY - 1n, now + 90n * DAY + 1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const act = () => seal({ mintAuthority, startsAt });
      await expectRefused(market, act, 'emission', 'StartOutOfRange');
    }
    for (const startsAt of [now - DAY, now + 90n * DAY]) {
      market.restore(clean);
      await seal({ mintAuthority, startsAt });
    }
  });

  it('refuses another mint than that of the schedule', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const other = testKeypair('another mint').publicKey;
    const mintAuthority = pda.emission.schedule(deployment);
    setMint(network, { address: other, decimals: 8, mintAuthority, supply: INITIAL_SUPPLY });
    const call = emission.sealSchedule.call(market.admin, { preset: 'default', startsAt: network.now() });
    const forged = replaceAccount(call, deployment.ioMint, other);
    await expectRefused(market, () => market.admin.send(forged), 'emission', 'WrongIoMint');
  });

  it('refuses everyone but the admin', async () => {
    const { market } = test;
    await fillSupply(market);
    await handOverMint(test.market);
    for (const client of [market.anyone, market.pauser, market.owner]) {
      const act = () => client.emission.sealSchedule({ preset: 'default', startsAt: market.network.now() });
      await expectRefused(market, act, 'emission', 'NotAdmin');
    }
  });

  describe('as a privileged instruction', () => {
    beforeEach(async () => {
      await fillSupply(test.market);
      await handOverMint(test.market);
    });
    refusesUnsafeAuthority('emission', () => {
      const { market } = test;
      const startsAt = market.network.now();
      const call = emission.sealSchedule.call(market.admin, { preset: 'default', startsAt });
      return { market, client: market.admin, call };
    });
  });
});
