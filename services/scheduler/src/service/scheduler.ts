import {
  openChain,
  openDatabase,
  Outbox,
  type RunningService,
  type ServiceDefinition,
} from '@ionet/service-kit';
import { Connection } from '@solana/web3.js';
import { ClusterDesk } from '../cluster/cluster-desk.js';
import { ClusterKeeper, clusterIntents } from '../cluster/cluster-keeper.js';
import { ClusterStore } from '../cluster/cluster-store.js';
import { MatchingEngine } from '../engine/index.js';
import { addRoutes } from './api.js';
import { ChainReadings } from './chain-readings.js';
import { DeviceStore } from './device-store.js';
import { EventFollower } from './event-follower.js';
import { EventReader } from './event-reader.js';
import { HistoryRecorder } from './history-recorder.js';
import { JobKeeper, schedulerIntents } from './job-keeper.js';
import { MarketView } from './market-view.js';
import { NetworkRecorder } from './network-recorder.js';
import { RequestDesk } from './request-desk.js';
import { addPages } from './pages.js';
import { schedulerSettings } from './settings.js';
import { LogStore } from './logs.js';
import { UptimeFollower } from './uptime-follower.js';
import { WorkStore } from './work.js';
import { WorkloadStore } from './workloads.js';

const PRUNE_SECONDS = 3_600;

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
      const histories = await HistoryRecorder.open(database);
      const recorder = await NetworkRecorder.open({ database, historyDays: settings.HISTORY_DAYS });
      const events = await EventFollower.open({
        database,
        reader: new EventReader({ connection, deployment }),
        recorders: [histories, recorder],
      });
      const oracles = settings.ORACLE_URLS ?? [];
      const uptimes = await UptimeFollower.open({ database, deployment, oracles });
      const readings = new ChainReadings(client, oracles);
      const engine = new MatchingEngine();
      const devices = await DeviceStore.open(database);
      const work = await WorkStore.open(database);
      const view = new MarketView({
        client,
        engine,
        devices,
        reliability: (node) => histories.reliability(node),
      });
      const reputation = (buyer: string): number => histories.reputation(buyer);
      const workloads = await WorkloadStore.open(database);
      const logs = await LogStore.open(database);
      const desk: RequestDesk = new RequestDesk({
        client,
        workloads,
        engine,
        settings,
        reputation,
        openElsewhere: (buyer) => clusters.openOf(buyer),
      });
      const clusterStore = await ClusterStore.open(database);
      const clusters = new ClusterDesk({
        client,
        engine,
        store: clusterStore,
        workloads,
        holdSeconds: settings.HOLD_SECONDS,
        mayStart: (node) => view.nodes.get(node)?.scheduler?.equals(payer.publicKey) === true,
        reputation,
        openElsewhere: (buyer) => desk.openOf(buyer),
      });
      const context = { deployment, payer: payer.publicKey };
      const kinds = { ...schedulerIntents(context), ...clusterIntents(context) };
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
      const keeper = new JobKeeper({
        client,
        view,
        engine,
        outbox,
        settleSeconds: settings.SETTLE_SECONDS,
        isOfCluster: (job) => clusterStore.ofJob(job) !== undefined,
      });
      const clusterKeeper = new ClusterKeeper({ client, engine, outbox, store: clusterStore });
      const gauge = metrics.gauge('ionet_scheduler_size', 'What the engine holds', ['what']);
      let now = Number(await chain.clock.now());
      engine.advance(now);
      let marketReadAt = -Infinity;
      let prunedAt = -Infinity;
      // Beside the loop: jobs do not wait for oracles.
      const lookForUptime = (): void => {
        if (oracles.length === 0) return;
        const onError = (error: unknown): void => {
          logger.warn({ err: error }, 'the uptime of nodes did not come further');
        };
        readings.network().then(({ schedule }) => {
          uptimes.poll(schedule, now, onError);
        }, onError);
      };
      return {
        async tick() {
          now = Number(await chain.clock.now());
          if (now - marketReadAt >= settings.MARKET_SECONDS) {
            // Jobs go on where events cannot be read.
            await events.follow().catch((error: unknown) => {
              logger.warn({ err: error }, 'the events of the chain did not come further');
            });
            await view.readMarket();
            marketReadAt = now;
            lookForUptime();
          }
          await view.readJobs();
          if (now - prunedAt >= PRUNE_SECONDS) {
            await workloads.prune(now, (job) => view.jobs.has(job));
            await logs.prune(now, (job) => view.jobs.has(job));
            prunedAt = now;
          }
          desk.onJobs(view.jobs.keys());
          await desk.tick(now);
          clusters.advance(now);
          await clusterKeeper.tick(now);
          await keeper.tick(now);
          await outbox.step();
          const { nodes, offers, reservations } = engine.size;
          gauge.set({ what: 'nodes' }, nodes);
          gauge.set({ what: 'offers' }, offers);
          gauge.set({ what: 'reservations' }, reservations);
        },
        routes: (http) => {
          addPages(http);
          const network = { recorder, uptimes, readings };
          addRoutes(http, {
            work,
            client,
            engine,
            view,
            desk,
            clusters,
            workloads,
            logs,
            histories,
            pricing: settings.PRICING_FILE,
            ...network,
            now: () => now,
          });
        },
        async stop() {
          await uptimes.idle();
          await database.close();
        },
      };
    },
  };
}
