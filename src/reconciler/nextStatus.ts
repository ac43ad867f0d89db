import { retainedInWords } from '../assess/retained.ts';
import { isBackward, isSettled } from '../machines/classify.ts';
import { conditions } from '../machines/conditions.ts';
import { startMachine, type Decision } from '../machines/decide.ts';
import type { PlanStatus } from '../machines/record.ts';
import type { Acceptance } from './acceptance.ts';
import { fitting } from './fitting.ts';
import type { Observation } from './observe/observation.ts';
import { emptyReport, report } from './report.ts';
import { alarmsAsTheyAre } from './rescueTelling.ts';
import type { Run } from './run.ts';
import { changedWords } from './telling.ts';

/** Of a plan that no operator has looked at yet. `now`: milliseconds since the epoch, as in all of these. */
export const newStatus = (uid: string, now: number): PlanStatus => ({
  uid,
  generation: 0,
  observedSpecHash: '',
  spec: null,
  attempt: 1,
  createdAt: now,
  machine: startMachine(now),
  conditions: [],
  report: emptyReport('the operator'),
  nextCheckAt: now,
});

/** Of a plan whose spec never was valid: nothing runs, the condition says why. */
export function refusedStatus({ status, refused }: Acceptance, now: number): PlanStatus {
  const message = refused?.message ?? 'no spec was accepted yet';
  const before = status.conditions.find((condition) => condition.type === 'Ready');
  return {
    ...status,
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: refused?.reason ?? 'NotAccepted',
        message,
        since: before?.status === 'False' ? before.since : now,
      },
    ],
    report: emptyReport(message),
  };
}

/** After a decision on what was observed. `tickMs`: until the next look at a plan that goes on. */
export function nextStatus(
  run: Run,
  acceptance: Acceptance,
  { machine }: Decision,
  observation: Observation,
  { now, tickMs }: { now: number; tickMs: number },
): PlanStatus {
  const { status, refused } = acceptance;
  const told = report(machine, { ...run, status }, observation);
  const isHeld = refused?.reason === 'SpecVanished' && !isBackward(machine.value) && !isSettled(machine.value);
  return fitting({
    ...status,
    machine,
    conditions: conditions(status.conditions, machine, {
      facts: observation.facts,
      refused,
      greenHealthy: observation.greenHealthy,
      blueHealthy: observation.blueHealthy,
      alarms: alarmsAsTheyAre(observation),
      changed: changedWords(observation),
      source: observation.source,
      sourceChange: observation.sourceChange,
      waived: run.spec.strategy === 'rescue' ? observation.waived : undefined,
      retained: told.blueRetained === undefined ? undefined : retainedInWords(told.blueRetained),
    }),
    report: isHeld ? { ...told, waitingFor: refused.message } : told,
    nextCheckAt: isSettled(machine.value) ? null : now + tickMs,
  });
}
