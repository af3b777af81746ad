import { lockDirectory } from '@ionet/service-kit/directory-lock';
import { testKeypair } from '@ionet/sdk/testing';
import type { Keypair } from '@solana/web3.js';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readFleet } from '../lib/fleet-file.js';
import type { Fleet } from '../start/fleet.js';
import { bundle } from './bundle.js';
import { fundKeys, openMarket, openOffers } from './market.js';
import { keysOf, planState, type Pace, type Plan } from './plan.js';
import { isRunning, launch, requirePorts, stop, waitUntilReady } from './process.js';
import { DevError, type DevProcess, type DevState, type Place } from './state.js';

export { portsFrom, type Pace } from './plan.js';

const SCRIPTS = {
  network: 'localnet/src/main.ts',
  oracle: 'scripts/dev/oracle.ts',
  scheduler: 'services/scheduler/src/main.ts',
  'node-agent': 'services/node-agent/src/main.ts',
} as const satisfies Record<DevProcess['kind'], string>;

/** The pace for those who watch and develop. */
export const DEFAULT_PACE: Pace = { slotMs: 400, loopMs: 500 };

/** What is brought up, and how. */
export interface UpOptions extends Plan {
  readonly signal?: AbortSignal;
  /** Is told of each step. */
  readonly tell?: (line: string) => void;
}

/** What is up, and what of it was started now. */
export interface Up {
  readonly state: DevState;
  readonly started: readonly string[];
}

/**
 * Brings an economy up, and returns when every process is green and the market is open. What runs already stays; what
 * has died of it is started again. Where the network itself has died without a ledger, everything begins anew.
 */
export async function up(place: Place, options: UpOptions): Promise<Up> {
  mkdirSync(place.directory, { recursive: true });
  const unlock = lock(place);
  try {
    const state = await planned(place, options);
    const missing = state.processes.filter((one) => !isRunning(place, one));
    if (missing.length > 0) await start(place, state, missing, options);
    if (missing.length > 0 || !state.open) await open(place, state, options);
    return { state, started: missing.map(({ name }) => name) };
  } finally {
    unlock();
  }
}

/** Ends all that was brought up here; says what it ended, and how. */
export async function down(
  place: Place,
): Promise<{ readonly name: string; readonly how: 'stopped' | 'killed' }[]> {
  const state = place.read();
  if (state === null) return [];
  const unlock = lock(place);
  try {
    const ended = await stopAll(place, state);
    place.forget();
    if (!state.ledger) rmSync(place.data(false), { recursive: true, force: true });
    return ended;
  } finally {
    unlock();
  }
}

function lock(place: Place): () => void {
  try {
    return lockDirectory(place.directory);
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'DirectoryInUseError') throw cause;
    throw new DevError(`another command is at work on ${place.directory}: wait for its end`, { cause });
  }
}

/** Those that need others end before them: the network is the last. */
async function stopAll(
  place: Place,
  { processes }: DevState,
): Promise<{ readonly name: string; readonly how: 'stopped' | 'killed' }[]> {
  const ended = [];
  for (const kinds of [['node-agent'], ['oracle', 'scheduler'], ['network']]) {
    const group = processes.filter(({ kind }) => kinds.includes(kind));
    const outcomes = await Promise.all(group.map((one) => stop(place, one)));
    for (const [index, how] of outcomes.entries()) {
      if (how !== null) ended.push({ name: group[index]?.name ?? '', how });
    }
  }
  return ended;
}

/** What is to run: what was brought up before, as long as its network lives or has a ledger, or else what is asked for. */
async function planned(place: Place, options: UpOptions): Promise<DevState> {
  const known = place.read();
  if (known !== null) {
    const network = known.processes.find(({ kind }) => kind === 'network');
    if (known.ledger || (network !== undefined && isRunning(place, network))) return known;
    options.tell?.('the network has died, and with it the chain: everything begins anew');
    await stopAll(place, known);
    place.forget();
  }
  // Data of another chain.
  if (!options.ledger) rmSync(place.data(false), { recursive: true, force: true });
  mkdirSync(place.data(options.ledger), { recursive: true });
  const fleetFile = options.ledger ? keepFleet(place, options) : options.fleetFile;
  return planState(place, { ...options, fleetFile }, writeKeys(place, options.fleet));
}

/** A chain that is kept goes on with the fleet that it was begun with. */
function keepFleet(place: Place, { fleet, fleetFile }: UpOptions): string {
  const kept = place.keptFleet;
  if (!existsSync(kept)) copyFileSync(fleetFile, kept);
  else if (!isDeepStrictEqual(readFleet(kept), fleet)) {
    throw new DevError(
      `the chain in ${place.data(true)} was begun with another fleet: leave --fleet out, or remove that directory`,
    );
  }
  return kept;
}

/** Keypair files of everybody whom the network does not know; the same keys every time. */
function writeKeys(place: Place, fleet: Fleet): (name: string) => Keypair {
  mkdirSync(place.keys, { recursive: true });
  const keys = new Map(keysOf(fleet).map((name) => [name, keyOf(name)]));
  for (const [name, { secretKey }] of keys) {
    writeFileSync(place.keypair(name), `${JSON.stringify([...secretKey])}\n`, { mode: 0o600 });
  }
  return (name) => keys.get(name) ?? keyOf(name);
}

/** The label of a test key has a limit, names of a fleet may be longer. */
function keyOf(name: string): Keypair {
  return testKeypair(createHash('sha256').update(name).digest('base64url').slice(0, 32));
}

async function start(
  place: Place,
  state: DevState,
  missing: readonly DevProcess[],
  { signal, tell }: UpOptions,
): Promise<void> {
  await requirePorts(missing);
  await bundle(SCRIPTS, place.programs);
  const begin = (one: DevProcess): void => {
    one.pid = launch(place, one);
    // At once, so that `down` finds it whatever happens next.
    place.write(state);
  };
  const network = missing.find(({ kind }) => kind === 'network');
  if (network !== undefined) {
    begin(network);
    await waitUntilReady(place, network, signal);
    tell?.(`the network runs at ${state.rpcUrl}`);
  }
  for (const one of missing) if (one !== network) begin(one);
}

/** Opens the market while services start, and waits for all. */
async function open(place: Place, state: DevState, { fleet, signal, tell }: UpOptions): Promise<void> {
  await Promise.all([
    fundKeys(place, state).then(() => openMarket(place, state, fleet)),
    ...state.processes.map((one) => waitUntilReady(place, one, signal)),
  ]);
  tell?.('all services are green');
  await openOffers(state, fleet, signal);
  tell?.('all nodes have registered and staked, and make their offers');
  state.open = true;
  place.write(state);
}
