import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { currentCall } from '../../../src/aws/callContext.ts';
import { CLUSTER } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

test.each(['ecs:DescribeServices', 'elasticloadbalancing:DescribeTargetHealth'])(
  'an abort while %s is throttled scales no blue in that has grown since it was recorded',
  async (throttledApi) => {
    const fault = { isOn: false };
    const world = await OperatorWorld.create({
      direct:
        ({ aws }) =>
        (call) => {
          if (!fault.isOn || currentCall()?.api !== throttledApi) return aws.direct(call);
          throw Object.assign(new Error('Rate exceeded'), {
            name: 'ThrottlingException',
            $fault: 'client',
            $metadata: { httpStatusCode: 400, requestId: 'r' },
          });
        },
    });
    await world.apply({
      steps: [
        { weight: 50, bake: '1h' },
        { weight: 100, bake: '1h' },
      ],
    });
    await world.untilState('ramp.bake', 0);
    await world.person.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: 'frontend', desiredCount: 4 }));
    await world.clock.advanceAsync(60_000);
    fault.isOn = true;
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.rest(5);
    const { services } = await world.person.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: ['frontend'] }),
    );
    expect(services?.[0]?.desiredCount).toBe(4);
    fault.isOn = false;
    await world.untilState('rolledBack');
    expect(world.traffic.tally.failed).toEqual([]);
    await world.close();
  },
);
