import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { witness } from '../witnesses.ts';
import { REFUSED } from './awsCli.ts';
import { ECS } from './reads/ecs.ts';
import { ELBV2 } from './reads/elbv2.ts';
import { CLOUD_MAP, MESH } from './reads/meshAndNames.ts';
import { ecs } from './reads/read.ts';
import { WATCHED } from './reads/watching.ts';
import { openShop, type Shop } from './shop.ts';

const { title, skip } = witness('AWS CLI');

/** A command, and the code and the text that AWS answers it with. */
const REFUSALS: [command: string, code: string, text: string][] = [
  ['ecs describe-services --cluster nope --services frontend', 'ClusterNotFoundException', 'Cluster not found.'],
  ['ecs describe-services --services frontend', 'ClusterNotFoundException', 'Cluster not found.'],
  ['ecs list-tasks --cluster shop --service-name nope', 'ServiceNotFoundException', 'Service not found.'],
  ['ecs describe-task-definition --task-definition nope', 'ClientException', 'Unable to describe task definition.'],
  ['ecs list-services-by-namespace --namespace nope', 'NamespaceNotFoundException', 'nope was not found'],
  ['elbv2 describe-load-balancers --names nope', 'LoadBalancerNotFound', "Load balancers '[nope]' not found"],
  ['elbv2 describe-target-groups --names nope', 'TargetGroupNotFound', 'One or more target groups not found'],
  ['elbv2 describe-rules --rule-arns {rule}0', 'RuleNotFound', 'One or more rules not found'],
  ['elbv2 describe-rules', 'ValidationError', 'You must specify either listener rule ARNs or a listener ARN'],
  [
    'appmesh describe-virtual-node --mesh-name shop --virtual-node-name nope',
    'NotFoundException',
    'VirtualNode with name nope',
  ],
  ['servicediscovery get-service --id srv-nope', 'ServiceNotFound', 'srv-nope'],
  ['servicediscovery discover-instances --namespace-name shop.local --service-name nope', 'ServiceNotFound', 'nope'],
  ['cloudwatch set-alarm-state --alarm-name nope --state-value OK --state-reason x', 'ResourceNotFound', 'nope'],
  [
    'service-quotas get-service-quota --service-code fargate --quota-code L-00000000',
    'NoSuchResourceException',
    'The request failed because the specified service quota does not exist.',
  ],
  ['sns publish --topic-arn arn:aws:sns:eu-west-1:111122223333:nope --message x', 'NotFound', 'Topic does not exist'],
  [
    'sqs get-queue-url --queue-name nope --endpoint-url {lab}',
    'AWS.SimpleQueueService.NonExistentQueue',
    'The specified queue does not exist.',
  ],
  [
    'sqs create-queue --queue-name no/pe --endpoint-url {lab}',
    'InvalidParameterValue',
    'Can only include alphanumeric characters',
  ],
  [
    'sqs receive-message --queue-url {queue} --wait-time-seconds 21 --endpoint-url {lab}',
    'InvalidParameterValue',
    'Value 21 for parameter WaitTimeSeconds is invalid.',
  ],
  [
    'sqs delete-message --queue-url {queue} --receipt-handle nope --endpoint-url {lab}',
    'ReceiptHandleIsInvalid',
    'nope',
  ],
  ['dynamodb scan --table-name nope', 'ResourceNotFoundException', 'Requested resource not found'],
  // What the lab does not serve it says in words.
  ['elbv2 describe-ssl-policies', 'UnknownOperationException', 'DescribeSSLPolicies is not served; nothing was done'],
];

const missing = (arn: string) => [{ arn, reason: 'MISSING' }];

describe.skipIf(skip)(`${title} reads the lab's shop`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(async () => {
    await shop?.close();
  });

  describe.concurrent.each([
    ['ECS', ECS],
    ['ELBv2', ELBV2],
    ['App Mesh', MESH],
    ['Cloud Map', CLOUD_MAP],
    ['CloudWatch, Application Auto Scaling, DynamoDB, Service Quotas, SNS, EventBridge, SQS and STS', WATCHED],
  ])('%s', (_, reads) => {
    test.concurrent.each(reads)('%s → %s', async (command, query, seen) => {
      const answer = await shop.aws.json(shop.filled(command), '--query', query);
      expect(answer).toEqual(typeof seen === 'function' ? seen(shop.ids) : seen);
    });
  });

  test.concurrent.each(REFUSALS)('%s is refused with %s', async (command, code, text) => {
    const { exitCode, stdout, stderr } = await shop.aws.run(shop.filled(command));
    expect(REFUSED).toContain(exitCode);
    expect(stdout).toBe('');
    expect(stderr).toContain(`An error occurred (${code}) when calling the`);
    expect(stderr).toContain(text);
  });

  test('a message is sent, received once and deleted', async () => {
    const queue = shop.filled('--endpoint-url {lab} --queue-url {queue}');
    await shop.aws.json(`sqs send-message ${queue} --message-body grün`);
    const received = await shop.aws.json<{ Messages: { Body: string; ReceiptHandle: string }[] }>(
      `sqs receive-message ${queue} --wait-time-seconds 20`,
    );
    expect(received.Messages).toMatchObject([{ Body: 'grün' }]);
    await shop.aws.run(`sqs delete-message ${queue} --receipt-handle ${received.Messages[0]?.ReceiptHandle}`);
    const left = await shop.aws.json(
      `sqs get-queue-attributes ${queue} --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible`,
    );
    expect(left).toEqual({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' },
    });
  });

  test('an unknown service, task and cluster are failures beside the answer, and no error', async () => {
    const services = await shop.aws.json('ecs describe-services --cluster shop --services nope frontend');
    expect(services).toMatchObject({
      services: [{ serviceName: 'frontend' }],
      failures: missing(ecs('service/shop/nope')),
    });
    const tasks = await shop.aws.json('ecs describe-tasks --cluster shop --tasks 0123');
    expect(tasks).toEqual({ tasks: [], failures: missing(ecs('task/shop/0123')) });
    const clusters = await shop.aws.json('ecs describe-clusters --clusters nope');
    expect(clusters).toEqual({ clusters: [], failures: missing(ecs('cluster/nope')) });
  });
});
