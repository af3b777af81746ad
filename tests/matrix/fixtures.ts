import type { Call, InstructionName, ProgramName } from '@ionet/sdk';
import {
  decodeTokenAccount,
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
