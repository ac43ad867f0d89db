import { describe, expect, test } from 'vitest';
import {
  estateOf,
  expectationOf,
  exportOf,
  type FixtureName,
  planFor,
  withoutAppMesh,
} from '../../test/fixtures/estates.ts';
import type { EstateExport } from '../estate/export.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { assess } from './assess.ts';
import type { ServiceResource, Stack, StackResource } from './model.ts';
import { retirement } from './retire.ts';
import { buildStack } from './stack.ts';

const SIMPLE = '01-simple-three-tier';

const stackOf = (
  name: FixtureName,
  plan: MigrationPlan = planFor(name),
  exported = exportOf(name),
  attempt = 1,
): Stack => {
  const estate = estateOf(name, exported);
  return buildStack(plan, estate, assess(plan, estate), attempt);
};

const ofKind = <Kind extends StackResource['kind']>(
  stack: Stack,
  kind: Kind,
): Extract<StackResource, { kind: Kind }>[] =>
  stack.resources.filter((one): one is Extract<StackResource, { kind: Kind }> => one.kind === kind);

/** The tags that tell whose an object is are added when it is made, and are Meshlift's own words. */
const withoutMarkers = (tags: { key: string; value: string }[]): object[] =>
  tags.filter((tag) => !tag.key.startsWith('mesh-migration:'));

const scalableTarget = (service: string) => ({
  ServiceNamespace: 'ecs' as const,
  ScalableDimension: 'ecs:service:DesiredCount' as const,
  ResourceId: `service/shop/${service}`,
  MinCapacity: 2,
  MaxCapacity: 6,
});

/** Scaling of frontend and stock-api, by the load balancer's request count and by the clock. */
function scaled(): EstateExport {
  const exported = exportOf(SIMPLE);
  const policy = {
    PolicyName: 'requests',
    PolicyType: 'TargetTrackingScaling',
    ResourceId: 'service/shop/frontend',
    ServiceNamespace: 'ecs',
  };
  return {
    ...exported,
    autoScaling: {
      targets: [scalableTarget('frontend'), scalableTarget('stock-api')],
      policies: [policy],
      scheduledActions: [],
    } as unknown as NonNullable<EstateExport['autoScaling']>,
  };
}

describe.each([SIMPLE, '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'] as const)('%s', (name) => {
  const expected = expectationOf(name);
  const stack = stackOf(name);

  test('green task definitions are those expected', () => {
    const drafts = new Map(ofKind(stack, 'taskDefinition').map((one) => [one.blueService, one.input]));
    for (const { for: service, input } of expected.greenTaskDefinitions) {
      expect(drafts.get(service), service).toEqual({ ...input, tags: withoutMarkers(input.tags) });
    }
  });

  test('nothing else gets a draft, but what a blocker stands before', () => {
    const blocked = expected.greenServices.filter((one) => one.blockedBy !== undefined).map((one) => one.for);
    const gateways = estateOf(name)
      .services.filter((one) => one.virtualGateway !== undefined)
      .map((one) => one.name);
    const drafted = ofKind(stack, 'service').map((one) => one.blueService ?? '');
    const wanted = expected.greenServices.filter((one) => one.input !== undefined).map((one) => one.for);
    expect(drafted.filter((one) => !blocked.includes(one) && !gateways.includes(one)).sort()).toEqual(wanted.sort());
    const groups = ofKind(stack, 'targetGroup').map((one) => one.blueService ?? '');
    const wantedGroups = expected.greenTargetGroups.map((one) => one.for);
    expect(groups.filter((one) => !gateways.includes(one)).sort()).toEqual(wantedGroups.sort());
  });

  test('green target groups are those expected', () => {
    for (const { for: service, input } of expected.greenTargetGroups) {
      const found = ofKind(stack, 'targetGroup').find((one) => one.blueService === service);
      expect(found?.input, service).toEqual(input);
    }
  });

  test('green services are those expected', () => {
    const services = new Map(ofKind(stack, 'service').map((one) => [one.blueService, one]));
    for (const { for: service, input } of expected.greenServices) {
      if (input === undefined) continue;
      expect(rendered(services.get(service)), service).toEqual(comparable(input));
    }
  });
});

/** A green service as one CreateService, without what is known only when it is made: ARNs, revision and client token. */
function rendered(service: ServiceResource | undefined): object {
  if (service === undefined) return {};
  const { services, logConfiguration, accessLogConfiguration } = service.serviceConnect;
  return {
    ...service.input,
    tags: service.tags,
    loadBalancers: service.loadBalancers.map(({ containerName, containerPort }) => ({ containerName, containerPort })),
    serviceConnect: {
      services,
      ...(logConfiguration === undefined ? {} : { logConfiguration }),
      ...(accessLogConfiguration === undefined ? {} : { accessLogConfiguration }),
    },
  };
}

function comparable(input: Record<string, unknown>): object {
  const { taskDefinition: _, clientToken: _token, loadBalancers, serviceConnectConfiguration, tags, ...rest } = input;
  const connect = serviceConnectConfiguration as { services?: object[]; logConfiguration?: object };
  const { enabled: _enabled, namespace: _namespace, ...connected } = connect as Record<string, unknown>;
  return {
    ...rest,
    tags: withoutMarkers(tags as { key: string; value: string }[]),
    loadBalancers: ((loadBalancers ?? []) as Record<string, unknown>[]).map(({ containerName, containerPort }) => ({
      containerName,
      containerPort,
    })),
    serviceConnect: { services: [], ...connected },
  };
}

describe('dependencies', () => {
  const stack = stackOf(SIMPLE, planFor(SIMPLE), scaled());
  const position = new Map(stack.resources.map((resource, index) => [resource.id, index]));

  /** Everything that must be there before the resource is made. */
  function needs(id: string): Set<string> {
    const found = new Set<string>();
    const visit = (one: string): void => {
      for (const needed of stack.resources.find((resource) => resource.id === one)?.dependsOn ?? []) {
        found.add(needed);
        visit(needed);
      }
    };
    visit(id);
    return found;
  }

  test('ids are unique, and every dependency stands before what needs it', () => {
    expect(position.size).toBe(stack.resources.length);
    for (const resource of stack.resources) {
      for (const needed of resource.dependsOn) {
        expect(position.get(needed), `${needed} of ${resource.id}`).toBeLessThan(position.get(resource.id) ?? -1);
      }
    }
  });

  test('the scaling of every blue service is frozen before anything of green, and its rebalancing where it is on', () => {
    const freezes = ['scalingFreeze', 'rebalancingFreeze'].flatMap((kind) =>
      stack.resources.filter((one) => one.kind === kind).map((one) => one.id),
    );
    expect(freezes).toEqual(['scalingFreeze/frontend', 'scalingFreeze/stock-api', 'rebalancingFreeze/frontend']);
    for (const resource of stack.resources) {
      if (freezes.includes(resource.id)) continue;
      expect([...needs(resource.id)], resource.id).toEqual(expect.arrayContaining(freezes));
    }
  });

  test('E60: a service with a target group comes after the rule that the group hangs in', () => {
    const rule = ofKind(stack, 'rule')[0];
    expect([...needs('service/frontend-sc')]).toContain(rule?.id);
    expect(rule?.dependsOn).toEqual(['targetGroup/shop-frontend-sc']);
  });

  test('S10: a service comes after the services that it calls', () => {
    expect([...needs('service/frontend-sc')]).toEqual(
      expect.arrayContaining([
        'service/user-api-sc',
        'service/stock-api-sc',
        'namespace/shop-sc',
        'taskDefinition/frontend-sc',
      ]),
    );
    expect([...needs('service/user-api-sc')]).not.toContain('service/frontend-sc');
  });

  test("P1, P7: green's scaling has its own key, and blue's target group is mapped to green's", () => {
    const [frontend] = ofKind(stack, 'scaling').filter((one) => one.blueService === 'frontend');
    expect(frontend).toMatchObject({
      id: 'scaling/frontend-sc',
      dependsOn: ['service/frontend-sc'],
      resourceId: 'service/shop/frontend-sc',
      targetGroups: [
        {
          blueArn: exportOf(SIMPLE).elbv2.targetGroups[0]?.TargetGroupArn,
          green: { ref: 'targetGroup/shop-frontend-sc' },
        },
      ],
    });
    expect(frontend?.blue.policies).toHaveLength(1);
  });
});

/** The stack, where every service and every task definition has these tags. */
const tagged = (tags: { key: string; value: string }[]): Stack => {
  const exported = exportOf(SIMPLE);
  exported.ecs.services = exported.ecs.services.map((one) => ({ ...one, tags }));
  exported.ecs.taskDefinitions = exported.ecs.taskDefinitions.map((one) => ({ ...one, tags }));
  return stackOf(SIMPLE, planFor(SIMPLE), exported);
};

/** Green's attributes, where blue's target group has these. */
const withAttributes = (attributes: Record<string, string>): object => {
  const exported = exportOf(SIMPLE);
  const arn = exported.elbv2.targetGroups[0]?.TargetGroupArn ?? '';
  exported.elbv2.targetGroupAttributes = {
    [arn]: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
  };
  const [group] = ofKind(stackOf(SIMPLE, planFor(SIMPLE), exported), 'targetGroup');
  return (group?.attributes ?? []).map(({ Key, Value }) => `${Key}=${Value}`);
};

describe('what sources tell in orders and words of their own', () => {
  test('tags come in the order of their keys', () => {
    const [a, b] = [
      { key: 'a', value: '2' },
      { key: 'b', value: '1' },
    ] as const;
    expect(tagged([b, a])).toEqual(tagged([a, b]));
    expect(ofKind(tagged([b, a]), 'service')[0]?.tags).toEqual([a, b]);
    expect(ofKind(tagged([b, a]), 'taskDefinition')[0]?.input.tags).toEqual([a, b]);
  });

  test('attributes of a target group come in the order of their keys', () => {
    expect(
      withAttributes({ 'slow_start.duration_seconds': '30', 'deregistration_delay.timeout_seconds': '5' }),
    ).toEqual(['deregistration_delay.timeout_seconds=5', 'slow_start.duration_seconds=30']);
  });

  const STICKINESS = {
    'stickiness.app_cookie.cookie_name': 'SHOP',
    'stickiness.app_cookie.duration_seconds': '60',
    'stickiness.lb_cookie.duration_seconds': '90',
  };

  test.each([
    [{ 'stickiness.type': 'lb_cookie' }, ['stickiness.lb_cookie.duration_seconds=90', 'stickiness.type=lb_cookie']],
    [{}, ['stickiness.lb_cookie.duration_seconds=90']],
    [
      { 'stickiness.type': 'app_cookie' },
      [
        'stickiness.app_cookie.cookie_name=SHOP',
        'stickiness.app_cookie.duration_seconds=60',
        'stickiness.type=app_cookie',
      ],
    ],
  ])('a kind of stickiness that the group does not have is left out (%j)', (type, kept) => {
    expect(withAttributes({ ...STICKINESS, ...type })).toEqual(kept);
  });

  test('of scaling the stack has what green is given and blue gets back, and nothing that AWS made up', () => {
    const exported = scaled();
    const stack = stackOf(SIMPLE, planFor(SIMPLE), exported);
    const [target, policy] = [exported.autoScaling?.targets[0], exported.autoScaling?.policies[0]];
    Object.assign(target ?? {}, { CreationTime: '2026-01-01T00:00:00.000Z', ScalableTargetARN: 'arn', RoleARN: 'arn' });
    Object.assign(policy ?? {}, { CreationTime: '2026-01-01T00:00:00.000Z', PolicyARN: 'arn', Alarms: [] });
    expect(stackOf(SIMPLE, planFor(SIMPLE), exported)).toEqual(stack);
    expect(ofKind(stack, 'scaling').find((one) => one.blueService === 'frontend')?.blue).toEqual({
      target: { ResourceId: 'service/shop/frontend', MinCapacity: 2, MaxCapacity: 6 },
      policies: [{ PolicyName: 'requests', PolicyType: 'TargetTrackingScaling' }],
      scheduledActions: [],
    });
  });
});

describe('entries', () => {
  test("a listener's default action is recorded to the letter", () => {
    const rule = ofKind(stackOf(SIMPLE), 'rule')[0];
    const listener = exportOf(SIMPLE).elbv2.listeners[0];
    expect(rule?.originalActions).toEqual(listener?.DefaultActions);
    expect(rule?.entry.alb).toEqual({ listener: listener?.ListenerArn });
  });

  test('so is a rule, with its other actions', () => {
    const exported = exportOf(SIMPLE);
    const [listener] = exported.elbv2.listeners;
    const forward = listener?.DefaultActions?.[0];
    if (listener === undefined || forward === undefined) throw new Error('the fixture lost its listener');
    const arn = `${listener.ListenerArn?.replace(':listener/', ':listener-rule/')}/1234567890abcdef`;
    const login = { Type: 'authenticate-oidc' as const, Order: 1 } as typeof forward;
    exported.elbv2.rules = [{ RuleArn: arn, Priority: '10', Actions: [login, { ...forward, Order: 2 }] }];
    listener.DefaultActions = [{ Type: 'fixed-response' }];
    const plan = planFor(SIMPLE, { traffic: [{ service: 'frontend', alb: { listenerRule: arn } }] });
    const estate = estateOf(SIMPLE, exported);
    const assessment = assess(plan, estate);
    expect(assessment.refusals).toEqual([]);
    const rule = ofKind(buildStack(plan, estate, assessment, 1), 'rule')[0];
    expect(rule?.originalActions).toEqual([login, { ...forward, Order: 2 }]);
    expect(rule?.id).toBe('rule/shop-public/1234567890abcdef');
  });

  test('two entries on one target group share its twin', () => {
    const exported = exportOf(SIMPLE);
    const [listener] = exported.elbv2.listeners;
    if (listener === undefined) throw new Error('the fixture lost its listener');
    const second = { ...listener, ListenerArn: `${listener.ListenerArn}-80`, Port: 80 };
    exported.elbv2.listeners.push(second);
    const traffic = [listener, second].map((one) => ({
      service: 'frontend',
      alb: { listener: one.ListenerArn ?? '' },
    }));
    const stack = stackOf(SIMPLE, planFor(SIMPLE, { traffic }), exported);
    expect(ofKind(stack, 'targetGroup')).toHaveLength(1);
    expect(ofKind(stack, 'rule')).toHaveLength(2);
    expect(ofKind(stack, 'service').find((one) => one.blueService === 'frontend')?.loadBalancers).toHaveLength(1);
  });
});

describe('alarms that the plan creates', () => {
  const gates = { ...planFor(SIMPLE).spec.gates, alarms: [] };
  const createAlarms = { errorRateMax: 0.05, latencyP99MaxMs: 2_000, requestsMin: 20 };
  const alarmsOf = (spec: Partial<MigrationPlan['spec']>, exported = exportOf(SIMPLE), attempt = 1) =>
    ofKind(stackOf(SIMPLE, planFor(SIMPLE, spec), exported, attempt), 'alarm');

  test('there are none where it creates none', () => {
    expect(alarmsOf({ gates })).toEqual([]);
  });

  test('on errors alone, or on the response time too, each on green’s target group, which comes before it', () => {
    const { name } = planFor(SIMPLE);
    expect(alarmsOf({ gates: { ...gates, createAlarms: { ...createAlarms, latencyP99MaxMs: null } } })).toMatchObject([
      {
        name: `meshlift/${name}/shop-frontend-sc/errors`,
        dependsOn: ['targetGroup/shop-frontend-sc'],
        greenTargetGroup: { ref: 'targetGroup/shop-frontend-sc' },
        watches: { kind: 'errors', max: 0.05 },
        requestsMin: 20,
      },
    ]);
    const both = alarmsOf({ gates: { ...gates, createAlarms } });
    expect(both.map(({ watches }) => watches)).toEqual([
      { kind: 'errors', max: 0.05 },
      { kind: 'latencyP99', maxSeconds: 2 },
    ]);
    expect(both[0]?.description).toContain('more than 5 % of 20 or more requests fail');
    expect(both[1]?.description).toContain('takes longer than 2s');
  });

  test('one set for two entries on one target group, and other names for another attempt', () => {
    const exported = exportOf(SIMPLE);
    const [listener] = exported.elbv2.listeners;
    if (listener === undefined) throw new Error('the fixture lost its listener');
    const second = { ...listener, ListenerArn: `${listener.ListenerArn}-80`, Port: 80 };
    exported.elbv2.listeners.push(second);
    const traffic = [listener, second].map((one) => ({
      service: 'frontend',
      alb: { listener: one.ListenerArn ?? '' },
    }));
    const spec = { gates: { ...gates, createAlarms }, traffic };
    const names = (attempt: number) => alarmsOf(spec, exported, attempt).map(({ name }) => name);
    expect(names(1)).toHaveLength(2);
    expect(names(2).filter((name) => names(1).includes(name))).toEqual([]);
  });
});

const ids = (attempt: number): string[] =>
  stackOf(SIMPLE, planFor(SIMPLE), exportOf(SIMPLE), attempt)
    .resources.filter((one) => one.kind !== 'rule' && one.kind !== 'rebalancingFreeze')
    .map((one) => one.id);

test('E3: a second attempt shares no name with the first', () => {
  expect(ids(2).filter((id) => ids(1).includes(id))).toEqual([]);
  expect(ids(2)).toContain('service/user-api-sc2');
});

test('E8: green of a DAEMON service asks for no desired count', () => {
  const exported = exportOf(SIMPLE);
  for (const service of exported.ecs.services) service.schedulingStrategy = 'DAEMON';
  const services = ofKind(stackOf(SIMPLE, planFor(SIMPLE), exported), 'service');
  expect(services.length).toBeGreaterThan(0);
  for (const { input } of services) expect(input.desiredCount).toBeUndefined();
});

test('E45: green watches no deployment alarms of blue’s', () => {
  const exported = exportOf(SIMPLE);
  const alarms = { enable: true, rollback: true, alarmNames: ['blue-5xx'] };
  for (const service of exported.ecs.services) {
    service.deploymentConfiguration = { ...service.deploymentConfiguration, alarms };
  }
  const services = ofKind(stackOf(SIMPLE, planFor(SIMPLE), exported), 'service');
  expect(services.length).toBeGreaterThan(0);
  expect(JSON.stringify(services)).not.toContain('blue-5xx');
});

test('the same plan and estate give the same stack', () => {
  expect(stackOf(SIMPLE)).toEqual(stackOf(SIMPLE));
});

test("a decided path is what green's target group checks instead of Envoy", () => {
  const name = '02-retries-tls-canary';
  const decisions = [{ code: 'ECS_TG_HEALTHCHECK_ENVOY_PORT', place: 'service/web', choice: '/healthz' }];
  const [group] = ofKind(stackOf(name, planFor(name, { decisions })), 'targetGroup');
  expect(group?.input).toMatchObject({ HealthCheckPort: 'traffic-port', HealthCheckPath: '/healthz' });
});

describe('retire', () => {
  test('callers go before those that they call, then the whole mesh', () => {
    const { retire } = stackOf(SIMPLE, planFor(SIMPLE), scaled());
    expect(retire.services).toEqual(['frontend', 'stock-api', 'user-api']);
    expect(retire.mesh).toHaveLength(9);
    expect(retire.meshSkipped).toBeUndefined();
  });

  test('callers go first whatever their names', () => {
    const { services } = retirement(
      planFor(SIMPLE),
      estateOf(SIMPLE),
      [],
      [['a-callee'], ['b-both'], ['c-caller']],
      String,
    );
    expect(services).toEqual(['c-caller', 'b-both', 'a-callee']);
  });

  test('the mesh stays where the plan says so, where App Mesh is gone, and where it serves others', () => {
    const kept = planFor(SIMPLE, { retire: { soakMs: 0, mesh: 'keep', evidence: 'metrics', registries: 'handOver' } });
    expect(stackOf(SIMPLE, kept).retire).toMatchObject({ mesh: [], meshSkipped: 'The plan keeps the mesh shop.' });

    const gone = stackOf(SIMPLE, planFor(SIMPLE), withoutAppMesh(exportOf(SIMPLE))).retire;
    expect(gone.mesh).toEqual([]);
    expect(gone.meshSkipped).toContain('App Mesh did not answer');

    const exported = exportOf(SIMPLE);
    const [node] = exported.appMesh.virtualNodes;
    if (node === undefined) throw new Error('the fixture lost its nodes');
    exported.appMesh.virtualNodes.push({ ...node, virtualNodeName: 'batch-vn' });
    const shared = stackOf(SIMPLE, planFor(SIMPLE), exported).retire;
    expect(shared.mesh).toEqual([]);
    expect(shared.meshSkipped).toContain('batch-vn');
  });
});
