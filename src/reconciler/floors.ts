import type { ScalingFreezeResource, StackResource } from '../assess/model.ts';
import type { BlueService } from '../estate/model.ts';
import type { Follows } from '../machines/gates/growth.ts';
import { loadOf, type Loads } from '../machines/load.ts';
import type { PlanSpec } from '../plan/model.ts';
import { takesTurns } from '../plan/turns.ts';
import type { World } from './ports.ts';
import { freezesOf, recordedCounts, type Groundwork } from './run.ts';

/** The least tasks that blue's scaling may have, by the freeze's id; those alone whose load has grown. */
export type Floors = ReadonlyMap<string, number>;

/**
 * What Meshlift does about a blue that has fewer tasks than its load needs by now. It raises the minimum of a scaling that it has frozen
 * anyway, and of none whose minimum a schedule moves too. With App Mesh gone a new task would never become healthy, and a rescue leaves blue
 * as it is.
 */
export function followsOf(spec: PlanSpec, { estate, stack }: Groundwork, blue: BlueService, needed: number): Follows {
  if (spec.strategy === 'rescue') return left(`a rescue starts no tasks of ${blue.name}`);
  if (estate.mesh.answer.state !== 'read') {
    return left(
      `App Mesh is gone, and a new task of ${blue.name} would never become healthy: rollback.viability says whether the plan goes on all the same`,
    );
  }
  const byHand = `aws ecs update-service --cluster ${spec.source.cluster} --service ${blue.name} --desired-count ${needed}`;
  if (blue.scaling === undefined) return left(`${blue.name} has no scaling that could be asked for them: ${byHand}`);
  if (blue.scaling.scheduledActions.length > 0) {
    return left(`the minimum of ${blue.name} is its schedule's, and is not raised: ${byHand}`);
  }
  const isFrozenByUs = freezesOf(stack).some(({ blueService }) => blueService === blue.name);
  if (!isFrozenByUs || blue.scaling.target.SuspendedState?.DynamicScalingOutSuspended === true) {
    return left(`the scaling of ${blue.name} was suspended before the plan, and is not touched: ${byHand}`);
  }
  return { kind: 'asked', maximum: blue.scaling.target.MaxCapacity ?? needed };
}

const left = (why: string): Follows => ({ kind: 'left', why });

/** A pure function of the record, so that whoever holds the plan next knows which minimum is Meshlift's. */
export function floorsOf(spec: PlanSpec, groundwork: Groundwork | undefined, loads: Loads | null | undefined): Floors {
  // A record of before there was a load to follow has none.
  if (groundwork === undefined || loads === null || loads === undefined) return new Map();
  const recorded = recordedCounts(groundwork);
  return new Map(
    freezesOf(groundwork.stack).flatMap((freeze): [string, number][] => {
      const blue = groundwork.estate.services.find(({ name }) => name === freeze.blueService);
      if (blue === undefined || takesTurns(spec, blue.name)) return [];
      const needed = loadOf(loads, blue.name)?.needed ?? 0;
      if (needed <= (recorded.get(blue.name) ?? 0)) return [];
      return followsOf(spec, groundwork, blue, needed).kind === 'asked' ? [[freeze.id, needed]] : [];
    }),
  );
}

/** The same world, in which blue's freeze is known with its floor: what is raised is read, and given back, as Meshlift's. */
export function withFloors(world: World, floors: Floors): World {
  if (floors.size === 0) return world;
  const { resources } = world;
  const floored = (resource: StackResource): StackResource => {
    const floor = floors.get(resource.id);
    return resource.kind !== 'scalingFreeze' || floor === undefined
      ? resource
      : ({ ...resource, floor } satisfies ScalingFreezeResource);
  };
  return {
    ...world,
    resources: {
      read: (resource, owner, resolved) => resources.read(floored(resource), owner, resolved),
      ensure: (resource, owner, resolved) => resources.ensure(floored(resource), owner, resolved),
      remove: (resource, owner, resolved) => resources.remove(floored(resource), owner, resolved),
    },
  };
}
