import type { DeploymentRoles } from '@ionet/sdk';
import { claim, postFinalRoot, sealEmission, treeOf, advanceTo } from './emission.js';
import { ANY_IO, setVault, toNextHour } from './auction.js';
import { sendRewards } from './staking.js';
import { mainWorld, type Places, type World } from '../matrix/world.js';

/** A marketplace in which everything that an audit looks at has happened. */
export type AuditedWorld = World & Places & { readonly roles: DeploymentRoles };

async function makeOnce(): Promise<AuditedWorld> {
  const world = await mainWorld();
  const { market, season, node } = world;
  const { anyone } = market;
  for (const job of [world.running, world.runningInIo, world.runningInCredits]) {
    await anyone.escrow.settleJob({ job });
  }
  await market.buyer.escrow.cancelJob({ job: world.booked });
  await sendRewards(market, node, 10n ** 9n);
  await anyone.staking.harvest({ node });
  await sealEmission(market);
  await advanceTo(market, 3n);
  const tree = treeOf(market, 'gpu', [
    ['a', 1_000n],
    ['b', 2_500n],
  ]);
  const version = await postFinalRoot(market, { kind: 'gpu', epoch: 3n, root: tree.root, total: 3_500n });
  await claim(anyone, { kind: 'gpu', version, tree, index: 0, label: 'a' });
  await anyone.airdrop.claim(season.claim(1));

  await anyone.treasury.burnIoFees();
  setVault(market, 48_000_000n);
  for (let fill = 0; fill < 3; fill += 1) {
    toNextHour(market, 1_800);
    await market.buyer.treasury.fillAuction({ usdc: 100_000n + BigInt(fill), maxIo: ANY_IO });
  }
  const roles: DeploymentRoles = {
    admin: market.admin.payer,
    pauser: market.pauser.payer,
    guardian: market.pauser.payer,
    appealAuthority: market.appealAuthority.payer,
    upgradeAuthority: market.admin.payer,
  };
  return { ...world, snapshot: market.snapshot(), roles };
}

let made: Promise<AuditedWorld> | undefined;

/** Gives a suite that marketplace, as new before each test. Read the field inside tests. */
export function useAuditedWorld(): { readonly world: AuditedWorld } {
  const current: { world?: AuditedWorld } = {};
  beforeEach(async () => {
    const world = await (made ??= makeOnce());
    world.market.restore(world.snapshot);
    current.world = world;
  });
  return {
    get world() {
      if (current.world === undefined) throw new Error('the world exists only inside tests');
      return current.world;
    },
  };
}
