import { keptContainers, envoyContainers, environmentOf } from '../estate/envoy.ts';
import type { Json } from '../estate/export.ts';
import type { BlueService } from '../estate/model.ts';
import { byText } from '../estate/order.ts';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

type TargetGroup = Json<Elb.TargetGroup>;

const ENVOY_PORTS = ['9901', '9902', '15000', '15001'];

/** Whether the target group checks Envoy and not the application. Green has no such port. */
export function checksEnvoy(targetGroup: TargetGroup, taskDefinition: BlueService['taskDefinition']): boolean {
  const port = targetGroup.HealthCheckPort ?? 'traffic-port';
  const admin = envoyContainers(taskDefinition).flatMap(
    (container) => environmentOf(container, 'ENVOY_ADMIN_ACCESS_PORT') ?? [],
  );
  const application = keptContainers(taskDefinition).some((container) =>
    container.portMappings?.some((mapping) => String(mapping.containerPort) === port),
  );
  return [...ENVOY_PORTS, ...admin].includes(port) && !application;
}

/**
 * Green's twin of a target group. A check on Envoy's port becomes one on the traffic port, at `healthCheckPath`: the plan's
 * decision, or `/` before there is one.
 */
export function greenTargetGroup(
  blue: TargetGroup,
  taskDefinition: BlueService['taskDefinition'],
  name: string,
  healthCheckPath: string | undefined,
): Json<Elb.CreateTargetGroupCommandInput> {
  // An allow list: what a later SDK adds to the response must not reach the request unseen.
  const {
    Protocol,
    ProtocolVersion,
    Port,
    VpcId,
    HealthCheckProtocol,
    HealthCheckPort,
    HealthCheckEnabled,
    HealthCheckPath,
    HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds,
    HealthyThresholdCount,
    UnhealthyThresholdCount,
    Matcher,
    TargetType,
    IpAddressType,
  } = blue;
  const mended = checksEnvoy(blue, taskDefinition)
    ? { HealthCheckPort: 'traffic-port', HealthCheckPath: healthCheckPath ?? '/' }
    : { HealthCheckPort, HealthCheckPath };
  return defined({
    Protocol,
    ProtocolVersion,
    Port,
    VpcId,
    HealthCheckProtocol,
    HealthCheckEnabled,
    HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds,
    HealthyThresholdCount,
    UnhealthyThresholdCount,
    Matcher,
    TargetType,
    IpAddressType,
    ...mended,
    Name: name,
  });
}

const STICKINESS_TYPE = 'stickiness.type';

/** What a group has whose type nobody said. */
const STICKINESS_TYPE_DEFAULT = 'lb_cookie';

/**
 * Attributes of green's twin, ordered by key: sources tell them in orders of their own. An answer also carries those of the kind of
 * stickiness that the group does not have, with a cookie's name that is empty; they do nothing, no other source tells them, and they
 * are left out.
 */
export function greenAttributes(blue: readonly Json<Elb.TargetGroupAttribute>[]): Json<Elb.TargetGroupAttribute>[] {
  const type = blue.find((one) => one.Key === STICKINESS_TYPE)?.Value ?? STICKINESS_TYPE_DEFAULT;
  const others = ['lb_cookie', 'app_cookie'].filter((kind) => kind !== type);
  return blue
    .filter(({ Key = '' }) => !others.some((kind) => Key.startsWith(`stickiness.${kind}.`)))
    .toSorted((left, right) => byText(left.Key ?? '', right.Key ?? ''));
}

/** Without the members that are `undefined`, so that it survives JSON unchanged. */
export function defined<Value extends object>(value: Value): Value {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as Value;
}
