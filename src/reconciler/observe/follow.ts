import { followed } from '../../assess/followed.ts';
import type { ServiceResource } from '../../assess/model.ts';
import { readEstate } from '../../estate/fromExport.ts';
import { mayFollow } from '../../machines/classify.ts';
import { recentAmong, REASSERT_WINDOW_MS, REASSERTIONS_MAX } from '../../machines/drift.ts';
import { followVerdict, type Following, type SourceChange } from '../../machines/gates/source.ts';
import type { ServiceHealth } from '../../machines/readings.ts';
import { unknown, wait } from '../../plan/verdict.ts';
import { greenServicesOf, recordedRevisions, type Groundwork } from '../run.ts';
import { attempt } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/**
 * `spec.source.onSourceChange: follow`. First the record is brought up to what blue runs, then green to the record, and each look finds out by
 * itself how far that is: the record says which definition green is to have, ECS which one it runs.
 */
export async function observeFollow(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, state } = look;
  const { sourceChange } = observation;
  if (run.spec.source.onSourceChange !== 'follow' || run.spec.strategy === 'rescue' || !mayFollow(state)) return;
  // With App Mesh gone it is taken back, not followed.
  if (sourceChange?.reason === 'BlueDeploying') return;
  if (sourceChange !== undefined) {
    const following = await followingOf(look, groundwork, observation);
    observation.source = followVerdict(sourceChange, following);
    return;
  }
  // Green is made from the record there anyway.
  if (state === 'provision' || observation.source.verdict === 'unknown') return;
  const behind = await Promise.all(
    greenServicesOf(groundwork.stack).map((service) => behindOf(look, service, observation.green)),
  );
  observation.behind = behind.flatMap((one) => (one?.kind === 'behind' ? one.id : []));
  const unread = behind.flatMap((one) => (one?.kind === 'unread' ? one.why : []));
  const words = behind.flatMap((one) => (one?.kind === 'behind' ? one.why : []));
  if (wasFollowing(look)) {
    words.push(...unread, ...observation.green.filter(({ steady }) => !steady).map(({ why }) => why));
  }
  if (unread.length > 0) observation.source = unknown(unread.join('; '));
  if (words.length === 0) return;
  const message = `green follows what was deployed on blue: ${words.join('; ')}`;
  observation.facts.following = message;
  observation.sourceChange = { reason: 'Following', message };
  observation.source = wait(message);
}

async function followingOf(look: Look, groundwork: Groundwork, observation: Observation): Promise<Following> {
  const { run, world, state } = look;
  if (observation.facts.hold !== undefined) return { kind: 'later', why: 'the plan goes on' };
  const recorded = recordedRevisions(groundwork);
  const deployed = observation.blue.filter(
    ({ service, taskDefinition }) => taskDefinition !== '' && taskDefinition !== recorded.get(service),
  );
  const unsteady = deployed.filter(({ steady }) => !steady);
  if (unsteady.length > 0) {
    return { kind: 'later', why: `blue's deployment is over: ${unsteady.map(({ why }) => why).join('; ')}` };
  }
  const revisions = deployed.map(({ taskDefinition }) => taskDefinition).join(' ');
  if (run.memory.notFollowed?.revisions === revisions) return { kind: 'refused', why: run.memory.notFollowed.why };
  const plan = { name: run.owner.plan, spec: run.spec };
  const exported = await attempt(() => world.inventory(plan));
  if (!exported.ok) return { kind: 'later', why: `it can be read (${exported.verdict.why})` };
  const current = readEstate(exported.value, run.spec.source.cluster, run.spec.source.mesh);
  const unread = current.errors.filter(({ call }) => !call.startsWith('appmesh:'));
  if (unread.length > 0) {
    return {
      kind: 'later',
      why: `it can be read (${unread.map(({ call, message }) => `${call}: ${message}`).join('; ')})`,
    };
  }
  const names = new Set(deployed.map(({ service }) => service));
  const next = followed(plan, groundwork, current, names, run.status.attempt);
  if (next.kind === 'refused') {
    run.memory.notFollowed = { revisions, why: next.why };
    return next;
  }
  const { estate, assessment, stack } = next;
  observation.followed = { estate, assessment, stack };
  if (state !== 'provision') observation.facts.following = changeWords(observation.sourceChange);
  return { kind: 'now' };
}

const changeWords = (change: SourceChange | undefined): string =>
  `${change?.message ?? 'blue was deployed'}; green follows`;

/** A green service that runs another revision of its family than the one that the record calls for; that of another family is drift. */
async function behindOf(
  { run, world, now }: Look,
  service: ServiceResource,
  green: readonly ServiceHealth[],
): Promise<{ kind: 'behind' | 'unread'; id: string; why: string } | undefined> {
  const { memory, owner } = run;
  const { id } = service;
  if (green.length === 0) return { kind: 'unread', id, why: `which revision ${service.name} runs could not be read` };
  const definition = memory.groundwork?.stack.resources.find((one) => one.id === service.taskDefinition.ref);
  const runs = green.find((one) => one.service === service.name)?.taskDefinition ?? '';
  if (definition?.kind !== 'taskDefinition' || familyOf(runs) !== definition.input.family) return undefined;
  if (!memory.resolved.has(definition.id)) {
    const read = await attempt(() => world.resources.read(definition, owner, memory.resolved));
    if (!read.ok) return { kind: 'unread', id, why: `${definition.id}: ${read.verdict.why}` };
    if (read.value.status === 'unknown') return { kind: 'unread', id, why: `${definition.id}: ${read.value.why}` };
    if (read.value.status === 'ready') memory.resolved.set(definition.id, read.value.arn);
  }
  const wanted = memory.resolved.get(definition.id);
  if (wanted === runs) return undefined;
  const to = wanted ?? 'a revision that is not registered yet';
  const times = recentAmong(memory.mended.get(id) ?? [], now).length;
  const spent =
    times < REASSERTIONS_MAX
      ? ''
      : `; it was deployed ${times} times within ${REASSERT_WINDOW_MS / 60_000} minutes, and taken back each time`;
  return { kind: 'behind', id, why: `${service.name} runs ${runs}, and is to run ${to}${spent}` };
}

/** `arn:aws:ecs:eu-west-1:111122223333:task-definition/frontend-sc:3` is of the family `frontend-sc`. */
const familyOf = (revisionArn: string): string => /task-definition\/([^:]+):\d+$/.exec(revisionArn)?.[1] ?? '';

/** The record says so, whoever wrote it: green's deployment is waited for until it is over. */
const wasFollowing = ({ run }: Look): boolean =>
  run.status.conditions.some(
    ({ type, status, reason }) =>
      type === 'SourceChanged' && status === 'True' && (reason === 'Following' || reason === 'Deployed'),
  );
