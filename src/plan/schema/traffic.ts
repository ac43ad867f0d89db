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
    testListener: z
      .string()
      .regex(
        LISTENER_ARN,
        'must be the ARN of a listener of the entry’s load balancer: arn:aws:elasticloadbalancing:<region>:<account>:listener/app/…',
      )
      .optional()
      .describe(
        "ARN of another listener of the same load balancer, by which probes come to green. Default the entry's own.",
      ),
  }).transform(({ listenerRule, listener, testListener }, context): TrafficEntry['alb'] => {
    const own = listenerRule ?? listener;
    if (own === undefined || (listenerRule !== undefined && listener !== undefined)) {
      context.addIssue({ code: 'custom', message: 'must have either listenerRule or listener, and not both' });
      return z.NEVER;
    }
    const problem = testListener === undefined ? undefined : testListenerProblem(own, testListener);
    if (problem !== undefined) {
      context.addIssue({ code: 'custom', path: ['testListener'], message: problem });
      return z.NEVER;
    }
    return {
      ...(listenerRule === undefined ? { listener: own } : { listenerRule }),
      ...(testListener === undefined ? {} : { testListener }),
    };
  }),
});

/** `…:listener-rule/app/shop/1/2/3` → `…:listener`, `app`, `shop`, `1`, `2`. */
const listenerParts = (arn: string): string[] => arn.replace(':listener-rule/', ':listener/').split('/').slice(0, 5);

function testListenerProblem(own: string, testListener: string): string | undefined {
  const [ofEntry, ofTests] = [listenerParts(own), listenerParts(testListener)];
  const balancer = ofEntry.slice(1, 4).join('/');
  if (ofEntry.slice(0, 4).join('/') !== ofTests.slice(0, 4).join('/')) {
    return `must be a listener of the entry’s own load balancer, ${balancer}: green’s target group can hang on no other. Name one of its listeners, or leave testListener out`;
  }
  return ofEntry[4] === ofTests[4]
    ? 'is the entry’s own listener, by which probes come in anyway: leave it out, or name another'
    : undefined;
}

const TRAFFIC_MAX = 50;
export const traffic = unique(
  trafficEntry,
  ({ alb }) => ('listenerRule' in alb ? alb.listenerRule : alb.listener),
  'entry',
)
  .min(1, 'must list at least one entry: where traffic reaches the application')
  .max(TRAFFIC_MAX, `must list at most ${TRAFFIC_MAX} entries`)
  .describe('Where traffic comes in: listener rules, or default actions of listeners.');
