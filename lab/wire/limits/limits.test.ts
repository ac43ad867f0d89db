import { AppMeshClient, CreateRouteCommand, CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  PutScalingPolicyCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSecurityGroupCommand, DescribeRouteTablesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import {
  type Action,
  AddTagsCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreatePrivateDnsNamespaceCommand,
  GetServiceCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';

const { clientConfig } = createSimulatedAws({ clock: new SimulatedClock() });

/** The SDK's clients send what they are given: it is the lab that looks at it. */
async function refused(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return { code: error.name, message: error.message };
  }
  throw new Error('the lab took it');
}

/** A member that the client's types require, and that is not sent. */
const MISSING = undefined as never;

/** A value that is none of an enum's. */
const unknown = (value: string): never => value as never;

describe('M1, M2: Elastic Load Balancing', () => {
  const client = new ElasticLoadBalancingV2Client(clientConfig);
  const code = 'ValidationError';
  const modifyPort = (Port: number) => refused(client.send(new ModifyListenerCommand({ ListenerArn: 'arn', Port })));
  const addTags = (...Tags: { Key: string; Value: string }[]) =>
    refused(client.send(new AddTagsCommand({ ResourceArns: ['arn'], Tags })));
  const change = (action: Action) => refused(client.send(new ModifyRuleCommand({ RuleArn: 'arn', Actions: [action] })));

  test('a required member that is missing', async () => {
    expect(await refused(client.send(new DeleteRuleCommand({ RuleArn: MISSING })))).toEqual({
      code,
      message:
        "1 validation error detected: Value null at 'ruleArn' failed to satisfy constraint: Member must not be null",
    });
  });

  test('a number that is too small, and one that is too great', async () => {
    expect(await modifyPort(0)).toEqual({
      code,
      message:
        "1 validation error detected: Value '0' at 'port' failed to satisfy constraint: Member must have value greater than or equal to 1",
    });
    expect((await modifyPort(65_536)).message).toMatch(
      /Value '65536' at 'port' .* Member must have value less than or equal to 65535$/,
    );
  });

  test('no value of an enum, inside a list', async () => {
    expect((await change({ Type: unknown('drop') })).message).toMatch(/Value 'drop' at 'actions\.1\.member\.type' .*/);
    expect(await change({ Type: 'redirect', RedirectConfig: { StatusCode: unknown('HTTP_307') } })).toEqual({
      code,
      message:
        "1 validation error detected: Value 'HTTP_307' at 'actions.1.member.redirectConfig.statusCode' failed to satisfy constraint: Member must satisfy enum value set: [HTTP_301, HTTP_302]",
    });
  });

  test('a list of nothing, a text that is too long, a text of other letters', async () => {
    expect((await addTags()).message).toBe(
      "1 validation error detected: Value '[]' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    expect((await addTags({ Key: 'a'.repeat(129), Value: 'b' })).message).toMatch(
      /^1 validation error detected: Value 'a{129}' at 'tags\.1\.member\.key' failed to satisfy constraint: Member must have length less than or equal to 128$/,
    );
    expect(await addTags({ Key: 'ok', Value: 'b' }, { Key: 'team', Value: 'a*b' })).toEqual({
      code,
      message:
        "1 validation error detected: Value 'a*b' at 'tags.2.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$",
    });
  });

  test('several at once, in the order of the members', async () => {
    const group = { Name: 'orders', HealthCheckIntervalSeconds: 1, HealthyThresholdCount: 11 };
    expect(await refused(client.send(new CreateTargetGroupCommand(group)))).toEqual({
      code,
      message:
        "2 validation errors detected: Value '1' at 'healthCheckIntervalSeconds' failed to satisfy constraint: Member must have value greater than or equal to 5; " +
        "Value '11' at 'healthyThresholdCount' failed to satisfy constraint: Member must have value less than or equal to 10",
    });
  });
});

describe('M1, M3: Cloud Map', () => {
  const client = new ServiceDiscoveryClient(clientConfig);

  test('a required member that is missing', async () => {
    expect(await refused(client.send(new GetServiceCommand({ Id: MISSING })))).toEqual({
      code: 'InvalidInput',
      message: "1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null",
    });
  });

  test('one value that is too long and of other letters is two errors, the length first', async () => {
    const Name = `${'a'.repeat(249)}.shop`;
    expect(await refused(client.send(new CreatePrivateDnsNamespaceCommand({ Name, Vpc: 'vpc-1' })))).toEqual({
      code: 'InvalidInput',
      message:
        `2 validation errors detected: Value '${Name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 253; ` +
        `Value '${Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?!arn:)[!-~]{1,253}$`,
    });
  });

  test('the keys of a map', async () => {
    const instance = { ServiceId: 'srv-1', InstanceId: 'i-1', Attributes: { 'my key': 'v' } };
    expect(await refused(client.send(new RegisterInstanceCommand(instance)))).toEqual({
      code: 'InvalidInput',
      message:
        "1 validation error detected: Value '{my key=v}' at 'attributes' failed to satisfy constraint: Map keys must satisfy constraint: " +
        '[Member must have length less than or equal to 255, Member must have length greater than or equal to 0, ' +
        'Member must satisfy regular expression pattern: ^[a-zA-Z0-9!-~]+$, Member must not be null]',
    });
  });

  test('the values of a map', async () => {
    const Attributes = { custom: 'v'.repeat(1025) };
    const instance = { ServiceId: 'srv-1', InstanceId: 'i-1', Attributes };
    expect((await refused(client.send(new RegisterInstanceCommand(instance)))).message).toMatch(
      /^1 validation error detected: Value '\{custom=v{1025}\}' at 'attributes' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 1024, .*\]$/,
    );
  });
});

describe('CloudWatch', () => {
  const client = new CloudWatchClient(clientConfig);

  test('M5: alarms are refused in the common sentence', async () => {
    const alarm = { AlarmName: 'errors', EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' as const };
    const AlarmActions = [1, 2, 3, 4, 5, 6].map((topic) => `arn:aws:sns:eu-west-1:111122223333:t${topic}`);
    expect(await refused(client.send(new PutMetricAlarmCommand({ ...alarm, AlarmActions })))).toEqual({
      // The SDK's name for the query protocol's ValidationError.
      code: 'ValidationException',
      message: `1 validation error detected: Value '[${AlarmActions.join(', ')}]' at 'alarmActions' failed to satisfy constraint: Member must have length less than or equal to 5`,
    });
    expect((await refused(client.send(new PutMetricAlarmCommand({ ...alarm, Namespace: ':bad' })))).message).toBe(
      "1 validation error detected: Value ':bad' at 'namespace' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:].*",
    );
    expect((await refused(client.send(new DescribeAlarmsCommand({ AlarmNames: ['a', ''] })))).message).toBe(
      "1 validation error detected: Value '[a, ]' at 'alarmNames' failed to satisfy constraint: Member must satisfy constraint: " +
        '[Member must have length less than or equal to 255, Member must have length greater than or equal to 1]',
    );
  });

  test('M6: of metrics it names the parameters, those that are missing a line each', async () => {
    const nothing = { Namespace: MISSING, MetricName: MISSING, StartTime: MISSING, EndTime: MISSING, Period: MISSING };
    expect(await refused(client.send(new GetMetricStatisticsCommand(nothing)))).toEqual({
      code: 'MissingRequiredParameterException',
      message: ['Namespace', 'MetricName', 'StartTime', 'EndTime', 'Period']
        .map((parameter) => `The parameter ${parameter} is required.`)
        .join('\n'),
    });
  });

  test('M6: of metrics it names the first parameter that is wrong', async () => {
    const put = (datum: object) =>
      refused(
        client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'm', ...datum }] })),
      );
    expect(await put({ Value: 1, Unit: 'Quarts' })).toEqual({
      code: 'InvalidParameterValueException',
      message: expect.stringMatching(
        /^The parameter MetricData\.member\.1\.Unit must be a value in the set \[ .*Count.* \]\.$/,
      ) as string,
    });
    expect((await put({ Value: 1, Dimensions: [{ Name: 'n', Value: 'v'.repeat(1025) }] })).message).toBe(
      'The parameter MetricData.member.1.Dimensions.member.1.Value must be shorter than 1025 characters.',
    );
    const Dimensions = Array.from({ length: 31 }, (_, index) => ({ Name: `n${index}`, Value: 'v' }));
    expect((await put({ Value: 1, Dimensions })).message).toBe(
      'The collection MetricData.member.1.Dimensions must not have a size greater than 30.',
    );
    const statistics = {
      Namespace: 'Shop',
      MetricName: 'm',
      StartTime: new Date(0),
      EndTime: new Date(60_000),
      Period: 60,
      Statistics: [unknown('Average,Maximum')],
    };
    expect((await refused(client.send(new GetMetricStatisticsCommand(statistics)))).message).toMatch(
      /^The parameter Statistics\.member\.1 must be a value in the set \[ .*Average.* \]\.$/,
    );
  });
});

describe('M4: Application Auto Scaling', () => {
  const client = new ApplicationAutoScalingClient(clientConfig);

  test('no value of an enum, and a member that is missing', async () => {
    expect(await refused(client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: unknown('ec') })))).toEqual(
      {
        code: 'ValidationException',
        message: expect.stringMatching(
          /^1 validation error detected: Value 'ec' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: \[.*ecs.*\]$/,
        ) as string,
      },
    );
    expect(
      (await refused(client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: MISSING })))).message,
    ).toBe(
      "1 validation error detected: Value null at 'serviceNamespace' failed to satisfy constraint: Member must not be null",
    );
  });

  test("a pattern in Java's own classes", async () => {
    const policy = { ServiceNamespace: 'ecs', ResourceId: 'service/c/s' } as const;
    const ScalableDimension = 'ecs:service:DesiredCount';
    const put = (PolicyName: string) =>
      refused(client.send(new PutScalingPolicyCommand({ ...policy, ScalableDimension, PolicyName })));
    expect((await put('a\u0007')).message).toMatch(/at 'policyName' .* pattern: \\p\{Print\}\+$/);
  });
});

describe('M9: App Mesh', () => {
  const client = new AppMeshClient(clientConfig);
  const code = 'BadRequestException';

  test('members of the path and of the body', async () => {
    const listeners = [{ portMapping: { port: 0, protocol: unknown('smtp') } }];
    const node = { meshName: 'm'.repeat(256), virtualNodeName: 'node', spec: { listeners } };
    expect(await refused(client.send(new CreateVirtualNodeCommand(node)))).toEqual({
      code,
      message:
        `3 validation errors detected: Value '${node.meshName}' at 'meshName' failed to satisfy constraint: Member must have length less than or equal to 255; ` +
        "Value '0' at 'spec.listeners.1.member.portMapping.port' failed to satisfy constraint: Member must have value greater than or equal to 1; " +
        "Value 'smtp' at 'spec.listeners.1.member.portMapping.protocol' failed to satisfy constraint: Member must satisfy enum value set: [grpc, http, http2, tcp]",
    });
  });

  test('a list of too many', async () => {
    const weightedTargets = Array.from({ length: 11 }, () => ({ virtualNode: 'n', weight: 1 }));
    const route = { meshName: 'm', virtualRouterName: 'r', routeName: 'x' };
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    expect((await refused(client.send(new CreateRouteCommand({ ...route, spec })))).message).toMatch(
      /at 'spec\.httpRoute\.action\.weightedTargets' .* Member must have length less than or equal to 10$/,
    );
  });
});

describe('M10: ECS', () => {
  const client = new ECSClient(clientConfig);

  test('a required member, an enum, a length and a pattern', async () => {
    expect(await refused(client.send(new CreateServiceCommand({ serviceName: MISSING })))).toEqual({
      code: 'InvalidParameterException',
      message:
        "1 validation error detected: Value null at 'serviceName' failed to satisfy constraint: Member must not be null",
    });
    expect((await refused(client.send(new ListServicesCommand({ launchType: unknown('fargate') })))).message).toBe(
      "1 validation error detected: Value 'fargate' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES]",
    );
    const tags = [{ key: 'a*b', value: 'v'.repeat(257) }];
    expect((await refused(client.send(new TagResourceCommand({ resourceArn: 'arn', tags })))).message).toMatch(
      /^2 validation errors detected: Value 'a\*b' at 'tags\.1\.member\.key' .* pattern: .*; Value 'v{257}' at 'tags\.1\.member\.value' .* less than or equal to 256$/,
    );
  });

  test("of task definitions it is the client's mistake", async () => {
    const definition = { family: 'orders', containerDefinitions: [], networkMode: unknown('vpc') };
    expect(await refused(client.send(new RegisterTaskDefinitionCommand(definition)))).toEqual({
      code: 'ClientException',
      message:
        "1 validation error detected: Value 'vpc' at 'networkMode' failed to satisfy constraint: Member must satisfy enum value set: [awsvpc, bridge, host, none]",
    });
  });

  test('M8, E26: what ECS says in its own words is left to it', async () => {
    await client.send(new CreateClusterCommand({}));
    expect(await refused(client.send(new DescribeServicesCommand({ services: MISSING })))).toEqual({
      code: 'InvalidParameterException',
      message: 'Services cannot be empty.',
    });
    const definition = { family: 'orders', containerDefinitions: MISSING };
    expect(await refused(client.send(new RegisterTaskDefinitionCommand(definition)))).toEqual({
      code: 'ClientException',
      message: 'Container list cannot be empty.',
    });
  });
});

describe('IAM and CloudWatch Logs', () => {
  const iam = new IAMClient(clientConfig);

  test('M1, M8: IAM has lengths and patterns, and of a new name words of its own', async () => {
    const role = { RoleName: 'r'.repeat(65), AssumeRolePolicyDocument: '{}' };
    expect(await refused(iam.send(new CreateRoleCommand(role)))).toEqual({
      code: 'ValidationError',
      message: `1 validation error detected: Value '${role.RoleName}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    });
    expect((await refused(iam.send(new GetRoleCommand({ RoleName: '/service-role/orders' })))).message).toBe(
      "1 validation error detected: Value '/service-role/orders' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    );
    expect((await refused(iam.send(new CreateRoleCommand({ ...role, RoleName: 'a/b' })))).message).toBe(
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
  });

  test('M7: CloudWatch Logs does not repeat the value', async () => {
    const logs = new CloudWatchLogsClient(clientConfig);
    expect(await refused(logs.send(new CreateLogGroupCommand({ logGroupName: 'C:/ecs' })))).toEqual({
      code: 'InvalidParameterException',
      message:
        "1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
    });
  });
});

describe('M11: EC2', () => {
  const client = new EC2Client(clientConfig);

  test('names the parameter as the request does', async () => {
    const group = { GroupName: 'web', Description: MISSING };
    expect(await refused(client.send(new CreateSecurityGroupCommand(group)))).toEqual({
      code: 'MissingParameter',
      message: 'The request must contain the parameter GroupDescription',
    });
    expect(await refused(client.send(new DescribeRouteTablesCommand({ MaxResults: 4 })))).toEqual({
      code: 'InvalidParameterValue',
      message: 'Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
    });
  });
});
