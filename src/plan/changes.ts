import { accountOfArn } from './access.ts';
import { canonicalJson } from './canonical.ts';
import type { PlanSpec } from './model.ts';
import { probedServices } from './probes.ts';

/** Every key but future steps (`ramp`), `gates`, `notify` and `paused`, so that a new key is fixed until someone says otherwise. */
const FIXED: Readonly<
  Record<Exclude<keyof PlanSpec, 'ramp' | 'gates' | 'notify' | 'paused'> | 'gates.alarms.create' | 'gates.probes', true>
> = {
  strategy: true,
  access: true,
  source: true,
  target: true,
  services: true,
  traffic: true,
  onDrift: true,
  rollback: true,
  retire: true,
  accept: true,
  decisions: true,
  'gates.alarms.create': true,
  'gates.probes': true,
};

/**
 * How much of a way back is wanted is a gate by another name, and may change as gates may; so may how it is gone. The alarms that
 * are made with green are a part of green, and so is which services have a rule for probes; what they are asked may change. What becomes
 * of blue's own deployments is decided when one comes. What becomes of blue's names may change too: where AWS refuses that green takes one over,
 * `leave` goes on without it. The role may be another of the same account, and what its trust asks for may change: what was made stays where it is.
 */
const fixedPart = ({
  access,
  source: { onSourceChange: _policy, ...source },
  rollback,
  retire: { registries: _free, ...retire },
  ...rest
}: PlanSpec): object => ({
  ...rest,
  access: access && { account: access.roleArn && accountOfArn(access.roleArn), region: access.region },
  source,
  retire,
  rollback: { keepGreenMs: rollback.keepGreenMs },
  'gates.alarms.create': rest.gates.createAlarms,
  'gates.probes': probedServices(rest.gates.probes),
});

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * What of a changed spec must be refused once green is provisioned: everything but future steps, gates without
 * `alarms.create` and the services of `probes`, the role of `access` within its account, `source.onSourceChange`, `rollback.viability`, `rollback.strategy`, `retire.registries`,
 * `notify` and `paused`.
 *
 * @param currentStep index of the step that has begun; `-1` while none has. Steps up to and including it must stay as they
 * are, the steps after it are free.
 * @returns empty when the change is allowed.
 */
export function refusedChanges(
  before: PlanSpec,
  after: PlanSpec,
  currentStep: number,
): { place: string; message: string }[] {
  const values = new Map<string, unknown>(Object.entries(fixedPart(after)));
  const fixed = Object.entries(fixedPart(before))
    .filter(([key, value]) => key in FIXED && !same(value, values.get(key)))
    .map(([key]) => ({
      place: `spec.${key}`,
      message: 'cannot change once green is provisioned: take the change back, or abort the plan first',
    }));
  const steps = before.ramp.steps.flatMap((step, index) =>
    index > currentStep || same(step, after.ramp.steps[index])
      ? []
      : [
          {
            place: `spec.ramp.steps[${index}]`,
            message: `cannot change: the step has begun (${step.weight}% green); only the steps after it may`,
          },
        ],
  );
  return [...fixed, ...steps];
}
