import type { RampStep } from '../plan/model.ts';
import type { MachineContext } from './record.ts';

type Place = Pick<MachineContext, 'step' | 'adoptedWeight'>;

/** The step after the current one; a weight that was adopted below its step leads to that step first, so that none is skipped. */
export function stepAfter({ step, adoptedWeight }: Place, steps: readonly RampStep[]): number {
  const weight = steps[step]?.weight ?? 0;
  return (adoptedWeight ?? weight) < weight ? step : step + 1;
}

export const isLastStep = (place: Place, steps: readonly RampStep[]): boolean =>
  stepAfter(place, steps) >= steps.length;

/** The step on whose way a weight is: the first that is not below it. The last one has 100. */
export const stepOf = (greenWeight: number, steps: readonly RampStep[]): number =>
  Math.max(
    0,
    steps.findIndex(({ weight }) => weight >= greenWeight),
  );
