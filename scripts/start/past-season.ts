import { createHash } from 'node:crypto';
import {
  airdropLeaves,
  convertPool,
  findComputeSeason,
  MerkleTree,
  pda,
  POINTS_FORMULA_HASH,
  PointsFold,
  pointsHashText,
  readPoints,
  scoreSeason,
  type Client,
} from '@ionet/sdk';
import { PublicKey, type Keypair } from '@solana/web3.js';
import { IO, spoken } from '../lib/format.js';
import type { Fleet } from './fleet.js';

const DAY = 86_400n;
/** MB/s down and up with which a node reaches the bandwidth of its registration. */
export const SPEEDS = { high: [900, 400], medium: [500, 320], low: [150, 80], belowLow: [40, 20] } as const;
const MEGABYTE = 1_000_000;
/** What a season's points were worth: near 100 points were one IO in season 2. */
const POINTS_PER_IO = 100n;
const IO_UNITS = 100_000_000n;

/** Who has to do with a season. */
export interface SeasonCast {
  readonly admin: Client;
  readonly anyone: Client;
  /** Funds it, and gets back what nobody claims. */
  readonly reserve: Keypair;
  readonly fleet: Fleet;
  /** The wallets of the owners by their names. */
  readonly owners: ReadonlyMap<string, PublicKey>;
  readonly startsAt: bigint;
}

/** A season that can be claimed. */
export interface PastSeason {
  readonly address: PublicKey;
  readonly name: string;
  /** Base units of IO. */
  readonly amount: bigint;
  readonly points: bigint;
  /** Points for one IO. */
  readonly ratio: number;
  readonly claims: readonly { readonly owner: string; readonly claim: Claim }[];
}

type Claim = Parameters<Client['airdrop']['claim']>[0];

/** Plays the events of a past season in which the whole fleet was up, scores them, and puts the airdrop on chain. */
export async function openPastSeason(cast: SeasonCast): Promise<PastSeason> {
  const { admin, anyone, reserve, fleet, owners, startsAt } = cast;
  const { deployment } = admin;
  const past = findComputeSeason(3);
  const fold = new PointsFold(past);
  const text = fleet.nodes.flatMap((node) => {
    const { kind, multiplierX100 = 0 } = fleet.hardware.find(({ name }) => name === node.hardware) ?? {};
    const [down, up] = SPEEDS[node.bandwidth].map((speed) => speed * MEGABYTE);
    const wallet = owners.get(node.owner)?.toBase58() ?? '';
    return Array.from({ length: node.devices }, (_, index) => `${node.name}/${index}`).flatMap((device) => [
      `registered,${device},${wallet},${kind ?? 'gpu'},${multiplierX100},${past.startsAt}`,
      `heartbeat,${device},${past.startsAt},${past.endsAt - Number(DAY)}`,
      `speed,${device},${past.startsAt},${down ?? 0},${up ?? 0}`,
      `work,${device},${past.startsAt},pass`,
    ]);
  });
  fold.addLines(0, Buffer.from(text.join('\n')));
  const { wallets } = scoreSeason(past, [fold.state()]);
  const points = [...wallets.gpu].map(([wallet, each]) => `${wallet},${each.toString()}\n`).join('');
  const { table } = readPoints(Buffer.from(points));
  const total = table.points.reduce((sum, each) => sum + each, 0n);
  const amount = (total * IO_UNITS) / POINTS_PER_IO;
  const { rows, amounts, ratio } = convertPool(amount, table);

  const { id, name } = past.gpu;
  const address = pda.airdrop.season(deployment, id);
  const leaves = [...rows].map((row, index) => ({
    index,
    wallet: new PublicKey(table.wallets.slice(row * 32, row * 32 + 32)),
    amount: amounts[index] ?? 0n,
  }));
  const tree = await MerkleTree.build(airdropLeaves(deployment.programs.airdrop, address, leaves));
  const inputs = createHash('sha256');
  for (const piece of pointsHashText(amount, table)) inputs.update(piece);
  await admin.airdrop.createSeason({
    id,
    kind: 'gpu',
    name,
    amount,
    totalPoints: total,
    root: tree.root,
    leaves: leaves.length,
    formulaHash: Buffer.from(POINTS_FORMULA_HASH, 'hex'),
    inputsHash: inputs.digest(),
    startsAt,
    endsAt: startsAt + 30n * DAY,
    funder: reserve,
  });
  await anyone.airdrop.openShard({ season: address, index: 0 });
  const ownerOf = (wallet: PublicKey): string =>
    [...owners].find(([, address]) => address.equals(wallet))?.[0] ?? wallet.toBase58();
  return {
    address,
    name,
    amount,
    points: total,
    ratio,
    claims: leaves.map(({ index, wallet, amount: due }) => ({
      owner: ownerOf(wallet),
      claim: { season: address, index, wallet, amount: due, proof: tree.proof(index) },
    })),
  };
}

/** A season in a sentence. */
export function describeSeason({ name, points, amount, ratio }: PastSeason): string {
  return `${name}: ${points.toString()} points become ${spoken(amount, IO)} of the reserve, ${ratio.toFixed(0)} for one IO`;
}
