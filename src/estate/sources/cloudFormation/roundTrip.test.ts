import { expect, test } from 'vitest';
import { withAlarms } from '../../../../test/fixtures/alarms.ts';
import { asTemplate } from '../../../../test/fixtures/asCloudFormation.ts';
import { estateOf, exportOf, type FixtureName, planFor } from '../../../../test/fixtures/estates.ts';
import { asYaml } from '../../../../test/fixtures/templateYaml.ts';
import { assess } from '../../../assess/assess.ts';
import { metricName } from '../../alarms/ofEstate.ts';
import type { EstateExport } from '../../export.ts';
import type { Estate } from '../../model.ts';
import { DEPLOYMENT, SERVICE, TASK_DEFINITION } from '../shapes/ecs.ts';
import { completeLoadBalancing } from '../targetGroups.ts';
import { readCloudFormation } from './read.ts';

const ALL: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

/** What each identity of AWS's own making is the identity of. */
function identities(exported: EstateExport): [string | undefined, string][] {
  const { ecs, elbv2, serviceDiscovery } = exported;
  const balancers = new Map(elbv2.loadBalancers.map((one) => [one.LoadBalancerArn, one.LoadBalancerName]));
  const namespaces = new Map(serviceDiscovery.namespaces.map((one) => [one.Id, one.Name]));
  const listener = (arn: string | undefined): string => {
    const one = elbv2.listeners.find((each) => each.ListenerArn === arn);
    return `listener ${balancers.get(one?.LoadBalancerArn)} ${one?.Port}`;
  };
  return [
    ...elbv2.loadBalancers.map((one): [string | undefined, string] => [
      one.LoadBalancerArn,
      `balancer ${one.LoadBalancerName}`,
    ]),
    ...elbv2.loadBalancers.map((one): [string | undefined, string] => [
      metricName(one.LoadBalancerArn ?? ''),
      `dimension ${one.LoadBalancerName}`,
    ]),
    ...elbv2.targetGroups.map((one): [string | undefined, string] => [
      metricName(one.TargetGroupArn ?? ''),
      `dimension of group ${one.TargetGroupName}`,
    ]),
    ...elbv2.listeners.map((one): [string | undefined, string] => [one.ListenerArn, listener(one.ListenerArn)]),
    ...elbv2.rules.map((one): [string | undefined, string] => [
      one.RuleArn,
      `rule ${listener(one.ListenerArn)} ${one.Priority}`,
    ]),
    ...elbv2.targetGroups.map((one): [string | undefined, string] => [
      one.TargetGroupArn,
      `group ${one.TargetGroupName}`,
    ]),
    ...ecs.taskDefinitions.map(({ taskDefinition: one }): [string | undefined, string] => [
      one.taskDefinitionArn,
      `task ${one.family}`,
    ]),
    ...serviceDiscovery.services.flatMap((one): [string | undefined, string][] => {
      const name = `registry ${one.Name}.${namespaces.get(one.NamespaceId)}`;
      return [
        [one.Arn, `${name} ARN`],
        [one.Id, name],
      ];
    }),
  ];
}

function withNames(value: unknown, exported: EstateExport): unknown {
  const known = identities(exported).toSorted(([left = ''], [right = '']) => right.length - left.length);
  let text = JSON.stringify(value);
  for (const [identity, name] of known) {
    if (identity !== undefined) text = text.replaceAll(`"${identity}"`, JSON.stringify(name));
  }
  return JSON.parse(text);
}

const picked = (value: object, shape: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).filter(([name, item]) => Object.hasOwn(shape, name) && !isEmpty(item) && item !== undefined),
  );

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Inside a container the API answers with empty lists for what nobody declared. */
const withoutEmpty = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => !isEmpty(item)));

const byOwner = (tags: readonly { key?: string | undefined }[] | undefined): object[] =>
  (tags ?? []).filter((tag) => tag.key?.startsWith('aws:') !== true);

/** What a template can tell of an estate: all of it, save what AWS adds on its own. */
function declared(estate: Estate, exported: EstateExport): unknown {
  const { errors: _errors, takenAt: _takenAt, containerInstances: _instances, mesh, rules, ...rest } = estate;
  const { answer: _answer, foreignResources: _foreign, ...meshOnly } = mesh;
  const told = {
    ...rest,
    mesh: meshOnly,
    rules: rules.filter((rule) => rule.IsDefault !== true),
    services: estate.services.map((service) => ({
      ...service,
      service: {
        ...picked(service.service, { ...SERVICE, taskDefinition: 'text', clusterArn: 'text' }),
        roleArn: undefined,
        tags: byOwner(service.service.tags),
      },
      deployment: picked(service.service.deployments?.[0] ?? {}, DEPLOYMENT),
      taskDefinition: {
        ...picked(service.taskDefinition, TASK_DEFINITION),
        containerDefinitions: service.taskDefinition.containerDefinitions?.map((container) => ({
          ...withoutEmpty(container),
          ...(container.logConfiguration === undefined
            ? {}
            : { logConfiguration: withoutEmpty(container.logConfiguration) }),
        })),
      },
      taskDefinitionTags: byOwner(service.taskDefinitionTags),
      scaling:
        service.scaling === undefined
          ? undefined
          : {
              ...service.scaling,
              target: { ...service.scaling.target, CreationTime: undefined, ScalableTargetARN: undefined },
            },
    })),
  };
  return withNames(told, exported);
}

test.each(ALL.flatMap((name) => [[name, 'JSON'] as const, [name, 'YAML'] as const]))(
  '%s, rendered as a template in %s, gives the same estate',
  (name, format) => {
    const exported = withAlarms(exportOf(name));
    const template = asTemplate(exported);
    // Recorded in one of the forms that the API answers with; a template gives them both.
    completeLoadBalancing(exported.elbv2);
    const text = format === 'JSON' ? JSON.stringify(template, null, 2) : asYaml(template);
    const file = { where: `${name}.template`, text, stackName: 'blue' };
    const reading = readCloudFormation([file], exported.caller);
    expect(reading.unresolved).toEqual([]);
    const { readFrom, ...again } = reading.exported;
    expect(Object.values(readFrom ?? {}).filter((from) => from.address?.startsWith('blue/') !== true)).toEqual([]);
    expect(Object.keys(readFrom ?? {}).length).toBeGreaterThan(20);
    expect(declared(estateOf(name, again), again)).toEqual(declared(estateOf(name, exported), exported));
  },
);

/** Every finding of an estate, without the revisions of task definitions, which a template does not have. */
const findingsOf = (name: FixtureName, exported: EstateExport): string[] =>
  assess(planFor(name), estateOf(name, exported))
    .findings.map((finding) => `${finding.code} ${finding.place.replace(/^(taskDefinition\/[^:]*):\d+$/, '$1')}`)
    .sort();

test.each(ALL)('%s, rendered as a template, is assessed as its export is', (name) => {
  const exported = exportOf(name);
  const file = { where: 'blue.json', text: JSON.stringify(asTemplate(exported)) };
  const again = readCloudFormation([file], exported.caller).exported;
  // A call that the inventory could not make is no part of a template, nor are instances, and what other accounts made.
  const { containerInstances: _instances, ...ecs } = exported.ecs;
  const wanted = findingsOf(name, { ...exported, ecs, errors: [] }).filter((one) => !one.startsWith('MESH_SHARED '));
  expect(wanted.length).toBeGreaterThan(10);
  expect(findingsOf(name, again)).toEqual(wanted);
});
