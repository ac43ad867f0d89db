import { isBackward, isReversible, isSettled } from '../../machines/classify.ts';
import { NOT_OBSERVED } from '../../machines/facts.ts';
import { openGuards } from '../../machines/guards.ts';
import { phaseOf } from '../../machines/intent.ts';
import type { Guard } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { mayDo } from './mayDo.ts';
import { table } from './table.ts';
import { trafficLines } from './traffic.ts';
import {
  becauseWords,
  oneLine,
  overdueMs,
  printable,
  remarks,
  span,
  statusSign,
  timeOfDay,
  verdictShape,
} from './words.ts';

/**
 * `explain`: what the plan waits for, since when, where users' requests go meanwhile, on what evidence, when it looks again, and what a
 * person may do.
 */
export function explainPlan(view: PlanView): string[] {
  const sections = [
    headline(view),
    trafficLines(view),
    waits(view),
    gates(view),
    outlook(view),
    asked(view),
    choices(view),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
    .map(printable);
}

/** The same, for scripts. */
export function explanationObject(view: PlanView): Record<string, unknown> {
  const record = view.status?.status;
  const observedAt = record?.report.observedAt;
  return {
    plan: view.name,
    state: record?.machine.value ?? null,
    phase: record === undefined ? null : phaseOf(record.machine.value),
    since: record === undefined ? null : new Date(record.machine.context.enteredAt).toISOString(),
    because: record?.machine.context.haltedBecause ?? record?.machine.context.backwardBecause?.message ?? null,
    traffic: record?.report.weights ?? [],
    observedAt: observedAt === undefined ? null : new Date(observedAt).toISOString(),
    waitingFor: record?.report.waitingFor ?? 'an operator: none has seen this plan yet',
    guards: record?.report.guards ?? [],
    gates: record?.report.gates ?? [],
    wayBack: record?.report.wayBack ?? null,
    nextCheckAt:
      record === undefined || record.nextCheckAt === null ? null : new Date(record.nextCheckAt).toISOString(),
    mayDo: mayDo(view),
  };
}

function headline(view: PlanView): string[] {
  const { name, status, now } = view;
  const { shape, word } = statusSign(view);
  const what = [`plan/${name} is ${shape} ${word}`, ...remarks(view)].join(', ');
  if (status === undefined) return [`${what}: no operator has seen it yet.`];
  const { machine, spec } = status.status;
  if (spec === null) return [`${what}: it never ran.`];
  const steps = spec.ramp.steps;
  const { rehearsal } = machine.context;
  const step = !machine.value.startsWith('ramp.')
    ? ''
    : rehearsal === null
      ? `, step ${machine.context.step + 1} of ${steps.length}`
      : ', rehearsing the way back';
  const since = `${timeOfDay(machine.context.enteredAt)} (${span(now - machine.context.enteredAt)})`;
  const because = machine.context.backwardBecause;
  return [
    `${what} (${machine.value}${step}) since ${since}.`,
    ...(because === null ? [] : [`Because ${becauseWords(because)}`]),
    ...unattended(view),
  ];
}

/** Said before anything else: what stands below was true when somebody last looked. */
function unattended(view: PlanView): string[] {
  const late = overdueMs(view);
  if (late === undefined) return [];
  const holder = view.status?.lease.holder ?? '';
  const by = holder === '' ? 'no operator looks' : `${holder} looks no more`;
  return [`The next look is overdue by ${span(late)}: ${by}. Weights stay as they are, and nobody watches the alarms.`];
}

function waits({ status }: PlanView): string[] {
  const record = status?.status;
  if (record === undefined) return [];
  if (record.spec === null) return ['It waits for', `  ${oneLine(record.report.waitingFor)}`];
  const { guards } = record.report;
  const open = openGuards(guards);
  if (open.length === 0) {
    return guards.length === 0
      ? [oneLine(`It waits for ${record.report.waitingFor}.`)]
      : ['It goes on at the next look.'];
  }
  if (open.every(({ why }) => why === NOT_OBSERVED.why)) {
    return ['It has come here just now: what it waits for is read at the next look.'];
  }
  const passed = guards.filter((guard) => guard.verdict === 'pass');
  return ['It waits for', ...rows(open), ...(passed.length === 0 ? [] : ['What is there already', ...rows(passed)])];
}

function gates({ status, now }: PlanView): string[] {
  const { gates: list = [], observedAt } = status?.status.report ?? {};
  if (list.length === 0) return [];
  const when = observedAt === undefined ? 'as they were read last' : `as they were read ${span(now - observedAt)} ago`;
  const passed = list.filter(({ verdict }) => verdict === 'pass');
  return [`Gates, ${when}`, ...rows([...openGuards(list), ...passed])];
}

const rows = (guards: readonly Guard[]): string[] =>
  table(
    guards.map(({ name, verdict, why }) => [`${verdictShape(verdict)} ${verdict}`, name, oneLine(why)]),
    { indent: 2 },
  );

function outlook({ status, now }: PlanView): string[] {
  const record = status?.status;
  if (record === undefined || record.spec === null) return [];
  const { nextCheckAt } = record;
  const next =
    nextCheckAt === null
      ? 'not before something in the table changes'
      : nextCheckAt <= now
        ? `at once (it was due ${span(now - nextCheckAt)} ago)`
        : `${timeOfDay(nextCheckAt)} (in ${span(nextCheckAt - now)})`;
  const by = status?.lease.holder === '' ? '' : ` by ${status?.lease.holder ?? ''}`;
  return [`Next look:  ${next}${by}`, `Way back:   ${oneLine(record.report.wayBack) || '<none>'}`];
}

/** Asked for and not yet heard. */
function asked({ spec, status, now }: PlanView): string[] {
  const { abort, delete: deletion } = spec?.requests ?? {};
  const value = status?.status.machine.value;
  const isHeard = value === undefined || isBackward(value) || isSettled(value);
  return [
    ...(abort === undefined || isHeard
      ? []
      : [
          `An abort was asked for by ${abort.by} ${span(now - abort.at)} ago: ${
            isReversible(value)
              ? 'it is heard at the next look, before anything else.'
              : 'it came after the point of no return, and the plan goes on.'
          }`,
        ]),
    ...(deletion === undefined
      ? []
      : [
          `Its deletion was asked for by ${deletion.by} ${span(now - deletion.at)} ago: the plan is taken back where it is not settled, and removed.`,
        ]),
  ];
}

/** A longer command has a line of its own, so that what the others mean stays beside them. */
const COMMAND_WIDTH_MAX = 50;

function choices(view: PlanView): string[] {
  const list = mayDo(view);
  if (list.length === 0) return [];
  const short = list.map(({ command }) => command.length).filter((length) => length <= COMMAND_WIDTH_MAX);
  const width = Math.max(0, ...short);
  const lines = list.flatMap(({ command, means }) =>
    command.length <= width
      ? [`  ${command.padEnd(width)}   ${oneLine(means)}`]
      : [`  ${command}`, `  ${''.padEnd(width)}   ${oneLine(means)}`],
  );
  return ['You may', ...lines];
}
