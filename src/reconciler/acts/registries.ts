import type { RegistryHandOver } from '../../assess/model.ts';
import type { Owner } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { type Act, step, isDone } from './acting.ts';
import { areAlarmsStillOk } from './alarmsStillOk.ts';

/**
 * Green registers where blue does, on the terms of a step, and only while blue serves nothing: one service after the other, since each is
 * deployed anew by it.
 */
export async function registerGreen(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, world, observation, acted } = acting;
  const { blueQuiet, weights, gates, drift } = observation.facts;
  if (drift !== undefined || [blueQuiet, weights, gates].some(({ verdict }) => verdict !== 'pass')) return;
  for (const handOver of groundwork.stack.retire.registries) {
    if (await isDone(() => world.registries.registered(handOver))) continue;
    if (!(await areAlarmsStillOk(acting, groundwork))) return;
    await step(acting, async () => {
      const outcome = await world.registries.register(handOver, handOver.maker ?? run.owner);
      if (outcome === 'unchanged') return;
      acted.progress = true;
      const what = outcome === 'registered' ? inWords(handOver) : `${handOver.green} is deployed as before`;
      acted.deeds.push({ type: 'Normal', reason: 'Updated', message: `service/${what}` });
    });
    return;
  }
}

/** Green that is kept after a rollback is not to be found by blue's names. One that is not kept leaves them with its tasks. */
export async function withdrawGreen(acting: Act, { stack }: Groundwork): Promise<void> {
  const { run } = acting;
  const left: boolean[] = [];
  for (const handOver of stack.retire.registries.filter(({ maker }) => maker === undefined)) {
    if (run.memory.withdrawn) return;
    left.push(await withdraw(acting, handOver, run.owner));
  }
  run.memory.withdrawn = left.every(Boolean);
}

/** Green that is shared stays, and is not to be found by the names of a blue that serves again. */
export async function withdrawShared(acting: Act, { stack }: Groundwork): Promise<void> {
  for (const handOver of stack.retire.registries) {
    const { maker } = handOver;
    if (maker === undefined || (await isDone(() => acting.world.registries.withdrawn(handOver, maker)))) continue;
    await withdraw(acting, handOver, maker);
  }
}

const withdraw = (acting: Act, handOver: RegistryHandOver, owner: Owner): Promise<boolean> =>
  step(acting, async () => {
    if (!(await acting.world.registries.withdraw(handOver, owner))) return;
    const message = `service/${inWords(handOver, 'registers no more in')}`;
    acting.acted.deeds.push({ type: 'Normal', reason: 'Updated', message });
  });

/** `user-api-sc registers in user.shop.local`. */
const inWords = ({ green, registries }: RegistryHandOver, verb = 'registers in'): string =>
  `${green} ${verb} ${registries.map(({ name }) => name).join(', ')}`;
