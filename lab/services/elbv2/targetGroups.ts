import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import { defaultTargetGroupAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import { arnOf } from './context.ts';
import { checkRange, notFound, validationError } from './errors.ts';
import { checkGrpcMatcher, checkMatcher } from './matcher.ts';
import { page } from './paging.ts';
import type { HealthCheckSettings, TargetGroupRecord } from './store.ts';
import { checkTags } from './tags.ts';
import { endDrain } from './targets.ts';

/** AWS holds a target group's name to a pattern that its public model leaves out (row M2). */
const NAME = /(?!^-)(?!.*-$)^[A-Za-z0-9-]+$/;

export function targetGroupOperations(context: Context) {
  const { store } = context;
  return {
    /** Idempotent where the settings are the same (row L20). HTTP and HTTPS with target type `ip` or `instance` are built. */
    CreateTargetGroup(input: CreateTargetGroupInput): CreateTargetGroupOutput {
      checkName(input.Name);
      const settings = settingsOf(input);
      if (settings.vpcId !== undefined && !context.network.hasVpc(settings.vpcId)) {
        throw validationError(`The VPC ID '${settings.vpcId}' is not found`);
      }
      const tags = checkTags(input.Tags);
      const present = [...store.targetGroups.values()].find((group) => group.name === settings.name);
      if (present !== undefined) {
        if (!isSame(settings, present)) {
          throw new AwsError(
            'DuplicateTargetGroupNameException',
            `A target group with the same name '${settings.name}' exists, but with different settings`,
          );
        }
        return { TargetGroups: [presentTargetGroup(present)] };
      }
      const record: TargetGroupRecord = {
        ...settings,
        arn: arnOf(context, `targetgroup/${settings.name}/${context.random.hex(16)}`),
        attributes: defaultTargetGroupAttributes(),
        targets: new Map(),
        usedBy: undefined,
        leftUseMs: undefined,
      };
      store.targetGroups.set(record.arn, record);
      store.tags.set(record.arn, tags);
      return { TargetGroups: [presentTargetGroup(record)] };
    },

    DescribeTargetGroups(input: DescribeTargetGroupsInput): DescribeTargetGroupsOutput {
      const { LoadBalancerArn: loadBalancerArn, TargetGroupArns: arns, Names: names } = input;
      const filters = [loadBalancerArn !== undefined, Boolean(arns?.length), Boolean(names?.length)];
      if (filters.filter(Boolean).length > 1) {
        throw validationError(
          'You can specify only one of a load balancer ARN, target group ARNs and target group names',
        );
      }
      let found = [...store.targetGroups.values()];
      if (loadBalancerArn !== undefined) {
        const { arn } = store.loadBalancer(loadBalancerArn);
        found = found.filter((group) => group.usedBy === arn);
      }
      if (arns?.length) found = arns.map((arn) => store.targetGroup(arn));
      if (names?.length) {
        if (names.some((name) => !found.some((group) => group.name === name))) throw notFound('targetGroup', undefined);
        found = found.filter((group) => names.includes(group.name));
      }
      const { items, marker } = page(found, input);
      return { TargetGroups: items.map(presentTargetGroup), ...marker };
    },

    /** Only the health check can be modified; what is not given stays. */
    ModifyTargetGroup(input: ModifyTargetGroupInput): ModifyTargetGroupOutput {
      const record = store.targetGroup(input.TargetGroupArn);
      record.healthCheck = healthCheckOf(input, record.healthCheck);
      return { TargetGroups: [presentTargetGroup(record)] };
    },

    /**
     * Refused while any action names the group, even at weight 0, and for `targetGroupInUseMs` after (row L19). Registered targets do not
     * keep a group alive. An unknown group is deleted already.
     */
    DeleteTargetGroup(input: DeleteTargetGroupInput): object {
      const record = store.targetGroups.get(input.TargetGroupArn ?? '');
      if (record === undefined) return {};
      const freeAtMs = (record.leftUseMs ?? Number.NEGATIVE_INFINITY) + context.delays.targetGroupInUseMs;
      if (record.usedBy !== undefined || context.clock.now() < freeAtMs) {
        throw new AwsError(
          'ResourceInUseException',
          `Target group '${record.arn}' is currently in use by a listener or a rule`,
        );
      }
      for (const target of record.targets.values()) {
        context.healthChecks.stop(target);
        endDrain(context, record, target);
      }
      store.targetGroups.delete(record.arn);
      store.tags.delete(record.arn);
      return {};
    },
  };
}

type Settings = Omit<TargetGroupRecord, 'arn' | 'attributes' | 'targets' | 'usedBy' | 'leftUseMs'>;

function settingsOf(input: CreateTargetGroupInput): Settings {
  const targetType = input.TargetType ?? 'instance';
  if (targetType !== 'ip' && targetType !== 'instance') {
    throw notPlayed(
      'elastic-load-balancing-v2',
      'target groups of a target type other than ip and instance',
      targetType,
    );
  }
  const protocol = input.Protocol;
  if (protocol === undefined) throw validationError('A protocol must be specified');
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    throw notPlayed('elastic-load-balancing-v2', 'target groups of a protocol other than HTTP and HTTPS', protocol);
  }
  if (input.Port === undefined) throw validationError('A port must be specified');
  checkRange('Port', input.Port, 1, 65_535);
  if (input.VpcId === undefined) throw validationError('A VPC ID must be specified');
  // An empty one counts as absent (row L29).
  const protocolVersion = input.ProtocolVersion || 'HTTP1';
  if (!['HTTP1', 'HTTP2', 'GRPC'].includes(protocolVersion)) {
    throw validationError(`Protocol version '${protocolVersion}' must be one of 'HTTP1, HTTP2, GRPC'`);
  }
  return {
    name: input.Name ?? '',
    targetType,
    protocol,
    protocolVersion,
    port: input.Port,
    vpcId: input.VpcId,
    ipAddressType: input.IpAddressType ?? 'ipv4',
    healthCheck: healthCheckOf(input, defaultHealthCheck(protocolVersion)),
  };
}

/** Row L22. */
function defaultHealthCheck(protocolVersion: string): HealthCheckSettings {
  const isGrpc = protocolVersion === 'GRPC';
  return {
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: isGrpc ? '/AWS.ALB/healthcheck' : '/',
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    Matcher: isGrpc ? { GrpcCode: '12' } : { HttpCode: '200' },
  };
}

function healthCheckOf(
  input: Omit<ModifyTargetGroupInput, 'TargetGroupArn'>,
  before: HealthCheckSettings,
): HealthCheckSettings {
  if (input.HealthCheckEnabled === false) {
    throw validationError('Health check enabled must be true for target groups with target type instance or ip');
  }
  const settings: HealthCheckSettings = {
    HealthCheckProtocol: input.HealthCheckProtocol ?? before.HealthCheckProtocol,
    HealthCheckPort: input.HealthCheckPort ?? before.HealthCheckPort,
    HealthCheckPath: input.HealthCheckPath ?? before.HealthCheckPath,
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? before.HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.HealthCheckTimeoutSeconds,
    HealthyThresholdCount: input.HealthyThresholdCount ?? before.HealthyThresholdCount,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? before.UnhealthyThresholdCount,
    Matcher: input.Matcher ?? before.Matcher,
  };
  checkRange('Health check interval', settings.HealthCheckIntervalSeconds, 5, 300);
  checkRange('Health check timeout', settings.HealthCheckTimeoutSeconds, 2, 120);
  checkRange('Healthy threshold count', settings.HealthyThresholdCount, 2, 10);
  checkRange('Unhealthy threshold count', settings.UnhealthyThresholdCount, 2, 10);
  const { HealthCheckTimeoutSeconds: timeout, HealthCheckIntervalSeconds: interval } = settings;
  if (timeout >= interval) {
    throw validationError(`Health check timeout '${timeout}' must be smaller than the interval '${interval}'`);
  }
  if (settings.HealthCheckPort !== 'traffic-port')
    checkRange('Health check port', Number(settings.HealthCheckPort), 1, 65_535);
  if (!settings.HealthCheckPath.startsWith('/')) {
    throw validationError(`Health check path '${settings.HealthCheckPath}' must begin with a '/' character`);
  }
  if (settings.Matcher.HttpCode !== undefined) checkMatcher(settings.Matcher.HttpCode);
  if (settings.Matcher.GrpcCode !== undefined) checkGrpcMatcher(settings.Matcher.GrpcCode);
  return settings;
}

function isSame(settings: Settings, present: TargetGroupRecord): boolean {
  const { name, targetType, protocol, protocolVersion, port, vpcId, ipAddressType, healthCheck } = present;
  const before: Settings = { name, targetType, protocol, protocolVersion, port, vpcId, ipAddressType, healthCheck };
  return JSON.stringify(before) === JSON.stringify(settings);
}

function checkName(name = ''): void {
  if (name === '') throw validationError('A target group name must be specified');
  if (name.length > 32) throw validationError(`Target group name '${name}' cannot be longer than '32' characters`);
  if (!NAME.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'targetGroupName' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: ${NAME.source}`,
    );
  }
}

function presentTargetGroup(record: TargetGroupRecord): TargetGroup {
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: record.protocol,
    Port: record.port,
    VpcId: record.vpcId,
    HealthCheckEnabled: true,
    ...record.healthCheck,
    LoadBalancerArns: record.usedBy === undefined ? [] : [record.usedBy],
    TargetType: record.targetType,
    ProtocolVersion: record.protocolVersion,
    IpAddressType: record.ipAddressType,
  };
}
