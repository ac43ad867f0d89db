import { describe, expect, test } from 'vitest';
import { asManifests, inYaml } from '../../test/fixtures/asManifests.ts';
import { exportOf, type FixtureName, wholeEstateOf } from '../../test/fixtures/estates.ts';
import { readKubernetes } from '../estate/sources/kubernetes/read.ts';
import { mergeReadings } from '../estate/sources/merge.ts';
import type { SourceReading } from '../estate/sources/reading.ts';
import { assessEstate } from './assess.ts';
import { reportOn } from './report/reportOn.ts';
import type { Estate } from '../estate/model.ts';

const ALL: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

/** The estate as manifests alone tell it, or with the export of its ECS services beside them. */
function fromManifests(name: FixtureName, beside: SourceReading[] = []): Estate {
  const exported = exportOf(name);
  const manifests = readKubernetes([{ where: 'mesh.yaml', text: inYaml(asManifests(exported)) }], exported.caller);
  return wholeEstateOf(name, mergeReadings([manifests, ...beside]));
}

const ofEcs = (name: FixtureName): SourceReading => ({
  source: 'export',
  where: 'shop.json',
  exported: exportOf(name),
  unresolved: [],
});

/** Findings that an ECS service, its task definition or its account lead to. */
const TOLD_BY_ECS =
  /^(ECS_|HEALTHCHECK_|CLOUDMAP_REGISTRY|CROSS_ACCOUNT_SERVICE|ENV_URL_NOT_ALIASED|INVENTORY_FORBIDDEN|MESH_SHARED|TAGS_UNREADABLE|TLS_TARGET_GROUP_HTTPS|VGW_NLB_TO_ALB|VS_MULTIPLE_NAMES)/;

const ofMesh = (estate: Estate): string[] =>
  assessEstate(estate)
    .findings.filter(({ code }) => !TOLD_BY_ECS.test(code) && code !== 'NODE_ON_KUBERNETES')
    .map(({ code, place }) => `${code} ${place}`);

describe.each(ALL)('%s as manifests', (name) => {
  const estate = fromManifests(name);
  const exported = wholeEstateOf(name);
  const nodeOf = new Map(
    exported.services.map((one) => [one.name, (one.virtualNode ?? one.virtualGateway)?.name ?? one.name]),
  );
  const named = (services: readonly string[]): string[] => services.map((one) => nodeOf.get(one) ?? one);

  test('has the findings of the mesh that its export has, but for what ECS services tell', () => {
    const found = ofMesh(exported);
    expect(found.length).toBeGreaterThan(5);
    expect(ofMesh(estate)).toEqual(found);
  });

  test('has its calls and waves, by the names of nodes', () => {
    const calls = exported.edges.map(
      (edge) => `${named([edge.from])[0]} ${named([edge.to])[0]} ${edge.virtualService}`,
    );
    expect(estate.edges.map((edge) => `${edge.from} ${edge.to} ${edge.virtualService}`).sort()).toEqual(calls.sort());
    const waves = assessEstate(exported).waves.map((wave) => named(wave).sort());
    expect(assessEstate(estate).waves.map((wave) => wave.toSorted())).toEqual(waves);
  });

  test('has a row for each node and gateway that something runs as, which is blocked and says why', () => {
    const report = reportOn(estate);
    const rows = report.services.map((one) => one.name);
    expect(rows).toEqual(named(exported.services.map((one) => one.name)).sort());
    expect(report.verdict).toBe('blocked');
    const blocked = report.findings.filter((one) => one.code === 'NODE_ON_KUBERNETES');
    expect(new Set(blocked.map((one) => one.place.split('/')[1]))).toEqual(new Set(rows));
    expect(blocked).toHaveLength(rows.length);
    for (const row of report.services) {
      expect(row.green).toBeUndefined();
      expect(row.kubernetes?.address).toMatch(/^Virtual(Node|Gateway) shop\//);
      expect(row.readFrom).toBe('mesh.yaml');
    }
    expect([report.capacity, report.cost, report.proposals]).toEqual([[], [], []]);
  });

  test('gives no row of Kubernetes where ECS services run as its nodes', () => {
    const whole = fromManifests(name, [ofEcs(name)]);
    expect(whole.services.filter((one) => one.kubernetes !== undefined)).toEqual([]);
  });
});

test('an ECS service that calls a node of Kubernetes is in a plan that says what is missing', () => {
  const name = '01-simple-three-tier';
  const ecs = ofEcs(name);
  ecs.exported.ecs.services = ecs.exported.ecs.services.filter((one) => one.serviceName !== 'user-api');
  const report = reportOn(fromManifests(name, [ecs]));
  const kubernetes = report.services.filter((one) => one.kubernetes !== undefined);
  expect(kubernetes.map((one) => one.name)).toEqual(['user-vn']);
  expect(report.proposals).toMatchObject([{ entries: ['frontend'], missing: ['user.local'] }]);
  expect(report.proposals[0]?.services).not.toContain('user-vn');
});
