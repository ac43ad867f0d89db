import { phaseOf } from '../../machines/intent.ts';
import type { PlanEvent } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { table } from './table.ts';
import { age, condition, greenReadBack, oneLine, printable, remarks, statusSign, stepOf } from './words.ts';

/** `get plans`: one row a plan, no spaces in a cell. */
export function plansTable(views: readonly PlanView[], wide: boolean): string[] {
  const header = ['NAME', 'STATUS', 'STEP', 'GREEN', 'PHASE', 'READY'];
  const more = ['GENERATION', 'ATTEMPT', 'HOLDER', 'EPOCH'];
  const rows = views.map((view) => {
    const status = view.status?.status;
    const green = greenReadBack(view);
    const row = [
      view.name,
      [statusSign(view).word, ...remarks(view)].join(','),
      stepOf(view) ?? '<none>',
      status === undefined || status.report.weights.length === 0
        ? '<none>'
        : green === undefined
          ? '<unknown>'
          : `${green}%`,
      status === undefined ? '<none>' : phaseOf(status.machine.value),
      condition(status?.conditions, 'Ready')?.status ?? 'Unknown',
    ];
    const { lease } = view.status ?? {};
    const holder = lease === undefined || lease.holder === '' ? '<none>' : lease.holder;
    const wideCells = [status?.generation, status?.attempt, holder, lease?.epoch].map((cell) =>
      String(cell ?? '<none>'),
    );
    return [...row, ...(wide ? wideCells : []), status === undefined ? '<unknown>' : age(view.now - status.createdAt)];
  });
  return table([[...header, ...(wide ? more : []), 'AGE'], ...rows]).map(printable);
}

/** `get events`: oldest first. */
export function eventsTable(events: readonly PlanEvent[], now: number): string[] {
  return table([
    ['AGE', 'TYPE', 'REASON', 'FROM', 'MESSAGE'],
    ...events.map((event) => [age(now - event.at), event.type, event.reason, event.from, oneLine(event.message)]),
  ]).map(printable);
}
