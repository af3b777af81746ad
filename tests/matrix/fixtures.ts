import type { Call, InstructionName, ProgramName } from '@ionet/sdk';
import {
  airdrop,
  decodeTokenAccount,
  emission,
  escrow,
  oracle,
  pda,
  programNames,
  staking,
  tokenAddress,
  treasury,
} from '@ionet/sdk';
import { changeTokenAccount, testKeypair } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { sendRewards } from '../harness/staking.js';
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
  appealAuthority: testKeypair('appeal authority'),
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
    requestUnstake: main(async (w) => {
      // What is over the minimum of a node that is hired.
      await w.market.owner.staking.stake({ node: w.node, amount: 1_000n });
      return staking.requestUnstake.call(contextOf(w), { owner: key.owner, node: w.node, id: 5, shares: 9n });
    }),
    cancelUnstake: main(async (w) =>
      staking.cancelUnstake.call(contextOf(w), {
        owner: key.owner,
        unbonding: await w.market.owner.accounts.staking.unbonding.fetch(w.unstake),
      }),
    ),
    setCommission: main((w) =>
      staking.setCommission.call(contextOf(w), { owner: key.owner, node: w.node, commissionBps: 300 }),
    ),
    claimOwnerRewards: main(async (w) => {
      await sendRewards(w.market, w.node, 1_000n);
      return staking.claimOwnerRewards.call(contextOf(w), {
        authority: key.owner,
        node: w.node,
        owner: key.owner.publicKey,
      });
    }),
    appeal: main((w) =>
      staking.appeal.call(contextOf(w), {
        owner: key.owner,
        node: w.spareNode,
        slashCase: w.slashCase,
        statementHash: new Uint8Array(32).fill(6),
      }),
    ),
    deregisterNode: main(async (w) => {
      const node = await w.market.registerNode({ id: 8, stake: 0n });
      return staking.deregisterNode.call(contextOf(w), {
        owner: key.owner,
        node,
        rentPayer: key.owner.publicKey,
      });
    }),
    delegate: main((w) =>
      staking.delegate.call(contextOf(w), { delegator: key.owner, node: w.node, amount: 700n }),
    ),
    undelegate: main((w) =>
      staking.undelegate.call(contextOf(w), { delegator: key.buyer, node: w.node, id: 5, shares: 9n }),
    ),
    cancelUndelegation: main(async (w) =>
      staking.cancelUndelegation.call(contextOf(w), {
        delegator: key.owner,
        unbonding: await w.market.owner.accounts.staking.unbonding.fetch(w.ownersUndelegation),
      }),
    ),
    claimRewards: main(async (w) => {
      w.market.warpBy(24 * HOUR);
      await w.market.anyone.staking.activateDelegation({ node: w.node, delegator: key.buyer.publicKey });
      await sendRewards(w.market, w.node, 10n ** 6n);
      return staking.claimRewards.call(contextOf(w), { authority: key.buyer, node: w.node });
    }),
    withdraw: main(async (w) => {
      w.market.warpBy(14 * 24 * HOUR);
      return staking.withdraw.call(contextOf(w), {
        authority: key.buyer,
        unbonding: await w.market.buyer.accounts.staking.unbonding.fetch(w.undelegation),
      });
    }),
    harvest: main(async (w) => {
      w.market.warpBy(24 * HOUR);
      await w.market.anyone.staking.activateDelegation({ node: w.node, delegator: key.buyer.publicKey });
      await sendRewards(w.market, w.node, 10n ** 6n);
      return staking.harvest.call(contextOf(w), { node: w.node });
    }),
    activateDelegation: main((w) => {
      w.market.warpBy(24 * HOUR);
      return staking.activateDelegation.call(contextOf(w), { node: w.node, delegator: key.buyer.publicKey });
    }),
    closeDelegation: main(async (w) => {
      const { staking: act } = w.market.actor('stranger');
      await act.delegate({ node: w.node, amount: 700n });
      const { accounts } = await act.undelegate({ node: w.node, amount: 'all' });
      w.market.warpBy(14 * 24 * HOUR);
      await act.withdraw({ unbonding: accounts.unbonding });
      return staking.closeDelegation.call(contextOf(w), {
        node: w.node,
        delegator: key.stranger.publicKey,
        rentPayer: key.stranger.publicKey,
      });
    }),
    slash: main((w) => staking.slash.call(contextOf(w), { ...offenceOf(w), admin: key.admin, node: w.node })),
    slashByOracles: main((w) =>
      staking.slashByOracles.call(contextOf(w), {
        ...offenceOf(w),
        node: w.node,
        setVersion: 1,
        expiresAt: w.market.network.now() + 60n,
        members: w.market.oracles.map((member) => member.publicKey),
        signers: w.market.oracles.slice(0, 2),
      }),
    ),
    dismissAppeal: main(async (w) => {
      await appealOf(w);
      return staking.dismissAppeal.call(contextOf(w), caseOf(w));
    }),
    restore: main((w) => staking.restore.call(contextOf(w), caseOf(w))),
    burnSlashed: main((w) => {
      w.market.warpBy(30 * 24 * HOUR);
      return staking.burnSlashed.call(contextOf(w), caseOf(w));
    }),
    restoreUndecided: main(async (w) => {
      await appealOf(w);
      w.market.warpBy(60 * 24 * HOUR);
      return staking.restoreUndecided.call(contextOf(w), caseOf(w));
    }),
    closeSlashCase: main(async (w) => {
      w.market.warpBy(31 * 24 * HOUR);
      await w.market.anyone.staking.burnSlashed(caseOf(w));
      return staking.closeSlashCase.call(contextOf(w), {
        slashCase: w.slashCase,
        rentPayer: key.admin.publicKey,
      });
    }),
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
  airdrop: {
    initialize: bare((w) => airdrop.initialize.call(contextOf(w), { authority: key.admin })),
    proposeAdmin: main((w) =>
      airdrop.proposeAdmin.call(contextOf(w), { admin: key.admin, newAdmin: key.stranger.publicKey }),
    ),
    acceptAdmin: main(async (w) => {
      await w.market.admin.airdrop.proposeAdmin({ newAdmin: key.stranger.publicKey });
      return airdrop.acceptAdmin.call(contextOf(w), { newAdmin: key.stranger });
    }),
    createSeason: main((w) =>
      airdrop.createSeason.call(contextOf(w), {
        ...w.season.settings,
        id: 4,
        admin: key.admin,
        funder: key.owner,
      }),
    ),
    cancelSeason: main(async (w) => {
      const season = await w.market.anyone.accounts.airdrop.season.fetch(w.upcomingSeason);
      return lastOf(airdrop.cancelSeason.call(contextOf(w), { admin: key.admin, season }));
    }),
    claim: main((w) => airdrop.claim.call(contextOf(w), { ...w.season.claim(1), createTokenAccount: false })),
    openShard: main((w) => airdrop.openShard.call(contextOf(w), { season: w.upcomingSeason, index: 0 })),
    closeShard: main((w) => {
      w.market.warpBy(SEASON_WINDOW);
      return airdrop.closeShard.call(contextOf(w), {
        season: w.season.address,
        index: 0,
        rentPayer: w.market.anyone.payer,
      });
    }),
    closeSeason: main(async (w) => {
      await closeShards(w);
      const season = await w.market.anyone.accounts.airdrop.season.fetch(w.season.address);
      return lastOf(airdrop.closeSeason.call(contextOf(w), { season }));
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
    updateConfig: main((w) =>
      treasury.updateConfig.call(contextOf(w), { admin: key.admin, priceAccount: key.stranger.publicKey }),
    ),
    observePrice: main((w) => treasury.observePrice.call(contextOf(w))),
    fillAuction: main((w) => {
      const { network, deployment } = w.market;
      const vault = pda.treasury.feeVault(deployment, deployment.usdcMint);
      changeTokenAccount(network, vault, { amount: 24_000_000n });
      return treasury.fillAuction.call(contextOf(w), {
        filler: key.buyer,
        usdc: 600_000n,
        maxIo: 10n ** 10n,
      });
    }),
    buyCredits: main((w) =>
      treasury.buyCredits.call(contextOf(w), {
        buyer: key.buyer,
        owner: key.owner.publicKey,
        amount: 5n,
      }),
    ),
    closeCredits: main(async (w) => {
      const { amount } = decodeTokenAccount(w.market.network.getAccount(creditsOf(w))!.data)!;
      await spendFor(w, amount);
      return treasury.closeCredits.call(contextOf(w), { owner: key.buyer });
    }),
    spendCredits: main((w) => callAsEscrow(w, 5n)),
  },
};

/** An instruction called in another way that its accounts depend on. */
export interface Variant {
  readonly program: ProgramName;
  readonly name: string;
  readonly title: string;
  readonly fixture: Fixture;
  /** Optional accounts that are not read in this way. */
  readonly unread?: readonly string[];
}

export const variants: readonly Variant[] = [
  {
    program: 'escrow',
    name: 'bookJob',
    title: 'bookJob in credits',
    unread: ['priceUpdate'],
    fixture: main((w) =>
      escrow.bookJob.call(contextOf(w), {
        buyer: key.buyer,
        id: 77n,
        offer: w.offer,
        node: w.node,
        devices: 1,
        hours: 3,
        payment: 'credits',
        maxTotal: 10n ** 13n,
      }),
    ),
  },
  {
    program: 'escrow',
    name: 'bookJob',
    title: 'bookJob in USDC',
    unread: ['priceUpdate'],
    fixture: main((w) =>
      escrow.bookJob.call(contextOf(w), {
        buyer: key.buyer,
        id: 77n,
        offer: w.offer,
        node: w.node,
        devices: 1,
        hours: 3,
        payment: 'usdc',
        maxTotal: 10n ** 13n,
      }),
    ),
  },
  {
    program: 'escrow',
    name: 'extendJob',
    title: 'extendJob in credits',
    unread: ['priceUpdate'],
    fixture: main(async (w) =>
      escrow.extendJob.call(contextOf(w), {
        buyer: key.buyer,
        job: await jobOf(w, w.runningInCredits),
        hours: 2,
        maxTotal: 10n ** 13n,
      }),
    ),
  },
  {
    program: 'escrow',
    name: 'settleJob',
    title: 'settleJob in credits',
    fixture: main(async (w) => {
      await w.market.buyer.escrow.endJob({ job: w.runningInCredits });
      await w.market.report(w.runningInCredits, 655);
      return escrow.settleJob.call(contextOf(w), { job: await jobOf(w, w.runningInCredits) });
    }),
  },
];

/** Everything that is called: each instruction, and the variants. */
export const calls: readonly Variant[] = [
  ...programNames.flatMap((program) =>
    Object.entries<Fixture>(fixtures[program]).map(([name, fixture]) => ({
      program,
      name,
      title: name,
      fixture,
    })),
  ),
  ...variants,
];

const creditsOf = (w: World) => pda.treasury.credits(w.market.deployment, key.buyer.publicKey);

/** A call that only escrow can make, with the treasury rewritten so that a key stands for escrow. */
async function callAsEscrow(w: World & Places, amount: bigint): Promise<Call> {
  const { market } = w;
  await changeAccount(market, 'treasury', 'treasury', pda.treasury.treasury(market.deployment), {
    escrowConfig: key.pauser.publicKey,
  });
  return treasury.spendCredits.call(contextOf(w), {
    escrowConfig: key.pauser,
    owner: key.buyer,
    job: w.running,
    amount,
  });
}

/** Spends credits, and leaves the treasury as it is. */
async function spendFor(w: World & Places, amount: bigint): Promise<void> {
  const { market } = w;
  await market.anyone.send(await callAsEscrow(w, amount));
  await changeAccount(market, 'treasury', 'treasury', pda.treasury.treasury(market.deployment), {
    escrowConfig: pda.escrow.config(market.deployment),
  });
}

const GPU_ROOT = { kind: 'gpu', epoch: 1n, root: new Uint8Array(32).fill(3), total: 1_000n } as const;

async function postGpuRoot(w: World): Promise<void> {
  await sealEmission(w.market);
  await advanceTo(w.market, 2n);
  await postRoot(w.market, GPU_ROOT);
}

/** A call without the instruction that creates the token account which it pays to: in the world that account exists. */
const lastOf = (call: Call): Call => ({ ...call, instructions: call.instructions.slice(-1) });

const SEASON_WINDOW = 30 * 24 * HOUR;

/** Ends the window of the seasons, and closes the shard of the first. */
async function closeShards(w: World & Places): Promise<void> {
  w.market.warpBy(SEASON_WINDOW);
  await w.market.anyone.airdrop.closeShard({ season: w.season.address, index: 0 });
}

const offenceOf = (w: World) =>
  ({
    reason: 'dataCompromise',
    day: Number(w.market.network.now() / 86_400n),
    amount: 10n ** 6n,
    evidenceHash: new Uint8Array(32).fill(7),
  }) as const;

const caseOf = (w: Places) => ({
  node: w.spareNode,
  slashCase: w.slashCase,
  appealAuthority: key.appealAuthority,
});

async function appealOf(w: World & Places): Promise<void> {
  const statementHash = new Uint8Array(32).fill(6);
  await w.market.owner.staking.appeal({ node: w.spareNode, slashCase: w.slashCase, statementHash });
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
