import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readTerraformState } from '../../../src/estate/sources/terraform/readTerraform.ts';
import { witness } from '../witnesses.ts';
import { linesOf, linesOfDrift } from './changes.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { Migration } from './migration.ts';
import { type ShopEstate, standUp } from './shopEstate.ts';
import { asAStateTells, liveExport, Person, stackOf, statesOf, withAddresses, withoutRoom } from './shopSources.ts';
import { CHANGES_PENDING, installProvider, type Plan } from './terraform.ts';

const { title, skip } = witness('Terraform');
const provider = skip ? undefined : await installProvider();
if (provider?.kind === 'missing') {
  process.stdout.write(`Skipped: everything that Terraform would judge, since ${provider.why}.\n`);
}

/** Half an hour of the lab's time on a machine that has better to do. */
const MIGRATION = { timeout: 600_000 };

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

/** What is blue's alone, and goes with App Mesh. */
const BLUE = [
  'aws_appautoscaling_policy.entry',
  'aws_appautoscaling_target.entry',
  'aws_appmesh_mesh.this',
  'aws_appmesh_route.user',
  'aws_appmesh_virtual_node.this["frontend"]',
  'aws_appmesh_virtual_node.this["stock-api"]',
  'aws_appmesh_virtual_node.this["user-api"]',
  'aws_appmesh_virtual_router.user',
  'aws_appmesh_virtual_service.this["frontend"]',
  'aws_appmesh_virtual_service.this["stock-api"]',
  'aws_appmesh_virtual_service.this["user-api"]',
  'aws_ecs_service.called["stock-api"]',
  'aws_ecs_service.called["user-api"]',
  'aws_ecs_service.entry',
];

/** What a plan on the entry makes, in its order. */
const greenOf = (listenerRule: string): string[] => [
  'scalingFreeze/frontend',
  'namespace/shop-sc',
  'targetGroup/frontend-sc',
  `rule/shop/${listenerRule.slice(listenerRule.lastIndexOf('/') + 1)}`,
  'taskDefinition/stock-api-sc',
  'service/stock-api-sc',
  'taskDefinition/user-api-sc',
  'service/user-api-sc',
  'taskDefinition/frontend-sc',
  'service/frontend-sc',
  'scaling/frontend-sc',
];

describe.skipIf(provider?.kind !== 'installed')(`${title}: the sample estate`, () => {
  /** One is changed and destroyed; the other is migrated first. */
  let shop: ShopEstate;
  let migrated: ShopEstate;
  let next: Promise<Plan> | undefined;
  const clients: ECSClient[] = [];

  beforeAll(async () => {
    if (provider?.kind !== 'installed') throw new Error('there is no provider');
    // Terraform waits for a minute until it looks at a new load balancer again; both wait at once.
    [shop, migrated] = await Promise.all([standUp(provider), standUp(provider)]);
  });

  afterAll(async () => {
    for (const client of clients) client.destroy();
    await shop?.end();
    await migrated?.end();
    if (provider?.kind === 'installed') await provider.remove();
  });

  function ecsOf(estate: ShopEstate): ECSClient {
    const client = new ECSClient(accessOf(estate));
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

  /** Holds every form of the state against the live APIs, by the whole stack. */
  async function isToldByItsState(): Promise<void> {
    const rule = String((await shop.terraform.outputs())['listener_rule_arn']);
    const wanted = stackOf(await liveExport(shop), rule);
    expect(wanted.resources.map(({ id }) => id)).toEqual(greenOf(rule));
    for (const [where, text] of Object.entries(await statesOf(shop))) {
      const { exported, unresolved } = readTerraformState(text, where);
      expect(unresolved, where).toEqual([]);
      expect(stackOf(exported, rule), where).toEqual(wanted);
    }
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

  test('is told by its state as AWS tells it: nothing is open, and the stack is the same to the letter', async () => {
    await isToldByItsState();
  });

  test('is told to a person by its state alone as AWS tells it, and beside an export without a contradiction', async () => {
    const person = new Person(shop);
    const live = await person.assesses([]);
    for (const [file, text] of Object.entries(await statesOf(shop))) {
      const path = await person.keep(`told-${file}`, text);
      expect(withoutRoom(await person.assesses([path])), file).toEqual(withoutRoom(asAStateTells(live, path)));
    }
    const exported = await person.exports('export.json');
    const state = person.path('terraform.tfstate');
    const alone = await person.assesses([exported]);
    expect(await person.assesses([state, exported])).toEqual(withAddresses(alone));
    expect(alone.gaps).toEqual(live.gaps);
  });

  test('is as it was written: a second plan has nothing to change, and AWS tells what was said', async () => {
    const second = await shop.terraform.plan();
    expect(second).toMatchObject({ exitCode: 0, changes: [] });
    expect(linesOfDrift(second.drift)).toEqual([]);
    await shop.terraform.accept();
    expect(await shop.terraform.plan()).toEqual({ exitCode: 0, changes: [], drift: [] });
  });

  test('is told by its state as AWS tells it after a refresh too', async () => {
    await isToldByItsState();
  });

  test('is migrated under load without a failed request', MIGRATION, async () => {
    await migrated.terraform.accept();
    const migration = new Migration(migrated);
    try {
      await migration.submit();
      expect(await migration.waitsForApproval()).toContain('infrastructure-as-code');
      await migration.approve();
    } finally {
      await migration.end();
    }
    expect(migration.outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(migration.outcomes.length).toBeGreaterThan(1_000);
    // The provider asks for two minutes whether a service that is INACTIVE comes back; the other estate has the machine meanwhile.
    next = migrated.terraform.plan();
    next.catch(() => undefined);
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

  test('shows in the plan after the migration what that changed, and no more', async () => {
    const { drift = [], changes = [] } = (await next) ?? {};
    expect(linesOfDrift(drift)).toEqual([
      ...BLUE.map((address) => `${address}: delete`),
      'aws_lb_listener_rule.entry: update action',
    ]);
    // Blue would be made again, and what names it by ARN with it.
    expect(linesOf(changes)).toEqual([
      ...BLUE.map((address) => `${address}: create`),
      'aws_ecs_task_definition.this["frontend"]: delete+create container_definitions',
      'aws_ecs_task_definition.this["stock-api"]: delete+create container_definitions',
      'aws_ecs_task_definition.this["user-api"]: delete+create container_definitions',
      'aws_iam_role_policy.envoy["frontend"]: update policy',
      'aws_iam_role_policy.envoy["stock-api"]: update policy',
      'aws_iam_role_policy.envoy["user-api"]: update policy',
      'aws_lb_listener_rule.entry: update action',
    ]);
  });

  test('can be destroyed after that, once Terraform was told of blue and a person has taken green away', async () => {
    await migrated.terraform.forget(BLUE);
    await takeGreenAway(migrated);
    await migrated.terraform.destroy();
    expect(await migrated.terraform.state()).toEqual([]);
    const after = await takeInventory(migrated.ready);
    expect(unlisted(migrated.before, after)).toEqual([]);
    expect(unlisted(after, migrated.before)).toEqual([
      expect.stringMatching(/:task-definition\/frontend-sc:1$/),
      expect.stringMatching(/:task-definition\/stock-api-sc:1$/),
      expect.stringMatching(/:task-definition\/user-api-sc:1$/),
      expect.stringMatching(/:namespace\//),
      expect.stringMatching(/:targetgroup\/frontend-sc\//),
    ]);
  });

  /** Terraform does not know green; with services in its cluster it would ask for ten minutes before it said so. */
  async function takeGreenAway(estate: ShopEstate): Promise<void> {
    const ecs = ecsOf(estate);
    const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: 'shop' }));
    expect(namesOf(serviceArns)).toEqual(['frontend-sc', 'stock-api-sc', 'user-api-sc']);
    const scaling = new ApplicationAutoScalingClient(accessOf(estate));
    await scaling.send(
      new DeregisterScalableTargetCommand({
        ServiceNamespace: 'ecs',
        ResourceId: 'service/shop/frontend-sc',
        ScalableDimension: 'ecs:service:DesiredCount',
      }),
    );
    scaling.destroy();
    for (const service of serviceArns) {
      await ecs.send(new DeleteServiceCommand({ cluster: 'shop', service, force: true }));
    }
    const statuses = async () => {
      const { services: found = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster: 'shop', services: serviceArns }),
      );
      return found.map(({ status }) => status);
    };
    await vi.waitFor(async () => expect(await statuses()).toEqual(serviceArns.map(() => 'INACTIVE')), {
      timeout: 60_000,
      interval: 500,
    });
  }
});

const namesOf = (arns: readonly string[]): string[] =>
  arns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)).toSorted();

const accessOf = ({ ready: { endpoint, region } }: ShopEstate) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'AKIDWITNESS', secretAccessKey: 'witness' },
});

/** What is in the one inventory and not in the other. */
const unlisted = (one: Inventory, other: Inventory): string[] =>
  Object.values(one)
    .flat()
    .filter((name) => !Object.values(other).flat().includes(name));
