import type {
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import type { Context } from './context.ts';
import { validationError } from './errors.ts';

type Check = (value: string) => boolean;
type Definitions = Readonly<Record<string, { default: string; check: Check }>>;

const boolean = (value: string) => value === 'true' || value === 'false';
const anything = () => true;
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value);
const integer =
  (min: number, max: number): Check =>
  (value) =>
    /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

/** What an Application Load Balancer has, with AWS's defaults. */
const LOAD_BALANCER: Definitions = {
  'access_logs.s3.enabled': { default: 'false', check: boolean },
  'access_logs.s3.bucket': { default: '', check: anything },
  'access_logs.s3.prefix': { default: '', check: anything },
  'idle_timeout.timeout_seconds': { default: '60', check: integer(1, 4000) },
  'client_keep_alive.seconds': { default: '3600', check: integer(60, 604_800) },
  'connection_logs.s3.enabled': { default: 'false', check: boolean },
  'connection_logs.s3.bucket': { default: '', check: anything },
  'connection_logs.s3.prefix': { default: '', check: anything },
  'health_check_logs.s3.enabled': { default: 'false', check: boolean },
  'health_check_logs.s3.bucket': { default: '', check: anything },
  'health_check_logs.s3.prefix': { default: '', check: anything },
  'deletion_protection.enabled': { default: 'false', check: boolean },
  'ipv6.deny_all_igw_traffic': { default: 'false', check: boolean },
  'load_balancing.cross_zone.enabled': { default: 'true', check: oneOf('true') },
  'routing.http2.enabled': { default: 'true', check: boolean },
  'routing.http.desync_mitigation_mode': { default: 'defensive', check: oneOf('monitor', 'defensive', 'strictest') },
  'routing.http.drop_invalid_header_fields.enabled': { default: 'false', check: boolean },
  'routing.http.preserve_host_header.enabled': { default: 'false', check: boolean },
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': { default: 'false', check: boolean },
  'routing.http.xff_client_port.enabled': { default: 'false', check: boolean },
  'routing.http.xff_header_processing.mode': { default: 'append', check: oneOf('append', 'preserve', 'remove') },
  'waf.fail_open.enabled': { default: 'false', check: boolean },
  'zonal_shift.config.enabled': { default: 'false', check: boolean },
};

const HEALTHY_COUNT = either(oneOf('off'), integer(1, 1_000));
const HEALTHY_PERCENTAGE = either(oneOf('off'), integer(1, 100));

const APP_COOKIE_NAME = 'stickiness.app_cookie.cookie_name';

const TARGET_GROUP: Definitions = {
  'deregistration_delay.timeout_seconds': { default: '300', check: integer(0, 3600) },
  'stickiness.enabled': { default: 'false', check: boolean },
  'stickiness.type': { default: 'lb_cookie', check: oneOf('lb_cookie', 'app_cookie') },
  [APP_COOKIE_NAME]: { default: '', check: anything },
  'stickiness.app_cookie.duration_seconds': { default: '86400', check: integer(1, 604_800) },
  'stickiness.lb_cookie.duration_seconds': { default: '86400', check: integer(1, 604_800) },
  'slow_start.duration_seconds': { default: '0', check: either(oneOf('0'), integer(30, 900)) },
  'load_balancing.algorithm.type': {
    default: 'round_robin',
    check: oneOf('round_robin', 'least_outstanding_requests', 'weighted_random'),
  },
  'load_balancing.algorithm.anomaly_mitigation': { default: 'off', check: oneOf('on', 'off') },
  'load_balancing.cross_zone.enabled': {
    default: 'use_load_balancer_configuration',
    check: oneOf('true', 'false', 'use_load_balancer_configuration'),
  },
  'target_group_health.dns_failover.minimum_healthy_targets.count': { default: '1', check: HEALTHY_COUNT },
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': { default: 'off', check: HEALTHY_PERCENTAGE },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': {
    default: '1',
    check: integer(1, 1_000),
  },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': {
    default: 'off',
    check: HEALTHY_PERCENTAGE,
  },
};

const STICKINESS_OF_OTHERS = new Set(['source_ip', 'source_ip_dest_ip', 'source_ip_dest_ip_proto']);

const LISTENER: Definitions = {
  'routing.http.response.server.enabled': { default: 'true', check: boolean },
  ...Object.fromEntries(
    [
      'strict_transport_security',
      'access_control_allow_origin',
      'access_control_allow_methods',
      'access_control_allow_headers',
      'access_control_allow_credentials',
      'access_control_expose_headers',
      'access_control_max_age',
      'content_security_policy',
      'x_content_type_options',
      'x_frame_options',
    ].map((header) => [`routing.http.response.${header}.header_value`, { default: '', check: anything }]),
  ),
};

const defaults = (definitions: Definitions): Map<string, string> =>
  new Map(Object.entries(definitions).map(([key, definition]) => [key, definition.default]));

export const defaultLoadBalancerAttributes = () => defaults(LOAD_BALANCER);
export const defaultTargetGroupAttributes = () => defaults(TARGET_GROUP);
export const defaultListenerAttributes = () => defaults(LISTENER);

/** Every attribute can be read and changed; what the data plane acts on is said where it acts. */
export function attributeOperations({ store }: Context) {
  return {
    DescribeLoadBalancerAttributes(input: DescribeLoadBalancerAttributesInput): DescribeLoadBalancerAttributesOutput {
      return { Attributes: present(store.loadBalancer(input.LoadBalancerArn).attributes) };
    },

    ModifyLoadBalancerAttributes(input: ModifyLoadBalancerAttributesInput): ModifyLoadBalancerAttributesOutput {
      const loadBalancer = store.loadBalancer(input.LoadBalancerArn);
      loadBalancer.attributes = modified('Load balancer', LOAD_BALANCER, loadBalancer.attributes, input.Attributes);
      return { Attributes: present(loadBalancer.attributes) };
    },

    DescribeTargetGroupAttributes(input: DescribeTargetGroupAttributesInput): DescribeTargetGroupAttributesOutput {
      return { Attributes: present(store.targetGroup(input.TargetGroupArn).attributes) };
    },

    /** Slow start and least outstanding requests exclude each other (row L24); stickiness must fit the protocol, and have its cookie (row L33). */
    ModifyTargetGroupAttributes(input: ModifyTargetGroupAttributesInput): ModifyTargetGroupAttributesOutput {
      const group = store.targetGroup(input.TargetGroupArn);
      refuseForeignStickiness(group.protocol, input.Attributes);
      const attributes = modified('Target group', TARGET_GROUP, group.attributes, input.Attributes);
      const isSlow = attributes.get('slow_start.duration_seconds') !== '0';
      if (attributes.get('stickiness.type') === 'app_cookie' && attributes.get(APP_COOKIE_NAME) === '') {
        throw invalidConfiguration("You must set an application cookie name to enable stickiness of type 'app_cookie'");
      }
      if (isSlow && attributes.get('load_balancing.algorithm.type') !== 'round_robin') {
        throw validationError('Slow start can only be enabled with the round_robin load balancing algorithm');
      }
      group.attributes = attributes;
      return { Attributes: present(attributes) };
    },

    DescribeListenerAttributes(input: DescribeListenerAttributesInput): DescribeListenerAttributesOutput {
      return { Attributes: present(store.listener(input.ListenerArn).attributes) };
    },

    ModifyListenerAttributes(input: ModifyListenerAttributesInput): ModifyListenerAttributesOutput {
      const listener = store.listener(input.ListenerArn);
      listener.attributes = modified('Listener', LISTENER, listener.attributes, input.Attributes);
      return { Attributes: present(listener.attributes) };
    },
  };
}

/** What other protocols than HTTP have; AWS knows the value, and says that it does not go with the group. */
function refuseForeignStickiness(protocol: string, changes: ModifyTargetGroupAttributesInput['Attributes']): void {
  const type = changes?.find(({ Key: key }) => key === 'stickiness.type')?.Value;
  if (type === undefined || !STICKINESS_OF_OTHERS.has(type)) return;
  throw invalidConfiguration(
    `Stickiness type '${type}' is not supported for target groups with the ${protocol} protocol`,
  );
}

function invalidConfiguration(message: string): AwsError {
  return new AwsError('InvalidConfigurationRequestException', message);
}

function modified(
  kind: string,
  definitions: Definitions,
  before: Map<string, string>,
  changes: { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Map<string, string> {
  const after = new Map(before);
  for (const { Key: key = '', Value: value = '' } of changes ?? []) {
    const definition = definitions[key];
    if (definition === undefined) throw validationError(`${kind} attribute key '${key}' is not recognized`);
    if (!definition.check(value)) throw validationError(`${kind} attribute value '${value}' is not valid for '${key}'`);
    after.set(key, value);
  }
  return after;
}

function present(attributes: Map<string, string>): { Key: string; Value: string }[] {
  return [...attributes].map(([Key, Value]) => ({ Key, Value }));
}
