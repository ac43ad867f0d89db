import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateServiceCommand } from '@aws-sdk/client-servicediscovery';
import type { RuleResource, StackResource } from '../../../src/assess/model.ts';
import { greenOf, known, type Shop, stackOf } from '../../../src/aws/simulatedShop.ts';
import { beneath, ensuring, type Known, provisioned, removing } from './resourceSagas.ts';
import type { Saga, StagedSaga } from './saga.ts';

/** What others changed of a resource is made as it was. */
async function mended(
  shop: Shop,
  resource: StackResource,
  change: (arn: string, all: Known) => Promise<unknown>,
): Promise<StagedSaga> {
  const arns: Known = new Map();
  await provisioned(shop, [...beneath(resource, stackOf(shop)), resource], arns);
  const changed = () => change(known(arns.get(resource.id)), arns);
  await changed();
  return { doing: ensuring(resource, arns), restore: changed };
}

/** Resources that others have changed, and a rule that is a listener's default action. */
export const MENDED_SAGAS: readonly Saga[] = [
  {
    name: 'a target group that others changed',
    stage: (shop) =>
      mended(shop, greenOf(shop).targetGroup, async (TargetGroupArn) => {
        const { elbv2 } = shop.person;
        const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }];
        await elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/other' }));
        await elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
      }),
    changes: ['elasticloadbalancing:ModifyTargetGroup', 'elasticloadbalancing:ModifyTargetGroupAttributes'],
  },
  {
    name: 'a service that others deployed',
    async stage(shop) {
      const { ecs } = shop.person;
      const { input } = greenOf(shop).taskDefinition;
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({ ...input, family: 'other' } as RegisterTaskDefinitionCommandInput),
      );
      const other = { cluster: 'shop', service: 'frontend-sc', taskDefinition: taskDefinition?.taskDefinitionArn };
      return mended(shop, greenOf(shop).service, () => ecs.send(new UpdateServiceCommand(other)));
    },
    changes: ['ecs:UpdateService'],
  },
  {
    name: 'scaling that others changed',
    stage: (shop) =>
      mended(shop, greenOf(shop).scaling, async () => {
        const { autoScaling } = shop.person;
        const key = {
          ServiceNamespace: 'ecs',
          ResourceId: 'service/shop/frontend-sc',
          ScalableDimension: 'ecs:service:DesiredCount',
        } as const;
        await autoScaling.send(
          new RegisterScalableTargetCommand({
            ...key,
            MaxCapacity: 9,
            SuspendedState: { DynamicScalingInSuspended: false },
          }),
        );
        await autoScaling.send(
          new PutScalingPolicyCommand({
            ...key,
            PolicyName: 'cpu',
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: {
              TargetValue: 95,
              PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
            },
          }),
        );
      }),
    changes: ['application-autoscaling:PutScalingPolicy', 'application-autoscaling:RegisterScalableTarget'],
  },
  {
    name: 'an alarm that others changed',
    stage: (shop) =>
      mended(shop, greenOf(shop).alarm, () =>
        shop.person.cloudWatch.send(
          new PutMetricAlarmCommand({
            AlarmName: greenOf(shop).alarm.name,
            Namespace: 'shop',
            MetricName: 'errors',
            Statistic: 'Sum',
            Period: 60,
            EvaluationPeriods: 1,
            Threshold: 1,
            ComparisonOperator: 'GreaterThanThreshold',
          }),
        ),
      ),
    changes: ['cloudwatch:PutMetricAlarm'],
  },
  {
    name: 'a rule that is a listener’s default action',
    async stage(shop) {
      const { elbv2 } = shop.person;
      const arns: Known = new Map();
      const { targetGroup, rule } = greenOf(shop);
      await provisioned(shop, [targetGroup], arns);
      const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: shop.blueTargetGroupArn }];
      await elbv2.send(new ModifyListenerCommand({ ListenerArn: shop.listenerArn, DefaultActions }));
      const { Listeners } = await elbv2.send(new DescribeListenersCommand({ ListenerArns: [shop.listenerArn] }));
      const inListener: RuleResource = {
        ...rule,
        entry: { service: 'frontend', alb: { listener: shop.listenerArn } },
        originalActions: known(Listeners?.[0]?.DefaultActions),
      };
      return { doing: ensuring(inListener, arns), undoing: removing(inListener, arns) };
    },
    changes: ['elasticloadbalancing:ModifyListener'],
  },
  {
    name: 'a namespace in which an endpoint of green’s was left',
    async stage(shop) {
      const { namespace } = greenOf(shop);
      const arns: Known = new Map();
      const made = async () => {
        await provisioned(shop, [namespace], arns);
        const NamespaceId = known(arns.get(namespace.id)).split('/').at(-1);
        await shop.person.serviceDiscovery.send(new CreateServiceCommand({ Name: 'frontend', NamespaceId }));
      };
      await made();
      return { doing: removing(namespace, arns), restore: made };
    },
    changes: ['servicediscovery:DeleteNamespace', 'servicediscovery:DeleteService'],
  },
];
