import type { RuleResource } from '../../assess/model.ts';
import { entryArn } from '../../plan/model.ts';
import { AwsCallError } from '../../reconciler/ports.ts';
import { hasCode } from '../errors.ts';
import { actionsFor, describeActions, routeOf, targetGroupsIn } from '../routers/albActions.ts';
import { originalOf, readActions, sidesOf, writeActions } from '../routers/alb.ts';
import type { ResourceKind } from './kind.ts';

/**
 * Green's target group hangs in the user's rule, at whatever weight: without it ECS refuses to make green's service (row E60),
 * and nothing checks its targets' health (row L8). The rule is the user's: it is never tagged, and `remove` restores it.
 */
export const rule: ResourceKind<RuleResource> = {
  kind: 'rule',
  actions: [
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:ModifyListener',
    'elasticloadbalancing:ModifyRule',
  ],

  async read({ clients }, resource, _owner, resolved) {
    const arn = entryArn(resource.entry);
    try {
      const actions = await readActions(clients, resource);
      const route = routeOf(actions, originalOf(resource), sidesOf(resource, resolved));
      switch (route?.kind) {
        case 'blueOnly':
          return { status: 'absent' };
        // The weights are told where they are read back: this is looked at more seldom.
        case 'split':
          return { status: 'ready', arn, why: "green's target group is in it beside blue's" };
        case 'greenOnly':
          return { status: 'ready', arn, why: "green's target group is in it alone" };
        case undefined:
          return { status: 'foreign', arn, why: `it was changed by others and does ${describeActions(actions)}` };
      }
    } catch (error) {
      if (isGone(error)) return { status: 'absent' };
      throw error;
    }
  },

  async ensure({ clients }, resource, _owner, resolved) {
    const arn = entryArn(resource.entry);
    const sides = sidesOf(resource, resolved);
    if (sides.greenArn === undefined)
      return { outcome: 'waiting', why: `${resource.greenTargetGroup.ref} is not there yet` };
    const actions = await readActions(clients, resource);
    const route = routeOf(actions, originalOf(resource), sides);
    if (route === undefined) {
      throw new AwsCallError(
        'elasticloadbalancing:ModifyRule',
        'RuleChanged',
        'conflict',
        `${arn} was changed since it was recorded: it does ${describeActions(actions)}. Nothing was changed; put it back, or abort the plan.`,
      );
    }
    if (route.kind !== 'blueOnly') return { outcome: 'unchanged', arn };
    await writeActions(clients, resource, actionsFor({ kind: 'split', greenWeight: 0 }, originalOf(resource), sides));
    return { outcome: 'updated', arn };
  },

  async remove({ clients }, resource, _owner, resolved) {
    const sides = sidesOf(resource, resolved);
    try {
      const actions = await readActions(clients, resource);
      const route = routeOf(actions, originalOf(resource), sides);
      if (route?.kind === 'blueOnly') return { outcome: 'gone' };
      if (route === undefined) {
        const namesGreen = sides.greenArn !== undefined && targetGroupsIn(actions).includes(sides.greenArn);
        if (!namesGreen) return { outcome: 'gone' };
        const why = `${entryArn(resource.entry)} was changed by others and does ${describeActions(actions)}; take green's target group out of it`;
        return { outcome: 'waiting', why };
      }
      await writeActions(clients, resource, actionsFor({ kind: 'blueOnly' }, originalOf(resource), sides));
      return { outcome: 'waiting', why: 'the original actions were written back; they are read again' };
    } catch (error) {
      if (isGone(error)) return { outcome: 'gone' };
      throw error;
    }
  },
};

const isGone = (error: unknown): boolean => hasCode(error, 'RuleNotFound', 'ListenerNotFound');
