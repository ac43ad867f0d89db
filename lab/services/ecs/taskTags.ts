import type { Tag } from '@aws-sdk/client-ecs';
import type { ServiceRecord } from './records.ts';

/** The tags of a service's new task: propagated from the service or the task definition, and ECS's own when managed. */
export function taskTags(service: ServiceRecord, definitionTags: readonly Tag[]): Tag[] {
  const propagated =
    service.propagateTags === 'SERVICE'
      ? service.tags
      : service.propagateTags === 'TASK_DEFINITION'
        ? definitionTags
        : [];
  const managed = service.enableECSManagedTags
    ? [
        { key: 'aws:ecs:clusterName', value: service.clusterName },
        { key: 'aws:ecs:serviceName', value: service.name },
      ]
    : [];
  return [...propagated.filter((tag) => tag.key?.startsWith('aws:') !== true), ...managed].map((tag) => ({ ...tag }));
}
