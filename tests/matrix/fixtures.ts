import type { Call, InstructionName, ProgramName } from '@ionet/sdk';
import { emission, escrow, oracle, pda, staking, tokenAddress, treasury } from '@ionet/sdk';
import { changeTokenAccount, testKeypair } from '@ionet/sdk/testing';
import {
  advanceTo,
  claim,
  deepTree,
  FINALIZATION_DELAY,
  FORMULA_ID,
  handOverMint,
  fillSupply,
  INPUT_HASH,
  postFinalRoot,
  postRoot,
  sealEmission,
} from '../harness/emission.js';
import type { Places, World } from './world.js';

/** One valid call of an instruction, and the world that it is valid in. */
export type Fixture =
  | { readonly world: 'main'; readonly call: (world: World & Places) => Call | Promise<Call> }
  | { readonly world: 'bare'; readonly call: (world: World) => Call | Promise<Call> };

/** A fixture for each instruction of each program: one that is missing does not compile. */
export type Fixtures = { readonly [P in ProgramName]: Readonly<Record<InstructionName<P>, Fixture>> };

const key = {
  admin: testKeypair('admin'),
  pauser: testKeypair('pauser'),
  owner: testKeypair('owner'),
  operator: testKeypair('operator'),
  buyer: testKeypair('buyer'),
  stranger: testKeypair('stranger'),
};

const main = (call: (world: World & Places) => Call | Promise<Call>): Fixture => ({ world: 'main', call });
const bare = (call: (world: World) => Call): Fixture => ({ world: 'bare', call });

/** Nobody that an instruction names pays for it, so that each signature has one meaning. */
const contextOf = (world: World, payer = testKeypair('anyone').publicKey) => ({
  deployment: world.market.deployment,
  payer,
});

const terms = { price: 1_000_000n, maxHours: 48 };
const HOUR = 3_600;

export const fixtures: Fixtures = {
  staking: {
    initialize: bare((w) =>
      staking.initialize.call(contextOf(w), { authority: key.admin, pauser: key.pauser.publicKey }),
    ),
    proposeAdmin: main((w) =>
      staking.proposeAdmin.call(contextOf(w), { admin: key.admin, newAdmin: key.stranger.publicKey }),
    ),
    acceptAdmin: main(async (w) => {
      await w.market.admin.staking.proposeAdmin({ newAdmin: key.stranger.publicKey });
      return staking.acceptAdmin.call(contextOf(w), { newAdmin: key.stranger });
    }),
    updateConfig: main((w) =>
      staking.updateConfig.call(contextOf(w), { admin: key.admin, baseStakePerDevice: 10n ** 10n }),
    ),
    pause: main((w) => staking.pause.call(contextOf(w), { pauser: key.pauser })),
    unpause: main(async (w) => {
      await w.market.pauser.staking.pause();
      return staking.unpause.call(contextOf(w), { authority: key.pauser });
    }),
    createClass: main((w) =>
      staking.createClass.call(contextOf(w), {
        admin: key.admin,
        id: 9,
        kind: 'gpu',
        multiplierX100: 200,
        referencePrice: 500_000n,
        name: 'A6000',
      }),
    ),
    updateClass: main((w) =>
      staking.updateClass.call(contextOf(w), { admin: key.admin, id: 1, multiplierX100: 1_100 }),
    ),
    registerNode: main((w) =>
      staking.registerNode.call(contextOf(w), {
        owner: key.owner,
        id: 7,
        classId: 1,
        deviceCount: 8,
        bandwidth: 'high',
        region: 'eu-west',
      }),
    ),
    updateNode: main(async (w) => {
      const address = pda.staking.node(w.market.deployment, key.owner.publicKey, 1);
      await w.market.createOffer(address, 0, terms);
      const node = await w.market.owner.accounts.staking.node.fetch(address);
      return staking.updateNode.call(contextOf(w), { owner: key.owner, node, deviceCount: 3 });
    }),
    stake: main((w) => staking.stake.call(contextOf(w), { owner: key.owner, node: w.node, amount: 5n })),
  },
  emission: {
    initialize: bare((w) =>
      emission.initialize.call(contextOf(w), {
        authority: key.admin,
        guardian: key.pauser.publicKey,
        members: w.market.oracles.map((member) => member.publicKey),
      }),
    ),
    proposeAdmin: main((w) =>
      emission.proposeAdmin.call(contextOf(w), { admin: key.admin, newAdmin: key.stranger.publicKey }),
    ),
    acceptAdmin: main(async (w) => {
      await w.market.admin.emission.proposeAdmin({ newAdmin: key.stranger.publicKey });
      return emission.acceptAdmin.call(contextOf(w), { newAdmin: key.stranger });
    }),
    updateConfig: main((w) =>
      emission.updateConfig.call(contextOf(w), { admin: key.admin, guardian: key.stranger.publicKey }),
    ),
    sealSchedule: main(async (w) => {
      await fillSupply(w.market);
      await handOverMint(w.market);
      const startsAt = w.market.network.now();
      return emission.sealSchedule.call(contextOf(w), { admin: key.admin, preset: 'default', startsAt });
    }),
    rotateMembers: main((w) =>
      emission.rotateMembers.call(contextOf(w), { admin: key.admin, members: newMembers() }),
    ),
    cancelRotation: main(async (w) => {
      await w.market.admin.emission.rotateMembers({ members: newMembers() });
      return emission.cancelRotation.call(contextOf(w), { admin: key.admin });
    }),
    applyRotation: main(async (w) => {
      await w.market.admin.emission.rotateMembers({ members: newMembers() });
      w.market.warpBy(48 * HOUR);
      return emission.applyRotation.call(contextOf(w));
    }),
    advanceEpoch: main(async (w) => {
      await sealEmission(w.market);
      w.market.warpBy(HOUR);
      return emission.advanceEpoch.call(contextOf(w));
    }),
    postRoot: main(async (w) => {
      await sealEmission(w.market);
      await advanceTo(w.market, 2n);
      const { oracles, network } = w.market;
      return emission.postRoot.call(contextOf(w), {
        ...GPU_ROOT,
        inputHash: INPUT_HASH,
        formulaId: FORMULA_ID,
        version: 1n,
        setVersion: 1,
        expiresAt: network.now() + 60n,
        members: oracles.map((member) => member.publicKey),
        signers: oracles.slice(0, 2),
      });
    }),
    cancelRoot: main(async (w) => {
      await postGpuRoot(w);
      return emission.cancelRoot.call(contextOf(w), { kind: 'gpu', guardian: key.pauser });
    }),
    finalizeRoot: main(async (w) => {
      await postGpuRoot(w);
      w.market.warpBy(FINALIZATION_DELAY);
      return emission.finalizeRoot.call(contextOf(w), { kind: 'gpu' });
    }),
    openRewardAccount: main((w) =>
      emission.openRewardAccount.call(contextOf(w), { kind: 'gpu', node: key.stranger.publicKey }),
    ),
    claimReward: main(async (w) => {
      const { market } = w;
      await sealEmission(market);
      await advanceTo(market, 2n);
      const claims = { kind: 'gpu', label: 'of the matrix', index: 0 } as const;
      for (const [epoch, cumulative] of [
        [1n, 1_000n],
        [2n, 2_500n],
      ] as const) {
        const tree = deepTree(market, 'gpu', claims.label, cumulative);
        const { root } = tree;
        const version = await postFinalRoot(market, { kind: 'gpu', epoch, root, total: cumulative });
        if (epoch === 1n) await claim(market.anyone, { ...claims, tree, version });
      }
      const { leaf, proof } = deepTree(market, 'gpu', claims.label, 2_500n);
      const { node, destination, cumulative } = leaf;
      const args = { kind: 'gpu', version: 2n, node, destination, cumulative, proof: proof(0) } as const;
      return emission.claimReward.call(contextOf(w), args);
    }),
  },
  oracle: {
    initialize: bare((w) =>
      oracle.initialize.call(contextOf(w), {
        authority: key.admin,
        members: w.market.oracles.map((member) => member.publicKey),
      }),
    ),
    proposeAdmin: main((w) =>
      oracle.proposeAdmin.call(contextOf(w), { admin: key.admin, newAdmin: key.stranger.publicKey }),
    ),
    acceptAdmin: main(async (w) => {
      await w.market.admin.oracle.proposeAdmin({ newAdmin: key.stranger.publicKey });
      return oracle.acceptAdmin.call(contextOf(w), { newAdmin: key.stranger });
    }),
    rotateMembers: main((w) =>
      oracle.rotateMembers.call(contextOf(w), { admin: key.admin, members: newMembers() }),
    ),
    cancelRotation: main(async (w) => {
      await w.market.admin.oracle.rotateMembers({ members: newMembers() });
      return oracle.cancelRotation.call(contextOf(w), { admin: key.admin });
    }),
    applyRotation: main(async (w) => {
      await w.market.admin.oracle.rotateMembers({ members: newMembers() });
      w.market.warpBy(48 * HOUR);
      return oracle.applyRotation.call(contextOf(w));
    }),
    reportJob: main((w) => {
      const now = w.market.network.now();
      return oracle.reportJob.call(contextOf(w), {
        job: w.running,
        setVersion: 1,
        sequence: 2n,
        verifiedSeconds: 650n,
        asOf: now,
        expiresAt: now + 60n,
        members: w.market.oracles.map((member) => member.publicKey),
        signers: w.market.oracles.slice(0, 2),
      });
    }),
    closeJobUsage: main(async (w) => {
      await endAndSettle(w);
      return oracle.closeJobUsage.call(contextOf(w), {
        job: w.running,
        rentPayer: w.market.anyone.payer,
      });
    }),
  },
  escrow: {
    initialize: bare((w) =>
      escrow.initialize.call(contextOf(w), { authority: key.admin, pauser: key.pauser.publicKey }),
    ),
    proposeAdmin: main((w) =>
      escrow.proposeAdmin.call(contextOf(w), { admin: key.admin, newAdmin: key.stranger.publicKey }),
    ),
    acceptAdmin: main(async (w) => {
      await w.market.admin.escrow.proposeAdmin({ newAdmin: key.stranger.publicKey });
      return escrow.acceptAdmin.call(contextOf(w), { newAdmin: key.stranger });
    }),
    updateConfig: main((w) =>
      escrow.updateConfig.call(contextOf(w), { admin: key.admin, priceFeedId: new Uint8Array(32).fill(7) }),
    ),
    pause: main((w) => escrow.pause.call(contextOf(w), { pauser: key.pauser })),
    unpause: main(async (w) => {
      await w.market.pauser.escrow.pause();
      return escrow.unpause.call(contextOf(w), { authority: key.pauser });
    }),
    createOffer: main((w) =>
      escrow.createOffer.call(contextOf(w), { authority: key.operator, node: w.node, id: 5, terms }),
    ),
    updateOffer: main((w) =>
      escrow.updateOffer.call(contextOf(w), {
        authority: key.operator,
        offer: { address: w.offer, node: w.node, rentPayer: key.operator.publicKey },
        active: false,
      }),
    ),
    closeOffer: main(async (w) => {
      const offer = await w.market.operator.accounts.escrow.offer.fetch(w.spareOffer);
      return escrow.closeOffer.call(contextOf(w), { authority: key.operator, offer });
    }),
    closeNodeLoad: main(async (w) => {
      const node = pda.staking.node(w.market.deployment, key.owner.publicKey, 1);
      const offer = await w.market.createOffer(node, 0, terms);
      await w.market.operator.escrow.closeOffer({ offer });
      return escrow.closeNodeLoad.call(contextOf(w), {
        authority: key.operator,
        node,
        rentPayer: key.operator.publicKey,
      });
    }),
    startJob: main(async (w) =>
      escrow.startJob.call(contextOf(w), { authority: key.operator, job: await jobOf(w, w.booked) }),
    ),
    release: main(async (w) =>
      escrow.release.call(contextOf(w), { authority: key.operator, job: await jobOf(w, w.running) }),
    ),
    bookJob: main((w) =>
      escrow.bookJob.call(contextOf(w), {
        buyer: key.buyer,
        id: 77n,
        offer: w.offer,
        node: w.node,
        devices: 1,
        hours: 3,
        payment: 'io',
        maxTotal: 10n ** 13n,
      }),
    ),
    extendJob: main(async (w) =>
      escrow.extendJob.call(contextOf(w), {
        buyer: key.buyer,
        job: await jobOf(w, w.runningInIo),
        hours: 2,
        maxTotal: 10n ** 13n,
      }),
    ),
    cancelJob: main(async (w) =>
      escrow.cancelJob.call(contextOf(w), { buyer: key.buyer, job: await jobOf(w, w.booked) }),
    ),
    endJob: main(async (w) =>
      escrow.endJob.call(contextOf(w), { buyer: key.buyer, job: await jobOf(w, w.running) }),
    ),
    settleJob: main(async (w) => {
      await endAndProve(w);
      return escrow.settleJob.call(contextOf(w), { job: await jobOf(w, w.running) });
    }),
    expireJob: main(async (w) => {
      w.market.warpBy(900);
      return escrow.expireJob.call(contextOf(w), { job: await jobOf(w, w.booked) });
    }),
    payOwed: main(async (w) => {
      await leaveOwed(w);
      return escrow.payOwed.call(contextOf(w), { job: await jobOf(w, w.running) });
    }),
    withdrawOwed: main(async (w) => {
      await leaveOwed(w);
      return escrow.withdrawOwed.call(contextOf(w), {
        wallet: key.buyer,
        job: await jobOf(w, w.running),
        destination: tokenAddress(w.market.deployment.usdcMint, key.stranger.publicKey),
      });
    }),
    closeJob: main(async (w) => {
      await endAndSettle(w);
      await w.market.anyone.oracle.closeJobUsage({ job: w.running });
      return escrow.closeJob.call(contextOf(w), { job: w.running, rentPayer: key.buyer });
    }),
  },
  treasury: {
    initialize: bare((w) => treasury.initialize.call(contextOf(w), { authority: key.admin })),
    proposeAdmin: main((w) =>
      treasury.proposeAdmin.call(contextOf(w), { admin: key.admin, newAdmin: key.stranger.publicKey }),
    ),
    acceptAdmin: main(async (w) => {
      await w.market.admin.treasury.proposeAdmin({ newAdmin: key.stranger.publicKey });
      return treasury.acceptAdmin.call(contextOf(w), { newAdmin: key.stranger });
    }),
    burnIoFees: main(async (w) => {
      await w.market.anyone.escrow.settleJob({ job: w.runningInIo });
      return treasury.burnIoFees.call(contextOf(w));
    }),
  },
};

const GPU_ROOT = { kind: 'gpu', epoch: 1n, root: new Uint8Array(32).fill(3), total: 1_000n } as const;

async function postGpuRoot(w: World): Promise<void> {
  await sealEmission(w.market);
  await advanceTo(w.market, 2n);
  await postRoot(w.market, GPU_ROOT);
}

function newMembers() {
  return ['new 0', 'new 1', 'new 2', 'new 3'].map((label) => testKeypair(label).publicKey);
}

const jobOf = (w: World, job: Places['running']) => w.market.buyer.accounts.escrow.job.fetch(job);

async function endAndProve(w: World & Places): Promise<void> {
  await w.market.buyer.escrow.endJob({ job: w.running });
  await w.market.report(w.running, 655);
}

async function endAndSettle(w: World & Places): Promise<void> {
  await endAndProve(w);
  await w.market.anyone.escrow.settleJob({ job: w.running });
}

/** Ends the running job while neither its node nor its buyer can receive, then makes them able again. */
async function leaveOwed(w: World & Places): Promise<void> {
  const { network, deployment } = w.market;
  const accounts = [key.owner, key.buyer].map((one) => tokenAddress(deployment.usdcMint, one.publicKey));
  for (const account of accounts) changeTokenAccount(network, account, { frozen: true });
  await endAndSettle(w);
  for (const account of accounts) changeTokenAccount(network, account, { frozen: false });
}
