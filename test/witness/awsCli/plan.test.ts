import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployOperatorRole } from '../../../src/cli/demo/operatorAccess.ts';
import { Load, type Outcome } from '../../../src/cli/demo/load.ts';
import { demoPlan } from '../../../src/cli/demo/plan.ts';
import { type Attributes, toAttributes } from '../../../src/state/attributes.ts';
import { Meshlift } from '../../processes/meshlift.ts';
import { witness } from '../witnesses.ts';
import { REFUSED } from './awsCli.ts';
import { openShop, type Shop } from './shop.ts';

const { title, skip } = witness('AWS CLI');

const page = await readFile('docs/plan.md', 'utf8');
/** The commands of docs/plan.md, as a reader copies them. */
const PUT = command(/^aws dynamodb put-item [\s\S]*?^\}'$/m);
const LOOK = command(/^aws dynamodb get-item [\s\S]*? --output table$/m);
/** The item that the page puts. */
const ITEM = JSON.parse(/--item '([^']*)'/.exec(PUT)?.[1] ?? '') as Attributes;

const TAKEN_UP = { timeout: 60_000, interval: 200 };
const MIGRATED = { timeout: 240_000, interval: 2_000 };
const REQUESTS_PER_SECOND = 30;
/** Of ten seconds, which is less than any migration takes. */
const REQUESTS_MIN = 10 * REQUESTS_PER_SECOND;

function command(pattern: RegExp): string {
  const found = pattern.exec(page)?.[0];
  if (found === undefined) throw new Error(`docs/plan.md shows no command like ${pattern}`);
  return found;
}

/** The page's item under another name, with other members of its spec. */
const itemOf = (name: string, spec: object): string =>
  JSON.stringify({
    ...ITEM,
    pk: { S: `plan#${name}` },
    metadata: { M: { name: { S: name } } },
    spec: { M: { ...ITEM['spec']?.M, ...toAttributes(spec) } },
  });

const arn = (name: string): string => `arn:aws:ecs:us-east-1:111122223333:service/shop/${name}`;

const steps = (...weights: number[]) => ({ ramp: { steps: weights.map((weight) => ({ weight, bake: '4m' })) } });

describe.skipIf(skip)(`${title} submits a plan`, () => {
  let shop: Shop;
  let operator: Meshlift;
  let load: Load;
  const outcomes: Outcome[] = [];

  const put = (item: string) => shop.aws.text('dynamodb put-item --table-name meshlift --item', item);
  /** One condition of a plan: its status, reason and message. */
  const condition = (plan: string, type: string) =>
    shop.aws.json<string[] | null>(
      'dynamodb get-item --table-name meshlift --consistent-read --key',
      JSON.stringify({ pk: { S: `plan#${plan}` }, sk: { S: 'status' } }),
      '--query',
      `Item.status.M.conditions.L[?M.type.S=='${type}'].M | [0].[status.S,reason.S,message.S]`,
    );
  /** All of them, so that a failure says where the plan stands. */
  const conditions = (plan: string) =>
    shop.aws.json<string[][]>(
      'dynamodb get-item --table-name meshlift --consistent-read --key',
      JSON.stringify({ pk: { S: `plan#${plan}` }, sk: { S: 'status' } }),
      '--query',
      'Item.status.M.conditions.L[].M.[type.S,status.S,reason.S,message.S]',
    );
  const look = <Answer = unknown>(what: string, query: string) =>
    shop.aws.json<Answer>(shop.filled(what), '--query', query);

  beforeAll(async () => {
    shop = await openShop();
    load = new Load({
      url: shop.ready.url,
      rate: REQUESTS_PER_SECOND,
      onOutcome: (outcome) => void outcomes.push(outcome),
    });
    load.start();
    const role = await deployOperatorRole(shop.ready, {
      clusterNames: ['shop'],
      passRoleNames: ['*-task', 'shop-ecs-execution'],
    });
    operator = new Meshlift(['operator', '--name', 'op-1'], { ...shop.ready.environment, ...role });
  });
  afterAll(async () => {
    await load?.stop();
    await operator?.end();
    await shop?.close();
  });

  test('as docs/plan.md shows it: it is taken up, and told that its rule is in another Region', async () => {
    expect(await shop.aws.shell(PUT)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const again = await shop.aws.shell(PUT);
    expect(REFUSED).toContain(again.exitCode);
    expect(again.stderr).toContain('(ConditionalCheckFailedException)');

    await expect.poll(async () => (await condition('shop', 'Ready'))?.[0], TAKEN_UP).toBe('False');
    const [, , message] = (await condition('shop', 'Ready')) ?? [];
    expect(message).toBe(
      `spec.traffic[0].alb.listenerRule: is in eu-west-1, and the plan in ${shop.ready.region}: set spec.access.region where the application is there`,
    );
    const { exitCode, stdout } = await shop.aws.shell(LOOK);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\|\s+Ready\s*\|\s+False\s*\|/);
  });

  test.each([
    ['bad-duration', { ramp: { steps: [{ weight: 100, bake: '5 minutes' }] } }, 'spec.ramp.steps[0].bake: '],
    ['unknown-key', { rampp: {} }, 'spec.rampp: unknown key "rampp"'],
    ['falling-weights', steps(50, 10, 100), 'spec.ramp.steps[1].weight: '],
  ])('%s: its condition Ready is False and names the place', async (name, spec, place) => {
    await put(itemOf(name, spec));
    await expect
      .poll(() => condition(name, 'Ready'), TAKEN_UP)
      .toEqual(['False', 'InvalidPlan', expect.stringContaining(place)]);
    const events = await shop.aws.json(
      'dynamodb query --table-name meshlift --key-condition-expression',
      'pk = :plan AND begins_with(sk, :event)',
      '--expression-attribute-values',
      JSON.stringify({ ':plan': { S: `plan#${name}` }, ':event': { S: 'event#' } }),
      '--query',
      'Items[].[type.S,reason.S,message.S]',
    );
    expect(events).toEqual([['Warning', 'Refused', expect.stringContaining(place)]]);
  });

  test('corrected, it is migrated while users come: green serves, blue and the mesh are gone', async () => {
    const { clusterName, meshName, listenerRuleArn } = shop.ready.estate;
    const arns = { clusterName, meshName, listenerRuleArn };
    const { spec } = parse(demoPlan(arns, { confirmGuessedCallGraph: false })) as { spec: object };
    await put(itemOf('shop', spec));
    await expect
      .poll(() => conditions('shop'), MIGRATED)
      .toContainEqual(['Succeeded', 'True', expect.anything(), expect.anything()]);

    const green = ['frontend-sc', 'stock-api-sc', 'user-api-sc'];
    const services = 'ecs describe-services --cluster shop --services';
    await shop.aws.text(`ecs wait services-stable --cluster shop --services ${green.join(' ')}`);
    expect(await look('ecs list-services --cluster shop', 'sort(serviceArns)')).toEqual(green.map(arn));
    expect(
      await look(
        `${services} ${green.join(' ')}`,
        'services[].[serviceName,status,runningCount,deployments[0].serviceConnectConfiguration.enabled]',
      ),
    ).toEqual(green.map((name) => [name, 'ACTIVE', 2, true]));
    expect(await look('ecs list-services-by-namespace --namespace shop-sc', 'sort(serviceArns)')).toEqual(
      green.map(arn),
    );
    expect(
      await look(`${services} frontend user-api stock-api`, '[services[].status,failures[].reason][] | sort(@)'),
    ).toEqual(['INACTIVE', 'INACTIVE', 'INACTIVE']);

    const served = await look<[string, number][]>(
      'elbv2 describe-rules --rule-arns {rule}',
      'Rules[0].Actions[0].ForwardConfig.TargetGroups[?Weight!=`0`].[TargetGroupArn,Weight]',
    );
    expect(served).toHaveLength(1);
    const [[targetGroup] = ['']] = served;
    expect(targetGroup).not.toBe(shop.ids.targetGroup);
    await shop.aws.text(`elbv2 wait target-in-service --target-group-arn ${targetGroup}`);
    const behind = await look(`${services} frontend-sc`, 'services[0].loadBalancers[].targetGroupArn');
    expect(behind).toEqual([targetGroup]);

    expect(await look('appmesh list-meshes', 'meshes')).toEqual([]);
    const endpoints = await look<string[]>('servicediscovery list-services', "sort(Services[?Type=='HTTP'].Name)");
    expect(endpoints.length).toBeGreaterThan(0);
    for (const endpoint of endpoints) {
      const discovered = `servicediscovery discover-instances --namespace-name shop-sc --service-name ${endpoint}`;
      expect(await look(discovered, 'length(Instances)'), endpoint).toBe(2);
    }

    await load.stop();
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(REQUESTS_MIN);
    const servedBy = (service: string) => outcomes.filter((one) => one.servedBy?.startsWith(`${service}/`) === true);
    expect(servedBy('frontend').length + servedBy('frontend-sc').length).toBe(outcomes.length);
    expect(outcomes.at(-1)?.servedBy).toMatch(/^frontend-sc\//);
    expect(await operator.end()).toBe(0);
    expect(await shop.denied()).toEqual([]);
  });
});
