import { DescribeServicesCommand, ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { witness } from '../witnesses.ts';
import { linesOf, linesOfDrift } from './changes.ts';
import { takeInventory } from './inventory.ts';
import { type ShopEstate, standUp } from './shopEstate.ts';
import { CHANGES_PENDING, installProvider } from './terraform.ts';

const { title, skip } = witness('Terraform');
const provider = skip ? undefined : await installProvider();
if (provider?.kind === 'missing') {
  process.stdout.write(`Skipped: everything that Terraform would judge, since ${provider.why}.\n`);
}

const SERVICES = ['frontend', 'user-api', 'stock-api'];

/** Nearly everything that a person may change of the shop without making it anew. */
const CHANGED = {
  desired_count: 3,
  team: 'platform',
  image: 'public.ecr.aws/meshlift/shop:2',
  health_check_path: '/',
  rule_priority: 20,
  call_timeout_seconds: 5,
  dns_ttl_seconds: 15,
  frontend_max_count: 6,
  log_retention_days: 30,
  container_insights: 'enhanced',
  latency_threshold_seconds: 6,
};

describe.skipIf(provider?.kind !== 'installed')(`${title}: the sample estate`, () => {
  let shop: ShopEstate;
  const clients: ECSClient[] = [];

  beforeAll(async () => {
    if (provider?.kind !== 'installed') throw new Error('there is no provider');
    shop = await standUp(provider);
  });

  afterAll(async () => {
    for (const client of clients) client.destroy();
    await shop?.end();
  });

  function ecsOf({ ready: { endpoint, region } }: ShopEstate): ECSClient {
    const credentials = { accessKeyId: 'AKIDWITNESS', secretAccessKey: 'witness' };
    const client = new ECSClient({ endpoint, region, credentials });
    clients.push(client);
    return client;
  }

  async function services(estate: ShopEstate) {
    const { services: found = [] } = await ecsOf(estate).send(
      new DescribeServicesCommand({ cluster: 'shop', services: SERVICES }),
    );
    return found.map(({ serviceName, runningCount, deployments = [] }) =>
      [serviceName, runningCount, ...deployments.map(({ rolloutState }) => rolloutState)].join(' '),
    );
  }

  test('stands: every service is steady, and the application answers through the load balancer', async () => {
    expect(await services(shop)).toEqual(SERVICES.map((name) => `${name} 2 COMPLETED`));
    const answer = await fetch(shop.url);
    expect(await answer.json()).toMatchObject({
      servedBy: expect.stringMatching(/^frontend\//),
      user: { servedBy: expect.stringMatching(/^user-api\//) },
      stock: { servedBy: expect.stringMatching(/^stock-api\//) },
    });
    expect(answer.status).toBe(200);
  });

  test('is as it was written: a second plan has nothing to change, and AWS tells what was said', async () => {
    const second = await shop.terraform.plan();
    expect(second).toMatchObject({ exitCode: 0, changes: [] });
    expect(linesOfDrift(second.drift)).toEqual([]);
    await shop.terraform.refresh();
    expect(await shop.terraform.plan()).toEqual({ exitCode: 0, changes: [], drift: [] });
  });

  test('takes changes, each to the attribute, and is as it was written again', async () => {
    const { exitCode, changes } = await shop.terraform.plan(CHANGED);
    expect(exitCode).toBe(CHANGES_PENDING);
    expect(linesOf(changes)).toEqual([
      'aws_appautoscaling_target.entry: update max_capacity',
      'aws_appmesh_route.user: update spec',
      'aws_cloudwatch_log_group.this: update retention_in_days',
      'aws_cloudwatch_metric_alarm.latency: update threshold',
      'aws_ecs_cluster.this: update setting',
      'aws_ecs_service.called["stock-api"]: update desired_count tags tags_all task_definition',
      'aws_ecs_service.called["user-api"]: update desired_count tags tags_all task_definition',
      'aws_ecs_service.entry: update tags tags_all task_definition',
      'aws_ecs_task_definition.this["frontend"]: delete+create container_definitions',
      'aws_ecs_task_definition.this["stock-api"]: delete+create container_definitions',
      'aws_ecs_task_definition.this["user-api"]: delete+create container_definitions',
      'aws_lb_listener_rule.entry: update priority',
      'aws_lb_target_group.entry: update health_check',
      'aws_service_discovery_service.this["stock-api"]: update dns_config',
      'aws_service_discovery_service.this["user-api"]: update dns_config',
    ]);
    await shop.terraform.apply(CHANGED);
    expect(await services(shop)).toEqual(['frontend 2 COMPLETED', 'user-api 3 COMPLETED', 'stock-api 3 COMPLETED']);
    expect((await fetch(shop.url)).status).toBe(200);
    expect(await shop.terraform.plan(CHANGED)).toMatchObject({ exitCode: 0, changes: [] });
  });

  test('goes, and leaves nothing behind but the task definitions that AWS keeps for ever', async () => {
    await shop.terraform.destroy(CHANGED);
    expect(await shop.terraform.state()).toEqual([]);
    expect(await takeInventory(shop.ready)).toEqual(shop.before);
    const { taskDefinitionArns = [] } = await ecsOf(shop).send(new ListTaskDefinitionsCommand({ status: 'INACTIVE' }));
    expect(namesOf(taskDefinitionArns)).toEqual(SERVICES.flatMap((name) => [`${name}:1`, `${name}:2`]).toSorted());
  });
});

const namesOf = (arns: readonly string[]): string[] =>
  arns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)).toSorted();
