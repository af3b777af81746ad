import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';

const DOCUMENT = 'docs/performance.md';

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

/** Prints a section, and writes it into the document if `--write` was given: in place of its older text, or last. */
export async function publish(title: string, script: string, lines: readonly string[]): Promise<void> {
  const load = loadavg()[0] ?? 0;
  const noise = `Measured by \`npm run ${script}\` under a load of ${load.toFixed(1)} processes waiting or running.`;
  const section = [`## ${title}`, '', ...lines, '', noise, ''].join('\n');
  process.stdout.write(section);
  if (!process.argv.includes('--write')) return;
  const sections = readFileSync(DOCUMENT, 'utf8').split(/^(?=## )/m);
  const index = sections.findIndex((text) => text.startsWith(`## ${title}\n`));
  if (index === -1) sections.push(section);
  else sections[index] = section;
  writeFileSync(DOCUMENT, `${sections.map((text) => text.trimEnd()).join('\n\n')}\n`);
  return Promise.resolve();
}
