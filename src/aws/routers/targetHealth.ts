import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from '../clients.ts';
import { areConfirmed } from './hostCounts.ts';

/** The targets of a target group, counted by state (row L21). There is no paging (row L16). */
export interface TargetCounts {
  registered: number;
  healthy: number;
  /** Of which the load balancer does not know yet: their group is in no rule (row L8), or the first checks are under way. */
  unjudged: number;
  draining: number;
  /** `2 healthy, 1 initial (Elb.RegistrationInProgress)`, or `no targets`. */
  words: string;
}

/**
 * {@link targetCounts} as a look may see them: counted anew while the budget of load balancers' reads has plenty, for no other read of theirs
 * takes a call a group; and where it has not, as they were last counted, for as long as nothing speaks against it.
 *
 * @param witness what ECS says of the service now: counted anew where it said something else then
 */
export const seenTargetCounts = (
  clients: AwsClients,
  targetGroupArn: string,
  witness?: string,
): Promise<TargetCounts> =>
  clients.reader?.oneByOne(
    'elasticloadbalancing:DescribeTargetHealth',
    targetGroupArn,
    () => targetCounts(clients, targetGroupArn),
    {
      ...(witness === undefined ? {} : { witness }),
      isConfirmed: (counts) => areConfirmed(clients, targetGroupArn, counts),
    },
  ) ?? targetCounts(clients, targetGroupArn);

export async function targetCounts(clients: AwsClients, targetGroupArn: string): Promise<TargetCounts> {
  const { TargetHealthDescriptions: targets = [] } = await clients.elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
  );
  const states = new Map<string, number>();
  for (const { TargetHealth: health } of targets) {
    const reason = health?.State === 'healthy' || health?.Reason === undefined ? '' : ` (${health.Reason})`;
    const word = `${health?.State ?? 'unknown'}${reason}`;
    states.set(word, (states.get(word) ?? 0) + 1);
  }
  const inState = (state: string) => targets.filter((target) => target.TargetHealth?.State === state).length;
  return {
    registered: targets.length,
    healthy: inState('healthy'),
    unjudged: inState('unused') + inState('initial'),
    draining: inState('draining') + inState('unhealthy.draining'),
    words: states.size === 0 ? 'no targets' : [...states].map(([word, count]) => `${count} ${word}`).join(', '),
  };
}
