import type { PlanSpec } from '../plan/model.ts';
import { REHEARSED_WEIGHT } from './rehearsal.ts';
import type { MachineContext, MachineState, Phase } from './record.ts';

/** What the rules are to carry. */
export type WantedRoute =
  /** The recorded original actions, to the letter. */
  | { kind: 'blueOnly' }
  /** Original actions with blue's forward split: green `greenWeight` percent, blue the rest. */
  | { kind: 'split'; greenWeight: number }
  /** Original actions with green's target group in blue's place. */
  | { kind: 'greenOnly' };

/** What is to be done in a state. Read from the state, not from the transition that led there. */
export type Intent =
  | { kind: 'none' }
  /** Claim the rules and services, then write the rules back unchanged. */
  | { kind: 'proveWayBack' }
  | { kind: 'ensureStack' }
  | { kind: 'route'; route: WantedRoute }
  /** Once blue is quiet: green registers where blue does. */
  | { kind: 'registerGreen' }
  /** Of the services whose sides take turns: blue to 0. */
  | { kind: 'stopBlue' }
  /** The same, and then green to blue's recorded count. */
  | { kind: 'startGreen' }
  /** Green to 0, and then blue to its recorded count. */
  | { kind: 'cutBack' }
  | { kind: 'reviveBlue' }
  | { kind: 'dismantle' }
  | { kind: 'scaleDownBlue' }
  | { kind: 'removeBlue' }
  | { kind: 'removeMesh' };

/** Green's share while a step of the ramp is in force, percent. */
export function greenWeight(context: MachineContext, spec: PlanSpec): number {
  if (context.rehearsal === 'out') return REHEARSED_WEIGHT;
  if (context.rehearsal === 'back') return 0;
  const step = spec.ramp.steps[context.step];
  if (step === undefined) throw new Error(`The ramp has no step ${context.step}.`);
  return context.adoptedWeight ?? step.weight;
}

/** What the rules should carry in a state; `undefined` where Meshlift has no say yet, or no longer. */
export function wantedRoute(state: MachineState, context: MachineContext, spec: PlanSpec): WantedRoute | undefined {
  switch (state) {
    case 'inventory.assess':
    case 'inventory.preflight':
    case 'succeeded':
    case 'rolledBack':
      return undefined;
    case 'provision':
    case 'verify':
      return { kind: 'split', greenWeight: 0 };
    case 'ramp.shift':
    case 'ramp.bake':
    case 'halted':
      return { kind: 'split', greenWeight: greenWeight(context, spec) };
    case 'cutover.stopBlue':
    case 'cutover.startGreen':
    case 'soak':
    case 'retire.prove':
    case 'retire.drain':
      return { kind: 'split', greenWeight: 100 };
    case 'retire.handOver':
    case 'retire.scaleDown':
    case 'retire.remove':
    case 'retire.mesh':
      return { kind: 'greenOnly' };
    case 'backward.shiftBack':
      return shiftedBack(context);
    case 'backward.reviveBlue':
    case 'backward.cutBack':
    case 'backward.dismantle':
      return { kind: 'blueOnly' };
  }
}

/** All of it, or what is left for green on a way back by steps. */
const shiftedBack = ({ easedTo }: MachineContext): WantedRoute =>
  easedTo === null ? { kind: 'blueOnly' } : { kind: 'split', greenWeight: easedTo };

export function intent(state: MachineState, context: MachineContext, spec: PlanSpec): Intent {
  switch (state) {
    case 'inventory.assess':
    case 'succeeded':
    case 'rolledBack':
    case 'halted':
    case 'verify':
    case 'ramp.bake':
    case 'soak':
    case 'retire.prove':
      return { kind: 'none' };
    case 'retire.drain':
      return { kind: 'registerGreen' };
    case 'inventory.preflight':
      return { kind: 'proveWayBack' };
    case 'provision':
      return { kind: 'ensureStack' };
    case 'ramp.shift':
      return { kind: 'route', route: { kind: 'split', greenWeight: greenWeight(context, spec) } };
    case 'cutover.stopBlue':
      return { kind: 'stopBlue' };
    case 'cutover.startGreen':
      return { kind: 'startGreen' };
    case 'retire.handOver':
      return { kind: 'route', route: { kind: 'greenOnly' } };
    case 'retire.scaleDown':
      return { kind: 'scaleDownBlue' };
    case 'retire.remove':
      return { kind: 'removeBlue' };
    case 'retire.mesh':
      return { kind: 'removeMesh' };
    case 'backward.reviveBlue':
      return { kind: 'reviveBlue' };
    case 'backward.shiftBack':
      return { kind: 'route', route: shiftedBack(context) };
    case 'backward.cutBack':
      return { kind: 'cutBack' };
    case 'backward.dismantle':
      return { kind: 'dismantle' };
  }
}

/** The user's word for a state. */
export function phaseOf(state: MachineState): Phase {
  switch (state) {
    case 'inventory.assess':
    case 'inventory.preflight':
      return 'inventory';
    case 'provision':
      return 'provision';
    case 'verify':
      return 'verify';
    case 'ramp.shift':
    case 'ramp.bake':
    case 'cutover.stopBlue':
    case 'cutover.startGreen':
    case 'soak':
    case 'halted':
      return 'ramp';
    case 'retire.prove':
    case 'retire.drain':
    case 'retire.handOver':
    case 'retire.scaleDown':
    case 'retire.remove':
    case 'retire.mesh':
    case 'succeeded':
      return 'retire';
    case 'backward.reviveBlue':
    case 'backward.shiftBack':
    case 'backward.cutBack':
    case 'backward.dismantle':
    case 'rolledBack':
      return 'rollback';
  }
}
