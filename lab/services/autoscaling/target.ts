import type { ScheduledAction, ScalingPolicy, SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';

export const ECS_DIMENSION = 'ecs:service:DesiredCount';

export const validation = (message: string) => new AwsError('ValidationException', message);

/** An ECS service under scaling. The key is its *name*: a service that takes the name inherits it (row P1). */
export interface TargetRecord {
  resourceId: string;
  clusterName: string;
  serviceName: string;
  arn: string;
  minCapacity: number;
  maxCapacity: number;
  suspended: Required<SuspendedState>;
  createdAtMs: number;
  tags: Record<string, string>;
  policies: Map<string, PolicyRecord>;
  scheduledActions: Map<string, ScheduledAction>;
}

export interface PolicyRecord {
  policy: ScalingPolicy;
  /** Stops what its alarms have set going. */
  cancel: () => void;
}

export interface TargetReference {
  ServiceNamespace?: string | undefined;
  ResourceId?: string | undefined;
  ScalableDimension?: string | undefined;
}

/** The ECS service that a request names (row P1). Throws `ValidationException` for what is no ECS service. */
export function parseTarget(reference: TargetReference): {
  resourceId: string;
  clusterName: string;
  serviceName: string;
} {
  checkNamespace(reference.ServiceNamespace);
  const dimension = reference.ScalableDimension;
  if (dimension !== ECS_DIMENSION) {
    throw validation(`Unsupported service namespace, resource type or scalable dimension: ecs, ${dimension ?? ''}`);
  }
  const resourceId = reference.ResourceId ?? '';
  const match = /^service\/([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)$/.exec(resourceId);
  if (match === null) {
    throw validation(`Unsupported resource ID: ${resourceId}. An ECS service is service/<cluster>/<service>.`);
  }
  return { resourceId, clusterName: match[1] ?? '', serviceName: match[2] ?? '' };
}

export function checkNamespace(namespace: string | undefined): void {
  if (namespace !== 'ecs') {
    throw notPlayed('application-auto-scaling', 'service namespaces other than ecs', namespace);
  }
}

/** Row P8. */
export const noTarget = (reference: TargetReference) =>
  new AwsError(
    'ObjectNotFoundException',
    `No scalable target registered for service namespace: ${reference.ServiceNamespace ?? ''}, resource ID: ${reference.ResourceId ?? ''}, scalable dimension: ${reference.ScalableDimension ?? ''}`,
  );

const PAGE_MAX = 50;

/** A page of at most 50 (row P8). */
export function page<Item>(
  items: readonly Item[],
  request: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: Item[]; NextToken: string | undefined } {
  const start = request.NextToken === undefined ? 0 : Number(/^page-(\d+)$/.exec(request.NextToken)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw new AwsError('InvalidNextTokenException', 'The next token is invalid.');
  const end = start + Math.min(PAGE_MAX, request.MaxResults ?? PAGE_MAX);
  return { items: items.slice(start, end), NextToken: end < items.length ? `page-${end}` : undefined };
}
