import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../lab/clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import { Budget } from '../aws/budget.ts';
import { createClients } from '../aws/clients.ts';
import type { NotifyChannels } from '../reconciler/ports.ts';
import { createChannels } from './channels.ts';
import { jsonForm } from './forms.ts';
import { GOES_BACK as MESSAGE } from './testMessage.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const on = ['transitions' as const];

let simulated: SimulatedAws;
let channels: NotifyChannels;

beforeEach(() => {
  simulated = createSimulatedAws({ clock: new SimulatedClock() });
  channels = createChannels(
    createClients({ ...simulated.clientConfig, log: SILENT, budget: new Budget(), attemptsMax: 1 }),
  );
});

const topic = async (Name: string, Attributes: Record<string, string> = {}): Promise<string> => {
  const { TopicArn = '' } = await new SNSClient(simulated.clientConfig).send(
    new CreateTopicCommand({ Name, Attributes }),
  );
  return TopicArn;
};

test('a topic is given lines for people, and attributes for programs', async () => {
  const topicArn = await topic('shop');
  await channels.send({ kind: 'sns', topicArn, on }, MESSAGE);
  const [published] = simulated.aws.services.sns.published(topicArn);
  expect(published).toMatchObject({
    subject: 'shop goes back: every request is given to blue',
    message:
      'shop goes back: every request is given to blue\n' +
      'ramp.bake → backward.shiftBack; green has 25 %\n' +
      'because alarm shop-5xx is in ALARM\n' +
      'next: meshlift explain shop',
    attributes: {
      id: { StringValue: 'uid-1.1.42.0' },
      plan: { StringValue: 'shop' },
      about: { StringValue: 'transition' },
      to: { StringValue: 'backward.shiftBack' },
    },
  });
  expect(JSON.parse(published?.attributes['json']?.StringValue ?? '')).toEqual(jsonForm(MESSAGE));
});

test('N42: a FIFO topic delivers a repetition once, and any title makes a subject', async () => {
  const topicArn = await topic('shop.fifo', { FifoTopic: 'true' });
  const long = { ...MESSAGE, title: `shop’s ${'x'.repeat(200)}` };
  await channels.send({ kind: 'sns', topicArn, on }, long);
  await channels.send({ kind: 'sns', topicArn, on }, long);
  await channels.send({ kind: 'sns', topicArn, on }, { ...MESSAGE, id: 'uid-1.1.43.0' });
  expect(simulated.aws.services.sns.published(topicArn)).toMatchObject([
    { group: 'shop', subject: `shop?s ${'x'.repeat(92)}` },
    { group: 'shop', subject: MESSAGE.title },
  ]);
});

test('a topic that does not take it is a failure with AWS’s own word', async () => {
  const topicArn = 'arn:aws:sns:eu-west-1:111122223333:nowhere';
  await expect(channels.send({ kind: 'sns', topicArn, on }, MESSAGE)).rejects.toThrow(
    'sns:Publish: NotFoundException: Topic does not exist',
  );
});

test('a bus is given the JSON as its detail, at the time of what it tells', async () => {
  await channels.send({ kind: 'eventBridge', bus: 'default', on }, MESSAGE);
  await channels.send({ kind: 'eventBridge', bus: 'default', on }, { ...MESSAGE, kind: 'approval' });
  const events = simulated.aws.services.eventbridge.events();
  expect(events).toMatchObject([
    { source: 'meshlift', detailType: 'Meshlift Plan Transition', atMs: MESSAGE.at },
    { source: 'meshlift', detailType: 'Meshlift Plan Approval' },
  ]);
  expect(JSON.parse(events[0]?.detail ?? '')).toEqual(jsonForm(MESSAGE));
});

test('N43: an entry that is answered as failed is a failure, although the call is not', async () => {
  const huge = { ...MESSAGE, because: 'x'.repeat(262_144) };
  await expect(channels.send({ kind: 'eventBridge', bus: 'default', on }, huge)).rejects.toThrow(
    /^events:PutEvents: InvalidArgument: /,
  );
  expect(simulated.aws.services.eventbridge.events()).toEqual([]);
});
