import {
  CreateEventBusCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../../simulated/simulatedAws.ts';

let clock: SimulatedClock;
let simulated: SimulatedAws;
let client: EventBridgeClient;

beforeEach(() => {
  clock = new SimulatedClock();
  simulated = createSimulatedAws({ clock });
  client = new EventBridgeClient({ ...simulated.clientConfig, maxAttempts: 1 });
});

const ARN = 'arn:aws:events:eu-west-1:111122223333:event-bus/';
const GOOD: PutEventsRequestEntry = { Source: 'meshlift', DetailType: 'Transition', Detail: '{"plan":"shop"}' };
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
const details = (bus?: string) => simulated.aws.services.eventbridge.events(bus).map(({ detail }) => detail);

test('N43: each entry is taken or refused by itself, and the call answers all the same', async () => {
  const { FailedEntryCount, Entries } = await put(
    GOOD,
    { ...GOOD, Source: undefined },
    { ...GOOD, DetailType: '' },
    { ...GOOD, Detail: undefined },
    { ...GOOD, Detail: 'words' },
    { ...GOOD, Detail: '[]' },
    { ...GOOD, Source: 'aws.ecs' },
    { ...GOOD, Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) },
  );
  expect(FailedEntryCount).toBe(7);
  expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'InvalidArgument',
    'InvalidArgument',
    'InvalidArgument',
    'MalformedDetail',
    'MalformedDetail',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
  ]);
  expect(Entries?.[1]?.ErrorMessage).toBe('Parameter Source is not valid. Reason: Source is a required argument.');
  expect(simulated.aws.services.eventbridge.events()).toEqual([
    {
      id: Entries?.[0]?.EventId,
      atMs: clock.now(),
      source: 'meshlift',
      detailType: 'Transition',
      detail: '{"plan":"shop"}',
      resources: [],
    },
  ]);
});

test('N44: an event goes to the bus that it names, by name or by ARN, and to none that does not exist', async () => {
  expect((await client.send(new CreateEventBusCommand({ Name: 'deploys' }))).EventBusArn).toBe(`${ARN}deploys`);
  const { FailedEntryCount, Entries } = await put(
    { ...GOOD, EventBusName: 'deploys' },
    { ...GOOD, EventBusName: `${ARN}deploys` },
    { ...GOOD, EventBusName: 'nowhere' },
  );
  expect(FailedEntryCount).toBe(0);
  expect(Entries?.every(({ EventId }) => EventId !== undefined)).toBe(true);
  expect(details('deploys')).toHaveLength(2);
  expect(details()).toEqual([]);
  expect(details('nowhere')).toEqual([]);
});

test('a bus is made once, and described', async () => {
  expect(await client.send(new DescribeEventBusCommand({}))).toMatchObject({ Name: 'default', Arn: `${ARN}default` });
  await client.send(new CreateEventBusCommand({ Name: 'deploys' }));
  expect(await client.send(new DescribeEventBusCommand({ Name: `${ARN}deploys` }))).toMatchObject({ Name: 'deploys' });
  await expect(client.send(new CreateEventBusCommand({ Name: 'deploys' }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await expect(client.send(new DescribeEventBusCommand({ Name: 'nowhere' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Event bus nowhere does not exist.',
  });
});

test('M1: no entries, and eleven, are refused as a whole', async () => {
  await expect(put()).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(put(...Array.from({ length: 11 }, () => GOOD))).rejects.toMatchObject({ name: 'ValidationException' });
  expect(details()).toEqual([]);
});

test('there are no rules', async () => {
  await expect(client.send(new PutRuleCommand({ Name: 'all' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});
