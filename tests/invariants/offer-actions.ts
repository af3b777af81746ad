import { pda } from '@ionet/sdk';
import { actAs, nodeAuthority, type Action } from './actions.js';
import type { NodeInPlay, World } from './model.js';

const OFFER_IDS = [0, 1, 2];

async function createOffer(world: World, node: NodeInPlay): Promise<void> {
  const { random, market } = world;
  const id = random.pick(OFFER_IDS)!;
  const terms = { price: random.chance(4) ? 0n : random.big(1n, 99_999_999n), maxHours: 60 };
  await actAs(nodeAuthority(world), [market.owner.payer, market.operator.payer], (by) =>
    by.escrow.createOffer({ node: node.address, id, terms }),
  );
  node.offers.push(pda.escrow.offer(market.deployment, node.address, id));
  node.hasLoad = true;
}

async function closeOffer(world: World, node: NodeInPlay): Promise<void> {
  const { random, market } = world;
  const offer = random.pick(node.offers)!;
  await actAs(nodeAuthority(world), [market.owner.payer, market.operator.payer], (by) =>
    by.escrow.closeOffer({ offer }),
  );
  node.offers.splice(node.offers.indexOf(offer), 1);
}

async function closeNodeLoad(world: World, node: NodeInPlay): Promise<void> {
  const { market } = world;
  await actAs(nodeAuthority(world), [market.owner.payer, market.operator.payer], (by) =>
    by.escrow.closeNodeLoad({ node: node.address }),
  );
  node.hasLoad = false;
}

/** Everybody gets his rent back: once all jobs are over, all that a node has in escrow can be closed. */
export async function closeNodes({ market, nodes }: World): Promise<void> {
  for (const node of nodes) {
    for (const offer of node.offers) await market.owner.escrow.closeOffer({ offer });
    node.offers.length = 0;
    if (node.hasLoad) await market.owner.escrow.closeNodeLoad({ node: node.address });
    node.hasLoad = false;
  }
}

/** What nodes offer, made and taken back. The last node is mostly the one that leaves. */
export const offerActions: readonly Action[] = [
  {
    name: 'createOffer',
    weight: 3,
    refusals: [
      'escrow.Paused',
      'escrow.NotNodeAuthority',
      'escrow.PriceOutOfRange',
      'system.AccountAlreadyInUse',
    ],
    run: (world) => {
      const few = world.nodes.filter(({ offers }) => offers.length < 2);
      return createOffer(world, world.random.pick(few.length > 0 ? few : world.nodes)!);
    },
  },
  {
    name: 'closeOffer',
    weight: 2,
    refusals: ['escrow.NotNodeAuthority'],
    run: (world) => {
      const open = world.nodes.filter(({ offers }) => offers.length > 0);
      const node = world.random.chance(60) ? open.at(-1) : world.random.pick(open);
      return node === undefined ? null : closeOffer(world, node);
    },
  },
  {
    name: 'closeNodeLoad',
    weight: 2,
    refusals: ['escrow.NodeLoadInUse', 'escrow.NotNodeAuthority'],
    run: (world) => {
      const loads = world.nodes.filter(({ hasLoad }) => hasLoad);
      const unused = loads.filter(({ offers }) => offers.length === 0);
      const node = world.random.pick(unused.length > 0 ? unused : loads);
      return node === undefined ? null : closeNodeLoad(world, node);
    },
  },
];
