import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withAlarms } from '../../../test/fixtures/alarms.ts';
import { estateOf, exportOf, type FixtureName } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../../estate/export.ts';
import { knownNames, reducedExport } from '../../estate/secrets/reduced.ts';
import type { EstateReport, ReportService } from '../report.ts';
import { reportOn } from '../report/reportOn.ts';
import { OPERATIONS, type OperationsCode } from './catalogue.ts';

interface Expected {
  findings: { code: string; severity: string; place: string }[];
  cutover: Record<string, string>;
  proposals: { name: string; services: string[]; missing: string[] }[];
}

const hash = (value: string): string => createHash('sha256').update(value).digest('hex').slice(0, 8);
const NAMES: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

describe.each(NAMES)('%s', (name) => {
  const path = new URL(`../../../test/fixtures/estates/${name}.ops.json`, import.meta.url);
  const expected = JSON.parse(readFileSync(path, 'utf8')) as Expected;
  const report = reportOn(estateOf(name));

  test('what the move does beyond the mesh is what a person expects, and nothing else', () => {
    const found = report.findings.filter((one) => one.code.startsWith('OPS_'));
    expect(found.map(({ code, severity, place }) => ({ code, severity, place }))).toEqual(expected.findings);
  });

  test('an export without its secrets tells the same', () => {
    const exported = exportOf(name);
    const reduced = reportOn(estateOf(name, reducedExport(exported, knownNames([exported]), hash)));
    expect(reduced.findings).toEqual(report.findings);
    expect(reduced.services.map((one) => one.cutover)).toEqual(report.services.map((one) => one.cutover));
  });

  test('its cutovers and its plans are those expected', () => {
    expect(Object.fromEntries(report.services.map((one) => [one.name, one.cutover.proposed]))).toEqual(
      expected.cutover,
    );
    expect(report.proposals.map(({ name: plan, services, missing }) => ({ name: plan, services, missing }))).toEqual(
      expected.proposals,
    );
  });
});

type Service = EstateExport['ecs']['services'][number];
type Task = EstateExport['ecs']['taskDefinitions'][number]['taskDefinition'];
type Container = NonNullable<Task['containerDefinitions']>[number];

/** The sample estate with a change to its service `user-api`: nothing of it is found there before. */
function shopWith(change: {
  service?: Partial<Service>;
  task?: Partial<Task>;
  app?: Partial<Container>;
  exported?: (exported: EstateExport) => void;
}): EstateReport {
  const exported = exportOf('01-simple-three-tier');
  const service = exported.ecs.services.find((one) => one.serviceName === 'user-api');
  const task = exported.ecs.taskDefinitions.find((one) => one.taskDefinition.family === 'user-api')?.taskDefinition;
  const app = task?.containerDefinitions?.find((one) => one.name === 'app');
  if (service === undefined || task === undefined || app === undefined)
    throw new Error('the sample estate has changed');
  Object.assign(app, change.app);
  Object.assign(task, change.task);
  Object.assign(service, change.service);
  change.exported?.(exported);
  return reportOn(estateOf('01-simple-three-tier', exported));
}

const messageOf = (report: EstateReport, code: OperationsCode, service = 'user-api'): string | undefined =>
  report.findings.find((one) => one.code === code && one.place === `service/${service}`)?.message;

const cutoverOf = (report: EstateReport, service = 'user-api'): ReportService['cutover'] | undefined =>
  report.services.find((one) => one.name === service)?.cutover;

const asEntry = (exported: EstateExport): void => {
  const rule = exported.elbv2.rules[0];
  const group = exported.elbv2.targetGroups[0];
  const service = exported.ecs.services.find((one) => one.serviceName === 'user-api');
  if (rule === undefined || group === undefined || service === undefined)
    throw new Error('the sample estate has changed');
  const arn = `${group.TargetGroupArn ?? ''}0`;
  exported.elbv2.targetGroups.push({ ...group, TargetGroupArn: arn, TargetGroupName: 'shop-user' });
  exported.elbv2.rules.push({
    ...rule,
    RuleArn: `${rule.RuleArn ?? ''}0`,
    IsDefault: false,
    Priority: '1',
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/users/*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: arn }],
  });
  service.loadBalancers = [{ targetGroupArn: arn, containerName: 'app', containerPort: 8080 }];
};

const variable = (name: string, value: string): Partial<Container> => ({ environment: [{ name, value }] });

const volume = (
  definition: NonNullable<Task['volumes']>[number],
  readOnly = false,
): Parameters<typeof shopWith>[0] => ({
  app: { mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly }] },
  task: { volumes: [{ name: 'data', ...definition }] },
});

const policy = {
  PolicyName: 'out',
  PolicyARN: 'arn:policy',
  PolicyType: 'StepScaling' as const,
  ServiceNamespace: 'ecs' as const,
  ResourceId: 'service/shop/user-api',
  ScalableDimension: 'ecs:service:DesiredCount' as const,
  CreationTime: '2024-01-01T00:00:00.000Z',
  Alarms: [{ AlarmName: 'user-api-busy', AlarmARN: 'arn:alarm' }],
};

type MetricAlarm = NonNullable<EstateExport['cloudWatch']>['metricAlarms'][number];

/** One alarm on the CPU of `user-api`, but for what is said, and composites over alarms. */
const alarms =
  (change: Partial<MetricAlarm> = {}, rules: Record<string, string> = {}) =>
  (exported: EstateExport): void => {
    const dimensions = [
      { Name: 'ClusterName', Value: 'shop' },
      { Name: 'ServiceName', Value: 'user-api' },
    ];
    exported.cloudWatch = {
      metricAlarms: [
        {
          AlarmName: 'user-cpu',
          Namespace: 'AWS/ECS',
          MetricName: 'CPUUtilization',
          Dimensions: dimensions,
          ComparisonOperator: 'GreaterThanThreshold',
          AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:ops-pager'],
          ...change,
        },
      ],
      compositeAlarms: Object.entries(rules).map(([AlarmName, AlarmRule]) => ({ AlarmName, AlarmRule })),
    };
  };

const onGroup = (exported: EstateExport): void => {
  asEntry(exported);
  const Value = exported.elbv2.targetGroups.at(-1)?.TargetGroupArn?.split(':').at(-1);
  alarms({ Namespace: 'AWS/ApplicationELB', Dimensions: [{ Name: 'TargetGroup', Value }] })(exported);
};

/** A caller is left behind by a plan, and a report of the whole estate leaves nobody. */
type ReportedCode = Exclude<OperationsCode, 'OPS_CALLER_LEFT_BEHIND'>;

/** For each code the smallest estate that has it, what its message must tell, and the cutover that follows. */
const CASES: Record<
  ReportedCode,
  { change: Parameters<typeof shopWith>[0]; tells: string; cutover?: string; service?: string }[]
> = {
  OPS_ALARM_FIRES: [
    {
      change: { exported: alarms({ TreatMissingData: 'breaching' }) },
      tells: 'user-cpu takes missing data for a breach: it fires once blue is gone, and tells ops-pager.',
      cutover: 'parallel',
    },
    {
      change: {
        exported: alarms({ TreatMissingData: 'breaching', ActionsEnabled: false }, { any: 'ALARM(user-cpu)' }),
      },
      tells: 'and tells nobody itself. Composite alarms over them may fire too: any.',
    },
    {
      change: { exported: alarms({ ComparisonOperator: 'LessThanThreshold' }) },
      tells: 'user-cpu fires when there is little: it may while blue is asked less, and tells ops-pager.',
    },
    {
      change: { exported: alarms({}, { blind: 'INSUFFICIENT_DATA("user-cpu")' }) },
      tells: 'blind asks for missing data, which blue leaves behind: it may fire, and tells nobody itself.',
    },
  ],
  OPS_ALARM_ON_BLUE: [
    {
      change: { exported: alarms({}, { any: 'ALARM(user-cpu)', page: 'ALARM("any")', other: 'ALARM(another)' }) },
      tells: 'By ServiceName: user-cpu. Composite alarms over them: any, page.',
      cutover: 'parallel',
    },
    { change: { exported: onGroup }, tells: 'By TargetGroup: user-cpu.' },
    {
      change: {
        exported: alarms({
          Namespace: 'ECS/ContainerInsights',
          Dimensions: [
            { Name: 'ClusterName', Value: 'shop' },
            { Name: 'TaskDefinitionFamily', Value: 'user-api' },
          ],
        }),
      },
      tells: 'By TaskDefinitionFamily: user-cpu.',
    },
  ],
  OPS_CALLER_OUTSIDE_MESH: [
    {
      change: {
        exported: (exported) => {
          const [service] = exported.ecs.services;
          exported.ecs.services.push({
            ...service,
            serviceName: 'report',
            serviceArn: `${service?.serviceArn ?? ''}-report`,
            taskDefinition: 'report:1',
            loadBalancers: [],
          });
          const app = {
            name: 'app',
            image: 'report:1',
            environment: [{ name: 'USERS', value: 'http://user.shop.internal' }],
          };
          exported.ecs.taskDefinitions.push({
            taskDefinition: { taskDefinitionArn: 'report:1', family: 'report', containerDefinitions: [app] },
          });
          const registry = exported.serviceDiscovery.services.find((one) => one.Name?.startsWith('user') === true);
          const namespace = exported.serviceDiscovery.namespaces.find((one) => one.Id === registry?.NamespaceId);
          app.environment = [{ name: 'USERS', value: `http://${registry?.Name ?? ''}.${namespace?.Name ?? ''}` }];
        },
      },
      tells: 'report calls ',
    },
  ],
  OPS_CONNECTIONS_OUTLIVE_WEIGHTS: [
    {
      change: { app: variable('WEBSOCKET_PORT', '8081'), exported: asEntry },
      tells: 'WEBSOCKET_PORT names a WebSocket',
    },
    {
      change: {
        exported: (exported) => {
          asEntry(exported);
          for (const group of exported.elbv2.targetGroups) group.ProtocolVersion = 'GRPC';
        },
      },
      tells: 'shop-user takes gRPC',
    },
  ],
  OPS_DAEMON: [{ change: { service: { schedulingStrategy: 'DAEMON' } }, tells: 'every instance', cutover: 'manual' }],
  OPS_DATABASE_CONNECTIONS: [
    {
      change: { app: variable('USERS', 'postgres://app:hunter2@db.abc.eu-west-1.rds.amazonaws.com:5432/users') },
      tells: 'USERS names db.abc.eu-west-1.rds.amazonaws.com.',
      cutover: 'parallel',
    },
    { change: { app: variable('DATABASE_URL', '#1f3a5c7e') }, tells: 'DATABASE_URL names one.' },
    {
      change: {
        app: { secrets: [{ name: 'REDIS_URL', valueFrom: 'arn:aws:ssm:eu-west-1:111122223333:parameter/redis' }] },
      },
      tells: 'REDIS_URL names one.',
    },
  ],
  OPS_IN_NO_PLAN: [
    {
      change: {
        exported: (exported) => {
          const frontend = exported.appMesh.virtualNodes.find((node) => node.virtualNodeName === 'frontend-vn');
          if (frontend?.spec?.backends === undefined) throw new Error('the sample estate has changed');
          frontend.spec.backends = frontend.spec.backends.filter(
            (backend) => backend.virtualService?.virtualServiceName !== 'user.local',
          );
        },
      },
      tells: 'no proposed plan moves it',
    },
    {
      // Nothing leads to the frontend any more, and it still calls what has a way in of its own.
      change: {
        exported: (exported) => {
          asEntry(exported);
          for (const listener of exported.elbv2.listeners) listener.DefaultActions = [];
          exported.elbv2.rules = exported.elbv2.rules.filter((rule) => rule.IsDefault !== true);
        },
      },
      tells: 'It calls user-api, and a plan that moves what it calls is refused',
      service: 'frontend',
    },
  ],
  OPS_NAME_TOO_LONG: [
    { change: { task: { family: 'f'.repeat(252) } }, tells: `It would be ${'f'.repeat(252)}-sc9: 256 characters.` },
  ],
  OPS_NAME_TAKEN: [
    {
      change: {
        exported: (exported) => {
          const [service] = exported.ecs.services;
          exported.ecs.services.push({
            ...service,
            serviceName: 'user-api-sc',
            serviceArn: 'arn:taken',
            loadBalancers: [],
          });
        },
      },
      tells: 'It is user-api-sc.',
    },
  ],
  OPS_QUEUE_CONSUMER: [
    { change: { app: variable('ORDERS_QUEUE_URL', '#1f3a5c7e') }, tells: 'ORDERS_QUEUE_URL', cutover: 'manual' },
    { change: { app: variable('EVENTS', 'amqps://user:hunter2@mq.internal') }, tells: 'EVENTS names a queue' },
    { change: { app: { command: ['celery', '-A', 'shop', 'worker'] } }, tells: 'runs a worker' },
    { change: { app: { image: 'registry.example.com/order-worker:1' } }, tells: 'It is called order-worker' },
  ],
  OPS_SCALING_ALARMS: [
    {
      change: {
        exported: (exported) => {
          exported.autoScaling = {
            targets: [
              {
                ServiceNamespace: 'ecs',
                ResourceId: 'service/shop/user-api',
                ScalableDimension: 'ecs:service:DesiredCount',
                MinCapacity: 1,
                MaxCapacity: 4,
                RoleARN: 'arn:role',
                CreationTime: '2024-01-01T00:00:00.000Z',
              },
            ],
            policies: [policy],
            scheduledActions: [],
          };
        },
      },
      tells: 'Policy out: by user-api-busy.',
    },
  ],
  OPS_SCHEDULER: [
    { change: { app: { command: ['celery', '-A', 'shop', 'beat'] } }, tells: 'runs a scheduler', cutover: 'manual' },
  ],
  OPS_SCHEMA_MIGRATION: [
    {
      change: { app: { command: ['sh', '-c', 'npx prisma migrate deploy && node server.js'] } },
      tells: 'Its command migrates.',
    },
    { change: { app: variable('RUN_MIGRATIONS', 'true') }, tells: 'RUN_MIGRATIONS', cutover: 'parallel' },
  ],
  OPS_SHARED_SERVICE: [{ change: { exported: asEntry }, tells: 'They are frontend, user-api.' }],
  OPS_SINGLETON: [
    {
      change: {
        service: { desiredCount: 1, deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 } },
      },
      tells: 'maximumPercent 100',
      cutover: 'manual',
    },
  ],
  OPS_STICKY_SESSIONS: [
    {
      change: {
        exported: (exported) => {
          asEntry(exported);
          exported.elbv2.targetGroupAttributes = Object.fromEntries(
            exported.elbv2.targetGroups.map((group) => [
              group.TargetGroupArn ?? '',
              [{ Key: 'stickiness.enabled', Value: 'true' }],
            ]),
          );
        },
      },
      tells: 'Target group shop-user',
    },
  ],
  OPS_UNDER_CLOUDFORMATION: [
    {
      change: { service: { tags: [{ key: 'aws:cloudformation:stack-name', value: 'shop' }] } },
      tells: 'It is shop there.',
    },
  ],
  OPS_UNDER_TERRAFORM: [
    { change: { service: { tags: [{ key: 'ManagedBy', value: 'Terraform' }] } }, tells: 'Its tag ManagedBy says so.' },
  ],
  OPS_VOLUME_EMPTY: [{ change: volume({ configuredAtLaunch: true }), tells: 'Volume data.' }],
  OPS_VOLUME_OF_HOST: [{ change: volume({ host: { sourcePath: '/data/cache' } }), tells: '/data/cache' }],
  OPS_VOLUME_SHARED: [
    { change: volume({ efsVolumeConfiguration: { fileSystemId: 'fs-1' } }), tells: 'Volume data is fs-1.' },
  ],
  OPS_WORKS_WITHOUT_TRAFFIC: [
    {
      change: {
        exported: (exported) => {
          const node = exported.appMesh.virtualNodes.find((one) => one.virtualNodeName === 'user-vn');
          if (node?.spec === undefined) throw new Error('the sample estate has changed');
          node.spec = { ...node.spec, listeners: [] };
        },
      },
      tells: 'works from the moment it starts',
      cutover: 'exclusive',
    },
  ],
};

describe.each(Object.keys(CASES) as ReportedCode[])('%s', (code) => {
  test.each(CASES[code].map((one) => [one.tells, one] as const))('%s', (_, { change, tells, cutover, service }) => {
    const report = shopWith(change);
    expect(messageOf(report, code, service)).toContain(tells);
    expect(report.findings.find((one) => one.code === code)?.severity).toBe(OPERATIONS[code].severity);
    if (cutover !== undefined) expect(cutoverOf(report)?.proposed).toBe(cutover);
    // A secret that a value holds never reaches the report.
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });
});

const elsewhere = [
  { Name: 'ClusterName', Value: 'other' },
  { Name: 'ServiceName', Value: 'user-api' },
];

describe('what is none', () => {
  const cases: [string, Parameters<typeof shopWith>[0]][] = [
    ['a variable that switches migrations off', { app: variable('RUN_MIGRATIONS', 'false') }],
    ['a web server with workers of its own', { app: { command: ['gunicorn', '--workers', '4', 'shop.wsgi'] } }],
    ['a file system that is only read', volume({ efsVolumeConfiguration: { fileSystemId: 'fs-1' } }, true)],
    ["the instance's own directories", volume({ host: { sourcePath: '/var/run/docker.sock' } })],
    ['one task, with room for a second at deployments', { service: { desiredCount: 1 } }],
    [
      'an alarm that AWS made for a scaling policy',
      { exported: alarms({ AlarmName: 'TargetTracking-user-AlarmLow' }) },
    ],
    ['an alarm on a service of the same name elsewhere', { exported: alarms({ Dimensions: elsewhere }) }],
    ["an alarm on the application's own metric", { exported: alarms({ Namespace: 'Shop' }) }],
    ['a WebSocket that no weight leads to', { app: variable('WEBSOCKET_PORT', '8081') }],
  ];

  test.each(cases)('%s', (_, change) => {
    const found = shopWith(change).findings.filter(
      (one) =>
        one.place === 'service/user-api' && one.code.startsWith('OPS_') && one.code !== 'OPS_UNDER_CLOUDFORMATION',
    );
    expect(found).toEqual([]);
  });
});

test('a service that is only asked is cut over in parallel', () => {
  expect(cutoverOf(shopWith({}))).toEqual({
    proposed: 'parallel',
    why: 'It only serves requests, as far as can be seen.',
  });
});

test('an alarm that only scales blue fires for nobody', () => {
  const policy =
    'arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:1:resource/ecs/service/shop/user-api:policyName/in';
  const report = shopWith({
    exported: alarms({
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [policy],
    }),
  });
  expect(messageOf(report, 'OPS_ALARM_ON_BLUE')).toContain('user-cpu');
  expect(messageOf(report, 'OPS_ALARM_FIRES')).toBeUndefined();
});

test('alarms on the load balancer as a whole are of no service', () => {
  const report = shopWith({ exported: (exported) => Object.assign(exported, withAlarms(exported)) });
  expect(messageOf(report, 'OPS_ALARM_ON_BLUE', 'frontend')).toMatch(
    /By ServiceName: entry-cpu, entry-running\. By TargetGroup: entry-slow\. Composite alarms over them: entry-any, page\.$/,
  );
  expect(messageOf(report, 'OPS_ALARM_ON_BLUE')).toBeUndefined();
  expect(report.findings.filter((one) => one.message.includes('users-errors'))).toEqual([]);
});

describe('who calls a name of the mesh from outside of it', () => {
  const BILLING = 'arn:aws:ecs:eu-west-1:111122223333:cluster/billing';
  type Environment = { name: string; value: string }[];

  const definition = (family: string, environment: Environment, more: Container[] = []) => ({
    taskDefinition: {
      taskDefinitionArn: `arn:aws:ecs:eu-west-1:111122223333:task-definition/${family}:1`,
      family,
      containerDefinitions: [{ name: 'app', image: family, environment }, ...more],
    },
  });
  const calls: Environment = [{ name: 'USERS', value: 'http://user.shop.internal' }];
  const ENVOY: Container = {
    name: 'envoy',
    image: 'envoy',
    environment: [{ name: 'APPMESH_RESOURCE_ARN', value: 'mesh/shop/virtualNode/report-vn' }],
  };

  /** The shop with a service of another cluster, or a task that no service keeps. */
  const told = (change: (exported: EstateExport) => void): string | undefined =>
    messageOf(
      shopWith({
        exported: (exported) => {
          const user = exported.ecs.services.find((one) => one.serviceName === 'user-api');
          const id = user?.serviceRegistries?.[0]?.registryArn?.split('/').at(-1);
          const registry = exported.serviceDiscovery.services.find((one) => one.Id === id);
          const namespace = exported.serviceDiscovery.namespaces.find((one) => one.Id === registry?.NamespaceId);
          calls[0] = { name: 'USERS', value: `http://${registry?.Name}.${namespace?.Name}` };
          change(exported);
        },
      }),
      'OPS_CALLER_OUTSIDE_MESH',
    );

  const withService = (exported: EstateExport, more: Container[] = []): void => {
    const { taskDefinition } = definition('report', calls, more);
    exported.ecs.taskDefinitions.push({ taskDefinition });
    exported.ecs.services.push({
      serviceName: 'report',
      serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/billing/report',
      clusterArn: BILLING,
      taskDefinition: taskDefinition.taskDefinitionArn,
    });
  };

  const withTask = (exported: EstateExport, clusterArn: string, group: string, more: Container[] = []): void => {
    const { taskDefinition } = definition('report', calls, more);
    exported.ecs.taskDefinitions.push({ taskDefinition });
    exported.ecs.tasks = [
      { taskArn: `${clusterArn}/0`, clusterArn, group, taskDefinitionArn: taskDefinition.taskDefinitionArn },
    ];
  };

  test('services of other clusters do, but not those of the mesh', () => {
    expect(told((exported) => withService(exported))).toMatch(/ report of the cluster billing calls \S+ \(USERS\)\.$/);
    expect(told((exported) => withService(exported, [ENVOY]))).toBeUndefined();
  });

  test.each(['shop', 'billing'])('tasks that no service keeps do, in %s', (cluster) => {
    const arn = BILLING.replace('billing', cluster);
    expect(told((exported) => withTask(exported, arn, 'family:report'))).toMatch(
      new RegExp(` A task of report:1 in the group family:report, cluster ${cluster}, calls \\S+ \\(USERS\\)\\.$`),
    );
    expect(told((exported) => withTask(exported, arn, 'service:report'))).toBeUndefined();
    expect(told((exported) => withTask(exported, arn, 'family:report', [ENVOY]))).toBeUndefined();
  });
});
