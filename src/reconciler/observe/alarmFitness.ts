import { shortBakes } from '../../machines/gates/bakes.ts';
import { blindAlarms } from '../../machines/gates/sight.ts';
import { all, fail, pass } from '../../plan/verdict.ts';
import { migratedServices, type Groundwork } from '../run.ts';
import { attempt, judge } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/**
 * Whether the alarms can see what they are there for, before anything is made: green, and within each bake. Composite alarms are looked
 * through for it.
 */
export async function observeAlarmFitness(
  { run: { spec }, world, state }: Look,
  groundwork: Groundwork,
  observation: Observation,
): Promise<void> {
  if (state !== 'inventory.preflight') return;
  const alarms = observation.alarmReadings;
  const beneath = await attempt(() => world.alarmsBeneath(alarms));
  observation.alarmFitness = judge(beneath, (children) => {
    const known = new Map([...children, ...alarms].map((alarm) => [alarm.name, alarm]));
    const blue = migratedServices(groundwork);
    return all(
      [
        ...blindAlarms(spec, alarms, known, blue).map(({ message }) => fail(message, 'AlarmBlind')),
        ...shortBakes(spec, alarms, known).map(({ place, message }) => fail(`${place}: ${message}`, 'BakeTooShort')),
      ],
      pass('the alarms can see green, and within each bake'),
    );
  });
}
