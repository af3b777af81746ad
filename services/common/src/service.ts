import { fastify, type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { ConfigError, describeConfig, readConfig, serviceSettings, type ServiceSettings } from './config.js';
import { Health } from './health.js';
import { createLogger } from './logger.js';
import { runLoop } from './loop.js';
import { Metrics } from './metrics.js';

/** What a service is given when it starts. */
export interface ServiceContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Aborts when the service is to stop. */
  readonly signal: AbortSignal;
  /** Decides and says what it would do, but sends nothing. */
  readonly dryRun: boolean;
}

/** A service that has started. */
export interface RunningService {
  /** One round of its loop. */
  tick(signal: AbortSignal): Promise<void>;
  /** What it answers by HTTP, beside `/metrics` and `/healthz`. */
  routes?(http: FastifyInstance): void;
  /** Closes what it has opened; the loop and the port are closed before. */
  stop(): Promise<void>;
}

/** What a service is. */
export interface ServiceDefinition<Shape extends Record<string, z.ZodType>> {
  readonly name: string;
  /** In a sentence, for `--help`. */
  readonly purpose: string;
  /** Its settings beside those that all services have. */
  readonly settings: z.ZodObject<Shape>;
  start(
    context: ServiceContext<ServiceSettings & z.output<z.ZodObject<Shape>>>,
  ): Promise<RunningService> | RunningService;
}

/** A request body may be this large unless a route says otherwise. */
const BODY_BYTES = 256 * 1024;

/**
 * Runs a service until it is told to stop, by SIGTERM or SIGINT. Sets the exit code: 0 when it was stopped, 1 when it
 * could not start, 2 when its usage or its settings are wrong.
 *
 * @example
 * ```ts
 * import { runService } from '@ionet/service-kit';
 *
 * await runService(
 *   { name: 'beeper', purpose: 'Beeps.', settings: z.object({}), start: ({ logger }) => beeper(logger) },
 *   process.argv.slice(2),
 *   process.env,
 * );
 * ```
 */
export async function runService<Shape extends Record<string, z.ZodType>>(
  definition: ServiceDefinition<Shape>,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const schema = definition.settings.extend(serviceSettings);
  let dryRun: boolean;
  let settings: ServiceSettings & z.output<z.ZodObject<Shape>>;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help === true) {
      process.stdout.write(`${helpOf(definition, schema)}\n`);
      return;
    }
    dryRun = values['dry-run'] ?? false;
    // `extend` loses the generic shape; the schema holds both parts.
    settings = readConfig(schema, environment) as unknown as typeof settings;
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof TypeError)) throw error;
    process.stderr.write(`${definition.name}: ${error.message}\n`);
    process.exitCode = 2;
    return;
  }

  const logger = createLogger(definition.name, settings.LOG_LEVEL);
  const stopping = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    logger.info({ signal: name }, 'stopping');
    stopping.abort();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  try {
    await runUntilStopped(definition, settings, { logger, signal: stopping.signal, dryRun });
    logger.info('stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'the service cannot run');
    process.stderr.write(`${definition.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

async function runUntilStopped<Shape extends Record<string, z.ZodType>>(
  definition: ServiceDefinition<Shape>,
  settings: ServiceSettings & z.output<z.ZodObject<Shape>>,
  { logger, signal, dryRun }: { logger: Logger; signal: AbortSignal; dryRun: boolean },
): Promise<void> {
  const metrics = new Metrics(definition.name);
  const health = new Health(settings.HEALTH_MS);
  const http = fastify({ bodyLimit: BODY_BYTES, forceCloseConnections: true });
  http.get('/metrics', async (_request, reply) => {
    await reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  http.get('/healthz', async (_request, reply) => {
    const { healthy, ageMs } = health;
    await reply.code(healthy ? 200 : 503).send({ healthy, lastLoopMs: Math.round(ageMs) });
  });

  const service = await definition.start({ settings, logger, metrics, signal, dryRun });
  try {
    service.routes?.(http);
    await http.listen({ host: settings.HTTP_HOST, port: settings.HTTP_PORT });
    // A server that listens on TCP has such an address.
    const { port } = http.server.address() as AddressInfo;
    logger.info({ url: `http://${settings.HTTP_HOST}:${port}`, dryRun }, 'ready');
    await runLoop({
      tick: (ofLoop) => service.tick(ofLoop),
      intervalMs: settings.LOOP_MS,
      signal,
      health,
      metrics,
      logger,
    });
  } finally {
    await http.close();
    await service.stop();
  }
}

function helpOf(
  { name, purpose }: { name: string; purpose: string },
  schema: Parameters<typeof describeConfig>[0],
): string {
  return [
    `${name} [--dry-run]`,
    '',
    purpose,
    '--dry-run decides and logs, but signs and sends nothing.',
    '',
    'Settings are environment variables:',
    describeConfig(schema),
  ].join('\n');
}
