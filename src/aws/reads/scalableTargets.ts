import { DescribeScalableTargetsCommand, type ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { AwsClients } from '../clients.ts';
import { everyPage } from '../pages.ts';
import type { Kind } from './sharedRead.ts';

/** What a plan looks at once a minute, with the default tick: what it made (`stackMs` of the reconciler's settings). */
const STACK_TICKS = 6;

/** DescribeScalableTargets takes fifty (API reference); one that is not there is left out. Keys are `service/<cluster>/<name>`. */
export const scalableTargetKind = (clients: AwsClients): Kind<string, ScalableTarget | undefined> => ({
  api: 'application-autoscaling:DescribeScalableTargets',
  everyTicks: STACK_TICKS,
  sizeMax: 50,
  nameOf: (id) => id,
  ask: async (ids) => {
    const targets = await everyPage(async (NextToken) => {
      const page = await clients.autoScaling.send(
        new DescribeScalableTargetsCommand({
          ServiceNamespace: 'ecs',
          ResourceIds: [...ids],
          ScalableDimension: 'ecs:service:DesiredCount',
          NextToken,
        }),
      );
      return { items: page.ScalableTargets, next: page.NextToken };
    });
    return ids.map((id) => targets.find(({ ResourceId }) => ResourceId === id));
  },
});
