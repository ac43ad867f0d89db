import { createMetrics, type Metrics } from '../../../src/web/metrics.ts';

const SOURCES = {
  queue: () => ({ depths: { rollback: 1 }, oldestWaitMs: 1 }),
  leasesHeld: () => 1,
  budget: () => [{ family: 'ecs', tokens: 1, perSecond: 1, waits: 1, waitedMs: 1 }],
};

/** An operator's metrics, each of which has been counted once. */
export function countedOnce(): Metrics {
  const metrics = createMetrics(SOURCES);
  metrics.reconciled('panic', 1);
  metrics.reconciled('deadlineExceeded', 1);
  metrics.tookOver();
  metrics.awsCall('ecs:ListServices', 'fail', true);
  metrics.batch('ecs:DescribeServices', 1);
  metrics.answer('ecs:DescribeServices', 'shared');
  metrics.heldBack('ecs');
  return metrics;
}

export interface Exposed {
  kind: string;
  labels: readonly string[];
}

/** What the operator exposes, by name: what `/metrics` answers is read, so that what is not there is not counted as such. */
export async function exposed(): Promise<ReadonlyMap<string, Exposed>> {
  const { text } = await countedOnce().render();
  const kinds = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => ({ name, kind }));
  return new Map(
    kinds.map(({ name, kind }) => {
      const sample = new RegExp(`^${name}(?:_bucket)?(?:\\{(.*)\\})? `, 'm').exec(text);
      if (sample === null) throw new Error(`${name} has no value`);
      const labels = [...(sample[1] ?? '').matchAll(/(\w+)="/g)].map(([, label = '']) => label);
      return [name, { kind, labels: labels.filter((label) => label !== 'le').toSorted() }];
    }),
  );
}
