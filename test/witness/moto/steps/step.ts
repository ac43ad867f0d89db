import type { Action, ElasticLoadBalancingV2Client, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

/** One ELBv2, and what it called the things that were made in it. */
export interface Elbv2Side {
  elbv2: ElasticLoadBalancingV2Client;
  vpcId: string;
  subnets: string[];
  /** ARNs by the names that the steps give them. */
  arns: Map<string, string>;
}

/** One call, sent to every side in the same order. */
export interface Step {
  what: string;
  send: (side: Elbv2Side) => Promise<object>;
}

/** The ARN that an earlier step gave a name to. */
export type ArnOf = (name: string) => string;

/** What a step keeps of an answer: ARNs that later steps ask for, by name. */
type Kept = Record<string, string | undefined>;

/** Adds a step to a chapter. */
export type AddStep = <Output extends object>(
  what: string,
  send: (side: Elbv2Side, arn: ArnOf) => Promise<Output>,
  keep?: (output: Output) => Kept,
) => void;

/** Steps that belong together, in the order in which `write` adds them. */
export function chapter(write: (step: AddStep) => void): Step[] {
  const steps: Step[] = [];
  write((what, send, keep = () => ({})) => {
    steps.push({
      what,
      send: async (side) => {
        const output = await send(side, (name) => {
          const arn = side.arns.get(name);
          if (arn === undefined) throw new Error(`"${what}" needs ${name}, and no earlier step made it`);
          return arn;
        });
        for (const [name, arn] of Object.entries(keep(output))) if (arn !== undefined) side.arns.set(name, arn);
        return output;
      },
    });
  });
  return steps;
}

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
export const NO_LOAD_BALANCER = `${ACCOUNT}:loadbalancer/app/none/0123456789abcdef`;
export const NO_LISTENER = `${ACCOUNT}:listener/app/none/0123456789abcdef/0123456789abcdef`;
export const NO_RULE = `${ACCOUNT}:listener-rule/app/none/0123456789abcdef/0123456789abcdef/0123456789abcdef`;
export const NO_GROUP = `${ACCOUNT}:targetgroup/none/0123456789abcdef`;

export const fixed = (StatusCode: string): Action[] => [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode } },
];
export const to = (TargetGroupArn: string): Action[] => [{ Type: 'forward', TargetGroupArn }];
export const weighted = (...weights: [string, number | undefined][]): Action[] => [
  {
    Type: 'forward',
    ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
  },
];
export const sticky = (arn: string, Enabled: boolean, DurationSeconds: number | undefined): Action[] => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [{ TargetGroupArn: arn, Weight: 1 }],
      TargetGroupStickinessConfig: { Enabled, DurationSeconds },
    },
  },
];
export const path = (...Values: string[]): RuleCondition[] => [
  { Field: 'path-pattern', PathPatternConfig: { Values } },
];
