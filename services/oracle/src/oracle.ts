import {
  openChain,
  openDatabase,
  Outbox,
  type RunningService,
  type ServiceDefinition,
} from '@ionet/service-kit';
import { join } from 'node:path';
import { ChainRecorder, readChain, SharedClock } from './chain-view.js';
import { Council, type Observe } from './council.js';
import { EpochStore } from './epochs.js';
import { Intake } from './intake.js';
import { oracleIntents, Poster } from './poster.js';
import { RawLog } from './raw-log.js';
import { oracleSettings } from './settings.js';

const CLIENT_POLL_MS = 100;

/** The oracle service. `observe` is how it comes to what it says of an epoch: by its log, unless a test says otherwise. */
export function oracleService(observe?: Observe): ServiceDefinition<typeof oracleSettings.shape> {
  return {
    name: 'oracle',
    purpose: 'Takes what nodes prove, agrees on it with the other oracles, and posts usage and reward roots.',
    settings: oracleSettings,
    async start({ settings, logger, metrics, dryRun }): Promise<RunningService> {
      const { RPC_URLS: urls, DEPLOYMENT: deployment, KEYPAIR: member, DATA_DIR: directory } = settings;
      const chain = openChain({ urls, deployment, payer: member, pollIntervalMs: CLIENT_POLL_MS });
      const database = await openDatabase({ url: settings.DATABASE_URL, directory });
      const log = new RawLog(join(directory, 'raw'));
      const epochs = new EpochStore(join(directory, 'epochs'));
      const clock = new SharedClock(chain.clock);
      const { client } = chain;
      const shared = { settings, deployment, log, epochs, metrics, logger };
      const intake = new Intake({ ...shared, client, clock, member: member.publicKey });
      const council = new Council({
        ...shared,
        member,
        intake,
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
      const recorder = new ChainRecorder(log);
      return {
        async tick() {
          const view = await readChain(client, await clock.now());
          recorder.record(view);
          await intake.tick(view);
          log.flush();
          await council.tick(view);
          await poster.tick(view);
          await outbox.step();
        },
        routes: (http) => {
          intake.routes(http);
          council.routes(http);
        },
        async stop() {
          log.close();
          await database.close();
        },
      };
    },
  };
}
