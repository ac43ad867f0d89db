import { shortBakes } from '../../machines/gates/bakes.ts';
import { fail, pass, type Verdict } from '../../plan/verdict.ts';
import { attempt, judge } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/** Whether each bake is as long as the alarms need, before anything is made. Composite alarms are looked through for it. */
export async function observeBakes({ run: { spec }, world, state }: Look, observation: Observation): Promise<void> {
  if (state !== 'inventory.preflight') return;
  const alarms = observation.alarmReadings;
  const beneath = await attempt(() =>
    spec.gates.shortBakes === 'force' ? Promise.resolve([]) : world.alarmsBeneath(alarms),
  );
  observation.bakes = judge(beneath, (children): Verdict => {
    const short = shortBakes(spec, alarms, new Map([...children, ...alarms].map((alarm) => [alarm.name, alarm])));
    return short.length === 0
      ? pass('every bake is as long as its alarms need')
      : fail(short.map(({ place, message }) => `${place}: ${message}`).join('; '), 'BakeTooShort');
  });
}
