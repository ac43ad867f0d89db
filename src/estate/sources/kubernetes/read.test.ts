import { describe, expect, test } from 'vitest';
import { asManifests, inYaml } from '../../../../test/fixtures/asManifests.ts';
import { estateOf, exportOf, type FixtureName } from '../../../../test/fixtures/estates.ts';
import { by } from '../../order.ts';
import { readKubernetes } from './read.ts';

const ALL: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

const read = (text: string, options = {}): ReturnType<typeof readKubernetes> =>
  readKubernetes([{ where: 'mesh.yaml', text }], options);

const bare = ({ metadata: _metadata, status: _status, ...rest }: { metadata?: unknown; status?: unknown }): object =>
  rest;

describe('a mesh rendered as manifests reads as the same mesh', () => {
  test.each(ALL.flatMap((name) => [[name, 'YAML'] as const, [name, 'a JSON list'] as const]))(
    '%s, %s',
    (name, format) => {
      const exported = exportOf(name);
      const manifests = asManifests(exported);
      const list = { apiVersion: 'v1', kind: 'List', items: manifests };
      const reading = read(format === 'YAML' ? inYaml(manifests) : JSON.stringify(list), exported.caller);
      expect(reading.unresolved).toEqual([]);

      const shown = ({ appMesh }: typeof exported): unknown => {
        const { tags: _tags, ...lists } = appMesh;
        const inOrder = by((one: object) => JSON.stringify(one));
        return Object.fromEntries(
          Object.entries(lists).map(([kind, items]) => [
            kind,
            (items as object[]).map((one) => JSON.parse(JSON.stringify(bare(one))) as object).sort(inOrder),
          ]),
        );
      };
      const sorted = (value: unknown): unknown =>
        Array.isArray(value)
          ? value.map(sorted)
          : typeof value === 'object' && value !== null
            ? Object.fromEntries(
                Object.entries(value)
                  .toSorted(([left], [right]) => (left < right ? -1 : 1))
                  .map(([key, item]) => [key, sorted(item)]),
              )
            : value;
      expect(sorted(shown(reading.exported))).toEqual(sorted(shown(exported)));

      const withoutEcs = { ...exported, ecs: { clusters: [], services: [], taskDefinitions: [] } };
      const { readFrom: _readFrom, ...again } = reading.exported;
      const { mesh, meshResources } = estateOf(name, again);
      const wanted = estateOf(name, withoutEcs);
      expect(meshResources).toEqual(wanted.meshResources);
      // No manifest tells which account made an object.
      const aside = { answer: undefined, unmatchedNodes: undefined, foreignResources: undefined };
      expect({ ...mesh, ...aside }).toEqual({ ...wanted.mesh, ...aside });
      expect(mesh.unmatchedNodes?.map((node) => node.name)).toEqual(
        wanted.mesh.unmatchedNodes?.map((node) => node.name),
      );
    },
  );
});

const MESH = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: {name: shop}
spec: {namespaceSelector: {matchLabels: {mesh: shop}}}
`;

const object = (kind: string, name: string, spec: string, more = ''): string => `
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: ${kind}
metadata: {name: ${name}, namespace: prod${more}}
spec: ${spec}
`;

describe('names', () => {
  const { exported } = read(
    MESH +
      object('VirtualNode', 'user', '{}') +
      object('VirtualService', 'user', '{provider: {virtualNode: {virtualNodeRef: {name: user}}}}') +
      object(
        'VirtualRouter',
        'user',
        '{routes: [{name: all, tcpRoute: {action: {weightedTargets: [{virtualNodeRef: {name: user}, weight: 1}]}}}]}',
      ) +
      object('VirtualGateway', 'edge', '{}') +
      object(
        'GatewayRoute',
        'api',
        '{httpRoute: {action: {target: {virtualService: {virtualServiceRef: {name: user}}}}}}',
      ),
  );

  test('are those that the controller makes of name and namespace', () => {
    const { appMesh } = exported;
    expect(appMesh.meshes[0]?.meshName).toBe('shop');
    expect(appMesh.virtualNodes[0]?.virtualNodeName).toBe('user_prod');
    expect(appMesh.virtualServices[0]?.virtualServiceName).toBe('user.prod');
    expect(appMesh.virtualRouters[0]?.virtualRouterName).toBe('user_prod');
    expect(appMesh.virtualGateways[0]?.virtualGatewayName).toBe('edge_prod');
    expect(appMesh.gatewayRoutes[0]?.gatewayRouteName).toBe('api_prod');
    expect(appMesh.gatewayRoutes[0]?.virtualGatewayName).toBe('edge_prod');
  });

  test('stand where an object is referred to', () => {
    const { appMesh } = exported;
    expect(appMesh.virtualServices[0]?.spec?.provider?.virtualNode?.virtualNodeName).toBe('user_prod');
    expect(appMesh.routes[0]?.spec?.tcpRoute?.action?.weightedTargets?.[0]?.virtualNode).toBe('user_prod');
    expect(appMesh.gatewayRoutes[0]?.spec?.httpRoute?.action?.target?.virtualService?.virtualServiceName).toBe(
      'user.prod',
    );
  });

  test('an object is found by its kind, namespace and name', () => {
    const froms = Object.values(exported.readFrom ?? {}).map((from) => from.address);
    expect(froms).toContain('VirtualNode prod/user');
    expect(froms).toContain('Mesh shop');
  });
});

const nodeWith = (spec: string, rest = ''): ReturnType<typeof read> =>
  read(MESH + object('VirtualNode', 'web', spec) + rest);

describe('references', () => {
  test.each([
    ['by name, in its own namespace', '{virtualServiceRef: {name: user}}', 'user.prod'],
    ['by name and namespace', '{virtualServiceRef: {name: user, namespace: other}}', 'user.elsewhere'],
    [
      'by ARN',
      '{virtualServiceARN: "arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualService/pay.local"}',
      'pay.local',
    ],
  ])('%s', (_how, backend, name) => {
    const other =
      object('VirtualService', 'user', '{}') +
      object('VirtualService', 'user', '{awsName: user.elsewhere}').replace('prod', 'other');
    const { exported, unresolved } = nodeWith(`{backends: [{virtualService: ${backend}}]}`, other);
    expect(unresolved).toEqual([]);
    expect(exported.appMesh.virtualNodes[0]?.spec?.backends).toEqual([
      { virtualService: { virtualServiceName: name } },
    ]);
  });

  test('an object that is not there is named, and no name is made up', () => {
    const { exported, unresolved } = nodeWith('{backends: [{virtualService: {virtualServiceRef: {name: user}}}]}');
    expect(unresolved).toEqual([
      {
        place: 'VirtualNode prod/web: spec.backends[0].virtualService.virtualServiceName',
        why: 'The VirtualService prod/user is not among the manifests.',
      },
    ]);
    expect(exported.appMesh.virtualNodes[0]?.spec?.backends).toEqual([{ virtualService: {} }]);
  });

  test("backends of groups come after the node's own", () => {
    const { exported } = nodeWith(
      '{backends: [{virtualService: {virtualServiceRef: {name: a}}}], backendGroups: [{name: shared}]}',
      object('VirtualService', 'a', '{}') +
        object('VirtualService', 'b', '{}') +
        object('BackendGroup', 'shared', '{virtualservices: [{name: b}]}'),
    );
    const names = exported.appMesh.virtualNodes[0]?.spec?.backends?.map(
      (one) => one.virtualService?.virtualServiceName,
    );
    expect(names).toEqual(['a.prod', 'b.prod']);
  });
});

const namespace = (labels: string): string => `
---
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: ${labels}}
`;

describe('which mesh', () => {
  const second = MESH.replaceAll('shop', 'bank').trimStart();
  const node = object('VirtualNode', 'user', '{}');

  test('the one whose selector selects the namespace', () => {
    const { exported } = read(`${MESH}---\n${second}${namespace('{mesh: bank}')}${node}`);
    expect(exported.appMesh.virtualNodes[0]?.meshName).toBe('bank');
  });

  test('the one that the controller wrote into it', () => {
    const written = object('VirtualNode', 'user', '{meshRef: {name: bank, uid: x}}');
    expect(read(`${MESH}---\n${second}${written}`).exported.appMesh.virtualNodes[0]?.meshName).toBe('bank');
  });

  test('the only one', () => {
    expect(read(MESH + node).exported.appMesh.virtualNodes[0]?.meshName).toBe('shop');
  });

  test('none, where two could be', () => {
    const { exported, unresolved } = read(`${MESH}---\n${second}${node}`);
    expect(exported.appMesh.virtualNodes[0]?.meshName).toBeUndefined();
    expect(unresolved[0]?.why).toBe(
      'Several meshes could hold the namespace prod; its Namespace object with its labels would tell which.',
    );
  });

  test.each([
    ['{matchExpressions: [{key: mesh, operator: In, values: [bank]}]}', true],
    ['{matchExpressions: [{key: mesh, operator: NotIn, values: [shop]}]}', true],
    ['{matchExpressions: [{key: mesh, operator: Exists}]}', true],
    ['{matchExpressions: [{key: mesh, operator: DoesNotExist}]}', false],
    ['{matchExpressions: [{key: other, operator: DoesNotExist}]}', true],
    ['{}', true],
    ['{matchLabels: {mesh: shop}}', false],
    ['{matchLabels: {kubernetes.io/metadata.name: prod}}', true],
  ])('selector %s', (selector, selected) => {
    const bank = second.replace('{matchLabels: {mesh: bank}}', selector);
    const { exported } = read(`${MESH}---\n${bank}${namespace('{mesh: bank}')}${node}`);
    expect(exported.appMesh.virtualNodes[0]?.meshName).toBe(selected ? 'bank' : undefined);
  });
});

test('account and Region come from the ARNs that the controller wrote, where nobody gives them', () => {
  const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/user_prod';
  const { exported } = read(`${MESH}${object('VirtualNode', 'user', '{}')}status: {virtualNodeARN: "${arn}"}\n`);
  expect(exported.caller).toEqual({ account: '111122223333', region: 'eu-west-1' });
  expect(exported.appMesh.virtualNodes[0]?.metadata?.arn).toBe(arn);
});

test("what runs as a node is known by its pods' labels, with the Services that select them", () => {
  const selector = '{matchLabels: {app: user}, matchExpressions: [{key: tier, operator: In, values: [web, api]}]}';
  const { exported } =
    read(`${MESH}${object('VirtualNode', 'user', `{podSelector: ${selector}}`)}${object('VirtualNode', 'ledger', '{}')}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: user-v1, namespace: prod}
spec: {template: {metadata: {labels: {app: user, tier: api}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: user-v1, namespace: other}
spec: {template: {metadata: {labels: {app: user, tier: api}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: user-batch, namespace: prod}
spec: {template: {metadata: {labels: {app: user, tier: batch}}}}
---
apiVersion: v1
kind: Service
metadata: {name: user, namespace: prod}
spec: {selector: {app: user}}
`);
  expect(exported.kubernetes?.members).toEqual([
    {
      meshName: 'shop',
      kind: 'virtualNode',
      name: 'user_prod',
      address: 'VirtualNode prod/user',
      pods: 'app=user, tier In (web, api)',
      workloads: [{ kind: 'Deployment', namespace: 'prod', name: 'user-v1', services: ['user'] }],
    },
    {
      meshName: 'shop',
      kind: 'virtualNode',
      name: 'ledger_prod',
      address: 'VirtualNode prod/ledger',
      workloads: [],
    },
  ]);
});

test('a member that App Mesh does not have, or that is no such thing, is named and left out', () => {
  const { exported, unresolved } = read(
    MESH + object('VirtualNode', 'user', '{listeners: [{portMapping: {port: http, protocol: http}, colour: blue}]}'),
  );
  expect(exported.appMesh.virtualNodes[0]?.spec?.listeners).toEqual([{ portMapping: { protocol: 'http' } }]);
  expect(unresolved.map((one) => one.place)).toEqual([
    'VirtualNode prod/user: spec.listeners[0].portMapping.port',
    'VirtualNode prod/user: spec.listeners[0].colour',
  ]);
});

test("an older version of the controller's objects is named", () => {
  const { unresolved } = read(MESH + object('VirtualNode', 'user', '{}').replace('v1beta2', 'v1beta1'));
  expect(unresolved).toEqual([
    {
      place: 'VirtualNode prod/user',
      why: 'Its version is appmesh.k8s.aws/v1beta1; appmesh.k8s.aws/v1beta2 is read.',
    },
  ]);
});

test.each([
  ['', 'mesh.yaml: it is empty'],
  ['a: [1, 2', /^mesh\.yaml, line 1, column 9: /],
  ['{"kind": "Mesh", "metadata": {"name"', /^mesh\.yaml, line 1, column \d+: /],
  ['just a text', 'mesh.yaml: it holds no Kubernetes object with a kind and a name'],
  ['apiVersion: v1\nkind: Service\nmetadata: {name: a}\n', 'mesh.yaml: it holds no object of appmesh.k8s.aws/v1beta2'],
  ['PK\u0003\u0004\u0000\u0000', 'mesh.yaml: it is a binary file, and no text'],
  ['kind: !secret x', /^mesh\.yaml, line 1, column 15: !secret is no tag/],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test.each(['__proto__', 'constructor', 'toString'])('a member named %s is one that App Mesh does not have', (name) => {
  const { unresolved } = read(`${MESH}${object('VirtualNode', 'user', `{${name}: {a: 1}}`)}`);
  expect(unresolved.map((one) => one.place)).toEqual([expect.stringMatching(new RegExp(`spec\\.${name}$`))]);
});
