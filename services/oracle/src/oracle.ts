import {
  openChain,
  openDatabase,
  Outbox,
  type Chain,
  type Database,
  type Logger,
  type Metrics,
  type RunningService,
  type ServiceDefinition,
  type ServiceSettings,
} from '@ionet/service-kit';
import { PublicKey } from '@solana/web3.js';
import { join } from 'node:path';
import { ChainFollower, ChainRecorder, SharedClock } from './chain-view.js';
import { Council, type Observe } from './council.js';
import { EpochStore } from './epochs.js';
import { Intake } from './intake.js';
import { HttpPeers, type Peers } from './peers.js';
import { oracleIntents, Poster } from './poster.js';
import { RawLog } from './raw-log.js';
import { answerRefusals } from './refusal.js';
import { oracleSettings, type OracleSettings } from './settings.js';

const CLIENT_POLL_MS = 100;
/** Little against a minute, by which heartbeats are counted. */
const CLOCK_HOLD_MS = 200;

/** What an oracle is made of: its settings, and its ports to the world. */
export interface OracleParts {
  readonly settings: OracleSettings & Pick<ServiceSettings, 'DEPLOYMENT' | 'KEYPAIR' | 'DATA_DIR'>;
  readonly chain: Chain;
  readonly database: Database;
  readonly peers: Peers;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly dryRun: boolean;
  /** For how many milliseconds it goes by a time that it has read. Default: it reads it anew. */
  readonly clockHoldMs?: number;
  /** How it comes to what it says of an epoch: by its log, unless a test says otherwise. */
  readonly observe?: Observe | undefined;
}

/** Puts an oracle together. It closes its log and its database when it is stopped. */
export async function openOracle(parts: OracleParts): Promise<RunningService> {
  const { settings, chain, database, peers, logger, metrics, dryRun, observe, clockHoldMs = 0 } = parts;
  const { DEPLOYMENT: deployment, KEYPAIR: member, DATA_DIR: directory } = settings;
  const { client, history } = chain;
  const log = new RawLog(join(directory, 'raw'));
  const epochs = new EpochStore(join(directory, 'epochs'));
  const clock = new SharedClock(chain.clock, clockHoldMs);
  const knownJobs = new Set<string>();
  for (const entry of log.recent()) if (entry.kind === 'job') knownJobs.add(entry.job);
  const follower = new ChainFollower({
    client,
    history,
    scanSeconds: settings.SCAN_SECONDS,
    knownJobs: [...knownJobs].map((job) => new PublicKey(job)),
  });
  const recorder = new ChainRecorder(log);
  const shared = { settings, deployment, log, epochs, metrics, logger };
  const intake = new Intake({
    ...shared,
    client,
    clock,
    member: member.publicKey,
    stateFile: join(directory, 'intake.json'),
  });
  const council = new Council({
    ...shared,
    member,
    intake,
    peers,
    history,
    directory: join(directory, 'observations'),
    dryRun,
    ...(observe === undefined ? {} : { observe }),
  });
  const outbox = await Outbox.open({
    database,
    chain: chain.outbox,
    deployment,
    payer: member,
    kinds: oracleIntents({ deployment, payer: member.publicKey }),
    metrics,
    logger,
    dryRun,
  });
  const poster = new Poster(settings, client, council, outbox);
  return {
    async tick() {
      const view = await follower.read(await clock.now());
      recorder.record(view);
      intake.tick(view);
      log.flush();
      await council.tick(view);
      await poster.tick(view);
      await outbox.step();
    },
    routes: (http) => {
      answerRefusals(http);
      intake.routes(http);
      council.routes(http);
    },
    async stop() {
      log.close();
      await database.close();
    },
  };
}

/** The oracle service. */
export function oracleService(observe?: Observe): ServiceDefinition<typeof oracleSettings.shape> {
  return {
    name: 'oracle',
    purpose: 'Takes what nodes prove, agrees on it with the other oracles, and posts usage and reward roots.',
    settings: oracleSettings,
    async start({ settings, logger, metrics, dryRun }) {
      const { RPC_URLS: urls, DEPLOYMENT: deployment, KEYPAIR: payer, DATA_DIR: directory } = settings;
      return openOracle({
        settings,
        chain: openChain({ urls, deployment, payer, pollIntervalMs: CLIENT_POLL_MS }),
        database: await openDatabase({ url: settings.DATABASE_URL, directory }),
        peers: new HttpPeers(settings.PEER_URLS ?? [], logger),
        logger,
        metrics,
        dryRun,
        clockHoldMs: CLOCK_HOLD_MS,
        observe,
      });
    },
  };
}
