import { retainedInWords } from '../assess/retained.ts';
import { formatDuration } from '../plan/duration.ts';
import { isBackward, isReversible, isSettled, mayCarryGreenWeight } from '../machines/classify.ts';
import { easingWords, isEasing } from '../machines/easing.ts';
import { greenWeight, wantedRoute } from '../machines/intent.ts';
import type { Facts, Hold } from '../machines/facts.ts';
import { guardsOf, keptWords } from '../machines/guards.ts';
import type { Report, StoredMachine } from '../machines/record.ts';
import { entryArn, type PlanSpec } from '../plan/model.ts';
import { wait } from '../plan/verdict.ts';
import type { Observation } from './observe/observation.ts';
import type { ServiceHealth } from './ports.ts';
import { rescueWayBack } from './rescueTelling.ts';
import { describeRoute, greenShareOf } from './routes.ts';
import { greensOf, migratedServices, rulesOf, type Run } from './run.ts';

export const emptyReport = (waitingFor: string): Report => ({
  waitingFor,
  wayBack: 'nothing was changed yet',
  weights: [],
  services: [],
  resources: [],
  gates: [],
  guards: [],
});

/** What the screens show: the last observation in plain data, and two sentences. */
export function report(
  machine: StoredMachine,
  {
    owner: { plan },
    spec,
    groundwork,
    status: { report: before },
  }: Pick<Run, 'owner' | 'spec' | 'groundwork' | 'status'>,
  read: Observation,
): Report {
  const observation = { ...read, facts: asEntered(machine, spec, read.facts) };
  const { now: observedAt } = observation.facts;
  const guards = guardsOf(machine, observation.facts, spec);
  const waits = waitingFor(plan, machine, spec, observation);
  if (groundwork === undefined) return { ...emptyReport(waits), observedAt, gates: observation.gates, guards };
  const resources =
    observation.resources.length > 0
      ? observation.resources.map(({ resource, observed }) => ({
          id: resource.id,
          status: observed.status,
          why: 'why' in observed ? observed.why : '',
        }))
      : before.resources;
  if (isSettled(machine.value)) {
    const { blueRetained, ...rest } = before;
    return {
      ...rest,
      resources,
      // After a rollback all of blue is there, and nothing of that is worth a word.
      ...(machine.value === 'succeeded' && blueRetained !== undefined ? { blueRetained } : {}),
      gates: [],
      guards,
      waitingFor: 'nothing; the plan is settled',
      wayBack: wayBack(machine, observation, before.blueRetained),
    };
  }
  const { retained } = groundwork.stack.retire;
  const wanted = wantedRoute(machine.value, machine.context, spec);
  const want = wanted === undefined ? 0 : (greenShareOf(wanted) ?? 0);
  return {
    observedAt,
    waitingFor: waits,
    wayBack:
      spec.strategy === 'rescue' && hasRescueWayBack(machine)
        ? rescueWayBack(observation)
        : wayBack(machine, observation),
    weights: rulesOf(groundwork.stack).map((rule) => {
      const route = observation.routes.get(rule.id);
      const traffic = observation.traffic.get(rule.id);
      const total = (traffic?.blue ?? 0) + (traffic?.green ?? 0);
      return {
        entry: entryArn(rule.entry),
        service: rule.entry.service,
        want,
        readBack: route === undefined ? null : greenShareOf(route),
        served: traffic === undefined || total === 0 ? null : Math.round((traffic.green / total) * 1000) / 10,
        ...(traffic === undefined || observation.trafficMs === undefined ? {} : { servedMs: observation.trafficMs }),
        requests:
          traffic === undefined
            ? null
            : { blue: traffic.blue, green: traffic.green, blue5xx: traffic.blue5xx, green5xx: traffic.green5xx },
      };
    }),
    services: migratedServices(groundwork).map((service) => {
      const green = greensOf(groundwork.stack).find((one) => one.blueService === service.name);
      const blueHealth = observation.blue.find((one) => one.service === service.name);
      const greenHealth = observation.green.find((one) => one.service === green?.name);
      return {
        blue: service.name,
        green: green?.name ?? '',
        blueHealthy: judged(blueHealth),
        blueDesired: blueHealth?.desired ?? null,
        greenHealthy: judged(greenHealth),
        greenDesired: greenHealth?.desired ?? null,
        ...(green?.kind === 'sharedService' ? { sharedWith: green.maker.plan } : {}),
      };
    }),
    ...(retained.length === 0 ? {} : { blueRetained: retained }),
    resources,
    gates: observation.gates,
    guards,
  };
}

/** How many are healthy; `null` where nobody knows, a load balancer that does not check them included. */
const judged = (health: ServiceHealth | undefined): number | null => (health?.checked === true ? health.healthy : null);

/**
 * What was read of the rules before this state was entered is about the weight before: nothing is known yet of the one that is written
 * now.
 */
function asEntered({ value, context }: StoredMachine, spec: PlanSpec, facts: Facts): Facts {
  if (context.enteredAt !== facts.now || context.verifiedAt === facts.now) return facts;
  const wanted = wantedRoute(value, context, spec);
  if (wanted === undefined || (value !== 'ramp.shift' && value !== 'backward.shiftBack')) return facts;
  const what = wanted.kind === 'blueOnly' ? 'their recorded actions back' : describeRoute(wanted);
  const written = wait(`the rules are being given ${what}; they are read at the next look`);
  return wanted.kind === 'split' ? { ...facts, weights: written } : { ...facts, restored: written };
}

function waitingFor(plan: string, machine: StoredMachine, spec: PlanSpec, observation: Observation): string {
  const { facts, inventory } = observation;
  const fault = observation.gates.find(({ name }) => name.startsWith('observe/'));
  if (fault !== undefined) return `${fault.name}: ${fault.why}`;
  if (facts.hold !== undefined && !isBackward(machine.value)) return heldWords(plan, facts.hold);
  const isBaking =
    machine.value === 'ramp.shift' ||
    machine.value === 'ramp.bake' ||
    machine.value === 'soak' ||
    machine.value.startsWith('cutover.');
  if (isBaking && facts.drift !== undefined) return facts.drift.message;
  switch (machine.value) {
    case 'inventory.assess':
      return inventory === undefined ? facts.admitted.why : 'the preflight';
    case 'inventory.preflight':
      return facts.preflight.why;
    case 'provision':
      return facts.provisioned.why;
    case 'verify':
      return facts.verified.why;
    case 'ramp.shift':
      return facts.gates.verdict === 'pass' ? facts.weights.why : facts.gates.why;
    case 'ramp.bake': {
      if (facts.gates.verdict !== 'pass') return facts.gates.why;
      const step = spec.ramp.steps[machine.context.step];
      const since = machine.context.verifiedAt ?? facts.now;
      return `the bake of ${greenWeight(machine.context, spec)} %: ${seconds(facts.now - since)} of ${seconds(step?.bakeMs ?? 0)}`;
    }
    case 'cutover.stopBlue':
      return facts.gates.verdict === 'pass' ? facts.blueStopped.why : facts.gates.why;
    case 'cutover.startGreen':
      return facts.cutOver.why;
    case 'soak':
      return facts.gates.verdict === 'pass'
        ? `the soak: ${seconds(facts.now - machine.context.enteredAt)} of ${seconds(spec.retire.soakMs)}`
        : facts.gates.why;
    case 'retire.prove':
      return facts.provenUnused.why;
    case 'retire.drain':
      return facts.blueQuiet.verdict === 'pass' ? facts.registered.why : facts.blueQuiet.why;
    case 'retire.handOver':
      return facts.handedOver.why;
    case 'retire.scaleDown':
      return facts.handedOver.verdict === 'pass' ? facts.blueScaledDown.why : leftAlone(facts);
    case 'retire.remove':
      return facts.handedOver.verdict === 'pass' ? facts.blueRemoved.why : leftAlone(facts);
    case 'retire.mesh':
      return facts.meshRemoved.why;
    case 'backward.reviveBlue':
      return facts.blueReady.why;
    case 'backward.shiftBack':
      return isEasing(machine.value, machine.context) ? easingWords(machine.context, facts) : facts.restored.why;
    case 'backward.cutBack':
      return facts.cutBack.why;
    case 'backward.dismantle':
      return keptWords(machine.context, facts, spec) ?? facts.dismantled.why;
    case 'halted':
      return `a person: ${machine.context.haltedBecause ?? ''}. Safe to do: put the rule back, or: meshlift abort ${plan}`;
    case 'succeeded':
    case 'rolledBack':
      return 'nothing; the plan is settled';
  }
}

function heldWords(plan: string, { reason, message }: Hold): string {
  switch (reason) {
    case 'SpecPaused':
      return `the plan is paused: meshlift resume ${plan}`;
    case 'SpecVanished':
      return 'the spec, which is gone from the table: put it back';
    case 'FreezeWindow':
      return `the end of a freeze window: ${message} (spec.gates.windows). A rollback does not wait for it`;
  }
}

const leftAlone = ({ drift, handedOver }: Facts): string =>
  `blue is left alone while a rule may send to it: ${drift?.message ?? handedOver.why}`;

const seconds = (durationMs: number): string => `${Math.max(0, Math.floor(durationMs / 1000))}s`;

/** From the inventory to the point of no return: what can be had back is what can be told. */
const hasRescueWayBack = ({ value }: StoredMachine): boolean =>
  isReversible(value) && value !== 'inventory.assess' && value !== 'retire.handOver';

function wayBack(
  machine: StoredMachine,
  { facts, blue, blueHealthy }: Observation,
  retained: Report['blueRetained'] = [],
): string {
  if (machine.value === 'succeeded') {
    return retained.length === 0 ? 'none: blue is gone' : `none: blue is gone but for ${retainedInWords(retained)}`;
  }
  if (machine.value === 'rolledBack') {
    return machine.context.rampedAt === null ? 'not needed: the plan gave green no traffic' : 'all traffic is on blue';
  }
  if (isBackward(machine.value)) return 'under way';
  if (machine.value === 'inventory.assess') return 'not needed: nothing was changed yet';
  if (!isReversible(machine.value)) return 'none: blue is being taken away';
  if (machine.value === 'retire.handOver') {
    const running = blue.map(({ service, running: tasks, desired }) => `${service} ${tasks}/${desired}`).join(', ');
    return `1 call per rule puts blue in again, 1 more gives it everything once its targets are healthy; it runs ${running}`;
  }
  if (facts.blueReady.verdict === 'unknown') return `not known: ${facts.blueReady.why}`;
  if (facts.blueReady.verdict !== 'pass') return `${facts.blueReady.why}. A rollback brings it up first`;
  if (!mayCarryGreenWeight(machine.value)) return `no call yet, blue has all traffic; ${facts.blueReady.why}`;
  const rehearsed =
    machine.context.rehearsedMs === null ? '' : `, rehearsed in ${formatDuration(machine.context.rehearsedMs)}`;
  return `1 call per rule${rehearsed}; ${blueHealthy.verdict === 'unknown' ? facts.blueReady.why : blueHealthy.why}`;
}
