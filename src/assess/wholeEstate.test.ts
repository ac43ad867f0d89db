import { describe, expect, test } from 'vitest';
import { expectationOf, exportOf, type FixtureName, wholeEstateOf } from '../../test/fixtures/estates.ts';
import { assessEstate } from './assess.ts';
import { CATALOGUE, type FindingCode } from './catalogue.ts';
import { gatewayReplacement } from './gatewayReplacement.ts';
import { rolesOf } from './report/services.ts';

const ALL: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

/** Ours names ECS services as a plan's decisions do: `service/x` where the expectations say `ecs/x`. */
const place = (subject: string): string => subject.replace(/^ecs\//, 'service/');

const order = (alias: { dnsName: string; port: number }): string => `${alias.dnsName}:${alias.port}`;

const inOrder = <Alias extends { dnsName: string; port: number }>(aliases: Alias[]): Alias[] =>
  aliases.toSorted((left, right) => (order(left) < order(right) ? -1 : 1));

describe.each(ALL)('the whole estate %s', (name) => {
  const expected = expectationOf(name);
  const estate = wholeEstateOf(name);
  const assessment = assessEstate(estate);
  const isGateway = (service: string): boolean =>
    estate.services.some((one) => one.name === service && one.virtualGateway !== undefined);

  test('has the findings that are recorded: none missing, none invented', () => {
    const ours = assessment.findings.map((one) => {
      const { fidelity } = CATALOGUE[one.code as FindingCode];
      return `${one.code} ${one.place} ${one.severity} ${fidelity}`;
    });
    const theirs = expected.findings.map((one) => `${one.code} ${place(one.subject)} ${one.severity} ${one.fidelity}`);
    // Two policies of one node, or listeners of one gateway, that lose the same thing are one finding with two sentences.
    expect(ours.sort()).toEqual([...new Set(theirs)].sort());
  });

  test('its services are matched to the nodes and gateways that are recorded, by the same evidence', () => {
    const ours = estate.services.map((one) => ({
      ecsService: one.name,
      kind: one.virtualGateway === undefined ? 'virtualNode' : 'virtualGateway',
      name: (one.virtualNode ?? one.virtualGateway)?.name,
      account: one.arn.split(':')[4],
      by: one.matchedBy,
    }));
    expect(ours).toEqual(expected.matches.toSorted((left, right) => (left.ecsService < right.ecsService ? -1 : 1)));
  });

  test('its call graph is the one recorded, with calls that lead to no service', () => {
    const inside = assessment.edges.map((edge) => `${edge.from} ${edge.to} ${edge.virtualService}`);
    const outside = estate.services.flatMap((service) =>
      (service.outsideCalls ?? []).map(
        (call) => `${service.name} (external) ${call.virtualNode} ${call.virtualService}`,
      ),
    );
    const theirs = expected.graph.edges.map((edge) => `${edge.from} ${edge.to} ${edge.via}`);
    expect([...new Set([...inside, ...outside])].sort()).toEqual(theirs.sort());
  });

  test('roles and waves are those recorded; a gateway has a role and no wave', () => {
    const shown = { client: 'Client', server: 'Server', clientServer: 'ClientServer', none: 'None' };
    const roles = [...rolesOf(estate.services, estate.edges)].map(([service, role]) => [
      service,
      isGateway(service) ? 'Gateway' : shown[role],
    ]);
    expect(Object.fromEntries(roles)).toEqual(expected.graph.roles);
    const waves = assessment.waves.map((wave) => wave.filter((service) => !isGateway(service)));
    expect(waves.filter((wave) => wave.length > 0)).toEqual(expected.graph.waves.map((wave) => wave.toSorted()));
    expect(assessment.cycles).toEqual([]);
  });

  test('aliases are those recorded', () => {
    const ours = assessment.aliases.map(({ service, protocol, ...alias }) => ({
      ...alias,
      ecsService: service,
      ...(protocol === 'tcp' ? {} : { appProtocol: protocol }),
    }));
    expect(inOrder(ours)).toEqual(inOrder(expected.aliases));
  });

  test('names that lead to several services are those recorded, with the service that owns the alias', () => {
    const ours = estate.virtualServices
      .filter((one) => one.targets.length > 1)
      .map((one) => ({
        virtualService: one.name,
        port: one.port,
        services: one.targets.map((target) => target.service).sort(),
        defaultOwner: assessment.aliases.find((alias) => alias.virtualService === one.name)?.service,
      }));
    const theirs = (expected.splits ?? []).map((one) => ({ ...one, services: one.services.toSorted() }));
    expect(ours).toEqual(theirs);
  });

  test("rules in a gateway's stead are those recorded", () => {
    const ours = (estate.mesh.gateways ?? []).flatMap((gateway) =>
      gatewayReplacement(estate, gateway).map(({ unsupported, ...rule }) => {
        expect(unsupported.length === 0).toBe(rule.complete);
        return rule;
      }),
    );
    expect(ours).toEqual(expected.gatewayReplacement ?? []);
  });

  test('what is blocked is blocked by what is recorded', () => {
    for (const { for: service, blockedBy } of expected.greenServices) {
      const node = estate.services.find((one) => one.name === service)?.virtualNode?.name;
      const blockers = assessment.findings.filter(
        (one) => one.severity === 'blocker' && one.place === `virtualNode/${node}`,
      );
      expect(blockers.map((one) => one.code).sort(), service).toEqual((blockedBy ?? []).toSorted());
    }
  });
});

test('a service of another cluster with a taken name keeps both names apart', () => {
  const name = '03-gateway-grpc-mtls-shared';
  const exported = exportOf(name);
  const pricing = exported.ecs.services.find((one) => one.serviceName === 'pricing');
  if (pricing === undefined) throw new Error('the fixture lost pricing');
  pricing.serviceName = 'catalog';
  const names = wholeEstateOf(name, exported).services.map((one) => one.name);
  expect(names).toEqual(['audit', 'catalog', 'edge', 'inventory', 'platform/catalog']);
});
