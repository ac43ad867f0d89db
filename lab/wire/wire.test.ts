import { AppMeshClient, CreateRouteCommand, DescribeMeshCommand, ListRoutesCommand } from '@aws-sdk/client-app-mesh';
import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTaskSetCommand, DescribeServicesCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  DeleteRuleCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateHttpNamespaceCommand,
  DiscoverInstancesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../errors.ts';
import { Random } from '../random.ts';
import type { Operation, Service, ServiceId } from '../services/service.ts';
import { Accounts } from '../services/sts/accounts.ts';
import { Sessions } from '../services/sts/sessions.ts';
import { StsService } from '../services/sts/stsService.ts';
import { createDispatch } from './dispatch.ts';
import type { Dispatch } from './message.ts';
import { createInProcessHandler } from './inProcessHandler.ts';
import { type Admission, type CallSeen, Serving } from './serving.ts';
import { startWireServer } from './server.ts';

/** The wire in front of one service with the given operations, and clients that reach it in process. */
function wire(id: ServiceId, operations: Record<string, Operation>, admission: Admission = { kind: 'admit' }) {
  const services: Service[] = [
    { id, operations },
    new StsService({
      account: { id: '111122223333', region: 'eu-west-1' },
      accounts: new Accounts(new Sessions({ now: () => 0, random: new Random(1) })),
      onAsked: () => {},
    }),
  ];
  const logged: string[] = [];
  const seen: CallSeen[] = [];
  const log = (message: string) => logged.push(message);
  const serving = new Serving({
    services,
    random: new Random(1),
    log,
    admit: () => admission,
    onCall: (call) => seen.push(call),
  });
  const dispatch = createDispatch(serving, log);
  const config = {
    region: 'eu-west-1',
    endpoint: 'http://lab.invalid',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: createInProcessHandler(dispatch),
    maxAttempts: 1,
  };
  return { dispatch, config, logged, seen };
}

/** What a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<Error & { $metadata?: unknown }> {
  return promise.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error: unknown) => {
      if (!(error instanceof Error)) throw new Error('the call rejected with no error');
      return error;
    },
  );
}

/** Sends a raw awsJson request; answers the status together with the members of the JSON body. */
async function post(dispatch: Dispatch, target: string, text: string): Promise<object> {
  const headers = { 'x-amz-target': target };
  const body = new TextEncoder().encode(text);
  const answer = await dispatch({ method: 'POST', path: '/', query: new URLSearchParams(), headers, body });
  const members: object = JSON.parse(new TextDecoder().decode(answer.body));
  return { status: answer.status, ...members };
}

describe('§1: awsJson 1.1', () => {
  test('carries input and output, dates as dates, and drops what the schema does not know', async () => {
    let received: unknown;
    const { config, seen } = wire('ecs', {
      DescribeServices: (input) => {
        received = input;
        return { services: [{ serviceName: 'shop', createdAt: new Date('2026-11-20T12:00:00.500Z'), unknown: 1 }] };
      },
    });
    const output = await new ECSClient(config).send(
      new DescribeServicesCommand({ cluster: 'shop', services: ['shop'] }),
    );
    expect(received).toEqual({ cluster: 'shop', services: ['shop'] });
    expect(output.services).toEqual([{ serviceName: 'shop', createdAt: new Date('2026-11-20T12:00:00.500Z') }]);
    expect(output.$metadata.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(seen).toEqual([
      { service: 'ecs', operation: 'DescribeServices', status: 200, errorCode: undefined, accessKeyId: 'AKIDTEST' },
    ]);
  });

  test('errors carry their type and message', async () => {
    const { config, seen } = wire('ecs', {
      DescribeServices: () => {
        throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
      },
    });
    const error = await failure(new ECSClient(config).send(new DescribeServicesCommand({ services: ['a'] })));
    expect(error).toMatchObject({ name: 'ClusterNotFoundException', message: 'Cluster not found.' });
    expect(seen[0]).toMatchObject({ status: 400, errorCode: 'ClusterNotFoundException' });
  });

  test('C3, C8: further members of Cloud Map’s errors arrive, and the host prefix of DiscoverInstances is no obstacle', async () => {
    const { config } = wire('servicediscovery', {
      CreateHttpNamespace: () => {
        throw new AwsError('NamespaceAlreadyExists', 'taken', {
          members: { NamespaceId: 'ns-1', CreatorRequestId: 'x' },
        });
      },
      DiscoverInstances: () => ({ Instances: [{ InstanceId: 'i-1', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } }] }),
    });
    for (const disableHostPrefix of [true, false]) {
      const client = new ServiceDiscoveryClient({ ...config, disableHostPrefix });
      const found = await client.send(new DiscoverInstancesCommand({ NamespaceName: 'a', ServiceName: 'b' }));
      expect(found.Instances?.[0]?.Attributes).toEqual({ AWS_INSTANCE_IPV4: '10.0.0.1' });
      const error = await failure(client.send(new CreateHttpNamespaceCommand({ Name: 'a' })));
      expect(error).toMatchObject({ name: 'NamespaceAlreadyExists', message: 'taken', NamespaceId: 'ns-1' });
    }
  });

  test('Application Auto Scaling: the message goes out under Message', async () => {
    const { config, dispatch } = wire('application-auto-scaling', {
      DescribeScalableTargets: () => {
        throw new AwsError('ValidationException', 'no such namespace');
      },
    });
    const client = new ApplicationAutoScalingClient(config);
    const error = await failure(client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' })));
    expect(error).toMatchObject({ name: 'ValidationException', message: 'no such namespace' });
    expect(
      await post(dispatch, 'AnyScaleFrontendService.DescribeScalableTargets', '{"ServiceNamespace":"ecs"}'),
    ).toEqual({
      status: 400,
      __type: 'com.amazonaws.applicationautoscaling#ValidationException',
      Message: 'no such namespace',
    });
  });

  test('input of the wrong type, or no JSON at all, is a SerializationException', async () => {
    const { dispatch } = wire('ecs', { DescribeServices: () => ({}) });
    const ask = (body: string) => post(dispatch, 'AmazonEC2ContainerServiceV20141113.DescribeServices', body);
    expect(await ask('{"services":"shop"}')).toMatchObject({
      status: 400,
      __type: 'com.amazonaws.ecs#SerializationException',
      message: 'services must be a list, but is a value of type string',
    });
    expect(await ask('{')).toMatchObject({ status: 400, __type: 'com.amazonaws.ecs#SerializationException' });
    expect(await ask('{"services":["a"],"futureMember":1}')).toEqual({ status: 200 });
  });
});

describe('§1: awsJson 1.0, query compatible', () => {
  test('a large, compressed body is inflated', async () => {
    let received = 0;
    const { config } = wire('cloudwatch', {
      PutMetricData: (input: { MetricData: unknown[] }) => {
        received = input.MetricData.length;
      },
    });
    const MetricData = Array.from({ length: 500 }, (_, index) => ({ MetricName: `metric-${index}`, Value: index }));
    await new CloudWatchClient(config).send(new PutMetricDataCommand({ Namespace: 'test', MetricData }));
    expect(received).toBe(500);
  });

  test('an error has its shape name and the short code', async () => {
    const { config } = wire('cloudwatch', {
      PutMetricAlarm: () => {
        throw new AwsError('LimitExceededFault', 'too many alarms');
      },
    });
    const command = new PutMetricAlarmCommand({
      AlarmName: 'a',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    const error = await failure(new CloudWatchClient(config).send(command));
    expect(error).toMatchObject({ name: 'LimitExceededFault', message: 'too many alarms', Code: 'LimitExceeded' });
  });

  test('speaks RPC v2 with CBOR as well, as the AWS CLI does', async () => {
    const received: unknown[] = [];
    const { config } = wire('cloudwatch', {
      DescribeAlarms: (input) => {
        received.push(input);
        return { MetricAlarms: [{ AlarmName: 'a', Threshold: 0.5, StateUpdatedTimestamp: new Date(1500) }] };
      },
      PutMetricAlarm: () => {
        throw new AwsError('LimitExceededFault', 'too many alarms');
      },
    });
    const client = new CloudWatchClient({ ...config, protocol: AwsSmithyRpcV2CborProtocol });
    const alarms = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['a'], MaxRecords: 5 }));
    expect(received).toEqual([{ AlarmNames: ['a'], MaxRecords: 5 }]);
    expect(alarms.MetricAlarms).toEqual([{ AlarmName: 'a', Threshold: 0.5, StateUpdatedTimestamp: new Date(1500) }]);
    const error = await failure(
      client.send(
        new PutMetricAlarmCommand({ AlarmName: 'a', EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' }),
      ),
    );
    expect(error).toMatchObject({ name: 'LimitExceededFault', message: 'too many alarms' });
  });

  test('speaks the query protocol as well, for older clients', async () => {
    const { dispatch } = wire('cloudwatch', {
      DescribeAlarms: (input: { AlarmNames: string[] }) => ({
        MetricAlarms: input.AlarmNames.map((AlarmName) => ({ AlarmName, StateUpdatedTimestamp: new Date(0) })),
      }),
    });
    const answer = await dispatch({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new TextEncoder().encode('Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=a%26b'),
    });
    expect(new TextDecoder().decode(answer.body)).toContain(
      '<MetricAlarms><member><AlarmName>a&amp;b</AlarmName><StateUpdatedTimestamp>1970-01-01T00:00:00Z</StateUpdatedTimestamp>',
    );
  });
});

describe('§1: awsQuery', () => {
  test('lists, nested structures, numbers and booleans arrive; XML comes back', async () => {
    let received: unknown;
    const rules = [{ RuleArn: 'arn:rule', Priority: '1', IsDefault: false, Actions: [] }];
    const { config } = wire('elastic-load-balancing-v2', {
      ModifyRule: (input) => {
        received = input;
        return { Rules: rules };
      },
      DescribeRules: () => ({ Rules: [] }),
      DeleteRule: () => ({}),
    });
    const client = new ElasticLoadBalancingV2Client(config);
    const input = {
      RuleArn: 'arn:rule',
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/a&<b>', '/c d'] } }],
      Actions: [
        {
          Type: 'forward' as const,
          Order: 1,
          ForwardConfig: {
            TargetGroups: Array.from({ length: 11 }, (_, index) => ({ TargetGroupArn: `arn:${index}`, Weight: index })),
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
          },
        },
      ],
    };
    const output = await client.send(new ModifyRuleCommand(input));
    expect(received).toEqual(input);
    expect(output.Rules).toEqual(rules);
    expect(output.$metadata.requestId).toBeTypeOf('string');
    expect((await client.send(new DescribeRulesCommand({ RuleArns: [] }))).Rules).toEqual([]);
    await client.send(new DeleteRuleCommand({ RuleArn: 'arn:rule' }));
  });

  test('L25: an error goes out with its short code and arrives as its class', async () => {
    const { config, seen } = wire('elastic-load-balancing-v2', {
      DeleteRule: () => {
        throw new AwsError('ResourceInUseException', 'Target group <a> is in use & stays');
      },
    });
    const error = await failure(
      new ElasticLoadBalancingV2Client(config).send(new DeleteRuleCommand({ RuleArn: 'arn:x' })),
    );
    expect(error).toMatchObject({
      name: 'ResourceInUseException',
      message: 'Target group <a> is in use & stays',
      Code: 'ResourceInUse',
    });
    expect(seen[0]).toMatchObject({ status: 400, errorCode: 'ResourceInUseException' });
  });

  test('STS tells the caller who it is', async () => {
    const { config } = wire('ecs', {});
    const identity = await new STSClient(config).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/AKIDTEST' });
  });
});

describe('§1: restJson', () => {
  test('A1, A2: labels, query and body arrive; a payload output comes back', async () => {
    const received: unknown[] = [];
    const { config } = wire('app-mesh', {
      CreateRoute: (input) => {
        received.push(input);
        return { route: { routeName: 'r', meshName: 'm', virtualRouterName: 'a/b', status: { status: 'ACTIVE' } } };
      },
      ListRoutes: (input) => {
        received.push(input);
        return { routes: [{ routeName: 'r', createdAt: new Date(1000) }], nextToken: 'more' };
      },
    });
    const client = new AppMeshClient(config);
    const spec = {
      httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode: 'n', weight: 1 }] } },
    };
    const created = await client.send(
      new CreateRouteCommand({ meshName: 'm', virtualRouterName: 'a/b', routeName: 'r', clientToken: 't', spec }),
    );
    expect(created.route?.status).toEqual({ status: 'ACTIVE' });
    const listed = await client.send(new ListRoutesCommand({ meshName: 'm', virtualRouterName: 'a/b', limit: 5 }));
    expect(listed).toMatchObject({ routes: [{ routeName: 'r', createdAt: new Date(1000) }], nextToken: 'more' });
    expect(received).toEqual([
      { meshName: 'm', virtualRouterName: 'a/b', routeName: 'r', clientToken: 't', spec },
      { meshName: 'm', virtualRouterName: 'a/b', limit: 5 },
    ]);
  });

  test('an error arrives as its class with the status of the model', async () => {
    const { config } = wire('app-mesh', {
      DescribeMesh: () => {
        throw new AwsError('NotFoundException', 'no mesh named shop');
      },
    });
    const error = await failure(new AppMeshClient(config).send(new DescribeMeshCommand({ meshName: 'shop' })));
    expect(error).toMatchObject({ name: 'NotFoundException', message: 'no mesh named shop' });
    expect(error.$metadata).toMatchObject({ httpStatusCode: 404 });
  });
});

describe('what the lab does not serve', () => {
  test('an operation that is not served is refused by name and logged', async () => {
    const { config, logged } = wire('ecs', { ListClusters: () => ({ clusterArns: [] }) });
    const error = await failure(
      new ECSClient(config).send(new CreateTaskSetCommand({ cluster: 'a', service: 'b', taskDefinition: 'c' })),
    );
    expect(error.name).toBe('UnknownOperationException');
    expect(error.message).toContain('lab: ecs CreateTaskSet is not served');
    expect(logged).toEqual([error.message]);
  });

  test('a service that is not there refuses every protocol’s call, and an unknown API is named', async () => {
    const { config, dispatch, logged } = wire('ecs', {});
    for (const call of [
      new AppMeshClient(config).send(new DescribeMeshCommand({ meshName: 'm' })),
      new ElasticLoadBalancingV2Client(config).send(new DescribeRulesCommand({})),
      new CloudWatchClient(config).send(new DescribeAlarmsCommand({})),
    ]) {
      expect((await failure(call)).name).toBe('UnknownOperationException');
    }
    const answer = await dispatch({
      method: 'GET',
      path: '/2013-04-01/hostedzone',
      query: new URLSearchParams(),
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/route53/aws4_request, Signature=x',
      },
      body: new Uint8Array(),
    });
    expect(answer.status).toBe(400);
    expect(logged.at(-1)).toContain("GET /2013-04-01/hostedzone (signed for the service 'route53')");
  });

  test('K10: every answer carries the real date, a refusal too', async () => {
    const { dispatch } = wire('ecs', { ListClusters: () => ({ clusterArns: [] }) });
    for (const operation of ['ListClusters', 'CreateTaskSet', 'NoSuchOperation']) {
      const headers = { 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` };
      const body = new TextEncoder().encode('{}');
      const answer = await dispatch({ method: 'POST', path: '/', query: new URLSearchParams(), headers, body });
      const date = Date.parse(answer.headers['date'] ?? '');
      expect(Math.abs(Date.now() - date), operation).toBeLessThan(60_000);
    }
  });

  test('an unexpected exception of a service is an InternalFailure with its message, and logged', async () => {
    const { config, logged } = wire('ecs', {
      ListClusters: () => {
        throw new TypeError('cannot read clusters');
      },
    });
    const error = await failure(new ECSClient(config).send(new ListClustersCommand({})));
    expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(error.message).toContain('cannot read clusters');
    expect(logged[0]).toContain('fault in ecs ListClusters: TypeError: cannot read clusters');
  });
});

describe('over HTTP', () => {
  test('§1.1: unmodified clients of each protocol reach the lab', async () => {
    const { dispatch, logged } = wire('ecs', { ListClusters: () => ({ clusterArns: ['arn:cluster'] }) });
    const server = await startWireServer({ dispatch, log: (message) => logged.push(message) });
    try {
      expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const config = {
        region: 'eu-west-1',
        endpoint: server.endpoint,
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
        maxAttempts: 1,
      };
      expect((await new ECSClient(config).send(new ListClustersCommand({}))).clusterArns).toEqual(['arn:cluster']);
      expect((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account).toBe('111122223333');
      const error = await failure(new AppMeshClient(config).send(new DescribeMeshCommand({ meshName: 'm' })));
      expect(error.name).toBe('UnknownOperationException');
    } finally {
      await server.close();
    }
  });

  test('A0: an API that has stopped answering loses the connection, over HTTP and in process', async () => {
    const gone = wire('app-mesh', { DescribeMesh: () => ({}) }, { kind: 'hangUp', reason: 'App Mesh is gone' });
    const server = await startWireServer({ dispatch: gone.dispatch, log: (message) => gone.logged.push(message) });
    try {
      const overHttp = new AppMeshClient({
        region: 'eu-west-1',
        endpoint: server.endpoint,
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
        maxAttempts: 1,
      });
      for (const client of [overHttp, new AppMeshClient(gone.config)]) {
        const error = await failure(client.send(new DescribeMeshCommand({ meshName: 'm' })));
        expect(error).toMatchObject({ code: 'ECONNRESET' });
      }
      expect(gone.seen.map(({ status }) => status)).toEqual([0, 0]);
      expect(gone.logged).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
