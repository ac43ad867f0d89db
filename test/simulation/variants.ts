import { withCallContext } from '../../src/aws/callContext.ts';
import type { Direct, DirectAnswer } from '../../src/aws/directClient.ts';
import type { Variant } from './operator.ts';

type Input = Record<string, unknown>;

/** An operator that acts although its lease has gone. */
export const UNFENCED: Variant = {
  name: 'without the fence',
  scoped: (context, action) => withCallContext({ ...context, beforeMutation: () => {} }, action),
};

/** An operator that makes services which do not say whose they are. */
export const TAGLESS: Variant = {
  name: 'that forgets the tags of services',
  direct: (reach) => (call) => {
    if (call.operation !== 'CreateService') return reach(call);
    const { tags: _, ...input } = call.input as Input;
    return reach({ ...call, input });
  },
};

/** An operator that takes for the rule what it meant to write into it. */
export const CREDULOUS: Variant = {
  name: 'that does not read weights back',
  direct: (reach) => {
    const meant = new Map<unknown, unknown>();
    return async (call) => {
      const input = call.input as Input;
      if (call.operation === 'ModifyRule') meant.set(input['RuleArn'], input['Actions']);
      const answer = await reach(call);
      if (call.operation !== 'DescribeRules') return answer;
      const { Rules = [] } = answer as DirectAnswer & { Rules?: Input[] };
      return Object.assign(answer, {
        Rules: Rules.map((rule) => ({ ...rule, Actions: meant.get(rule['RuleArn']) ?? rule['Actions'] })),
      });
    };
  },
};

/** An operator to which every alarm is OK. */
export const BLIND: Variant = {
  name: 'that does not see alarms',
  direct: seeing('DescribeAlarms', 'MetricAlarms', (alarm) => ({
    ...alarm,
    StateValue: 'OK',
    StateTransitionedTimestamp: new Date(0),
  })),
};

/** An operator that does not give the scaling of blue back. */
export const GRASPING: Variant = {
  name: 'that keeps blue’s scaling suspended',
  direct: (reach) => (call) => {
    const { ResourceId, SuspendedState } = call.input as { ResourceId?: string; SuspendedState?: Input };
    const isBlue = ResourceId?.endsWith('/frontend') === true;
    const isGivenBack = call.operation === 'RegisterScalableTarget' && isBlue;
    if (!isGivenBack || SuspendedState?.['DynamicScalingInSuspended'] !== false) return reach(call);
    return reach({ ...call, input: { ...call.input, SuspendedState: { DynamicScalingInSuspended: true } } });
  },
};

function seeing(operation: string, list: string, change: (item: Input) => Input): (reach: Direct) => Direct {
  return (reach) => async (call) => {
    const answer = await reach(call);
    const items = new Map<string, unknown>(Object.entries(answer)).get(list);
    if (call.operation !== operation || !Array.isArray(items)) return answer;
    return Object.assign(answer, { [list]: (items as Input[]).map(change) });
  };
}
