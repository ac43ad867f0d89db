import type { Access } from '../../plan/access.ts';
import type { PlanSpec } from '../../plan/model.ts';
import type { Owner } from './resources.ts';
import type { World } from './world.ts';

/** AWS as each plan comes to it: with its own role, in its own Region. What one plan comes with, no other does. */
export interface Worlds {
  /** Cheap: what it is made of is kept between passes. */
  of(owner: Owner, access: Access | null): World;
  /** The plan is not driven here any more: what was kept for it goes. */
  forget(plan: string): void;
  /** What of a plan is out of this operator's reach, by its place; empty where nothing is. Nothing is asked of AWS for such a plan. */
  outOfReach(spec: PlanSpec): { place: string; message: string }[];
}

/** One world for every plan, as where there is one account alone; all of it is within reach. */
export const oneWorld = (world: World): Worlds => ({ of: () => world, forget: () => {}, outOfReach: () => [] });
