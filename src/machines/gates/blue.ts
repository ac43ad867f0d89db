import { fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import { healthOfAll, type ServiceHealth } from '../readings.ts';

/**
 * Whether all traffic may go back to blue. Blue is compared with what it had when it was recorded. A blue that serves at all
 * is the better side at once where green has nobody healthy, and otherwise when it could not be had back whole within
 * `reviveMs`; a blue with nobody healthy never is.
 *
 * Load that has grown since is no reason to wait. Forward it is (`blueViability`), and blue is raised to it there; going back, a blue that has
 * what was recorded takes everything at once, since nothing that could be waited for brings it tasks that its own scaling does not, and green
 * may be in breach meanwhile.
 *
 * @param patience `waitedMs`: how long blue has been revived; `undefined` while nobody does that.
 */
export function blueReadyVerdict(
  services: readonly ServiceHealth[],
  recorded: ReadonlyMap<string, number>,
  patience: { waitedMs: number | undefined; reviveMs: number },
  green: 'serves' | 'serves nobody',
): Verdict {
  const short = services.filter((service) => service.healthy < (recorded.get(service.service) ?? service.desired));
  if (short.length === 0) return pass(`blue can take everything: ${healthOfAll(services)}`);
  const names = short
    .map((one) => `${one.service} ${one.healthy}/${recorded.get(one.service) ?? one.desired}`)
    .join(', ');
  const dead = short.find((service) => service.healthy === 0);
  const { waitedMs = 0, reviveMs } = patience;
  const isBeingRevived = waitedMs < reviveMs;
  const lacking =
    patience.waitedMs === undefined
      ? `blue is not what it was: ${names} healthy; set its count back, or let it recover`
      : `blue is being revived: ${names}`;
  if (dead !== undefined) {
    return isBeingRevived
      ? wait(lacking)
      : fail(
          `blue cannot take any more traffic: ${names}; green keeps its share until ${dead.service} is healthy again`,
        );
  }
  if (green === 'serves nobody') {
    return pass(`blue is short (${names}), but green has nobody healthy: blue is the better side at once`);
  }
  return isBeingRevived
    ? wait(lacking)
    : pass(`blue is short (${names}) and could not be revived in time; it still serves, and is the better side`);
}
