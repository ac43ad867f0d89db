import { describe, expect, test } from 'vitest';
import { readCloudFormation, type TemplateOptions } from './read.ts';
import type { TemplateFile } from './template.ts';
import { holdsPlaceholder } from './values.ts';

/** A template with one value in it that is not resolved yet: the description of a namespace, as text, and what goes around it. */
function around(value: string, rest = ''): string {
  return `
Parameters:
  Env: {Type: String, Default: prod}
  NoDefault: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Ports: {Type: List<Number>, Default: "80,81"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/env}
  Count: {Type: Number, Default: 3}
Mappings:
  Sizes:
    prod: {cpu: 512}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Equals [!Ref Env, test]
  IsKnown: !Equals [!Ref NoDefault, x]
Resources:
  Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: shop}}
  Node:
    Type: AWS::AppMesh::VirtualNode
    Properties: {MeshName: !GetAtt Mesh.MeshName, VirtualNodeName: user-vn, Spec: {}}
  Gone: {Type: AWS::AppMesh::Mesh, Condition: IsTest, Properties: {MeshName: gone}}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: task}}
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Value:
    Type: AWS::ServiceDiscovery::HttpNamespace
    Properties: {Name: n, Description: ${value}}
${rest}`;
}

const GIVEN = { region: 'eu-west-1', account: '111122223333' };

interface Told {
  value: string | undefined;
  why: string[];
}

function resolve(value: string, options: TemplateOptions = GIVEN, more: readonly TemplateFile[] = []): Told {
  const { exported, unresolved } = readCloudFormation([{ where: 'shop.yaml', text: around(value) }, ...more], options);
  const found = exported.serviceDiscovery.namespaces.find((one) => one.Name === 'n');
  return {
    value: found?.Description,
    why: unresolved.filter((one) => one.place.includes('Resources.Value')).map((one) => one.why),
  };
}

describe('functions that can be told', () => {
  test.each([
    ['plain', 'plain'],
    ['!Ref Env', 'prod'],
    ['{Ref: Env}', 'prod'],
    ['!Ref AWS::Region', 'eu-west-1'],
    ['!Ref AWS::AccountId', '111122223333'],
    ['!Ref AWS::StackName', 'shop'],
    ['!Ref AWS::Partition', 'aws'],
    ['!Ref AWS::URLSuffix', 'amazonaws.com'],
    ['!Ref Count', '3'],
    ['!Ref Mesh', 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop'],
    ['!GetAtt Node.VirtualNodeName', 'user-vn'],
    ['!GetAtt [Node, MeshName]', 'shop'],
    ['{"Fn::GetAtt": "Node.Arn"}', 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/user-vn'],
    ['!GetAtt Role.Arn', 'arn:aws:iam::111122223333:role/task'],
    ['!Sub "${Env}-x"', 'prod-x'],
    ['!Sub "${!Env}-${AWS::Region}"', '${Env}-eu-west-1'],
    ['!Sub "mesh/${Mesh.MeshName}/virtualNode/${Node.VirtualNodeName}"', 'mesh/shop/virtualNode/user-vn'],
    ['!Sub ["${A}-${Env}", {A: !Ref Count}]', '3-prod'],
    ['!Join ["-", [a, !Ref Env, !Ref AWS::NoValue, b]]', 'a-prod-b'],
    ['!Join ["", !Ref Zones]', 'abc'],
    ['!Select [1, !Ref Zones]', 'b'],
    ['!Select ["2", [x, y, z]]', 'z'],
    ['!Select [0, !Ref Ports]', '80'],
    ['!Select [1, !Split [".", "a.b.c"]]', 'b'],
    ['!Select [1, !Split ["/", !Ref Node]]', 'shop'],
    ['!FindInMap [Sizes, !Ref Env, cpu]', '512'],
    ['!FindInMap [Sizes, other, cpu, {DefaultValue: 256}]', '256'],
    ['!If [IsProd, yes-it-is, no]', 'yes-it-is'],
    ['!If [IsTest, no, !Ref Env]', 'prod'],
    ['!If [IsTest, no, !Ref AWS::NoValue]', undefined],
    ['{"Fn::ToJsonString": {"a": [1, {"Ref": "Env"}]}}', '{"a":[1,"prod"]}'],
    ['{"Fn::Length": {"Ref": "Zones"}}', '3'],
  ])('%s', (text, value) => {
    expect(resolve(text)).toEqual({ value, why: [] });
  });

  test.each([
    [{ Env: 'test' }, '!Ref Env', 'test'],
    [{ Env: 'test' }, '!If [IsTest, a, b]', 'a'],
    [{ Zones: 'x,y' }, '!Select [1, !Ref Zones]', 'y'],
    [{ NoDefault: 'given' }, '!Ref NoDefault', 'given'],
  ])('with %o, %s', (parameters, text, value) => {
    expect(resolve(text, { ...GIVEN, parameters })).toEqual({ value, why: [] });
  });

  test.each([
    ['cn-north-1', 'aws-cn amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov amazonaws.com'],
  ])('the partition of %s', (region, value) => {
    expect(resolve('!Sub "${AWS::Partition} ${AWS::URLSuffix}"', { region }).value).toBe(value);
  });

  test.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('ARNs of %s are of its partition, roles without a Region too', (region, partition) => {
    expect(resolve('!GetAtt Role.Arn', { ...GIVEN, region }).value).toBe(
      `arn:${partition}:iam::111122223333:role/task`,
    );
  });
});

const place = (files: TemplateFile[]): string[] => readCloudFormation(files).unresolved.map((one) => one.place);

describe('what cannot be told is left out, and named', () => {
  test.each([
    ['!Ref NoDefault', 'The parameter NoDefault has no default; it has to be given.'],
    ['!Sub "x-${NoDefault}"', 'The parameter NoDefault has no default; it has to be given.'],
    ['!Join ["-", [a, !Ref NoDefault]]', 'The parameter NoDefault has no default; it has to be given.'],
    ['!If [IsKnown, a, b]', 'The parameter NoDefault has no default; it has to be given.'],
    ['!Ref Stored', 'The parameter Stored is read from the parameter store when the stack is deployed.'],
    ['"{{resolve:ssm:/shop/x}}"', 'It is resolved from ssm when the stack is deployed.'],
    [
      '!Sub "a-{{resolve:secretsmanager:${Env}:SecretString:y}}"',
      'It is resolved from secretsmanager when the stack is deployed.',
    ],
    ['!ImportValue network', 'None of the templates that were given exports network.'],
    ['!Ref Nobody', 'The template has no parameter and no resource Nobody.'],
    ['!GetAtt Nobody.Arn', 'The template has no resource Nobody.'],
    ['!Ref Gone', 'The condition of Gone does not hold, so there is no such resource.'],
    ['!Ref AWS::StackId', 'AWS::StackId is given when the stack is deployed.'],
    ['!Select [3, [a, b]]', 'The list has 2 items, and none at 3.'],
    ['!FindInMap [Sizes, other, cpu]', 'Mappings has no Sizes / other / cpu.'],
    ['!Select [0, !GetAZs ""]', 'Which zones an account has in a Region is known to AWS alone.'],
    ['!Base64 x', 'Fn::Base64 is not worked out.'],
    ['!Select [0, !Cidr ["10.0.0.0/16", 1, 8]]', 'Fn::Cidr is not worked out.'],
    ['!Transform {Name: AWS::Include}', 'What a macro makes of it is known to the account that has the macro.'],
    ['!Select [1, !Split [".", !Ref Group]]', 'It is a part of an identity that AWS gives when the stack is deployed.'],
    ['[a, b]', 'It should be a text and is a list, so it is left out.'],
  ])('%s', (text, why) => {
    const told = resolve(text);
    expect(told.why).toEqual([why]);
    expect(told.value).toBeUndefined();
  });

  test('nobody gave the Region', () => {
    expect(resolve('!Ref AWS::Region', {}).why).toEqual(['A template does not tell its Region; give it.']);
  });

  test('the place is the property, with the file where several are read', () => {
    const other = { where: 'net.yaml', text: 'Resources: {}' };
    const text = around('!Ref NoDefault');
    expect(place([{ where: 'a/shop.yaml', text }])).toEqual(['Resources.Value.Properties.Description']);
    expect(place([{ where: 'a/shop.yaml', text }, other])).toEqual([
      'a/shop.yaml: Resources.Value.Properties.Description',
    ]);
  });

  test('no value of what could be a secret is quoted', () => {
    const told = resolve('!Sub "postgres://app:hunter2@${NoDefault}/db"');
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });
});

describe('conditions', () => {
  test.each([
    ['!And [!Condition IsProd, !Equals [a, a]]', 'a'],
    ['!And [!Condition IsProd, !Condition IsTest]', 'b'],
    ['!Or [!Condition IsTest, !Condition IsProd]', 'a'],
    ['!Not [!Condition IsProd]', 'b'],
    ['{Condition: IsProd}', 'a'],
    ['!And [!Condition IsKnown, !Condition IsTest]', 'b'],
    ['!Or [!Condition IsKnown, !Condition IsProd]', 'a'],
    ['!And [!Condition IsKnown, !Condition IsProd]', undefined],
    ['!Not [!Condition IsKnown]', undefined],
  ])('%s', (condition, value) => {
    const text = around('!If [Asked, a, b]').replace('Conditions:', `Conditions:\n  Asked: ${condition}`);
    const { exported } = readCloudFormation([{ where: 'shop.yaml', text }], GIVEN);
    expect(exported.serviceDiscovery.namespaces[0]?.Description).toBe(value);
  });

  test('a resource whose condition does not hold is not there; one that nobody can tell of is named', () => {
    const rest = '  Perhaps: {Type: AWS::AppMesh::Mesh, Condition: IsKnown, Properties: {MeshName: perhaps}}\n';
    const { exported, unresolved } = readCloudFormation([{ where: 'shop.yaml', text: around('x', rest) }], GIVEN);
    expect(exported.appMesh.meshes.map((one) => one.meshName)).toEqual(['shop']);
    expect(unresolved).toEqual([
      {
        place: 'Resources.Perhaps',
        why: 'Whether it exists depends on its condition. The parameter NoDefault has no default; it has to be given.',
      },
    ]);
  });
});

const nesting = (url: string): TemplateFile => ({
  where: 'parent.yaml',
  text: `
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ${url}, Parameters: {Name: bank}}
  Value:
    Type: AWS::ServiceDiscovery::HttpNamespace
    Properties: {Name: n, Description: !GetAtt Net.Outputs.Mesh}
`,
});

describe('several templates', () => {
  const network: TemplateFile = {
    where: 'network.yaml',
    text: `
Parameters:
  Name: {Type: String, Default: shop}
Resources:
  Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: !Sub "\${Name}-mesh"}}
Outputs:
  Mesh: {Value: !GetAtt Mesh.MeshName, Export: {Name: !Sub "\${AWS::StackName}-mesh"}}
  Stack: {Value: !Ref Name}
`,
  };

  test('one imports what another exports', () => {
    expect(resolve('!ImportValue network-mesh', GIVEN, [network])).toEqual({ value: 'shop-mesh', why: [] });
    expect(
      resolve('{"Fn::ImportValue": !Sub "net${Env}-mesh"}', GIVEN, [{ ...network, stackName: 'netprod' }]),
    ).toEqual({
      value: 'shop-mesh',
      why: [],
    });
  });

  test.each([
    './network.yaml',
    'https://bucket.s3.amazonaws.com/x/network.yaml?v=1',
    '!Sub "https://${B}/network.yaml"',
  ])("a nested stack is read with its parent's parameters, by %s", (url) => {
    const { exported, unresolved } = readCloudFormation([network, nesting(url)], GIVEN);
    expect(unresolved).toEqual([]);
    expect(exported.appMesh.meshes.map((one) => one.meshName)).toEqual(['bank-mesh']);
    expect(exported.serviceDiscovery.namespaces[0]?.Description).toBe('bank-mesh');
    expect(Object.values(exported.readFrom ?? {}).map((from) => from.address)).toContain('parent-Net/Mesh');
  });

  test('a nested stack whose template was not given is named, and what it would have told', () => {
    const { unresolved } = readCloudFormation([nesting('./other.yaml')], GIVEN);
    expect(unresolved.map((one) => one.place)).toEqual([
      'Resources.Net.Properties.TemplateURL',
      'Resources.Value.Properties.Description',
    ]);
  });
});

test('what AWS makes up joins what belongs together, and looks like no real name', () => {
  const text = `
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Name: public}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: !Ref Balancer, Port: 80, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]}
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {Family: web, ContainerDefinitions: []}}
  Service:
    Type: AWS::ECS::Service
    Properties: {Cluster: prod, TaskDefinition: web, LoadBalancers: [{TargetGroupArn: !Ref Group, ContainerPort: "80"}]}
`;
  const { exported, unresolved } = readCloudFormation([{ where: 'shop.yaml', text }], GIVEN);
  expect(unresolved).toEqual([]);
  const { ecs, elbv2 } = exported;
  const [service, group] = [ecs.services[0], elbv2.targetGroups[0]];
  expect(service?.serviceName).toBe('${shop.Service}');
  expect(holdsPlaceholder(service?.serviceName ?? '')).toBe(true);
  expect(service?.clusterArn).toBe('arn:aws:ecs:eu-west-1:111122223333:cluster/prod');
  expect(service?.loadBalancers).toEqual([{ targetGroupArn: group?.TargetGroupArn, containerPort: 80 }]);
  expect(service?.taskDefinition).toBe(ecs.taskDefinitions[0]?.taskDefinition.taskDefinitionArn);
  expect(group?.LoadBalancerArns).toEqual([elbv2.loadBalancers[0]?.LoadBalancerArn]);
  expect(elbv2.listeners[0]?.ListenerArn).toBe(
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/public/${shop.Balancer}/${shop.Listener}',
  );
});

const loop = (collection: string): string => `
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "user,stock"}
  NoDefault: {Type: CommaDelimitedList}
Resources:
  Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: shop}}
  Fn::ForEach::Nodes:
    - Name
    - ${collection}
    - "\${Name}Node":
        Type: AWS::AppMesh::VirtualNode
        Properties: {MeshName: shop, VirtualNodeName: !Sub "\${Name}-vn", Tags: [{Key: name, Value: !Ref Name}], Spec: {}}
`;

describe('language extensions', () => {
  test.each([['[user, stock]'], ['!Ref Names']])('Fn::ForEach over %s', (collection) => {
    const { exported, unresolved } = readCloudFormation([{ where: 'shop.yaml', text: loop(collection) }], GIVEN);
    expect(unresolved).toEqual([]);
    expect(exported.appMesh.virtualNodes.map((one) => one.virtualNodeName)).toEqual(['user-vn', 'stock-vn']);
    expect(Object.values(exported.appMesh.tags).flat()).toEqual([
      { key: 'name', value: 'user' },
      { key: 'name', value: 'stock' },
    ]);
    expect(Object.values(exported.readFrom ?? {}).map((from) => from.address)).toContain('shop/userNode');
  });

  test('over what cannot be told, it is named', () => {
    const { unresolved } = readCloudFormation([{ where: 'shop.yaml', text: loop('!Ref NoDefault') }], GIVEN);
    expect(unresolved).toEqual([
      {
        place: 'Resources.Fn::ForEach::Nodes',
        why: 'The parameter NoDefault has no default; it has to be given.',
      },
    ]);
  });
});

test('what a macro makes is named', () => {
  const text = `
Transform: [AWS::Serverless-2016-10-31, Mine]
Resources:
  Api: {Type: AWS::Serverless::Api}
  Team: {Type: My::Team::Thing::MODULE}
  Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: {"Fn::Mine": x}}}
`;
  const { unresolved } = readCloudFormation([{ where: 'shop.yaml', text }], GIVEN);
  expect(unresolved.map((one) => one.place)).toEqual([
    'Transform',
    'Resources.Api',
    'Resources.Team',
    'Resources.Mesh.Properties.MeshName',
    'Resources.Mesh.Properties.MeshName',
  ]);
});
