import {
  openChain,
  openDatabase,
  Outbox,
  type RunningService,
  type ServiceDefinition,
} from '@ionet/service-kit';
import { Connection } from '@solana/web3.js';
import { MatchingEngine } from '../engine/index.js';
import { addRoutes } from './api.js';
import { DeviceStore } from './device-store.js';
import { HistoryFollower } from './history-follower.js';
import { JobKeeper, schedulerIntents } from './job-keeper.js';
import { MarketView } from './market-view.js';
import { RequestDesk } from './request-desk.js';
import { schedulerSettings } from './settings.js';
import { WorkStore } from './work.js';

/** The scheduler service. */
export function schedulerService(): ServiceDefinition<typeof schedulerSettings.shape> {
  return {
    name: 'scheduler',
    purpose:
      'Matches orders with offers, and starts, settles and expires the jobs of nodes that delegate to it.',
    settings: schedulerSettings,
    async start({ settings, logger, metrics, dryRun }): Promise<RunningService> {
      const { RPC_URLS: urls, DEPLOYMENT: deployment, KEYPAIR: payer, DATA_DIR: directory } = settings;
      const chain = openChain({ urls, deployment, payer });
      const { client } = chain;
      const connection = new Connection(urls[0] ?? '', 'confirmed');
      const database = await openDatabase({ url: settings.DATABASE_URL, directory });
      const histories = await HistoryFollower.open(database, connection, client);
      const engine = new MatchingEngine();
      const devices = await DeviceStore.open(database);
      const work = await WorkStore.open(database);
      const view = new MarketView({
        client,
        engine,
        devices,
        reliability: (node) => histories.reliability(node),
      });
      const desk = new RequestDesk({
        client,
        engine,
        settings,
        reputation: (buyer) => histories.reputation(buyer),
      });
      const kinds = schedulerIntents({ deployment, payer: payer.publicKey });
      const outbox = await Outbox.open({
        database,
        chain: chain.outbox,
        deployment,
        payer,
        kinds,
        metrics,
        logger,
        dryRun,
      });
      const keeper = new JobKeeper({ client, view, engine, outbox, settleSeconds: settings.SETTLE_SECONDS });
      const gauge = metrics.gauge('ionet_scheduler_size', 'What the engine holds', ['what']);
      let now = Number(await chain.clock.now());
      engine.advance(now);
      let marketReadAt = -Infinity;
      return {
        async tick() {
          now = Number(await chain.clock.now());
          // Jobs go on where histories cannot be read.
          await histories.follow().catch((error: unknown) => {
            logger.warn({ err: error }, 'the histories did not come further');
          });
          if (now - marketReadAt >= settings.MARKET_SECONDS) {
            await view.readMarket();
            marketReadAt = now;
          }
          await view.readJobs();
          desk.onJobs(view.jobs.keys());
          await desk.tick(now);
          await keeper.tick(now);
          await outbox.step();
          const { nodes, offers, reservations } = engine.size;
          gauge.set({ what: 'nodes' }, nodes);
          gauge.set({ what: 'offers' }, offers);
          gauge.set({ what: 'reservations' }, reservations);
        },
        routes: (http) => {
          addRoutes(http, {
            work,
            client,
            engine,
            view,
            desk,
            histories,
            pricing: settings.PRICING_FILE,
            now: () => now,
          });
        },
        stop: () => database.close(),
      };
    },
  };
}
