import type { RampStep } from './model.ts';

/** ECS's own canary: one small step, then everything. Both steps bake for the same time. */
export function canarySteps(canaryPercent: number, bakeMs: number): RampStep[] {
  return canaryPercent === 100
    ? [{ weight: 100, bakeMs }]
    : [
        { weight: canaryPercent, bakeMs },
        { weight: 100, bakeMs },
      ];
}

/** ECS's own linear ramp: equal steps, the last one cut off at 100. Every step bakes for the same time. */
export function linearSteps(stepPercent: number, bakeMs: number): RampStep[] {
  const steps: RampStep[] = [];
  for (let weight = stepPercent; weight < 100; weight += stepPercent) steps.push({ weight, bakeMs });
  return [...steps, { weight: 100, bakeMs }];
}
