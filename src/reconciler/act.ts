import { isBackward } from '../machines/classify.ts';
import { intent, type Intent } from '../machines/intent.ts';
import { isRehearsingBack } from '../machines/rehearsal.ts';
import type { Act, Acted } from './acts/acting.ts';
import { dismantle } from './acts/dismantle.ts';
import { ensureStack } from './acts/ensureStack.ts';
import { followSource } from './acts/followSource.ts';
import { proveWayBack } from './acts/proveWayBack.ts';
import { putBack } from './acts/putBack.ts';
import { raiseFloors } from './acts/raiseFloors.ts';
import { registerGreen } from './acts/registries.ts';
import { removeBlue, removeMesh, scaleDownBlue } from './acts/retireBlue.ts';
import { reviveBlue } from './acts/reviveBlue.ts';
import { route } from './acts/route.ts';
import { takeTurns } from './acts/takeTurns.ts';
import { isHeldAnew } from './heldAnew.ts';

/**
 * Carries out the intent of the state that was persisted. Each resource, rule and service is converged by itself, so that one
 * failure keeps no other from healing. A forward intent waits while the plan is held; a backward one never does.
 */
export async function act(input: Omit<Act, 'acted'>): Promise<Acted> {
  const { machine, run } = input;
  const acting: Act = { ...input, acted: { deeds: [], progress: false, failed: false } };
  const isOnWayBack = isBackward(machine.value) || isRehearsingBack(machine.context);
  if (input.observation.facts.hold !== undefined && !isOnWayBack) return acting.acted;
  const groundwork = run.groundwork;
  const todo: Intent = intent(machine.value, machine.context, run.spec);
  if (groundwork === undefined) return acting.acted;
  const { behind, changes } = input.observation;
  const isIdle = todo.kind === 'none' && behind.length === 0 && changes.length === 0;
  if (!isOnWayBack && !isIdle && (await isHeldAnew(run, input.store, machine.value))) {
    acting.acted.progress = true;
    return acting.acted;
  }
  await followSource(acting, groundwork);
  await putBack(acting, groundwork);
  await raiseFloors(acting, groundwork);
  if (todo.kind === 'none') return acting.acted;
  switch (todo.kind) {
    case 'proveWayBack':
      await proveWayBack(acting, groundwork);
      break;
    case 'ensureStack':
      await ensureStack(acting, groundwork);
      break;
    case 'route':
      await route(acting, groundwork, todo.route);
      break;
    case 'registerGreen':
      await registerGreen(acting, groundwork);
      break;
    case 'reviveBlue':
      await reviveBlue(acting, groundwork);
      break;
    case 'stopBlue':
    case 'startGreen':
    case 'cutBack':
      await takeTurns(acting, groundwork, todo.kind);
      break;
    case 'dismantle':
      await dismantle(acting, groundwork);
      break;
    case 'scaleDownBlue':
      await scaleDownBlue(acting, groundwork);
      break;
    case 'removeBlue':
      await removeBlue(acting, groundwork);
      break;
    case 'removeMesh':
      await removeMesh(acting, groundwork);
      break;
  }
  return acting.acted;
}
