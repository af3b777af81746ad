import { PublicKey } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import { computeEpochRewards, type EpochRewards, readEpochEvents, rewardLeafAt } from '@ionet/sdk';

/** The unix second in which the epoch of the tests begins. */
export const EPOCH_START = 1_800_000_000;
export const EPOCH_END = EPOCH_START + 3_600;

/** An address that a name stands for. */
export function address(name: string): string {
  return new PublicKey(createHash('sha256').update(name).digest()).toBase58();
}

export function header(budget = 1_000_000n, epoch = 7): string {
  const fields = ['ionet:idle-reward:v1', 'ab'.repeat(32), address('program'), address('pool')];
  return ['epoch', ...fields, epoch, EPOCH_START, budget].join(',');
}

/** Heartbeats in the first `count` minutes. */
export function beats(count: number): string {
  return ((1n << BigInt(count)) - 1n).toString(16).padStart(15, '0');
}

/** Four passed proofs of a device, the last one in the epoch. */
export function passed(node: string, device = 0): string {
  const times = [3, 2, 1, 0].map((hours) => `+${EPOCH_END - 600 - hours * 3_600}`);
  return `proofs,${address(node)},${device},${times.join('')}`;
}

/** What makes a node of one device at low bandwidth earn. */
export function earning(node: string, multiplier = 100): string[] {
  const at = address(node);
  return [
    `node,${at},${address(`${node} destination`)},1,${multiplier}`,
    `beats,${at},${beats(60)}`,
    passed(node),
    `speed,${at},${EPOCH_START - 5_000},100,75`,
  ];
}

/** Computes the rewards of lines. */
export async function rewardsOf(lines: readonly string[]): Promise<EpochRewards> {
  const parts = [new TextEncoder().encode(`${lines.join('\n')}\n`)];
  return computeEpochRewards(await readEpochEvents([{ name: 'events.csv', parts }]));
}

/** What each node has earned so far, by the name of the node. */
export function paidTo({ leaves }: EpochRewards, ...names: readonly string[]): Record<string, bigint> {
  const known = new Map(names.map((name) => [address(name), name]));
  return Object.fromEntries(
    Array.from({ length: leaves.records.length / leaves.width }, (_, index) => {
      const { node, cumulative } = rewardLeafAt(leaves, index);
      const text = new PublicKey(node).toBase58();
      return [known.get(text) ?? text, cumulative] as const;
    }),
  );
}
