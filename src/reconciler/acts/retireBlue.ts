import type { AlarmResource, FreezeResource } from '../../assess/model.ts';
import { greenAlarmsOf, greenScalingOf, retainedFreezesOf, retiringServices, type Groundwork } from '../run.ts';
import { sendsNothingToBlue } from '../sendsNothingToBlue.ts';
import { type Act, step, isDone } from './acting.ts';

/** Blue's capacity goes only while the rules were just read to send it nothing: somebody may have put it back meanwhile. */
const isHandedOver = ({ observation }: Act): boolean => observation.facts.handedOver.verdict === 'pass';

/** What was in blue's way is told once, until its words change. */
const ASKED_ANEW = 'askedAnew/blue';

/**
 * What was observed may rest on what another plan was told, and on listeners that were asked for minutes ago. Right before blue goes everything is
 * asked anew, once for all its services.
 */
function askedAnew(acting: Act, groundwork: Groundwork): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    const { run, world, acted } = acting;
    const { verdict, why } = await sendsNothingToBlue(run, world, groundwork);
    const { verdicts } = run.memory;
    if (verdict === 'unknown') acted.failed = true;
    else if (verdict === 'pass') verdicts.delete(ASKED_ANEW);
    else if (verdicts.get(ASKED_ANEW) !== why) {
      const message = `blue is left alone while something may send to it: ${why}`;
      acted.deeds.push({ type: 'Warning', reason: 'Drifted', message });
      verdicts.set(ASKED_ANEW, why);
    }
    return verdict === 'pass';
  };
  return () => (answer ??= ask());
}

export async function scaleDownBlue(acting: Act, groundwork: Groundwork): Promise<void> {
  const { world } = acting;
  if (!isHandedOver(acting)) return;
  const mayGo = askedAnew(acting, groundwork);
  for (const service of retiringServices(groundwork)) {
    if (await isDone(() => world.blue.scaledDown(service))) continue;
    if (!(await mayGo())) return;
    await step(acting, () => world.blue.scaleDown(service));
  }
}

export async function removeBlue(acting: Act, groundwork: Groundwork): Promise<void> {
  const { world } = acting;
  if (!isHandedOver(acting)) return;
  for (const scaling of greenScalingOf(groundwork.stack)) {
    if (await isDone(() => world.scalingReleased(scaling))) continue;
    await step(acting, () => world.releaseScaling(scaling));
  }
  for (const alarm of greenAlarmsOf(groundwork.stack)) await removeOne(acting, alarm);
  for (const freeze of retainedFreezesOf(groundwork.stack)) await removeOne(acting, freeze);
  const mayGo = askedAnew(acting, groundwork);
  for (const service of retiringServices(groundwork)) {
    if (await isDone(() => world.blue.removed(service))) continue;
    if (!(await mayGo())) return;
    await step(acting, () => world.blue.remove(service));
  }
}

/**
 * After the point of no return there is nothing that an alarm could take back, and a blue that stays scales as it did. What is gone asks for
 * no mutating call.
 */
async function removeOne(acting: Act, resource: AlarmResource | FreezeResource): Promise<void> {
  const { run, world } = acting;
  await step(acting, async () => {
    const removed = await world.resources.remove(resource, run.owner, run.memory.resolved);
    if (removed.outcome === 'waiting') run.memory.hindrances.set(resource.id, removed.why);
    else run.memory.hindrances.delete(resource.id);
  });
}

/** One resource after the other, as each stands on the next: after one that does not go none is tried. */
export async function removeMesh(acting: Act, { stack }: Groundwork): Promise<void> {
  for (const resource of stack.retire.mesh) {
    if (!(await step(acting, () => acting.world.blue.removeMesh(resource)))) return;
  }
}
