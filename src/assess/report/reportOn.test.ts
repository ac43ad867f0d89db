import { describe, expect, test } from 'vitest';
import { withAlarms } from '../../../test/fixtures/alarms.ts';
import { estateOf, expectationOf, exportOf, type FixtureName, withoutAppMesh } from '../../../test/fixtures/estates.ts';
import { largeEstate } from '../../../test/fixtures/largeEstate.ts';
import { readEstate } from '../../estate/fromExport.ts';
import { mergeReadings } from '../../estate/sources/merge.ts';
import { reportOn } from './reportOn.ts';

const NO_ALARMS = { metricAlarms: [], compositeAlarms: [] };

const VERDICTS = {
  '01-simple-three-tier': 'clean',
  '02-retries-tls-canary': 'needsDecisions',
  '03-gateway-grpc-mtls-shared': 'blocked',
} as const satisfies Record<FixtureName, string>;

describe.each(Object.keys(VERDICTS) as FixtureName[])('%s', (name) => {
  const report = reportOn(estateOf(name));

  test('is judged as a person judges it', () => {
    expect(report.verdict).toBe(VERDICTS[name]);
  });

  test('is JSON through and through', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('its waves hold every service that a person put in one', () => {
    const expected = expectationOf(name).graph.waves.flat();
    expect(report.waves.flat()).toEqual(expect.arrayContaining(expected.filter((one) => one !== 'pricing')));
  });
});

const backend = (virtualServiceName: string) => ({ virtualService: { virtualServiceName } });

test('a circle of calls blocks, since a plan for it is refused', () => {
  const exported = exportOf('01-simple-three-tier');
  for (const { virtualNodeName, spec } of exported.appMesh.virtualNodes) {
    if (spec === undefined) continue;
    if (virtualNodeName === 'user-vn') spec.backends = [backend('stock.local')];
    if (virtualNodeName === 'stock-vn') spec.backends = [backend('user.local')];
  }
  const report = reportOn(readEstate(exported, 'shop', 'shop'));
  expect(report.cycles).toEqual([['stock-api', 'user-api']]);
  expect(report.verdict).toBe('blocked');
});

test('one entry and everything that it calls is one proposed plan', () => {
  const { proposals } = reportOn(estateOf('01-simple-three-tier'));
  expect(proposals).toEqual([
    {
      name: 'frontend',
      entries: ['frontend'],
      services: ['frontend', 'stock-api', 'user-api'],
      shared: [],
      missing: [],
    },
  ]);
});

test('a way in is told with what its rule asks', () => {
  const exported = exportOf('01-simple-three-tier');
  const rule = exported.elbv2.rules[0];
  exported.elbv2.rules.push({
    ...rule,
    RuleArn: `${rule?.RuleArn ?? ''}0`,
    IsDefault: false,
    Conditions: [
      { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
      { Field: 'path-pattern', Values: ['/a/*', '/b/*'] },
      // A content network's proof of itself: whoever knows it gets past it.
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Origin-Verify', Values: ['hunter2'] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'token', Value: 'hunter2' }] } },
    ],
  });
  const frontend = reportOn(estateOf('01-simple-three-tier', exported)).services.find((one) => one.name === 'frontend');
  expect(frontend?.entries.map(({ kind, when }) => [kind, when])).toEqual([
    ['listenerRule', 'host shop.example.com, path /a/* or /b/*, header X-Origin-Verify, query token'],
    ['listener', 'everything else on HTTPS:443'],
  ]);
});

test('App Mesh gone: the calls are guesses, and a person has to confirm them', () => {
  const name = '01-simple-three-tier';
  const report = reportOn(estateOf(name, withoutAppMesh(exportOf(name))));
  expect(report.calls.map((call) => call.certainty)).toEqual(['guess', 'guess']);
  expect(report.verdict).toBe('needsDecisions');
  expect(report.mesh.answer.state).toBe('unreachable');
});

test('what was not looked at is named', () => {
  const { gaps } = reportOn(estateOf('01-simple-three-tier'));
  const places = gaps.filter((gap) => gap.kind === 'notLookedAt').map((gap) => gap.place);
  expect(places).toEqual(expect.arrayContaining(['CloudWatch alarms', 'CloudWatch dashboards', 'pipelines']));
});

test('alarms were looked at where a source tells of them, or CloudWatch answered that there is none', () => {
  for (const cloudWatch of [withAlarms(exportOf('01-simple-three-tier')).cloudWatch, NO_ALARMS]) {
    const estate = estateOf('01-simple-three-tier', { ...exportOf('01-simple-three-tier'), cloudWatch });
    expect(reportOn(estate).gaps.map((gap) => gap.place)).not.toContain('CloudWatch alarms');
  }
});

test('tasks without a service are named until they were looked at', () => {
  const exported = exportOf('01-simple-three-tier');
  const isNamed = () =>
    reportOn(estateOf('01-simple-three-tier', exported)).gaps.some((gap) => gap.place === 'tasks without a service');
  expect(isNamed()).toBe(true);
  exported.ecs.tasks = [];
  expect(isNamed()).toBe(false);
});

test('a secret that stands in an environment, a command or an option is nowhere in the report', () => {
  const secret = 'S3cr3t-Pa55word';
  const plant = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => plant(item, key));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plant(member, name)]));
    }
    return typeof value === 'string' && ['value', 'command', 'entryPoint', 'valueFrom'].includes(key)
      ? `postgres://app:${secret}@db.abc.eu-west-1.rds.amazonaws.com/x?key=${secret} ${value}`
      : value;
  };
  for (const name of Object.keys(VERDICTS) as FixtureName[]) {
    const exported = exportOf(name);
    for (const { taskDefinition } of exported.ecs.taskDefinitions) {
      taskDefinition.containerDefinitions = (taskDefinition.containerDefinitions ?? []).map((container) =>
        container.name === 'envoy' ? container : (plant(container) as typeof container),
      );
    }
    const text = JSON.stringify(reportOn(estateOf(name, exported)));
    expect(text).toContain('OPS_DATABASE_CONNECTIONS');
    expect(text).not.toContain(secret);
  }
});

describe('a mesh of 500 virtual nodes and 2,000 routes', () => {
  const exported = largeEstate({ virtualNodes: 500, routes: 2_000, entries: 60 });
  const report = reportOn(readEstate(exported, 'large', 'large'));

  test('is reported on whole', () => {
    expect(exported.appMesh.routes).toHaveLength(2_000);
    expect(report.services).toHaveLength(500);
    expect(report.calls.length).toBeGreaterThan(1_000);
    expect(report.waves.flat()).toHaveLength(500);
  });
});

test('a report of a large mesh in which everything is shared is of a size that a ticket takes', () => {
  const exported = largeEstate({ virtualNodes: 500, routes: 2_000, entries: 60 });
  const text = JSON.stringify(reportOn(readEstate(exported, 'large', 'large')));
  expect(text.length).toBeLessThan(2 * JSON.stringify(exported).length);
});

describe.each([1, 2, 3, 4, 5])('an estate made at random (%d)', (seed) => {
  const estate = readEstate(largeEstate({ virtualNodes: 80, routes: 160, entries: 25, seed }), 'large', 'large');
  const { calls, proposals, services, findings } = reportOn(estate);

  test('every proposed plan is closed: what its services call is in it', () => {
    expect(proposals.length).toBeGreaterThan(5);
    for (const plan of proposals) {
      const inside = new Set(plan.services);
      expect(calls.filter((call) => inside.has(call.from) && !inside.has(call.to))).toEqual([]);
      expect(plan.services).toEqual(expect.arrayContaining(plan.entries));
      expect(plan.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }
  });

  test('every way in is in one plan, no two plans move the same, and a smaller comes before a larger', () => {
    const entered = services.filter((one) => one.entries.length > 0).map((one) => one.name);
    expect(proposals.flatMap((plan) => plan.entries).sort()).toEqual(entered);
    expect(new Set(proposals.map((plan) => plan.services.join(' '))).size).toBe(proposals.length);
    expect(new Set(proposals.map((plan) => plan.name)).size).toBe(proposals.length);
    const sizes = proposals.map((plan) => plan.services.length);
    expect(sizes).toEqual(sizes.toSorted((left, right) => left - right));
  });

  const movedBy = (service: string) => proposals.filter((one) => one.services.includes(service));

  test('what two plans share is told by both', () => {
    for (const plan of proposals) {
      expect(plan.shared).toEqual(plan.services.filter((service) => movedBy(service).length > 1));
      for (const service of plan.shared) {
        for (const other of movedBy(service)) expect(other.shared).toContain(service);
      }
    }
  });

  test('what no plan moves is a finding', () => {
    const planned = new Set(proposals.flatMap((plan) => plan.services));
    const left = services.filter((one) => !planned.has(one.name)).map((one) => `service/${one.name}`);
    expect(findings.filter((one) => one.code === 'OPS_IN_NO_PLAN').map((one) => one.place)).toEqual(left);
  });
});

test.each(['unreachable', 'refused'] as const)(
  'an App Mesh that is %s is told of, whether a file has the mesh or not',
  (state) => {
    const exported = {
      ...exportOf('01-simple-three-tier'),
      appMeshAnswer: { state, why: 'The host does not resolve.' },
    };
    const recorded = mergeReadings([
      {
        source: 'live',
        where: 'AWS',
        exported: { ...withoutAppMesh(exported), appMeshAnswer: exported.appMeshAnswer },
        unresolved: [],
      },
      { source: 'terraformState', where: 'infra.tfstate', exported: exportOf('01-simple-three-tier'), unresolved: [] },
    ]);
    for (const one of [exported, recorded]) {
      const { findings } = reportOn(estateOf('01-simple-three-tier', one));
      const [unavailable] = findings.filter((finding) => finding.code === 'MESH_API_UNAVAILABLE');
      expect(unavailable?.place).toBe('mesh/shop');
      expect(unavailable?.message).toContain('The host does not resolve.');
    }
  },
);

test('an App Mesh that answers is told of as little as one that knows no such mesh', () => {
  for (const state of ['read', 'absent'] as const) {
    const exported = { ...exportOf('01-simple-three-tier'), appMeshAnswer: { state, why: 'It said so.' } };
    const codes = reportOn(estateOf('01-simple-three-tier', exported)).findings.map((one) => one.code);
    expect(codes).not.toContain('MESH_API_UNAVAILABLE');
  }
});

test('what is assessed and not built is marked so', () => {
  const { findings } = reportOn(estateOf('03-gateway-grpc-mtls-shared'));
  const marked = findings.filter((one) => one.message.includes('Not migratable by Meshlift yet.'));
  expect([...new Set(marked.map((one) => one.code))].sort()).toEqual(['MESH_SHARED', 'TLS_ACM_TO_PCA', 'VGW_REPLACE']);
});
