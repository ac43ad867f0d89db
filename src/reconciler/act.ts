import type { AlarmResource, FreezeResource, RegistryHandOver, RuleResource, StackResource } from '../assess/model.ts';
import { isShared } from '../assess/shared/shared.ts';
import { isBackward, mayCarryGreenWeight, mayFollow } from '../machines/classify.ts';
import { isEasing } from '../machines/easing.ts';
import { isReasserting, REASSERTIONS_MAX, recentAmong } from '../machines/drift.ts';
import { alarmVerdict } from '../machines/gates/alarms.ts';
import { isRehearsingBack } from '../machines/rehearsal.ts';
import { mayWriteAgain } from '../machines/rivals.ts';
import { intent, type Intent, type WantedRoute } from '../machines/intent.ts';
import type { StoredMachine } from '../machines/record.ts';
import type { Verdict } from '../plan/verdict.ts';
import { claimedByOther, claimsOf } from './claims.ts';
import { isHeldAnew } from './heldAnew.ts';
import { attempt } from './observe/attempt.ts';
import { lostBlue } from './observe/lostBlue.ts';
import type { Observation } from './observe/observation.ts';
import { raiseFloors } from './raiseFloors.ts';
import { readyToProve } from './observe/resources.ts';
import {
  AwsCallError,
  type AlarmReading,
  type Clock,
  type Log,
  type Observed,
  type Owner,
  type PlanStore,
  type World,
} from './ports.ts';
import { describeRoute, isLeftToOthers, sameRoute } from './routes.ts';
import {
  greenAlarmsOf,
  greenScalingOf,
  greenServicesOf,
  probeRulesOf,
  recordedCounts,
  retainedFreezesOf,
  retiringServices,
  rulesOf,
  writtenKey,
  type Groundwork,
  type Run,
} from './run.ts';
import type { Settings } from './settings.ts';
import { takeTurns } from './takeTurns.ts';
import { servingServices } from './turns.ts';
import type { Deed } from './telling.ts';
import { watchedAlarms } from './watchedAlarms.ts';

export interface Acted {
  deeds: Deed[];
  /** Something was changed: look again at once. */
  progress: boolean;
  /** A call failed: look again after a back-off. */
  failed: boolean;
}

interface Act {
  run: Run;
  world: World;
  store: PlanStore;
  clock: Clock;
  log: Log;
  settings: Settings;
  machine: StoredMachine;
  /** The state was entered just now. */
  moved: boolean;
  observation: Observation;
  acted: Acted;
}

/**
 * Carries out the intent of the state that was persisted. Each resource, rule and service is converged by itself, so that one
 * failure keeps no other from healing. A forward intent waits while the plan is held; a backward one never does.
 */
export async function act(input: Omit<Act, 'acted'>): Promise<Acted> {
  const { machine, run } = input;
  const acting: Act = { ...input, acted: { deeds: [], progress: false, failed: false } };
  const isOnWayBack = isBackward(machine.value) || isRehearsingBack(machine.context);
  if (input.observation.facts.hold !== undefined && !isOnWayBack) return acting.acted;
  const groundwork = run.groundwork;
  const todo: Intent = intent(machine.value, machine.context, run.spec);
  if (groundwork === undefined) return acting.acted;
  const { behind, changes } = input.observation;
  const isIdle = todo.kind === 'none' && behind.length === 0 && changes.length === 0;
  if (!isOnWayBack && !isIdle && (await isHeldAnew(run, input.store, machine.value))) {
    acting.acted.progress = true;
    return acting.acted;
  }
  await followSource(acting, groundwork);
  await putBack(acting, groundwork);
  await raiseFloors({ ...acting, groundwork, deeds: acting.acted.deeds, step: (work) => step(acting, work) });
  if (todo.kind === 'none') return acting.acted;
  switch (todo.kind) {
    case 'proveWayBack':
      await proveWayBack(acting, groundwork);
      break;
    case 'ensureStack':
      await ensureStack(acting, groundwork);
      break;
    case 'route':
      await route(acting, groundwork, todo.route);
      break;
    case 'registerGreen':
      await registerGreen(acting, groundwork);
      break;
    case 'reviveBlue':
      await reviveBlue(acting, groundwork);
      break;
    case 'stopBlue':
    case 'startGreen':
    case 'cutBack':
      await takeTurns({ ...acting, groundwork, todo: todo.kind, step: (run) => step(acting, run) });
      break;
    case 'dismantle':
      await dismantle(acting, groundwork);
      break;
    case 'scaleDownBlue':
      if (!isHandedOver(acting)) break;
      for (const service of retiringServices(groundwork)) {
        if (await isDone(() => acting.world.blue.scaledDown(service))) continue;
        await step(acting, () => acting.world.blue.scaleDown(service));
      }
      break;
    case 'removeBlue':
      if (!isHandedOver(acting)) break;
      await removeBlue(acting, groundwork);
      break;
    case 'removeMesh':
      for (const resource of groundwork.stack.retire.mesh) {
        const removed = await step(acting, () => acting.world.blue.removeMesh(resource));
        if (!removed) break;
      }
      break;
  }
  return acting.acted;
}

/** Blue's capacity goes only while the rules were just read to send it nothing: somebody may have put it back meanwhile. */
const isHandedOver = ({ observation }: Act): boolean => observation.facts.handedOver.verdict === 'pass';

/** Runs one mutating step; a failed call is logged and told, and keeps no other step from running. */
async function step(acting: Act, run: () => Promise<void>): Promise<boolean> {
  const done = await attempt(run);
  if (done.ok) return true;
  tellFailure(acting, done.error);
  return false;
}

function tellFailure({ acted, log, run }: Act, error: AwsCallError): void {
  acted.failed = true;
  const fields = { plan: run.owner.plan, uid: run.owner.uid, awsCall: error.call, code: error.code, kind: error.kind };
  if (error.kind === 'throttled') {
    acted.deeds.push({ type: 'Warning', reason: 'Throttled', message: `${error.call}: ${error.message}` });
  } else {
    acted.deeds.push({
      type: 'Warning',
      reason: 'CallFailed',
      message: `${error.call} ${error.code}: ${error.message}`,
    });
  }
  log.warn({ ...fields, err: error.message }, 'callFailed');
}

/**
 * Claims first, then the proof, and both only when everything else of the preflight holds. Who holds a claim is looked at
 * before: the plan says so whatever else it waits for.
 */
async function proveWayBack(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, store, world, observation, acted } = acting;
  const { memory, owner } = run;
  const isReady = readyToProve(observation);
  if (!memory.claimed) {
    const claims = claimsOf(run.spec, groundwork.estate.cluster.arn, groundwork.assessment.services);
    const targets = claims.map((claim) => claim.target);
    const conflicts = isReady
      ? await store.claim(owner.plan, owner.uid, targets)
      : await store.heldByOthers(owner.plan, targets);
    memory.heldByOthers = claimedByOther(claims, conflicts);
    if (!isReady || conflicts.length > 0) return;
    memory.claimed = true;
    memory.preflightProblem = undefined;
    acted.deeds.push({ type: 'Normal', reason: 'Claimed', message: targets.join(', ') });
  }
  if (!isReady) return;
  for (const rule of rulesOf(groundwork.stack)) {
    const proof = await attempt(() => world.router.proveWayBack(rule));
    if (!proof.ok) {
      tellFailure(acting, proof.error);
      return;
    }
    if (proof.value.verdict !== 'pass') {
      memory.preflightProblem = proof.value.why;
      return;
    }
    acted.deeds.push({ type: 'Normal', reason: 'WayBackProven', message: proof.value.why });
  }
  memory.wayBackProven = true;
  acted.progress = true;
}

/**
 * `onDrift: reassert`: what others changed of the stack is made again as it was, on the terms of a step: nothing holds the plan, and every
 * gate but the one that tells of the change passes. Nothing of this is done on the way back.
 */
async function putBack(acting: Act, groundwork: Groundwork): Promise<void> {
  const { stack } = groundwork;
  const { run, world, observation, acted, machine, clock } = acting;
  if (run.spec.onDrift !== 'reassert' || !mayCarryGreenWeight(machine.value) || machine.value === 'halted') return;
  const changes = observation.changes.filter(({ hindrance }) => hindrance === undefined);
  if (changes.length === 0 || observation.facts.drift !== undefined) return;
  // The gate of an alarm has the alarm's own id.
  const own = new Set(['drift', ...changes.map(({ id }) => id)]);
  if (!observation.gates.every(({ name, verdict }) => own.has(name) || verdict === 'pass')) return;
  if (!(await areAlarmsStillOk(acting, groundwork, own))) return;
  for (const { id, why } of changes) {
    const resource = stack.resources.find((one) => one.id === id);
    if (resource === undefined) continue;
    const ensured = await attempt(() => world.resources.ensure(resource, run.owner, run.memory.resolved));
    if (!ensured.ok) {
      tellFailure(acting, ensured.error);
      continue;
    }
    if (ensured.value.outcome === 'waiting' || ensured.value.outcome === 'unchanged') continue;
    run.memory.resolved.set(id, ensured.value.arn);
    run.memory.mended.set(id, [...recentAmong(run.memory.mended.get(id) ?? [], clock.now()), clock.now()]);
    acted.deeds.push({
      type: 'Warning',
      reason: 'Reasserted',
      message: `${id} was changed by others: ${why}; it is put back`,
    });
  }
  run.memory.seen = undefined;
}

/**
 * `onSourceChange: follow`: green is deployed with what blue got, on the terms of a step. The record calls for it already, so a process that
 * is cut off in between is followed by one that finds what is registered and what green still runs.
 */
async function followSource(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, world, observation, machine, acted, clock } = acting;
  const { behind, facts } = observation;
  if (behind.length === 0 || !mayFollow(machine.value) || facts.drift !== undefined) return;
  if (!(await areAlarmsStillOk(acting, groundwork))) return;
  for (const service of greenServicesOf(groundwork.stack).filter(({ id }) => behind.includes(id))) {
    const times = recentAmong(run.memory.mended.get(service.id) ?? [], clock.now());
    if (times.length >= REASSERTIONS_MAX) continue;
    const definition = groundwork.stack.resources.find(({ id }) => id === service.taskDefinition.ref);
    for (const resource of definition === undefined ? [] : [definition, service]) {
      const ensured = await attempt(() => world.resources.ensure(resource, run.owner, run.memory.resolved));
      if (!ensured.ok) {
        tellFailure(acting, ensured.error);
        break;
      }
      if (ensured.value.outcome === 'waiting') break;
      run.memory.resolved.set(resource.id, ensured.value.arn);
      if (ensured.value.outcome === 'unchanged') continue;
      acted.progress = true;
      if (resource === service) run.memory.mended.set(service.id, [...times, clock.now()]);
      const revision = run.memory.resolved.get(service.taskDefinition.ref) ?? '';
      const message =
        resource === service
          ? `${service.id} follows ${service.blueService ?? 'blue'}: it is deployed with ${revision}`
          : `${resource.id} ${revision}`;
      acted.deeds.push({ type: 'Normal', reason: 'Updated', message });
    }
  }
  run.memory.seen = undefined;
}

async function ensureStack(acting: Act, { stack }: Groundwork): Promise<void> {
  const { run, world, observation, acted } = acting;
  const { memory, owner } = run;
  const observed = new Map<string, Observed>(observation.resources.map((one) => [one.resource.id, one.observed]));
  // Entering the state: nothing was read for it yet, the next reconcile does.
  if (observed.size === 0) {
    acted.progress = true;
    return;
  }
  for (const resource of stack.resources.filter((one) => !isShared(one))) {
    const status = observed.get(resource.id)?.status;
    if (status !== 'absent' && status !== 'differs' && status !== 'waiting') continue;
    if (!resource.dependsOn.every((id) => observed.get(id)?.status === 'ready')) continue;
    const ensured = await attempt(() => world.resources.ensure(resource, owner, memory.resolved));
    if (!ensured.ok) {
      tellFailure(acting, ensured.error);
      continue;
    }
    if (ensured.value.outcome === 'waiting') {
      memory.hindrances.set(resource.id, ensured.value.why);
      continue;
    }
    memory.hindrances.delete(resource.id);
    memory.resolved.set(resource.id, ensured.value.arn);
    if (ensured.value.outcome === 'unchanged') continue;
    acted.progress = true;
    acted.deeds.push({
      type: 'Normal',
      reason: ensured.value.outcome === 'created' ? 'Created' : 'Updated',
      message: `${resource.id} ${ensured.value.arn}`,
    });
  }
}

/**
 * What others wrote is written over once for each time that this was decided, and in the reconcile that decided it: one that is cut off in
 * between is decided again, and counts.
 */
const reassertsNow = ({ machine, moved }: Act): boolean => moved && isReasserting(machine.context);

/**
 * Where another who writes the rule back is not written over for ever: while the plan goes forward, and nowhere on a way back. A drift that is
 * written over has a pace of its own.
 */
const isPaced = (acting: Act): boolean =>
  (acting.machine.value === 'ramp.shift' || acting.machine.value === 'retire.handOver') &&
  !isRehearsingBack(acting.machine.context) &&
  !reassertsNow(acting);

/**
 * Green's weight is written only while every gate passes (where a person has forced the step, every vital one), and every alarm is
 * still OK when it is read again: the observation may have taken long. Back to blue it goes whatever the gates say, unless blue has
 * nobody who could take it.
 */
async function route(acting: Act, groundwork: Groundwork, wanted: WantedRoute): Promise<void> {
  const { run, world, observation, acted, machine, clock } = acting;
  if (machine.value === 'ramp.shift' && !(await removeProbeRules(acting, groundwork))) return;
  for (const rule of rulesOf(groundwork.stack)) {
    const reading = await attempt(() => world.router.read(rule, run.memory.resolved));
    if (!reading.ok) {
      // What a person has deleted carries nothing, and cannot be put back.
      if (wanted.kind === 'blueOnly' && reading.error.kind === 'notFound') continue;
      tellFailure(acting, reading.error);
      // An unread rule is written all the same on the way back: rollback is never blocked by a lost read.
      if (wanted.kind !== 'blueOnly') continue;
    }
    const current = reading.ok ? reading.value.route : undefined;
    if (current !== undefined && sameRoute(current, wanted)) continue;
    if (wanted.kind === 'blueOnly' && isLeftToOthers(current, machine)) continue;
    // The next look goes on to revive blue.
    if (wanted.kind === 'blueOnly' && lostBlue(current, run, groundwork, observation) !== undefined) continue;
    if (isEasing(machine.value, machine.context) || isRehearsingBack(machine.context)) {
      // On the way back green's share only falls, and no gate is asked.
      if (current?.kind !== 'split' || wanted.kind !== 'split' || current.greenWeight < wanted.greenWeight) continue;
    } else if (wanted.kind !== 'blueOnly') {
      const isChanged = observation.facts.drift !== undefined || current?.kind === 'foreign';
      if (isChanged && !reassertsNow(acting)) continue;
      const { gates, vitalGates } = observation.facts;
      if ((acting.machine.context.forcedBy === null ? gates : vitalGates).verdict !== 'pass') continue;
      if (!(await areAlarmsStillOk(acting, groundwork))) continue;
    }
    const key = writtenKey(rule, wanted);
    const writtenAt = run.memory.written.get(key) ?? [];
    if (isPaced(acting) && !mayWriteAgain(writtenAt, clock.now())) continue;
    const from = current === undefined ? 'an unread rule' : describeRoute(current);
    const written = await step(acting, () => world.router.write(rule, wanted, run.memory.resolved));
    if (!written) continue;
    run.memory.written.set(key, [...recentAmong(writtenAt, clock.now()), clock.now()]);
    acted.progress = true;
    acted.deeds.push({
      type: 'Normal',
      reason: 'WeightWritten',
      message: `${rule.id}: ${from} → ${describeRoute(wanted)}`,
    });
  }
}

/** They go before green has weight for users, so that a plan that went on never leaves one behind. */
async function removeProbeRules(acting: Act, { stack }: Groundwork): Promise<boolean> {
  const { run, world, acted } = acting;
  let areGone = true;
  for (const rule of probeRulesOf(stack)) {
    if (run.memory.probeRulesGone.has(rule.id)) continue;
    const isGone = await step(acting, async () => {
      const { status } = await world.resources.read(rule, run.owner, run.memory.resolved);
      if (status !== 'absent') {
        await world.resources.remove(rule, run.owner, run.memory.resolved);
        acted.deeds.push({ type: 'Normal', reason: 'Removed', message: rule.id });
      }
      run.memory.probeRulesGone.add(rule.id);
    });
    areGone &&= isGone;
  }
  return areGone;
}

/** What a rescue was seen to waive a moment ago it still waives. */
const isPassedOver = ({ observation }: Act, { name }: AlarmReading): boolean =>
  observation.alarmWaivers.get(name)?.verdict === 'pass';

/** @param leaveOut ids of what is changed, an alarm among them: it cannot be OK before it is put back. */
async function areAlarmsStillOk(
  acting: Act,
  groundwork: Groundwork,
  leaveOut: ReadonlySet<string> = new Set(),
): Promise<boolean> {
  const { run, machine } = acting;
  const names = watchedAlarms(run.spec, groundwork, machine.value).filter((name) => !leaveOut.has(`alarm/${name}`));
  if (names.length === 0) return true;
  const readings = await attempt(() => acting.world.alarms(names));
  if (!readings.ok) tellFailure(acting, readings.error);
  return (
    readings.ok &&
    readings.value.every((alarm) => isPassedOver(acting, alarm) || alarmVerdict(alarm).verdict === 'pass')
  );
}

/**
 * Green registers where blue does, on the terms of a step, and only while blue serves nothing: one service after the other, since each is
 * deployed anew by it.
 */
async function registerGreen(acting: Act, groundwork: Groundwork): Promise<void> {
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

/** `user-api-sc registers in user.shop.local`. */
const inWords = ({ green, registries }: RegistryHandOver, verb = 'registers in'): string =>
  `${green} ${verb} ${registries.map(({ name }) => name).join(', ')}`;

/** Green that is kept after a rollback is not to be found by blue's names. One that is not kept leaves them with its tasks. */
async function withdrawGreen(acting: Act, { stack }: Groundwork): Promise<void> {
  const { run } = acting;
  const left: boolean[] = [];
  for (const handOver of stack.retire.registries.filter(({ maker }) => maker === undefined)) {
    if (run.memory.withdrawn) return;
    left.push(await withdraw(acting, handOver, run.owner));
  }
  run.memory.withdrawn = left.every(Boolean);
}

/** Green that is shared stays, and is not to be found by the names of a blue that serves again. */
async function withdrawShared(acting: Act, { stack }: Groundwork): Promise<void> {
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

/** Sets blue's counts back, and where blue has left the rule, by our hand or another's, hangs it in again. */
async function reviveBlue(acting: Act, groundwork: Groundwork): Promise<void> {
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
    if (health !== undefined && health.desired >= wanted) continue;
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

/** The stack backwards: a resource goes when nothing that depends on it is left. */
async function dismantle(acting: Act, groundwork: Groundwork): Promise<void> {
  const { stack } = groundwork;
  const { run, world, observation, clock, machine, settings, acted } = acting;
  // The rules are read back as restored, each time; the load balancer's nodes may still send green requests for a while (row L7).
  if (observation.facts.restored.verdict !== 'pass') return;
  await withdrawShared(acting, groundwork);
  const keepMs = Math.max(run.spec.rollback.keepGreenMs, settings.settleMs);
  if (clock.now() < machine.context.enteredAt + keepMs) {
    if (run.spec.rollback.keepGreenMs > settings.settleMs) await withdrawGreen(acting, groundwork);
    return;
  }
  const observed = new Map<string, Observed>(observation.resources.map((one) => [one.resource.id, one.observed]));
  if (observed.size === 0) {
    acted.progress = true;
    return;
  }
  const isGone = (resource: StackResource) => {
    const status = observed.get(resource.id)?.status;
    return status === 'absent' || status === 'foreign';
  };
  const own = stack.resources.filter((resource) => !isShared(resource));
  for (const resource of own.toReversed()) {
    if (isGone(resource) || observed.get(resource.id)?.status === 'unknown') continue;
    const dependents = own.filter((other) => other.dependsOn.includes(resource.id));
    if (!dependents.every(isGone)) continue;
    const removed = await attempt(() => world.resources.remove(resource, run.owner, run.memory.resolved));
    if (!removed.ok) {
      tellFailure(acting, removed.error);
      continue;
    }
    if (removed.value.outcome === 'waiting') {
      run.memory.hindrances.set(resource.id, removed.value.why);
      continue;
    }
    run.memory.hindrances.delete(resource.id);
    acted.progress = true;
    observed.set(resource.id, { status: 'absent' });
    acted.deeds.push({ type: 'Normal', reason: 'Removed', message: resource.id });
  }
}

/** A postcondition that holds already asks for no call; one that could not be read asks for it again. */
async function isDone(look: () => Promise<Verdict>): Promise<boolean> {
  const read = await attempt(look);
  return read.ok && read.value.verdict === 'pass';
}

async function removeBlue(acting: Act, groundwork: Groundwork): Promise<void> {
  const { world } = acting;
  for (const scaling of greenScalingOf(groundwork.stack)) {
    if (await isDone(() => world.scalingReleased(scaling))) continue;
    await step(acting, () => world.releaseScaling(scaling));
  }
  for (const alarm of greenAlarmsOf(groundwork.stack)) await removeOne(acting, alarm);
  for (const freeze of retainedFreezesOf(groundwork.stack)) await removeOne(acting, freeze);
  for (const service of retiringServices(groundwork)) {
    if (await isDone(() => world.blue.removed(service))) continue;
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
