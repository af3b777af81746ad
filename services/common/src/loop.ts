import type { Logger } from 'pino';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';

/** Waits; returns early, without an error, when the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** What a loop is made of. */
export interface LoopOptions {
  readonly tick: (signal: AbortSignal) => Promise<void>;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * The one loop of a service: runs `tick` again and again until the signal aborts, and returns when the last tick has
 * ended. A tick that throws is logged and counted; the next one tries again.
 */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { tick, intervalMs, signal, health, metrics, logger } = options;
  // Asked anew each time: a tick may be what it is aborted in.
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    const started = performance.now();
    try {
      await tick(signal);
      health.beat();
      metrics.loops.inc({ result: 'done' });
      metrics.lastLoop.set(Date.now() / 1_000);
    } catch (error) {
      // What a stopped service leaves undone is no failure.
      if (stopped()) return;
      metrics.loops.inc({ result: 'failed' });
      logger.error({ err: error }, 'the loop failed');
    }
    metrics.loopSeconds.observe((performance.now() - started) / 1_000);
    await pause(intervalMs, signal);
  }
}
