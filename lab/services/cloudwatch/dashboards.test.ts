import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';

let clock: SimulatedClock;
let client: CloudWatchClient;

beforeEach(() => {
  clock = new SimulatedClock();
  client = new CloudWatchClient({ ...createSimulatedAws({ clock }).clientConfig, maxAttempts: 1 });
});

const METRIC = {
  type: 'metric',
  properties: { region: 'eu-west-1', metrics: [['AWS/ECS', 'CPUUtilization', 'ClusterName', 'shop', { stat: 'Sum' }]] },
};
const metrics = (value: unknown) => ({ type: 'metric', properties: { region: 'eu-west-1', metrics: value } });
const bodyOf = (...widgets: unknown[]): string => JSON.stringify({ widgets });
const put = (DashboardName: string, DashboardBody: string) =>
  client.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
const names = async () =>
  (await client.send(new ListDashboardsCommand({}))).DashboardEntries?.map(({ DashboardName }) => DashboardName);

/** What AWS has against a widget, as `where: what`. */
async function faultsOf(...widgets: unknown[]): Promise<string[]> {
  const error: unknown = await put('shop', bodyOf(...widgets)).catch((refusal: unknown) => refusal);
  const { dashboardValidationMessages: messages = [] } = error as {
    dashboardValidationMessages?: { DataPath: string; Message: string }[];
  };
  return messages.map(({ DataPath, Message }) => `${DataPath}: ${Message}`);
}

describe('dashboards', () => {
  test('W12: one is kept as it came, under an ARN without a region, and put again it is replaced whole', async () => {
    const body = `  ${bodyOf(METRIC)}`;
    expect(await put('shop', body)).toMatchObject({ DashboardValidationMessages: [] });
    await put('shop', body);
    const shown = { DashboardArn: 'arn:aws:cloudwatch::111122223333:dashboard/shop', DashboardName: 'shop' };
    expect(await client.send(new GetDashboardCommand({ DashboardName: 'shop' }))).toMatchObject({
      ...shown,
      DashboardBody: body,
    });
    const { DashboardEntries } = await client.send(new ListDashboardsCommand({ DashboardNamePrefix: 'sh' }));
    expect(DashboardEntries).toEqual([{ ...shown, LastModified: new Date(clock.now()), Size: body.length }]);
    await put('shop', bodyOf());
    expect(await client.send(new GetDashboardCommand({ DashboardName: 'shop' }))).toMatchObject({
      DashboardBody: '{"widgets":[]}',
    });
  });

  test('W12: one that does not exist is told by its name, and the others of a deletion go all the same', async () => {
    for (const name of ['a', 'b', 'c']) await put(name, bodyOf());
    // By the code of the older protocol, which the client goes by.
    const missing = { name: 'ResourceNotFound', message: 'Dashboard x does not exist' };
    await expect(client.send(new GetDashboardCommand({ DashboardName: 'x' }))).rejects.toMatchObject({
      ...missing,
      $metadata: { httpStatusCode: 404 },
    });
    const deletion = client.send(new DeleteDashboardsCommand({ DashboardNames: ['a', 'x', 'c'] }));
    await expect(deletion).rejects.toMatchObject(missing);
    expect(await names()).toEqual(['b']);
  });

  test('W12: a list has a thousand on a page', async () => {
    for (let index = 0; index < 1_001; index += 1) await put(`d${String(index).padStart(4, '0')}`, bodyOf());
    const { DashboardEntries, NextToken } = await client.send(new ListDashboardsCommand({}));
    expect(DashboardEntries).toHaveLength(1_000);
    const rest = await client.send(new ListDashboardsCommand({ NextToken }));
    expect(rest.DashboardEntries?.map(({ DashboardName }) => DashboardName)).toEqual(['d1000']);
    expect(rest.NextToken).toBeUndefined();
  });

  test.each(['with space', 'a'.repeat(256), 'dötted'])('W12: the name %s is refused', async (name) => {
    await expect(put(name, bodyOf())).rejects.toMatchObject({ name: 'DashboardInvalidInputError' });
    expect(await names()).toEqual([]);
  });
});

describe('the body of a dashboard', () => {
  test.each(['{', '[]', '"widgets"'])('W13: %s is no JSON object', async (body) => {
    await expect(put('shop', body)).rejects.toMatchObject({
      name: 'DashboardInvalidInputError',
      message: 'The field DashboardBody must be a valid JSON object',
    });
  });

  test('W13: everything that is wrong is told at once, with its place, and nothing is kept', async () => {
    await expect(put('shop', bodyOf(METRIC, { type: 'alarm', properties: { alarms: [] } }))).rejects.toMatchObject({
      name: 'DashboardInvalidInputError',
      message:
        'The dashboard body is invalid, there are 1 validation errors:\n[\n  {\n    "dataPath": "/widgets/1/properties/alarms",\n    "message": "Should NOT have less than 1 items"\n  }\n]',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await names()).toEqual([]);
  });

  test.each<[string, unknown, string[]]>([
    [
      'a metric widget without metrics',
      { type: 'metric', properties: { region: 'eu-west-1' } },
      [
        "/widgets/0/properties: Should have required property 'metrics'",
        '/widgets/0/properties: The metric widget should have specified a region and a data source or an alarm annotation',
        "/widgets/0/properties: Should have required property 'annotations'",
      ],
    ],
    [
      'a metric that is no list',
      metrics(['AWS/ECS']),
      [
        '/widgets/0/properties/metrics/0: Should be array',
        '/widgets/0/properties/metrics/0: Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element',
      ],
    ],
    [
      'dimensions as an object in the middle',
      metrics([['AWS/ECS', 'CPUUtilization', { ClusterName: 'shop' }, { stat: 'Sum' }]]),
      ['/widgets/0/properties/metrics/0/2: Invalid metric field type, only "String" type is allowed'],
    ],
    [
      'a type that there is not',
      { type: 'table', properties: {} },
      ['/widgets/0/type: Should be equal to one of the allowed values'],
    ],
    [
      'a text without a text, too wide',
      { type: 'text', width: 25, properties: {} },
      ['/widgets/0/width: Should be <= 24', "/widgets/0/properties: Should have required property 'markdown'"],
    ],
    [
      'nothing',
      {},
      ["/widgets/0: Should have required property 'type'", "/widgets/0: Should have required property 'properties'"],
    ],
  ])('W13: %s', async (_, widget, faults) => {
    expect(await faultsOf(widget)).toEqual(faults);
  });

  test('W13: an alarm stands in for a metric, an expression for its dimensions', async () => {
    const annotations = { alarms: ['arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-5xx'] };
    const withAlarm = { type: 'metric', properties: { annotations } };
    expect(
      await faultsOf(withAlarm, metrics([[{ expression: 'm1 * 2' }], ['.', '.', '.', '...', { id: 'm1' }]])),
    ).toEqual([]);
  });
});
