import type { EntryOf, Story } from '../history.ts';
import type { Violation } from './violation.ts';

/** How a plan ends that is put through a story. */
export const endOf = (story: Story): 'succeeded' | 'rolledBack' =>
  story === 'abort' || story === 'sickGreen' ? 'rolledBack' : 'succeeded';

/** What is there once a plan has ended, of an estate whose every part has the plan's name. */
const OWNED: Readonly<Record<ReturnType<typeof endOf>, (plan: string) => Owned>> = {
  succeeded: (plan) => ({
    tagged: ['namespace', 'service', 'targetGroup', 'taskDefinition'].map((kind) => `${kind}/${plan}-sc`),
    services: [`${plan}-sc`],
    forwardsTo: [`${plan}-sc`],
  }),
  rolledBack: (plan) => ({ tagged: [], services: [plan], forwardsTo: [plan] }),
};

type Owned = Pick<EntryOf<'left'>, 'tagged' | 'services' | 'forwardsTo'>;

/** Whether nothing is there but what the plan's end owns, once each, and all of that. */
export function leftBehind({ plan, story }: EntryOf<'plan'>, left: EntryOf<'left'> | undefined): Violation[] {
  if (left === undefined) return [{ rule: 'incomplete', plan, what: 'nobody looked at what is left' }];
  const owned = OWNED[endOf(story)](plan);
  return (['tagged', 'services', 'forwardsTo'] as const).flatMap((what) => {
    const there = left[what].toSorted().join(', ') || 'nothing';
    const wanted = owned[what].toSorted().join(', ') || 'nothing';
    return there === wanted ? [] : [{ rule: 'leftBehind', plan, what: `${what}: ${there}; it was to be ${wanted}` }];
  });
}
