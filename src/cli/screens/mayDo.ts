import { wantedCommands } from '../../machines/approval.ts';
import { isSettled } from '../../machines/classify.ts';
import { openGuards } from '../../machines/guards.ts';
import type { PlanStatus } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { condition } from './words.ts';

/** Something that a person may do now, and what comes of it. */
export interface MayDo {
  command: string;
  means: string;
}

/** What a person may do to the plan as it stands, what is asked for most first. */
export function mayDo(view: PlanView): MayDo[] {
  const { name, spec, status } = view;
  const apply: MayDo = { command: 'meshlift apply -f <plan.yaml>', means: 'corrects the plan; nothing was made yet' };
  const remove: MayDo = {
    command: `meshlift delete ${name}`,
    means: 'removes the record; nothing else is left to remove',
  };
  if (status === undefined)
    return [{ command: 'meshlift operator', means: 'runs an operator, which takes the plan up' }];
  const record = status.status;
  if (record.spec === null) return [apply, remove];
  if (spec?.requests.delete !== undefined) return [];
  return [...unholding(view, record), ...onTheWay(name, record, apply, remove)];
}

/** What ends a hold. */
function unholding({ name }: PlanView, { conditions, machine }: PlanStatus): MayDo[] {
  const paused = condition(conditions, 'Paused');
  if (paused?.status !== 'True' || isSettled(machine.value)) return [];
  switch (paused.reason) {
    case 'SpecVanished':
      return [{ command: 'meshlift apply -f <plan.yaml>', means: 'puts the spec back, and the plan goes on' }];
    case 'FreezeWindow':
      return [
        {
          command: 'meshlift apply -f <plan.yaml>',
          means: 'with other gates.windows: the plan goes on when none is open',
        },
      ];
    default:
      return [{ command: `meshlift resume ${name}`, means: 'the plan goes on' }];
  }
}

function onTheWay(name: string, record: PlanStatus, apply: MayDo, remove: MayDo): MayDo[] {
  const { machine, report } = record;
  const isPaused = condition(record.conditions, 'Paused')?.status === 'True';
  const pause: MayDo[] = isPaused
    ? []
    : [{ command: `meshlift pause ${name}`, means: 'nothing goes forward until you resume; a rollback does not wait' }];
  const abort = (means: string): MayDo => ({ command: `meshlift abort ${name}`, means });
  const back = abort(`takes every request back to blue: ${report.wayBack}`);
  switch (machine.value) {
    case 'inventory.assess':
    case 'inventory.preflight':
      return [apply, ...pause, abort('ends the plan; nothing was made yet')];
    case 'provision':
      return [...pause, abort('takes green away; blue has all traffic still')];
    case 'verify':
      return [...approvals(record), ...pause, abort('takes green away; blue has all traffic still')];
    case 'ramp.shift':
      return [...pause, back];
    case 'ramp.bake':
    case 'soak':
      return [...promotions(name, record), ...pause, back];
    case 'cutover.stopBlue':
    case 'retire.prove':
      return [...approvals(record), ...pause, back];
    case 'cutover.startGreen':
    case 'retire.drain':
    case 'retire.handOver':
      return [...pause, back];
    case 'retire.scaleDown':
    case 'retire.remove':
    case 'retire.mesh':
      return pause;
    case 'backward.reviveBlue':
    case 'backward.shiftBack':
    case 'backward.cutBack':
    case 'backward.dismantle':
      return [{ command: `meshlift watch ${name}`, means: 'follows it to its end; nothing holds a rollback' }];
    case 'rolledBack':
      return [
        { command: `meshlift retry ${name}`, means: `attempt ${record.attempt + 1} with the same spec` },
        { command: 'meshlift apply -f <plan.yaml>', means: `attempt ${record.attempt + 1} with another spec` },
        remove,
      ];
    case 'succeeded':
      return [{ command: `meshlift delete ${name}`, means: 'removes the record; green stays' }];
    case 'halted':
      return [
        {
          command: 'put the rule back as it was',
          means: 'the plan verifies the step, bakes it again and goes on by itself',
        },
        back,
      ];
  }
}

/** Ending a bake helps where the bake is what is waited for; by force where gates are in the way that a person may pass over. */
function promotions(name: string, { report }: PlanStatus): MayDo[] {
  const open = new Set(openGuards(report.guards).map((guard) => guard.name));
  const ends = open.has('bake') || open.has('soak');
  if (open.has('gates')) {
    return [
      {
        command: `meshlift promote ${name} --force --reason <text>`,
        means:
          'goes on past gates that do not pass, but not past an alarm or missing capacity; it is recorded as forced',
      },
    ];
  }
  return ends ? [{ command: `meshlift promote ${name}`, means: 'goes on now, since every gate passes' }] : [];
}

const approvals = ({ report }: PlanStatus): MayDo[] =>
  wantedCommands(report).map((command) => ({
    command,
    means: command.startsWith('meshlift handover')
      ? 'prints what infrastructure-as-code has to be told; changes nothing'
      : 'goes on the record; what else it waits for still counts',
  }));
