import type { PlanSpec } from '../../plan/model.ts';
import { pass, wait, type Verdict } from '../../plan/verdict.ts';
import { WAIVED } from './waived.ts';

/** Blue as it is, and what a deployment on it means. */
export interface SourceReading {
  services: readonly { service: string; taskDefinition: string }[];
  /** Which revision each service ran when it was recorded. */
  recorded: ReadonlyMap<string, string>;
  /** Name of the cluster. */
  cluster: string;
  /** Whether App Mesh answered when the inventory was taken: without it a new Envoy never becomes healthy. */
  appMesh: 'answers' | 'gone';
}

/** A deployment on blue under the plan. */
export interface SourceChange {
  /** What the condition and its event are called. */
  reason: 'Deployed' | 'Following' | 'BlueDeploying';
  /** Which service runs what, and what to do about it. */
  message: string;
}

/**
 * Blue runs what was recorded, or else what it runs: green was made from the recorded revision, and what is deployed on blue under the
 * plan is lost with it. After App Mesh's end it is an emergency, since every task that it replaces is one that never comes back.
 */
export function sourceChange({ services, recorded, cluster, appMesh }: SourceReading): SourceChange | undefined {
  const changed = services.filter(
    ({ service, taskDefinition }) => taskDefinition !== '' && taskDefinition !== recorded.get(service),
  );
  if (changed.length === 0) return undefined;
  const what = changed
    .map(
      ({ service, taskDefinition }) =>
        `service ${service} was deployed under the plan: it runs ${taskDefinition}, green was made from ${recorded.get(service) ?? 'nothing'}`,
    )
    .join('; ');
  if (appMesh === 'answers') return { reason: 'Deployed', message: what };
  const commands = changed.map(
    ({ service }) =>
      `aws ecs update-service --cluster ${cluster} --service ${service} --task-definition ${recorded.get(service) ?? ''}`,
  );
  return {
    reason: 'BlueDeploying',
    message: `${what}. App Mesh is gone, so its new tasks never become healthy, and those that they replace do not come back. Roll it back at once, while old tasks still run: ${commands.join('; ')}`,
  };
}

/**
 * `spec.source.onSourceChange`: with `pause` every forward step waits until blue runs the recorded revisions again; with `ignore` it
 * is told and passed over, and green stays what it was made from. With App Mesh gone both wait: a blue that is losing its tasks is no way
 * back. A rescue does not wait for a blue that it leaves. A gate holds no rollback.
 */
export function sourceVerdict(
  change: SourceChange | undefined,
  { strategy, source: { onSourceChange } }: Pick<PlanSpec, 'strategy' | 'source'>,
): Verdict {
  if (change === undefined) return pass('blue runs what was recorded');
  if (strategy === 'rescue') return pass(`${change.message}; ${WAIVED}`);
  if (change.reason === 'BlueDeploying') return wait(change.message);
  switch (onSourceChange) {
    case 'ignore':
      return pass(`${change.message}; the plan passes it over (spec.source.onSourceChange)`);
    // What following comes to is said where green can still follow (`followVerdict`).
    case 'follow':
    case 'pause':
      return wait(`${change.message}. ${TAKE_BACK}`);
  }
}

const TAKE_BACK = 'Deploy the recorded revision again, or abort and apply the plan anew';

/** How far green has come with a deployment on blue, under `follow`. */
export type Following =
  /** Blue's own deployment is not over, or the plan is held: what is deployed there has not shown that it runs. */
  | { kind: 'later'; why: string }
  | { kind: 'now' }
  /** Green cannot be made from it. */
  | { kind: 'refused'; why: string };

/** Every forward step waits until green has followed; where it cannot, until a person has decided. */
export function followVerdict(change: SourceChange, following: Following): Verdict {
  switch (following.kind) {
    case 'later':
      return wait(`${change.message}; green follows when ${following.why}`);
    case 'now':
      return wait(`${change.message}; green follows`);
    case 'refused':
      return wait(`${change.message}. Green does not follow: ${following.why}. ${TAKE_BACK}`);
  }
}
