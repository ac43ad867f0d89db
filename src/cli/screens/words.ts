import type { Condition, MachineState } from '../../machines/record.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { PlanView } from '../planView.ts';

/** A shape and a word, so that nothing is said by colour alone. */
export interface Sign {
  shape: string;
  word: string;
}

const STATES: Readonly<Record<MachineState, Sign>> = {
  'inventory.assess': { shape: '◐', word: 'Assessing' },
  'inventory.preflight': { shape: '◐', word: 'Preflight' },
  provision: { shape: '◐', word: 'Provisioning' },
  verify: { shape: '◐', word: 'Verifying' },
  'ramp.shift': { shape: '◐', word: 'Ramping' },
  'ramp.bake': { shape: '◐', word: 'Ramping' },
  'cutover.stopBlue': { shape: '◐', word: 'CuttingOver' },
  'cutover.startGreen': { shape: '◐', word: 'CuttingOver' },
  soak: { shape: '◐', word: 'Soaking' },
  'retire.prove': { shape: '◐', word: 'Retiring' },
  'retire.drain': { shape: '◐', word: 'Retiring' },
  'retire.handOver': { shape: '◐', word: 'Retiring' },
  'retire.scaleDown': { shape: '◐', word: 'Retiring' },
  'retire.remove': { shape: '◐', word: 'Retiring' },
  'retire.mesh': { shape: '◐', word: 'Retiring' },
  succeeded: { shape: '✔', word: 'Succeeded' },
  'backward.reviveBlue': { shape: '↩', word: 'RollingBack' },
  'backward.shiftBack': { shape: '↩', word: 'RollingBack' },
  'backward.cutBack': { shape: '↩', word: 'RollingBack' },
  'backward.dismantle': { shape: '↩', word: 'RollingBack' },
  rolledBack: { shape: '↩', word: 'RolledBack' },
  halted: { shape: '‖', word: 'Halted' },
};

/** The plan's status in a word. `Pending`: no operator has seen it. `Refused`: it never ran, because it may not. */
export function statusSign(view: PlanView): Sign {
  const { status } = view;
  if (status === undefined) return { shape: '·', word: 'Pending' };
  if (status.status.spec === null) return { shape: '✖', word: 'Refused' };
  return STATES[status.status.machine.value];
}

/** What is also so: paused, being deleted, its spec gone; of a plan that is over, that some of blue stays. */
export function remarks({ spec, status }: PlanView): string[] {
  const isPaused = condition(status?.status.conditions, 'Paused')?.status === 'True';
  const { machine, report } = status?.status ?? {};
  const isRetaining = machine?.value === 'succeeded' && report?.blueRetained !== undefined;
  return [
    ...(isPaused ? ['Paused'] : []),
    ...(isRetaining ? ['BlueRetained'] : []),
    ...(spec?.requests.delete === undefined ? [] : ['Deleting']),
    ...(spec === undefined ? ['SpecMissing'] : []),
  ];
}

export const condition = (
  conditions: readonly Condition[] | undefined,
  type: Condition['type'],
): Condition | undefined => conditions?.find((one) => one.type === type);

export const verdictShape = (verdict: Verdict['verdict']): string =>
  ({ pass: '✔', wait: '◐', fail: '✖', unknown: '?' })[verdict];

/** Green's share where it is least, read back; `undefined` where nothing was read. */
export function greenReadBack({ status }: PlanView): number | undefined {
  const weights = status?.status.report.weights ?? [];
  const read = weights.flatMap(({ readBack }) => (readBack === null ? [] : [readBack]));
  return read.length === 0 || read.length < weights.length ? undefined : Math.min(...read);
}

/** `2/4` while the ramp is on its way, `0/4` before it, `4/4` after it; `undefined` where it no longer applies. */
export function stepOf({ status }: PlanView): string | undefined {
  if (status === undefined || status.status.spec === null) return undefined;
  const { machine, spec } = status.status;
  const steps = spec.ramp.steps.length;
  const [phase] = machine.value.split('.');
  if (phase === 'inventory' || phase === 'provision' || phase === 'verify') return `0/${steps}`;
  if (phase === 'ramp') return `${machine.context.step + 1}/${steps}`;
  if (phase === 'cutover' || phase === 'soak' || phase === 'retire' || phase === 'succeeded')
    return `${steps}/${steps}`;
  return undefined;
}

/** Why a plan goes back, or went. An abort says by itself that it is one. */
export const becauseWords = ({ reason, message }: { reason: string; message: string }): string =>
  oneLine(reason === 'Aborted' ? message : `${reason}: ${message}`);

/** So long after it was due the next look is none that is only slow: no operator holds the plan. */
const OVERDUE_MS = 2 * 60_000;

/** How long ago the operator should have looked again; `undefined` while one does, and where none has to. */
export function overdueMs({ status, now }: PlanView): number | undefined {
  const at = status?.status.nextCheckAt ?? null;
  return at === null || now - at < OVERDUE_MS ? undefined : now - at;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As kubectl writes ages: finer when short. `<unknown>` for a time in the future by more than a second. */
export function age(ms: number): string {
  if (ms < -SECOND) return '<unknown>';
  const total = Math.max(0, ms);
  const whole = (unit: number) => Math.floor(total / unit);
  if (total < 2 * MINUTE) return `${whole(SECOND)}s`;
  if (total < 10 * MINUTE) return `${whole(MINUTE)}m${whole(SECOND) % 60}s`;
  if (total < 3 * HOUR) return `${whole(MINUTE)}m`;
  if (total < 8 * HOUR) return `${whole(HOUR)}h${whole(MINUTE) % 60}m`;
  if (total < 2 * DAY) return `${whole(HOUR)}h`;
  if (total < 8 * DAY) return `${whole(DAY)}d${whole(HOUR) % 24}h`;
  return `${whole(DAY)}d`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A time that runs: `48s`, `1m48s`, `5m00s`, `1h05m`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}

/** `14:07:12Z`. */
export const timeOfDay = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)}Z`;

/** A line of a screen: what somebody wrote into a name, or into the table, moves no cursor and sets no colour. */
export const printable = (line: string): string => line.replaceAll(/\p{Cc}/gu, ' ');

/** One line: line breaks and other control characters of foreign texts become spaces. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
