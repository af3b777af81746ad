import type { TransactionInstruction } from '@solana/web3.js';
import { PACKET_DATA_SIZE, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import {
  emission,
  eventOf,
  highestRootTotal,
  pda,
  poolBudget,
  poolRelease,
  programInstruction,
  rewardRootMessage,
  type ErrorName,
  type RewardPoolKind,
  type RewardRoot,
} from '@ionet/sdk';
import { createMarket, readPrograms } from '@ionet/sdk/testing';
import { replaceAccount } from '../harness/calls.js';
import { canonicalData, ed25519Instruction, pairOf } from '../harness/ed25519.js';
import {
  advanceTo,
  FINALIZATION_DELAY,
  FORMULA_ID,
  HOUR,
  INPUT_HASH,
  postFinalRoot,
  postRoot,
  sealEmission,
  useEmission,
} from '../harness/emission.js';
import { addressesOf, newMembers } from '../harness/members.js';
import { refusesForgedSignatures } from '../harness/quorum-forgeries.js';
import { expectRefused } from '../harness/refusals.js';

const SHARE = 9_500n;
const ROOT = new Uint8Array(32).fill(7);

describe('emission: post_root', () => {
  const test = useEmission();
  const poolAddress = (kind: RewardPoolKind = 'gpu') => pda.emission.pool(test.market.deployment, kind);

  /** The next root of the GPU pool that all is well with. */
  const rootOn = async (change: Partial<RewardRoot> = {}): Promise<RewardRoot> => {
    const [{ epoch }, { lastVersion }] = [await test.schedule(), await test.pool('gpu')];
    return {
      version: lastVersion + 1n,
      epoch,
      root: ROOT,
      total: 1_000n,
      inputHash: INPUT_HASH,
      formulaId: FORMULA_ID,
      expiresAt: test.market.network.now() + 300n,
      ...change,
    };
  };

  /** Our instruction alone: it claims the root, whatever was signed. */
  const claim = (
    root: RewardRoot,
    signers: readonly number[],
    kind: RewardPoolKind = 'gpu',
  ): TransactionInstruction => {
    const { deployment } = test.market;
    return programInstruction(deployment, 'emission', 'postRoot', {
      args: { args: { ...root, signers: Uint8Array.from(signers) } },
      accounts: { schedule: pda.emission.schedule(deployment), pool: poolAddress(kind) },
    });
  };

  const messageOf = (root: RewardRoot, setVersion = 1, kind: RewardPoolKind = 'gpu') =>
    rewardRootMessage(test.market.deployment, { ...root, pool: poolAddress(kind), setVersion });

  /** The ed25519 instruction of members 0 and 1 over these bytes. */
  const signed = (message: Uint8Array) => {
    const pairs = test.market.oracles.slice(0, 2).map((key) => pairOf(key, message));
    return ed25519Instruction(canonicalData(pairs, message));
  };

  const send = (...instructions: TransactionInstruction[]) =>
    test.market.anyone.send({ instructions, signers: [], accounts: {} });
  const submit = (root: RewardRoot) => send(signed(messageOf(root)), claim(root, [0, 1]));
  const refused = (name: ErrorName<'emission'>, ...instructions: TransactionInstruction[]) =>
    expectRefused(test.market, () => send(...instructions), 'emission', name);
  const refusesRoot = async (name: ErrorName<'emission'>, change: Partial<RewardRoot>) => {
    const root = await rootOn(change);
    return expectRefused(test.market, () => submit(root), 'emission', name);
  };

  beforeEach(() => advanceTo(test.market, 10n));

  describe('what it records', () => {
    it('holds a root back, to be final in six hours', async () => {
      const { market } = test;
      const before = await test.pool('gpu');
      const now = market.network.now();
      const root = { kind: 'gpu', epoch: 10n, root: ROOT, total: 1_000n } as const;
      const { events } = await postRoot(market, root);
      const seq = before.seq + 1n;
      const hashes = { inputHash: INPUT_HASH, formulaId: FORMULA_ID };
      const pendingRoot = { version: 1n, epoch: 10n, total: 1_000n, root: ROOT, ...hashes, postedAt: now };
      expect(await test.pool('gpu')).to.deep.equal({ ...before, pendingRoot, lastVersion: 1n, seq });
      expect(eventOf(events, 'emission', 'rootPosted')).to.deep.equal({
        pool: poolAddress(),
        kind: 'gpu',
        version: 1n,
        epoch: 10n,
        root: ROOT,
        total: 1_000n,
        ...hashes,
        finalFrom: now + FINALIZATION_DELAY,
        setVersion: 1,
        seq,
      });
    });

    it('keeps the pools apart', async () => {
      const { market } = test;
      const cpu = await test.pool('cpu');
      await postRoot(market, { kind: 'gpu', epoch: 10n, root: ROOT, total: 1_000n });
      expect(await test.pool('cpu')).to.deep.equal(cpu);
      await postRoot(market, { kind: 'cpu', epoch: 4n, root: ROOT, total: 7n });
      expect((await test.pool('cpu')).pendingRoot?.epoch).to.equal(4n);
    });

    it('fits into one transaction with the five signatures that seven oracles need', async () => {
      const { market } = test;
      const keys = newMembers(7);
      await market.admin.emission.rotateMembers({ members: addressesOf(keys) });
      market.warpBy(48n * HOUR);
      await market.anyone.emission.applyRotation();
      const call = emission.postRoot.call(market.anyone, {
        ...(await rootOn()),
        kind: 'gpu',
        setVersion: 2,
        members: addressesOf(keys),
        signers: keys.slice(2),
      });
      const { payer: payerKey, transport } = market.anyone;
      const { blockhash: recentBlockhash } = await transport.getLatestBlockhash();
      const instructions = [...call.instructions];
      const message = new TransactionMessage({ payerKey, recentBlockhash, instructions });
      const size = new VersionedTransaction(message.compileToV0Message()).serialize().length;
      // Room for a compute unit limit and a price, which take 52 bytes.
      expect(size).to.be.at.most(PACKET_DATA_SIZE - 52);
      await market.anyone.send(call);
    });
  });

  describe('the signatures', () => {
    refusesForgedSignatures('emission', async () => {
      const root = await rootOn();
      const message = messageOf(root);
      return { market: test.market, message, claim: (signers) => claim(root, signers) };
    });

    it('refuses another message, whichever field differs', async () => {
      const { deployment } = test.market;
      const root = await rootOn();
      const ours = claim(root, [0, 1]);
      const others: readonly Partial<RewardRoot>[] = [
        { version: root.version + 1n },
        { epoch: root.epoch - 1n },
        { root: new Uint8Array(32) },
        { total: root.total + 1n },
        { inputHash: FORMULA_ID },
        { formulaId: INPUT_HASH },
        { expiresAt: root.expiresAt + 1n },
      ];
      for (const other of others) {
        await refused('WrongMessage', signed(messageOf({ ...root, ...other })), ours);
      }
      for (const setVersion of [0, 2])
        await refused('WrongMessage', signed(messageOf(root, setVersion)), ours);
      await refused('WrongMessage', signed(messageOf(root, 1, 'cpu')), ours);
      const toSign = { ...root, pool: poolAddress(), setVersion: 1 };
      const programs = { ...deployment.programs, emission: deployment.programs.oracle };
      for (const elsewhere of [
        { ...deployment, programs },
        { ...deployment, clusterTag: new Uint8Array(32).fill(9) },
      ]) {
        await refused('WrongMessage', signed(rewardRootMessage(elsewhere, toSign)), ours);
      }
    });

    it('refuses a root of one pool for the other', async () => {
      const root = await rootOn();
      await refused('WrongMessage', signed(messageOf(root)), claim(root, [0, 1], 'cpu'));
    });

    it('refuses what former oracles have signed, even where they are still in office', async () => {
      const { market } = test;
      await market.admin.emission.rotateMembers({ members: addressesOf(market.oracles) });
      market.warpBy(48n * HOUR);
      const root = await rootOn();
      const signatures = signed(messageOf(root));
      await market.anyone.emission.applyRotation();
      await refused('WrongMessage', signatures, claim(root, [0, 1]));
      await send(signed(messageOf(root, 2)), claim(root, [0, 1]));
    });

    it('refuses what was signed for another network', async () => {
      const { market } = test;
      const clusterTag = new Uint8Array(32).fill(9);
      const deployment = { ...market.deployment, clusterTag };
      const { market: other } = await createMarket({ programs: await readPrograms('artifacts'), deployment });
      await sealEmission(other);
      await advanceTo(other, 10n);
      const root = await rootOn();
      const call = {
        instructions: [signed(messageOf(root)), claim(root, [0, 1])],
        signers: [],
        accounts: {},
      };
      await expectRefused(other, () => other.anyone.send(call), 'emission', 'WrongMessage');
      await market.anyone.send(call);
    });
  });

  describe('the rules of a root', () => {
    const final = (epoch: bigint, total: bigint) =>
      postFinalRoot(test.market, { kind: 'gpu', epoch, root: ROOT, total });

    it('refuses expired signatures, and takes them in their last second', async () => {
      const now = test.market.network.now();
      await refusesRoot('SignaturesExpired', { expiresAt: now - 1n });
      await refusesRoot('SignaturesExpired', { expiresAt: 0n });
      await submit(await rootOn({ expiresAt: now }));
    });

    it('refuses signatures that hold for more than an hour', async () => {
      const now = test.market.network.now();
      await refusesRoot('ExpiryTooFar', { expiresAt: now + HOUR + 1n });
      await refusesRoot('ExpiryTooFar', { expiresAt: 2n ** 63n - 1n });
      await submit(await rootOn({ expiresAt: now + HOUR }));
    });

    it('refuses a version that is not the next, also after a cancellation', async () => {
      for (const version of [0n, 2n, 2n ** 64n - 1n]) await refusesRoot('VersionNotNext', { version });
      await submit(await rootOn());
      await test.market.pauser.emission.cancelRoot({ kind: 'gpu' });
      for (const version of [0n, 1n, 3n]) await refusesRoot('VersionNotNext', { version });
      await final(10n, 1_000n);
      expect((await test.pool('gpu')).finalRoots[0]?.version).to.equal(2n);
    });

    it('refuses a second root while one is pending, and the same one twice', async () => {
      const root = await rootOn();
      await submit(root);
      await expectRefused(test.market, () => submit(root), 'emission', 'RootPending');
      await refusesRoot('RootPending', {});
      test.market.network.warpBy(FINALIZATION_DELAY);
      await refusesRoot('RootPending', {});
    });

    it('refuses an epoch that is not above the last final one', async () => {
      await refusesRoot('EpochNotIncreasing', { epoch: 0n });
      await final(7n, 1_000n);
      for (const epoch of [0n, 6n, 7n]) await refusesRoot('EpochNotIncreasing', { epoch });
      await submit(await rootOn({ epoch: 8n }));
    });

    it('refuses an epoch that has not ended or was not advanced to', async () => {
      const { market } = test;
      await refusesRoot('EpochNotReleased', { epoch: 11n });
      await refusesRoot('EpochNotReleased', { epoch: 2n ** 64n - 1n });
      market.network.warpBy(HOUR);
      await refusesRoot('EpochNotReleased', { epoch: 11n });
      await market.anyone.emission.advanceEpoch();
      await submit(await rootOn({ epoch: 11n }));
    });

    it('refuses a total below that of the last final root, and takes the same', async () => {
      await final(5n, 1_000n);
      for (const total of [0n, 999n]) await refusesRoot('TotalDecreased', { total });
      await submit(await rootOn({ total: 1_000n }));
    });

    it('refuses a unit more than the first epochs have released', async () => {
      const { market } = test;
      const clean = market.snapshot();
      for (const kind of ['gpu', 'cpu'] as const) {
        for (const epoch of [1n, 10n]) {
          market.restore(clean);
          const most = poolRelease('default', epoch, SHARE)[kind];
          expect(highestRootTotal(await test.schedule(), await test.pool(kind), epoch)).to.equal(most);
          const post = (total: bigint) => postRoot(market, { kind, epoch, root: ROOT, total });
          await expectRefused(market, () => post(most + 1n), 'emission', 'TotalAboveBudget');
          await expectRefused(market, () => post(2n ** 64n - 1n), 'emission', 'TotalAboveBudget');
          await post(most);
        }
      }
    });

    it('refuses a unit more than the budgets of the epochs since the last final root', async () => {
      const { market } = test;
      const released = (epoch: bigint) => poolRelease('default', epoch, SHARE).gpu;
      const paid = released(10n) / 3n;
      await final(10n, paid);
      await advanceTo(market, 2_000n);
      const clean = market.snapshot();
      for (const epochs of [1n, 2n, 719n, 720n, 721n, 1_990n]) {
        market.restore(clean);
        const epoch = 10n + epochs;
        const reserve = released(10n) - paid;
        const budget = poolBudget(released(epoch) - released(10n), reserve, epochs);
        const most = paid + budget;
        expect(highestRootTotal(await test.schedule(), await test.pool('gpu'), epoch)).to.equal(most);
        await refusesRoot('TotalAboveBudget', { epoch, total: most + 1n });
        await submit(await rootOn({ epoch, total: most }));
        // After 720 epochs the whole reserve may be paid.
        expect(most <= released(epoch)).to.be.true;
        expect(most === released(epoch)).to.equal(epochs >= 720n);
      }
    });

    it('does not let a single epoch sweep what others left', async () => {
      const { market } = test;
      await advanceTo(market, 1_000n);
      await final(999n, 0n);
      const released = (epoch: bigint) => poolRelease('default', epoch, SHARE).gpu;
      const share = released(999n) / 720n;
      const budget = released(1_000n) - released(999n) + share;
      await refusesRoot('TotalAboveBudget', { epoch: 1_000n, total: budget + 1n });
      await submit(await rootOn({ epoch: 1_000n, total: budget }));
    });

    it('works over a gap of 20 years', async () => {
      const { market } = test;
      await final(1n, 1n);
      await advanceTo(market, 175_320n);
      const { gpu } = poolRelease('default', 175_320n, SHARE);
      await refusesRoot('TotalAboveBudget', { epoch: 175_320n, total: gpu + 1n });
      await submit(await rootOn({ epoch: 175_320n, total: gpu }));
    });
  });

  it('refuses a schedule or pool of the attacker’s', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const root = await rootOn();
    const call = {
      instructions: [signed(messageOf(root)), claim(root, [0, 1])],
      signers: [],
      accounts: {},
    };
    for (const [ours, name] of [
      [pda.emission.schedule(deployment), 'ConstraintSeeds'],
      [poolAddress(), 'ConstraintSeeds'],
    ] as const) {
      const fake = market.actor('fake').payer;
      const { data } = network.getAccount(ours)!;
      network.setAccount({ address: fake, owner: deployment.programs.emission, data });
      const act = () => market.anyone.send(replaceAccount(call, ours, fake));
      await expectRefused(market, act, 'emission', name);
    }
  });
});
