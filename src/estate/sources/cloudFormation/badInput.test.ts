import { describe, expect, test } from 'vitest';
import { SourceError } from '../reading.ts';
import { readCloudFormation } from './read.ts';

const read = (text: string, parameters?: Record<string, string>): unknown =>
  readCloudFormation([{ where: 'shop.yaml', text }], parameters === undefined ? {} : { parameters });

const MESH = 'Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: shop}}';

/** Each level holds the one before it once: no long file, and deeper than a stack of calls. */
const CHAIN = Array.from({ length: 300 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}]`).join('\n');

/** Each level holds the one before it ten times: a few hundred bytes that would be ten to the ninth. */
const BOMB = `a0: &a0 [${'x,'.repeat(10)}]\n${Array.from(
  { length: 9 },
  (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`,
).join('\n')}\nResources: {}\n`;

const nesting = (url: string): string =>
  `Resources: {Net: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ${url}}}}`;

describe('is refused, with file and place', () => {
  test.each([
    ['an empty file', '', 'shop.yaml: it is empty'],
    ['blanks', ' \n\t\n', 'shop.yaml: it is empty'],
    ['a binary file', 'PK\u0003\u0004\u0000\u0000', 'shop.yaml: it is a binary file, and no text'],
    ['truncated JSON', '{\n  "Resources": {\n    "Mesh": {"Type": "AWS::App', /^shop\.yaml, line 3, column \d+: /],
    ['JSON that goes on', '{"Resources": {}} }', /^shop\.yaml, line 1, column \d+: /],
    ['broken YAML', 'Resources:\n  Mesh: [a, b\n', /^shop\.yaml, line \d, column \d+: /],
    ['a text', 'hello', 'shop.yaml: it has no Resources, so it is no CloudFormation template'],
    ['a list', '[1, 2]', 'shop.yaml: it has no Resources, so it is no CloudFormation template'],
    [
      'resources that are a list',
      'Resources: [a]',
      'shop.yaml: it has no Resources, so it is no CloudFormation template',
    ],
    [
      'conditions that are a list',
      'Conditions: [a]\nResources: {}',
      /Conditions \(line 1, column 13\): Conditions should be an object/,
    ],
    [
      'several documents',
      'Resources: {}\n---\nResources: {}\n',
      'shop.yaml: it holds several documents, and a template is one',
    ],
    [
      'an enormous file',
      `# ${'x'.repeat(9_000_000)}`,
      'shop.yaml: it has 9 million characters; at most 8 million are read',
    ],
    ['aliases that grow', BOMB, /its aliases make more than 500000 members of it/],
    [
      'an alias to itself',
      'Resources: &a {Mesh: *a}',
      'shop.yaml, line 1, column 22: the alias a stands inside itself',
    ],
    ['an alias to nothing', 'Resources: {Mesh: *a}', /^shop\.yaml, line 1, column 19: /],
    ['aliases that nest', `a0: &a0 [x]\n${CHAIN}\nResources: {}\n`, /it is nested more than 120 deep/],
    ['deep nesting', `Resources: ${'['.repeat(5000)}${']'.repeat(5000)}`, /nested/],
    ['an unknown tag', 'Resources:\n  Mesh: !Rainbow x\n', /^shop\.yaml, line 2, column \d+: !Rainbow is no tag/],
    [
      'an unknown function',
      '{\n  "Resources": {\n    "Mesh": {"Type": {"Fn::Rainbow": 1}}\n  }\n}',
      'shop.yaml, Resources.Mesh.Type.Fn::Rainbow (line 3, column 38): CloudFormation has no function Fn::Rainbow',
    ],
    [
      'a function without what it takes',
      'Resources:\n  Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: !Join [a]}}\n',
      /^shop\.yaml, Resources\.Mesh\.Properties\.MeshName\.Fn::Join \(line 2, column \d+\): it takes a delimiter and a list/,
    ],
    [
      'a condition that is not there',
      'Resources:\n  Mesh: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: !If [X, a, b]}}\n',
      /the template has no condition X$/,
    ],
    [
      'a condition of itself',
      `Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nResources:\n  Mesh: {Type: AWS::AppMesh::Mesh, Condition: A}\n`,
      'shop.yaml: it refers to itself: shop: Conditions.A → shop: Conditions.B → shop: Conditions.A',
    ],
    [
      'resources named after each other',
      'Resources:\n  A: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: !GetAtt B.MeshName}}\n  B: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: !GetAtt A.MeshName}}\n',
      'shop.yaml: it refers to itself: shop: B.MeshName → shop: A.MeshName → shop: B.MeshName',
    ],
    [
      'an export that imports itself',
      `Resources: {${MESH}}\nOutputs: {X: {Value: !ImportValue x, Export: {Name: x}}}`.replace(
        'MeshName: shop',
        'MeshName: !ImportValue x',
      ),
      /it refers to itself: shop: Fn::ImportValue x → /,
    ],
  ])('%s', (_what, text, message) => {
    expect(() => read(text)).toThrow(SourceError);
    expect(() => read(text)).toThrow(message);
  });

  test('a parameter that no template has', () => {
    expect(() => read(`Resources: {${MESH}}`, { Envv: 'prod' })).toThrow(
      'shop.yaml, Parameters.Envv: no template has a parameter of this name',
    );
  });

  test('templates that nest each other', () => {
    const files = [
      { where: 'a.yaml', text: nesting('b.yaml') },
      { where: 'b.yaml', text: nesting('a.yaml') },
    ];
    expect(() => readCloudFormation(files)).toThrow('each of the templates is nested in another, so none is the first');
    const root = { where: 'root.yaml', text: nesting('a.yaml') };
    expect(() => readCloudFormation([root, ...files])).toThrow(
      'the templates nest each other: root.yaml → a.yaml → b.yaml → a.yaml',
    );
  });

  test('no message quotes the file', () => {
    for (const text of ['{"Password": "hunter2", "x": [', 'Password: hunter2\n  x: [', '{"Password": hunter2}}']) {
      expect(() => read(text)).toThrow(SourceError);
      expect(() => read(text)).not.toThrow('hunter2');
    }
  });
});

describe('is left out and named', () => {
  test.each([
    ['Backends: user', 'Backends', 'It should be a list and is a string, so it is left out.'],
    ['Listeners: [{PortMapping: {Port: http}}]', 'Listeners[0].PortMapping.Port', /^It should be a number/],
    ['Listeners: [8080]', 'Listeners[0]', 'It should be an object and is a number, so it is left out.'],
    [
      'BackendDefaults: {ClientPolicy: {TLS: {Enforce: maybe}}}',
      'BackendDefaults.ClientPolicy.TLS.Enforce',
      /^It should be true/,
    ],
    ['ServiceDiscovery: {DNS: {Hostname: [a]}}', 'ServiceDiscovery.DNS.Hostname', /^It should be a text/],
    ['Colour: blue', 'Colour', 'Meshlift knows no such member, so it is left out.'],
  ])('%s', (spec, place, why) => {
    const text = `Resources:\n  Node: {Type: AWS::AppMesh::VirtualNode, Properties: {MeshName: shop, Spec: {${spec}}}}\n`;
    const { unresolved } = readCloudFormation([{ where: 'shop.yaml', text }]);
    expect(unresolved).toEqual([
      {
        place: `Resources.Node.Properties.Spec.${place}`,
        why: typeof why === 'string' ? why : expect.stringMatching(why),
      },
    ]);
  });

  test.each(['Nobody', 'Mesh', 'Fn::ForEach::Loop'])('a loop over what it is itself written out for: %s', (name) => {
    const text = JSON.stringify({
      Transform: 'AWS::LanguageExtensions',
      Resources: {
        Mesh: { Type: 'AWS::AppMesh::Mesh', Properties: { MeshName: 'shop' } },
        'Fn::ForEach::Loop': ['Name', { Ref: name }, { '${Name}': { Type: 'AWS::ECS::Cluster' } }],
      },
    });
    const { exported, unresolved } = readCloudFormation([{ where: 'shop.json', text }]);
    expect(exported.appMesh.meshes.map((one) => one.meshName)).toEqual(['shop']);
    expect(unresolved.map((one) => one.place)).toEqual(['Resources.Fn::ForEach::Loop']);
  });

  test('a list of plain values with one that cannot be told is left out as a whole', () => {
    const text = `
Parameters: {Subnet: {Type: String}}
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties:
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-1, !Ref Subnet], AssignPublicIp: DISABLED}}
`;
    const { exported, unresolved } = readCloudFormation([{ where: 'shop.yaml', text }]);
    expect(exported.ecs.services[0]?.networkConfiguration).toEqual({
      awsvpcConfiguration: { assignPublicIp: 'DISABLED' },
    });
    expect(unresolved.map((one) => one.place)).toEqual([
      'Resources.Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets[1]',
    ]);
  });
});

test('an alias means the last anchor of its name before it', () => {
  const text = `
First: &outer [&name one]
Second: &name two
Resources:
  A: {Type: AWS::ServiceDiscovery::HttpNamespace, Properties: {Name: *name, Description: !Select [0, *outer]}}
  B: {Type: AWS::ServiceDiscovery::HttpNamespace, Properties: {Name: *name}}
`;
  const { exported } = readCloudFormation([{ where: 'shop.yaml', text }]);
  expect(exported.serviceDiscovery.namespaces.map((one) => [one.Name, one.Description])).toEqual([
    ['two', 'one'],
    ['two', undefined],
  ]);
});

test('numbers whose text says more than their value stay texts, and merge keys are merged', () => {
  const text = `
Defaults: &defaults {Image: "app:1", Essential: yes}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: 012345678901
      ContainerDefinitions:
        - {<<: *defaults, Name: app, Environment: [{Name: VERSION, Value: 1.10}]}
`;
  const { exported } = readCloudFormation([{ where: 'shop.yaml', text }]);
  const task = exported.ecs.taskDefinitions[0]?.taskDefinition;
  expect(task?.family).toBe('012345678901');
  expect(task?.containerDefinitions).toEqual([
    { image: 'app:1', name: 'app', environment: [{ name: 'VERSION', value: '1.10' }], essential: true },
  ]);
});
