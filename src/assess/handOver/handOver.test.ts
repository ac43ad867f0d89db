import { describe, expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../../estate/export.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { assess } from '../assess.ts';
import { buildStack } from '../stack.ts';
import { handOver } from './handOver.ts';

const SHOP = '01-simple-three-tier';

/** What is told of the sample estate with other tags, or read from files. */
function told(alter: (exported: EstateExport) => void, change: Partial<PlanSpec> = {}): string[] {
  const exported = exportOf(SHOP);
  for (const service of exported.ecs.services) service.tags = [];
  alter(exported);
  const estate = estateOf(SHOP, exported);
  const plan = planFor(SHOP, change);
  return handOver(estate, buildStack(plan, estate, assess(plan, estate), 1));
}

function declare(
  exported: EstateExport,
  name: string,
  source: 'terraformState' | 'cloudFormation',
  address: string,
): void {
  const service = exported.ecs.services.find((one) => one.serviceName === name);
  exported.readFrom = {
    ...exported.readFrom,
    [service?.serviceArn ?? '']: { source, where: 'a file', address },
  };
}

test('where nothing is seen to be under infrastructure-as-code nothing has to be told', () => {
  expect(told(() => {})).toEqual([]);
});

test('Terraform lets go of each blue service by its address, takes green over, and is led to the rules', () => {
  const [text = '', ...others] = told((exported) => {
    declare(exported, 'frontend', 'terraformState', 'module.shop.aws_ecs_service.this["frontend"]');
    declare(exported, 'user-api', 'terraformState', 'aws_ecs_service.user_api');
    const stock = exported.ecs.services.find((one) => one.serviceName === 'stock-api');
    stock?.tags?.push({ key: 'Provisioner', value: 'terraform' });
  });
  expect(others).toEqual([]);
  const addresses = [
    ...text.matchAll(/^removed \{\n {2}from = (.*)\n {2}lifecycle \{\n {4}destroy = false\n {2}\}\n\}$/gm),
  ];
  expect(addresses.map((match) => match[1])).toEqual([
    'module.shop.aws_ecs_service.this',
    'aws_ecs_service.<name>',
    'aws_ecs_service.user_api',
  ]);
  expect(text).toContain('# stock-api: its address is not known here (tag Provisioner).');
  const imports = [...text.matchAll(/^import \{\n {2}to = (.*)\n {2}id = (.*)\n\}$/gm)].map((match) => [
    match[1],
    match[2],
  ]);
  expect(imports).toContainEqual(['aws_ecs_service.frontend_sc', '"shop/frontend-sc"']);
  expect(imports).toContainEqual(['aws_lb_target_group.shop_frontend_sc', '"<target group ARN>"']);
  expect(text).toContain(
    "aws elbv2 describe-target-groups --names shop-frontend-sc --query 'TargetGroups[0].TargetGroupArn'",
  );
  expect(text).toContain(planFor(SHOP).spec.traffic.map((entry) => Object.values(entry.alb)[0])[0]);
});

test('CloudFormation keeps what goes out of its template, and imports what comes in', () => {
  const [text = '', ...others] = told((exported) => {
    declare(exported, 'frontend', 'cloudFormation', 'shop/Frontend');
  });
  expect(others).toEqual([]);
  expect(text).toMatch(/shop\/Frontend \(frontend\):\n {5}DeletionPolicy: Retain/);
  const imports = JSON.parse(text.slice(text.indexOf('[\n'))) as { ResourceType: string; LogicalResourceId: string }[];
  expect(imports.map((one) => one.ResourceType)).toContain('AWS::ECS::Service');
  for (const { LogicalResourceId } of imports) expect(LogicalResourceId).toMatch(/^[A-Za-z0-9]+$/);
  expect(new Set(imports.map((one) => one.LogicalResourceId)).size).toBe(imports.length);
});

const tagsOf = (logicalId: string) => [
  { Key: 'aws:cloudformation:stack-name', Value: 'edge' },
  { Key: 'aws:cloudformation:logical-id', Value: logicalId },
];

const target = (exported: EstateExport): string => exported.elbv2.targetGroups[0]?.TargetGroupArn ?? '';

describe('the rule, the listener and the target groups of blue', () => {
  const [entry] = planFor(SHOP).spec.traffic;
  const entryArn = String(Object.values(entry?.alb ?? {})[0]);

  test('are let go of, or led to green, where Terraform’s state declares them, though no service is', () => {
    const [text = '', ...others] = told((exported) => {
      exported.readFrom = {
        [target(exported)]: {
          source: 'terraformState',
          where: 'a file',
          address: 'module.edge.aws_lb_target_group.blue',
        },
        [entryArn]: {
          source: 'live',
          where: 'eu-west-1',
          declaredIn: { source: 'terraformState', where: 'a file', address: 'aws_lb_listener.http' },
        },
      };
    });
    expect(others).toEqual([]);
    expect(text).toMatch(/^removed \{\n {2}from = module\.edge\.aws_lb_target_group\.blue\n/m);
    expect(text).toContain('in the block aws_lb_listener.http');
    expect(text).toMatch(/^# +import \{\n# +to = aws_lb_listener\.<name>\n# +id = "arn:/m);
  });

  test('are found by Terraform’s tags, without an address', () => {
    const [text = ''] = told((exported) => {
      exported.elbv2.tags = {
        [target(exported)]: [{ Key: 'ManagedBy', Value: 'terraform' }],
        [entryArn]: [{ Key: 'terraform', Value: 'true' }],
      };
    });
    expect(text).toMatch(/not known here \(tag ManagedBy\)\.\nremoved \{\n {2}from = aws_lb_target_group\.<name>\n/);
    expect(text).toContain('in the block aws_lb_listener.<name>, whose address is not known here (tag terraform)');
  });

  test('stay in CloudFormation’s template or are retained, by the stack’s tags', () => {
    const [text = ''] = told((exported) => {
      exported.elbv2.tags = { [target(exported)]: tagsOf('BlueGroup'), [entryArn]: tagsOf('Http') };
    });
    expect(text).toMatch(
      /edge\/BlueGroup \(target group .*, AWS::ElasticLoadBalancingV2::TargetGroup\):\n {5}DeletionPolicy: Retain/,
    );
    expect(text).toMatch(
      /lead these to the target group of step 3.*\n# +edge\/Http \(listener .*, AWS::ElasticLoadBalancingV2::Listener\)/,
    );
  });

  test('of another service than the plan’s are none of it', () => {
    expect(
      told((exported) => {
        exported.elbv2.tags = {
          'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1': [{ Key: 'terraform', Value: 'true' }],
        };
      }),
    ).toEqual([]);
  });
});

const underTerraform = (exported: EstateExport): void =>
  declare(exported, 'frontend', 'terraformState', 'aws_ecs_service.frontend');

const underCloudFormation = (exported: EstateExport): void =>
  declare(exported, 'frontend', 'cloudFormation', 'shop/Frontend');

function registerUserApi(exported: EstateExport): void {
  const user = exported.ecs.services.find((one) => one.serviceName === 'user-api');
  Object.assign(user ?? {}, {
    serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:eu-west-1:1:service/srv-user' }],
  });
}

test.each([
  { type: 'aws_service_discovery_service', under: underTerraform },
  { type: 'AWS::ServiceDiscovery::Service', under: underCloudFormation },
])('$type that green registers in by then is kept, unless the plan leaves blue’s names', ({ type, under }) => {
  const { retire } = planFor(SHOP).spec;
  const alter = (exported: EstateExport): void => {
    under(exported);
    registerUserApi(exported);
  };
  expect(told(alter)[0]).toMatch(new RegExp(`Keep ${type} of: .*srv-user`));
  expect(told(alter, { retire: { ...retire, registries: 'leave' } })[0]).not.toContain('srv-user');
});

test('a mesh that the plan deletes is let go of as well', () => {
  const retire = planFor(SHOP).spec.retire;
  expect(told(underTerraform, { retire: { ...retire, mesh: 'delete' } })[0]).toContain('aws_appmesh_ resources of: ');
  expect(told(underTerraform, { retire: { ...retire, mesh: 'keep' } })[0]).not.toContain('aws_appmesh_');
});

describe('texts of others in what a person pastes', () => {
  const ADDRESS =
    'x).\n}\nresource "null_resource" "evil" {\r\n  provisioner "local-exec" { command = "id" }\n}\u001B[2J\u2028#';

  test.each(['terraformState', 'cloudFormation'] as const)(
    'an address that %s has with line breaks in it begins no line of its own, and moves no cursor',
    (source) => {
      const clean = told((exported) => declare(exported, 'frontend', source, 'somewhere else'));
      const hostile = told((exported) => declare(exported, 'frontend', source, ADDRESS));
      expect(hostile.join('\n').split('\n')).toHaveLength(clean.join('\n').split('\n').length);
      expect(hostile.join('\n')).toContain('null_resource');
      expect(hostile.join('\n')).not.toMatch(/^\s*(resource|provisioner)/m);
      // oxlint-disable-next-line no-control-regex
      expect(hostile.join('\n')).not.toMatch(/[\0-\t\v-\u001F\u007F-\u009F\u2028\u2029]/);
    },
  );

  test('a family that a file gives is one word of the command that reads it', () => {
    const text = told((exported) => {
      declare(exported, 'frontend', 'terraformState', 'aws_ecs_service.frontend');
      for (const { taskDefinition } of exported.ecs.taskDefinitions)
        taskDefinition.family = `${taskDefinition.family}$(touch /tmp/evil);'id`;
    }).join('\n');
    const reads = text.split('\n').filter((line) => line.includes('describe-task-definition'));
    expect(reads.length).toBeGreaterThan(0);
    for (const line of reads)
      expect(line).toMatch(/--task-definition '[^']*\$\(touch \/tmp\/evil\);'\\''id[^']*' --query/);
  });
});
