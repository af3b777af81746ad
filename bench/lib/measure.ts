import { loadavg } from 'node:os';
import { writeSections } from './document.js';

/** What was computed, and the milliseconds that it took. */
export interface Measured<T> {
  readonly value: T;
  readonly wall: number;
  /** Of all threads of this process, in user mode: hardly disturbed by what else the machine does. */
  readonly processor: number;
}

/** Runs some work once. */
export async function measure<T>(work: () => T | Promise<T>): Promise<Measured<T>> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const wall = performance.now() - start;
  return { value, wall, processor: process.cpuUsage(cpu).user / 1000 };
}

/** The most memory that this process has had so far, in MB. */
export function peakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1000);
}

/** Prints a section, and writes it into docs/performance.md if `--write` was given. */
export function publish(title: string, script: string, lines: readonly string[]): void {
  const load = loadavg()[0] ?? 0;
  const noise = `Measured by \`npm run ${script}\` under a load of ${load.toFixed(1)} processes running or waiting.`;
  const section = [`## ${title}`, '', ...lines, '', noise, ''].join('\n');
  process.stdout.write(section);
  if (process.argv.includes('--write')) writeSections(section);
}
