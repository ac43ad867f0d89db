import { AwsCallError } from '../../../src/reconciler/ports.ts';
import type { OperatorProcess } from '../operator/operatorProcess.ts';
import type { OperatorWorld } from '../operator/operatorWorld.ts';

type Send = (command: { constructor: { name: string }; input?: unknown }) => Promise<unknown>;
type ClientName = 'ecs' | 'elbv2' | 'cloudWatch' | 'autoScaling';

/** What stands in for the SDK's answer; calls `proceed` for the real one. */
export type Intervention = (proceed: () => Promise<unknown>) => unknown;

/**
 * Puts something between an operator and the answers to one of its calls, until it is taken away again.
 *
 * @param operation `DescribeRules`.
 */
export function intervene(
  operator: OperatorProcess,
  client: ClientName,
  operation: string,
  intervention: Intervention,
): () => void {
  const target = operator.clients[client] as unknown as { send: Send };
  const send = target.send.bind(target);
  const before = target.send;
  target.send = async (command) => {
    const proceed = () => send(command);
    return command.constructor.name === `${operation}Command` ? intervention(proceed) : proceed();
  };
  return () => {
    target.send = before;
  };
}

/** An answer that never came. */
export const lost = (api: string) => () => {
  throw new AwsCallError(api, 'InternalFailure', 'unknown', `${api}: InternalFailure: a drill`);
};

/** The weight of green in the rule, percent, as AWS says it; `undefined` where green is not in it. */
export async function greenWeight(world: OperatorWorld): Promise<number | undefined> {
  const { rule } = await world.lookAtBlue();
  const { Actions = [] } = rule as { Actions?: { ForwardConfig?: { TargetGroups?: Group[] } }[] };
  const groups = Actions.flatMap((action) => action.ForwardConfig?.TargetGroups ?? []);
  return groups.find((group) => group.TargetGroupArn !== world.edge.targetGroupArn)?.Weight;
}

interface Group {
  TargetGroupArn?: string;
  Weight?: number;
}
