import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Logs of a service: one JSON object a line on standard output. Amounts and times that are bigints are strings. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (facts) =>
        Object.fromEntries(
          Object.entries(facts).map(([name, value]) => [
            name,
            typeof value === 'bigint' ? value.toString() : value,
          ]),
        ),
    },
  });
}
