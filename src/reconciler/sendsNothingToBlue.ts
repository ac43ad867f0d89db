import type { RuleResource } from '../assess/model.ts';
import { all, pass, type Verdict } from '../plan/verdict.ts';
import { attempt, judged } from './observe/attempt.ts';
import type { World } from './ports.ts';
import { rulesOf, type Groundwork, type Run } from './run.ts';

/**
 * Of a rule that is gone, after the point of no return: it cannot come back under its ARN, and it sends blue nothing. Whether anything else
 * does is read.
 */
export async function ruleGoneVerdict(world: World, rule: RuleResource): Promise<Verdict> {
  const { verdict, why } = await judged(() => world.router.verifyGone(rule));
  const words = `${rule.id} does not exist any more`;
  return verdict === 'pass'
    ? { verdict, why: `${words}; ${why}, so blue goes all the same` }
    : { verdict, why: `${words}; whether blue may go: ${why}` };
}

/** `pass` only when no rule of the plan, and nothing else of their load balancers, sends blue anything. */
export async function sendsNothingToBlue({ memory }: Run, world: World, { stack }: Groundwork): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const rule of rulesOf(stack)) {
    const reading = await attempt(() => world.router.read(rule, memory.resolved));
    const isGone = !reading.ok && reading.error.kind === 'notFound';
    verdicts.push(
      isGone
        ? await ruleGoneVerdict(world, rule)
        : await judged(() => world.router.verify(rule, { kind: 'greenOnly' }, memory.resolved)),
    );
  }
  return all(verdicts, pass('the plan moves no traffic'));
}
