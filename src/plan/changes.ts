import { canonicalJson } from './canonical.ts';
import type { PlanSpec } from './model.ts';

/**
 * What of a changed spec must be refused once green is provisioned: everything but future steps, gates and `paused`.
 *
 * @param currentStep index of the step that has begun; `-1` while none has. Steps up to and including it must stay as they
 * are, the steps after it are free.
 * @returns empty when the change is allowed.
 */
export function refusedChanges(
  before: PlanSpec,
  after: PlanSpec,
  currentStep: number,
): { place: string; message: string }[] {
  const fixed = (place: string, from: unknown, to: unknown) =>
    canonicalJson(from) === canonicalJson(to)
      ? []
      : [{ place, message: 'cannot change once green is provisioned: abort the plan first, or take the change back' }];

  const stepsBegun = before.ramp.steps.slice(0, currentStep + 1);
  const steps = stepsBegun.flatMap((step, index) =>
    canonicalJson(step) === canonicalJson(after.ramp.steps[index])
      ? []
      : [
          {
            place: `spec.ramp.steps[${index}]`,
            message: `cannot change: the step has begun (${step.weight}% green); only the steps after it may`,
          },
        ],
  );

  return [
    ...fixed('spec.strategy', before.strategy, after.strategy),
    ...fixed('spec.source', before.source, after.source),
    ...fixed('spec.target', before.target, after.target),
    ...fixed('spec.services', before.services, after.services),
    ...fixed('spec.traffic', before.traffic, after.traffic),
    ...steps,
    ...fixed('spec.onDrift', before.onDrift, after.onDrift),
    ...fixed('spec.rollback', before.rollback, after.rollback),
    ...fixed('spec.retire', before.retire, after.retire),
    ...fixed('spec.accept', before.accept, after.accept),
    ...fixed('spec.decisions', before.decisions, after.decisions),
  ];
}
