import type { MachineState } from '../machines/record.ts';
import type { PlanView } from './planView.ts';

/** Why a service is not to be deployed to now. */
export interface Freeze {
  plan: string;
  cluster: string;
  state: MachineState;
  side: 'blue' | 'green' | 'unknown';
  /** What a deployment would do harm to, and until when: one sentence each. */
  why: string;
  until: string;
}

const UNTIL_SETTLED = 'the plan has succeeded or is rolled back';

/**
 * Why a plan forbids a deployment to a service of its cluster; `undefined` where it does not. A plan that nothing was recorded
 * of yet forbids nothing; one on its way forbids it for blue and for green, until it is settled.
 *
 * @param cluster name of the ECS cluster; `undefined` for whichever the plan is on
 */
export function freezeOf({ name, status }: PlanView, service: string, cluster: string | undefined): Freeze | undefined {
  const spec = status?.status.spec;
  if (status === undefined || spec === null || spec === undefined) return undefined;
  if (cluster !== undefined && spec.source.cluster !== cluster) return undefined;
  const { machine, report } = status.status;
  const side = sideOf(report.services, service);
  if (side === undefined) return undefined;
  const found = reasonOf(machine.value, side, report.services.find((one) => one.blue === service)?.green);
  return found === undefined
    ? undefined
    : { plan: name, cluster: spec.source.cluster, state: machine.value, side, ...found };
}

/** A plan whose record does not tell which services move may be moving any. */
function sideOf(
  services: readonly { blue: string; green: string }[],
  service: string,
): 'blue' | 'green' | 'unknown' | undefined {
  if (services.length === 0) return 'unknown';
  if (services.some((one) => one.blue === service)) return 'blue';
  return services.some((one) => one.green === service) ? 'green' : undefined;
}

function reasonOf(
  state: MachineState,
  side: 'blue' | 'green' | 'unknown',
  green: string | undefined,
): Pick<Freeze, 'why' | 'until'> | undefined {
  switch (state) {
    case 'inventory.assess':
    case 'rolledBack':
      return undefined;
    case 'succeeded':
      if (side !== 'blue') return undefined;
      return { why: `${green ?? 'green'} has taken its place; deploy to that`, until: 'the plan is deleted' };
    case 'inventory.preflight':
    case 'provision':
    case 'verify':
    case 'ramp.shift':
    case 'ramp.bake':
    case 'cutover.stopBlue':
    case 'cutover.startGreen':
    case 'soak':
    case 'retire.prove':
    case 'retire.drain':
    case 'retire.handOver':
      return { why: whyOf[side], until: UNTIL_SETTLED };
    case 'retire.scaleDown':
    case 'retire.remove':
    case 'retire.mesh':
      return { why: side === 'blue' ? 'it is being taken away' : whyOf[side], until: UNTIL_SETTLED };
    case 'backward.reviveBlue':
    case 'backward.shiftBack':
    case 'backward.cutBack':
    case 'backward.dismantle':
      return {
        why:
          side === 'blue'
            ? 'the traffic is on its way back to it'
            : side === 'green'
              ? 'it is being removed'
              : whyOf.unknown,
        until: 'the plan is rolled back',
      };
    case 'halted':
      return { why: `${whyOf[side]}; the plan is halted and needs a person`, until: UNTIL_SETTLED };
  }
}

const whyOf = {
  blue: 'green was made from the revision that it runs, and another would not be what was tried',
  green: 'the plan holds it as it was made',
  unknown: 'which services the plan moves is not on its record',
} as const;
