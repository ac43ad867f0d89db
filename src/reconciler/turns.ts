import type { ScalingResource, ServiceResource } from '../assess/model.ts';
import type { BlueService } from '../estate/model.ts';
import type { ServiceHealth } from '../machines/readings.ts';
import type { PlanSpec } from '../plan/model.ts';
import { takesTurns } from '../plan/turns.ts';
import { greenScalingOf, greenServicesOf, migratedServices, type Groundwork } from './run.ts';

/** A service whose sides never run both. */
export interface TurnTaker {
  blue: BlueService;
  green: ServiceResource;
  scaling: ScalingResource | undefined;
  /** Blue's scaling slept before Meshlift touched it. */
  wasAsleep: boolean;
}

export const turnsOf = (spec: PlanSpec, groundwork: Groundwork): TurnTaker[] =>
  migratedServices(groundwork).flatMap((blue) => {
    const green = greenServicesOf(groundwork.stack).find((one) => one.blueService === blue.name);
    if (!takesTurns(spec, blue.name) || green === undefined) return [];
    const { MinCapacity, SuspendedState } = blue.scaling?.target ?? {};
    const { DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended } = SuspendedState ?? {};
    const isSuspended = [DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended].every(
      Boolean,
    );
    return [
      {
        blue,
        green,
        scaling: greenScalingOf(groundwork.stack).find((one) => one.blueService === blue.name),
        wasAsleep: MinCapacity === 0 && isSuspended,
      },
    ];
  });

/** Blue's services that requests need: those whose sides take turns answer none. */
export const servingServices = (spec: PlanSpec, groundwork: Groundwork): BlueService[] =>
  migratedServices(groundwork).filter(({ name }) => !takesTurns(spec, name));

/** The readings, of either side, without those of services whose sides take turns. */
export function ofServing(spec: PlanSpec, { stack }: Groundwork, read: readonly ServiceHealth[]): ServiceHealth[] {
  const greenOf = greenServicesOf(stack).filter(({ blueService = '' }) => takesTurns(spec, blueService));
  const resting = new Set(greenOf.map(({ name }) => name));
  return read.filter(({ service }) => !resting.has(service) && !takesTurns(spec, service));
}
