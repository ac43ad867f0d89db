import { ending } from './ending.ts';
import { listeners } from './listeners.ts';
import { loadBalancers } from './loadBalancers.ts';
import { rules } from './rules.ts';
import { tags } from './tags.ts';
import { targetGroups } from './targetGroups.ts';
import { targets } from './targets.ts';
import type { Step } from './step.ts';

/** Everything that is asked of both, in order: later chapters build on what earlier ones made. */
export const STEPS: readonly Step[] = [
  ...loadBalancers,
  ...targetGroups,
  ...tags,
  ...listeners,
  ...rules,
  ...targets,
  ...ending,
];
