import type { DescribeAlarmsCommandOutput, EvaluationState } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test, vi } from 'vitest';
import { expectMigrated } from '../operator/endStates.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { greenWeight, intervene } from './mishaps.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What AWS may answer, and seldom does. */

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

describe('an alarm that is OK and that CloudWatch does not evaluate in full', () => {
  test.each<EvaluationState>(['EVALUATION_ERROR', 'EVALUATION_FAILURE', 'PARTIAL_DATA'])(
    '(%s) is not known to be OK, and holds the step until it is evaluated again',
    async (evaluation) => {
      const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
      await world.apply({ steps: STEPS });
      await world.untilState('ramp.bake', 0);
      const end = intervene(world.operator, 'cloudWatch', 'DescribeAlarms', async (proceed) => {
        const page = (await proceed()) as DescribeAlarmsCommandOutput;
        return { ...page, MetricAlarms: page.MetricAlarms?.map((one) => ({ ...one, EvaluationState: evaluation })) };
      });
      await world.rest(15);
      expect(await greenWeight(world)).toBe(10);
      expect((await world.status()).report.waitingFor).toContain(evaluation);
      end();
      await world.untilState('succeeded');
      await expectMigrated(world);
    },
  );
});
