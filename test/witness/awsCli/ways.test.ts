import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { witness } from '../witnesses.ts';
import { REFUSED } from './awsCli.ts';
import { openShop, type Shop } from './shop.ts';

const { title, skip } = witness('AWS CLI');

/** The key by which a page of the answer is collected, for each command that pages. */
const PAGED: [command: string, key: string, count: number][] = [
  ['ecs list-services --cluster shop', 'serviceArns', 3],
  ['ecs list-tasks --cluster shop', 'taskArns', 6],
  ['ecs list-task-definition-families', 'families', 3],
  ['appmesh list-virtual-nodes --mesh-name shop', 'virtualNodes', 3],
  ['servicediscovery list-services', 'Services', 2],
  ['cloudwatch describe-alarms --alarm-name-prefix shop', 'MetricAlarms', 2],
  ['application-autoscaling describe-scaling-policies --service-namespace ecs', 'ScalingPolicies', 1],
  ['dynamodb scan --table-name orders', 'Items', 3],
  [
    'dynamodb query --table-name orders --key-condition-expression pk=:shop --expression-attribute-values {":shop":{"S":"shop"}}',
    'Items',
    3,
  ],
];

/** What the CLI itself waits for, and what is so already. */
const WAITERS = [
  'ecs wait services-stable --cluster shop --services frontend user-api stock-api',
  'ecs wait tasks-running --cluster shop --tasks {task}',
  'elbv2 wait load-balancer-exists --names shop',
  'elbv2 wait load-balancer-available --load-balancer-arns {loadBalancer}',
  'elbv2 wait target-in-service --target-group-arn {targetGroup}',
  'cloudwatch wait alarm-exists --alarm-names shop-5xx',
  'dynamodb wait table-exists --table-name orders',
  'dynamodb wait table-not-exists --table-name nope',
];

/** The requests that came to the load balancer, by the minute. */
const requestCount = (loadBalancer: string): string =>
  JSON.stringify([
    {
      Id: 'requests',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'RequestCount',
          Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancer.split(':loadbalancer/')[1] }],
        },
        Period: 60,
        Stat: 'Sum',
      },
    },
  ]);

const MINUTE_MS = 60_000;
/** 1440 periods of a minute, which is as many as GetMetricStatistics answers at once. */
const DAY_MS = 1_440 * MINUTE_MS;

const WHENEVER = '--start-time 2020-01-01T00:00:00Z --end-time 2100-01-01T00:00:00Z';

describe.skipIf(skip)(`${title} asks in every way it has`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
    const { aws } = shop;
    await aws.text(
      'dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST ' +
        '--attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=S ' +
        '--key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE',
    );
    await aws.text('dynamodb wait table-exists --table-name orders');
    for (const order of ['1', '2', '3']) {
      await aws.text('dynamodb put-item --table-name orders --item', `{"pk":{"S":"shop"},"sk":{"S":"${order}"}}`);
    }
  });
  afterAll(async () => {
    await shop?.close();
  });

  test.concurrent.each(PAGED)('%s: one at a time is the same as all at once', async (command, key, count) => {
    const { aws } = shop;
    const asked = shop.filled(command);
    const all = await aws.json<Record<string, unknown[]>>(asked);
    expect(all[key]).toHaveLength(count);
    const oneByOne = await aws.json<Record<string, unknown[]>>(`${asked} --page-size 1`);
    expect(oneByOne[key]).toEqual(all[key]);
    const first = await aws.json<Record<string, unknown[]> & { NextToken?: string }>(`${asked} --max-items 1`);
    expect(first[key]).toEqual(all[key]?.slice(0, 1));
    if (count === 1) {
      expect(first.NextToken).toBeUndefined();
      return;
    }
    const rest = await aws.json<Record<string, unknown[]>>(`${asked} --starting-token ${first.NextToken}`);
    expect(rest[key]).toEqual(all[key]?.slice(1));
  });

  test.concurrent('for ELBv2 a page size turns the CLI’s own paging off: its marker leads on', async () => {
    const rules = shop.filled('elbv2 describe-rules --listener-arn {listener}');
    const page = (more: string) =>
      shop.aws.json<[string[], string | null]>(`${rules}${more}`, '--query', '[Rules[].Priority,NextMarker]');
    const [first, marker] = await page(' --page-size 1');
    expect(first).toEqual(['10']);
    expect(await page(` --page-size 1 --marker ${marker}`)).toEqual([['default'], null]);
    expect(await page('')).toEqual([['10', 'default'], null]);
    const { NextToken } = await shop.aws.json<{ NextToken: string }>(`${rules} --max-items 1`);
    expect(await page(` --starting-token ${NextToken}`)).toEqual([['default'], null]);
  });

  test.concurrent.each(WAITERS)('aws %s returns', async (waiter) => {
    expect(await shop.aws.run(shop.filled(waiter))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test.concurrent('a waiter that cannot be satisfied says so: a service that never was is not inactive', async () => {
    const { exitCode, stderr } = await shop.aws.run('ecs wait services-inactive --cluster shop --services nope');
    expect(REFUSED).toContain(exitCode);
    expect(stderr).toContain('Waiter ServicesInactive failed');
    expect(stderr).toContain('MISSING');
  });

  test.concurrent('a table has a row for each service, and only the columns that were asked for', async () => {
    const table = await shop.aws.text(
      'ecs describe-services --cluster shop --services frontend user-api --output table --query',
      'services[].{Name:serviceName,Running:runningCount,Status:status}',
    );
    const rows = table.split('\n').filter((line) => /frontend|user-api|Name/.test(line));
    expect(
      rows.map((row) =>
        row
          .split('|')
          .map((cell) => cell.trim())
          .filter(Boolean),
      ),
    ).toEqual([
      ['Name', 'Running', 'Status'],
      ['frontend', '2', 'ACTIVE'],
      ['user-api', '2', 'ACTIVE'],
    ]);
  });

  test.concurrent.each([
    ['ecs describe-services --cluster shop --services frontend', ['frontend', 'COMPLETED', 'app']],
    ['elbv2 describe-target-health --target-group-arn {targetGroup}', ['healthy', '8080']],
    ['elbv2 describe-rules --listener-arn {listener}', ['path-pattern', '/*', 'forward', 'default']],
    ['appmesh describe-route --mesh-name shop --virtual-router-name user-vr --route-name all', ['user-vn', '100']],
    ['servicediscovery list-instances --service-id {registry}', ['user-api', 'AWS_INSTANCE_IPV4']],
    ['cloudwatch describe-alarms --alarm-names shop-5xx', ['shop-5xx', 'OK', 'HTTPCode_Target_5XX_Count']],
    ['application-autoscaling describe-scalable-targets --service-namespace ecs', ['service/shop/frontend']],
    ['dynamodb scan --table-name orders', ['shop', '3']],
  ])('%s --output table shows %j', async (command, shown) => {
    const table = await shop.aws.text(`${shop.filled(command)} --output table`);
    for (const cell of shown) expect(table).toContain(cell);
  });

  test.concurrent('text is one line a service, with tabs', async () => {
    const text = await shop.aws.text(
      'ecs describe-services --cluster shop --services frontend stock-api --output text --query',
      'services[].[serviceName,runningCount]',
    );
    expect(text).toBe('frontend\t2\nstock-api\t2\n');
  });

  test.concurrent('what users did is in the load balancer’s metrics, as data and as statistics', async ({
    // Beside concurrent tests only a test's own `expect` knows whose test a poll belongs to.
    expect,
  }) => {
    const { aws, ready, ids } = shop;
    // Whoever made the estate has looked at the shop too, in minutes of the lab's that are over by now.
    const { labOriginMs, realOriginMs, factor } = ready.clock;
    const startMs = labOriginMs + (Date.now() - realOriginMs) * factor;
    const times = [startMs, startMs + DAY_MS].map((ms) =>
      new Date(Math.floor(ms / MINUTE_MS) * MINUTE_MS).toISOString(),
    );
    const during = `--start-time ${times[0]} --end-time ${times[1]}`;
    for (let request = 0; request < 5; request += 1) expect((await fetch(ready.url)).status).toBe(200);
    const data = () =>
      aws.json<number>(
        `cloudwatch get-metric-data ${during} --metric-data-queries`,
        requestCount(ids.loadBalancer),
        '--query',
        'sum(MetricDataResults[0].Values)',
      );
    await expect.poll(data, { timeout: 60_000, interval: 500 }).toBe(5);
    const name = ids.loadBalancer.split(':loadbalancer/')[1];
    const statistics = await aws.json(
      'cloudwatch get-metric-statistics --namespace AWS/ApplicationELB --metric-name RequestCount --period 60 ' +
        `--statistics Sum --dimensions Name=LoadBalancer,Value=${name} ${during} --query`,
      '[Label,sum(Datapoints[].Sum)]',
    );
    expect(statistics).toEqual(['RequestCount', 5]);
    const listed = await aws.json(
      'cloudwatch list-metrics --namespace AWS/ApplicationELB --metric-name RequestCount --query',
      `Metrics[?length(Dimensions)==\`1\`].Dimensions[0].Value`,
    );
    expect(listed).toEqual([name]);
    const alarms = await aws.json(
      'cloudwatch describe-alarms-for-metric --namespace AWS/ApplicationELB --metric-name HTTPCode_Target_5XX_Count ' +
        `--dimensions Name=LoadBalancer,Value=${name} --query`,
      'MetricAlarms[].AlarmName',
    );
    expect(alarms).toEqual(['shop-5xx']);
  });

  describe('CloudWatch in the protocols of older CLIs', () => {
    const models = skip ? '' : mkdtempSync(join(tmpdir(), 'meshlift-cloudwatch-'));
    afterAll(() => {
      if (models !== '') rmSync(models, { recursive: true });
    });

    test.each(['query', 'json'])('%s: alarms, metric data and a refusal are the same', async (protocol) => {
      const path = join(models, protocol);
      execFileSync('python3', ['-c', MODEL_OF_ONE_PROTOCOL, path, protocol]);
      const older = shop.aws.with({ AWS_DATA_PATH: path });
      const { stderr } = await older.run('cloudwatch describe-alarms --alarm-names shop-5xx --debug');
      expect(stderr).toContain(protocol === 'query' ? "'Action': 'DescribeAlarms'" : 'application/x-amz-json-1.0');

      const times = /Timestamp|Date$/;
      const alarms = (cli: typeof older) =>
        cli.json<{ MetricAlarms: object[] }>('cloudwatch describe-alarms --alarm-names shop-5xx shop-latency');
      const timeless = ({ MetricAlarms }: { MetricAlarms: object[] }) =>
        MetricAlarms.map((alarm) => Object.fromEntries(Object.entries(alarm).filter(([name]) => !times.test(name))));
      expect(timeless(await alarms(older))).toEqual(timeless(await alarms(shop.aws)));
      const data = (cli: typeof older) =>
        cli.json(
          `cloudwatch get-metric-data ${WHENEVER} --metric-data-queries`,
          requestCount(shop.ids.loadBalancer),
          '--query',
          'MetricDataResults[].[Id,Label,StatusCode]',
        );
      expect(await data(older)).toEqual([['requests', 'RequestCount', 'Complete']]);
      const refused = await older.run('cloudwatch set-alarm-state --alarm-name nope --state-value OK --state-reason x');
      expect(refused.stderr).toContain('An error occurred (ResourceNotFound) when calling the SetAlarmState operation');
    });
  });
});

/** Writes botocore's own model of CloudWatch as one that knows a single protocol, for the CLI's data path. */
const MODEL_OF_ONE_PROTOCOL = `
import json, os, sys
from botocore.session import get_session
folder, protocol = sys.argv[1:]
loader = get_session().get_component('data_loader')
model = loader.load_service_model('cloudwatch', 'service-2')
model['metadata'].update(protocol=protocol, protocols=[protocol])
folder = os.path.join(folder, 'cloudwatch', model['metadata']['apiVersion'])
os.makedirs(folder)
with open(os.path.join(folder, 'service-2.json'), 'w') as file:
    json.dump(model, file)
`;
