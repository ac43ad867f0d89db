import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { TABLE_SHAPE, TTL_ATTRIBUTE } from '../../../src/state/createTable.ts';
import { readTemplate } from './template.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

const { Parameters, Resources } = await readTemplate();
const files = (await readdir(new URL('deploy/terraform/', root))).filter((name) => name.endsWith('.tf'));
const module = (await Promise.all(files.map((name) => read(`deploy/terraform/${name}`)))).join('\n');
const propertiesOf = (name: string) => Resources[name]?.Properties ?? {};

/** Terraform's kinds, by CloudFormation's. */
const KINDS: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: 'AWS::CloudWatch::Dashboard',
  aws_cloudwatch_event_bus: 'AWS::Events::EventBus',
  aws_cloudwatch_log_group: 'AWS::Logs::LogGroup',
  aws_cloudwatch_log_metric_filter: 'AWS::Logs::MetricFilter',
  aws_cloudwatch_metric_alarm: 'AWS::CloudWatch::Alarm',
  aws_dynamodb_table: 'AWS::DynamoDB::Table',
  aws_ecs_service: 'AWS::ECS::Service',
  aws_ecs_task_definition: 'AWS::ECS::TaskDefinition',
  aws_iam_policy: 'AWS::IAM::ManagedPolicy',
  aws_iam_role: 'AWS::IAM::Role',
  aws_iam_role_policy: 'AWS::IAM::RolePolicy',
  // In CloudFormation a role's own property.
  aws_iam_role_policy_attachment: 'AWS::IAM::Role',
  aws_security_group: 'AWS::EC2::SecurityGroup',
  aws_sns_topic: 'AWS::SNS::Topic',
};

const pascal = (name: string): string =>
  name
    .split('_')
    .map((part) => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`)
    .join('');

/** The value of a key in Terraform's text, where it is one that JSON has too. */
const valueOf = (text: string, key: string): unknown => {
  const [, value = ''] = new RegExp(`^\\s*${key}\\s*= (.*?),?$`, 'm').exec(text) ?? [];
  return JSON.parse(value);
};

/** Rows of anything, so that two lists of them can be compared. */
const inOrder = (rows: readonly unknown[][]): string[] => rows.map((row) => row.join(' ')).toSorted();

test('module and template make the same kinds of things', () => {
  const kinds = [...module.matchAll(/^resource "(\w+)"/gm)].map(([, kind = '']) => KINDS[kind] ?? kind);
  const types = Object.values(Resources).map(({ Type }) => Type);
  expect([...new Set(kinds)].toSorted()).toEqual([...new Set(types)].toSorted());
});

describe('the table', () => {
  test('is the template’s as createTable makes it, and kept safer', () => {
    expect(propertiesOf('Table')).toMatchObject({
      ...TABLE_SHAPE,
      StreamSpecification: { StreamViewType: TABLE_SHAPE.StreamSpecification.StreamViewType },
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    });
  });

  test('is the module’s as createTable makes it, and kept safer', async () => {
    const table = await read('deploy/terraform/table.tf');
    const [index] = TABLE_SHAPE.GlobalSecondaryIndexes;
    const block = (name: string): string =>
      new RegExp(`^  ${name} \\{\\n([\\s\\S]*?)^  \\}`, 'm').exec(table)?.[1] ?? '';
    expect([valueOf(table, 'hash_key'), valueOf(table, 'range_key')]).toEqual(
      TABLE_SHAPE.KeySchema.map(({ AttributeName }) => AttributeName),
    );
    expect(valueOf(table, 'billing_mode')).toBe(TABLE_SHAPE.BillingMode);
    expect(valueOf(table, 'stream_view_type')).toBe(TABLE_SHAPE.StreamSpecification.StreamViewType);
    const ofIndex = block('global_secondary_index');
    expect(['name', 'hash_key', 'range_key', 'projection_type'].map((key) => valueOf(ofIndex, key))).toEqual([
      index?.IndexName,
      ...(index?.KeySchema ?? []).map(({ AttributeName }) => AttributeName),
      index?.Projection.ProjectionType,
    ]);
    expect(valueOf(block('ttl'), 'attribute_name')).toBe(TTL_ATTRIBUTE);
    for (const name of ['ttl', 'point_in_time_recovery', 'server_side_encryption']) {
      expect(valueOf(block(name), 'enabled'), name).toBe(true);
    }
  });
});

describe('the container', async () => {
  const service = await read('deploy/terraform/service.tf');
  const [, inModule = ''] = /jsonencode\(\[\{\n([\s\S]*?)^  \}\]\)/m.exec(service) ?? [];
  const [inTemplate = {}] = propertiesOf('TaskDefinition')['ContainerDefinitions'] as Record<string, unknown>[];
  const healthCheck = inTemplate['HealthCheck'] as Record<string, unknown>;

  test('has the same members in both', () => {
    const members = [...inModule.matchAll(/^ {4}(\w+)\s*=/gm)].map(([, key = '']) => key);
    const named = Object.keys(inTemplate).map((key) => `${key.slice(0, 1).toLowerCase()}${key.slice(1)}`);
    expect(members.toSorted()).toEqual(named.toSorted());
  });

  test('has the same values in both: who it runs as, what it may write, what it runs, how its health is asked', () => {
    expect(inTemplate).toMatchObject({
      User: valueOf(inModule, 'user'),
      ReadonlyRootFilesystem: valueOf(inModule, 'readonlyRootFilesystem'),
      StopTimeout: valueOf(inModule, 'stopTimeout'),
    });
    expect(inTemplate['ReadonlyRootFilesystem']).toBe(true);
    const [command = '', health = ''] = [...inModule.matchAll(/^ {4,6}command\s*= (.*)$/gm)].map(([, list]) => list);
    expect(JSON.parse(command.replace('var.log_level', '{ "Ref": "LogLevel" }'))).toEqual(inTemplate['Command']);
    expect(JSON.parse(health)).toEqual(healthCheck['Command']);
    for (const key of ['interval', 'timeout', 'retries', 'startPeriod']) {
      expect(valueOf(inModule, key), key).toBe(healthCheck[`${key.slice(0, 1).toUpperCase()}${key.slice(1)}`]);
    }
  });

  test('has the same environment in both, but for what fills it in', () => {
    const inTerraform = [...inModule.matchAll(/\{ name = "(\w+)", value =/g)].map(([, name = '']) => name);
    const inCloudFormation = (inTemplate['Environment'] as { Name: string }[]).map(({ Name }) => Name);
    expect(inTerraform).toEqual(inCloudFormation);
    expect(inTerraform).toContain('MESHLIFT_TABLE');
  });

  test('asks its health as the image does', async () => {
    const [, image = ''] = /^HEALTHCHECK[\s\S]*?CMD (\[.*\])$/m.exec(await read('Dockerfile')) ?? [];
    expect(['CMD', ...(JSON.parse(image) as string[])]).toEqual(healthCheck['Command']);
  });
});

test('what is counted in the logs, and when it is an alarm, is the same in both', async () => {
  const watch = await read('deploy/terraform/watch.tf');
  const counted = [...watch.matchAll(/^ {4}(\w+) +=\s("\{.*\}")$/gm)].map(([, name, pattern = '']) => [
    name,
    JSON.parse(pattern),
  ]);
  const filters = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Logs::MetricFilter')
    .map(({ Properties }) => [
      (Properties['MetricTransformations'] as { MetricName: string }[])[0]?.MetricName,
      Properties['FilterPattern'],
    ]);
  expect(counted.length).toBeGreaterThan(0);
  expect(inOrder(counted)).toEqual(inOrder(filters));

  const alarms = [
    ...watch.matchAll(/metric\s+= "(\w+)"\n.*\n\s+period\s+= (\d+)\n\s+periods\s+= (\d+)\n\s+threshold\s+= (\d+)/g),
  ];
  const inTemplate = Object.values(Resources)
    .filter(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Properties['Namespace'] !== 'AWS/ECS')
    .map(({ Properties: its }) => [its['MetricName'], its['Period'], its['EvaluationPeriods'], its['Threshold']]);
  expect(alarms.length).toBeGreaterThan(0);
  expect(inOrder(alarms.map(([, ...numbers]) => numbers))).toEqual(inOrder(inTemplate));
});

test('what both let a person choose has the same default', async () => {
  const variables = await read('deploy/terraform/variables.tf');
  const defaults = [...variables.matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)].flatMap(
    ([, name = '', body = '']) => {
      const inTemplate = Parameters[pascal(name)];
      return inTemplate?.Default === undefined || name === 'assign_public_ip' || name === 'assume_role_arns'
        ? []
        : [[name, String(valueOf(body, 'default')), String(inTemplate.Default)]];
    },
  );
  expect(defaults.length).toBeGreaterThan(10);
  for (const [name, inModule, inTemplate] of defaults) expect(inModule, name).toBe(inTemplate);
});

test('what the filters count is what the operator logs', async () => {
  const sources = [
    'src/cli/operator.ts',
    'src/reconciler/operator.ts',
    'src/reconciler/reconcile.ts',
    'src/aws/retry.ts',
  ];
  const logging = (await Promise.all(sources.map(read))).join('\n');
  const words = [...(await read('deploy/terraform/watch.tf')).matchAll(/\$\.msg = \\"(\w+)\\"/g)].map(
    ([, word = '']) => word,
  );
  expect(words.length).toBeGreaterThan(4);
  for (const word of words) expect(logging, word).toContain(`'${word}'`);
});
