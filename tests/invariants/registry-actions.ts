import { expect } from 'chai';
import type { PublicKey } from '@solana/web3.js';
import { minimumStake, pda, tokenAddress } from '@ionet/sdk';
import { TEST_CLASSES, type TestHardwareClass } from '@ionet/sdk/testing';
import { actAs, mustHold, type Action } from './actions.js';
import { adminOrNot } from './governance-actions.js';
import type { World } from './model.js';

const MOST_NODES = 8;
const FIRST_OWN_CLASS = 10;
const HIGHEST_OWN_CLASS = 16;

interface KnownClass {
  readonly label: string;
  readonly id: number;
  multiplierX100: number;
  referencePrice: bigint;
  active: boolean;
}

interface KnownNode {
  readonly address: PublicKey;
  operator: PublicKey;
  classId: number;
  deviceCount: number;
  minimumStake: bigint;
}

/** Classes and nodes that the steps made. None of them is for hire, so that their hardware may change freely. */
interface Registry {
  readonly classes: KnownClass[];
  readonly nodes: KnownNode[];
}

const registries = new WeakMap<World, Registry>();

function registryOf(world: World): Registry {
  let registry = registries.get(world);
  if (registry === undefined) {
    const classes = TEST_CLASSES.map(({ id, multiplierX100, referencePrice }) => {
      return { label: `class ${id}`, id, multiplierX100, referencePrice, active: true };
    });
    registry = { classes, nodes: [] };
    registries.set(world, registry);
  }
  return registry;
}

async function checkClass({ market }: World, known: KnownClass): Promise<void> {
  const { deployment, accounts } = market.anyone;
  const held = await accounts.staking.hardwareClass.fetch(pda.staking.class(deployment, known.id));
  const { id, multiplierX100, referencePrice, active } = held;
  expect({ label: `class ${id}`, id, multiplierX100, referencePrice, active }).to.deep.equal(known);
}

async function checkNode({ market }: World, known: KnownNode): Promise<void> {
  const { deployment, accounts } = market.anyone;
  const held = await accounts.staking.node.fetch(known.address);
  expect(held.operator.equals(known.operator), 'the operator').to.equal(true);
  expect(held.class.equals(pda.staking.class(deployment, known.classId)), 'the class').to.equal(true);
  expect(held.deviceCount, 'the devices').to.equal(known.deviceCount);
  expect(held.minimumStake, 'the minimum stake').to.equal(known.minimumStake);
}

function minimumOf({ baseStake }: World, { multiplierX100 }: KnownClass, devices: number): bigint {
  return minimumStake(baseStake, BigInt(multiplierX100), BigInt(devices));
}

async function createClass(world: World): Promise<void> {
  const { random, offices } = world;
  const { classes } = registryOf(world);
  const id = random.int(FIRST_OWN_CLASS, HIGHEST_OWN_CLASS);
  const made = {
    multiplierX100: random.chance(5) ? 0 : random.int(25, 3_000),
    referencePrice: random.big(1n, 99_999_999n),
  };
  const kind: TestHardwareClass['kind'] = random.chance(70) ? 'gpu' : 'cpu';
  await actAs(adminOrNot(world, 'staking'), [offices.of('staking').admin.client.payer], (by) =>
    by.staking.createClass({ id, kind, name: `Class ${id}`, ...made }),
  );
  mustHold(!classes.some((one) => one.id === id), 'a class was made twice');
  mustHold(made.multiplierX100 > 0, 'a class without weight was made');
  const known = { label: `class ${id}`, id, ...made, active: true };
  classes.push(known);
  await checkClass(world, known);
}

async function updateClass(world: World, known: KnownClass): Promise<void> {
  const { random, offices } = world;
  const change = {
    multiplierX100: random.int(25, 3_000),
    referencePrice: random.big(1n, 99_999_999n),
    active: random.chance(75),
  };
  await actAs(adminOrNot(world, 'staking'), [offices.of('staking').admin.client.payer], (by) =>
    by.staking.updateClass({ id: known.id, ...change }),
  );
  Object.assign(known, change);
  await checkClass(world, known);
}

async function registerNode(world: World): Promise<void> {
  const { random, market, offices, now } = world;
  const { classes, nodes } = registryOf(world);
  const known = random.pick(classes)!;
  const deviceCount = random.chance(5) ? 9 : random.int(1, 8);
  const id = random.int(100, 99 + MOST_NODES);
  const operator = market.operator.payer;
  const { accounts } = await market.owner.staking.registerNode({
    id,
    classId: known.id,
    deviceCount,
    bandwidth: 'medium',
    region: 'eu-west',
    operator,
  });
  mustHold(known.active, 'a node of a class that is closed was registered');
  mustHold(deviceCount <= 8, 'a node of too many devices was registered');
  mustHold(now >= offices.of('staking').pausedUntil, 'a node was registered while intake is paused');
  const minimum = minimumOf(world, known, deviceCount);
  const node = { address: accounts.node, operator, classId: known.id, deviceCount, minimumStake: minimum };
  nodes.push(node);
  await checkNode(world, node);
}

/** Other hardware or another operator for a node that is not for hire; by its owner, or by somebody else. */
async function updateNode(world: World, known: KnownNode): Promise<void> {
  const { random, market } = world;
  const chosen = random.pick(registryOf(world).classes)!;
  const deviceCount = random.int(1, 8);
  const operator = random.pick([market.operator, market.anyone])!.payer;
  const changes = chosen.id !== known.classId || deviceCount !== known.deviceCount;
  await actAs(random.chance(85) ? market.owner : market.operator, [market.owner.payer], (by) =>
    by.staking.updateNode({ node: known.address, classId: chosen.id, deviceCount, operator }),
  );
  mustHold(chosen.active || !changes, 'a node changed to a class that is closed');
  Object.assign(known, { operator, classId: chosen.id, deviceCount });
  if (changes) known.minimumStake = minimumOf(world, chosen, deviceCount);
  await checkNode(world, known);
}

/** Other hardware for a node on which a job runs: the chain has to refuse it. */
function updateHiredNode(world: World): Promise<void> | null {
  const job = world.pickIn('running');
  // A job that is booked keeps nobody from changing hardware: it then cannot be started on the node.
  if (job?.account.state !== 'running') return null;
  const change = async (): Promise<void> => {
    const { staking, accounts } = world.market.owner;
    const node = await accounts.staking.node.fetch(job.account.node);
    await staking.updateNode({ node, deviceCount: (node.deviceCount % 8) + 1 });
    mustHold(false, 'a node changed its hardware while it was hired');
  };
  return change();
}

/** Takes a node from the register, by its owner or by somebody else; its id is free again. */
async function deregisterNode(world: World, known: KnownNode): Promise<void> {
  const { random, market, keeper } = world;
  const { nodes } = registryOf(world);
  const by = random.chance(60) ? market.owner : market.operator;
  // The owner's own account may have been closed or handed over.
  const destination = tokenAddress(market.deployment.ioMint, keeper.client.payer);
  await actAs(by, [market.owner.payer], (client) =>
    client.staking.deregisterNode({ node: known.address, destination }),
  );
  nodes.splice(nodes.indexOf(known), 1);
  mustHold(market.network.getAccount(known.address) === null, 'a node that left is still there');
}

/** Classes of hardware and the nodes that register with them. */
export const registryActions: readonly Action[] = [
  {
    name: 'createClass',
    outside: true,
    weight: 2,
    refusals: ['staking.NotAdmin', 'staking.MultiplierOutOfRange', 'system.AccountAlreadyInUse'],
    run: createClass,
  },
  {
    name: 'updateClass',
    outside: true,
    weight: 2,
    refusals: ['staking.NotAdmin'],
    run: (world) => {
      const { classes } = registryOf(world);
      const known = world.random.pick(classes.filter(({ id }) => id >= FIRST_OWN_CLASS));
      return known === undefined ? null : updateClass(world, known);
    },
  },
  {
    name: 'registerNode',
    outside: true,
    weight: 2,
    refusals: [
      'staking.Paused',
      'staking.ClassInactive',
      'staking.DeviceCountOutOfRange',
      'system.AccountAlreadyInUse',
    ],
    run: registerNode,
  },
  {
    name: 'updateNode',
    outside: true,
    weight: 2,
    refusals: ['staking.NotOwner', 'staking.ClassInactive'],
    run: (world) => {
      const known = world.random.pick(registryOf(world).nodes);
      return known === undefined ? null : updateNode(world, known);
    },
  },
  {
    name: 'updateHiredNode',
    outside: true,
    weight: 2,
    refusals: ['staking.NodeHired', 'staking.ClassInactive'],
    run: updateHiredNode,
  },
  {
    name: 'deregisterNode',
    outside: true,
    weight: 2,
    refusals: ['staking.NotOwner'],
    run: (world) => {
      const known = world.random.pick(registryOf(world).nodes);
      return known === undefined ? null : deregisterNode(world, known);
    },
  },
];
