import { describe, expect, test } from 'vitest';
import { estateOf, expectationOf, exportOf, type FixtureName, withoutAppMesh } from '../../test/fixtures/estates.ts';
import { readEstate } from './fromExport.ts';
import type { Edge } from './model.ts';

const ALL: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

const shown = (edges: readonly Pick<Edge, 'from' | 'to' | 'virtualService'>[]): string[] =>
  [...new Set(edges.map((edge) => `${edge.from} -> ${edge.to} as ${edge.virtualService}`))].sort();

describe.each(ALL)('%s', (name) => {
  const expected = expectationOf(name);
  const estate = estateOf(name);
  // In estate 03 `pricing` runs in another account's cluster, so it is no service of this estate but a call that leads out.
  const elsewhere = name === '03-gateway-grpc-mtls-shared' ? ['pricing'] : [];

  test('services are matched to nodes and gateways, by the evidence expected', () => {
    const matches = estate.services.flatMap((service) => {
      const role = service.virtualNode ?? service.virtualGateway;
      const kind = service.virtualNode === undefined ? 'virtualGateway' : 'virtualNode';
      return role === undefined ? [] : [{ ecsService: service.name, kind, name: role.name, by: service.matchedBy }];
    });
    const wanted = expected.matches
      .filter((match) => !elsewhere.includes(match.ecsService))
      .map(({ ecsService, kind, name: node, by }) => ({ ecsService, kind, name: node, by }))
      .sort((left, right) => (left.ecsService < right.ecsService ? -1 : 1));
    expect(matches).toEqual(wanted);
  });

  test('edges are those expected, and are certain', () => {
    const inside = expected.graph.edges.filter(
      (edge) => !edge.to.startsWith('(external)') && !elsewhere.includes(edge.to),
    );
    expect(shown(estate.edges)).toEqual(shown(inside.map((edge) => ({ ...edge, virtualService: edge.via }))));
    expect(new Set(estate.edges.map((edge) => `${edge.source} ${edge.certainty}`))).toEqual(
      new Set(['appMesh certain']),
    );
  });

  test('calls that lead out of the cluster are kept apart', () => {
    const outside = expected.graph.edges.filter(
      (edge) => edge.to.startsWith('(external)') || elsewhere.includes(edge.to),
    );
    const found = estate.services
      .flatMap((service) => (service.outsideCalls ?? []).map((call) => `${service.name} ${call.virtualService}`))
      .sort();
    expect(found).toEqual(outside.map((edge) => `${edge.from} ${edge.via}`).sort());
  });

  test('the model is JSON through and through', () => {
    expect(JSON.parse(JSON.stringify(estate))).toEqual(estate);
  });
});

const kinds = (name: FixtureName): string[] => [
  ...new Set(
    estateOf(name)
      .services.flatMap((service) => service.outsideCalls ?? [])
      .map((call) => `${call.virtualNode} ${call.leadsTo}`),
  ),
];

describe('where names lead', () => {
  test('the first target of a split name is the one that takes the unconditional traffic', () => {
    const price = estateOf('02-retries-tls-canary').virtualServices.find((one) => one.name === 'price.checkout.local');
    expect(price?.targets).toEqual([
      { service: 'price-v1', containerPort: 8080 },
      { service: 'price-v2', containerPort: 8080 },
    ]);
  });

  test('a host under its own name, an invented name and a service of elsewhere are told apart', () => {
    expect(kinds('02-retries-tls-canary').sort()).toEqual(['fraud-vn otherName', 'ledger-db-vn host']);
    expect(kinds('03-gateway-grpc-mtls-shared')).toEqual(['pricing-vn leftOut']);
  });

  test('a service without its own registry is found by the instances that carry its name', () => {
    const exported = exportOf('01-simple-three-tier');
    const user = exported.ecs.services.find((service) => service.serviceName === 'user-api');
    const task = exported.ecs.taskDefinitions.find((one) => one.taskDefinition.family === 'user-api');
    if (user === undefined || task === undefined) throw new Error('the fixture lost user-api');
    user.serviceRegistries = [];
    for (const container of task.taskDefinition.containerDefinitions ?? []) container.environment = [];
    exported.serviceDiscovery.instances = {
      'srv-shopuser0000001': [{ Id: 'i', Attributes: { ECS_SERVICE_NAME: 'user-api', ECS_CLUSTER_NAME: 'shop' } }],
    };
    const matched = estateOf('01-simple-three-tier', exported).services.find((service) => service.name === 'user-api');
    expect(matched?.virtualNode).toEqual({
      meshName: 'shop',
      name: 'user-vn',
      source: 'cloudMap',
      certainty: 'certain',
    });
    expect(matched?.matchedBy).toEqual(['instances']);
  });

  test('Envoy and Cloud Map that disagree are a conflict, not a choice', () => {
    const exported = exportOf('01-simple-three-tier');
    const user = exported.ecs.services.find((service) => service.serviceName === 'user-api');
    if (user === undefined) throw new Error('the fixture lost user-api');
    user.serviceRegistries = [
      { registryArn: 'arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-shopstock000001' },
    ] as never;
    const matched = estateOf('01-simple-three-tier', exported).services.find((service) => service.name === 'user-api');
    expect(matched?.matchConflict).toEqual({ environment: 'user-vn', cloudMap: 'stock-vn' });
  });
});

test('A6: mesh resources stand in an order in which each can be deleted', () => {
  const kinds = estateOf('03-gateway-grpc-mtls-shared').meshResources.map((resource) => resource.kind);
  const order = ['gatewayRoute', 'virtualGateway', 'virtualService', 'route', 'virtualRouter', 'virtualNode', 'mesh'];
  expect(kinds).toEqual(kinds.toSorted((left, right) => order.indexOf(left) - order.indexOf(right)));
  expect(new Set(kinds)).toEqual(new Set(order));
});

describe('A0: App Mesh is gone', () => {
  const estate = estateOf('01-simple-three-tier', withoutAppMesh(exportOf('01-simple-three-tier')));

  test('nodes come from the task definitions, and are certain', () => {
    expect(estate.services.map((service) => service.virtualNode)).toEqual(
      ['frontend-vn', 'stock-vn', 'user-vn'].map((name) => ({
        meshName: 'shop',
        name,
        source: 'taskDefinition',
        certainty: 'certain',
      })),
    );
  });

  test('listeners come from AppPorts, their protocol is a guess', () => {
    const stock = estate.services.find((service) => service.name === 'stock-api');
    expect(stock?.listeners).toEqual([{ port: 8081, protocol: 'http', source: 'taskDefinition', certainty: 'guess' }]);
  });

  test('the call graph comes from URLs in the environment, as a guess', () => {
    expect(estate.edges).toEqual([
      {
        from: 'frontend',
        to: 'stock-api',
        virtualService: 'stock.local',
        port: 8081,
        source: 'environment',
        certainty: 'guess',
      },
      {
        from: 'frontend',
        to: 'user-api',
        virtualService: 'user.local',
        port: 80,
        source: 'environment',
        certainty: 'guess',
      },
    ]);
  });

  test("a URL's port that no listener has leads to the service's own listener", () => {
    const user = estate.virtualServices.find((one) => one.name === 'user.local' && one.port === 80);
    expect(user?.targets).toEqual([{ service: 'user-api', containerPort: 8080 }]);
  });

  test('nothing of the mesh is listed for deletion', () => {
    expect(estate.meshResources).toEqual([]);
    expect(estate.mesh.answer.state).toBe('unreachable');
  });

  test('tasks that run Envoy without saying as what are a guess under their service name', () => {
    const exported = withoutAppMesh(exportOf('01-simple-three-tier'));
    for (const { taskDefinition } of exported.ecs.taskDefinitions) {
      for (const container of taskDefinition.containerDefinitions ?? []) {
        if (container.name === 'envoy') container.environment = [];
      }
    }
    const frontend = estateOf('01-simple-three-tier', exported).services.find((one) => one.name === 'frontend');
    expect(frontend?.virtualNode).toEqual({
      meshName: 'shop',
      name: 'frontend',
      source: 'taskDefinition',
      certainty: 'guess',
    });
  });

  test('versions that share one registry are all behind its name, the larger first', () => {
    const checkout = estateOf('02-retries-tls-canary', withoutAppMesh(exportOf('02-retries-tls-canary')));
    const price = checkout.virtualServices.find((one) => one.name === 'price.checkout.local' && one.port === 80);
    expect(price?.targets.map((target) => target.service)).toEqual(['price-v1', 'price-v2']);
  });
});

test('a cluster that no source describes has an ARN of the partition of its Region', () => {
  const exported = exportOf('01-simple-three-tier');
  exported.ecs.clusters = [];
  exported.caller.region = 'us-gov-west-1';
  const { arn } = readEstate(exported, 'shop', 'shop').cluster;
  expect(arn).toBe(`arn:aws-us-gov:ecs:us-gov-west-1:${exported.caller.account}:cluster/shop`);
});
