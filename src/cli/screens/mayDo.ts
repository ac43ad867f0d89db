import { wantedCommands } from '../../machines/approval.ts';
import { isReversible, isSettled } from '../../machines/classify.ts';
import { isEasing } from '../../machines/easing.ts';
import { openGuards } from '../../machines/guards.ts';
import type { Guard, PlanStatus } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { condition, overdueMs } from './words.ts';

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
  const attend: MayDo[] =
    overdueMs(view) === undefined
      ? []
      : [
          {
            command: 'meshlift operator',
            means: 'runs an operator, which takes the plan over and goes on where it was',
          },
        ];
  if (spec?.requests.delete !== undefined) return attend;
  return [...attend, ...unholding(view, record), ...onTheWay(name, record, apply, remove)];
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
  const { machine } = record;
  const isPaused = condition(record.conditions, 'Paused')?.status === 'True';
  const pause: MayDo[] = isPaused ? [] : [{ command: `meshlift pause ${name}`, means: pauseMeans(machine.value) }];
  const abort = (means: string): MayDo => ({ command: `meshlift abort ${name}`, means });
  const back = abort('takes every request back to blue, as the way back says');
  const watch: MayDo = { command: `meshlift watch ${name}`, means: 'follows it to its end; nothing holds a rollback' };
  const endEasing: MayDo = {
    command: 'meshlift apply -f <plan.yaml>',
    means: 'with rollback.strategy: immediate: everything goes back at once',
  };
  switch (machine.value) {
    case 'inventory.assess':
    case 'inventory.preflight':
      return [apply, ...pause, abort('ends the plan; nothing was made yet')];
    case 'provision':
      return [...pause, abort('takes green away; blue has all traffic still')];
    case 'verify':
      return [
        ...approvals(record),
        ...probing(record),
        ...pause,
        abort('takes green away; blue has all traffic still'),
      ];
    case 'ramp.shift':
      return [...pause, back];
    case 'ramp.bake':
    case 'soak':
      return [...deploymentBack(record), ...ending(name, record), ...pause, back, ...forcing(name, record)];
    case 'cutover.stopBlue':
    case 'retire.prove':
      return [...approvals(record), ...pause, back];
    case 'cutover.startGreen':
      return [back, ...pause];
    case 'retire.drain':
    case 'retire.handOver':
      return [...pause, back];
    case 'retire.scaleDown':
    case 'retire.remove':
    case 'retire.mesh':
      return pause;
    case 'backward.reviveBlue':
      return [...lookAtBlue(record), watch];
    case 'backward.shiftBack':
      return isEasing(machine.value, machine.context) ? [endEasing, watch] : [...lookAtRules(record), watch];
    case 'backward.cutBack':
    case 'backward.dismantle':
      return [watch];
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
        ...(isGone(record)
          ? []
          : [
              {
                command: 'put the rule back as it was',
                means: 'the plan verifies the step, bakes it again and goes on by itself',
              },
            ]),
        ...lookAtRules(record),
        whoChanged(record),
        back,
      ];
  }
}

function pauseMeans(state: PlanStatus['machine']['value']): string {
  if (state === 'cutover.startGreen') return 'better not here: neither side works until green has started';
  return isReversible(state)
    ? 'nothing goes forward until you resume; a rollback does not wait'
    : 'nothing more is taken away until you resume; there is no way back';
}

/** The operator's own calls are among them, under its role. */
function whoChanged({ report: { weights } }: PlanStatus): MayDo {
  const event = weights.every(({ entry }) => isRule(entry)) ? 'ModifyRule' : 'ModifyListener';
  return {
    command: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=${event}`,
    means: "who changed it; the operator's own calls are among them",
  };
}

/** A rule that was deleted is put back by nobody: the next one has another ARN. */
const isGone = ({ machine }: PlanStatus): boolean =>
  machine.context.haltedBecause?.includes('does not exist any more') === true;

const isRule = (arn: string): boolean => arn.includes(':listener-rule/');

/** Rules that do not carry what is wanted, as AWS tells them: this only reads. */
const lookAtRules = ({ report: { weights } }: PlanStatus): MayDo[] =>
  weights
    .filter(({ want, readBack }) => want !== readBack)
    .map(({ entry, service }) => ({
      command: isRule(entry)
        ? `aws elbv2 describe-rules --rule-arns ${entry}`
        : `aws elbv2 describe-listeners --listener-arns ${entry}`,
      means: `what the rule of ${service} carries now`,
    }));

/** Services of blue that are short: their events say why. This only reads. */
function lookAtBlue({ report, spec }: PlanStatus): MayDo[] {
  const short = report.services.filter(
    ({ blueHealthy, blueDesired }) => blueHealthy !== null && blueDesired !== null && blueHealthy < blueDesired,
  );
  if (short.length === 0 || spec === null) return [];
  const names = short.map(({ blue }) => blue).join(' ');
  return [
    {
      command: `aws ecs describe-services --cluster ${spec.source.cluster} --services ${names} --query 'services[].events[:5].message'`,
      means: 'why its tasks do not become healthy',
    },
  ];
}

/** What green is asked may change under way. */
const probing = ({ report }: PlanStatus): MayDo[] =>
  openNames(report.gates).some((gate) => gate.startsWith('probe/'))
    ? [{ command: 'meshlift apply -f <plan.yaml>', means: 'with other gates.probes: green is asked anew' }]
    : [];

const openNames = (guards: readonly Guard[]): string[] => openGuards(guards).map(({ name }) => name);

/** Ending a bake helps where the bake is all that is waited for. */
function ending(name: string, { report }: PlanStatus): MayDo[] {
  const open = openNames(report.guards);
  const ends = (open.includes('bake') || open.includes('soak')) && !open.includes('gates');
  return ends ? [{ command: `meshlift promote ${name}`, means: 'goes on now, since every gate passes' }] : [];
}

/** No force passes an alarm, or a side that lacks capacity. */
const isVital = (gate: string): boolean => /^(?:alarms$|alarm\/|capacity\/)/.test(gate);

/** Last of all, where gates are in the way and a person may pass over all of them. */
function forcing(name: string, { report }: PlanStatus): MayDo[] {
  if (!openNames(report.guards).includes('gates') || openNames(report.gates).some(isVital)) return [];
  return [
    {
      command: `meshlift promote ${name} --force --reason <text>`,
      means: 'goes on past the gates that do not pass; it is recorded as forced, and alarms are watched as ever',
    },
  ];
}

/** Where a deployment on blue has to be taken back at once, the gate has the command. */
const deploymentBack = ({ report }: PlanStatus): MayDo[] =>
  openGuards(report.gates)
    .flatMap(({ why }) => why.match(/aws ecs update-service [^;]+/g) ?? [])
    .map((command) => ({ command: command.trim(), means: 'takes the deployment on blue back' }));

const approvals = ({ report }: PlanStatus): MayDo[] =>
  wantedCommands(report).map((command) => ({
    command,
    means: command.startsWith('meshlift handover')
      ? 'prints what infrastructure-as-code has to be told; changes nothing'
      : 'goes on the record; what else it waits for still counts',
  }));
