import { all, pass, wait, type Verdict } from '../../plan/verdict.ts';
import { greenScalingOf, migratedServices, type Groundwork } from '../run.ts';
import { judged } from './attempt.ts';
import type { Look, Observation } from './observation.ts';
import { proofOfDisuse, quietVerdict } from './retirementVerdicts.ts';

export async function observeRetirement(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, now } = look;
  const { facts } = observation;
  const blue = migratedServices(groundwork);
  switch (state) {
    case 'retire.prove': {
      const proof = await proofOfDisuse(look, groundwork, observation.traffic);
      facts.provenUnused = proof.verdict;
      observation.gates.push({ name: 'provenUnused', ...facts.provenUnused });
      observation.gates.push(
        ...proof.services.map(({ service, verdict }) => ({ name: `unused/${service}`, ...verdict })),
      );
      break;
    }
    case 'retire.drain':
      facts.blueQuiet = quietVerdict(run, groundwork, observation.traffic, look.settings, now);
      observation.gates.push({ name: 'blueQuiet', ...facts.blueQuiet });
      facts.registered = await registeredVerdict(look, groundwork, facts.blueQuiet);
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

/** Blue that still serves would call into green by its own names, so nothing of green registers there before. */
async function registeredVerdict({ run, world }: Look, { stack }: Groundwork, blueQuiet: Verdict): Promise<Verdict> {
  const { registries } = stack.retire;
  if (registries.length === 0) {
    return pass(
      run.spec.retire.registries === 'leave'
        ? 'the plan leaves blue’s names in Cloud Map'
        : 'blue registers in no Cloud Map service',
    );
  }
  if (blueQuiet.verdict !== 'pass') return wait('once blue is quiet, green registers where blue does');
  return each(registries, (handOver) => world.registries.registered(handOver), '');
}

async function each<T>(items: readonly T[], look: (item: T) => Promise<Verdict>, whenNone: string): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const item of items) verdicts.push(await judged(() => look(item)));
  return all(verdicts, pass(whenNone));
}
