import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type MetricTransformation,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  PutMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../../simulated/simulatedAws.ts';

const logGroupName = '/meshlift/meshlift';
let simulated: SimulatedAws;
let clock: SimulatedClock;
let logs: CloudWatchLogsClient;

beforeEach(async () => {
  clock = new SimulatedClock();
  simulated = createSimulatedAws({ clock });
  logs = new CloudWatchLogsClient({ ...simulated.clientConfig, maxAttempts: 1 });
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of ['a', 'b']) await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
});

const put = (logStreamName: string, ...messages: string[]) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: messages.map((message) => ({ timestamp: clock.now(), message })),
    }),
  );
const filtered = async (change: object) =>
  ((await logs.send(new FilterLogEventsCommand({ logGroupName, ...change }))).events ?? []).map(
    ({ logStreamName, message }) => `${logStreamName}: ${message}`,
  );

const streamNames = async (change: object) =>
  (await logs.send(new DescribeLogStreamsCommand({ logGroupName, ...change }))).logStreams?.map(
    ({ logStreamName }) => logStreamName,
  );
const read = async (change: object) => {
  const answer = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'a', ...change }));
  return { ...answer, messages: answer.events?.map(({ message }) => message) };
};
const told = async (change: object = { logGroupName }) =>
  (await logs.send(new DescribeMetricFiltersCommand(change))).metricFilters ?? [];

describe('streams', () => {
  test('N71: there is one of each name, and none in a group that is not there', async () => {
    const create = (group: string) =>
      logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: 'a' }));
    await expect(create(logGroupName)).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log stream already exists',
    });
    await expect(create('/other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put('c', 'x')).rejects.toMatchObject({ message: 'The specified log stream does not exist.' });
    await logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: 'a' }));
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['b']);
  });

  test('N71: they come by name, or by who wrote last', async () => {
    await put('b', 'first');
    clock.advance(1_000);
    await put('a', 'second');
    expect(await streamNames({})).toEqual(['a', 'b']);
    expect(await streamNames({ orderBy: 'LastEventTime' })).toEqual(['b', 'a']);
    expect(await streamNames({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual(['a']);
    expect(await streamNames({ logStreamNamePrefix: 'b' })).toEqual(['b']);
    await expect(streamNames({ orderBy: 'LastEventTime', logStreamNamePrefix: 'b' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('events', () => {
  test('N71: one stream is read from its head or from its end, and the token at the end leads nowhere', async () => {
    await put('a', '1', '2', '3');
    const head = await read({ startFromHead: true, limit: 2 });
    expect(head.messages).toEqual(['1', '2']);
    const next = await read({ nextToken: head.nextForwardToken, limit: 2 });
    expect(next.messages).toEqual(['3']);
    const end = await read({ nextToken: next.nextForwardToken });
    expect(end).toMatchObject({ messages: [], nextForwardToken: next.nextForwardToken });
    const last = await read({ limit: 1 });
    expect(last.messages).toEqual(['3']);
    expect((await read({ nextToken: last.nextBackwardToken, limit: 1 })).messages).toEqual(['2']);
    await expect(read({ nextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('N71: what is not in the order of its times is refused', async () => {
    const logEvents = [
      { timestamp: clock.now(), message: '1' },
      { timestamp: clock.now() - 1, message: '2' },
    ];
    await expect(
      logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'a', logEvents })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException', message: expect.stringContaining('chronological') });
  });

  test('N72: all streams are searched in the order of time, by pattern, stream and time', async () => {
    await put('b', '{"msg":"started","n":1}');
    clock.advance(1_000);
    const secondMs = clock.now();
    await put('a', '{"msg":"started","n":2}', '{"msg":"stopped","n":3}');
    const filterPattern = '{ $.msg = "started" }';
    expect(await filtered({ filterPattern })).toEqual(['b: {"msg":"started","n":1}', 'a: {"msg":"started","n":2}']);
    expect(await filtered({ filterPattern, startTime: secondMs })).toEqual(['a: {"msg":"started","n":2}']);
    expect(await filtered({ filterPattern, endTime: secondMs })).toEqual(['b: {"msg":"started","n":1}']);
    expect(await filtered({ logStreamNames: ['b'] })).toEqual(['b: {"msg":"started","n":1}']);
    await expect(filtered({ filterPattern: '-x' })).rejects.toMatchObject({
      message: expect.stringContaining('The lab does not serve other filter patterns'),
    });
    const pages: number[] = [];
    const config = { client: logs, pageSize: 2 };
    for await (const { events = [] } of paginateFilterLogEvents(config, { logGroupName })) pages.push(events.length);
    expect(pages).toEqual([2, 1]);
  });

  test('a task’s line is kept where its group is, in a stream that is made for it, and nowhere else', async () => {
    const service = simulated.aws.services['cloudwatch-logs'];
    service.write(logGroupName, 'operator/operator/1', 'up');
    service.write('/other', 'operator/operator/1', 'up');
    expect(await filtered({})).toEqual(['operator/operator/1: up']);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toHaveLength(1);
  });
});

describe('metric filters', () => {
  const transformation: MetricTransformation = {
    metricNamespace: 'Meshlift/meshlift',
    metricName: 'Started',
    metricValue: '1',
  };
  const filter = (change: Partial<MetricTransformation> = {}, filterPattern = '{ $.msg = "started" }') =>
    logs.send(
      new PutMetricFilterCommand({
        logGroupName,
        filterName: 'Started',
        filterPattern,
        metricTransformations: [{ ...transformation, ...change }],
      }),
    );
  test('N73: what is written from then on is counted', async () => {
    const beginMs = clock.now();
    await put('a', '{"msg":"started"}');
    await filter();
    await put('a', '{"msg":"started"}', '{"msg":"stopped"}');
    await put('b', '{"msg":"started"}');
    clock.advance(5 * 60_000);
    const { Datapoints = [] } = await new CloudWatchClient(simulated.clientConfig).send(
      new GetMetricStatisticsCommand({
        Namespace: 'Meshlift/meshlift',
        MetricName: 'Started',
        StartTime: new Date(beginMs - 60_000),
        EndTime: new Date(clock.now()),
        Period: 300,
        Statistics: ['Sum'],
      }),
    );
    expect(Datapoints.map(({ Sum }) => Sum)).toEqual([2]);
  });

  test('N73: they are told of a group, of all and of a metric, and go once', async () => {
    await filter();
    const [one] = await told();
    expect(one).toMatchObject({
      filterName: 'Started',
      filterPattern: '{ $.msg = "started" }',
      logGroupName,
      metricTransformations: [transformation],
    });
    expect(await told({ metricName: 'Started', metricNamespace: 'Meshlift/meshlift' })).toEqual([one]);
    expect(await told({ metricName: 'Other', metricNamespace: 'Meshlift/meshlift' })).toEqual([]);
    expect(await told({ logGroupName, filterNamePrefix: 'X' })).toEqual([]);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.[0]?.metricFilterCount).toBe(1);
    const remove = () => logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'Started' }));
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each([
    [{ defaultValue: 0 }, undefined, 'default values'],
    [{ metricValue: '$.n' }, undefined, 'values of metric filters'],
    [{}, '-started', 'other filter patterns'],
  ])('what the lab does not count is refused with a word: %o %s', async (change, pattern, what) => {
    await expect(filter(change, pattern)).rejects.toMatchObject({ message: expect.stringContaining(what) });
  });
});
