import { z } from 'zod';
import type { TrafficEntry } from '../model.ts';
import { section, unique } from './building.ts';
import { ECS_NAME } from './names.ts';

const ELB_ARN = String.raw`arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:`;
const RULE_ARN = new RegExp(`^${ELB_ARN}listener-rule/app/[A-Za-z0-9-]{1,32}/[A-Za-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]+$`);
const LISTENER_ARN = new RegExp(`^${ELB_ARN}listener/app/[A-Za-z0-9-]{1,32}/[A-Za-z0-9]+/[A-Za-z0-9]+$`);

const trafficEntry = section({
  service: z
    .string()
    .regex(ECS_NAME, 'must be the name of an ECS service: letters, digits, "-" and "_"')
    .describe('Name of the blue ECS service that takes traffic from the load balancer.'),
  alb: section({
    listenerRule: z
      .string()
      .regex(
        RULE_ARN,
        'must be the ARN of a rule of an Application Load Balancer: arn:aws:elasticloadbalancing:<region>:<account>:listener-rule/app/…',
      )
      .optional()
      .describe('ARN of the listener rule that forwards to blue.'),
    listener: z
      .string()
      .regex(
        LISTENER_ARN,
        'must be the ARN of a listener of an Application Load Balancer: arn:aws:elasticloadbalancing:<region>:<account>:listener/app/…',
      )
      .optional()
      .describe('ARN of the listener whose default action forwards to blue.'),
  }).transform((alb, context): TrafficEntry['alb'] => {
    if (alb.listenerRule !== undefined && alb.listener === undefined) return { listenerRule: alb.listenerRule };
    if (alb.listener !== undefined && alb.listenerRule === undefined) return { listener: alb.listener };
    context.addIssue({ code: 'custom', message: 'must have either listenerRule or listener, and not both' });
    return z.NEVER;
  }),
});

const TRAFFIC_MAX = 50;
export const traffic = unique(
  trafficEntry,
  ({ alb }) => ('listenerRule' in alb ? alb.listenerRule : alb.listener),
  'entry',
)
  .min(1, 'must list at least one entry: where traffic reaches the application')
  .max(TRAFFIC_MAX, `must list at most ${TRAFFIC_MAX} entries`)
  .describe('Where traffic comes in: listener rules, or default actions of listeners.');
