/** The smallest service: it beeps, and with BREAK it fails in every loop. */
import { integer, runService } from '@ionet/service-kit';
import { z } from 'zod';

const settings = z.object({ BREAK: integer(0, 1).default(0).describe('1: every loop fails') });

await runService(
  {
    name: 'beeper',
    purpose: 'Beeps.',
    settings,
    start: ({ settings: { BREAK }, logger, dryRun }) => ({
      tick: () => {
        if (BREAK === 1) return Promise.reject(new Error('broken'));
        logger.info({ at: 1n, dryRun }, 'beep');
        return Promise.resolve();
      },
      stop: () => {
        logger.info('closed');
        return Promise.resolve();
      },
    }),
  },
  process.argv.slice(2),
  process.env,
);
