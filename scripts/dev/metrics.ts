/** What a service counts under a name and some labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All that a service counts, by the address of its HTTP port, in Prometheus' text format; throws where it does not answer. */
export async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** The samples of one metric of a service, by the address of its HTTP port; throws where it does not answer. */
export async function samplesOf(url: string, metric: string): Promise<Sample[]> {
  return samplesIn(await metricsOf(url), metric);
}

/** The samples of one metric in the text of all. */
export function samplesIn(text: string, metric: string): Sample[] {
  const lines = [...text.matchAll(new RegExp(`^${metric}\\{([^}]*)\\} (\\S+)$`, 'gm'))];
  return lines.map(([, labels = '', value = '']) => ({
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', said = '']) => [name, said]),
    ),
    value: Number(value),
  }));
}

/** How many loops a service has ended, well or not. */
export async function loopsOf(url: string): Promise<number> {
  return total(await samplesOf(url, 'ionet_loops_total'));
}

/** How many intents of a service's outbox are not at their end. */
export async function openIntentsOf(url: string): Promise<number> {
  return openIntentsIn(await metricsOf(url));
}

/** The same in the text of all metrics. */
export function openIntentsIn(text: string): number {
  return total(samplesIn(text, 'ionet_outbox_intents'));
}

/** The sum of samples. */
export function total(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}
