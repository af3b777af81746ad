import { escrow, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { withAccounts } from '../harness/slots.js';
import { mustHold, type Action } from './actions.js';
import type { World } from './model.js';

const ROTATION_DELAY = 48n * 3_600n;
const STAND_INS = [0, 1, 2, 3].map((index) => testKeypair(`stand-in oracle ${index}`));

/** Settles a job by what the oracles say of another. */
function settleByAnother(world: World): Promise<void> | null {
  const { random, market, openJobs } = world;
  const job = world.pickIn('running', 'ending');
  const other = random.pick(openJobs.filter((one) => one !== job && one.usage.sequence > 0n));
  if (job === undefined || other === undefined) return null;
  const { deployment, anyone } = market;
  const jobUsage = pda.oracle.jobUsage(deployment, other.address);
  const call = escrow.settleJob.call(anyone, { job: job.account });
  return anyone.send(withAccounts(call, 'escrow', 'settleJob', { jobUsage })).then(() => {
    mustHold(false, 'a job was settled by the usage of another');
  });
}

async function rotate({ random, market, oracles, now }: World): Promise<void> {
  const pool = [...market.oracles, ...STAND_INS];
  const from = random.int(0, pool.length - 3);
  const pending = pool.slice(from, from + 3);
  await market.admin.oracle.rotateMembers({ members: pending.map(({ publicKey }) => publicKey) });
  mustHold(oracles.pendingAt === 0n, 'a second rotation was proposed');
  oracles.pending = pending;
  oracles.pendingAt = now + ROTATION_DELAY;
}

async function applyRotation({ market, oracles, now }: World): Promise<void> {
  await market.anyone.oracle.applyRotation();
  mustHold(oracles.pendingAt > 0n && now >= oracles.pendingAt, 'a rotation was applied too early');
  oracles.members = oracles.pending;
  oracles.version += 1;
  oracles.pending = [];
  oracles.pendingAt = 0n;
}

/** What is done with staking and oracle; beside the actions of escrow. Jobs are only read. */
export const marketActions: readonly Action[] = [
  {
    name: 'settleByAnother',
    outside: true,
    weight: 5,
    refusals: ['escrow.WrongJobUsage', 'escrow.JobNotStarted', 'escrow.JobEnded'],
    run: settleByAnother,
  },
  {
    name: 'stake',
    weight: 3,
    // The owner's token account may have been closed or handed over.
    refusals: ['staking.WrongTokenAccount', 'staking.AccountNotInitialized', 'token.InsufficientFunds'],
    run: async (world) => {
      const node = world.random.pick(world.nodes)!.address;
      const amount = world.random.big(1n, 9_999_999n);
      await world.market.owner.staking.stake({ node, amount });
      await world.onStaked(node, amount);
    },
  },
  {
    name: 'resize',
    outside: true,
    weight: 2,
    refusals: ['staking.NodeHired'],
    run: async (world) => {
      const { random, market, nodes, openJobs } = world;
      const node = random.pick(nodes)!.address;
      const { deviceCount: before } = await market.anyone.accounts.staking.node.fetch(node);
      const deviceCount = random.pick([4, 8])!;
      await market.owner.staking.updateNode({ node, deviceCount });
      const hired = openJobs.some(({ account }) => account.state === 'running' && account.node.equals(node));
      mustHold(!hired || deviceCount === before, 'a node that is hired got other hardware');
      await world.checkStake(node);
    },
  },
  {
    name: 'rotate',
    outside: true,
    weight: 1,
    refusals: ['oracle.RotationPending'],
    run: rotate,
  },
  {
    name: 'cancelRotation',
    outside: true,
    weight: 1,
    refusals: ['oracle.NoRotationPending'],
    run: async ({ random, market, oracles }) => {
      // Mostly left alone, so that rotations are applied.
      if (random.chance(70)) return;
      await market.admin.oracle.cancelRotation({});
      oracles.pending = [];
      oracles.pendingAt = 0n;
    },
  },
  {
    name: 'applyRotation',
    outside: true,
    weight: 3,
    refusals: ['oracle.NoRotationPending', 'oracle.RotationTooEarly'],
    run: applyRotation,
  },
];
