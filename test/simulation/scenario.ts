import type { PlanStatus } from '../../src/machines/record.ts';
import type { PlanChanges } from '../unit/operator/manifest.ts';
import { PLAN } from '../unit/operator/manifest.ts';
import type { OperatorWorld } from '../unit/operator/operatorWorld.ts';

/** What somebody, or the world, does once a plan has come so far. */
export interface Deed {
  when: (status: PlanStatus) => boolean;
  happen: (world: OperatorWorld) => Promise<unknown> | void;
}

/** A plan and what happens to it, whatever befalls its operators. */
export interface Scenario {
  name: string;
  plan?: PlanChanges;
  /** Before the plan is there. */
  before?: (world: OperatorWorld) => void;
  deeds: readonly Deed[];
  end: 'succeeded' | 'rolledBack';
}

const inState =
  (state: PlanStatus['machine']['value'], step?: number): Deed['when'] =>
  ({ machine }) =>
    machine.value === state && (step === undefined || machine.context.step === step);

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });

const abortIn = (state: PlanStatus['machine']['value'], step?: number): Scenario => ({
  name: `abort in ${state}${step === undefined ? '' : ` of step ${step + 1}`}`,
  deeds: [{ when: inState(state, step), happen: abort }],
  end: 'rolledBack',
});

const FIRES_EVERY_MS = 20_000;
const FIRES = 15;

/** CloudWatch sets an alarm that is fired by hand back at its next evaluation; this one fires again. */
function keepFiring({ clock, simulated }: OperatorWorld): void {
  const { SetAlarmState } = simulated.aws.services.cloudwatch.operations;
  const fire = () =>
    SetAlarmState?.(
      { AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'a drill' },
      { requestId: 'a-drill', accessKeyId: '' },
    );
  fire();
  for (let time = 1; time < FIRES; time += 1) clock.after(time * FIRES_EVERY_MS, fire);
}

export const MIGRATION: Scenario = { name: 'migration', deeds: [], end: 'succeeded' };
export const ABORT_IN_RAMP = abortIn('ramp.bake', 0);
export const ALARM_IN_RAMP: Scenario = {
  name: 'alarm in the last bake',
  deeds: [{ when: inState('ramp.bake', 1), happen: keepFiring }],
  end: 'rolledBack',
};

export const SCENARIOS: readonly Scenario[] = [
  MIGRATION,
  ABORT_IN_RAMP,
  ALARM_IN_RAMP,
  {
    name: 'green that never becomes healthy',
    before: ({ simulated }) =>
      simulated.tasks.behave(({ serviceName }) => ({ start: serviceName === 'frontend-sc' ? 'crash' : 'run' })),
    deeds: [],
    end: 'rolledBack',
  },
  abortIn('soak'),
  abortIn('retire.handOver'),
  {
    name: 'App Mesh gone in the ramp, and an abort',
    deeds: [
      {
        when: inState('ramp.bake', 0),
        happen: ({ simulated }) => simulated.faults.set('app-mesh-gone', true),
      },
      { when: inState('ramp.bake', 1), happen: abort },
    ],
    end: 'rolledBack',
  },
];

export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`there is no scenario "${name}"; there are: ${SCENARIOS.map((one) => one.name).join('; ')}`);
  }
  return found;
}
