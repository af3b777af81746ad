/** What a service counts under a name and some labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one metric of a service, by the address of its HTTP port; throws where it does not answer. */
export async function samplesOf(url: string, metric: string): Promise<Sample[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
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
  return total(await samplesOf(url, 'ionet_outbox_intents'));
}

/** The sum of samples. */
export function total(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}
