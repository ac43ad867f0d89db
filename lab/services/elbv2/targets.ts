import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Address } from '../ports.ts';
import type { Context } from './context.ts';
import { checkRange, validationError } from './errors.ts';
import type { TargetGroupRecord, TargetRecord } from './store.ts';

const TARGETS_MAX = 1_000;

export function targetKey({ ip, port }: Address): string {
  return `${ip}:${port}`;
}

/** Registering again what is registered changes nothing; what drains comes back as a new target. */
export function registerTarget(
  context: Context,
  group: TargetGroupRecord,
  { ip, port, availabilityZone }: Address & { availabilityZone?: string | undefined },
): void {
  const present = group.targets.get(targetKey({ ip, port }));
  if (present !== undefined && present.state !== 'draining') return;
  if (present !== undefined) endDrain(context, group, present);
  const target: TargetRecord = {
    ip,
    port,
    availabilityZone,
    state: 'initial',
    reason: undefined,
    description: undefined,
    successes: 0,
    failures: 0,
    timer: undefined,
    run: {},
    drained: [],
  };
  group.targets.set(targetKey(target), target);
  if (group.usedBy !== undefined) context.healthChecks.start(group, target);
}

/** Draining lasts for the whole deregistration delay, however idle the target (row L23). An unknown target is drained already. */
export function deregisterTarget(
  context: Context,
  group: TargetGroupRecord,
  address: Address,
  drained: () => void,
): void {
  const target = group.targets.get(targetKey(address));
  if (target === undefined) {
    context.clock.after(0, drained);
    return;
  }
  target.drained.push(drained);
  if (target.state === 'draining') return;
  context.healthChecks.stop(target);
  target.state = 'draining';
  target.reason = 'Target.DeregistrationInProgress';
  target.description = 'Target deregistration is in progress';
  const delayMs = Number(group.attributes.get('deregistration_delay.timeout_seconds')) * 1000;
  target.timer = context.clock.after(delayMs, () => endDrain(context, group, target));
}

/** Forgets the target and tells those who wait for its drain. */
export function endDrain(context: Context, group: TargetGroupRecord, target: TargetRecord): void {
  target.timer?.cancel();
  target.timer = undefined;
  group.targets.delete(targetKey(target));
  for (const drained of target.drained.splice(0)) context.clock.after(0, drained);
}

export function targetOperations(context: Context) {
  const { store } = context;
  return {
    RegisterTargets(input: RegisterTargetsInput): object {
      const group = store.targetGroup(input.TargetGroupArn);
      const addresses = targetsOf(group, input.Targets);
      const keys = new Set([...group.targets.keys(), ...addresses.map(targetKey)]);
      if (keys.size > TARGETS_MAX) {
        throw new AwsError(
          'TooManyTargetsException',
          `You've reached the limit on the number of targets: ${TARGETS_MAX}`,
        );
      }
      for (const address of addresses) registerTarget(context, group, address);
      return {};
    },

    DeregisterTargets(input: DeregisterTargetsInput): object {
      const group = store.targetGroup(input.TargetGroupArn);
      const everyPort = (input.Targets ?? [])
        .filter((target) => target.Port === undefined)
        .flatMap((target) => [...group.targets.values()].filter((registered) => registered.ip === target.Id));
      const named = targetsOf(
        group,
        (input.Targets ?? []).filter((target) => target.Port !== undefined),
      );
      for (const address of [...everyPort, ...named]) deregisterTarget(context, group, address, () => {});
      return {};
    },

    /** All targets at once; there is no paging (row L16). */
    DescribeTargetHealth(input: DescribeTargetHealthInput): DescribeTargetHealthOutput {
      const group = store.targetGroup(input.TargetGroupArn);
      const asked: Address[] = input.Targets?.length ? targetsOf(group, input.Targets) : [...group.targets.values()];
      return {
        TargetHealthDescriptions: asked.map((address) => {
          const target = group.targets.get(targetKey(address));
          const port = group.healthCheck.HealthCheckPort;
          return {
            Target: {
              Id: address.ip,
              Port: address.port,
              ...(target?.availabilityZone === undefined ? {} : { AvailabilityZone: target.availabilityZone }),
            },
            HealthCheckPort: port === 'traffic-port' ? String(address.port) : port,
            TargetHealth: healthOf(group, target),
          };
        }),
      };
    },
  };
}

/** A group in no action has no health, only targets that are `unused` (row L8); a drain goes on all the same. */
export function healthOf(group: TargetGroupRecord, target: TargetRecord | undefined): TargetHealth {
  if (target === undefined) {
    return {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    };
  }
  if (group.usedBy === undefined && target.state !== 'draining') {
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  return {
    State: target.state,
    ...(target.reason === undefined ? {} : { Reason: target.reason }),
    ...(target.description === undefined ? {} : { Description: target.description }),
  };
}

function targetsOf(
  group: TargetGroupRecord,
  targets: TargetDescription[] | undefined,
): (Address & { availabilityZone: string | undefined })[] {
  if (group.targetType !== 'ip') {
    throw notPlayed('elastic-load-balancing-v2', 'targets of a type other than ip', group.targetType);
  }
  return (targets ?? []).map((target) => {
    const ip = target.Id ?? '';
    if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(ip))
      throw validationError(`The IP address '${ip}' is not a valid IPv4 address`);
    checkRange('Target port', target.Port, 1, 65_535);
    return { ip, port: target.Port ?? group.port, availabilityZone: target.AvailabilityZone };
  });
}
