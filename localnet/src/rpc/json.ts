/** What goes over the wire. Big integers are written as numbers, in full. */
export type Json =
  null | undefined | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** Writes JSON in which integers beyond 2^53, such as the epoch in which no rent is due, keep all their digits. */
export function stringify(value: Json): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (isList(value)) return `[${value.map(stringify).join(',')}]`;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${stringify(one)}`).join(',')}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
