import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics of a service, in Prometheus' text format at `/metrics`. */
export class Metrics {
  readonly registry = new Registry();
  readonly loops: Counter<'result'>;
  readonly loopSeconds: Histogram;
  /** When the last loop finished, in unix seconds of this machine. */
  readonly lastLoop: Gauge;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.loops = this.counter('ionet_loops_total', 'Loops by how they ended: done or failed', ['result']);
    this.loopSeconds = new Histogram({
      name: 'ionet_loop_seconds',
      help: 'How long a loop takes',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30],
      registers: [this.registry],
    });
    this.lastLoop = this.gauge('ionet_last_loop_timestamp_seconds', 'When the last loop finished');
  }

  counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
