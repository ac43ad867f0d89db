import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  ListServicesCommand,
  paginateListServiceQuotas,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';

const FARGATE = { ServiceCode: 'fargate' };
const ON_DEMAND = { ...FARGATE, QuotaCode: 'L-3032A538' };

let client: ServiceQuotasClient;

beforeEach(() => {
  const { clientConfig } = createSimulatedAws({ clock: new SimulatedClock() });
  client = new ServiceQuotasClient({ ...clientConfig, maxAttempts: 1 });
});

test('N31, N32: Fargate has two quotas of vCPU, as a new account has them', async () => {
  const { Quotas } = await client.send(new ListServiceQuotasCommand(FARGATE));
  expect(Quotas?.map(({ QuotaCode, QuotaName, Value }) => [QuotaCode, QuotaName, Value])).toEqual([
    ['L-3032A538', 'Fargate On-Demand vCPU resource count', 6],
    ['L-36FBB829', 'Fargate Spot vCPU resource count', 6],
  ]);
  const { Quota } = await client.send(new GetServiceQuotaCommand(ON_DEMAND));
  expect(Quota).toEqual({
    ServiceCode: 'fargate',
    ServiceName: 'AWS Fargate',
    QuotaArn: 'arn:aws:servicequotas:eu-west-1:111122223333:fargate/L-3032A538',
    QuotaCode: 'L-3032A538',
    QuotaName: 'Fargate On-Demand vCPU resource count',
    Value: 6,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
    QuotaAppliedAtLevel: 'ACCOUNT',
  });
  expect(Quotas?.[0]).toEqual(Quota);
});

test("N32: AWS's default has an ARN without an account", async () => {
  const { Quota } = await client.send(new GetAWSDefaultServiceQuotaCommand(ON_DEMAND));
  expect(Quota).toMatchObject({ QuotaArn: 'arn:aws:servicequotas:eu-west-1::fargate/L-3032A538', Value: 6 });
  expect(Quota).not.toHaveProperty('QuotaAppliedAtLevel');
});

test('a list has pages, and can be of one quota or of none that resources have', async () => {
  const codes: (string | undefined)[][] = [];
  for await (const { Quotas = [] } of paginateListServiceQuotas({ client, pageSize: 1 }, FARGATE)) {
    codes.push(Quotas.map((quota) => quota.QuotaCode));
  }
  expect(codes).toEqual([['L-3032A538'], ['L-36FBB829']]);
  const one = await client.send(new ListServiceQuotasCommand(ON_DEMAND));
  expect(one.Quotas?.map((quota) => quota.QuotaCode)).toEqual(['L-3032A538']);
  const ofResources = await client.send(new ListServiceQuotasCommand({ ...FARGATE, QuotaAppliedAtLevel: 'RESOURCE' }));
  expect(ofResources.Quotas).toEqual([]);
  await expect(client.send(new ListServiceQuotasCommand({ ...FARGATE, NextToken: 'abcd' }))).rejects.toMatchObject({
    name: 'InvalidPaginationTokenException',
  });
});

const UNKNOWN = 'The request failed because the specified';

test.each([
  [new ListServiceQuotasCommand({ ServiceCode: 'Fargate' }), `${UNKNOWN} service does not exist.`],
  [new GetServiceQuotaCommand({ ...ON_DEMAND, ServiceCode: 'ec2' }), `${UNKNOWN} service does not exist.`],
  [new GetServiceQuotaCommand({ ...ON_DEMAND, QuotaCode: 'L-1216C47A' }), `${UNKNOWN} service quota does not exist.`],
  [
    new GetServiceQuotaCommand({ ...ON_DEMAND, ContextId: 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop' }),
    'The request failed because applied value for the specified context Id do not exist.',
  ],
])('N33: what there is not is refused %#', async (command, message) => {
  await expect(client.send(command as GetServiceQuotaCommand)).rejects.toMatchObject({
    name: 'NoSuchResourceException',
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test('M1: what the model does not allow is an illegal argument', async () => {
  await expect(client.send(new GetServiceQuotaCommand({ ...ON_DEMAND, QuotaCode: '1' }))).rejects.toMatchObject({
    name: 'IllegalArgumentException',
    message: expect.stringContaining("Value '1' at 'quotaCode' failed to satisfy constraint"),
  });
});

test('what raises a quota, or lists services, is not served', async () => {
  await expect(client.send(new ListServicesCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
