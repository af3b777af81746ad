import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { emission, eventOf, pda, type RewardPoolKind } from '@ionet/sdk';
import { setMint, testKeypair } from '@ionet/sdk/testing';
import { useBareMarket } from '../harness/bare-market.js';
import { initializeTests } from '../harness/governance.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { expectRefused } from '../harness/refusals.js';

describe('emission: initialize', () => {
  const guardian = testKeypair('guardian').publicKey;
  const members = addressesOf(newMembers(3));

  initializeTests('emission', {
    call: (context) => emission.initialize.call(context, { members, guardian }),
    created: ({ deployment }) => {
      const pools = (['gpu', 'cpu'] as const).map((kind) => pda.emission.pool(deployment, kind));
      const vaults = pools.map((pool) => pda.emission.poolVault(deployment, pool));
      return [pda.emission.schedule(deployment), ...pools, ...vaults];
    },
  });

  const test = useBareMarket();

  it('creates an open schedule and two empty pools', async () => {
    const { market } = test;
    const { deployment, anyone } = market;
    const { clusterTag, ioMint } = deployment;
    const admin = testKeypair('multisig').publicKey;
    const { accounts, events } = await market.admin.emission.initialize({ members, guardian, admin });
    expect(await anyone.accounts.emission.schedule.fetch(accounts.schedule)).to.deep.include({
      version: 1,
      governance: { admin, pendingAdmin: null, pauser: guardian, pausedUntil: 0n },
      clusterTag,
      ioMint,
      sealedAt: 0n,
      startsAt: 0n,
      totalMinted: 0n,
      epoch: 0n,
      seq: 1n,
      oracles: { version: 1, threshold: 2, members, pendingMembers: [], pendingAt: 0n },
    });
    for (const kind of ['gpu', 'cpu'] as const) {
      const address = pda.emission.pool(deployment, kind);
      expect(await anyone.accounts.emission.pool.fetch(address)).to.deep.include({
        version: 1,
        kind,
        vault: pda.emission.poolVault(deployment, address),
        minted: 0n,
        released: 0n,
        claimed: 0n,
        lastVersion: 0n,
        seq: 0n,
        pendingRoot: null,
        finalRoots: [],
      });
    }
    expect(eventOf(events, 'emission', 'scheduleInitialized')).to.deep.equal({
      admin,
      guardian,
      clusterTag,
      ioMint,
      gpuPool: accounts.gpuPool,
      cpuPool: accounts.cpuPool,
      setVersion: 1,
      threshold: 2,
      members,
      seq: 1n,
    });
  });

  it('gives each pool an address of its own', () => {
    const { deployment } = test.market;
    const [gpu, cpu] = (['gpu', 'cpu'] satisfies RewardPoolKind[]).map((kind) =>
      pda.emission.pool(deployment, kind),
    );
    expect(gpu!.equals(cpu!)).to.be.false;
  });

  it('refuses members who form no quorum', async () => {
    const { market } = test;
    const [first, second, third] = members as [PublicKey, PublicKey, PublicKey];
    for (const [wrong, name] of [
      [[first, second], 'MemberCountOutOfRange'],
      [addressesOf(newMembers(8)), 'MemberCountOutOfRange'],
      [[first, second, first], 'DuplicateMember'],
      [[first, PublicKey.default, third], 'DefaultMember'],
    ] as const) {
      const act = () => market.admin.emission.initialize({ members: wrong, guardian });
      await expectRefused(market, act, 'emission', name);
    }
  });

  it('refuses the default key as admin or guardian', async () => {
    const { market } = test;
    const { emission: actions } = market.admin;
    const none = PublicKey.default;
    await expectRefused(
      market,
      () => actions.initialize({ members, guardian, admin: none }),
      'emission',
      'InvalidAdmin',
    );
    await expectRefused(
      market,
      () => actions.initialize({ members, guardian: none }),
      'emission',
      'InvalidGuardian',
    );
  });

  it('refuses a cluster tag of zeros', async () => {
    const { market } = test;
    const deployment = { ...market.deployment, clusterTag: new Uint8Array(32) };
    const call = emission.initialize.call({ deployment, payer: market.admin.payer }, { members, guardian });
    await expectRefused(market, () => market.admin.send(call), 'emission', 'InvalidClusterTag');
  });

  it('refuses a mint of other decimals than IO has', async () => {
    const { market } = test;
    const { ioMint } = market.deployment;
    setMint(market.network, { address: ioMint, decimals: 9, mintAuthority: market.mintAuthority.publicKey });
    const act = () => market.admin.emission.initialize({ members, guardian });
    await expectRefused(market, act, 'emission', 'InvalidIoMint');
  });
});
