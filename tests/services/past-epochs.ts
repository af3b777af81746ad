import { RawLog, type RawEntry } from '@ionet/oracle';
import type { Client } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { createHash } from 'node:crypto';

const HOUR = 3_600;
const MINUTE = 60;
const MINUTES = 60;

/** Epochs in which nodes were there all the time. */
export interface PastEpochs {
  readonly nodes: readonly PublicKey[];
  /** When the first one began, unix seconds. */
  readonly startsAt: number;
  readonly epochs: number;
  /** Whose log it is: no two members saw it in the same second. */
  readonly member: number;
}

/**
 * Writes the raw log of an oracle that saw them: registrations, good lines, a proof an epoch and device, and every
 * heartbeat. After three such epochs a node earns.
 */
export async function writePastEpochs(client: Client, directory: string, past: PastEpochs): Promise<void> {
  const entries: RawEntry[] = [];
  for (const address of past.nodes) entries.push(...(await entriesOf(client, address, past)));
  const log = new RawLog(directory);
  for (const entry of entries.sort((a, b) => a.at - b.at)) log.append(entry);
  log.close();
}

async function entriesOf(
  client: Client,
  address: PublicKey,
  { startsAt, epochs, member }: PastEpochs,
): Promise<RawEntry[]> {
  const entries: RawEntry[] = [];
  const { staking } = client.accounts;
  const account = await staking.node.fetch(address);
  const { multiplierX100, kind } = await staking.hardwareClass.fetch(account.class);
  const node = address.toBase58();
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const start = startsAt + epoch * HOUR;
    entries.push({
      kind: 'node',
      at: start,
      node,
      operator: account.operator.toBase58(),
      destination: account.rewardVault.toBase58(),
      wallet: account.payout.toBase58(),
      devices: account.deviceCount,
      multiplier: multiplierX100,
      pool: kind,
      joined: Number(account.registeredAt),
      staked: true,
    });
    entries.push({ kind: 'speed', at: start, node, sequence: epoch + 1, down: 500, up: 400 });
    for (let device = 0; device < account.deviceCount; device += 1) {
      const id = createHash('sha256').update(`${member},${node},${device},${epoch}`).digest('hex');
      const sequence = epoch * 8 + device + 1;
      const said = { node, sequence, sentAt: start, root: '', proof: '', signature: '' };
      entries.push({ kind: 'challenge', at: start, node, device, id, levels: 6 });
      entries.push({ kind: 'answer', at: start, id, passed: true, ...said });
    }
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const at = start + minute * MINUTE + member;
      const sequence = epoch * MINUTES + minute + 1;
      entries.push({ kind: 'beat', at, node, sequence, sentAt: at, jobs: [], signature: '' });
    }
  }
  return entries;
}
