import { httpUrls, integer, jsonFile } from '@ionet/service-kit';
import { z } from 'zod';
import { defaultPricing, pricingSchema } from '../pricing/index.js';

/** The settings of the scheduler beside those that all services have. Its KEYPAIR is what owners make their delegate. */
export const schedulerSettings = z.object({
  HOLD_SECONDS: integer(5, 600)
    .default(60)
    .describe('seconds for which devices are held while a buyer signs (default 60)'),
  AWARD_SECONDS: integer(5, 3_600)
    .default(120)
    .describe('seconds in which the winner of an auction must have its offer on chain (default 120)'),
  SETTLE_SECONDS: integer(60, 86_400)
    .default(3_600)
    .describe('seconds between two settlements of a running job (default 3600)'),
  MARKET_SECONDS: integer(0, 600)
    .default(5)
    .describe('seconds between two readings of all nodes, offers and new events (default 5)'),
  HISTORY_DAYS: integer(1, 366)
    .default(31)
    .describe('days for which hours, and events of nodes and of jobs that are over, are kept (default 31)'),
  ORACLE_URLS: httpUrls()
    .optional()
    .describe('HTTP addresses of oracles, whose uptime and rewards the pages show (default: none)'),
  PRICING_FILE: jsonFile(pricingSchema)
    .default(defaultPricing)
    .describe('file of the parameters of the price suggestion (default: data/pricing.json)'),
});

export type SchedulerSettings = z.output<typeof schedulerSettings>;
