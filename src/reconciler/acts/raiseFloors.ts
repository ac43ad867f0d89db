import { recentAmong, REASSERTIONS_MAX } from '../../machines/drift.ts';
import type { MachineState } from '../../machines/record.ts';
import { floorsOf } from '../floors.ts';
import { freezesOf, type Groundwork } from '../run.ts';
import { type Act, step } from './acting.ts';

/** Green has weight, blue is whole, and the way back may be long in coming. */
const RAISES: ReadonlySet<MachineState> = new Set<MachineState>(['ramp.shift', 'ramp.bake', 'soak', 'retire.prove']);

/**
 * Blue's minimum follows the load, so that the way back carries what green carries. The record holds the floor already; a process that is
 * cut off before or after the call is followed by one that finds either. Asked for once while blue comes up, and a few times where somebody
 * takes it back.
 */
export async function raiseFloors(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, world, clock, machine, observation, acted } = acting;
  if (!RAISES.has(machine.value)) return;
  const floors = floorsOf(run.spec, groundwork, machine.context.load);
  for (const freeze of freezesOf(groundwork.stack)) {
    const floor = floors.get(freeze.id);
    const blue = observation.blue.find(({ service }) => service === freeze.blueService);
    if (floor === undefined || blue === undefined || blue.desired >= floor) continue;
    const key = `${freeze.id} ${floor}`;
    const times = recentAmong(run.memory.raised.get(key) ?? [], clock.now());
    if (times.length >= REASSERTIONS_MAX) continue;
    await step(acting, async () => {
      const raised = await world.raiseFloor(freeze, floor);
      if (raised === undefined) return;
      run.memory.raised.set(key, [...times, clock.now()]);
      const message = `blue ${blue.service}: minimum of its scaling ${raised.from} → ${raised.to}, since load has grown: all traffic needs ${floor} tasks. It is given back at the end`;
      acted.deeds.push({ type: 'Normal', reason: 'Updated', message });
    });
  }
}
