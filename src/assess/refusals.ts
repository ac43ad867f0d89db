import { keptContainers } from '../estate/envoy.ts';
import type { BlueService, Edge, Estate } from '../estate/model.ts';
import { entryArn, type MigrationPlan } from '../plan/model.ts';
import { turnTakers } from '../plan/turns.ts';
import { decidedFor, isAccepted } from './decisions.ts';
import { entryArnsOf, findEntryPoint, forwardTargets, pointsAt } from './entries.ts';
import { isForbidden } from './findings/mesh.ts';
import { cycles } from './graph.ts';
import { onServiceConnect } from './greenService.ts';
import { canHaveGreen, isMeshed } from './meshed.ts';
import type { Finding, Refusal } from './model.ts';
import { tooLongNames } from './names.ts';
import { missedByPlans } from './unread.ts';

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** What is wrong with the plan's own words: services and entries that the estate does not have, or not so. */
export function planRefusals(plan: MigrationPlan, estate: Estate): Refusal[] {
  const refusals: Refusal[] = [];
  const services = new Map(estate.services.map((service) => [service.name, service]));
  const refuse = (reason: string, place: string, message: string): void => {
    refusals.push({ reason, place, message });
  };
  const notFound = (name: string): string =>
    `The cluster ${estate.cluster.name} has no active service ${name}. It has: ${listed([...services.keys()])}. ` +
    'Correct the name, or spec.source.cluster.';

  for (const name of Object.keys(plan.spec.services)) {
    if (!services.has(name)) refuse('ServiceNotFound', `spec.services.${name}`, notFound(name));
  }

  const seen = new Map<string, number>();
  for (const [index, entry] of plan.spec.traffic.entries()) {
    const arn = entryArn(entry);
    const here = `spec.traffic[${index}]`;
    const place = `${here}.alb.${'listenerRule' in entry.alb ? 'listenerRule' : 'listener'}`;
    const first = seen.get(arn);
    if (first !== undefined) {
      refuse('EntryNamedTwice', place, `spec.traffic[${first}] names ${arn} already. Name it once.`);
      continue;
    }
    seen.set(arn, index);

    const service = services.get(entry.service);
    if (service === undefined) {
      refuse('ServiceNotFound', `${here}.service`, notFound(entry.service));
    } else if (!isMeshed(service, estate.mesh)) {
      refuse(
        'ServiceNotMeshed',
        `${here}.service`,
        `The service ${entry.service} runs as no virtual node of the mesh ${estate.mesh.name}` +
          `${service.virtualNode === undefined ? '' : ` but of ${service.virtualNode.meshName}`}, so there is nothing to ` +
          'move. Name a meshed service, or correct spec.source.mesh.',
      );
    }

    const point = findEntryPoint(estate, entry);
    if (point.found === 'nothing') {
      refuse(
        'listenerRule' in entry.alb ? 'RuleNotFound' : 'ListenerNotFound',
        place,
        `${arn} does not exist on a load balancer of the cluster's services. ` +
          `Name the rule, or the listener for its default action, that forwards to the service ${entry.service}` +
          `${service === undefined ? '' : `: ${listed(entryArnsOf(estate, service))}`}.`,
      );
      continue;
    }
    if ('listenerRule' in entry.alb && point.isDefault) {
      refuse(
        'DefaultRule',
        place,
        `${arn} is a listener's default rule, which ModifyRule cannot change (row L6). Write listener: with the ` +
          "listener's ARN instead.",
      );
    }
    if (arn.includes(':loadbalancer/net/') || arn.includes(':listener/net/') || arn.includes(':listener-rule/net/')) {
      refuse(
        'NotAnApplicationLoadBalancer',
        place,
        `${arn} belongs to a Network Load Balancer (row L28). Only rules and listeners of an Application Load Balancer can be shifted yet.`,
      );
      continue;
    }
    if (service === undefined) continue;
    const targets = forwardTargets(point.actions);
    const own = service.targetGroups.map(({ targetGroup }) => targetGroup.TargetGroupArn);
    if (targets.length !== 1 || !own.includes(targets[0])) {
      refuse(
        'RuleNotOneTargetGroup',
        place,
        `${arn} must forward to exactly one target group, and to one of the service ${entry.service}` +
          ` (${listed(own.map((one) => one ?? ''))}). It forwards to ${listed(targets)}. Make the rule forward to that group alone.`,
      );
    }
  }
  return refusals;
}

/** What keeps this set of services from moving together. */
export function graphRefusals(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  edges: readonly Edge[],
): Refusal[] {
  const refusals: Refusal[] = [];
  const moving = new Set(services.map((service) => service.name));
  const entries = new Set(plan.spec.traffic.map((entry) => entry.service));
  const expected = new Set([...Object.keys(plan.spec.services), ...entries]);

  for (const blue of services.filter(canHaveGreen)) {
    for (const long of tooLongNames(blue, plan)) {
      refusals.push({
        reason: 'GreenNameTooLong',
        place: 'spec.target.nameSuffix',
        message:
          `Green of ${blue.name} would be called ${long}, which is ${long.length} characters; ECS takes 255, and the digit is that of a later attempt. ` +
          'Nothing was made. Choose a shorter suffix, or shorten the name of blue or of its family.',
      });
    }
  }
  for (const { name: from, call } of services.flatMap((service) =>
    (service.outsideCalls ?? []).map((call) => ({ name: service.name, call })),
  )) {
    if (call.leadsTo !== 'leftOut') continue;
    refusals.push({
      reason: 'CalledServiceLeftOut',
      place: `service/${from}`,
      message:
        `${from} calls ${call.virtualService}${call.port === undefined ? '' : `:${call.port}`}, and no service of the ` +
        `cluster ${estate.cluster.name} answers to it${call.virtualNode === undefined ? '' : ` (virtual node ${call.virtualNode})`}. ` +
        'A service moves with everything that it calls: bring the called service into this cluster, or take the call away.',
    });
  }
  if (Object.keys(plan.spec.services).length > 0) {
    for (const service of services) {
      if (expected.has(service.name)) continue;
      const callers = edges.filter((edge) => edge.to === service.name && moving.has(edge.from));
      const shown = [...new Set(callers.map((edge) => `${edge.from} as ${edge.virtualService}:${edge.port}`))];
      refusals.push({
        reason: 'CalledServiceLeftOut',
        place: 'spec.services',
        message:
          `spec.services leaves out ${service.name}, which is called by ${listed(shown)}. A service moves with everything that ` +
          `it calls: add ${service.name}, or leave spec.services empty to take whatever is called.`,
      });
    }
    const named = (name: string) => estate.services.find((service) => service.name === name);
    // What an entry calls that does not exist, or is not of the mesh, is not known.
    const isMistaken = [...entries].map(named).some((entry) => entry === undefined || !isMeshed(entry, estate.mesh));
    for (const name of Object.keys(plan.spec.services)) {
      if (moving.has(name) || isMistaken || named(name) === undefined) continue;
      refusals.push({
        reason: 'ServiceNotCalled',
        place: `spec.services.${name}`,
        message: `No entry calls ${name}, directly or not, so it would not move. Take it out, or add the entry that calls it.`,
      });
    }
  }
  for (const edge of estate.edges) {
    if (!moving.has(edge.to) || moving.has(edge.from)) continue;
    refusals.push({
      reason: 'CallerLeftBehind',
      place: `service/${edge.to}`,
      message:
        `${edge.from} is not in this plan and calls ${edge.to} as ${edge.virtualService}:${edge.port}, so ${edge.to} could not be ` +
        `retired. Not yet possible: a plan that keeps a called blue. Add the entry that ${edge.from} serves.`,
    });
  }
  for (const members of cycles([...moving], edges)) {
    refusals.push({
      reason: 'CycleNotYet',
      place: `service/${members[0] ?? ''}`,
      message:
        `${members.join(', ')} call each other in a circle, and a client knows only what was there before it (row S10). ` +
        'Moving a circle is not built yet. Break it, or move these services by hand.',
    });
  }
  refusals.push(...turnRefusals(plan, estate, services, edges));
  for (const service of services) refusals.push(...serviceRefusals(plan, estate, service));
  return refusals;
}

/** Whose sides cannot take turns: what is asked for answers while the ramp is under way has to run on both. */
function turnRefusals(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  edges: readonly Edge[],
): Refusal[] {
  const entries = new Set(plan.spec.traffic.map((entry) => entry.service));
  return turnTakers(plan.spec).flatMap((name): Refusal[] => {
    const blue = services.find((service) => service.name === name);
    if (blue === undefined) return [];
    const callers = [...new Set(edges.filter((edge) => edge.to === name).map((edge) => edge.from))];
    const reason = !isMeshed(blue, estate.mesh)
      ? `runs as no virtual node of the mesh ${estate.mesh.name}, so there is nothing to move`
      : entries.has(name)
        ? 'is behind an entry, and green has no task of it until all traffic is on green'
        : callers.length > 0
          ? `is called by ${listed(callers)}, whose green would find no task of it until all traffic is on green`
          : blue.service.schedulingStrategy === 'DAEMON'
            ? 'is a DAEMON, which has no count that could be set to 0 (row E8)'
            : undefined;
    if (reason === undefined) return [];
    return [
      {
        reason: 'CannotTakeTurns',
        place: `spec.services.${name}.cutover`,
        message: `The sides of ${name} cannot take turns: it ${reason}. Nothing was made. Let it be parallel, or take it out of the plan.`,
      },
    ];
  });
}

function serviceRefusals(plan: MigrationPlan, estate: Estate, blue: BlueService): Refusal[] {
  const refusals: Refusal[] = [];
  const place = `service/${blue.name}`;
  if (onServiceConnect(blue.service)) {
    refusals.push({
      reason: 'AlreadyOnServiceConnect',
      place,
      message: `${blue.name} is on Service Connect already, and cannot be on both (row S14). Take it out of the plan.`,
    });
  }
  if ((blue.taskDefinition.containerDefinitions?.length ?? 0) === 0) {
    refusals.push({
      reason: 'TaskDefinitionUnread',
      place,
      message: `The task definition of ${blue.name} could not be read. Allow ecs:DescribeTaskDefinition and try again.`,
    });
  } else if (
    blue.virtualGateway === undefined &&
    !keptContainers(blue.taskDefinition).some((container) => container.essential !== false)
  ) {
    refusals.push({
      reason: 'NothingButEnvoy',
      place,
      message: `Without Envoy no essential container of ${blue.name} is left. Mark the application's container as essential.`,
    });
  }
  const removed = new Set(
    (blue.taskDefinition.containerDefinitions ?? [])
      .filter((one) => !keptContainers(blue.taskDefinition).includes(one))
      .map((container) => container.name),
  );
  for (const container of keptContainers(blue.taskDefinition)) {
    const source = container.volumesFrom?.find((one) => removed.has(one.sourceContainer));
    if (source === undefined) continue;
    refusals.push({
      reason: 'VolumesFromEnvoy',
      place,
      message: `${container.name ?? ''} takes volumes from ${source.sourceContainer ?? ''}, which goes with the mesh. Give it volumes of its own.`,
    });
  }
  const named = new Set(plan.spec.traffic.map(entryArn));
  // An entry that leads nowhere was refused with the ways in that there are.
  const isMistaken = plan.spec.traffic.some(
    (entry) => entry.service === blue.name && findEntryPoint(estate, entry).found === 'nothing',
  );
  for (const { targetGroup } of blue.targetGroups) {
    const missing = pointsAt(estate, targetGroup.TargetGroupArn ?? '').filter((arn) => !named.has(arn));
    if (missing.length === 0 || isMistaken || blue.virtualGateway !== undefined) continue;
    refusals.push({
      reason: 'TrafficEntryMissing',
      place: 'spec.traffic',
      message:
        `${blue.name} also gets traffic through ${missing.join(', ')} (target group ${targetGroup.TargetGroupName ?? ''}), which would ` +
        'still reach blue when it is retired. Add an entry for each.',
    });
  }
  return refusals;
}

/** What the findings and the inventory's failed reads forbid. */
export function findingRefusals(plan: MigrationPlan, estate: Estate, findings: readonly Finding[]): Refusal[] {
  const refusals: Refusal[] = [];
  for (const finding of findings) {
    const { code, place, message, instead } = finding;
    const text = `${code} at ${place}: ${message} Instead: ${instead}.`;
    switch (finding.severity) {
      case 'info':
        break;
      case 'degraded':
        if (isAccepted(plan.spec, code, place)) break;
        refusals.push({
          reason: 'FindingNotAccepted',
          place: 'spec.accept',
          message: `${text} To go on, add ${code} to spec.accept, or { code: ${code}, place: ${place} } for this place alone.`,
        });
        break;
      case 'blocker':
      case 'needs-decision': {
        const decided = decidedFor(plan.spec, code, place);
        const how = `{ code: ${code}, place: ${place}, choice: … }`;
        if (decided.kind === 'undecided') {
          refusals.push({
            reason: 'FindingUndecided',
            place: 'spec.decisions',
            message: `${text} To go on, add ${how} to spec.decisions with one of: ${decided.choices}.`,
          });
        } else if (decided.kind === 'notBuilt') {
          refusals.push({
            reason: 'ChoiceNotYet',
            place: 'spec.decisions',
            message: `${text} The choice ${decided.choice} is not built yet; possible: ${decided.choices}.`,
          });
        } else if (decided.kind === 'noWay' && finding.severity === 'blocker') {
          refusals.push({
            reason: 'Blocked',
            place,
            message: `${text} No choice opens a way out of it: the plan cannot run while this is so.`,
          });
        } else if (decided.kind === 'noWay') {
          refusals.push({
            reason: 'DecisionNotYet',
            place,
            message: `${text} No choice for it is built yet: change the estate so that the finding is gone.`,
          });
        }
        break;
      }
    }
  }
  for (const error of missedByPlans(estate.errors)) {
    if (isForbidden(error.code)) continue;
    refusals.push({
      reason: 'InventoryIncomplete',
      place: error.subject ?? error.call,
      message: `${error.call} failed with ${error.code}: ${error.message} What it would have told is missing, so nothing is moved. It is tried again.`,
    });
  }
  return refusals;
}
