import type { RuleResource } from '../../assess/model.ts';
import type { WantedRoute } from '../../machines/intent.ts';
import { attempt } from '../observe/attempt.ts';
import { isLeftToOthers } from '../routes.ts';
import { recordedCounts, rulesOf, type Groundwork } from '../run.ts';
import { servingServices } from '../turns.ts';
import { type Act, step, tellFailure } from './acting.ts';

/** Sets blue's counts back, and where blue has left the rule, by our hand or another's, hangs it in again. */
export async function reviveBlue(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, world, observation } = acting;
  const isUnchecked = (name: string) => observation.blue.find((one) => one.service === name)?.checked === false;
  for (const rule of rulesOf(groundwork.stack)) {
    const reading = await attempt(() => world.router.read(rule, run.memory.resolved));
    if (!reading.ok) {
      if (reading.error.kind !== 'notFound') tellFailure(acting, reading.error);
    } else if (!isLeftToOthers(reading.value.route, acting.machine)) {
      const { kind } = reading.value.route;
      const hasLeft = kind === 'greenOnly' || (kind === 'foreign' && isUnchecked(rule.entry.service));
      if (hasLeft) await hangIn(acting, groundwork, rule);
    }
  }
  const recorded = recordedCounts(groundwork);
  // One whose sides take turns has its own way back, after green has stopped.
  for (const service of servingServices(run.spec, groundwork)) {
    const health = acting.observation.blue.find((one) => one.service === service.name);
    const wanted = recorded.get(service.name) ?? 0;
    // One that was not read may have grown since: set to what was recorded it would be scaled in, with its users on it.
    if (health === undefined || health.desired >= wanted) continue;
    if (await step(acting, () => acting.world.blue.revive(service))) {
      acting.acted.deeds.push({
        type: 'Normal',
        reason: 'Restored',
        message: `service/${service.name} is set back to ${wanted} tasks`,
      });
    }
  }
}

/**
 * Blue without weight: only in a rule does the load balancer check its health (row L8). Where green has nobody healthy left
 * there is nothing to wait for with: a blue that runs takes everything at once.
 */
async function hangIn(acting: Act, groundwork: Groundwork, rule: RuleResource): Promise<void> {
  const { run, world, observation } = acting;
  const write = (route: WantedRoute) => world.router.write(rule, route, run.memory.resolved);
  const hung = await attempt(() => write({ kind: 'split', greenWeight: 100 }));
  if (hung.ok) return;
  const running = (name: string) => observation.blue.find((one) => one.service === name)?.running ?? 0;
  const blueRuns = servingServices(run.spec, groundwork).every(({ name }) => running(name) > 0);
  if (hung.error.code !== 'NoHealthyTarget' || !blueRuns) tellFailure(acting, hung.error);
  else if (await step(acting, () => write({ kind: 'blueOnly' }))) {
    const message = `${rule.id}: green in blue’s place → its original actions; green has no healthy target`;
    acting.acted.deeds.push({ type: 'Warning', reason: 'WeightWritten', message });
  }
}
