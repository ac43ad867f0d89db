import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service, ServiceId } from '../../../lab/services/service.ts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { CLUSTER } from './manifest.ts';

/** One side of a service. */
export interface Side {
  desired: number;
  /** Tasks that have not ended, those that are stopping among them. */
  alive: number;
  /** Scaling may start more of them by itself. */
  mayGrow: boolean;
}

/**
 * Looks into the simulated AWS without going over the wire: what a referee can afford to ask around every single call. The
 * operations are AWS's own.
 */
export class Inside {
  readonly #services: SimulatedAws['aws']['services'];
  readonly #tasks: SimulatedAws['tasks'];

  constructor(simulated: SimulatedAws) {
    this.#services = simulated.aws.services;
    this.#tasks = simulated.tasks;
  }

  ruleActions(ruleArn: string): Action[] {
    const { Rules } = this.#ask('elastic-load-balancing-v2', 'DescribeRules', {
      RuleArns: [ruleArn],
    }) as { Rules: { Actions: Action[] }[] };
    return Rules[0]?.Actions ?? [];
  }

  hasHealthyTarget(targetGroupArns: Iterable<string>): boolean {
    for (const TargetGroupArn of new Set(targetGroupArns)) {
      const { TargetHealthDescriptions } = this.#ask('elastic-load-balancing-v2', 'DescribeTargetHealth', {
        TargetGroupArn,
      }) as {
        TargetHealthDescriptions: { TargetHealth: { State: string } }[];
      };
      if (TargetHealthDescriptions.some(({ TargetHealth }) => TargetHealth.State === 'healthy')) return true;
    }
    return false;
  }

  alarmStates(AlarmNames: string[]): { name: string; state: StateValue }[] {
    const { MetricAlarms } = this.#ask('cloudwatch', 'DescribeAlarms', { AlarmNames }) as {
      MetricAlarms: { AlarmName: string; StateValue: StateValue }[];
    };
    return MetricAlarms.map(({ AlarmName, StateValue }) => ({ name: AlarmName, state: StateValue }));
  }

  /** The alarms that plans have made. */
  createdAlarms(): { name: string; arn: string; state: StateValue }[] {
    const { MetricAlarms } = this.#ask('cloudwatch', 'DescribeAlarms', { AlarmNamePrefix: 'meshlift/' }) as {
      MetricAlarms: { AlarmName: string; AlarmArn: string; StateValue: StateValue }[];
    };
    return MetricAlarms.map(({ AlarmName, AlarmArn, StateValue }) => ({
      name: AlarmName,
      arn: AlarmArn,
      state: StateValue,
    }));
  }

  /** Every rule of every listener, as AWS tells it. */
  rules(): Rule[] {
    const balancers = this.#ask('elastic-load-balancing-v2', 'DescribeLoadBalancers', {}) as {
      LoadBalancers: { LoadBalancerArn: string }[];
    };
    return balancers.LoadBalancers.flatMap(({ LoadBalancerArn }) => {
      const { Listeners } = this.#ask('elastic-load-balancing-v2', 'DescribeListeners', { LoadBalancerArn }) as {
        Listeners: { ListenerArn: string }[];
      };
      return Listeners.flatMap(
        ({ ListenerArn }) =>
          (this.#ask('elastic-load-balancing-v2', 'DescribeRules', { ListenerArn }) as { Rules: Rule[] }).Rules,
      );
    });
  }

  /** ARNs of everything that a plan makes, or might harm: whose it is, is not asked. In order. */
  things(): string[] {
    const { serviceArns } = this.#ask('ecs', 'ListServices', {
      cluster: CLUSTER,
      maxResults: 100,
    }) as { serviceArns: string[] };
    const { taskDefinitionArns } = this.#ask('ecs', 'ListTaskDefinitions', {}) as { taskDefinitionArns: string[] };
    const { TargetGroups } = this.#ask('elastic-load-balancing-v2', 'DescribeTargetGroups', {}) as {
      TargetGroups: { TargetGroupArn: string }[];
    };
    const { Namespaces } = this.#ask('servicediscovery', 'ListNamespaces', {}) as { Namespaces: { Arn: string }[] };
    const { Services } = this.#ask('servicediscovery', 'ListServices', {}) as { Services: { Arn: string }[] };
    const { ScalableTargets } = this.#ask('application-auto-scaling', 'DescribeScalableTargets', {
      ServiceNamespace: 'ecs',
    }) as { ScalableTargets: { ScalableTargetARN: string }[] };
    return [
      ...serviceArns,
      ...taskDefinitionArns,
      ...TargetGroups.map((one) => one.TargetGroupArn),
      ...Namespaces.map((one) => one.Arn),
      ...Services.map((one) => one.Arn),
      ...ScalableTargets.map((one) => one.ScalableTargetARN),
      ...this.createdAlarms().map(({ arn }) => arn),
      ...this.rules().map(({ RuleArn = '' }) => RuleArn),
    ].toSorted();
  }

  /** How the ECS services stand whose name is so, taken together. */
  side(name: RegExp): Side {
    const { serviceArns } = this.#ask('ecs', 'ListServices', { cluster: CLUSTER, maxResults: 100 }) as {
      serviceArns: string[];
    };
    const names = serviceArns.map((arn) => arn.split('/').at(-1) ?? '').filter((one) => name.test(one));
    if (names.length === 0) return { desired: 0, alive: 0, mayGrow: false };
    const { services } = this.#ask('ecs', 'DescribeServices', { cluster: CLUSTER, services: names }) as {
      services: { desiredCount: number }[];
    };
    const { ScalableTargets } = this.#ask('application-auto-scaling', 'DescribeScalableTargets', {
      ServiceNamespace: 'ecs',
      ResourceIds: names.map((one) => `service/${CLUSTER}/${one}`),
    }) as { ScalableTargets: ScalableTarget[] };
    return {
      desired: services.reduce((sum, { desiredCount }) => sum + desiredCount, 0),
      alive: names.reduce((sum, one) => sum + this.#tasks.of(one).length, 0),
      mayGrow: ScalableTargets.some(
        ({ MinCapacity, SuspendedState }) =>
          MinCapacity !== 0 ||
          SuspendedState?.DynamicScalingOutSuspended !== true ||
          SuspendedState.ScheduledScalingSuspended !== true,
      ),
    };
  }

  /** How a service scales and what it is wanted with; `undefined` where it has no scalable target. */
  scaling(service: string): { min: number; max: number; desired: number } | undefined {
    const { ScalableTargets } = this.#ask('application-auto-scaling', 'DescribeScalableTargets', {
      ServiceNamespace: 'ecs',
      ResourceIds: [`service/${CLUSTER}/${service}`],
    }) as { ScalableTargets: { MinCapacity: number; MaxCapacity: number }[] };
    const { services } = this.#ask('ecs', 'DescribeServices', { cluster: CLUSTER, services: [service] }) as {
      services: { desiredCount: number }[];
    };
    const [target] = ScalableTargets;
    return target === undefined
      ? undefined
      : { min: target.MinCapacity, max: target.MaxCapacity, desired: services[0]?.desiredCount ?? 0 };
  }

  /** Whose tasks a caller of the name in Cloud Map finds, by ECS service, each task once. */
  behind(name: string): string[] {
    const { Services } = this.#ask('servicediscovery', 'ListServices', {}) as {
      Services: { Id: string; Name: string; DnsConfig?: object }[];
    };
    const ServiceId = Services.find((one) => one.Name === name && one.DnsConfig !== undefined)?.Id;
    const { Instances } = this.#ask('servicediscovery', 'ListInstances', { ServiceId }) as {
      Instances: { Attributes: Record<string, string> }[];
    };
    return Instances.map(({ Attributes }) => Attributes['ECS_SERVICE_NAME'] ?? '').toSorted();
  }

  #ask(service: ServiceId, operation: string, input: object): unknown {
    const { operations }: Service = this.#services[service];
    const serve = operations[operation];
    if (serve === undefined) throw new Error(`the lab does not serve ${service} ${operation}`);
    return serve(input, { requestId: 'inside', accessKeyId: '' });
  }
}
