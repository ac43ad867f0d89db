import { recentAmong, REASSERTIONS_MAX } from '../machines/drift.ts';
import type { MachineState, StoredMachine } from '../machines/record.ts';
import { floorsOf } from './floors.ts';
import type { Observation } from './observe/observation.ts';
import type { Clock, World } from './ports.ts';
import { freezesOf, type Groundwork, type Run } from './run.ts';
import type { Deed } from './telling.ts';

/** Green has weight, blue is whole, and the way back may be long in coming. */
const RAISES: ReadonlySet<MachineState> = new Set<MachineState>(['ramp.shift', 'ramp.bake', 'soak', 'retire.prove']);

/**
 * Blue's minimum follows the load, so that the way back carries what green carries. The record holds the floor already; a process that is
 * cut off before or after the call is followed by one that finds either. Asked for once while blue comes up, and a few times where somebody
 * takes it back.
 */
export async function raiseFloors({
  run,
  world,
  clock,
  machine,
  observation,
  groundwork,
  deeds,
  step,
}: {
  run: Run;
  world: World;
  clock: Clock;
  machine: StoredMachine;
  observation: Observation;
  groundwork: Groundwork;
  deeds: Deed[];
  /** Runs one mutating step; false where its call failed, which was told. */
  step: (work: () => Promise<void>) => Promise<boolean>;
}): Promise<void> {
  if (!RAISES.has(machine.value)) return;
  const floors = floorsOf(run.spec, groundwork, machine.context.load);
  for (const freeze of freezesOf(groundwork.stack)) {
    const floor = floors.get(freeze.id);
    const blue = observation.blue.find(({ service }) => service === freeze.blueService);
    if (floor === undefined || blue === undefined || blue.desired >= floor) continue;
    const key = `${freeze.id} ${floor}`;
    const times = recentAmong(run.memory.raised.get(key) ?? [], clock.now());
    if (times.length >= REASSERTIONS_MAX) continue;
    await step(async () => {
      const raised = await world.raiseFloor(freeze, floor);
      if (raised === undefined) return;
      run.memory.raised.set(key, [...times, clock.now()]);
      const message = `blue ${blue.service}: minimum of its scaling ${raised.from} → ${raised.to}, since load has grown: all traffic needs ${floor} tasks. It is given back at the end`;
      deeds.push({ type: 'Normal', reason: 'Updated', message });
    });
  }
}
