import { escrow, pda } from '@ionet/sdk';
import { withAccounts } from '../harness/slots.js';
import { transferTokens } from '../harness/token-accounts.js';
import { mustHold, type Action } from './actions.js';
import type { World } from './model.js';
import { rotationActions } from './rotation-actions.js';

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

/** A stranger sends tokens to a vault that is not of a job, which changes nothing but the vault. */
async function give(world: World): Promise<void> {
  const { random, market, keeper, nodes } = world;
  const { deployment } = market;
  const { ioMint, usdcMint } = deployment;
  const node = random.pick(nodes)!.address;
  const amount = random.big(1n, 9_999n);
  const to = random.pick(['io fees', 'usdc fees', 'stake'])!;
  const token = to === 'usdc fees' ? 'usdc' : 'io';
  const mint = token === 'usdc' ? usdcMint : ioMint;
  const vault =
    to === 'stake' ? pda.staking.stakeVault(deployment, node) : pda.treasury.feeVault(deployment, mint);
  await transferTokens(market, mint, keeper.key, vault, amount);
  world.onGift(vault, token, amount);
  if (to === 'stake') await world.checkStake(node);
}

/** What is done with staking and oracle; beside the actions of escrow. Jobs are only read. */
export const marketActions: readonly Action[] = [
  {
    name: 'settleByAnother',
    outside: true,
    weight: 5,
    refusals: [
      'escrow.WrongJobUsage',
      'escrow.JobNotStarted',
      'escrow.JobEnded',
      // Of a job that never started, where the node has closed its load.
      'escrow.AccountNotInitialized',
    ],
    run: settleByAnother,
  },
  {
    name: 'stake',
    weight: 3,
    // The owner's token account may have been closed or handed over.
    refusals: [
      'staking.Paused',
      'staking.WrongTokenAccount',
      'staking.AccountNotInitialized',
      'token.InsufficientFunds',
    ],
    run: async (world) => {
      const node = world.random.pick(world.nodes)!.address;
      const amount = world.random.big(1n, 9_999_999n);
      await world.market.owner.staking.stake({ node, amount });
      const { pausedUntil } = world.offices.of('staking');
      mustHold(world.now >= pausedUntil, 'stake was taken while intake is paused');
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
      if (deviceCount !== before) world.onHardware(node, deviceCount);
      await world.checkStake(node);
    },
  },
  {
    name: 'give',
    weight: 2,
    refusals: ['token.InsufficientFunds', 'token.AccountFrozen'],
    run: give,
  },
  ...rotationActions('oracle', ({ oracles }) => oracles),
];
