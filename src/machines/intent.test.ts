import { expect, test } from 'vitest';
import { isBackward, isReversible, isSettled, mayCarryGreenWeight, mayFollow } from './classify.ts';
import { greenWeight, intent, phaseOf, wantedRoute, type Intent, type WantedRoute } from './intent.ts';
import type { MachineContext, MachineState, Phase } from './record.ts';
import { STATES } from './testArbitraries.ts';
import { machineIn, testSpec } from './testFacts.ts';

const BLUE: WantedRoute = { kind: 'blueOnly' };
const GREEN: WantedRoute = { kind: 'greenOnly' };
const split = (weight: number): WantedRoute => ({ kind: 'split', greenWeight: weight });
const route = (wanted: WantedRoute): Intent => ({ kind: 'route', route: wanted });
const NONE: Intent = { kind: 'none' };

/** In the first step of the plan, which has 10 %. */
test.each<[MachineState, Phase, WantedRoute | undefined, Intent]>([
  ['inventory.assess', 'inventory', undefined, NONE],
  ['inventory.preflight', 'inventory', undefined, { kind: 'proveWayBack' }],
  ['provision', 'provision', split(0), { kind: 'ensureStack' }],
  ['verify', 'verify', split(0), NONE],
  ['ramp.shift', 'ramp', split(10), route(split(10))],
  ['ramp.bake', 'ramp', split(10), NONE],
  ['halted', 'ramp', split(10), NONE],
  ['cutover.stopBlue', 'ramp', split(100), { kind: 'stopBlue' }],
  ['cutover.startGreen', 'ramp', split(100), { kind: 'startGreen' }],
  ['soak', 'ramp', split(100), NONE],
  ['retire.prove', 'retire', split(100), NONE],
  ['retire.drain', 'retire', split(100), { kind: 'registerGreen' }],
  ['retire.handOver', 'retire', GREEN, route(GREEN)],
  ['retire.scaleDown', 'retire', GREEN, { kind: 'scaleDownBlue' }],
  ['retire.remove', 'retire', GREEN, { kind: 'removeBlue' }],
  ['retire.mesh', 'retire', GREEN, { kind: 'removeMesh' }],
  ['succeeded', 'retire', undefined, NONE],
  ['backward.reviveBlue', 'rollback', BLUE, { kind: 'reviveBlue' }],
  ['backward.shiftBack', 'rollback', BLUE, route(BLUE)],
  ['backward.cutBack', 'rollback', BLUE, { kind: 'cutBack' }],
  ['backward.dismantle', 'rollback', BLUE, { kind: 'dismantle' }],
  ['rolledBack', 'rollback', undefined, NONE],
])('%s belongs to %s, and wants of the rules and does what it says', (state, phase, wanted, does) => {
  const { context } = machineIn(state);
  expect(phaseOf(state)).toBe(phase);
  expect(wantedRoute(state, context, testSpec)).toEqual(wanted);
  expect(intent(state, context, testSpec)).toEqual(does);
});

const share = (context: Partial<MachineContext>) => greenWeight(machineIn('ramp.shift', context).context, testSpec);

test('green’s share is the step’s, or the one that was adopted, and in a rehearsal one per cent and then none', () => {
  expect(share({ step: 1 })).toBe(100);
  expect(share({ step: 1, adoptedWeight: 60 })).toBe(60);
  expect(share({ rehearsal: 'out' })).toBe(1);
  expect(share({ rehearsal: 'back' })).toBe(0);
  expect(() => share({ step: 2 })).toThrow('The ramp has no step 2.');
});

test('a way back by steps leaves green its share, and only while the rules are written back', () => {
  const { context } = machineIn('backward.shiftBack', { easedTo: 75 });
  expect(wantedRoute('backward.shiftBack', context, testSpec)).toEqual(split(75));
  expect(intent('backward.shiftBack', context, testSpec)).toEqual(route(split(75)));
  expect(wantedRoute('backward.reviveBlue', context, testSpec)).toEqual(BLUE);
});

test('which states have a way back, green’s weight, a green that follows, and an end', () => {
  const weighted = [
    'ramp.shift',
    'ramp.bake',
    'cutover.stopBlue',
    'cutover.startGreen',
    'soak',
    'retire.prove',
    'retire.drain',
    'retire.handOver',
    'halted',
  ];
  const before = ['inventory.assess', 'inventory.preflight', 'provision', 'verify'];
  expect(STATES.filter(mayCarryGreenWeight)).toEqual(weighted);
  expect(STATES.filter(isReversible)).toEqual([...before, ...weighted]);
  expect(STATES.filter(mayFollow)).toEqual(['provision', 'verify', 'ramp.shift', 'ramp.bake', 'soak']);
  expect(STATES.filter(isSettled)).toEqual(['succeeded', 'rolledBack']);
  expect(STATES.filter(isBackward)).toEqual(STATES.filter((state) => state.startsWith('backward.')));
});
