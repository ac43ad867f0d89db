import type { PlanEvent, PlanStatus } from '../../machines/record.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { phaseOf } from '../../machines/intent.ts';
import type { SideCounts } from './tally.ts';

/** Everything that one picture of the demo needs. */
export interface Picture {
  title: string;
  /** Lab time since the start, seconds, and real time since the start, seconds. */
  labSeconds: number;
  realSeconds: number;
  status: PlanStatus | undefined;
  spec: PlanSpec | undefined;
  lastSecond: SideCounts;
  total: SideCounts;
  requests: number;
  failed: number;
  events: PlanEvent[];
  /** Lab time to a clock's face. */
  clockFace: (at: number) => string;
  notes: string[];
  /** The terminal's size, for as long as it has one. */
  size?: { columns: number; rows: number };
}

const PHASES = ['inventory', 'provision', 'verify', 'ramp', 'retire'] as const;
const BAR_WIDTH = 40;

const EVENTS_MAX = 9;

/**
 * One screen, as lines. Shapes and words carry the meaning; there is no colour to lose. It fits the terminal: a line more than
 * that would scroll it at each drawing.
 */
export function renderScreen(picture: Picture): string[] {
  const { status } = picture;
  const lines: string[] = [];
  const time = `${Math.floor(picture.realSeconds)}s  (lab time ${Math.floor(picture.labSeconds / 60)}m${String(Math.floor(picture.labSeconds % 60)).padStart(2, '0')}s)`;
  const titleWidth = Math.min(66, (picture.size?.columns ?? 100) - time.length);
  lines.push(`Meshlift demo: ${picture.title} `.padEnd(titleWidth) + time, '');
  lines.push(phaseLine(status), '');
  const weight = status?.report.weights[0];
  const { blue, green } = picture.lastSecond;
  const served = blue.requests + green.requests;
  const greenShare = served === 0 ? 0 : green.requests / served;
  lines.push(
    `Traffic   want ${cell(weight?.want)}  read back ${cell(weight?.readBack)}  served ${served === 0 ? '  ·' : percent(greenShare)}`,
    `  blue  ${bar(served === 0 ? 0 : 1 - greenShare)} ${String(blue.requests).padStart(5)}/s  failed ${blue.failed}`,
    `  green ${bar(greenShare)} ${String(green.requests).padStart(5)}/s  failed ${green.failed}`,
    '',
    `Requests  ${picture.requests}  blue ${picture.total.blue.requests}  green ${picture.total.green.requests}  failed ${picture.failed}`,
    '',
  );
  lines.push(...serviceLines(status), '', ...stepLine(picture), '');
  lines.push(`Waiting for  ${clip(status?.report.waitingFor ?? 'the operator', 100)}`);
  lines.push(`Way back     ${clip(status?.report.wayBack ?? '·', 100)}`, '');
  const events = picture.events.slice(-EVENTS_MAX).map((event) => {
    const mark = event.type === 'Warning' ? '!' : ' ';
    return `${mark} ${picture.clockFace(event.at)}  ${event.reason.padEnd(16)} ${clip(event.message, 90)}`;
  });
  const notes = picture.notes.slice(-3).map((note) => `* ${clip(note, 110)}`);
  return fitted([...lines, 'Events'], events, notes, picture.size);
}

/** The blank lines go first, then the oldest events. */
function fitted(lines: string[], events: string[], notes: string[], size: Picture['size']): string[] {
  if (size === undefined) return [...lines, ...events, ...notes];
  const room = size.rows - 1;
  const isTight = lines.length + events.length + notes.length > room;
  const kept = isTight ? lines.filter((line) => line !== '') : lines;
  const left = Math.max(0, room - kept.length - notes.length);
  const shown = [...kept, ...(left === 0 ? [] : events.slice(-left)), ...notes];
  return shown.slice(0, Math.max(1, room)).map((line) => clip(line, size.columns));
}

function phaseLine(status: PlanStatus | undefined): string {
  const state = status?.machine.value;
  if (state === undefined) return 'the plan is not seen yet';
  const phase = phaseOf(state);
  if (phase === 'rollback') return `${state === 'rolledBack' ? '↩ RolledBack' : '↩ Rolling back'}   ${state}`;
  const current = PHASES.indexOf(phase);
  const words = PHASES.map((word, index) => {
    if (state === 'succeeded' || index < current) return `✔ ${word}`;
    return index === current ? `◐ ${word}` : `· ${word}`;
  });
  return `${words.join('   ')}   ${state === 'succeeded' ? '✔ Succeeded' : state}`;
}

function serviceLines(status: PlanStatus | undefined): string[] {
  const rows = status?.report.services ?? [];
  const head = `${'SERVICE'.padEnd(14)} ${'BLUE'.padEnd(8)} ${'GREEN'.padEnd(8)} GREEN-NAME`;
  return [
    head,
    ...rows.map(
      (row) =>
        `${row.blue.padEnd(14)} ${ratio(row.blueHealthy, row.blueDesired).padEnd(8)} ${ratio(row.greenHealthy, row.greenDesired).padEnd(8)} ${row.green}`,
    ),
  ];
}

function stepLine({ status, spec }: Picture): string[] {
  if (status === undefined || spec === undefined) return ['Steps  ·'];
  const { value, context } = status.machine;
  const past = ['soak', 'succeeded'].includes(value) || value.startsWith('retire.') || value.startsWith('cutover.');
  const inRamp = value.startsWith('ramp.') || value === 'halted';
  const words = spec.ramp.steps.map((step, index) => {
    const done = past || (inRamp && index < context.step);
    const mark = done ? '✔' : inRamp && index === context.step ? '◐' : '·';
    return `${step.weight}% ${mark}`;
  });
  return [
    `Steps  ${words.join('   ')}   soak ${value === 'soak' ? '◐' : past ? '✔' : '·'}   retire ${value === 'succeeded' ? '✔' : value.startsWith('retire.') ? '◐' : '·'}`,
  ];
}

const cell = (value: number | null | undefined): string =>
  value === null || value === undefined ? '  ·' : `${String(value).padStart(3)}%`;
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
const ratio = (healthy: number | null, desired: number | null): string =>
  healthy === null || desired === null ? '·' : `${healthy}/${desired}`;
const bar = (share: number): string => {
  const filled = Math.round(share * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
};
const clip = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
