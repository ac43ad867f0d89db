import type { MachineState, Report } from '../machines/record.ts';

/** What has become of a plan that entered a state; goes on from its name. */
const ENTERED: Readonly<Record<MachineState, string>> = {
  'inventory.assess': 'is read and assessed',
  'inventory.preflight': 'was assessed, and proves its way back',
  provision: 'builds green beside blue',
  verify: 'waits until green is healthy',
  'ramp.shift': 'gives green more traffic',
  'ramp.bake': 'watches green at its new weight',
  'cutover.stopBlue': 'has all traffic on green, and stops blue of the services that must not run twice',
  'cutover.startGreen': 'starts green of the services that must not run twice: their blue has stopped',
  soak: 'has all traffic on green, and keeps blue for a while',
  'retire.prove': 'looks whether anybody still calls blue',
  'retire.drain': 'waits until blue is quiet',
  'retire.handOver': 'takes blue out of the rules',
  'retire.scaleDown': 'takes blue away: there is no way back from here',
  'retire.remove': 'removes the services of blue',
  'retire.mesh': 'removes the mesh',
  succeeded: 'has moved: green serves everything, and blue is gone',
  'backward.reviveBlue': 'goes back, and brings blue up first',
  'backward.shiftBack': 'goes back: every request is given to blue',
  'backward.cutBack':
    'has every request on blue again, stops green of the services that must not run twice, and starts their blue',
  'backward.dismantle': 'has every request on blue again, and takes green away',
  rolledBack: 'is rolled back: blue serves everything, and green is gone',
  halted: 'is halted: it needs a person',
};

/** Goes on from the plan's name. Where blue of some services stays, the end says which. */
export function enteredWords(state: MachineState, retained: Report['blueRetained'] = []): string {
  if (state !== 'succeeded' || retained.length === 0) return ENTERED[state];
  const names = retained.map(({ service }) => service).join(', ');
  return `has moved: green serves all that it moves, and blue is gone but for ${names}, which others still call`;
}
