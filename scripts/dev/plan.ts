import { localnet, pda } from '@ionet/sdk';
import type { Keypair } from '@solana/web3.js';
import { join } from 'node:path';
import type { Fleet } from '../start/fleet.js';
import { classIdOf } from './market.js';
import type { DevNode, DevProcess, DevState, Place } from './state.js';

export const ORACLES = 3;
/** How often an agent looks for rewards, by the chain's clock. */
export const CLAIM_SECONDS = 600;
/** From the first port: JSON-RPC and websocket, then from here the services. */
const SCHEDULER_PORT = 11;
const ORACLE_PORT = 12;
const AGENT_PORT = 21;

/** How fast everything goes. */
export interface Pace {
  /** Milliseconds of a slot. */
  readonly slotMs: number;
  /** Milliseconds between two loops of a service. */
  readonly loopMs: number;
}

/** What is brought up. */
export interface Plan {
  readonly fleet: Fleet;
  readonly fleetFile: string;
  readonly ledger: boolean;
  readonly pace: Pace;
  /** Ports, in the order of {@link portsFrom}. */
  readonly ports: readonly number[];
  /** Settings of services beside those that follow from the rest, by their kind; they come first. */
  readonly settings?: Readonly<Partial<Record<DevProcess['kind'], Readonly<Record<string, string>>>>>;
}

/** The ports from a first one on. */
export function portsFrom(first: number, { nodes }: Fleet): number[] {
  return [
    first,
    first + 1,
    first + SCHEDULER_PORT,
    ...Array.from({ length: ORACLES }, (_, index) => first + ORACLE_PORT + index),
    ...nodes.map((_, index) => first + AGENT_PORT + index),
  ];
}

/** The processes of an economy: a network, three oracles, a scheduler, and an agent for each node of the fleet. */
export function planState(place: Place, plan: Plan, keyOf: (name: string) => Keypair): DevState {
  const { fleet, ledger, pace, ports, settings = {} } = plan;
  const [rpcPort = 0, wsPort = 0, schedulerPort = 0, ...rest] = ports;
  const oraclePorts = rest.slice(0, ORACLES);
  const agentPorts = rest.slice(ORACLES);
  const rpcUrl = `http://127.0.0.1:${rpcPort}`;
  const oracleUrls = oraclePorts.map((port) => `http://127.0.0.1:${port}`);
  const deployment = localnet();
  const service = (
    kind: DevProcess['kind'],
    name: string,
    port: number,
    keypair: string,
    env: Record<string, string>,
  ): DevProcess => ({
    name,
    kind,
    args: [],
    env: {
      RPC_URLS: rpcUrl,
      KEYPAIR: place.keypair(keypair),
      DATA_DIR: join(place.data(ledger), name),
      HTTP_PORT: String(port),
      LOOP_MS: String(pace.loopMs),
      ...env,
      ...settings[kind],
    },
    ports: [port],
    log: place.log(name),
    pid: null,
  });

  const network: DevProcess = {
    name: 'network',
    kind: 'network',
    args: [
      ...['--port', String(rpcPort), '--ws-port', String(wsPort)],
      ...['--slot-time', String(pace.slotMs), '--keys', place.keys],
      ...(ledger ? ['--ledger', join(place.data(ledger), 'network')] : []),
    ],
    env: { ...settings.network },
    ports: [rpcPort, wsPort],
    log: place.log('network'),
    pid: null,
  };
  const oracles = oraclePorts.map((port, index) =>
    service('oracle', `oracle-${index}`, port, `oracle-${index}`, {
      PEER_URLS: oracleUrls.filter((_, other) => other !== index).join(','),
      TURN_SECONDS: '1',
      // A warp of minutes must not take the time that an answer has; the memory is a toy's.
      CHALLENGE_SECONDS: '600',
      CHALLENGE_LEVELS: '8',
      SPEED_BYTES: '65536',
    }),
  );
  const schedulerUrl = `http://127.0.0.1:${schedulerPort}`;
  const scheduler = service('scheduler', 'scheduler', schedulerPort, 'scheduler', {
    MARKET_SECONDS: '1',
    ORACLE_URLS: oracleUrls.join(','),
  });
  const nodes = fleet.nodes.map((node, id): DevNode => {
    const owner = keyOf(ownerKey(node.owner));
    const address = pda.staking.node(deployment, owner.publicKey, id);
    return {
      name: node.name,
      owner: node.owner,
      address: address.toBase58(),
      offer: pda.escrow.offer(deployment, address, 0).toBase58(),
      hardwareClass: pda.staking.class(deployment, classIdOf(fleet, node.hardware)).toBase58(),
      ownerKeypair: place.keypair(ownerKey(node.owner)),
      operatorKeypair: place.keypair(operatorKey(node.name)),
    };
  });
  const agents = fleet.nodes.map(({ name, owner, hardware, devices, bandwidth, region }, id) =>
    service('node-agent', `agent-${name}`, agentPorts[id] ?? 0, operatorKey(name), {
      ORACLE_URLS: oracleUrls.join(','),
      OWNER: keyOf(ownerKey(owner)).publicKey.toBase58(),
      OWNER_KEYPAIR: place.keypair(ownerKey(owner)),
      NODE_ID: String(id),
      CLASS_ID: String(classIdOf(fleet, hardware)),
      DEVICES: String(devices),
      BANDWIDTH: bandwidth,
      REGION: region,
      SCHEDULER: keyOf('scheduler').publicKey.toBase58(),
      SCHEDULER_URL: schedulerUrl,
      COMMAND: 'sleep 31536000',
      START_JOBS: '0',
      CLAIM_SECONDS: String(CLAIM_SECONDS),
    }),
  );
  return {
    version: 1,
    ledger,
    fleet: plan.fleetFile,
    rpcUrl,
    wsUrl: `ws://127.0.0.1:${wsPort}`,
    open: false,
    processes: [network, ...oracles, scheduler, ...agents],
    nodes,
  };
}

/** The names of all keys that the network itself does not write. */
export function keysOf({ nodes }: Fleet): string[] {
  return [
    'scheduler',
    'reserve',
    ...new Set(nodes.flatMap(({ owner, name }) => [ownerKey(owner), operatorKey(name)])),
  ];
}

/** Owners may have spaces in their names. */
function ownerKey(owner: string): string {
  return `owner-${owner.replaceAll(' ', '_')}`;
}

function operatorKey(node: string): string {
  return `operator-${node}`;
}
