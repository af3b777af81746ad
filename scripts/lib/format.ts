import type { Payment } from '@ionet/sdk';

/** A token as people see it. */
export interface Unit {
  readonly name: string;
  readonly decimals: number;
}

export const IO: Unit = { name: 'IO', decimals: 8 };
export const USDC: Unit = { name: 'USDC', decimals: 6 };
export const CREDITS: Unit = { name: 'IOSD', decimals: 6 };
export const USD: Unit = { name: 'USD', decimals: 6 };

/** A token that changes hands. */
export type Token = 'io' | 'usdc';

/** The token that moves when a job is paid: behind credits there is USDC. */
export function tokenOf(payment: Payment): Token {
  return payment === 'io' ? 'io' : 'usdc';
}

/** The unit of what a job is paid in. */
export function unitOf(payment: Payment): Unit {
  return payment === 'io' ? IO : USDC;
}

/** Thousands apart, all decimals, so that a column of amounts lines up. */
export function fixed(amount: bigint, unit: Unit): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(unit.decimals + 1, '0');
  const whole = digits.slice(0, -unit.decimals).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${amount < 0n ? '-' : ''}${whole}.${digits.slice(-unit.decimals)}`;
}

/** An amount with its unit, without trailing zeros: for a line of text. */
export function spoken(amount: bigint, unit: Unit): string {
  return `${fixed(amount, unit).replace(/\.?0+$/, '')} ${unit.name}`;
}

/** A number of things. */
export function counted(count: number | bigint, thing: string): string {
  return `${count.toString()} ${thing}${BigInt(count) === 1n ? '' : 's'}`;
}

/** A text that an account holds, without the zeros that fill it up. */
export function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
}
