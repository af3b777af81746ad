import { expect } from 'chai';
import type { Client } from '@ionet/sdk';
import { actAs, mustHold, pause, unpause, type Action } from './actions.js';
import type { World } from './model.js';
import { governed, rootOf, type GovernedProgram, type Officer } from './roles.js';

/** Whoever holds an office, or, now and then, somebody else. */
function mostly({ random }: World, holder: Officer, others: readonly Officer[]): Client {
  return (random.chance(75) ? holder : random.pick(others)!).client;
}

/** The admin of a program, or, now and then, somebody who is not. */
export function adminOrNot(world: World, program: GovernedProgram): Client {
  const { offices } = world;
  return mostly(world, offices.of(program).admin, [...offices.admins, ...offices.pausers]);
}

async function proposeAdmin(world: World): Promise<void> {
  const { random, offices } = world;
  const roles = offices.of(random.pick(governed)!);
  const proposed = random.pick(offices.admins)!;
  await actAs(adminOrNot(world, roles.program), [roles.admin.client.payer], (by) =>
    by[roles.program].proposeAdmin({ newAdmin: proposed.client.payer }),
  );
  // Whoever proposes himself withdraws a proposal.
  roles.pendingAdmin = proposed === roles.admin ? null : proposed;
  await checkRoles(world, roles.program);
}

async function acceptAdmin(world: World): Promise<void> {
  const { random, offices } = world;
  const pending = governed.filter((name) => offices.of(name).pendingAdmin !== null);
  const roles = offices.of(random.pick(pending.length > 0 ? pending : governed)!);
  const { pendingAdmin } = roles;
  const by = mostly(world, pendingAdmin ?? offices.admins[0]!, [...offices.admins, ...offices.pausers]);
  await actAs(by, pendingAdmin === null ? [] : [pendingAdmin.client.payer], (client) =>
    client[roles.program].acceptAdmin(),
  );
  roles.admin = pendingAdmin!;
  roles.pendingAdmin = null;
  await checkRoles(world, roles.program);
}

/** Another pauser or guardian, the same price feed, another stake for new hardware. */
async function updateConfig(world: World): Promise<void> {
  const { random, offices, market } = world;
  const program = random.pick(['escrow', 'staking', 'emission'] as const)!;
  const roles = offices.of(program);
  const pauser = random.pick(offices.pausers)!;
  const update = { pauser: pauser.client.payer };
  const baseStakePerDevice = random.big(1n, 300n) * 10n ** 8n;
  await actAs(adminOrNot(world, program), [roles.admin.client.payer], (by) => {
    switch (program) {
      case 'escrow':
        return by.escrow.updateConfig({ ...update, priceFeedId: market.deployment.priceFeedId });
      case 'staking':
        return by.staking.updateConfig({ ...update, baseStakePerDevice });
      case 'emission':
        return by.emission.updateConfig({ guardian: pauser.client.payer });
    }
  });
  roles.pauser = pauser;
  if (program === 'staking') world.baseStake = baseStakePerDevice;
  await checkRoles(world, program);
}

/** A program is initialized once, also for whoever deployed it. */
async function initializeAgain(world: World): Promise<void> {
  const { random, market, offices } = world;
  const { client } = random.pick([...offices.admins, ...offices.pausers])!;
  const pauser = client.payer;
  const members = market.oracles.map(({ publicKey }) => publicKey);
  switch (random.pick(governed)!) {
    case 'staking':
      await client.staking.initialize({ pauser });
      break;
    case 'oracle':
      await client.oracle.initialize({ members });
      break;
    case 'escrow':
      await client.escrow.initialize({ pauser });
      break;
    case 'treasury':
      await client.treasury.initialize();
      break;
    case 'emission':
      await client.emission.initialize({ members, guardian: pauser });
      break;
    case 'airdrop':
      await client.airdrop.initialize();
  }
  mustHold(false, 'a program was initialized again');
}

async function checkRoles({ market, offices }: World, program: GovernedProgram): Promise<void> {
  const { accounts, deployment } = market.anyone;
  const root = rootOf(deployment, program);
  const { governance } = await {
    staking: () => accounts.staking.stakingConfig.fetch(root),
    oracle: () => accounts.oracle.oracleSet.fetch(root),
    escrow: () => accounts.escrow.escrowConfig.fetch(root),
    treasury: () => accounts.treasury.treasury.fetch(root),
    emission: () => accounts.emission.schedule.fetch(root),
    airdrop: () => accounts.airdrop.airdropConfig.fetch(root),
  }[program]();
  expect(JSON.stringify(governance, asText), `the roles of ${program}`).to.equal(
    JSON.stringify(offices.expected(program), asText),
  );
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** Handovers, pauses and parameters of all programs. */
export const governanceActions: readonly Action[] = [
  {
    name: 'proposeAdmin',
    outside: true,
    weight: 5,
    refusals: governed.map((program) => `${program}.NotAdmin` as const),
    run: proposeAdmin,
  },
  {
    name: 'acceptAdmin',
    outside: true,
    weight: 6,
    refusals: governed.map((program) => `${program}.NotPendingAdmin` as const),
    run: acceptAdmin,
  },
  {
    name: 'updateConfig',
    outside: true,
    weight: 4,
    refusals: ['escrow.NotAdmin', 'staking.NotAdmin', 'emission.NotAdmin'],
    run: updateConfig,
  },
  {
    name: 'pauseStaking',
    outside: true,
    weight: 1,
    refusals: ['staking.AlreadyPaused', 'staking.NotPauser'],
    run: (world) => pause(world, 'staking'),
  },
  {
    name: 'unpauseStaking',
    outside: true,
    weight: 6,
    refusals: ['staking.NotPaused', 'staking.NotPauser'],
    run: (world) => unpause(world, 'staking'),
  },
  {
    name: 'initializeAgain',
    outside: true,
    weight: 3,
    refusals: [
      'system.AccountAlreadyInUse',
      ...governed.map((program) => `${program}.NotUpgradeAuthority` as const),
    ],
    run: initializeAgain,
  },
];
