import { sharedGreenOf } from '../../../assess/shared/shared.ts';
import { sharedRoomVerdict } from '../../../machines/gates/sharedRoom.ts';
import type { Gate } from './gate.ts';

/** Asked until the first step's weight is in force: from then on the green that all share scales by what it gets, as any other does. */
export const sharedRoomGate: Gate = async ({ run, state }, { stack }, { green }) => {
  const { step, verifiedAt } = run.status.machine.context;
  if (state !== 'verify' && !(state === 'ramp.shift' && step === 0 && verifiedAt === null)) return [];
  return sharedGreenOf(stack).map((shared) => {
    const health = green.find(({ service }) => service === shared.name);
    return { name: `room/${shared.name}`, ...sharedRoomVerdict(shared, health) };
  });
};
