/** A unit in which amounts are counted. */
export interface Unit {
  readonly name: string;
  readonly decimals: number;
}

export const IO: Unit = { name: 'IO', decimals: 8 };
export const USD: Unit = { name: 'USD', decimals: 6 };
const PAYMENT_UNITS: Readonly<Record<'credits' | 'io' | 'usdc', Unit>> = {
  io: IO,
  usdc: { name: 'USDC', decimals: 6 },
  credits: { name: 'IOSD', decimals: 6 },
};

export function unitOf(payment: keyof typeof PAYMENT_UNITS): Unit {
  return PAYMENT_UNITS[payment];
}

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ',');

/** All of an amount, thousands apart, with at least two decimals. */
export function exact(amount: bigint | string, { decimals }: Unit): string {
  const value = BigInt(amount);
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '').padEnd(2, '0');
  return `${value < 0n ? '−' : ''}${grouped(digits.slice(0, -decimals))}.${fraction}`;
}

/** An amount with so many decimals, the rest cut off. */
export function fixed(amount: bigint | string, { decimals }: Unit, places: number): string {
  const value = BigInt(amount);
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).slice(0, places);
  return `${value < 0n ? '−' : ''}${grouped(digits.slice(0, -decimals))}${places === 0 ? '' : `.${fraction}`}`;
}

/** An amount for a glance: large ones without decimals, small ones with up to four. */
export function glance(amount: bigint | string, unit: Unit): string {
  const whole = BigInt(amount) / 10n ** BigInt(unit.decimals);
  return fixed(amount, unit, whole >= 100_000n ? 0 : whole >= 10n || BigInt(amount) === 0n ? 2 : 4);
}

/** For drawing only. */
export function toNumber(amount: bigint | string, { decimals }: Unit): number {
  return Number(BigInt(amount)) / 10 ** decimals;
}

export function count(value: number | string): string {
  return grouped(String(value));
}

/** Device-seconds in hours, with one decimal. */
export function hours(seconds: bigint | string): string {
  const tenths = (BigInt(seconds) * 10n) / 3_600n;
  return `${grouped(String(tenths / 10n))}.${tenths % 10n}`;
}

export function percent(bps: number): string {
  return `${(bps / 100).toFixed(bps % 100 === 0 ? 0 : 2)} %`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A time in UTC, to the second. */
export function time(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return `${day(seconds)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** A day in UTC. */
export function day(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3_600), 'h'],
    [Math.floor((whole % 3_600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  const said = parts.filter(([value]) => value > 0).slice(0, 2);
  return said.length === 0 ? '0 s' : said.map(([value, unit]) => `${value} ${unit}`).join(' ');
}

/** `jobUsageReported` as `Job usage reported`. */
export function words(name: string): string {
  const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** An address that is too long for its place. */
export function short(address: string): string {
  return address.length <= 13 ? address : `${address.slice(0, 6)}…${address.slice(-6)}`;
}
