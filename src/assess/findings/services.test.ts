import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../../estate/export.ts';
import { readWholeEstate } from '../../estate/fromExport.ts';
import { assess, assessEstate } from '../assess.ts';
import type { FindingCode } from '../catalogue.ts';

const NAME = '01-simple-three-tier';

function serviceOf(exported: EstateExport, name: string): EstateExport['ecs']['services'][number] {
  const found = exported.ecs.services.find((one) => one.serviceName === name);
  if (found === undefined) throw new Error(`the fixture lost ${name}`);
  return found;
}

function taskOf(
  exported: EstateExport,
  family: string,
): EstateExport['ecs']['taskDefinitions'][number]['taskDefinition'] {
  const found = exported.ecs.taskDefinitions.find((one) => one.taskDefinition.family === family);
  if (found === undefined) throw new Error(`the fixture lost ${family}`);
  return found.taskDefinition;
}

/** Envoy of a family, with another environment. */
function tellEnvoy(exported: EstateExport, family: string, environment: { name: string; value: string }[]): void {
  for (const container of taskOf(exported, family).containerDefinitions ?? []) {
    if (container.name === 'envoy') container.environment = environment;
  }
}

const standalone = (exported: EstateExport, group: string): void => {
  exported.ecs.tasks = [
    {
      taskDefinitionArn: taskOf(exported, 'user-api').taskDefinitionArn,
      clusterArn: exported.ecs.clusters[0]?.clusterArn,
      group,
    },
  ] as never;
};

test('a standalone task of another mesh is nothing of this one', () => {
  const exported = exportOf(NAME);
  standalone(exported, 'family:cron');
  const described = exported.ecs.taskDefinitions.find((one) => one.taskDefinition.family === 'user-api');
  const arn = `${described?.taskDefinition.taskDefinitionArn ?? ''}99`;
  exported.ecs.taskDefinitions.push(
    structuredClone({ ...described, taskDefinition: { ...described?.taskDefinition, taskDefinitionArn: arn } }),
  );
  for (const task of exported.ecs.tasks ?? []) task.taskDefinitionArn = arn;
  const cron = exported.ecs.taskDefinitions.at(-1)?.taskDefinition.containerDefinitions ?? [];
  const found = (): string[] => assessEstate(estateOf(NAME, exported)).findings.map((one) => one.code);
  expect(found()).toContain('ECS_STANDALONE_TASK');
  for (const one of cron) {
    if (one.name === 'envoy')
      one.environment = [{ name: 'APPMESH_RESOURCE_ARN', value: 'mesh/other/virtualNode/cron' }];
  }
  expect(found()).not.toContain('ECS_STANDALONE_TASK');
});

const CASES: readonly [FindingCode, string, (exported: EstateExport) => void][] = [
  [
    'ECS_CONTROLLER_UNSUPPORTED',
    'service/user-api',
    (to) => Object.assign(serviceOf(to, 'user-api'), { deploymentController: { type: 'CODE_DEPLOY' } }),
  ],
  [
    'ECS_BLUE_GREEN_STRATEGY',
    'service/user-api',
    (to) => Object.assign(serviceOf(to, 'user-api'), { deploymentConfiguration: { strategy: 'BLUE_GREEN' } }),
  ],
  [
    'ECS_EXPRESS',
    'service/user-api',
    (to) => Object.assign(serviceOf(to, 'user-api'), { resourceManagementType: 'ECS' }),
  ],
  [
    'ECS_FARGATE_PLATFORM_OLD',
    'service/user-api',
    (to) => Object.assign(serviceOf(to, 'user-api'), { platformVersion: '1.3.0' }),
  ],
  ...(['EXTERNAL', 'MANAGED_INSTANCES'] as const).map(
    (launchType): [FindingCode, string, (exported: EstateExport) => void] => [
      'ECS_PLATFORM_UNSUPPORTED',
      'service/user-api',
      (to) => Object.assign(serviceOf(to, 'user-api'), { launchType }),
    ],
  ),
  // With a capacity provider the service itself tells no launch type.
  ...(['EXTERNAL', 'MANAGED_INSTANCES'] as const).map(
    (compatibility): [FindingCode, string, (exported: EstateExport) => void] => [
      'ECS_PLATFORM_UNSUPPORTED',
      'service/user-api',
      (to) => {
        const service = serviceOf(to, 'user-api');
        delete service.launchType;
        service.capacityProviderStrategy = [{ capacityProvider: 'own', weight: 1, base: 0 }];
        taskOf(to, 'user-api').requiresCompatibilities = [compatibility];
      },
    ],
  ),
  [
    'ECS_PLATFORM_UNSUPPORTED',
    'service/user-api',
    (to) => Object.assign(taskOf(to, 'user-api'), { networkMode: 'host' }),
  ],
  [
    'ECS_PLATFORM_UNSUPPORTED',
    'service/user-api',
    (to) =>
      Object.assign(taskOf(to, 'user-api'), { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }),
  ],
  [
    'ECS_LB_ON_ENVOY_CONTAINER',
    'service/user-api',
    (to) =>
      Object.assign(serviceOf(to, 'user-api'), { loadBalancers: [{ containerName: 'envoy', containerPort: 8080 }] }),
  ],
  [
    'ECS_STANDALONE_TASK',
    `taskDefinition/user-api:${taskOf(exportOf(NAME), 'user-api').revision}`,
    (to) => {
      standalone(to, 'family:user-api');
    },
  ],
  [
    'MESH_PREVIEW_CHANNEL',
    `taskDefinition/user-api:${taskOf(exportOf(NAME), 'user-api').revision}`,
    (to) => {
      tellEnvoy(to, 'user-api', [
        { name: 'APPMESH_RESOURCE_ARN', value: 'mesh/shop/virtualNode/user-vn' },
        { name: 'APPMESH_PREVIEW', value: '1' },
      ]);
    },
  ],
  [
    'NODE_MULTI_SERVICE',
    'virtualNode/user-vn',
    (to) => {
      tellEnvoy(to, 'stock-api', [{ name: 'APPMESH_RESOURCE_ARN', value: 'mesh/shop/virtualNode/user-vn' }]);
      Object.assign(serviceOf(to, 'stock-api'), { serviceRegistries: [] });
    },
  ],
  [
    'NODE_MATCH_CONFLICT',
    'service/user-api',
    (to) => {
      Object.assign(serviceOf(to, 'user-api'), { serviceRegistries: serviceOf(to, 'stock-api').serviceRegistries });
    },
  ],
  [
    'INVENTORY_FORBIDDEN',
    'mesh/shop',
    (to) => {
      to.errors.push({
        call: 'appmesh:ListVirtualGateways',
        subject: 'mesh/shop',
        code: 'ForbiddenException',
        message: 'no',
      });
    },
  ],
];

describe('what a service or its tasks are is seen', () => {
  test.each(CASES)('%s at %s', (code, place, change) => {
    const seen = (exported: EstateExport): boolean =>
      assessEstate(estateOf(NAME, exported)).findings.some((one) => one.code === code && one.place === place);
    const changed = exportOf(NAME);
    change(changed);
    expect(seen(exportOf(NAME))).toBe(false);
    expect(seen(changed)).toBe(true);
  });
});

test('a task of a service is no task that stands alone', () => {
  const exported = exportOf(NAME);
  standalone(exported, 'service:user-api');
  const { findings } = assessEstate(estateOf(NAME, exported));
  expect(findings.filter((one) => one.code === 'ECS_STANDALONE_TASK')).toEqual([]);
});

test('TLS behind a load balancer blocks no plan that decided for plaintext', () => {
  const exported = exportOf(NAME);
  const node = exported.appMesh.virtualNodes.find((one) => one.virtualNodeName === 'frontend-vn');
  const [listener] = node?.spec?.listeners ?? [];
  if (listener === undefined) throw new Error('the fixture lost its listener');
  listener.tls = {
    mode: 'STRICT',
    certificate: { acm: { certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/x' } },
  };
  const codes = (decisions: { code: string; place: string; choice: string }[]): string[] =>
    assess(planFor(NAME, { decisions }), estateOf(NAME, exported)).findings.map((one) => one.code);
  expect(codes([])).toContain('TLS_TARGET_GROUP_HTTPS');
  const plaintext = { code: 'TLS_ACM_TO_PCA', place: 'virtualNode/frontend-vn', choice: 'plaintext' };
  expect(codes([plaintext])).not.toContain('TLS_TARGET_GROUP_HTTPS');
});

const instanceOf = (clusterArn: string): string => `${clusterArn.replace(':cluster/', ':container-instance/')}/0`;

test("only instances of a service's own cluster are its hosts", () => {
  const exported = exportOf(NAME);
  const billing = 'arn:aws:ecs:eu-west-1:111122223333:cluster/billing';
  const user = serviceOf(exported, 'user-api');
  user.launchType = 'EC2';
  exported.ecs.services.push({
    ...structuredClone(user),
    serviceName: 'invoices',
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/billing/invoices',
    clusterArn: billing,
  });
  const places = (containerInstanceArn: string): string[] => {
    exported.ecs.containerInstances = [{ containerInstanceArn, status: 'ACTIVE', attributes: [] }] as never;
    return assessEstate(readWholeEstate(exported, 'shop', 'shop'))
      .findings.filter((one) => one.code === 'ECS_AGENT_OLD')
      .map((one) => one.place);
  };
  expect(places(instanceOf(user.clusterArn ?? ''))).toEqual(['service/user-api']);
  expect(places(instanceOf(billing))).toEqual(['service/invoices']);
  // An ARN of the old form tells no cluster.
  expect(places('arn:aws:ecs:eu-west-1:111122223333:container-instance/0')).toEqual([
    'service/invoices',
    'service/user-api',
  ]);
});
