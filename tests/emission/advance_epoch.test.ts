import { SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { expect } from 'chai';
import {
  cumulativeEmission,
  emission,
  emittedAt,
  epochAt,
  eventOf,
  mintToInstruction,
  pda,
  poolRelease,
  releasedBy,
  setMintAuthorityInstruction,
} from '@ionet/sdk';
import { mintTokens, testKeypair, tokenBalance, tokenSupply, type Market } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import { HOUR, INITIAL_SUPPLY, MONTH, sealEmission, TOTAL, useEmission } from '../harness/emission.js';
import { useMarket } from '../harness/market.js';
import { expectRefused } from '../harness/refusals.js';
import { transferTokens } from '../harness/token-accounts.js';

const SHARE = 9_500n;

function vaults(market: Market): { gpu: bigint; cpu: bigint } {
  const { deployment, network } = market;
  const held = (kind: 'gpu' | 'cpu') =>
    tokenBalance(network, pda.emission.poolVault(deployment, pda.emission.pool(deployment, kind)));
  return { gpu: held('gpu'), cpu: held('cpu') };
}

describe('emission: advance_epoch', () => {
  const test = useEmission();
  const advance = () => test.market.anyone.emission.advanceEpoch();

  it('mints what is due into the pools and releases the epochs that have ended', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const before = await test.schedule();
    const seconds = 5n * HOUR + 1_234n;
    network.warpBy(seconds);
    const { events } = await advance();
    const emitted = cumulativeEmission('default', seconds);
    const released = poolRelease('default', 5n, SHARE);
    const seq = before.seq + 1n;
    expect(await test.schedule()).to.deep.equal({ ...before, totalMinted: emitted, epoch: 5n, seq });
    const gpu = (emitted * SHARE) / 10_000n;
    expect(await test.pool('gpu')).to.deep.include({ minted: gpu, released: released.gpu, seq: 0n });
    expect(await test.pool('cpu')).to.deep.include({ minted: emitted - gpu, released: released.cpu });
    expect(vaults(market)).to.deep.equal({ gpu, cpu: emitted - gpu });
    expect(tokenSupply(network, deployment.ioMint)).to.equal(INITIAL_SUPPLY + emitted);
    expect(eventOf(events, 'emission', 'epochAdvanced')).to.deep.equal({
      epoch: 5n,
      minted: emitted,
      totalMinted: emitted,
      gpuReleased: released.gpu,
      cpuReleased: released.cpu,
      supplyAfter: INITIAL_SUPPLY + emitted,
      seq,
    });
  });

  it('gives an epoch the same amounts whenever it is called', async () => {
    const { market } = test;
    const { network } = market;
    const clean = market.snapshot();
    // Each list of times gets to the same place: in one step, hour by hour, in the middle of hours.
    const results = [];
    for (const steps of [
      [12n * HOUR],
      Array.from({ length: 12 }, () => HOUR),
      [1n, HOUR - 2n, 1n, 5n * HOUR + 17n, 10n, 6n * HOUR - 27n],
    ]) {
      market.restore(clean);
      for (const step of steps) {
        network.warpBy(step);
        await advance();
      }
      const { totalMinted, epoch } = await test.schedule();
      const pools = [await test.pool('gpu'), await test.pool('cpu')];
      const sums = pools.map(({ minted, released }) => ({ minted, released }));
      results.push({ totalMinted, epoch, sums, held: vaults(market) });
    }
    expect(results[1]).to.deep.equal(results[0]);
    expect(results[2]).to.deep.equal(results[0]);
  });

  it('refuses a second call in the same second', async () => {
    const { market } = test;
    market.network.warpBy(HOUR);
    await advance();
    await expectRefused(market, advance, 'emission', 'NothingToMint');
    market.network.warpBy(1n);
    await advance();
  });

  it('refuses at the very start, when nothing is due', async () => {
    await expectRefused(test.market, advance, 'emission', 'NothingToMint');
  });

  it('never takes anything back when the clock was moved back', async () => {
    const { market } = test;
    const { network } = market;
    const { data, owner } = network.getAccount(SYSVAR_CLOCK_PUBKEY)!;
    network.warpBy(7n * HOUR);
    await advance();
    const before = await test.schedule();
    network.setAccount({ address: SYSVAR_CLOCK_PUBKEY, owner, data });
    expect(network.now()).to.equal(before.startsAt);
    await expectRefused(market, advance, 'emission', 'NothingToMint');
    network.warpBy(7n * HOUR + 1n);
    await advance();
    expect((await test.schedule()).totalMinted).to.equal(cumulativeEmission('default', 7n * HOUR + 1n));
  });

  it('stops for ever when all is minted, whatever was burned', async () => {
    const { market } = test;
    const { deployment, network } = market;
    network.warpBy(240n * MONTH + 5n);
    await advance();
    const supply = tokenSupply(network, deployment.ioMint);
    expect(supply).to.equal(INITIAL_SUPPLY + TOTAL);
    expect((await test.schedule()).epoch).to.equal(175_320n);
    const fees = pda.treasury.feeVault(deployment, deployment.ioMint);
    await transferTokens(market, deployment.ioMint, testKeypair('reserve'), fees, 10n ** 15n);
    await market.anyone.treasury.burnIoFees();
    network.warpBy(100n * MONTH);
    await expectRefused(market, advance, 'emission', 'NothingToMint');
    expect(tokenSupply(network, deployment.ioMint)).to.equal(supply - 10n ** 15n);
  });

  it('mints the same when IO is burned in between', async () => {
    const { market } = test;
    const { deployment, network } = market;
    network.warpBy(HOUR);
    await advance();
    const fees = pda.treasury.feeVault(deployment, deployment.ioMint);
    await transferTokens(market, deployment.ioMint, testKeypair('reserve'), fees, 10n ** 15n);
    await market.anyone.treasury.burnIoFees();
    network.warpBy(HOUR);
    await advance();
    const emitted = cumulativeEmission('default', 2n * HOUR);
    expect((await test.schedule()).totalMinted).to.equal(emitted);
    expect(tokenSupply(network, deployment.ioMint)).to.equal(INITIAL_SUPPLY + emitted - 10n ** 15n);
  });

  it('is not disturbed by IO that a stranger sends to a vault', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const vault = pda.emission.poolVault(deployment, pda.emission.pool(deployment, 'gpu'));
    await transferTokens(market, deployment.ioMint, testKeypair('reserve'), vault, 777n);
    network.warpBy(HOUR);
    await advance();
    const { minted } = await test.pool('gpu');
    expect(vaults(market).gpu).to.equal(minted + 777n);
  });

  it('equals the previews of the SDK', async () => {
    const { market } = test;
    const schedule = await test.schedule();
    expect(emittedAt(schedule, schedule.startsAt - 5n)).to.equal(0n);
    market.network.warpBy(1_000n * HOUR + 5n);
    await advance();
    const now = market.network.now();
    expect((await test.schedule()).totalMinted).to.equal(emittedAt(schedule, now));
    expect((await test.schedule()).epoch).to.equal(epochAt(schedule, now));
    for (const kind of ['gpu', 'cpu'] as const) {
      expect((await test.pool(kind)).released).to.equal(releasedBy(schedule, kind, 1_000n));
    }
  });

  it('refuses the other pool, its vault, another mint and another vault', async () => {
    const { market } = test;
    const { deployment, network } = market;
    network.warpBy(HOUR);
    const call = emission.advanceEpoch.call(market.anyone);
    const { gpuPool, gpuVault, cpuPool, cpuVault } = call.accounts;
    const { data, owner } = network.getAccount(gpuPool)!;
    network.setAccount({ address: testKeypair('fake pool').publicKey, owner, data });
    for (const [from, to, name] of [
      [gpuPool, testKeypair('fake pool').publicKey, 'ConstraintSeeds'],
      [cpuPool, testKeypair('fake pool').publicKey, 'ConstraintSeeds'],
      [gpuVault, pda.treasury.feeVault(deployment, deployment.ioMint), 'WrongVault'],
      [cpuVault, pda.treasury.feeVault(deployment, deployment.ioMint), 'WrongVault'],
      [deployment.ioMint, deployment.usdcMint, 'WrongIoMint'],
    ] as const) {
      const act = () => market.anyone.send(replaceAccount(call, from, to));
      await expectRefused(market, act, 'emission', name);
    }
  });

  it('is the only way to IO: nobody else can mint or take the right to', async () => {
    const { market } = test;
    const { deployment, mintAuthority } = market;
    const { ioMint } = deployment;
    const schedule = pda.emission.schedule(deployment);
    const owner = market.buyer.payer;
    const mint = () => mintTokens(market.admin, { mint: ioMint, mintAuthority, owner, amount: 1n });
    await expectRefused(market, mint, 'token', 'OwnerMismatch');
    // Naming the schedule does not help: nobody has its signature.
    const gpuVault = pda.emission.poolVault(deployment, pda.emission.pool(deployment, 'gpu'));
    for (const instruction of [
      mintToInstruction(ioMint, gpuVault, schedule, 1n),
      setMintAuthorityInstruction(ioMint, schedule, owner),
    ]) {
      const unsigned = instruction.keys.map((key) => ({ ...key, isSigner: false }));
      instruction.keys.splice(0, instruction.keys.length, ...unsigned);
      const act = () => market.admin.send({ instructions: [instruction], signers: [], accounts: {} });
      let error: unknown;
      await act().catch((thrown: unknown) => (error = thrown));
      expect(String(error)).to.match(/signature|signer/i);
    }
  });
});

describe('emission: advance_epoch before it begins', () => {
  const test = useMarket();
  const advance = () => test.market.anyone.emission.advanceEpoch();

  it('refuses before the schedule is sealed', async () => {
    await expectRefused(test.market, advance, 'emission', 'NotSealed');
  });

  it('refuses before the start, and mints the first second', async () => {
    const { market } = test;
    const startsAt = market.network.now() + HOUR;
    await sealEmission(market, { startsAt });
    market.network.warpTo(startsAt - 1n);
    await expectRefused(market, advance, 'emission', 'NotStarted');
    market.network.warpTo(startsAt + 1n);
    const { events } = await advance();
    const { minted, epoch } = eventOf(events, 'emission', 'epochAdvanced');
    expect([minted, epoch]).to.deep.equal([cumulativeEmission('default', 1n), 0n]);
  });

  it('mints what is due since a start that lies back', async () => {
    const { market } = test;
    const startsAt = market.network.now() - 86_400n;
    await sealEmission(market, { startsAt });
    const { events } = await advance();
    expect(eventOf(events, 'emission', 'epochAdvanced').minted).to.equal(
      cumulativeEmission('default', 86_400n),
    );
  });
});
