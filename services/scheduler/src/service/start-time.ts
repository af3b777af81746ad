import { programConstant } from '@ionet/sdk';
import type { Order } from '../engine/index.js';
import { DeskError } from './desk-error.js';

/** How far ahead a job may start. */
export const MAX_LEAD_SECONDS = Number(programConstant('escrow', 'MAX_LEAD_SECONDS'));

/** Nothing is held for an order that the program would refuse to book. */
export function requireStartTime({ startAt }: Pick<Order, 'startAt'>, now: number): void {
  if (startAt === undefined || (startAt >= now && startAt <= now + MAX_LEAD_SECONDS)) return;
  throw new DeskError(
    'StartTimeOutOfRange',
    `startAt must lie between now (${now}) and ${MAX_LEAD_SECONDS} seconds from now (${now + MAX_LEAD_SECONDS})`,
  );
}
