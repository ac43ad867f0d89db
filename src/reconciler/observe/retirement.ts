import { all, pass, type Verdict } from '../../plan/verdict.ts';
import { greenAlarmsOf, greenScalingOf, migratedServices, type Groundwork } from '../run.ts';
import { judged } from './attempt.ts';
import type { Look, Observation } from './observation.ts';
import { goneVerdict } from './resources.ts';
import { approvalVerdict, quietVerdict } from './retirementVerdicts.ts';

export async function observeRetirement(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, now } = look;
  const { facts } = observation;
  const blue = migratedServices(groundwork);
  switch (state) {
    case 'retire.prove':
      facts.provenUnused = await approvalVerdict(run, world, groundwork, now);
      observation.gates.push({ name: 'provenUnused', ...facts.provenUnused });
      break;
    case 'retire.drain':
      facts.blueQuiet = quietVerdict(run, groundwork, observation.traffic, look.settings, now);
      observation.gates.push({ name: 'blueQuiet', ...facts.blueQuiet });
      break;
    case 'retire.scaleDown':
      facts.blueScaledDown = await each(blue, (service) => world.blue.scaledDown(service), 'blue runs nothing');
      break;
    case 'retire.remove':
      facts.blueRemoved = all(
        [
          await each(blue, (service) => world.blue.removed(service), 'blue is gone'),
          await each(
            greenScalingOf(groundwork.stack),
            (scaling) => world.scalingReleased(scaling),
            'green has no scaling',
          ),
          await each(
            greenAlarmsOf(groundwork.stack),
            async (alarm) =>
              goneVerdict(
                alarm,
                await world.resources.read(alarm, run.owner, run.memory.resolved),
                run.memory.hindrances.get(alarm.id),
              ),
            'Meshlift made no alarm',
          ),
        ],
        pass(''),
      );
      break;
    case 'retire.mesh':
      facts.meshRemoved =
        groundwork.stack.retire.mesh.length === 0
          ? pass(groundwork.stack.retire.meshSkipped ?? 'the mesh stays, as the plan says')
          : await judged(() => world.blue.meshRemoved(groundwork.stack.retire.mesh));
      break;
    default:
      break;
  }
}

async function each<T>(items: readonly T[], look: (item: T) => Promise<Verdict>, whenNone: string): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const item of items) verdicts.push(await judged(() => look(item)));
  return all(verdicts, pass(whenNone));
}
