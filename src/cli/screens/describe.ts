import type { PlanEvent, Report } from '../../machines/record.ts';
import { formatDuration } from '../../plan/duration.ts';
import type { PlanView } from '../planView.ts';
import { table } from './table.ts';
import {
  age,
  becauseWords,
  greenReadBack,
  oneLine,
  overdueMs,
  printable,
  remarks,
  span,
  statusSign,
  stepOf,
  timeOfDay,
  verdictShape,
} from './words.ts';

/** `describe plan`: the whole of what is known of a plan, on one screen. `events` are the last ones, of `eventCount` in all. */
export function describePlan(view: PlanView, events: readonly PlanEvent[], eventCount: number): string[] {
  const sections = [
    header(view),
    traffic(view),
    things(view),
    steps(view),
    conditions(view),
    eventLines(events, eventCount, view.now),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
    .map(printable);
}

function header(view: PlanView): string[] {
  const { name, spec, status, now } = view;
  const requests = spec?.requests ?? {};
  const asked = [
    ...(requests.abort === undefined ? [] : [['Asked for:', `abort, ${askedBy(requests.abort, now)}`]]),
    ...(requests.delete === undefined ? [] : [['Asked for:', `delete, ${askedBy(requests.delete, now)}`]]),
    ...Object.entries(requests.approvals ?? {}).map(([approval, given]) => [
      'Approved:',
      `${approval}, ${askedBy(given, now)}${given.services === undefined ? '' : `; for ${given.services.join(', ')}`}${expiry(given.expiresAt, now)}`,
    ]),
  ];
  if (status === undefined) {
    return labels([
      ['Name:', name],
      ['Status:', [`· Pending`, ...remarks(view)].join('   ')],
      ['Waiting for:', 'an operator: none has seen this plan yet'],
      ...asked,
    ]);
  }
  const { status: record, lease } = status;
  const plan = record.spec;
  const { haltedBecause, backwardBecause } = record.machine.context;
  const because = haltedBecause ?? (backwardBecause === null ? null : becauseWords(backwardBecause));
  const { observedAt } = record.report;
  return labels([
    ['Name:', plan === null ? name : `${name}   Cluster: ${plan.source.cluster}   Mesh: ${plan.source.mesh}`],
    ['Status:', statusLine(view)],
    ...(because === null ? [] : [['Because:', oneLine(because)]]),
    ['Waiting for:', orNone(record.report.waitingFor)],
    ...(observedAt === undefined ? [] : [['Last look:', `${timeOfDay(observedAt)} (${span(now - observedAt)} ago)`]]),
    ['Next look:', nextLook(view)],
    ['Way back:', orNone(record.report.wayBack)],
    ...retainedBlue(record.report),
    ...asked,
    ['Held by:', lease.holder === '' ? `<none>   epoch ${lease.epoch}` : `${lease.holder}   epoch ${lease.epoch}`],
    [
      'Generation:',
      `${record.generation}   attempt ${record.attempt}   plan hash ${record.observedSpecHash.slice(0, 12) || '<none>'}   machine v${record.machine.machineVersion}`,
    ],
    ['Uid:', record.uid],
  ]);
}

function nextLook(view: PlanView): string {
  const at = view.status?.status.nextCheckAt ?? null;
  if (at === null) return 'not before something in the table changes';
  const late = overdueMs(view);
  if (late !== undefined) return `${timeOfDay(at)} (overdue by ${span(late)}: does an operator run?)`;
  return `${timeOfDay(at)}${at > view.now ? ` (in ${span(at - view.now)})` : ''}`;
}

const retainedBlue = ({ blueRetained = [] }: Report): string[][] =>
  blueRetained.map(({ service, callers }, index) => [
    index === 0 ? 'Blue stays:' : '',
    oneLine(`${service}, called by ${callers.join(', ')}`),
  ]);

function statusLine(view: PlanView): string {
  const { shape, word } = statusSign(view);
  const record = view.status?.status;
  const green = greenReadBack(view);
  const step = stepOf(view);
  const bake = record?.spec?.ramp.steps[record.machine.context.step];
  const verifiedAt = record?.machine.context.verifiedAt ?? null;
  const { value } = record?.machine ?? {};
  const isBaking = value === 'ramp.bake' && bake !== undefined && verifiedAt !== null;
  const isSoaking = value === 'soak' && record?.spec !== null && record !== undefined;
  return [
    `${shape} ${word}`,
    ...remarks(view),
    ...(step === undefined || !value?.startsWith('ramp') ? [] : [`step ${step}`]),
    ...(green === undefined ? [] : [value === 'rolledBack' ? `${100 - green}% blue` : `${green}% green`]),
    ...(isBaking ? [`baking ${span(view.now - verifiedAt)} of ${span(bake.bakeMs)}`] : []),
    ...(isSoaking
      ? [`soaking ${span(view.now - record.machine.context.enteredAt)} of ${span(record.spec?.retire.soakMs ?? 0)}`]
      : []),
    ...(value === 'rolledBack' ? [`since ${timeOfDay(record?.machine.context.enteredAt ?? 0)}`] : []),
  ].join('   ');
}

function traffic({ status }: PlanView): string[] {
  const weights = status?.status.report.weights ?? [];
  if (weights.length === 0) return [];
  const rows = weights.flatMap((entry) => [
    [entry.service, 'blue', ...sideCells(entry, 'blue')],
    ['', 'green', ...sideCells(entry, 'green')],
  ]);
  const [servedMs] = weights.flatMap((entry) => entry.servedMs ?? []);
  return [
    ...table([['TRAFFIC', 'SIDE', 'WANT', 'READ-BACK', 'SERVED', 'REQUESTS', '5XX'], ...rows]),
    ...(servedMs === undefined
      ? []
      : [
          `SERVED, REQUESTS and 5XX are of the last ${formatDuration(servedMs)}; a part of that may be before the weight.`,
        ]),
  ];
}

function sideCells(entry: Report['weights'][number], side: 'blue' | 'green'): string[] {
  const agrees = entry.readBack === entry.want ? '✔' : entry.readBack === null ? '?' : '✖';
  const shares = [shareOf(side, entry.want), `${shareOf(side, entry.readBack)} ${agrees}`, shareOf(side, entry.served)];
  if (entry.requests === null) return [...shares, '<unknown>', '<unknown>'];
  const requests = entry.requests[side];
  const errors = entry.requests[side === 'blue' ? 'blue5xx' : 'green5xx'];
  return [...shares, String(requests), requests === 0 ? '0' : `${errors} (${round((errors / requests) * 100)}%)`];
}

/** Reports carry green's share. */
function shareOf(side: 'blue' | 'green', greenShare: number | null): string {
  if (greenShare === null) return '<unknown>';
  return `${round(side === 'green' ? greenShare : 100 - greenShare)}%`;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** The services of both sides, the resources and the gates, as a tree. */
function things(view: PlanView): string[] {
  const report = view.status?.status.report;
  if (report === undefined) return [];
  const services = report.services.flatMap((pair) => [
    healthRow(pair.blue, 'Service(blue)', pair.blueHealthy, pair.blueDesired),
    ...(pair.green === ''
      ? []
      : [healthRow(pair.green, 'Service(green)', pair.greenHealthy, pair.greenDesired, pair.sharedWith)]),
  ]);
  const resources = report.resources
    .filter((resource) => !report.services.some((pair) => resource.id === `service/${pair.green}`))
    .map(({ id, status, why }) => [id, 'Resource', `${RESOURCE_SHAPES[status] ?? '·'} ${status}`, oneLine(why)]);
  const gates = report.gates.map(({ name, verdict, why }) => [
    name,
    'Gate',
    `${verdictShape(verdict)} ${verdict}`,
    oneLine(why),
  ]);
  const rows = [...services, ...resources, ...gates];
  if (rows.length === 0) return [];
  const { shape, word } = statusSign(view);
  return table([
    ['NAME', 'KIND', 'STATUS', 'INFO'],
    [view.name, 'Plan', `${shape} ${word}`, ''],
    ...rows.map(([name, ...cells], index) => [`${index === rows.length - 1 ? '└──' : '├──'} ${name ?? ''}`, ...cells]),
  ]);
}

const RESOURCE_SHAPES: Readonly<Record<string, string>> = {
  ready: '✔',
  waiting: '◐',
  absent: '·',
  differs: '✖',
  foreign: '✖',
  failed: '✖',
  unknown: '?',
};

function healthRow(
  name: string,
  kind: string,
  healthy: number | null,
  desired: number | null,
  sharedWith?: string,
): string[] {
  const shared = sharedWith === undefined ? '' : `shared with plan ${sharedWith}`;
  if (healthy === null || desired === null) return [name, kind, '? Unknown', shared];
  const isHealthy = healthy >= desired && desired > 0;
  const word = desired === 0 ? '· ScaledToZero' : isHealthy ? '✔ Healthy' : '✖ Unhealthy';
  return [name, kind, word, `${healthy}/${desired}${shared === '' ? '' : `, ${shared}`}`];
}

/** `5% ✔   25% ◐ 1m48s   50% ·   100% ·`, and when the ramp can be through at the earliest. */
function steps({ status, now }: PlanView): string[] {
  const record = status?.status;
  if (record === undefined || record.spec === null) return [];
  const { machine, spec } = record;
  const [phase] = machine.value.split('.');
  if (phase === 'backward' || phase === 'rolledBack' || phase === 'halted') return [];
  const { step: current, verifiedAt } = machine.context;
  const isBefore = phase === 'inventory' || phase === 'provision' || phase === 'verify';
  const isAfter = phase === 'cutover' || phase === 'soak' || phase === 'retire' || phase === 'succeeded';
  const baked = verifiedAt === null ? 0 : now - verifiedAt;
  const marks = spec.ramp.steps.map(({ weight, bakeMs }, index) => {
    if (isAfter || (!isBefore && index < current)) return `${weight}% ✔ ${span(bakeMs)}`;
    if (!isBefore && index === current) return `${weight}% ◐ ${span(baked)} of ${span(bakeMs)}`;
    return `${weight}% · ${span(bakeMs)}`;
  });
  const soak = `soak ${phase === 'retire' || phase === 'succeeded' ? '✔' : phase === 'soak' ? '◐' : '·'} ${span(spec.retire.soakMs)}`;
  const retire = `retire ${phase === 'succeeded' ? '✔' : phase === 'retire' ? '◐' : '·'}`;
  const leftMs = spec.ramp.steps.slice(current).reduce((sum, step) => sum + step.bakeMs, 0) - baked;
  const earliest = phase === 'ramp' ? [`ramp over at ${timeOfDay(now + Math.max(0, leftMs))} at the earliest`] : [];
  return [`Steps   ${[...marks, soak, retire, ...earliest].join('   ')}`];
}

function conditions({ status, now }: PlanView): string[] {
  const list = status?.status.conditions ?? [];
  if (list.length === 0) return [];
  const rows = list.map((one) => [one.type, one.status, age(now - one.since), one.reason, oneLine(one.message)]);
  return ['Conditions', ...table([['Type', 'Status', 'Since', 'Reason', 'Message'], ...rows], { indent: 2 })];
}

function eventLines(events: readonly PlanEvent[], count: number, now: number): string[] {
  if (events.length === 0) return ['Events   <none>'];
  const rows = events.map((event) => [
    event.type,
    event.reason,
    age(now - event.at),
    event.from,
    oneLine(event.message),
  ]);
  const title = events.length < count ? `Events (last ${events.length} of ${count})` : 'Events';
  return [title, ...table([['Type', 'Reason', 'Age', 'From', 'Message'], ...rows], { indent: 2 })];
}

const expiry = (at: number | undefined, now: number): string => {
  if (at === undefined) return '';
  return at <= now ? `; expired ${age(now - at)} ago` : `; for ${span(at - now)} more`;
};

const askedBy = (asked: { by: string; at: number; why?: string }, now: number): string =>
  `by ${asked.by} ${age(now - asked.at)} ago${asked.why === undefined || asked.why === '' ? '' : `: ${oneLine(asked.why)}`}`;

const orNone = (text: string): string => (text === '' ? '<none>' : oneLine(text));

const labels = (rows: readonly (readonly string[])[]): string[] =>
  rows.map(([label, text]) => `${(label ?? '').padEnd(14)}${text ?? ''}`);
