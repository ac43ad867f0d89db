import type { Json } from '../estate/export.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import { byText, unique } from '../estate/order.ts';
import { entryArn, type MigrationPlan, type TrafficEntry } from '../plan/model.ts';
import { takesTurns } from '../plan/turns.ts';
import { namedPorts } from './aliases.ts';
import { subgraphOf } from './assess.ts';
import { createdAlarms } from './createdAlarms.ts';
import { decidedFor } from './decisions.ts';
import { blueTargetGroupOf, findEntryPoint } from './entries.ts';
import { greenConnectServices, greenLoadBalancers, greenLogging, greenServiceInput } from './greenService.ts';
import type {
  Assessment,
  FreezeResource,
  RuleResource,
  ServiceResource,
  Stack,
  StackResource,
  TargetGroupResource,
  TaskDefinitionResource,
} from './model.ts';
import { greenNames } from './names.ts';
import { probeRules } from './probes/rules.ts';
import { rebalancingFreeze } from './rebalancing.ts';
import { retirement } from './retire.ts';
import { greenScaling, scalingFreeze } from './scaling.ts';
import { sharedResources } from './shared/shared.ts';
import { greenAttributes, greenTargetGroup } from './targetGroup.ts';
import { greenTaskDefinition, ownTags } from './taskDefinition.ts';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

/**
 * The green resources that the plan and the estate call for, in an order that respects `dependsOn`: blue's scaling and rebalancing are frozen
 * before anything of green is made; a target group hangs in its rule before a service names it (row E60); a service comes after
 * every service that it calls (row S10). Green that the plan shares is referred to in its own place. Pure and deterministic. Meaningful only where the assessment refuses nothing.
 *
 * @param attempt 1 for the first; later ones get numbered names
 */
export function buildStack(plan: MigrationPlan, estate: Estate, assessment: Assessment, attempt: number): Stack {
  const { services, edges, aliases } = subgraphOf(plan, estate);
  const names = greenNames(plan, attempt);
  const freezes = services.flatMap((blue): FreezeResource[] =>
    [scalingFreeze(estate, blue), rebalancingFreeze(estate, blue)].filter((one) => one !== undefined),
  );
  const frozen = freezes.map((freeze) => freeze.id);
  const referred = sharedResources(plan, estate, services, aliases);
  const namespace: StackResource = referred?.namespace ?? {
    kind: 'namespace',
    id: `namespace/${names.namespace}`,
    dependsOn: frozen,
    blueService: undefined,
    name: names.namespace,
    endpoints: services.flatMap((blue) =>
      greenConnectServices(aliases, blue.name).flatMap((one) => one.discoveryName ?? one.portName ?? []),
    ),
  };
  const greenName = (blue: string): string => referred?.services.get(blue)?.name ?? names.service(blue);
  const serviceId = (blue: string): string => `service/${greenName(blue)}`;
  const families = services.map((service) => service.taskDefinition.family ?? service.name);

  const edge = edgeResources();
  const byWave = assessment.waves.flatMap((wave) =>
    wave.flatMap((name) => {
      const blue = services.find((service) => service.name === name);
      return blue === undefined ? [] : serviceResources(blue);
    }),
  );

  /** One twin for each blue target group that an entry forwards to, and one rule for each entry. */
  function edgeResources(): { targetGroups: TargetGroupResource[]; rules: RuleResource[] } {
    const found = plan.spec.traffic.flatMap((entry) => {
      const blue = services.find((service) => service.name === entry.service);
      const arn = blue === undefined ? undefined : blueTargetGroupOf(estate, entry, blue);
      const attached = blue?.targetGroups.find((one) => one.targetGroup.TargetGroupArn === arn);
      return blue === undefined || arn === undefined || attached === undefined ? [] : [{ entry, blue, arn, attached }];
    });
    const targetGroups = unique(found, ({ arn }) => arn).map(({ blue, attached }): TargetGroupResource => {
      const name = names.targetGroup(attached.targetGroup.TargetGroupName ?? blue.name);
      const decided = decidedFor(plan.spec, 'ECS_TG_HEALTHCHECK_ENVOY_PORT', `service/${blue.name}`);
      const path = decided.kind === 'decided' ? decided.choice : undefined;
      return {
        kind: 'targetGroup',
        id: `targetGroup/${name}`,
        dependsOn: frozen,
        blueService: blue.name,
        input: greenTargetGroup(attached.targetGroup, blue.taskDefinition, name, path),
        attributes: greenAttributes(attached.attributes),
      };
    });
    const rules = found.map(({ entry, blue, arn, attached }): RuleResource => {
      const green = `targetGroup/${names.targetGroup(attached.targetGroup.TargetGroupName ?? blue.name)}`;
      return {
        kind: 'rule',
        id: ruleId(entry),
        dependsOn: [green],
        blueService: blue.name,
        entry,
        blueTargetGroupArn: arn,
        greenTargetGroup: { ref: green },
        originalActions: actionsOf(entry),
      };
    });
    return { targetGroups, rules };
  }

  function actionsOf(entry: TrafficEntry): Json<Elb.Action>[] {
    const point = findEntryPoint(estate, entry);
    return point.found === 'nothing' ? [] : point.actions;
  }

  function serviceResources(blue: BlueService): StackResource[] {
    const another = referred?.services.get(blue.name);
    if (another !== undefined) return [another];
    const family = blue.taskDefinition.family ?? blue.name;
    // Two services of one family differ in their ports; each gets a family of its own.
    const shared = families.filter((one) => one === family).length > 1 && family !== blue.name;
    const greenFamily = names.family(shared ? `${family}-${blue.name}` : family);
    const transformed = greenTaskDefinition(blue, namedPorts(aliases, blue.name), greenFamily);
    const taskDefinition: TaskDefinitionResource = {
      kind: 'taskDefinition',
      id: `taskDefinition/${greenFamily}`,
      dependsOn: frozen,
      blueService: blue.name,
      input: { ...transformed.input, tags: byKey(transformed.input.tags) },
    };
    const greenGroups = new Map(
      edge.rules
        .filter((rule) => rule.blueService === blue.name)
        .map((rule) => [rule.blueTargetGroupArn, rule.greenTargetGroup.ref]),
    );
    const callees = unique(
      edges.filter((one) => one.from === blue.name && one.to !== blue.name).map((one) => serviceId(one.to)),
      (id) => id,
    );
    const volumes = new Set((transformed.input.volumes ?? []).map((volume) => volume.name ?? ''));
    // Its sides take turns: green gets its tasks at the cutover.
    const isTurnTaker = takesTurns(plan.spec, blue.name);
    const service: ServiceResource = {
      kind: 'service',
      id: serviceId(blue.name),
      dependsOn: [
        namespace.id,
        taskDefinition.id,
        ...edge.rules.filter((rule) => rule.blueService === blue.name).map((rule) => rule.id),
        ...callees,
      ],
      blueService: blue.name,
      name: names.service(blue.name),
      input: {
        ...greenServiceInput(blue, names.service(blue.name), volumes),
        ...(isTurnTaker ? { desiredCount: 0 } : {}),
      },
      tags: byKey(ownTags(blue.service.tags)),
      taskDefinition: { ref: taskDefinition.id },
      loadBalancers: greenLoadBalancers(blue, greenGroups),
      serviceConnect: {
        namespace: { ref: namespace.id },
        services: greenConnectServices(aliases, blue.name),
        ...greenLogging(blue),
      },
    };
    const scaling = greenScaling(
      estate,
      blue,
      { name: service.name, serviceId: service.id },
      greenGroups,
      isTurnTaker ? 'one runs' : 'both run',
    );
    return [taskDefinition, service, ...(scaling === undefined ? [] : [scaling])];
  }

  return {
    resources: [
      ...freezes,
      namespace,
      ...edge.targetGroups,
      ...edge.rules,
      ...createdAlarms(plan, edge.rules),
      ...probeRules(estate, plan.spec.gates.probes, edge.rules),
      ...byWave,
    ],
    waves: assessment.waves,
    retire: retirement(plan, estate, services, assessment.waves, greenName, referred?.services),
  };
}

/** Tags are a set, and each source tells it in another order. */
const byKey = (tags: readonly Json<Ecs.Tag>[] = []): Json<Ecs.Tag>[] =>
  tags.toSorted((left, right) => byText(left.key ?? '', right.key ?? ''));

/** `rule/shop-public/9f8e…`: the load balancer's name and the rule's (or listener's) own id, whatever its position in the plan. */
const ruleId = (entry: TrafficEntry): string => {
  const [, , loadBalancer = '', ...ids] = entryArn(entry).split('/');
  return `rule/${loadBalancer}/${ids.at(-1) ?? ''}`;
};
