import type { Json } from '../estate/export.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** On everything that Meshlift makes: whose it is. */
export const PLAN_TAG = 'meshlift.dev/plan';
export const UID_TAG = 'meshlift.dev/uid';

/** The plan that made something, by name and uid: a plan of the same name may have come after it. */
export interface Maker {
  plan: string;
  uid: string;
}

/** `undefined` for what no plan of Meshlift's made. */
export function makerOf(tags: readonly Json<Ecs.Tag>[] | undefined): Maker | undefined {
  const valueOf = (key: string): string | undefined => tags?.find((tag) => tag.key === key)?.value;
  const [plan, uid] = [valueOf(PLAN_TAG), valueOf(UID_TAG)];
  return plan === undefined || uid === undefined ? undefined : { plan, uid };
}
