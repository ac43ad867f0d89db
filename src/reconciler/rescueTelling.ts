import { isBackward, isSettled } from '../machines/classify.ts';
import type { Decision } from '../machines/decide.ts';
import { waiverWords } from '../machines/gates/waived.ts';
import { wait, type Verdict } from '../plan/verdict.ts';
import type { Observation } from './observe/observation.ts';
import type { Deed } from './telling.ts';

/** How much of a way back a rescue has, and that it promises none beyond it. */
export const rescueWayBack = ({ blueHealthy }: Pick<Observation, 'blueHealthy'>): string =>
  `what is left of it: ${blueHealthy.why}. A rescue promises no way back beyond that`;

/** What a rescue begins with, and with every step what was passed over to get there. */
export function rescueDeeds({ from, to, moved }: Decision, observation: Observation, isRescue: boolean): Deed[] {
  if (!isRescue || !moved) return [];
  const deeds: Deed[] = [];
  if (to === 'provision') {
    deeds.push({
      type: 'Warning',
      reason: 'RescueStarted',
      message: `a rescue: green takes over from a blue that is failing. The way back, ${rescueWayBack(observation)}`,
    });
  }
  const isForward = !isBackward(to) && !isSettled(to) && to !== 'halted';
  if (isForward && observation.waived.length > 0) {
    deeds.push({ type: 'Warning', reason: 'Waived', message: `${from} → ${to}: ${waiverWords(observation.waived)}` });
  }
  return deeds;
}

/** The alarms as a condition tells them: one that is passed over is not OK for that. */
export function alarmsAsTheyAre({ alarms, waived }: Observation): Verdict {
  const passedOver = waived.filter(({ gate }) => gate.startsWith('alarm/'));
  return alarms.verdict === 'pass' && passedOver.length > 0 ? wait(waiverWords(passedOver)) : alarms;
}
