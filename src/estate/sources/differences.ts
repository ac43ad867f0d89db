import { isRecord } from '../../plan/json.ts';
import type { ObjectKind } from '../identity.ts';

export interface DifferentMember {
  /** `desiredCount`, `spec.httpRoute.action.weightedTargets`. */
  member: string;
  /** Absent: there is none. */
  better: unknown;
  other: unknown;
}

/**
 * Members that say how an object was made, by kind; all others are counted, dated or added by AWS. A revision of a task definition
 * never changes.
 */
const COMPARED: Readonly<Record<ObjectKind, readonly string[]>> = {
  mesh: ['spec'],
  virtualNode: ['spec'],
  virtualService: ['spec'],
  virtualRouter: ['spec'],
  route: ['spec'],
  virtualGateway: ['spec'],
  gatewayRoute: ['spec'],
  cluster: ['capacityProviders', 'serviceConnectDefaults'],
  service: [
    'serviceArn',
    'taskDefinition',
    'desiredCount',
    'launchType',
    'capacityProviderStrategy',
    'platformVersion',
    'loadBalancers',
    'serviceRegistries',
    'networkConfiguration',
    'deploymentConfiguration',
    'deploymentController',
    'schedulingStrategy',
    'placementConstraints',
    'placementStrategy',
    'healthCheckGracePeriodSeconds',
    'availabilityZoneRebalancing',
    'enableECSManagedTags',
    'enableExecuteCommand',
    'propagateTags',
    'tags',
  ],
  taskDefinition: [],
  namespace: ['Name', 'Type'],
  cloudMapService: ['Id', 'Name', 'NamespaceId', 'DnsConfig', 'HealthCheckConfig', 'HealthCheckCustomConfig'],
  loadBalancer: ['LoadBalancerArn', 'DNSName', 'Scheme', 'Type', 'SecurityGroups', 'IpAddressType'],
  listener: [
    'ListenerArn',
    'Port',
    'Protocol',
    'SslPolicy',
    'Certificates',
    'AlpnPolicy',
    'DefaultActions',
    'MutualAuthentication',
  ],
  rule: ['RuleArn', 'Priority', 'Conditions', 'Actions'],
  targetGroup: [
    'TargetGroupArn',
    'Protocol',
    'ProtocolVersion',
    'Port',
    'VpcId',
    'TargetType',
    'IpAddressType',
    'HealthCheckEnabled',
    'HealthCheckProtocol',
    'HealthCheckPort',
    'HealthCheckPath',
    'HealthCheckIntervalSeconds',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'UnhealthyThresholdCount',
    'Matcher',
  ],
  scalableTarget: ['MinCapacity', 'MaxCapacity', 'SuspendedState'],
  scalingPolicy: ['PolicyType', 'TargetTrackingScalingPolicyConfiguration', 'StepScalingPolicyConfiguration'],
  scheduledAction: ['Schedule', 'Timezone', 'StartTime', 'EndTime', 'ScalableTargetAction'],
  metricAlarm: [
    'ActionsEnabled',
    'AlarmActions',
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluationPeriods',
    'ExtendedStatistic',
    'MetricName',
    'Metrics',
    'Namespace',
    'Period',
    'Statistic',
    'Threshold',
    'TreatMissingData',
  ],
  compositeAlarm: ['ActionsEnabled', 'AlarmActions', 'AlarmRule'],
};

/** Every source tells the whole of a specification of App Mesh, so that what one leaves out is not there. */
const isWhole = (member: string): boolean => member === 'spec';

type Members = Readonly<Record<string, unknown>>;

/** One form for what means the same: no order in lists, nothing that is empty, no `false` for a match that is not inverted. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(plain(item)));
    return items.length === 0 ? undefined : items.toSorted();
  }
  if (!isRecord(value)) return value === null || value === '' ? undefined : value;
  const members = Object.entries(value)
    .filter(([name, inner]) => !(name === 'invert' && inner === false))
    .map(([name, inner]) => [name, plain(inner)] as const)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members);
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(plain(left)) === JSON.stringify(plain(right));

function within(better: unknown, other: unknown, member: string, whole: boolean): DifferentMember[] {
  if (same(better, other)) return [];
  // What one source does not tell is no difference, but in what every source tells whole.
  if (!whole && (plain(better) === undefined || plain(other) === undefined)) return [];
  if (isRecord(better) && isRecord(other)) {
    const names = [...new Set([...Object.keys(better), ...Object.keys(other)])];
    return names.flatMap((name) => within(better[name], other[name], `${member}.${name}`, whole));
  }
  const lists = Array.isArray(better) && Array.isArray(other) && better.length === other.length;
  if (!whole && lists && better.every((item, index) => within(item, other[index], '', false).length === 0)) return [];
  return [{ member, better, other }];
}

/** Where two sources tell different things of one object. */
export const differingMembers = (kind: ObjectKind, better: object, other: object): DifferentMember[] =>
  COMPARED[kind].flatMap((member) =>
    within((better as Members)[member], (other as Members)[member], member, isWhole(member)),
  );
