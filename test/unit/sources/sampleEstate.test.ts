import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { NO_DELAYS } from '../../../lab/delays.ts';
import { createEdge, type Edge } from '../../../lab/estates/shop/edge.ts';
import { createMesh } from '../../../lab/estates/shop/mesh.ts';
import { createRegistries } from '../../../lab/estates/shop/registries.ts';
import { createServices } from '../../../lab/estates/shop/services.ts';
import { createAlarms, createScaling } from '../../../lab/estates/shop/watch.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { assess } from '../../../src/assess/assess.ts';
import type { Stack } from '../../../src/assess/model.ts';
import type { EstateReport } from '../../../src/assess/report.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import { takeWholeInventory } from '../../../src/aws/inventory/whole.ts';
import { operatorClients } from '../../../src/aws/simulatedShop.ts';
import { saltedHash } from '../../../src/cli/sources/options.ts';
import { testCli } from '../../../src/cli/testing.ts';
import type { EstateExport } from '../../../src/estate/export.ts';
import { readEstate } from '../../../src/estate/fromExport.ts';
import type { Estate } from '../../../src/estate/model.ts';
import { lastPart } from '../../../src/estate/order.ts';
import { readCloudFormation } from '../../../src/estate/sources/cloudFormation/read.ts';
import { settled } from '../../../src/estate/sources/cloudFormation/settled.ts';
import { readTogether, type SourceFile } from '../../../src/estate/sources/together.ts';
import { planFor } from '../../fixtures/estates.ts';

/** The sample estate in process, and what each of its sources tells of it. */
let simulated: SimulatedAws;
let edge: Edge;
let live: EstateExport;
let template: SourceFile;

beforeAll(async () => {
  const clock = new SimulatedClock();
  simulated = createSimulatedAws({ clock, delays: NO_DELAYS });
  const { clients } = operatorClients(simulated);
  await createMesh(await clients.appMesh());
  const registries = await createRegistries(clients.serviceDiscovery, performance.now() + 10_000);
  edge = await createEdge(clients.elbv2);
  const { targetGroupArn } = edge;
  await createServices({ ecs: clients.ecs, account: SIMULATED_ACCOUNT, registries, targetGroupArn });
  await createScaling(clients.autoScaling, edge);
  await createAlarms(clients.cloudWatch, edge);
  live = await takeWholeInventory(clients, { clusters: ['shop'], meshes: ['shop'], clock });
  expect(live.errors).toEqual([]);
  const text = await readFile(new URL('../../fixtures/shop.cloudformation.yaml', import.meta.url), 'utf8');
  template = { where: 'shop.yaml', text };
});

afterAll(() => simulated.close());

function stackOf(exported: EstateExport, listenerRule = edge.listenerRuleArn): Stack {
  const plan = planFor('01-simple-three-tier', { traffic: [{ service: 'frontend', alb: { listenerRule } }] });
  const estate = readEstate(exported, 'shop', 'shop');
  const assessment = assess(plan, estate);
  expect(assessment.refusals).toEqual([]);
  return buildStack(plan, estate, assessment, 1);
}

/** What AWS fills in where a template says nothing, and answers from then on. */
const FILLED_IN: Readonly<Record<string, unknown>> = {
  cpu: 0,
  environment: [],
  mountPoints: [],
  systemControls: [],
  volumesFrom: [],
  volumes: [],
  enableFaultInjection: false,
  placementConstraints: [],
  enableExecuteCommand: false,
  schedulingStrategy: 'REPLICA',
  HealthCheckEnabled: true,
  HealthCheckPort: 'traffic-port',
  HealthCheckProtocol: 'HTTP',
  IpAddressType: 'ipv4',
  Matcher: { HttpCode: '200' },
  ProtocolVersion: 'HTTP1',
  SuspendedState: {
    DynamicScalingInSuspended: false,
    DynamicScalingOutSuspended: false,
    ScheduledScalingSuspended: false,
  },
};

/** The same for attributes of a target group. */
const ATTRIBUTES_FILLED_IN: Readonly<Record<string, string>> = {
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'slow_start.duration_seconds': '0',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

/**
 * Blue was made when ECS already turned it on for a service that leaves it out. A template does not tell when its service was
 * made, and an older one has it off, so green has it off too.
 */
const UNTOLD_BY_AGE = { name: 'availabilityZoneRebalancing', live: 'ENABLED', template: 'DISABLED' };

const isFilledIn = (name: string, item: unknown): boolean =>
  name in FILLED_IN && isDeepStrictEqual(FILLED_IN[name], item);

const isAttributeFilledIn = (item: unknown): boolean =>
  typeof item === 'object' &&
  item !== null &&
  'Key' in item &&
  'Value' in item &&
  ATTRIBUTES_FILLED_IN[String(item.Key)] === item.Value;

/** So there is nothing of blue's to switch off, and nothing that waits for it. */
const isOfUntoldAge = (item: unknown): boolean =>
  typeof item === 'string'
    ? item.startsWith('rebalancingFreeze/')
    : typeof item === 'object' && item !== null && 'kind' in item && item.kind === 'rebalancingFreeze';

/** A stack without what a template cannot tell of it. */
function asATemplateTells(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !isAttributeFilledIn(item) && !isOfUntoldAge(item)).map(asATemplateTells);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => !isFilledIn(name, item))
      .map(([name, item]) => [
        name,
        name === UNTOLD_BY_AGE.name && item === UNTOLD_BY_AGE.live ? UNTOLD_BY_AGE.template : asATemplateTells(item),
      ]),
  );
}

function readTemplate(): EstateExport {
  const { id: account, region } = SIMULATED_ACCOUNT;
  const { exported, unresolved } = readCloudFormation([template], { account, region });
  expect(unresolved).toEqual([]);
  return exported;
}

const exportFile = (): SourceFile => ({ where: 'shop.json', text: JSON.stringify(live) });

const together = (files: SourceFile[]): EstateExport =>
  readTogether(files, { hash: saltedHash, salt: 'grain', region: SIMULATED_ACCOUNT.region }).exported;

test('an export gives the stack that the live estate gives, reduced as it is', () => {
  const wanted = stackOf(live);
  expect(wanted.resources.length).toBe(14);
  expect(stackOf(together([exportFile()]))).toEqual(wanted);
});

const alarmsOf = (exported: EstateExport) =>
  readEstate(exported, 'shop', 'shop')
    .alarms?.filter(({ name }) => !name.startsWith('TargetTracking-'))
    .map((one) => ({ ...one, state: undefined }));

describe('its template', () => {
  test('gives the stack that the live estate gives, but for what a template cannot tell', () => {
    const fromTemplate = stackOf(settled(readTemplate(), live));
    const wanted = asATemplateTells(stackOf(live)) as Stack;
    expect(fromTemplate.resources.map((one) => one.id)).toEqual(wanted.resources.map((one) => one.id));
    for (const [at, resource] of wanted.resources.entries()) expect(fromTemplate.resources[at]).toEqual(resource);
    expect(fromTemplate).toEqual(wanted);
  });

  test('gives it alone too, with a placeholder where AWS makes up a part of an ARN', () => {
    const alone = readTemplate();
    const rule = alone.elbv2.rules[0]?.RuleArn ?? '';
    const fromTemplate = stackOf(alone, rule);
    const text = JSON.stringify(fromTemplate)
      .replaceAll(rule, edge.listenerRuleArn)
      .replaceAll('${shop.FrontendRule}', lastPart(edge.listenerRuleArn))
      .replaceAll('${shop.FrontendTargetGroup}', lastPart(edge.targetGroupArn))
      .replaceAll('${shop.LoadBalancer}', lastPart(edge.loadBalancerArn))
      .replaceAll('${shop.StockRegistry}', registryOf('stock-api'))
      .replaceAll('${shop.UserRegistry}', registryOf('user-api'));
    expect(JSON.parse(text)).toEqual(asATemplateTells(JSON.parse(JSON.stringify(stackOf(live)))));
  });

  test('tells of the alarms that a person made, but for their state', () => {
    expect(alarmsOf(live)?.map((one) => one.name)).toEqual(['shop-5xx', 'shop-latency']);
    expect(alarmsOf(settled(readTemplate(), live))).toEqual(alarmsOf(live));
  });

  test('beside an export does not contradict it', () => {
    const { differences = [], unresolved = [], ...both } = together([exportFile(), template]);
    expect(differences).toEqual([]);
    expect(unresolved).toEqual([]);
    expect(stackOf(both)).toEqual(stackOf(together([exportFile()])));
  });
});

/** The Cloud Map service in which a service of the live estate registers. */
const registryOf = (name: string): string =>
  lastPart(live.ecs.services.find((one) => one.serviceName === name)?.serviceRegistries?.[0]?.registryArn ?? '');

const taskDefinitionFiles = (): SourceFile[] =>
  live.ecs.taskDefinitions.map((answer, index) => ({ where: `${index}.json`, text: JSON.stringify(answer) }));

const namesAndCalls = ({ services, virtualServices, edges }: Estate) => ({
  services: services.map((one) => ({ name: one.name, node: one.virtualNode?.name, by: one.matchedBy?.[0] })),
  called: virtualServices
    .filter((one) => edges.some((edge) => edge.virtualService === one.name))
    .map(({ name, port, targets }) => ({ name, port, targets })),
  edges: edges.map(({ from, to, virtualService, port }) => ({ from, to, virtualService, port })),
});

describe('its task definitions alone', () => {
  test('give the same services, with the edges marked as guesses', () => {
    const wanted = readEstate(live, 'shop', 'shop');
    const estate = readEstate(together(taskDefinitionFiles()), '', 'shop');
    expect(namesAndCalls(wanted).edges).toHaveLength(2);
    expect(namesAndCalls(estate)).toEqual(namesAndCalls(wanted));
    expect(wanted.edges.map((one) => one.certainty)).toEqual(['certain', 'certain']);
    expect(estate.edges.map(({ certainty, source }) => ({ certainty, source }))).toEqual([
      { certainty: 'guess', source: 'environment' },
      { certainty: 'guess', source: 'environment' },
    ]);
    expect(estate.services.map((one) => one.virtualNode?.certainty)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(estate.unresolved?.map((one) => one.place).toSorted()).toEqual(['frontend', 'stock-api', 'user-api']);
  });

  test('are assessed in the same waves, and ask for the calls to be confirmed', async () => {
    const cli = testCli({ endpointUrl: 'http://127.0.0.1:9' });
    for (const { where, text } of taskDefinitionFiles()) cli.files.set(where, text);
    const line = taskDefinitionFiles().map(({ where }) => `--from ${where}`);
    const { out, err, exitCode } = await cli.run(`assess ${line.join(' ')} -o json`);
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 2 });
    const { waves, findings } = JSON.parse(out) as EstateReport;
    expect(waves).toEqual([['stock-api', 'user-api'], ['frontend']]);
    const guessed = findings.find((one) => one.code === 'CALL_GRAPH_GUESSED');
    expect(guessed?.severity).toBe('needs-decision');
    expect(guessed?.message).toContain('App Mesh was not asked');
  });

  test('beside an export add no service', () => {
    const both = together([exportFile(), ...taskDefinitionFiles()]);
    expect(both.differences).toBeUndefined();
    expect(stackOf(both)).toEqual(stackOf(live));
  });
});
