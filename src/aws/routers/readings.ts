import type { Listener, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from '../clients.ts';
import { hasCode } from '../errors.ts';
import { listenersOf, rulesOf } from '../reads/listeners.ts';
import type { Floor } from '../reads/looks.ts';
import type { SharedLook } from '../reads/reader.ts';
import type { Answer } from '../reads/sharedRead.ts';

/**
 * Real. Between two readings that must agree: a stale answer of one node is rarely repeated. What was asked so much later for another plan is as
 * good as what is asked after a pause.
 */
const APART_MS = 150;

/** One reading of a load balancer. */
export interface Reading {
  /** Which there are; what they do is told with their rules. */
  listeners(loadBalancerArn: string): Promise<Listener[]>;
  /** The default one included; none where the listener is gone. */
  rules(listenerArn: string): Promise<Rule[]>;
}

/**
 * Two readings of one load balancer that are not the same answer twice: the rules of the second were asked for after those of the first were told, and a
 * pause later. In a look either may have been asked for another plan. Which listeners there are is where to look, and is asked once a look; not
 * in each where the budget runs short ({@link Reader.oneByOne}).
 */
export function twoReadings(
  clients: AwsClients,
  realPause: (ms: number) => Promise<void>,
): { first: Reading; second: () => Promise<Reading> } {
  const look = clients.reader?.look();
  if (look === undefined) {
    const anew: Reading = {
      listeners: (arn) => listenersOf(clients, arn),
      rules: (arn) => orNone(rulesOf(clients, arn)),
    };
    return {
      first: anew,
      second: async () => {
        await realPause(APART_MS);
        return anew;
      },
    };
  }
  const { reader } = look;
  const asked: { listenerArn: string; answer: Answer<Rule[]> }[] = [];
  const reading = (floor: () => Floor, known: 'newest' | 'oldest'): Reading => ({
    listeners: (arn) => reader.oneByOne('elasticloadbalancing:DescribeListeners', arn, () => listenersOf(clients, arn)),
    rules: (listenerArn) =>
      orNone(
        look.answer(reader.rules, listenerArn, floor(), known).then((answer) => {
          asked.push({ listenerArn, answer });
          return answer.value;
        }),
      ),
  });
  return {
    first: reading(() => look.floor, 'oldest'),
    second: async () => {
      const after = laterThan(
        asked.map(({ answer }) => answer),
        look,
      );
      const apart = { ...after, atMs: after.atMs + APART_MS };
      const isThere = asked.every(({ listenerArn }) => reader.rules.has(listenerArn, apart));
      if (!isThere) await realPause(APART_MS);
      return reading(() => apart, 'newest');
    },
  };
}

async function orNone(rules: Promise<Rule[]>): Promise<Rule[]> {
  try {
    return await rules;
  } catch (error) {
    if (hasCode(error, 'ListenerNotFound')) return [];
    throw error;
  }
}

function laterThan(answers: readonly Answer<unknown>[], look: SharedLook): Floor {
  const { order, atMs } = look.floor;
  return {
    order: Math.max(order, ...answers.map((answer) => answer.order)),
    atMs: Math.max(atMs, ...answers.map(({ askedAtMs }) => askedAtMs - 1)),
  };
}
