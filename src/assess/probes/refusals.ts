import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Estate } from '../../estate/model.ts';
import type { Json } from '../../estate/export.ts';
import { entryArn, type MigrationPlan, type TrafficEntry } from '../../plan/model.ts';
import { askedFor, isGrpc, type Probe } from '../../plan/probes.ts';
import { findEntryPoint, listenerArnOf } from '../entries.ts';
import type { Refusal } from '../model.ts';
import { probeRequest } from './request.ts';
import { doorOf, listenerOf } from './rules.ts';
import { testListenerRefusals } from './testListener.ts';

/** What keeps the plan's probes from being sent to green, and to green for sure. */
export function probeRefusals({ spec }: MigrationPlan, estate: Estate): Refusal[] {
  const { probes } = spec.gates;
  const existing = spec.traffic.filter((entry) => findEntryPoint(estate, entry).found !== 'nothing');
  const ofEntries = existing
    .filter(({ service }) => probes.some((probe) => probe.service === service))
    .flatMap((entry): Refusal[] => {
      const place = `spec.gates.probes[${probes.findIndex(({ service }) => service === entry.service)}]`;
      return [loginRefusal, priorityRefusal].flatMap((refusal) => refusal(estate, entry, place) ?? []);
    });
  const ofListeners = spec.traffic.flatMap((entry, index) => testListenerRefusals(estate, entry, probes, index));
  const ofProbes = probes.flatMap((probe, index): Refusal[] => {
    const entries = existing.filter(({ service }) => service === probe.service);
    const tried = entries.map((entry) => ({ entry, addressed: probeRequest(probe, doorOf(estate, entry)) }));
    if (tried.length === 0 || tried.some(({ addressed }) => addressed.can)) return [];
    const why = tried.map(({ entry, addressed }) => `${entryArn(entry)}: ${addressed.can ? '' : addressed.why}`);
    return [
      {
        reason: 'ProbeNotForEntry',
        place: `spec.gates.probes[${index}]`,
        message:
          `No entry of ${probe.service} would take ${wordsOf(probe)} as one of its own requests, so it would not reach green. ${why.join('; ')}. ` +
          'Correct the probe, or leave it out.',
      },
    ];
  });
  return [...ofEntries, ...ofListeners, ...ofProbes];
}

const wordsOf = (probe: Probe): string =>
  isGrpc(probe) ? `the question for health${askedFor(probe).replace(' grpc', ' by gRPC')}` : `GET ${probe.path}`;

/**
 * A probe carries no login. Only where the login lets those through who have none does the answer come from green, and only Cognito's
 * can be copied: a new rule needs the secret of an OIDC client, which nobody is told (row L4).
 */
function loginRefusal(estate: Estate, entry: TrafficEntry, place: string): Refusal | undefined {
  const point = findEntryPoint(estate, entry);
  const login = point.found === 'nothing' ? undefined : point.actions.find(isInTheWay);
  if (login === undefined) return undefined;
  return {
    reason: 'ProbeBehindLogin',
    place,
    message:
      `${entryArn(entry)} asks for a login (${login.Type ?? ''}), and a probe has none: the load balancer would answer it, not green. ` +
      `Leave out the probes of ${entry.service}.`,
  };
}

const isInTheWay = (action: Json<Elb.Action>): boolean =>
  action.Type !== 'forward' &&
  !(action.Type === 'authenticate-cognito' && action.AuthenticateCognitoConfig?.OnUnauthenticatedRequest === 'allow');

/** The rule for probes must come before the entry's own (row L13). A default action comes after every rule. */
function priorityRefusal(estate: Estate, entry: TrafficEntry, place: string): Refusal | undefined {
  if (entry.alb.testListener !== undefined) return undefined;
  const siblings = estate.rules.filter((rule) => listenerArnOf(rule) === listenerOf(entry));
  const own = siblings.find(({ RuleArn }) => RuleArn === entryArn(entry))?.Priority;
  const priority = Number(own);
  if (own === undefined || !Number.isInteger(priority)) return undefined;
  const before = new Set(siblings.map((rule) => Number(rule.Priority)).filter((one) => one < priority));
  if (before.size < priority - 1) return undefined;
  return {
    reason: 'ProbePriorityTaken',
    place,
    message:
      `The rule for probes must come before ${entryArn(entry)}, which has priority ${priority}, and no priority below that is free. ` +
      `Give that rule a higher number (SetRulePriorities), or leave out the probes of ${entry.service}.`,
  };
}
