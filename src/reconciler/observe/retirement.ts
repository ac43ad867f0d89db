import type { StackResource } from '../../assess/model.ts';
import { all, pass, wait, type Verdict } from '../../plan/verdict.ts';
import { greenAlarmsOf, greenScalingOf, retainedFreezesOf, retiringServices, type Groundwork } from '../run.ts';
import { judged } from './attempt.ts';
import type { Look, Observation } from './observation.ts';
import { goneVerdict } from './resources.ts';
import { proofOfDisuse, quietVerdict } from './retirementVerdicts.ts';

export async function observeRetirement(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, now } = look;
  const { facts } = observation;
  const blue = retiringServices(groundwork);
  const gone = async (resource: StackResource) =>
    goneVerdict(
      resource,
      await world.resources.read(resource, run.owner, run.memory.resolved),
      run.memory.hindrances.get(resource.id),
    );
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
          await each(greenAlarmsOf(groundwork.stack), gone, 'Meshlift made no alarm'),
          await each(retainedFreezesOf(groundwork.stack), gone, 'no blue that was frozen stays'),
        ],
        pass(''),
      );
      break;
    case 'retire.mesh':
      facts.meshRemoved = await judged(() => world.blue.meshRemoved(groundwork.stack.retire.mesh));
      facts.meshLeft = whyMeshLeft(look, groundwork, facts.meshRemoved);
      if (facts.meshLeft !== undefined) facts.meshRemoved = pass(facts.meshLeft);
      break;
    default:
      break;
  }
}

/**
 * Nothing runs on the mesh any more. An App Mesh that went away after the inventory keeps no plan from its end: what it held is
 * told, and left.
 */
function whyMeshLeft({ run, now, settings }: Look, { stack }: Groundwork, removed: Verdict): string | undefined {
  const { mesh, meshSkipped } = stack.retire;
  if (mesh.length === 0) return meshSkipped;
  const waitedMs = now - run.status.machine.context.enteredAt;
  if (removed.verdict !== 'unknown' || waitedMs < settings.meshPatienceMs) return undefined;
  const names = mesh.map(({ kind, name }) => `${kind}/${name}`).join(', ');
  return `App Mesh has not answered for ${Math.round(waitedMs / 1_000)} s (${removed.why}); ${names} may still be there, and nothing uses them`;
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
