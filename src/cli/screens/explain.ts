import { openGuards } from '../../machines/guards.ts';
import { phaseOf } from '../../machines/intent.ts';
import type { Guard } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { mayDo } from './mayDo.ts';
import { table } from './table.ts';
import { oneLine, remarks, span, statusSign, timeOfDay, verdictShape } from './words.ts';

/** `explain`: what the plan waits for, since when, on what evidence, when it looks again, and what a person may do. */
export function explainPlan(view: PlanView): string[] {
  const sections = [headline(view), waits(view), gates(view), outlook(view), asked(view), choices(view)];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** The same, for scripts. */
export function explanationObject(view: PlanView): Record<string, unknown> {
  const record = view.status?.status;
  return {
    plan: view.name,
    state: record?.machine.value ?? null,
    phase: record === undefined ? null : phaseOf(record.machine.value),
    since: record === undefined ? null : new Date(record.machine.context.enteredAt).toISOString(),
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
  const step = machine.value.startsWith('ramp.') ? `, step ${machine.context.step + 1} of ${steps.length}` : '';
  const since = `${timeOfDay(machine.context.enteredAt)} (${span(now - machine.context.enteredAt)})`;
  return [`${what} (${machine.value}${step}) since ${since}.`];
}

function waits({ status }: PlanView): string[] {
  const record = status?.status;
  if (record === undefined) return [];
  if (record.spec === null) return ['It waits for', `  ${oneLine(record.report.waitingFor)}`];
  const because = record.machine.context.backwardBecause;
  const reason = because === null ? [] : [`Because ${because.reason}: ${oneLine(because.message)}`];
  const { guards } = record.report;
  const open = openGuards(guards);
  if (open.length === 0) {
    return [
      ...reason,
      ...(guards.length === 0
        ? [oneLine(`It waits for ${record.report.waitingFor}.`)]
        : ['It goes on at the next look.']),
    ];
  }
  const passed = guards.filter((guard) => guard.verdict === 'pass');
  return [
    ...reason,
    ...(reason.length === 0 ? [] : ['']),
    'It waits for',
    ...rows(open),
    ...(passed.length === 0 ? [] : ['What is there already', ...rows(passed)]),
  ];
}

function gates({ status }: PlanView): string[] {
  const list = status?.status.report.gates ?? [];
  return list.length === 0 ? [] : ['Gates, as they were read last', ...rows(list)];
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
  const isHeard = value === undefined || value.startsWith('backward.') || value === 'rolledBack';
  return [
    ...(abort === undefined || isHeard
      ? []
      : [
          `An abort was asked for by ${abort.by} ${span(now - abort.at)} ago: it is heard at the next look, before anything else.`,
        ]),
    ...(deletion === undefined
      ? []
      : [
          `Its deletion was asked for by ${deletion.by} ${span(now - deletion.at)} ago: the plan is taken back where it is not settled, and removed.`,
        ]),
  ];
}

function choices(view: PlanView): string[] {
  const list = mayDo(view);
  return list.length === 0
    ? []
    : [
        'You may',
        ...table(
          list.map(({ command, means }) => [command, oneLine(means)]),
          { indent: 2 },
        ),
      ];
}
