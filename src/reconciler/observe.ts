import { assess } from '../assess/assess.ts';
import { buildStack } from '../assess/stack.ts';
import type { StackResource } from '../assess/model.ts';
import { readEstate } from '../estate/fromExport.ts';
import { isBackward, isSettled, mayCarryGreenWeight } from '../machines/classify.ts';
import type { Facts } from '../machines/facts.ts';
import {
  alarmBreach,
  alarmVerdict,
  blueReadyVerdict,
  flappedAlarm,
  greenCapacityVerdict,
  greenSickness,
} from '../machines/gates.ts';
import { wantedRoute, type WantedRoute } from '../machines/intent.ts';
import type { MachineState, Report } from '../machines/record.ts';
import { all, fail, pass, unknown, wait, type Verdict } from '../plan/verdict.ts';
import { attempt, judge, type Read } from './attempt.ts';
import { callGraphVerdict } from './callGraph.ts';
import type { AlarmReading, Clock, EdgeTraffic, Observed, RouterReading, ServiceHealth, World } from './ports.ts';
import { approvalVerdict, quietVerdict } from './retire.ts';
import {
  greenScalingOf,
  greenServicesOf,
  migratedServices,
  recordedCounts,
  rulesOf,
  type Groundwork,
  type Run,
} from './run.ts';
import type { Settings } from './settings.ts';

/** What one look at the world gave: the machine's facts, and what screens and acts need besides. */
export interface Observation {
  facts: Facts;
  /** Taken in this reconcile, in `inventory.assess` only. */
  inventory: Groundwork | undefined;
  resources: { resource: StackResource; observed: Observed }[];
  greenHealthy: Verdict;
  blueHealthy: Verdict;
  alarms: Verdict;
  gates: Report['gates'];
  green: ServiceHealth[];
  blue: ServiceHealth[];
  traffic: Map<string, EdgeTraffic>;
  routes: Map<string, RouterReading['route']>;
}

interface Look {
  run: Run;
  world: World;
  settings: Settings;
  state: MachineState;
  now: number;
}

const NOT_OBSERVED = unknown('not observed in this state');

const NO_FACTS = {
  breach: undefined,
  drift: undefined,
  flapped: undefined,
  admitted: NOT_OBSERVED,
  preflight: NOT_OBSERVED,
  provisioned: NOT_OBSERVED,
  verified: NOT_OBSERVED,
  weights: NOT_OBSERVED,
  gates: NOT_OBSERVED,
  blueReady: NOT_OBSERVED,
  provenUnused: NOT_OBSERVED,
  blueQuiet: NOT_OBSERVED,
  handedOver: NOT_OBSERVED,
  blueScaledDown: NOT_OBSERVED,
  blueRemoved: NOT_OBSERVED,
  meshRemoved: NOT_OBSERVED,
  restored: NOT_OBSERVED,
  dismantled: NOT_OBSERVED,
} satisfies Partial<Facts>;

/** Reads what the plan's state needs, fresh. Nothing is changed. Throws only on a bug. */
export async function observe(run: Run, world: World, clock: Clock, settings: Settings): Promise<Observation> {
  const now = clock.now();
  const state = run.status.machine.value;
  const look: Look = { run, world, settings, state, now };
  const observation: Observation = {
    facts: { ...NO_FACTS, now, paused: run.spec.paused, request: requestOf(run) },
    inventory: undefined,
    resources: [],
    greenHealthy: NOT_OBSERVED,
    blueHealthy: NOT_OBSERVED,
    alarms: NOT_OBSERVED,
    gates: [],
    green: [],
    blue: [],
    traffic: new Map(),
    routes: new Map(),
  };
  if (isSettled(state)) return observation;
  if (state === 'inventory.assess') return observeInventory(look, observation);
  const { groundwork } = run;
  if (groundwork === undefined) {
    // An abort before any inventory: nothing was made, so nothing is left.
    if (state === 'backward.dismantle') {
      observation.facts.restored = pass('nothing was changed yet');
      observation.facts.dismantled = pass('nothing was made yet');
    }
    return observation;
  }
  await observeAlarms(look, observation);
  await observeResources(look, groundwork, observation);
  await observeSides(look, groundwork, observation);
  await observeRoutes(look, groundwork, observation);
  await observeTraffic(look, groundwork, observation);
  await observeGates(look, groundwork, observation);
  await observeRetirement(look, groundwork, observation);
  return observation;
}

function requestOf(run: Run): Facts['request'] {
  if (run.requests.delete !== undefined)
    return { kind: 'delete', by: run.requests.delete.by, why: 'the plan is to be deleted' };
  if (run.requests.abort !== undefined)
    return { kind: 'abort', by: run.requests.abort.by, why: run.requests.abort.why };
  return { kind: 'none' };
}

async function observeInventory({ run, world }: Look, observation: Observation): Promise<Observation> {
  const plan = { name: run.owner.plan, spec: run.spec };
  const exported = await attempt(() => world.inventory(plan));
  if (!exported.ok) {
    observation.facts.admitted = exported.verdict;
    return observation;
  }
  const estate = readEstate(exported.value, run.spec.source.cluster, run.spec.source.mesh);
  const assessment = assess(plan, estate);
  if (assessment.refusals.length > 0) {
    observation.facts.admitted = fail(assessment.refusals.map((one) => `${one.place}: ${one.message}`).join('; '));
    return observation;
  }
  const unread = estate.errors.filter((error) => !error.call.startsWith('appmesh:'));
  if (unread.length > 0) {
    observation.facts.admitted = unknown(
      `the inventory is not whole: ${unread.map((error) => `${error.call} ${error.code}: ${error.message}`).join('; ')}`,
    );
    return observation;
  }
  const stack = buildStack(plan, estate, assessment, run.status.attempt);
  observation.inventory = { estate, assessment, stack };
  observation.facts.admitted = pass(`${assessment.services.length} services in ${assessment.waves.length} waves`);
  return observation;
}

const watchesAlarms = (state: MachineState): boolean => !isBackward(state) && !isSettled(state);

async function observeAlarms({ run, world, state, now }: Look, observation: Observation): Promise<void> {
  if (!watchesAlarms(state)) return;
  const names = run.spec.gates.alarms;
  const readings: Read<AlarmReading[]> =
    names.length === 0 ? { ok: true, value: [] } : await attempt(() => world.alarms(names));
  observation.alarms = judge(readings, (alarms) => all(alarms.map(alarmVerdict), pass('the plan names no alarm')));
  if (!readings.ok) {
    observation.gates.push({ name: 'alarms', ...readings.verdict });
    return;
  }
  observation.gates.push(...readings.value.map((alarm) => ({ name: `alarm/${alarm.name}`, ...alarmVerdict(alarm) })));
  observation.facts.flapped = flappedAlarm(readings.value, run.status.machine.context.verifiedAt);
  const breach = alarmBreach(readings.value);
  if (breach !== undefined && mayCarryGreenWeight(state)) {
    observation.facts.breach = { ...breach, message: `${breach.message} (read at ${new Date(now).toISOString()})` };
  }
}

/** States whose postcondition is about the stack's resources as a whole. */
const READS_STACK: ReadonlySet<MachineState> = new Set<MachineState>([
  'inventory.preflight',
  'provision',
  'verify',
  'backward.dismantle',
]);

async function observeResources(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state } = look;
  const { memory, owner } = run;
  // After a restart the ARNs are read again, whatever the state.
  const complete = stack.resources.every((resource) => memory.resolved.has(resource.id));
  if (!READS_STACK.has(state) && complete) return;
  for (const resource of stack.resources) {
    const read = await attempt(() => world.resources.read(resource, owner, memory.resolved));
    const observed: Observed = read.ok ? read.value : { status: 'unknown', why: read.verdict.why };
    if ('arn' in observed && observed.arn !== undefined && observed.status !== 'foreign') {
      memory.resolved.set(resource.id, observed.arn);
    }
    observation.resources.push({ resource, observed });
  }
  const { facts } = observation;
  switch (state) {
    case 'inventory.preflight':
      facts.preflight = preflightVerdict(look, observation);
      break;
    case 'provision':
    case 'verify':
      facts.provisioned = provisionedVerdict(look, observation);
      break;
    case 'backward.dismantle':
      facts.dismantled = all(
        observation.resources.map(({ resource, observed }) => goneVerdict(resource, observed)),
        pass('nothing of green is left'),
      );
      break;
    default:
      break;
  }
}

function preflightVerdict({ run }: Look, observation: Observation): Verdict {
  const names = observation.resources.map(({ resource, observed }): Verdict => {
    switch (observed.status) {
      case 'foreign':
        return fail(`${resource.id} exists and is not this plan's: ${observed.why}; nothing was changed`);
      case 'unknown':
        return unknown(`${resource.id}: ${observed.why}`);
      case 'waiting':
        return wait(`the name of ${resource.id} is not free yet: ${observed.why}`);
      case 'absent':
      case 'ready':
      case 'differs':
      case 'failed':
        return pass(`${resource.id} is free`);
    }
  });
  const free = all(names, pass('the stack is empty'));
  const proven =
    run.memory.claimed && run.memory.wayBackProven
      ? pass('the way back is proven: the rules were written back unchanged')
      : wait(run.memory.preflightProblem ?? 'the way back is not proven yet');
  return all([free, observation.alarms, proven], pass(''));
}

/** Whether everything but the proof itself holds; the proof is a write, and comes last. */
export const readyToProve = (observation: Observation): boolean =>
  observation.alarms.verdict === 'pass' &&
  observation.resources.every(({ observed }) => !['foreign', 'unknown', 'waiting'].includes(observed.status));

function provisionedVerdict({ run, settings, now, state }: Look, observation: Observation): Verdict {
  const verdicts = observation.resources.map(({ resource, observed }): Verdict => {
    switch (observed.status) {
      case 'ready':
        return pass(`${resource.id} is ready`);
      case 'failed':
        return fail(`${resource.id} failed: ${observed.why}`);
      case 'foreign':
        return fail(`${resource.id} is not this plan's: ${observed.why}`);
      case 'unknown':
        return unknown(`${resource.id}: ${observed.why}`);
      case 'absent':
        return wait(`${resource.id} is not there yet`);
      case 'waiting':
      case 'differs':
        return wait(`${resource.id}: ${observed.why}`);
    }
  });
  const verdict = all(verdicts, pass('the stack is empty'));
  const waitedMs = now - run.status.machine.context.enteredAt;
  if (state === 'provision' && verdict.verdict === 'wait' && waitedMs > settings.provisionDeadlineMs) {
    return fail(`green was not ready after ${Math.round(waitedMs / 60_000)} minutes: ${verdict.why}`);
  }
  return verdict;
}

function goneVerdict(resource: StackResource, observed: Observed): Verdict {
  switch (observed.status) {
    case 'absent':
    case 'foreign':
      return pass(`${resource.id} is gone`);
    case 'unknown':
      return unknown(`${resource.id}: ${observed.why}`);
    case 'ready':
    case 'differs':
    case 'failed':
    case 'waiting':
      return wait(`${resource.id} is still there: ${observed.why}`);
  }
}

/** States in which green does not exist, or does no longer matter. */
const WITHOUT_GREEN: ReadonlySet<MachineState> = new Set<MachineState>([
  'inventory.preflight',
  'provision',
  'backward.dismantle',
]);

/** From here on blue is being taken away, and its health is no question. */
const WITHOUT_BLUE: ReadonlySet<MachineState> = new Set<MachineState>([
  'retire.scaleDown',
  'retire.remove',
  'retire.mesh',
]);

async function observeSides(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, settings, now } = look;
  const { facts } = observation;
  const cluster = groundwork.estate.cluster.arn;
  if (!WITHOUT_GREEN.has(state)) {
    const names = greenServicesOf(groundwork.stack).map((service) => service.name);
    const green = await attempt(() => world.health(cluster, names));
    observation.greenHealthy = judge(green, greenCapacityVerdict);
    if (green.ok) {
      observation.green = green.value;
      if (mayCarryGreenWeight(state)) facts.breach ??= greenSickness(green.value);
    }
  }
  if (!WITHOUT_BLUE.has(state)) {
    const names = migratedServices(groundwork).map((service) => service.name);
    const blue = await attempt(() => world.health(cluster, names));
    const waitedMs = state === 'backward.reviveBlue' ? now - run.status.machine.context.enteredAt : 0;
    facts.blueReady = judge(blue, (services) =>
      blueReadyVerdict(services, recordedCounts(groundwork), waitedMs, settings.reviveMs),
    );
    observation.blueHealthy = facts.blueReady;
    if (blue.ok) observation.blue = blue.value;
  }
}

const sameRoute = (one: RouterReading['route'], other: WantedRoute): boolean =>
  one.kind === other.kind && (one.kind !== 'split' || other.kind !== 'split' || one.greenWeight === other.greenWeight);

/** States in which a rule that does not carry what was written was changed by somebody else. */
const HOLDS_WEIGHT: ReadonlySet<MachineState> = new Set<MachineState>([
  'ramp.bake',
  'soak',
  'retire.prove',
  'retire.drain',
  'halted',
]);

async function observeRoutes(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state } = look;
  const { machine } = run.status;
  const { facts } = observation;
  const wanted = wantedRoute(state, machine.context, run.spec);
  if (wanted === undefined || state === 'provision') return;
  const verdicts: Verdict[] = [];
  for (const rule of rulesOf(stack)) {
    const reading = await attempt(() => world.router.read(rule, run.memory.resolved));
    if (!reading.ok) {
      verdicts.push(reading.verdict);
      continue;
    }
    const { route } = reading.value;
    observation.routes.set(rule.id, route);
    const foreign = route.kind === 'foreign' && mayCarryGreenWeight(state);
    const moved = HOLDS_WEIGHT.has(state) && route.kind !== 'foreign' && !sameRoute(route, wanted);
    if (foreign) facts.drift = `${rule.id} was changed by others: ${route.why}`;
    if (moved)
      facts.drift = `${rule.id} carries ${describeRoute(route)}, not ${describeRoute(wanted)}, which was read back before`;
    verdicts.push(
      sameRoute(route, wanted)
        ? await judged(() => world.router.verify(rule, wanted, run.memory.resolved))
        : wait(`${rule.id} carries ${describeRoute(route)}, not ${describeRoute(wanted)}`),
    );
  }
  const verdict = all(verdicts, pass('the plan moves no traffic'));
  if (wanted.kind === 'split') facts.weights = verdict;
  if (wanted.kind === 'blueOnly') facts.restored = restoredVerdict(state, verdict);
  if (wanted.kind === 'greenOnly') facts.handedOver = handedOverVerdict(look, verdict);
}

/** After the way back was read once, a rule that carries green again was written late by somebody: it is put right. */
const restoredVerdict = (state: MachineState, verdict: Verdict): Verdict =>
  state === 'backward.dismantle' && verdict.verdict === 'wait' ? fail(verdict.why) : verdict;

function handedOverVerdict({ run, settings, now, state }: Look, verdict: Verdict): Verdict {
  if (verdict.verdict !== 'pass' || state !== 'retire.handOver') return verdict;
  const leftMs = settings.settleMs - (now - run.status.machine.context.enteredAt);
  return leftMs <= 0
    ? verdict
    : wait(`the rules were handed over; blue is left alone ${Math.ceil(leftMs / 1000)} s more`);
}

export function describeRoute(route: RouterReading['route']): string {
  switch (route.kind) {
    case 'blueOnly':
      return 'its original actions';
    case 'greenOnly':
      return 'green in blue’s place';
    case 'split':
      return `blue ${100 - route.greenWeight}, green ${route.greenWeight}`;
    case 'foreign':
      return `something else (${route.why})`;
  }
}

async function judged(verify: () => Promise<Verdict>): Promise<Verdict> {
  const read = await attempt(verify);
  return judge(read, (verdict) => verdict);
}

async function observeTraffic(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, settings } = look;
  if (!mayCarryGreenWeight(state)) return;
  for (const rule of rulesOf(stack)) {
    const windowMs = state === 'retire.drain' ? settings.quietWindowMs : settings.reportWindowMs;
    const traffic = await attempt(() => world.edgeTraffic(rule, run.memory.resolved, windowMs));
    if (traffic.ok) observation.traffic.set(rule.id, traffic.value);
    else observation.gates.push({ name: `traffic/${rule.entry.service}`, ...traffic.verdict });
  }
}

async function observeGates(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { state } = look;
  const { facts } = observation;
  const carriesWeight = mayCarryGreenWeight(state);
  if (!carriesWeight && state !== 'verify') return;
  const capacity = observation.greenHealthy;
  const wayBack = state === 'verify' || carriesWeight ? facts.blueReady : pass('');
  observation.gates.push({ name: 'capacity/green', ...capacity }, { name: 'capacity/blue', ...wayBack });
  const callGraph = await callGraphVerdict(
    look.run,
    look.world,
    groundwork,
    observation.traffic,
    look.settings.reportWindowMs,
  );
  observation.gates.push({ name: 'callGraph', ...callGraph });
  const gates = all([observation.alarms, capacity, wayBack, callGraph], pass(''));
  facts.gates = gates;
  if (state === 'verify') facts.verified = all([facts.provisioned, facts.weights, gates], pass('green is ready'));
}

async function observeRetirement(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, now } = look;
  const { facts } = observation;
  const blue = migratedServices(groundwork);
  switch (state) {
    case 'retire.prove':
      facts.provenUnused = await approvalVerdict(run, world, groundwork);
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
