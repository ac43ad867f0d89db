import { isBackward } from '../../machines/classify.ts';
import type { MachineState, Report } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { table } from './table.ts';
import { formatDuration } from '../../plan/duration.ts';
import { span } from './words.ts';

type Weight = Report['weights'][number];

/** Where users' requests go, entry by entry, as it was read back, and what both sides answered lately. */
export function trafficLines({ status, now }: PlanView): string[] {
  const record = status?.status;
  if (record === undefined || record.spec === null) return [];
  const { weights, observedAt } = record.report;
  const { value } = record.machine;
  if (weights.length === 0) return isUntouched(value) ? ['Traffic is as it was: blue has all of it.'] : [];
  const when = observedAt === undefined ? '' : `, read ${span(now - observedAt)} ago`;
  return [
    `Traffic${when}`,
    ...table(
      weights.map((weight) => [weight.service, carried(weight, value), counted(weight)]),
      { indent: 2 },
    ),
  ];
}

/** Before the preflight writes a rule back unchanged, and before green is in one. */
const isUntouched = (state: MachineState): boolean => state === 'inventory.assess' || state === 'inventory.preflight';

function carried({ want, readBack }: Weight, state: MachineState): string {
  if (readBack === null) {
    return isUntouched(state) || state === 'provision'
      ? 'blue has all of it: green has no weight yet'
      : `not read this time; the plan wants ${sides(want)}`;
  }
  if (readBack === want) return `✔ ${sides(readBack)}`;
  return isBackward(state) || state === 'ramp.shift'
    ? `◐ ${sides(readBack)}, on its way to ${sides(want)}`
    : `✖ ${sides(readBack)}, and the plan wants ${sides(want)}`;
}

const sides = (greenShare: number): string => `blue ${100 - greenShare} %, green ${greenShare} %`;

function counted({ requests, servedMs }: Weight): string {
  if (requests === null) return '';
  const over = servedMs === undefined ? '' : ` in the last ${formatDuration(servedMs)}`;
  return `answered${over}: blue ${requests.blue} (${requests.blue5xx} of them 5xx), green ${requests.green} (${requests.green5xx})`;
}
