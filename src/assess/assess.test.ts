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
import { aliasesOf } from './aliases.ts';
import { assess } from './assess.ts';
import { CATALOGUE, type FindingCode } from './catalogue.ts';
import { type AnyFindingCode, EVERY_FINDING } from './everyFinding.ts';
import type { Assessment, Finding } from './model.ts';
import { reportOn } from './report/reportOn.ts';

const ALL: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];
const assessed = (name: FixtureName): Assessment => assess(planFor(name), estateOf(name));

/** Ours names ECS services as a plan's decisions do: `service/x` where the expectations say `ecs/x`. */
const place = (subject: string): string => subject.replace(/^ecs\//, 'service/');

type Line = Pick<Finding, 'code' | 'place' | 'severity'> & { fidelity: string };

const line = (one: Line): string => `${one.code} ${one.place} ${one.severity} ${one.fidelity}`;

/** Those of the mesh: what the move does beyond it has expectations of its own. */
const found = (findings: readonly Finding[]): string[] =>
  findings
    .filter((one) => !one.code.startsWith('OPS_'))
    .map((one) => line({ ...one, fidelity: CATALOGUE[one.code as FindingCode].fidelity }))
    .sort();

/**
 * Those recorded beside the estate. A node's two policies that lose the same thing, and a gateway's two listeners, are one finding
 * here with a sentence for each: a decision names a code and a place.
 */
const recorded = (name: FixtureName): string[] =>
  [...new Set(expectationOf(name).findings.map((one) => line({ ...one, place: place(one.subject) } as Line)))].sort();

/** A plan is of one cluster, so it refuses the call to another account's service by name and says nothing more of it. */
const elsewhere = (one: string): boolean => /^(?!TAGS_UNREADABLE).*pricing/.test(one);

/** They are about plans that there could be; a plan that is refuses instead. */
const PROPOSALS = new Set(['OPS_IN_NO_PLAN', 'OPS_NAME_TAKEN', 'OPS_NAME_TOO_LONG', 'OPS_SHARED_SERVICE']);

const aliasKey = (alias: { dnsName: string; port: number }): string => `${alias.dnsName}:${alias.port}`;

const ordered = <Item extends { dnsName: string; port: number }>(items: Item[]): Item[] =>
  items.toSorted((left, right) => (aliasKey(left) < aliasKey(right) ? -1 : 1));

describe.each(ALL)('%s', (name) => {
  const expected = expectationOf(name);
  const assessment = assessed(name);

  test('a plan finds what a person expects of its services, and nothing else', () => {
    expect(found(assessment.findings)).toEqual(recorded(name).filter((one) => !elsewhere(one)));
  });

  test('a plan finds what its move does beyond the mesh, as the report of the whole estate does', () => {
    const ofPlan = ({ code, place: where }: Finding): boolean =>
      !PROPOSALS.has(code) && assessment.services.includes(where.replace('service/', ''));
    const ofMove = (findings: readonly Finding[]): Finding[] =>
      findings.filter((one) => one.code.startsWith('OPS_') && ofPlan(one));
    expect(ofMove(assessment.findings)).toEqual(ofMove(reportOn(estateOf(name)).findings));
  });

  test('waves are those expected', () => {
    // A gateway is a service of the plan's subgraph here; in the expectations it is none, since it has no green.
    const inside = assessment.waves
      .map((wave) => wave.filter((service) => service !== 'edge'))
      .filter((wave) => wave.length);
    const wanted = expected.graph.waves.map((wave) => wave.filter((service) => service !== 'pricing').sort());
    expect(inside).toEqual(wanted);
  });

  test('aliases are those expected', () => {
    const ours = aliasesOf(estateOf(name), assessment.edges).map((alias) => ({
      virtualService: alias.virtualService,
      dnsName: alias.dnsName,
      port: alias.port,
      ecsService: alias.service,
      containerPort: alias.containerPort,
      portName: alias.portName,
      ...(alias.protocol === 'tcp' ? {} : { appProtocol: alias.protocol }),
      discoveryName: alias.discoveryName,
      timeout: alias.timeout,
    }));
    expect(ordered(ours)).toEqual(ordered(expected.aliases.filter((alias) => alias.ecsService !== 'pricing')));
  });
});

test('01: nothing refuses the plan, and it says who moves', () => {
  const assessment = assessed('01-simple-three-tier');
  expect(assessment.refusals).toEqual([]);
  expect(assessment.services).toEqual(['frontend', 'stock-api', 'user-api']);
});

test('02: every degraded finding and every open decision refuses the plan, until it is answered', () => {
  const name = '02-retries-tls-canary';
  const open = assessed(name);
  const codes = (severity: string): string[] => [
    ...new Set(open.findings.filter((one) => one.severity === severity).map((one) => one.code)),
  ];
  expect(new Set(open.refusals.map((one) => one.reason))).toEqual(new Set(['FindingNotAccepted', 'FindingUndecided']));

  const choices: Record<string, string> = {
    ECS_AGENT_OLD: 'other-instances',
    ECS_APP_REFERENCES_ENVOY: 'ignore',
    ECS_TG_HEALTHCHECK_ENVOY_PORT: '/health',
    HEALTHCHECK_MISSING: 'without',
    NODE_NOT_ECS: 'dns',
    RETRY_DISABLED_LOST: 'idempotent',
    ROUTE_CONTENT_SPLIT: 'primary-only',
    ROUTE_WEIGHTED_SPLIT: 'primary-only',
    TLS_FILE_CERT: 'plaintext',
    TLS_PERMISSIVE: 'plaintext',
  };
  const decisions = open.findings
    .filter((one) => one.severity === 'needs-decision')
    .map((one) => ({ code: one.code, place: one.place, choice: choices[one.code] ?? 'missing' }));
  const answered = planFor(name, { accept: codes('degraded'), decisions });
  expect(assess(answered, estateOf(name)).refusals).toEqual([]);
});

test('a choice that is not built is refused as such', () => {
  const name = '02-retries-tls-canary';
  const place = 'route/price-vr/main';
  const plan = planFor(name, { decisions: [{ code: 'ROUTE_WEIGHTED_SPLIT', place, choice: 'lattice' }] });
  const refused = assess(plan, estateOf(name)).refusals.filter((one) => one.reason === 'ChoiceNotYet');
  expect(refused).toHaveLength(1);
  expect(refused[0]?.message).toContain('primary-only');
});

test('03: blockers refuse the plan until they are decided, a gateway and a Network Load Balancer are not built, pricing is named', () => {
  const { findings, refusals } = assessed('03-gateway-grpc-mtls-shared');
  expect(findings.filter((one) => one.severity === 'blocker').map((one) => `${one.code} ${one.place}`)).toEqual([
    'MTLS_LISTENER_VALIDATION virtualNode/catalog-vn',
    'MTLS_LISTENER_VALIDATION virtualNode/inventory-vn',
  ]);
  const reasons = new Set(refusals.map((one) => one.reason));
  expect([...reasons]).toEqual(
    expect.arrayContaining(['FindingUndecided', 'NotAnApplicationLoadBalancer', 'CalledServiceLeftOut']),
  );
  const gateway = refusals.find((one) => one.place === 'virtualGateway/edge-vgw');
  expect(gateway?.reason).toBe('DecisionNotYet');
  expect(refusals.find((one) => one.reason === 'CalledServiceLeftOut')?.message).toContain('pricing.platform.local');
});

describe('A0: App Mesh is gone', () => {
  const name = '01-simple-three-tier';
  const estate = estateOf(name, withoutAppMesh(exportOf(name)));

  test('the plan is refused until the guessed calls are confirmed, which are named', () => {
    const [refusal, ...others] = assess(planFor(name), estate).refusals;
    expect(others).toEqual([]);
    expect(refusal?.reason).toBe('FindingUndecided');
    expect(refusal?.place).toBe('spec.decisions');
    for (const text of ['CALL_GRAPH_GUESSED', 'cluster/shop', 'frontend -> stock-api (stock.local:8081)', 'confirm']) {
      expect(refusal?.message).toContain(text);
    }
  });

  test('confirmed, the plan runs with the same aliases and the same order', () => {
    const decisions = [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }];
    const assessment = assess(planFor(name, { decisions }), estate);
    expect(assessment.refusals).toEqual([]);
    expect(assessment.waves).toEqual([['stock-api', 'user-api'], ['frontend']]);
    const pairs = aliasesOf(estate, assessment.edges).map((alias) => [alias.dnsName, alias.port, alias.containerPort]);
    expect(pairs).toEqual([
      ['stock.local', 8081, 8081],
      ['user.local', 80, 8080],
    ]);
  });

  test('a protocol that nothing tells is taken for http, and said so', () => {
    const guessed = assess(planFor(name), estate).findings.filter((one) => one.code === 'PROTOCOL_GUESSED');
    expect(guessed.map((one) => one.place)).toEqual([
      'virtualNode/frontend-vn',
      'virtualNode/stock-vn',
      'virtualNode/user-vn',
    ]);
  });
});

test('every finding is in the catalogue, with its severity', () => {
  for (const name of ALL) {
    for (const finding of assessed(name).findings) {
      expect(EVERY_FINDING[finding.code as AnyFindingCode].severity).toBe(finding.severity);
    }
  }
});

const withoutStock = (change: (exported: EstateExport) => void): EstateExport => {
  const exported = exportOf('01-simple-three-tier');
  exported.ecs.services = exported.ecs.services.filter((one) => one.serviceName !== 'stock-api');
  change(exported);
  return exported;
};
const nodes = ({ appMesh }: EstateExport): EstateExport['appMesh']['virtualNodes'] =>
  appMesh.virtualNodes.filter((one) => one.virtualNodeName !== 'stock-vn');

describe('a call to a name that leads to no virtual node', () => {
  test.each([
    [
      'since the node is not there',
      (one: EstateExport): void => {
        one.appMesh.virtualNodes = nodes(one);
      },
    ],
    [
      'since the node is not active',
      ({ appMesh }: EstateExport) => {
        for (const node of appMesh.virtualNodes) {
          if (node.virtualNodeName === 'stock-vn') node.status = { status: 'DELETED' };
        }
      },
    ],
    [
      'since the node listens to nothing',
      ({ appMesh }: EstateExport) => {
        for (const node of appMesh.virtualNodes) {
          if (node.virtualNodeName === 'stock-vn' && node.spec !== undefined) node.spec.listeners = [];
        }
      },
    ],
    [
      "since its router's routes lead to nodes that are not there",
      (one: EstateExport) => {
        one.appMesh.virtualNodes = nodes(one);
        const [router] = one.appMesh.virtualRouters;
        const stock = one.appMesh.virtualServices.find((service) => service.virtualServiceName === 'stock.local');
        if (router === undefined || stock === undefined) throw new Error('the fixture lost its router');
        one.appMesh.virtualRouters.push({ ...router, virtualRouterName: 'stock-vr' });
        stock.spec = { provider: { virtualRouter: { virtualRouterName: 'stock-vr' } } };
        const weightedTargets = [{ virtualNode: 'stock-vn', weight: 1 }];
        one.appMesh.routes.push({
          meshName: 'shop',
          virtualRouterName: 'stock-vr',
          routeName: 'all',
          metadata: undefined,
          status: undefined,
          spec: { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } },
        });
      },
    ],
  ] as const)('is not passed over, %s', (_, change: (exported: EstateExport) => void) => {
    const estate = estateOf('01-simple-three-tier', withoutStock(change));
    const { findings, refusals } = assess(planFor('01-simple-three-tier'), estate);
    const unknown = findings.filter((one) => one.code === 'BACKEND_UNKNOWN_VS');
    expect(unknown.map((one) => one.place)).toEqual(['service/frontend']);
    expect(unknown[0]?.message).toContain('stock.local');
    expect(refusals.map((one) => one.reason)).toContain('FindingUndecided');
  });
});
