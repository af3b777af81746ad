import { epochAt, pda } from '@ionet/sdk';
import { Keypair } from '@solana/web3.js';
import { clientOf, connectionTo } from './network.js';
import { healthOf, type Health } from './process.js';
import type { DevProcess, DevState, Place } from './state.js';

/** How a process is. */
export interface ProcessStatus extends Pick<DevProcess, 'kind' | 'log' | 'name' | 'pid' | 'ports'> {
  readonly health: Health;
}

/** What is on the chain. */
export interface ChainStatus {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly height: number;
  readonly slot: number;
  /** Unix seconds by the chain's clock. */
  readonly unixTimestamp: number;
  /** The reward epoch that runs. */
  readonly epoch: number;
  readonly nodes: number;
  /** By their state. */
  readonly jobs: Readonly<Record<string, number>>;
}

/** How everything is that was brought up. */
export interface DevStatus {
  readonly processes: readonly ProcessStatus[];
  /** Null where the network does not answer. */
  readonly chain: ChainStatus | null;
}

export async function statusOf(place: Place, state: DevState): Promise<DevStatus> {
  const processes = await Promise.all(
    state.processes.map(async (one): Promise<ProcessStatus> => {
      const { kind, log, name, pid, ports } = one;
      return { kind, log, name, pid, ports, health: await healthOf(place, one) };
    }),
  );
  const isUp = processes.some(({ kind, health }) => kind === 'network' && health === 'green');
  return { processes, chain: isUp ? await chainStatus(state) : null };
}

async function chainStatus(state: DevState): Promise<ChainStatus> {
  // It only reads; who reads does not matter.
  const client = clientOf(state, Keypair.generate());
  const connection = connectionTo(state);
  const [height, slot, now, schedule, nodes, all] = await Promise.all([
    connection.getBlockHeight(),
    connection.getSlot(),
    client.now(),
    client.accounts.emission.schedule.fetch(pda.emission.schedule(client.deployment)),
    client.accounts.staking.node.findAll(),
    client.accounts.escrow.job.findAll(),
  ]);
  const jobs: Record<string, number> = {};
  for (const job of all) jobs[job.state] = (jobs[job.state] ?? 0) + 1;
  return {
    rpcUrl: state.rpcUrl,
    wsUrl: state.wsUrl,
    height,
    slot,
    unixTimestamp: Number(now),
    // Epoch k ends k hours after the start: the one that runs is the next after the last that is over.
    epoch: schedule.sealedAt === 0n ? 0 : Number(epochAt(schedule, now)) + 1,
    nodes: nodes.length,
    jobs,
  };
}
