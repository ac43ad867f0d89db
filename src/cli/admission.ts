import { assess } from '../assess/assess.ts';
import { decidedFor, isAccepted } from '../assess/decisions.ts';
import type { Finding, Stack } from '../assess/model.ts';
import { sharedGreenOf } from '../assess/shared/shared.ts';
import { buildStack } from '../assess/stack.ts';
import { readEstate } from '../estate/fromExport.ts';
import type { BlueService } from '../estate/model.ts';
import { shortBakes } from '../machines/gates/bakes.ts';
import { blindAlarms } from '../machines/gates/sight.ts';
import { WAIVED } from '../machines/gates/waived.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { ruleClaimsOf, serviceClaimsOf } from '../reconciler/claims.ts';
import { attempt } from '../reconciler/observe/attempt.ts';
import type { AlarmReading, World } from '../reconciler/ports.ts';
import { makerVerdict } from '../reconciler/sharedGreen.ts';
import { held, queued, type RivalReader } from './admissionRivals.ts';
import { awsWords } from './awsWords.ts';

/** What was found before a plan is written; it is admitted when nothing is refused and nothing was left unchecked. */
export interface Admission {
  /** Each with its place in the plan (`spec.traffic[0].service`) or in the estate (`service/stock-api`). */
  refusals: { place: string; message: string }[];
  /** What could not be looked at, and why. */
  unchecked: string[];
  /** What the plan gives up and has agreed to, and what it will wait for. */
  notes: string[];
}

/** What is asked of AWS. */
export type AdmissionWorld = Pick<World, 'inventory' | 'alarms' | 'alarmsBeneath'>;

export const NOTHING: Admission = { refusals: [], unchecked: [], notes: [] };

/**
 * Looks at AWS and at the table as the operator will, before anything is written: the estate, the alarms, the other plans.
 * Nothing is changed. The operator looks again, so what passes here may still be refused there.
 */
export async function checkAdmission(
  plan: MigrationPlan,
  world: AdmissionWorld,
  reader: RivalReader,
): Promise<Admission> {
  const rules = await held(plan, ruleClaimsOf(plan.spec), reader);
  // A rule that another plan moves is not as it will be: what it carries now says nothing about this plan.
  const isHeld = rules.length > 0;
  const [{ blue, ...estate }, { readings, known, ...alarms }] = await Promise.all([
    isHeld ? { ...NOTHING, blue: [] } : surveyEstate(plan, world, reader),
    checkAlarms(plan, world),
  ]);
  const blind = blindAlarms(plan.spec, readings, known, blue).map(({ index, message }) => ({
    place: `spec.gates.alarms[${index}]`,
    message,
  }));
  const before = isHeld ? rules : await queued(plan, reader);
  return {
    refusals: [...before, ...estate.refusals, ...alarms.refusals, ...blind],
    unchecked: [...estate.unchecked, ...alarms.unchecked],
    notes: [...estate.notes, ...alarms.notes],
  };
}

/**
 * What can be said of a plan whose application is in another account than the person's credentials: the claims of other plans. All else is the
 * operator's to look at, with the role that the plan names.
 */
export async function checkElsewhere(plan: MigrationPlan, account: string, reader: RivalReader): Promise<Admission> {
  const rules = await held(plan, ruleClaimsOf(plan.spec), reader);
  const note = `the application is in the account ${account}, which your credentials are not of: the operator looks at it, with the plan's role, before it changes anything.`;
  return { refusals: rules.length > 0 ? rules : await queued(plan, reader), unchecked: [], notes: [note] };
}

async function surveyEstate(
  plan: MigrationPlan,
  world: Pick<World, 'inventory'>,
  reader: RivalReader,
): Promise<Admission & { blue: BlueService[] }> {
  const { spec } = plan;
  const exported = await attempt(() => world.inventory(plan));
  if (!exported.ok) {
    const { error } = exported;
    if (error.code !== 'ClusterNotFoundException') {
      return { ...NOTHING, blue: [], unchecked: [`the estate: ${awsWords(error)}`] };
    }
    const message = `there is no ECS cluster ${spec.source.cluster}: ${awsWords(error)}`;
    return { ...NOTHING, blue: [], refusals: [{ place: 'spec.source.cluster', message }] };
  }
  const estate = readEstate(exported.value, spec.source.cluster, spec.source.mesh);
  // What App Mesh did not tell is a finding, which the plan can decide; all else must be whole before anything is said of it.
  const unread = estate.errors.filter((error) => !error.call.startsWith('appmesh:'));
  if (unread.length > 0) {
    const unchecked = unread.map(
      ({ call, subject, code, message }) =>
        `the estate: ${call}${subject === undefined ? '' : ` of ${subject}`} failed with ${code}: ${message}`,
    );
    return { ...NOTHING, blue: [], unchecked };
  }
  const assessment = assess(plan, estate);
  const { services, findings, refusals } = assessment;
  const { state, why } = estate.mesh.answer;
  return {
    blue: estate.services.filter(({ name }) => services.includes(name)),
    refusals: [
      ...refusals,
      ...(refusals.length > 0 ? [] : await unmade(buildStack(plan, estate, assessment, 1), reader)),
      ...(await held(plan, serviceClaimsOf(estate.cluster.arn, services), reader)),
    ],
    unchecked: [],
    notes: [...(state === 'read' ? [] : [why]), ...findings.flatMap((finding) => noteOf(plan, finding))],
  };
}

/** Shared green whose plan has not succeeded. */
async function unmade(stack: Stack, reader: Pick<RivalReader, 'readStatus'>): Promise<Admission['refusals']> {
  const refusals: Admission['refusals'] = [];
  for (const { name, maker } of sharedGreenOf(stack)) {
    const { verdict, why } = makerVerdict(name, maker, (await reader.readStatus(maker.plan))?.status);
    if (verdict !== 'pass') refusals.push({ place: 'spec.target.shared', message: why });
  }
  return refusals;
}

/** What a person has agreed to is said once more; what they have not is refused already. */
function noteOf({ spec }: MigrationPlan, { code, severity, place, message, instead }: Finding): string[] {
  const told = (how: string) => [`${code} at ${place} (${severity}, ${how}): ${message} Instead: ${instead}.`];
  switch (severity) {
    case 'degraded':
      return isAccepted(spec, code, place) ? told('accepted') : [];
    case 'blocker':
    case 'needs-decision': {
      const decided = decidedFor(spec, code, place);
      return decided.kind === 'decided' ? told(`decided: ${decided.choice}`) : [];
    }
    case 'info':
      return [];
  }
}

interface AlarmsRead {
  /** In the order of the plan. */
  readings: readonly AlarmReading[];
  /** Those and what is beneath them, by name. */
  known: ReadonlyMap<string, AlarmReading>;
}

const NO_ALARMS: AlarmsRead = { readings: [], known: new Map() };

async function checkAlarms(
  { spec }: MigrationPlan,
  world: Pick<World, 'alarms' | 'alarmsBeneath'>,
): Promise<Admission & AlarmsRead> {
  const read = await attempt(() => world.alarms(spec.gates.alarms));
  if (!read.ok) return { ...NOTHING, ...NO_ALARMS, unchecked: [`the alarms: ${awsWords(read.error)}`] };
  const beneath = await attempt(() => world.alarmsBeneath(read.value));
  if (!beneath.ok) return { ...NOTHING, ...NO_ALARMS, unchecked: [`the alarms: ${awsWords(beneath.error)}`] };
  const known = new Map([...beneath.value, ...read.value].map((alarm) => [alarm.name, alarm]));
  const found = {
    refusals: [...shortBakes(spec, read.value, known)] as Admission['refusals'],
    unchecked: [],
    notes: [] as string[],
    readings: read.value,
    known,
  };
  for (const [index, { name, state, stateReason }] of read.value.entries()) {
    const refuse = (message: string) => found.refusals.push({ place: `spec.gates.alarms[${index}]`, message });
    switch (state) {
      case 'OK':
        break;
      case 'missing':
        refuse(`CloudWatch has no alarm "${name}" here: create it, or correct the name`);
        break;
      case 'ALARM':
        if (spec.strategy === 'rescue') {
          found.notes.push(`the alarm "${name}" is in ALARM (${stateReason}); ${WAIVED} while green serves nothing`);
        } else {
          refuse(`the alarm "${name}" is in ALARM (${stateReason}): a plan starts when it is OK`);
        }
        break;
      case 'INSUFFICIENT_DATA':
        found.notes.push(`the alarm "${name}" has insufficient data (${stateReason}); the plan waits until it is OK`);
        break;
    }
  }
  return found;
}
