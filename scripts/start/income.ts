import {
  computeEpochRewards,
  countLeaves,
  eventOf,
  highestRootTotal,
  IDLE_REWARD_FORMULA_ID,
  type LeafRecords,
  type MerkleTree,
  pda,
  readEpochEvents,
  rewardLeafAt,
  type RewardPoolKind,
} from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import { counted, IO, spoken } from '../lib/format.js';
import type { Economy, NodeInPlay } from './economy.js';
import type { Identity } from './identities.js';
import { amountAt, readHoldings } from './ledger.js';
import { describeSeason, openPastSeason, SPEEDS } from './past-season.js';
import { clock, type Tell } from './story.js';

const HOUR = 3_600n;
/** From a posted root to the moment when it can become final. */
const FINALIZATION_DELAY = 6n * HOUR;
const POOLS = ['gpu', 'cpu'] as const;
const SIGNATURE_LENGTH = 10;

/** What was paid beside jobs, by the events. */
interface Income {
  emitted: bigint;
  rewards: bigint;
  funded: bigint;
  airdrop: bigint;
}

/** Pays an hour of idle nodes and the points of a past season; gives what must be equal after it. */
export async function playIncome(economy: Economy, tell: Tell): Promise<Identity[]> {
  const income: Income = { emitted: 0n, rewards: 0n, funded: 0n, airdrop: 0n };
  const { network } = economy;
  const { deployment } = network;
  const before = await readHoldings(network.transport, deployment);

  tell('\nThe emission pays the idle nodes');
  const { events } = await economy.anyone.emission.advanceEpoch();
  const { epoch, minted } = eventOf(events, 'emission', 'epochAdvanced');
  income.emitted = minted;
  tell(
    `${clock(economy)}  anyone advances it to epoch ${epoch.toString()}: ${spoken(minted, IO)} are minted`,
  );
  const posted = [];
  for (const kind of POOLS) posted.push(...(await postRoot(economy, kind, epoch, tell)));
  network.warpBy(FINALIZATION_DELAY);
  for (const root of posted) income.rewards += await payRoot(economy, root, tell);

  tell('\nThe points of a past season become IO');
  const season = await payAirdrop(economy, income, tell);

  const after = await readHoldings(network.transport, deployment);
  const held = (account: PublicKey): bigint => amountAt(after, account.toBase58());
  const pools = POOLS.reduce(
    (sum, kind) => sum + held(pda.emission.poolVault(deployment, pda.emission.pool(deployment, kind))),
    0n,
  );
  const equation = (left: Identity['left'], right: Identity['right']): Identity => ({
    mint: 'io',
    left,
    right,
  });
  const emitted = { label: 'emitted', amount: income.emitted };
  const { totalMinted } = await economy.anyone.accounts.emission.schedule.fetch(
    pda.emission.schedule(deployment),
  );
  return [
    equation([emitted], [{ label: "minted by the schedule's record", amount: totalMinted }]),
    equation(
      [emitted],
      [
        { label: 'rewards claimed', amount: income.rewards },
        { label: 'in the reward pools', amount: pools },
      ],
    ),
    equation(
      [{ label: 'airdrop funded', amount: income.funded }],
      [
        { label: 'claimed', amount: income.airdrop },
        { label: 'in the season', amount: held(pda.airdrop.seasonVault(deployment, season)) },
      ],
    ),
    equation(
      [{ label: 'supply before the emission', amount: before.supply.io }, emitted],
      [{ label: 'supply after', amount: after.supply.io }],
    ),
  ];
}

/** The root of a pool that was posted, and whom it pays. */
interface PostedRoot {
  readonly kind: RewardPoolKind;
  readonly nodes: readonly NodeInPlay[];
  readonly leaves: LeafRecords;
  readonly tree: MerkleTree;
}

/** Computes what the nodes of a pool have earned, and posts it; none where there are no nodes. */
async function postRoot(
  economy: Economy,
  kind: RewardPoolKind,
  epoch: bigint,
  tell: Tell,
): Promise<PostedRoot[]> {
  const { anyone, fleet, names, network, oracles } = economy;
  const { deployment } = network;
  const place = pda.emission.pool(deployment, kind);
  const title = kind.toUpperCase();
  names.add(pda.emission.poolVault(deployment, place), `${title} reward pool`, 'reserve');
  const nodes = economy.nodes.filter(({ hardware }) => {
    return fleet.hardware.find(({ name }) => name === hardware)?.kind === kind;
  });
  const schedule = await anyone.accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
  const pool = await anyone.accounts.emission.pool.fetch(place);
  const end = schedule.startsAt + epoch * HOUR;
  const header = [
    ...['epoch', IDLE_REWARD_FORMULA_ID, Buffer.from(deployment.clusterTag).toString('hex')],
    ...[deployment.programs.emission.toBase58(), place.toBase58(), epoch.toString()],
    // The epochs before had no root: what they released is due with this one.
    ...[(end - HOUR).toString(), highestRootTotal(schedule, pool, epoch).toString()],
  ].join(',');
  const lines = nodes.flatMap((node) => idleHour(economy, node, end));
  const parts = [Buffer.from([header, ...lines].join('\n'))];
  const rewards = await computeEpochRewards(await readEpochEvents([{ name: kind, parts }]));
  const { tree, leaves, total, inputHash, formulaHash: formulaId } = rewards;
  if (tree === undefined) return [];
  const signers = oracles.slice(1);
  await anyone.emission.postRoot({ kind, epoch, root: tree.root, total, inputHash, formulaId, signers });
  tell(
    `${clock(economy)}  oracles 2 and 3 sign the root of the ${title} pool: ${spoken(total, IO)} for ${counted(countLeaves(leaves), 'node')}`,
  );
  return [{ kind, nodes, leaves, tree }];
}

/** Makes a root final and claims all its leaves, up to the wallets of the owners; gives what they come to. */
async function payRoot(economy: Economy, root: PostedRoot, tell: Tell): Promise<bigint> {
  const { anyone, ledger, names, network } = economy;
  const { kind, nodes, leaves, tree } = root;
  await anyone.emission.finalizeRoot({ kind });
  tell(`${clock(economy)}  nobody objected to the ${kind.toUpperCase()} root for six hours: it is final`);
  const pool = pda.emission.pool(network.deployment, kind);
  const { lastVersion: version } = await anyone.accounts.emission.pool.fetch(pool);
  let paid = 0n;
  for (const index of Array(countLeaves(leaves)).keys()) {
    const { node: leafNode, destination: leafDestination, cumulative } = rewardLeafAt(leaves, index);
    const [address, destination] = [new PublicKey(leafNode), new PublicKey(leafDestination)];
    const node = nodes.find((each) => each.address.equals(address));
    if (node === undefined) throw new RangeError(`the leaf ${index} is of no node of the fleet`);
    names.add(destination, `rewards of ${node.name}`, 'owner');
    const proof = tree.proof(index);
    await anyone.emission.claimReward({ kind, version, node: address, cumulative, destination, proof });
    const claim = ledger.entries.at(-1)?.signature.slice(0, SIGNATURE_LENGTH) ?? '';
    await anyone.staking.harvest({ node: address });
    await node.ownerClient.staking.claimOwnerRewards({ node: address });
    paid += cumulative;
    tell(
      `${clock(economy)}  anyone claims ${spoken(cumulative, IO)} for ${node.name}, and ${node.owner} takes them home (${claim})`,
    );
  }
  return paid;
}

/** The events of a node that was up, tested and on hire by nobody in the hour that ended at `end`. */
function idleHour({ fleet }: Economy, node: NodeInPlay, end: bigint): string[] {
  const address = node.address.toBase58();
  const multiplier = fleet.hardware.find(({ name }) => name === node.hardware)?.multiplierX100 ?? 0;
  const results = [3n, 2n, 1n, 0n].map((hours) => `+${(end - 600n - hours * HOUR).toString()}`).join('');
  const proofs = Array.from(
    { length: node.devices },
    (_, device) => `proofs,${address},${device},${results}`,
  );
  return [
    // No destination is named: the node's reward vault.
    `node,${address},,${node.devices},${multiplier}`,
    `beats,${address},${'f'.repeat(15)}`,
    ...proofs,
    `speed,${address},${(end - HOUR).toString()},${SPEEDS[node.bandwidth].join(',')}`,
  ];
}

/** A past season of the fleet: from its events over points and a tree to claims. Gives the season's address. */
async function payAirdrop(economy: Economy, income: Income, tell: Tell): Promise<PublicKey> {
  const { admin, anyone, fleet, names, network, nodes, reserve } = economy;
  const owners = new Map(nodes.map(({ owner, ownerClient }) => [owner, ownerClient.payer]));
  const season = await openPastSeason({ admin, anyone, reserve, fleet, owners, startsAt: network.now() });
  names.add(pda.airdrop.seasonVault(network.deployment, season.address), 'airdrop season', 'reserve');
  income.funded = season.amount;
  tell(`${clock(economy)}  ${describeSeason(season)}`);
  // The last one leaves his where it is: what nobody claims returns to the reserve after the window.
  for (const { owner, claim } of season.claims.slice(0, -1)) {
    const { signature } = await anyone.airdrop.claim(claim);
    income.airdrop += claim.amount;
    tell(
      `${clock(economy)}  anyone claims ${spoken(claim.amount, IO)} for ${owner} (${signature.slice(0, SIGNATURE_LENGTH)})`,
    );
  }
  return season.address;
}
