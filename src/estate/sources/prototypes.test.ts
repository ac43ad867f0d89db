import { expect, test } from 'vitest';
import { whole } from '../../../test/fixtures/terraformResources.ts';
import { readCloudFormation } from './cloudFormation/read.ts';
import { SourceError } from './reading.ts';

const NAMES = ['__proto__', 'constructor', 'toString'];

/** What a template is read as; a refusal in words for a person is an answer too. */
function answerTo(template: object, parameters: Record<string, string> = {}): unknown {
  try {
    return readCloudFormation([{ where: 'shop.json', text: JSON.stringify(template) }], { parameters });
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}

const instanceOf = (ServiceId: unknown) => ({
  Resources: {
    One: {
      Type: 'AWS::ServiceDiscovery::Instance',
      Properties: { ServiceId, InstanceId: 'i-1', InstanceAttributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
    },
  },
});

test.each(NAMES)('a Cloud Map service whose id is %s has its instances, by Terraform', (service_id) => {
  const { instances } = whole([
    'aws_service_discovery_instance',
    { id: 'i-1', service_id, instance_id: 'i-1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
  ]).serviceDiscovery;
  expect(Object.entries(instances ?? {})).toEqual([
    [service_id, [{ Id: 'i-1', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } }]],
  ]);
});

test.each(NAMES)('a Cloud Map service whose id is %s has its instances, by CloudFormation', (id) => {
  expect(
    Object.entries(
      (answerTo(instanceOf(id)) as ReturnType<typeof readCloudFormation>).exported.serviceDiscovery.instances ?? {},
    ),
  ).toMatchObject([[id, [{ Id: 'i-1' }]]]);
});

test.each(NAMES)('a mesh whose ARN is %s has its tags', (arn) => {
  const { tags } = whole([
    'aws_appmesh_mesh',
    { id: 'shop', arn, name: 'shop', tags_all: { owner: 'payments' }, tags: { owner: 'payments' } },
  ]).appMesh;
  expect(Object.entries(tags)).toEqual([[arn, [{ key: 'owner', value: 'payments' }]]]);
});

test.each(NAMES)('a template that refers to %s, which it does not declare, is read or refused in words', (name) => {
  for (const written of [
    { Ref: name },
    { 'Fn::GetAtt': [name, name] },
    { 'Fn::FindInMap': [name, name, name] },
    { 'Fn::If': [name, 'a', 'b'] },
    { 'Fn::Sub': `\${${name}}` },
    { 'Fn::ImportValue': name },
  ]) {
    expect(answerTo(instanceOf(written))).toBeInstanceOf(Object);
  }
  expect(answerTo({ Mappings: { a: {} }, ...instanceOf({ 'Fn::FindInMap': ['a', name, name] }) })).toBeInstanceOf(
    Object,
  );
  expect(answerTo(instanceOf('srv-1'), Object.fromEntries([[name, 'x']]))).toBeInstanceOf(Object);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
