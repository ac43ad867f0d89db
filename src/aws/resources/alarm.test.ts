import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlarmResource } from '../../assess/model.ts';
import { targetGroupDimension } from '../arns.ts';
import { readAlarms } from '../gates/alarms.ts';
import {
  actorOver,
  createShop,
  dismantle,
  greenOf,
  known,
  leftovers,
  operatorClients,
  OWNER,
  provision,
  type Shop,
  stackOf,
} from '../simulatedShop.ts';
import { alarmChanges, alarmDefinition } from './alarmDefinition.ts';

const MINUTE_MS = 60_000;

let shop: Shop;
let resolved: Map<string, string>;
beforeEach(async () => {
  shop = await createShop();
  resolved = new Map();
});
afterEach(() => shop.close());

const actor = () => actorOver(operatorClients(shop.simulated).clients, shop.clock);

/** Green's target group, hung in its rule; and the alarm on it, with what is said changed. */
async function made(change: Partial<AlarmResource> = {}): Promise<AlarmResource> {
  const { alarm } = greenOf(shop);
  const wanted = { ...alarm, ...change };
  const upToRule = stackOf(shop).slice(
    0,
    stackOf(shop).findIndex(({ id }) => id === alarm.id),
  );
  await provision(shop, actor(), [...upToRule, wanted], resolved);
  return wanted;
}

const described = async (name: string) =>
  known((await shop.person.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0]);

/** What green's target group counts in this minute. */
function count(name: string, times: number, value = 1): void {
  const { cloudwatch } = shop.simulated.aws.services;
  const dimensions = {
    LoadBalancer: shop.loadBalancerArn.slice(shop.loadBalancerArn.indexOf('app/')),
    TargetGroup: targetGroupDimension(known(resolved.get('targetGroup/frontend-sc'))),
  };
  for (let turn = 0; turn < times; turn += 1) {
    cloudwatch.record({ namespace: 'AWS/ApplicationELB', name, dimensions, value, atMs: shop.clock.now() });
  }
}

interface Minute {
  requests: number;
  answered5xx?: number;
  unconnected?: number;
  seconds?: number;
}

/** Minutes one after the other, and the time until CloudWatch has evaluated the last. */
async function live(minutes: readonly Minute[]): Promise<void> {
  await shop.pass(MINUTE_MS - (shop.clock.now() % MINUTE_MS));
  for (const { requests, answered5xx = 0, unconnected = 0, seconds = 0.02 } of minutes) {
    count('RequestCount', requests);
    count('HTTPCode_Target_5XX_Count', answered5xx);
    count('TargetConnectionErrorCount', unconnected);
    count('TargetResponseTime', requests, seconds);
    await shop.pass(MINUTE_MS);
  }
  await shop.pass(MINUTE_MS / 2);
}

const stateAfter = async (alarm: AlarmResource, minutes: readonly Minute[]) => {
  await live(minutes);
  return (await described(alarm.name)).StateValue;
};

describe('an alarm on the errors of a green target group', () => {
  test('W4: begins with INSUFFICIENT_DATA, and is OK at its next evaluation without a request', async () => {
    const alarm = await made();
    await shop.person.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [alarm.name] }));
    expect(await actor().ensure(alarm, OWNER, resolved)).toMatchObject({ outcome: 'created' });
    expect((await described(alarm.name)).StateValue).toBe('INSUFFICIENT_DATA');
    expect(await stateAfter(alarm, [{ requests: 0 }])).toBe('OK');
  });

  test.each<[string, Minute[], string]>([
    [
      'two bad minutes',
      [
        { requests: 100, answered5xx: 6 },
        { requests: 100, answered5xx: 6 },
      ],
      'ALARM',
    ],
    [
      'two bad minutes with a good one between them',
      [{ requests: 100, answered5xx: 6 }, { requests: 100 }, { requests: 100, answered5xx: 6 }],
      'ALARM',
    ],
    ['one bad minute', [{ requests: 100, answered5xx: 100 }, { requests: 100 }], 'OK'],
    [
      'just the limit',
      [
        { requests: 100, answered5xx: 5 },
        { requests: 100, answered5xx: 5 },
      ],
      'OK',
    ],
    [
      'connections that fail',
      [
        { requests: 100, unconnected: 6 },
        { requests: 100, unconnected: 6 },
      ],
      'ALARM',
    ],
    [
      'both kinds together',
      [
        { requests: 100, answered5xx: 3, unconnected: 3 },
        { requests: 100, answered5xx: 3, unconnected: 3 },
      ],
      'ALARM',
    ],
    [
      'as few requests as are wanted',
      [
        { requests: 20, answered5xx: 2 },
        { requests: 20, answered5xx: 2 },
      ],
      'ALARM',
    ],
    [
      'fewer than are wanted',
      [
        { requests: 19, answered5xx: 19 },
        { requests: 19, answered5xx: 19 },
      ],
      'OK',
    ],
  ])('%s', async (_what, minutes, state) => {
    expect(await stateAfter(await made(), minutes)).toBe(state);
  });

  test('rests on what it counts, for whoever asks how fresh it is', async () => {
    const { name } = await made();
    const [reading] = await readAlarms(operatorClients(shop.simulated).clients, [name]);
    expect(reading?.basis).toMatchObject({
      kind: 'metrics',
      periodMs: MINUTE_MS,
      datapointsToAlarm: 2,
      metrics: [
        { name: 'RequestCount' },
        { name: 'HTTPCode_Target_5XX_Count' },
        { name: 'TargetConnectionErrorCount' },
      ],
    });
  });
});

describe('an alarm on the response time', () => {
  const watches = { kind: 'latencyP99', maxSeconds: 2 } as const;

  test.each<[string, Minute[], string]>([
    [
      'two slow minutes',
      [
        { requests: 50, seconds: 3 },
        { requests: 50, seconds: 3 },
      ],
      'ALARM',
    ],
    ['one slow minute', [{ requests: 50, seconds: 3 }, { requests: 50 }], 'OK'],
    [
      'too few requests',
      [
        { requests: 5, seconds: 3 },
        { requests: 5, seconds: 3 },
      ],
      'OK',
    ],
  ])('%s', async (_what, minutes, state) => {
    expect(await stateAfter(await made({ watches }), minutes)).toBe(state);
  });
});

describe('the alarm as a resource', () => {
  test('W5: is tagged when it is made; changed by others it is put as it was, with its tags and its state', async () => {
    const alarm = await made();
    const { AlarmArn } = await described(alarm.name);
    const tags = async () =>
      (await shop.person.cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: AlarmArn }))).Tags;
    const before = await tags();
    expect(before).toEqual([
      { Key: 'meshlift.dev/plan', Value: OWNER.plan },
      { Key: 'meshlift.dev/uid', Value: OWNER.uid },
    ]);
    const definition = alarmDefinition(alarm, known(resolved.get('targetGroup/frontend-sc')));
    await shop.person.cloudWatch.send(
      new PutMetricAlarmCommand({ ...definition, Threshold: 50, TreatMissingData: 'ignore' }),
    );
    expect(await actor().read(alarm, OWNER, resolved)).toMatchObject({
      status: 'differs',
      why: 'Threshold 5 → 50, TreatMissingData notBreaching → ignore',
    });
    expect(await actor().ensure(alarm, OWNER, resolved)).toMatchObject({ outcome: 'updated' });
    expect(await actor().read(alarm, OWNER, resolved)).toMatchObject({ status: 'ready' });
    expect(await tags()).toEqual(before);
  });

  test('waits for its target group, and is not said to differ where that could not be read', async () => {
    const { alarm } = greenOf(shop);
    expect(await actor().ensure(alarm, OWNER, resolved)).toMatchObject({ outcome: 'waiting' });
    await made();
    expect(await actor().read(alarm, OWNER, new Map())).toMatchObject({ status: 'waiting' });
    expect(await actor().remove(alarm, OWNER, new Map())).toEqual({ outcome: 'gone' });
    expect(await actor().read(alarm, OWNER, resolved)).toEqual({ status: 'absent' });
  });

  test('stays while a composite alarm looks at it, says so, and goes after that', async () => {
    const alarm = await made();
    const { cloudWatch } = shop.person;
    await cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: `ALARM("${alarm.name}")` }));
    expect(await actor().remove(alarm, OWNER, resolved)).toMatchObject({
      outcome: 'waiting',
      why: expect.stringContaining('a composite alarm looks at it') as string,
    });
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['any'] }));
    await dismantle(shop, actor(), stackOf(shop), resolved);
    expect(await leftovers(shop)).toEqual([]);
  });
});

const wanted = () => alarmDefinition(greenOf(shop).alarm, 'arn:aws:elasticloadbalancing:r:1:targetgroup/green/1');

test('names and words of a plan are in no expression of metric math', () => {
  const attack = "1, 0) + SEARCH('{AWS/ECS} MetricName=\"CPU\"', 'Sum') + (";
  const group = `arn:aws:elasticloadbalancing:r:1:targetgroup/${attack}/1`;
  const { Metrics = [] } = alarmDefinition({ ...greenOf(shop).alarm, name: attack, description: attack }, group);
  const expressions = Metrics.flatMap(({ Expression, Id }) => [Id, Expression]).filter((text) => text !== undefined);
  expect(expressions.filter((text) => text.includes('SEARCH'))).toEqual([]);
  expect(expressions).toEqual(
    (wanted().Metrics ?? []).flatMap(({ Expression, Id }) => [Id, Expression]).filter((text) => text !== undefined),
  );
});

describe('what differs of a definition', () => {
  test('is nothing where CloudWatch tells the same in another order and with more', () => {
    const definition = wanted();
    const told = (definition.Metrics ?? []).map((query) => ({
      ...query,
      ...(query.MetricStat === undefined
        ? {}
        : {
            MetricStat: {
              ...query.MetricStat,
              Metric: {
                ...query.MetricStat.Metric,
                Dimensions: query.MetricStat.Metric?.Dimensions?.toReversed(),
              },
            },
          }),
    }));
    expect(
      alarmChanges(definition, { ...definition, Metrics: told.toReversed(), Dimensions: [], OKActions: [] }),
    ).toEqual([]);
  });

  test('is told where a metric was taken out, added, or means something else', () => {
    const definition = wanted();
    const [requests, ...others] = definition.Metrics ?? [];
    expect(alarmChanges(definition, { ...definition, Metrics: others })).toHaveLength(1);
    expect(alarmChanges(definition, { ...definition, Metrics: [...others, known(requests), { Id: 'more' }] })).toEqual([
      expect.stringContaining('metric more none → '),
    ]);
    const other = { ...known(requests), Expression: 'TIME_SERIES(0)' };
    expect(alarmChanges(definition, { ...definition, Metrics: [other, ...others] })).toHaveLength(1);
  });
});
