import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  CreateRuleCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, test } from 'vitest';
import type { Estate } from '../../../lab/estates/estate.ts';
import { createTargetGroup } from '../../../lab/estates/shop/edge.ts';
import { Stage, until } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const CLUSTER = 'shop';
const PORT = 8080;

/** A second way in: `/user/*` goes to the user API straight. Answers the rule. */
async function openUserApi(elbv2: ElasticLoadBalancingV2Client, ecs: ECSClient, edge: Estate): Promise<string> {
  const TargetGroupArn = await createTargetGroup(elbv2, 'user-api');
  const { Rules } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: edge.listenerArn,
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/user/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  await ecs.send(
    new UpdateServiceCommand({
      cluster: CLUSTER,
      service: 'user-api',
      loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: 'app', containerPort: PORT }],
    }),
  );
  await until('the user API behind the load balancer', async () => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: ['user-api'] }));
    const { deployments = [] } = services?.[0] ?? {};
    if (deployments.length !== 1 || deployments[0]?.rolloutState !== 'COMPLETED') return undefined;
    return (await fetch(`${edge.url}/user/1`)).status === 200 ? true : undefined;
  });
  return Rules?.[0]?.RuleArn ?? '';
}

test('two ways in, of which one’s green dies: both go back, each as it was', async () => {
  let userRule = '';
  stage = await Stage.open({
    paths: ['/', '/user/1'],
    dress: async ({ person, edge }) => {
      userRule = await openUserApi(person.elbv2, person.ecs, edge);
    },
  });
  const rules = [stage.edge.listenerRuleArn, userRule];
  const look = async () =>
    (await stage.person.elbv2.send(new DescribeRulesCommand({ RuleArns: rules }))).Rules?.map(({ Actions }) => Actions);
  const before = await look();
  await stage.apply({
    traffic: [
      { service: 'frontend', alb: { listenerRule: stage.edge.listenerRuleArn } },
      { service: 'user-api', alb: { listenerRule: userRule } },
    ],
  });
  const { report } = await stage.untilState('ramp.bake', 1);
  expect(report.weights.map(({ service, readBack }) => [service, readBack])).toEqual([
    ['frontend', 50],
    ['user-api', 50],
  ]);
  await stage.killTasks('user-api-sc', 'all');
  const status = await stage.untilSettled();
  expect(status.machine.value).toBe('rolledBack');
  expect(await look()).toEqual(before);
  const users = await stage.users('two entries, of which one’s green dies at 50 %');
  expect(users.blue.failed).toBe(0);
  expect(users.green.requests).toBeGreaterThan(0);
});
