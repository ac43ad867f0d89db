import { initialTransition, transition, type AnyMachineSnapshot } from 'xstate';
import type { PlanSpec } from '../plan/model.ts';
import { classify } from './classify.ts';
import type { Facts } from './facts.ts';
import { higherLoads } from './load.ts';
import { migrationMachine } from './migration.ts';
import { migrated } from './recordMigrations.ts';
import { MACHINE_VERSION, type MachineContext, type MachineState, type StoredMachine } from './record.ts';

/** A machine that has seen nothing yet. */
export function startMachine(now: number): StoredMachine {
  const [snapshot] = initialTransition(migrationMachine, { now });
  return toStored(snapshot);
}

export interface Decision {
  machine: StoredMachine;
  from: MachineState;
  to: MachineState;
  /** The event that the facts were classified as. */
  event: 'FACTS' | 'BREACH' | 'ABORT';
  /** Whether a transition was taken; re-entering a state counts. */
  moved: boolean;
}

/**
 * Facts to next state: one transition at most, pure. The same record and facts give the same decision.
 * @throws UnknownMachineVersionError where no way leads from the record's version to this one's.
 */
export function decide(record: StoredMachine, facts: Facts, spec: PlanSpec): Decision {
  const stored = noted(migrated(record), facts);
  const snapshot = migrationMachine.resolveState({ value: toStateValue(stored.value), context: stored.context });
  const event = classify(stored.value, facts, spec);
  const moved = snapshot.can(event);
  if (!moved) return { machine: stored, from: stored.value, to: stored.value, event: event.type, moved };
  const [next] = transition(migrationMachine, snapshot, event);
  const machine = toStored(next);
  return { machine, from: stored.value, to: machine.value, event: event.type, moved };
}

/** What was seen of the load stands on the record whatever becomes of the state. */
function noted(stored: StoredMachine, { load }: Facts): StoredMachine {
  if (load === undefined || Object.keys(load).length === 0) return stored;
  return { ...stored, context: { ...stored.context, load: higherLoads(stored.context.load, load) } };
}

function toStored(snapshot: AnyMachineSnapshot): StoredMachine {
  return {
    machineVersion: MACHINE_VERSION,
    value: toPath(snapshot.value),
    context: snapshot.context as MachineContext,
  };
}

function toPath(value: AnyMachineSnapshot['value']): MachineState {
  if (typeof value === 'string') return value as MachineState;
  const [parent] = Object.keys(value);
  if (parent === undefined) throw new Error('A state value without a state.');
  return `${parent}.${String(value[parent])}` as MachineState;
}

function toStateValue(path: MachineState) {
  const [parent, child] = path.split('.');
  return (child === undefined ? path : { [parent as string]: child }) as Parameters<
    typeof migrationMachine.resolveState
  >[0]['value'];
}
