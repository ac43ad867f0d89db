import type { MachineState } from '../machines/record.ts';
import type { PlanSpec } from '../plan/model.ts';
import { greenAlarmsOf, type Groundwork } from './run.ts';

/** Where the alarms that Meshlift makes are not there yet, or are taken away. */
const WITHOUT_OWN: ReadonlySet<MachineState> = new Set<MachineState>([
  'inventory.assess',
  'inventory.preflight',
  'provision',
  'retire.remove',
  'retire.mesh',
]);

/** Names of the alarms that a plan goes by in a state: those that it names, and beside green those that were made with it. */
export const watchedAlarms = ({ gates }: PlanSpec, { stack }: Groundwork, state: MachineState): string[] => [
  ...new Set([...gates.alarms, ...(WITHOUT_OWN.has(state) ? [] : greenAlarmsOf(stack).map(({ name }) => name))]),
];
