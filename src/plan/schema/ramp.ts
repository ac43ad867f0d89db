import { z } from 'zod';
import type { RampStep, Strategy } from '../model.ts';
import { canarySteps, linearSteps } from '../ramp.ts';
import { section, wholePercent } from './building.ts';
import { bake, ecsBake } from './durations.ts';

const STEPS_MAX = 100;
const steps = z
  .array(
    section({
      weight: wholePercent(1).describe("Green's share, percent, 1 to 100."),
      bake: bake.describe('How long the step lasts once its weight was read back.'),
    }),
  )
  .min(1, 'must have at least one step')
  .max(STEPS_MAX, `must have at most ${STEPS_MAX} steps`)
  .superRefine((list, context) => {
    for (const [index, { weight }] of list.entries()) {
      const before = list[index - 1]?.weight ?? 0;
      if (weight > before) continue;
      const message = `weights must rise from step to step: ${weight} comes after ${before}`;
      context.addIssue({ code: 'custom', path: [index, 'weight'], message });
    }
    const last = list.at(-1)?.weight;
    if (last === undefined || last === 100) return;
    const message = `the last step must have weight 100, not ${last}`;
    context.addIssue({ code: 'custom', path: [list.length - 1, 'weight'], message });
  });

/** What a plan without a `ramp` gets. */
const MIGRATION_STEPS: readonly RampStep[] = [
  { weight: 5, bakeMs: 300_000 },
  { weight: 25, bakeMs: 600_000 },
  { weight: 50, bakeMs: 600_000 },
  { weight: 100, bakeMs: 1_800_000 },
];

/** What a rescue without a `ramp` gets: every minute on a blue that fails costs, and takes from the way back. */
const RESCUE_STEPS: readonly RampStep[] = [
  { weight: 5, bakeMs: 60_000 },
  { weight: 25, bakeMs: 60_000 },
  { weight: 50, bakeMs: 60_000 },
  { weight: 100, bakeMs: 600_000 },
];

export const DEFAULT_STEPS: Readonly<Record<Strategy, readonly RampStep[]>> = {
  migrate: MIGRATION_STEPS,
  rescue: RESCUE_STEPS,
};

export const ramp = section({
  rehearse: z
    .boolean()
    .default(false)
    .describe('Goes to 1 % and back once before the first step, and measures the way back. Default false.'),
  steps: steps.optional().describe('The steps, weights rising, the last one 100.'),
  canary: section({
    canaryPercent: wholePercent(1).default(5).describe('The share of the first step. Default 5.'),
    canaryBakeTime: ecsBake.default(600_000).describe('How long each of the two steps bakes. Default 10m.'),
  })
    .optional()
    .describe("ECS's canary: one small step, then 100."),
  linear: section({
    stepPercent: wholePercent(3).default(10).describe('The size of a step, 3 to 100. Default 10.'),
    stepBakeTime: ecsBake.default(360_000).describe('How long each step bakes. Default 6m.'),
  })
    .optional()
    .describe("ECS's linear ramp: equal steps up to 100."),
})
  .transform((written, context): { steps: readonly RampStep[] | undefined; rehearse: boolean } => {
    const { steps: list, canary, linear, rehearse } = written;
    const ways = [list, canary, linear].filter((way) => way !== undefined).length;
    if (ways === 0 && rehearse) return { steps: undefined, rehearse };
    if (ways !== 1) {
      context.addIssue({ code: 'custom', message: 'must have exactly one of steps, canary and linear' });
      return z.NEVER;
    }
    if (canary !== undefined) return { steps: canarySteps(canary.canaryPercent, canary.canaryBakeTime), rehearse };
    if (linear !== undefined) return { steps: linearSteps(linear.stepPercent, linear.stepBakeTime), rehearse };
    return { steps: (list ?? []).map((step) => ({ weight: step.weight, bakeMs: step.bake })), rehearse };
  })
  .optional()
  .describe(
    'How green gets its traffic. Default: 5 for 5m, 25 for 10m, 50 for 10m, 100 for 30m; in a rescue 5, 25 and 50 for 1m each, 100 for 10m.',
  );
