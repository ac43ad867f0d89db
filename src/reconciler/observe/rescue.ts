import { mayGreenServe } from '../../machines/easing.ts';
import { alarmVerdict, flappedAlarm } from '../../machines/gates/alarms.ts';
import {
  alarmSight,
  type GreenShare,
  RESCUE_PERCENTILE,
  RESCUE_WINDOW_MS,
  rescueAlarmVerdict,
  type RescueMinutes,
} from '../../machines/gates/rescue.ts';
import { WAIVED } from '../../machines/gates/waived.ts';
import { wantedRoute } from '../../machines/intent.ts';
import type { EdgeMinute } from '../../machines/readings.ts';
import { all, pass } from '../../plan/verdict.ts';
import { greenShareOf } from '../routes.ts';
import { greensOf, migratedServices, rulesOf, type Groundwork } from '../run.ts';
import { attempt } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/**
 * What of the alarms counts in a rescue: one that sees blue alone is passed over, and one over both sides is held against green by green's
 * own requests. Read before it is decided whether the plan goes back, since that hangs on it; of a plan that is no rescue nothing is read.
 */
export async function observeRescue(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, now } = look;
  const alarms = observation.alarmReadings;
  if (run.spec.strategy !== 'rescue' || alarms.length === 0) return;
  const beneath = await attempt(() => world.alarmsBeneath(alarms));
  const known = new Map([...(beneath.ok ? beneath.value : []), ...alarms].map((alarm) => [alarm.name, alarm]));
  const blue = migratedServices(groundwork);
  const green = greensOf(groundwork.stack).map(({ name }) => name);
  const sights = new Map(alarms.map((alarm) => [alarm.name, alarmSight(alarm, known, blue, green)]));
  const share = shareOf(look);
  const isJudged = alarms.some(({ name, state: is }) => is === 'ALARM' && sights.get(name) === 'both');
  const requests: RescueMinutes =
    isJudged && share.kind !== 'none' ? await requestsOf(look, groundwork) : { minutes: [] };
  const { rampedAt } = run.status.machine.context;
  for (const alarm of alarms) {
    const sight = sights.get(alarm.name);
    const verdict =
      sight === 'blue'
        ? pass(`${alarmVerdict(alarm).why}; it sees blue alone: ${WAIVED}`)
        : sight === 'both'
          ? rescueAlarmVerdict(alarm, known, { share, requests, rampedAt, now })
          : undefined;
    if (verdict === undefined) continue;
    observation.alarmWaivers.set(alarm.name, verdict);
    if (verdict.verdict === 'pass') observation.waived.push({ gate: `alarm/${alarm.name}`, why: verdict.why });
  }
  const counting = alarms.map((alarm) => ({
    alarm,
    verdict: observation.alarmWaivers.get(alarm.name) ?? alarmVerdict(alarm),
  }));
  observation.alarms = all(
    counting.map(({ verdict }) => verdict),
    pass(''),
  );
  const verdicts = new Map(counting.map(({ alarm, verdict }) => [`alarm/${alarm.name}`, verdict]));
  observation.gates = observation.gates.map((gate) => ({ name: gate.name, ...(verdicts.get(gate.name) ?? gate) }));
  const firing = counting.find(({ verdict }) => verdict.verdict === 'fail');
  observation.facts.breach =
    firing === undefined || !mayGreenServe(state, run.status.machine.context)
      ? undefined
      : {
          reason: 'AlarmBreach',
          message: `${firing.alarm.name} ALARM: ${firing.verdict.why} (read at ${new Date(now).toISOString()})`,
        };
  // While blue serves, it is blue that sets and clears what sees both.
  const steady = alarms.filter(({ name }) => {
    const sight = sights.get(name);
    return sight === 'green' || (sight === 'both' && share.kind === 'all');
  });
  observation.facts.flapped = flappedAlarm(steady, run.status.machine.context.verifiedAt);
}

function shareOf({ run, state }: Look): GreenShare {
  const { context } = run.status.machine;
  if (!mayGreenServe(state, context)) return { kind: 'none' };
  const wanted = wantedRoute(state, context, run.spec);
  const isAll = wanted !== undefined && greenShareOf(wanted) === 100;
  return isAll && context.verifiedAt !== null ? { kind: 'all', sinceMs: context.verifiedAt } : { kind: 'part' };
}

/** Every entry's requests in one list: which entry a minute is of is no question here. */
async function requestsOf({ run, world, now }: Look, { stack }: Groundwork): Promise<RescueMinutes> {
  const minutes: EdgeMinute[] = [];
  for (const rule of rulesOf(stack)) {
    const read = await attempt(() =>
      world.edgeMinutes(rule, run.memory.resolved, now - RESCUE_WINDOW_MS, [RESCUE_PERCENTILE]),
    );
    if (!read.ok) return { unread: read.verdict };
    minutes.push(...read.value);
  }
  return { minutes };
}
