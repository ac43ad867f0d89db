import { Counter, Gauge, Registry } from 'prom-client';

/** The operator's metrics, in Prometheus' names. */
export interface Metrics {
  reconciled(result: string): void;
  awsCall(api: string, outcome: 'ok' | 'fail' | 'unknown', throttled: boolean): void;
  /** The text that `/metrics` answers, and its content type. */
  render(): Promise<{ contentType: string; text: string }>;
}

export function createMetrics(options: { queueDepth: () => number }): Metrics {
  const registry = new Registry();
  const reconciles = new Counter({
    name: 'reconcile_total',
    help: 'Reconciles by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  const calls = new Counter({
    name: 'aws_calls_total',
    help: 'Attempts of AWS calls by API and outcome.',
    labelNames: ['api', 'outcome'],
    registers: [registry],
  });
  const throttles = new Counter({
    name: 'aws_throttles_total',
    help: 'Attempts that AWS throttled, by API.',
    labelNames: ['api'],
    registers: [registry],
  });
  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Plans that wait to be reconciled.',
    registers: [registry],
    collect() {
      this.set(options.queueDepth());
    },
  });
  depth.set(0);
  return {
    reconciled: (result) => reconciles.inc({ result }),
    awsCall: (api, outcome, throttled) => {
      calls.inc({ api, outcome });
      if (throttled) throttles.inc({ api });
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
